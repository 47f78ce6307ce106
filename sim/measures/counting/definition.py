"""What a measure is: its names, its unit, how replications are put together, where it is given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal

Better = Literal["high", "low", "band", ""]

GROUPINGS = (
    "all", "hour", "zone", "service", "class", "point", "channel", "organisation", "kind",
    "fund", "week", "shock", "tier",
)
"""Every way to split a measure, in the order in which its rows are printed. By week only where a
hotline opens, by shock where there are any."""

ALL = ("all",)
HOURLY = ("all", "hour")
POINTS = ("all", "point")
FUNDS = ("all", "fund")
STAFF = ("all", "hour", "point")
REACH = ("all", "zone", "service")
WAITING = ("all", "zone", "service", "class", "point")
CALLS = ("all", "hour", "zone", "service", "class", "channel", "week")
"""A call is not a point's: it rings at the hotline."""
ORDERS = ("all", "hour", "zone", "service", "class", "point", "channel", "organisation", "week")
SHOCKS = ("all", "shock")
SERVICES = ("all", "service")
PLACES = ("all", "point", "kind")
"""``kind`` is a kind of places."""


class Kind(StrEnum):
    """How the value over all replications is made from each replication's numerator and
    denominator, or from its sample."""

    RATIO = "ratio"
    """sum of numerators / sum of denominators"""
    VALUE = "value"
    """mean over replications of numerator / denominator"""
    QUANTILE = "quantile"
    """quantile of the replications' samples, pooled"""
    ACROSS = "across"
    """a function of another measure's pooled ratios over all its zones or services"""


@dataclass(frozen=True)
class Measure:
    """One measure, everything the tables, the report and the documents say of it.

    ``target`` names a row of the scenario's ``targets``; with ``better="band"`` it is the stem of
    two, ``<target>_low`` and ``<target>_high``. ``sample`` and ``q`` belong to quantiles;
    ``sample`` of an across-measure is the measure it looks at, whose grouping is ``over``.
    """

    name: str
    unit: str
    zh: str
    en: str
    kind: Kind
    groups: tuple[str, ...]
    formula: str
    better: Better = ""
    target: str = ""
    expert: bool = False
    sample: str = ""
    q: float = 0.5
    over: str = ""

    @property
    def range(self) -> tuple[float, float]:
        """What values it can have by its nature; its interval is cut off there."""
        return -inf if self.unit == DIFFERENCE else 0.0, 1.0 if self.unit == SHARE else inf


SHARE = "share"
"""Unit of everything that lies between 0 and 1."""
DIFFERENCE = "difference"
"""Unit of what can be negative."""


def quantiles(
    sample: str, unit: str, zh: str, en: str, groups: tuple[str, ...], formula: str,
    stem: str = "",
) -> tuple[Measure, ...]:
    """P50, P90 and P95 of one sample, named ``<stem>_p90_<unit>``."""
    stem = stem or sample.removesuffix(f"_{unit}")
    return tuple(
        Measure(
            f"{stem}_p{percent}_{unit}", unit, f"{zh}{percent}%分位", f"{en}, P{percent}",
            Kind.QUANTILE, groups, f"{percent} % quantile of {formula}", "low",
            sample=sample, q=percent / 100,
        )
        for percent in (50, 90, 95)
    )
