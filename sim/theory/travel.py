"""Mean distances in a district: how far it is to a home, by formula.

Distances are in the unit whose square the area is in (km, km2). ``EUCLID``: as the crow flies;
``RIGHT_ANGLE``: along streets that run at right angles to each other (Manhattan), and, for a
square, along its sides. The scenario's own trips are as the crow flies times ``travel.detour`` and
the zone's road factor. Sources: R. C. Larson and A. R. Odoni (1981), "Urban operations research",
chapter 3; P. Kolesar and E. H. Blum (1973), "Square root laws for fire engine response distances",
Management Science 19.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from sim.theory.chains import Floats


class Metric(StrEnum):
    """How distance is measured."""

    EUCLID = "euclid"
    RIGHT_ANGLE = "right_angle"


class District(StrEnum):
    """The shape of the area over which homes are evenly spread."""

    SQUARE = "square"
    DISC = "disc"


_SQUARE_FROM_CENTRE = (math.sqrt(2) + math.asinh(1)) / 6
_SQUARE_BETWEEN = (2 + math.sqrt(2) + 5 * math.asinh(1)) / 15
_TURNED = 4 / math.pi
"""Right-angle / Euclidean distance, averaged over all directions: exact where none is special."""

FROM_CENTRE = {
    (District.SQUARE, Metric.EUCLID): _SQUARE_FROM_CENTRE,
    (District.SQUARE, Metric.RIGHT_ANGLE): 1 / 2,
    (District.DISC, Metric.EUCLID): 2 / 3 / math.sqrt(math.pi),
    (District.DISC, Metric.RIGHT_ANGLE): 2 / 3 / math.sqrt(math.pi) * _TURNED,
}
"""Mean distance from the centre to a random home, over sqrt(area): 0.3826, 0.5, 0.3761, 0.4789."""

BETWEEN = {
    (District.SQUARE, Metric.EUCLID): _SQUARE_BETWEEN,
    (District.SQUARE, Metric.RIGHT_ANGLE): 2 / 3,
    (District.DISC, Metric.EUCLID): 128 / 45 / math.pi**1.5,
    (District.DISC, Metric.RIGHT_ANGLE): 128 / 45 / math.pi**1.5 * _TURNED,
}
"""Mean distance between two random homes, over sqrt(area): 0.5214, 0.6667, 0.5108, 0.6504."""

NEAREST = {Metric.EUCLID: 1 / 2, Metric.RIGHT_ANGLE: math.sqrt(math.pi / 8)}
"""Mean distance to the nearest of units scattered at random, over sqrt(area / units)."""


def from_centre(area: float, district: District, metric: Metric) -> float:
    """Mean distance from the centre of a district to a home in it, exact.

    Source: Larson and Odoni (1981), chapter 3.
    """
    return FROM_CENTRE[district, metric] * math.sqrt(area)


def between(area: float, district: District, metric: Metric) -> float:
    """Mean distance between two independent homes in a district, exact.

    Source: Larson and Odoni (1981), chapter 3; the square's Euclidean one is an old result of
    geometrical probability (B. Ghosh 1951).
    """
    return float(BETWEEN[district, metric] * math.sqrt(area))


def square_root_law(
    area: float, free: Sequence[float] | Floats, metric: Metric,
    constant: float | None = None,
) -> float:
    """Mean distance from the nearest free unit: sum over n of P(n free) c sqrt(area / n).

    ``free[n]``: probability that n units are free, n = 0, 1, ..., for instance from
    :func:`sim.theory.chains.birth_death`; the mean is over the times when at least one is.
    ``constant``: c; if not given that of units scattered at random (:data:`NEAREST`), the usual
    start; a region's own, fitted to trips, is lower where points are well spread. No edges: in a
    small square with few units the truth is up to an eighth more (tested here). Source: Kolesar and
    Blum (1973). Raises ``ValueError`` where no unit is ever free.
    """
    chance = np.asarray(free, dtype=float)[1:]
    if chance.sum() <= 0:
        raise ValueError("no unit is ever free")
    c = NEAREST[metric] if constant is None else constant
    n = np.arange(1, len(chance) + 1)
    return float(chance @ (c * np.sqrt(area / n)) / chance.sum())
