"""Intervals over replications: of means, of ratios, of quantiles, of shares.

The sample is the replication. Arrays have one row per thing estimated and one column per
replication; a replication without data takes no part. All intervals are two-sided at 95 % and use
Student's t with one degree of freedom less than there are replications (quantiles: groups) in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import stats

from sim.measures.groups import Flags, Floats, Ints

CONFIDENCE = 0.95
FEW = 30
"""Below this many replications a ratio's interval comes from the jackknife."""
SECTIONS = 10
"""A quantile is sectioned into at least this many groups of replications, if there are as many."""
BEYOND = 5
"""More groups only while each expects this many values beyond the quantile."""


class Estimate(NamedTuple):
    """One entry per row: point estimate, spread between replications, interval, replications."""

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    n: Ints


def t_factor(n: Ints) -> Floats:
    """Student's t for the 95 % interval of ``n`` independent values; NaN below two."""
    return np.asarray(stats.t.ppf((1 + CONFIDENCE) / 2, np.where(n > 1, n - 1, np.nan)))


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
    half = t_factor(n) * sd / np.sqrt(np.maximum(n, 1))
    return Estimate(mean, sd, mean - half, mean + half, n)


def quotients(num: Floats, den: Floats) -> Floats:
    """Each replication's own ratio, NaN where the denominator is 0."""
    return np.where(den > 0, num / np.where(den > 0, den, 1), np.nan)


def ratio_interval(num: Floats, den: Floats) -> Estimate:
    """Sum of numerators over sum of denominators, with jackknife or delta-method interval.

    Delta method: half width t s / (mean denominator sqrt n), s the standard deviation of
    numerator - ratio x denominator. Jackknife: n ratio - (n - 1) (ratio without one replication) is
    treated as an independent value for each replication, which takes most of the ratio's bias off
    the interval's middle.
    """
    there = den > 0
    n = there.sum(axis=1)
    top, bottom = np.where(there, num, 0), np.where(there, den, 0)
    ratio = quotients(top.sum(axis=1), bottom.sum(axis=1))
    _, sd, _ = _moments(quotients(num, den), there)

    without = top.sum(axis=1, keepdims=True) - top, bottom.sum(axis=1, keepdims=True) - bottom
    rest = np.where(there, quotients(*without), np.nan)
    middle, half = _jackknife(ratio, rest, there)
    residual = np.where(there, top - ratio[:, None] * bottom, 0)
    spread = np.sqrt((residual**2).sum(axis=1) / np.maximum(n - 1, 1) * n)
    delta = t_factor(n) * spread / np.where(n > 0, bottom.sum(axis=1), 1)
    few = n < FEW
    middle, half = np.where(few, middle, ratio), np.where(few, half, delta)
    return Estimate(ratio, sd, middle - half, middle + half, n)


def _jackknife(whole: Floats, rest: Floats, there: Flags) -> tuple[Floats, Floats]:
    """Middle and half width from the estimate of all and those without one replication each."""
    n = there.sum(axis=1)[:, None]
    mean, sd, count = _moments(n * whole[:, None] - (n - 1) * rest, there)
    return mean, t_factor(count) * sd / np.sqrt(np.maximum(count, 1))


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
    rest = function(
        (num.sum(axis=1, keepdims=True) - num).T, (den.sum(axis=1, keepdims=True) - den).T
    )[None, :]
    own = function(num.T, den.T)[None, :]
    _, sd, _ = _moments(own, ~np.isnan(own))
    middle, half = _jackknife(whole, rest, ~np.isnan(rest))
    return Estimate(whole, sd, middle - half, middle + half, np.array([int(used.sum())]))


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
    """Quantile of the pooled sample, with its interval by sectioning, as one row.

    Replications are put into groups, in order. Half width: t sqrt(sum of (group's quantile -
    pooled quantile)^2 / (b - 1) / b) for b groups. Where any of these quantiles is infinite, that
    sum says nothing, and the interval is that of the sign test: from the least to the greatest of
    the groups' quantiles.
    """
    order = np.argsort(values, kind="stable")
    pooled = quantile(values[order], counts[order], q)
    _, rank = np.unique(replication, return_inverse=True)
    n = int(rank.max()) + 1
    own = quantiles_by(rank, values, counts, q)
    b = section_count(n, int(counts.sum()), q)
    parts = quantiles_by(rank * b // n, values, counts, q)
    with_sd = n > 1 and bool(np.isfinite(own).all())
    low = high = np.nan
    if b > 1:
        if np.isfinite(pooled) and np.isfinite(parts).all():
            spread = np.sqrt(((parts - pooled) ** 2).sum() / (b - 1) / b)
            half = float(t_factor(np.array([b]))[0] * spread)
            low, high = pooled - half, pooled + half
        else:
            low, high = float(parts.min()), float(parts.max())
    sd = float(own.std(ddof=1)) if with_sd else np.nan
    one = np.array([[pooled], [sd], [low], [high]])
    return Estimate(one[0], one[1], one[2], one[3], np.array([n]))


@cache
def share_interval(met: int, n: int) -> tuple[float, float]:
    """Exact (Clopper-Pearson) 95 % interval of a share."""
    interval = stats.binomtest(met, n).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)
