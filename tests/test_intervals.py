"""Intervals: against textbook formulas in exact cases, and against their own promise of 95 %."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.measures.counting.intervals import (
    across_interval,
    inverted,
    mean_interval,
    quantile,
    quantile_estimate,
    quantile_interval,
    quantiles_by,
    ratio_interval,
    section_count,
    share_interval,
)

Floats = NDArray[np.float64]


def test_mean_is_the_t_interval() -> None:
    values = np.array([3.0, 5.0, 4.0, 9.0])
    found = mean_interval(np.array([[3.0, np.nan, 5.0, 4.0, 9.0], [np.nan, 2.0, *[np.nan] * 3]]))
    low, high = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert found.low[0] == pytest.approx(low)
    assert found.high[0] == pytest.approx(high)
    assert found.sd[0] == pytest.approx(values.std(ddof=1))
    assert found.n.tolist() == [4, 1]
    assert found.mean[1] == 2
    assert np.isnan([found.sd[1], found.low[1], found.high[1]]).all()


def test_nothing_gives_nan_and_no_warning() -> None:
    empty = np.zeros((1, 3))
    for found in (mean_interval(empty * np.nan), ratio_interval(empty, empty)):
        assert found.n[0] == 0
        assert np.isnan([found.mean[0], found.sd[0], found.low[0], found.high[0]]).all()


def test_few_replications_use_the_jackknife() -> None:
    num, den = np.array([3.0, 1.0, 8.0, 4.0]), np.array([4.0, 3.0, 9.0, 7.0])
    found = ratio_interval(num[None], den[None])
    n, ratio = 4, num.sum() / den.sum()
    pseudo = [
        n * ratio - (n - 1) * np.delete(num, i).sum() / np.delete(den, i).sum() for i in range(n)
    ]
    low, high = stats.t.interval(0.95, n - 1, loc=np.mean(pseudo), scale=stats.sem(pseudo))
    assert found.mean[0] == pytest.approx(ratio)
    assert (found.low[0], found.high[0]) == pytest.approx((low, high))
    assert found.sd[0] == pytest.approx(np.std(num / den, ddof=1))


def test_many_replications_use_the_delta_method() -> None:
    random = np.random.default_rng(1)
    den = random.poisson(20, 30).astype(float)
    num = random.binomial(den.astype(int), 0.7).astype(float)
    found = ratio_interval(num[None], den[None])
    ratio = num.mean() / den.mean()
    covariance = np.cov(num, den, ddof=1)
    variance = (
        covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
    ) / (30 * den.mean() ** 2)
    half = stats.t.ppf(0.975, 29) * math.sqrt(variance)
    assert (found.low[0], found.high[0]) == pytest.approx((ratio - half, ratio + half))


@pytest.mark.parametrize("n", [6, 40])
def test_with_equal_denominators_a_ratio_is_a_mean(n: int) -> None:
    num = np.random.default_rng(2).normal(5, 1, (1, n))
    ratio, mean = ratio_interval(num, np.full((1, n), 2.0)), mean_interval(num / 2)
    for one, other in zip(ratio, mean, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_replications_without_events_take_no_part() -> None:
    num, den = np.array([3.0, 1.0, 8.0]), np.array([4.0, 3.0, 9.0])
    whole = ratio_interval(num[None], den[None])
    padded = ratio_interval(np.array([[3.0, 0, 1, 8, 0]]), np.array([[4.0, 0, 3, 9, 0]]))
    for one, other in zip(whole, padded, strict=True):
        np.testing.assert_allclose(one, other)


def test_across_is_the_jackknife_of_the_whole_function() -> None:
    num = np.array([[3.0, 5, 2, 0], [1, 4, 4, 0]])
    den = np.array([[4.0, 6, 5, 0], [3, 4, 6, 0]])

    def least(top: Floats, bottom: Floats) -> Floats:
        return np.asarray((top / bottom).min(axis=-1))

    found = across_interval(least, num, den)
    used, n = range(3), 3
    whole = min(num[g].sum() / den[g].sum() for g in (0, 1))
    pseudo = []
    for left_out in used:
        rest = [i for i in used if i != left_out]
        without = min(num[g, rest].sum() / den[g, rest].sum() for g in (0, 1))
        pseudo.append(n * whole - (n - 1) * without)
    low, high = stats.t.interval(0.95, n - 1, loc=np.mean(pseudo), scale=stats.sem(pseudo))
    assert found.n.tolist() == [3]
    assert found.mean[0] == pytest.approx(whole)
    assert (found.low[0], found.high[0]) == pytest.approx((low, high))
    own = [min(num[g, i] / den[g, i] for g in (0, 1)) for i in used]
    assert found.sd[0] == pytest.approx(np.std(own, ddof=1))


@pytest.mark.parametrize("q", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("n", [1, 7, 20, 60, 100])
def test_quantile_is_numpys_inverted_cdf(q: float, n: int) -> None:
    values = np.random.default_rng(n).integers(0, 12, n)
    unique, counts = np.unique(values, return_counts=True)
    exact = np.quantile(values, q, method="inverted_cdf")
    assert quantile(unique.astype(float), counts, q) == exact
    section = np.repeat([4, 7], len(unique))
    both = np.concatenate([unique, unique + 100]).astype(float)
    mixed = np.random.default_rng(0).permutation(len(both))
    found = quantiles_by(section[mixed], both[mixed], np.tile(counts, 2)[mixed], q)
    assert found.tolist() == [exact, exact + 100]


def test_quantile_among_the_unserved_is_infinite() -> None:
    values, counts = np.array([1.0, 2.0, np.inf]), np.array([4, 5, 1])
    assert quantile(values, counts, 0.9) == 2
    assert quantile(values, counts, 0.95) == np.inf


def test_a_quantiles_interval_is_that_of_the_share_below_it() -> None:
    random = np.random.default_rng(3)
    values = np.sort(random.permutation(1000)[:120]).astype(float)
    replication = random.permutation(np.repeat(np.arange(12), 10))
    found = quantile_interval(replication, values, np.ones(120, dtype=np.int64), 0.8)
    pooled = values[95]  # the 96th of 120
    shares = [
        [np.mean(below(values[replication == r], pooled)) for r in range(12)]
        for below in (np.less, np.less_equal)
    ]
    assert np.mean(shares[1]) == pytest.approx(0.8)
    half = stats.t.ppf(0.975, 11) * max(map(stats.sem, shares))
    low, high = (math.ceil(120 * (0.8 + sign * half)) - 1 for sign in (-1, 1))
    assert found.mean[0] == pooled
    assert (found.low[0], found.high[0]) == (values[low], values[high])
    own = [np.quantile(values[replication == r], 0.8, method="inverted_cdf") for r in range(12)]
    assert found.sd[0] == pytest.approx(np.std(own, ddof=1))
    # In other words and any order: the same values, counted.
    order = random.permutation(120)
    again, groups = quantile_estimate(
        replication[order] + 5, values[order], np.full(120, 1), 0.8)
    assert groups == 0
    assert again == found


def test_what_an_inverted_interval_is_made_of() -> None:
    random = np.random.default_rng(4)
    rank = np.sort(random.integers(0, 40, 2000))
    values = random.exponential(1 + rank % 3)
    order = np.argsort(values)
    found = inverted(rank[order], 40, values[order], np.ones(2000, dtype=np.int64), 0.9)
    assert found is not None
    low, high = stats.t.interval(
        0.95, 39, loc=found.parts.mean(), scale=stats.sem(found.parts))
    assert found.parts.mean() == pytest.approx(found.whole)
    assert high - low == pytest.approx(found.high - found.low)


def test_many_equal_values_have_an_interval_too() -> None:
    # Six in ten wait not at all; whether it is half of them is not certain with these ten.
    replication = np.repeat(np.arange(10), 2)
    values, counts = np.tile([0.0, 7.0], 10), np.array([9, 1, 3, 7] * 5)
    found = quantile_interval(replication, values, counts, 0.5)
    assert (found.mean[0], found.low[0], found.high[0]) == (0, 0, 7)
    # Of those who are never served one knows by the others.
    values = np.tile([1.0, np.inf], 10)
    counts = np.array([8, 2, 9, 1] * 5)
    found = quantile_interval(replication, values, counts, 0.86)
    assert (found.mean[0], found.low[0], found.high[0]) == (np.inf, 1, np.inf)
    same = quantile_interval(replication, np.full(20, 3.0), counts, 0.9)
    assert (same.mean[0], same.low[0], same.high[0]) == (3, 3, 3)


def test_too_few_values_are_sectioned_by_hand() -> None:
    # P90 9, 8 and 7 of three replications, 9 of all
    replication = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    values = np.array([0.0, 1, 9, 2, 4, 8, 4, 6, 7])
    found, groups = quantile_estimate(replication, values, np.ones(9, dtype=np.int64), 0.9)
    half = stats.t.ppf(0.975, 2) * math.sqrt((0 + (8 - 9) ** 2 + (7 - 9) ** 2) / 2 / 3)
    assert (found.mean[0], groups) == (9, 3)
    assert (found.low[0], found.high[0]) == pytest.approx((9 - half, 9 + half))
    assert found.sd[0] == pytest.approx(1)
    assert found.n[0] == 3


def test_infinite_sections_give_the_range_of_the_sections() -> None:
    replication = np.array([0, 0, 1, 1, 2, 2])
    values = np.array([1.0, 2, 3, 4, np.inf, np.inf])
    found = quantile_interval(replication, values, np.ones(6, dtype=np.int64), 0.5)
    assert (found.mean[0], found.low[0], found.high[0]) == (3, 1, np.inf)
    assert np.isnan(found.sd[0])


def test_one_replication_has_a_quantile_but_no_interval() -> None:
    found = quantile_interval(np.zeros(3, dtype=np.int64), np.arange(3.0), np.ones(3, int), 0.5)
    assert (found.mean[0], found.n[0]) == (1, 1)
    assert np.isnan([found.sd[0], found.low[0], found.high[0]]).all()


@pytest.mark.parametrize(("replications", "values", "q", "expected"), [
    (5, 10**6, 0.5, 5),
    (40, 200, 0.95, 10),
    (40, 3000, 0.95, 30),
    (40, 10**6, 0.95, 40),
    (40, 200, 0.5, 20),
])
def test_sections(replications: int, values: int, q: float, expected: int) -> None:
    assert section_count(replications, values, q) == expected


def test_shares_have_exact_intervals() -> None:
    # Clopper and Pearson: the tails beyond an end add up to 2.5 %
    low, high = share_interval(17, 20)
    assert stats.binom.sf(16, 20, low) == pytest.approx(0.025)
    assert stats.binom.cdf(17, 20, high) == pytest.approx(0.025)
    assert share_interval(20, 20) == pytest.approx((0.025 ** (1 / 20), 1))


# --- 95 % is meant -------------------------------------------------------------------------------

TRIALS = 1000


def assert_covers(hits: int, promise: float) -> None:
    """The hits do not speak, at one in ten thousand, against a coverage of at least ``promise``,
    nor for more than 99 %: an interval too wide to be one."""
    assert stats.binomtest(hits, TRIALS, promise, alternative="less").pvalue > 1e-4
    assert stats.binomtest(hits, TRIALS, 0.99, alternative="greater").pvalue > 1e-4


def counts_and_waits(n: int, seed: int) -> tuple[Floats, Floats]:
    """Replications of Poisson numbers of calls, with a busy-day factor that both share, and sums
    of exponential waits of mean 20 that grow with the load."""
    random = np.random.default_rng(seed)
    load = random.gamma(16, 1 / 16, (TRIALS, n))
    calls = random.poisson(40 * load)
    waits = random.gamma(np.maximum(calls, 1), 20 * load) * (calls > 0)
    return waits, calls.astype(float)


# E[waits] / E[calls] = 40 * 20 * E[load^2] / 40, and E[load^2] = 1 + 1/16
TRUE_RATIO = 20 * (1 + 1 / 16)


@pytest.mark.parametrize("n", [10, 20, 40])
def test_ratio_intervals_cover_the_truth(n: int) -> None:
    found = ratio_interval(*counts_and_waits(n, seed=n))
    hits = int(((found.low <= TRUE_RATIO) & (found.high >= TRUE_RATIO)).sum())
    assert_covers(hits, 0.93)


@pytest.mark.parametrize(("q", "per_replication"), [(0.5, 40), (0.9, 40), (0.95, 200)])
def test_quantile_intervals_cover_the_truth(q: float, per_replication: int) -> None:
    random = np.random.default_rng(int(q * 100))
    truth = stats.expon.ppf(q)
    replication = np.repeat(np.arange(20), per_replication)
    ones = np.ones(len(replication), dtype=np.int64)
    hits = 0
    for _ in range(TRIALS):
        found = quantile_interval(replication, random.exponential(size=len(ones)), ones, q)
        hits += bool(found.low[0] <= truth <= found.high[0])
    assert_covers(hits, 0.93)


def test_mean_intervals_cover_the_truth() -> None:
    values = np.random.default_rng(5).normal(3, 2, (TRIALS, 8))
    found = mean_interval(values)
    assert_covers(int(((found.low <= 3) & (found.high >= 3)).sum()), 0.95)
