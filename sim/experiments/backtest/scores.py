"""How good a forecast was: CRPS, skill over another forecast, intervals by blocks of days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.log import Floats

RESAMPLES = 2000
SEED = 19_990_101


def crps(members: Floats, observed: Floats) -> Floats:
    """Continuous ranked probability score of each cell; ``members``: (n, ...) equally likely
    values, NaN where one says nothing; NaN where nothing was observed or forecast.

    mean |X - y| - sum over pairs |X - X'| / (2 n (n - 1)): the score of the distribution behind the
    members, whatever their number (C. Ferro 2014, "Fair scores for ensemble forecasts", Q. J. R.
    Meteorol. Soc. 140). One member alone scores its absolute error.
    """
    n = np.isfinite(members).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.nansum(np.abs(members - observed), axis=0) / n
        ordered = np.sort(members, axis=0)
        rank = np.arange(len(members)).reshape(-1, *[1] * (members.ndim - 1))
        # Sum over pairs of the sorted: each value is added as often as values lie below it.
        pairs = np.nansum((2 * rank - n + 1) * ordered, axis=0)
        spread = np.where(n > 1, pairs / np.maximum(1, n * (n - 1)), 0.0)
    return np.where((n > 0) & np.isfinite(observed), error - spread, np.nan)


def absolute(members: Floats, observed: Floats) -> Floats:
    """Absolute error of the median of the members."""
    some = np.isfinite(members).any(axis=0)
    middle = np.full(observed.shape, np.nan)
    middle[some] = np.nanmedian(members[:, some], axis=0)
    return np.abs(middle - observed)


@dataclass(frozen=True)
class Skill:
    """1 - score / score of the reference: above 0 is better than it, 1 perfect."""

    value: float
    low: float
    high: float
    """95 % interval: days drawn with replacement"""


def skill(score: Floats, reference: Floats, weight: Floats) -> Skill:
    """Skill of scores (days, hours) over others, cells weighted; cells that either lacks left out.

    The interval is by the bootstrap over days (hours of one day hang together; B. Efron and R.
    Tibshirani 1993, chapter 8).
    """
    both = np.isfinite(score) & np.isfinite(reference) & (weight > 0)
    ours = np.where(both, score * weight, 0.0).sum(axis=1)
    theirs = np.where(both, reference * weight, 0.0).sum(axis=1)
    days = np.flatnonzero(both.any(axis=1))
    if len(days) < 2 or theirs.sum() <= 0:
        return Skill(np.nan, np.nan, np.nan)
    rng = np.random.default_rng(SEED)
    drawn = days[rng.integers(0, len(days), (RESAMPLES, len(days)))]
    below = theirs[drawn].sum(axis=1)
    # Days on which the reference was perfect have no ratio.
    values = 1 - ours[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(values, [0.025, 0.975])
    return Skill(float(1 - ours.sum() / theirs.sum()), float(low), float(high))


def weighted_mean(values: Floats, weight: Floats) -> float:
    """Mean over cells that have a value; NaN without any."""
    there = np.isfinite(values) & (weight > 0)
    total = float(weight[there].sum())
    return float((values[there] * weight[there]).sum() / total) if total > 0 else float("nan")
