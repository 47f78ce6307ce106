"""Intervals over replications: of means, of ratios, of quantiles, of shares.

The sample is the replication. Arrays have one row per thing estimated and one column per
replication; a replication without data takes no part. All intervals are two-sided at 95 % and use
Student's t with one degree of freedom less than there are replications (a quantile that is
sectioned: groups) in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from sim.measures.counting.groups import Flags, Floats, Ints

CONFIDENCE = 0.95
FEW = 30
"""Below this many replications a ratio's interval comes from the jackknife."""
SECTIONS = 10
"""A quantile that is sectioned is so into at least this many groups of replications, if there are
as many."""
BEYOND = 5
"""More groups only while each expects this many values beyond the quantile."""


class Estimate(NamedTuple):
    """One entry per row: point estimate, spread between replications, interval, replications."""

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    n: Ints


@cache
def t_factor(n: int) -> float:
    """Student's t for the 95 % interval of ``n`` independent values; NaN below two."""
    return float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) if n > 1 else np.nan


def _t_factors(n: Ints) -> Floats:
    known, place = np.unique(n, return_inverse=True)
    return np.array([t_factor(int(each)) for each in known], dtype=np.float64)[place]


def _moments(values: Floats, there: Flags) -> tuple[Floats, Floats, Ints]:
    """Mean, standard deviation and number of the values that are there, row by row."""
    n = there.sum(axis=1)
    if not values.size:
        return np.full(len(n), np.nan), np.full(len(n), np.nan), n
    # about the first value, so that equal values have no spread at all
    first = np.take_along_axis(values, there.argmax(axis=1)[:, None], axis=1)
    apart = np.where(there, values - first, 0)
    shift = apart.sum(axis=1) / np.maximum(n, 1)
    mean = first[:, 0] + shift
    squares = np.where(there, (apart - shift[:, None]) ** 2, 0).sum(axis=1)
    return (
        np.where(n > 0, mean, np.nan),
        np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan),
        n,
    )


def mean_interval(values: Floats) -> Estimate:
    """Mean of each row with its t interval; NaN is a replication without data."""
    mean, sd, n = _moments(values, ~np.isnan(values))
    half = _t_factors(n) * sd / np.sqrt(np.maximum(n, 1))
    return Estimate(mean, sd, mean - half, mean + half, n)


def quotients(num: Floats, den: Floats) -> Floats:
    """Each replication's own ratio, NaN where the denominator is 0."""
    return np.where(den > 0, num / np.where(den > 0, den, 1), np.nan)


def ratio_interval(num: Floats, den: Floats) -> Estimate:
    """Sum of numerators over sum of denominators, with jackknife or delta-method interval."""
    there = den > 0
    ratio = quotients(np.where(there, num, 0).sum(axis=1), np.where(there, den, 0).sum(axis=1))
    _, sd, n = _moments(quotients(num, den), there)
    found = mean_interval(ratio_values(num, den))
    return Estimate(ratio, sd, found.low, found.high, n)


def ratio_values(num: Floats, den: Floats) -> Floats:
    """A value for each replication whose mean interval is the interval of the pooled ratio.

    Delta method: ratio + (numerator - ratio x denominator) / mean denominator. Jackknife, with few
    replications: n ratio - (n - 1) (ratio without this replication), which takes most of the
    ratio's bias off the interval's middle. NaN for a replication without data.
    """
    there = den > 0
    n = there.sum(axis=1, keepdims=True)
    top, bottom = np.where(there, num, 0), np.where(there, den, 0)
    tops, bottoms = top.sum(axis=1, keepdims=True), bottom.sum(axis=1, keepdims=True)
    ratio = quotients(tops, bottoms)
    jackknife = n * ratio - (n - 1) * quotients(tops - top, bottoms - bottom)
    delta = ratio + (top - ratio * bottom) * n / np.where(n > 0, bottoms, 1)
    return np.where(there, np.where(n < FEW, jackknife, delta), np.nan)


def across_interval(
    function: Callable[[Floats, Floats], Floats], num: Floats, den: Floats
) -> Estimate:
    """A function of pooled ratios, with its jackknife interval, as one row.

    ``num`` and ``den`` have one row per group and one column per replication; ``function`` takes
    both with the groups on the last axis.
    """
    used = den.sum(axis=0) > 0
    num, den = num[:, used], den[:, used]
    whole = np.atleast_1d(function(num.sum(axis=1), den.sum(axis=1)))
    own = function(num.T, den.T)[None, :]
    _, sd, _ = _moments(own, ~np.isnan(own))
    found = mean_interval(across_values(function, num, den)[None])
    return Estimate(whole, sd, found.low, found.high, np.array([int(used.sum())]))


def across_values(
    function: Callable[[Floats, Floats], Floats], num: Floats, den: Floats
) -> Floats:
    """A value for each replication whose mean interval is that of the function (jackknife); NaN for
    a replication without data."""
    used = den.sum(axis=0) > 0
    n = int(used.sum())
    tops, bottoms = num.sum(axis=1), den.sum(axis=1)
    rest = function((tops[:, None] - num).T, (bottoms[:, None] - den).T)
    return np.where(used, n * function(tops, bottoms) - (n - 1) * rest, np.nan)


def quantile(values: Floats, counts: Ints, q: float) -> float:
    """Least value that at least the share ``q`` of all does not exceed; values ascending."""
    reached = np.cumsum(counts)
    return float(values[np.searchsorted(reached, _rank(q, reached[-1]))])


def _rank(q: float, n: Ints) -> Ints:
    # 1e-9 forgives products such as 0.95 * 20 that come out a hair above a whole number
    return np.asarray(np.maximum(np.ceil(q * n - 1e-9), 1), dtype=np.int64)


def quantiles_by(section: Ints, values: Floats, counts: Ints, q: float) -> Floats:
    """The quantile within each section that has values, by rising section number."""
    order = np.lexsort((values, section))
    section, values, reached = section[order], values[order], np.cumsum(counts[order])
    last = np.flatnonzero(np.append(section[1:] != section[:-1], True))
    before = np.concatenate([[0], reached[last[:-1]]])
    return np.asarray(values[np.searchsorted(reached, before + _rank(q, reached[last] - before))])


def section_count(replications: int, values: int, q: float) -> int:
    """Into how many groups of replications a pooled sample is cut."""
    enough = int(values * min(q, 1 - q) / BEYOND)
    return min(replications, max(SECTIONS, enough))


def quantile_interval(replication: Ints, values: Floats, counts: Ints, q: float) -> Estimate:
    """Quantile of the pooled sample, with its interval, as one row: see :func:`quantile_estimate`.
    """
    return quantile_estimate(replication, values, counts, q)[0]


def quantile_estimate(
    replication: Ints, values: Floats, counts: Ints, q: float
) -> tuple[Estimate, int]:
    """Quantile of the pooled sample, with its interval, as one row; and into how many groups the
    replications were put for it, 0 where its interval is that of :func:`inverted`."""
    _, rank = np.unique(replication, return_inverse=True)
    n = int(rank.max()) + 1
    order = np.argsort(values, kind="stable")
    rank, values, counts = rank[order], values[order], counts[order]
    own = quantiles_by(rank, values, counts, q)
    found = inverted(rank, n, values, counts, q)
    b = 0
    if found is None:
        b = section_count(n, int(counts.sum()), q)
        pooled, parts = sections(rank, n, values, counts, q, b)
        low, high = section_interval(pooled, parts)
    else:
        pooled, low, high = found.whole, found.low, found.high
    with_sd = n > 1 and bool(np.isfinite(own).all())
    sd = float(own.std(ddof=1)) if with_sd else np.nan
    one = np.array([[pooled], [sd], [low], [high]])
    return Estimate(one[0], one[1], one[2], one[3], np.array([n])), b


class Inverted(NamedTuple):
    """A quantile with its interval, and what that is made of."""

    whole: float
    low: float
    high: float
    parts: Floats
    """one a replication: their mean is the quantile, their t interval as wide as its own; NaN where
    the interval is infinite"""


def inverted(rank: Ints, n: int, values: Floats, counts: Ints, q: float) -> Inverted | None:
    """The interval of a quantile from that of a share: None where that share reaches 1, so that the
    sample does not bound the quantile, and with one replication.

    The share of values up to the pooled quantile is a ratio over replications; if by its interval
    it may as well be greater by ``up`` or smaller by ``down``, the quantile lies between the pooled
    quantiles of q - up and q + down. R. S. Woodruff, "Confidence intervals for medians and
    other position measures", Journal of the American Statistical Association 47 (1952) 635-646.
    Unlike the spread of the replications' own quantiles it holds where the values of a replication
    are much alike, as on a day with a backlog. Of the shares below the quantile and up to it the
    one that is less certain counts: where many values are equal one of them may be 0 or 1.
    ``rank`` numbers the replications of the values from 0; values ascending.
    """
    if n < 2:
        return None
    sizes = np.bincount(rank, counts, n)
    pooled = quantile(values, counts, q)
    below = [np.bincount(rank[m], counts[m], n) for m in (values < pooled, values <= pooled)]
    num, den = np.array(below, dtype=np.float64), np.array([sizes, sizes], dtype=np.float64)
    share = ratio_interval(num, den)
    up, down = (share.high - share.mean).max(), (share.mean - share.low).max()
    if q + down >= 1:
        return None
    low, high = quantile(values, counts, q - up), quantile(values, counts, q + down)
    parts = np.full(n, pooled)
    if up + down > 0:
        own = ratio_values(num, den)[(share.high - share.low).argmax()]
        width = high - low if np.isfinite([low, high]).all() else np.nan
        parts = pooled - (own - own.mean()) * width / (up + down)
    return Inverted(pooled, low, high, parts)


def sections(
    rank: Ints, n: int, values: Floats, counts: Ints, q: float, b: int
) -> tuple[float, Floats]:
    """Quantile of the pooled sample, and those of ``b`` groups of ``n`` replications, in order.

    ``rank`` numbers the replications of the values from 0; values ascending.
    """
    return quantile(values, counts, q), quantiles_by(rank * b // n, values, counts, q)


def section_interval(whole: float, parts: Floats) -> tuple[float, float]:
    """The interval of a quantile by sectioning; NaN from one group.

    Half width: t sqrt(sum of (group's quantile - pooled quantile)^2 / (b - 1) / b) for b groups of
    replications. Where any of these is infinite, that sum says nothing, and the interval is that of
    the sign test: from the least to the greatest of the groups' quantiles.
    """
    b = len(parts)
    if b < 2:
        return np.nan, np.nan
    if np.isfinite(whole) and np.isfinite(parts).all():
        half = t_factor(b) * spread(parts, whole)
        return whole - half, whole + half
    return float(parts.min()), float(parts.max())


def spread(parts: Floats, whole: float) -> float:
    """Standard error of a value whose parts lie around it."""
    b = len(parts)
    return float(np.sqrt(((parts - whole) ** 2).sum() / (b - 1) / b))


@cache
def share_interval(met: int, n: int) -> tuple[float, float]:
    """Exact (Clopper-Pearson) 95 % interval of a share."""
    # Takes its time to import, and most commands never come here.
    from scipy.stats import binomtest

    interval = binomtest(met, n).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)
