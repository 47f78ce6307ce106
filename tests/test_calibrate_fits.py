"""Fits against closed forms, published tables and brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import norm

from sim.calibrate.arrivals import poisson_interval
from sim.calibrate.fits import FAMILIES, fit_all, kaplan_meier, observed
from sim.calibrate.presence import covered
from sim.calibrate.redials import wilson
from sim.calibrate.turnbull import turnbull
from sim.experiments.backtest.scores import absolute, crps, skill
from sim.scenario.sections.quantities import Distribution
from sim.workload.sampling import sample

FREIREICH = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
"""Weeks in remission under 6-MP and whether they ended (Freireich et al. 1963)."""


def drawn(family: str, mean: float, cv: float, n: int, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    keys = {"dist": family, "mean_s": mean} | ({} if family == "exponential" else {"cv": cv})
    return sample(Distribution.model_validate(keys), rng, n) / 1000


def test_kaplan_meier_of_a_published_table() -> None:
    low = np.array(FREIREICH[0], dtype=float)
    high = np.where(np.array(FREIREICH[1]) == 1, low, np.inf)
    times, shares = kaplan_meier(observed(low, high))
    survival = dict(zip(times.tolist(), (1 - shares).round(3).tolist(), strict=True))
    # Kalbfleisch and Prentice (1980), table 1.1.
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {t: survival[t] for t in published} == published


def test_censored_exponential_is_events_over_time() -> None:
    low = np.array(FREIREICH[0], dtype=float)
    high = np.where(np.array(FREIREICH[1]) == 1, low, np.inf)
    low, high = np.tile(low, 4), np.tile(high, 4)
    fit = next(f for f in fit_all(observed(low, high)) if f.family == "exponential")
    mean = low.sum() / np.isfinite(high).sum()
    assert fit.mean_s == pytest.approx(mean, rel=1e-4)
    # Information of log(mean): the number of events.
    half = 1.96 / math.sqrt(np.isfinite(high).sum())
    assert fit.mean_ci == pytest.approx((mean * math.exp(-half), mean * math.exp(half)), rel=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_found_again(family: str) -> None:
    values = drawn(family, 120.0, 0.6, 3000)
    limit = drawn("exponential", 200.0, 1.0, 3000, seed=8)
    low = np.minimum(values, limit)
    best = fit_all(observed(low, np.where(values <= limit, low, np.inf)))[0]
    assert best.family == family
    assert best.mean_ci[0] < 120 < best.mean_ci[1]
    if family != "exponential":
        assert best.cv_ci[0] < 0.6 < best.cv_ci[1]
    assert best.distance < 0.03


def test_an_atom_of_no_patience_is_found() -> None:
    rest = drawn("exponential", 100.0, 1.0, 4000)
    rng = np.random.default_rng(5)
    hasty = rng.random(4000) < 0.1
    values = np.round(np.where(hasty, 0.0, rest))
    best = fit_all(observed(values), first_s=2.0)[0]
    assert best.family == "exponential"
    assert best.atom == pytest.approx(hasty.mean(), abs=0.005)
    half = 1.96 * math.sqrt(0.1 * 0.9 / 4000)
    # Wider than of a plain share: the family also ends some in those seconds.
    assert 2 * half < best.atom_ci[1] - best.atom_ci[0] < 2.5 * half
    assert best.mean_ci[0] < 100 < best.mean_ci[1]
    grid = np.array([0.05, 0.3, 0.9])
    np.testing.assert_allclose(best.cdf(best.quantile(grid))[1:], grid[1:])
    assert best.quantile(grid)[0] == 0


def test_too_little_gives_no_fit() -> None:
    assert fit_all(observed(np.arange(1.0, 8.0))) == []


def test_turnbull_is_kaplan_meier_where_all_is_seen_or_cut_off() -> None:
    low = np.array(FREIREICH[0], dtype=float)
    high = np.where(np.array(FREIREICH[1]) == 1, low, np.inf)
    # Cut off after week 6: it ended in week 7 or later.
    bounds = observed(np.where(np.isfinite(high), low, low + 0.5), high)
    middle, weight = turnbull(bounds, np.arange(0.5, 37.0))
    times, shares = kaplan_meier(observed(low, high))
    for t, share in zip(times, shares, strict=True):
        if t < 23:
            assert weight[middle <= t].sum() == pytest.approx(share, abs=0.002)


def test_turnbull_has_the_greatest_likelihood() -> None:
    """Of the weights on a fine grid, for a handful of intervals, by brute force."""
    low, high = np.array([0.0, 1.0, 1.0, 2.0]), np.array([2.0, 2.0, 3.0, 3.0])
    _, weight = turnbull(observed(low, high), np.arange(4.0))

    def likelihood(p: tuple[float, ...]) -> float:
        return (p[0] + p[1]) * p[1] * (p[1] + p[2]) * p[2]

    steps = [k / 60 for k in range(61)]
    best = max(likelihood((1 - b - c, b, c)) for b, c in itertools.product(steps, steps)
               if b + c <= 1)
    assert likelihood(tuple(weight.tolist())) >= best - 1e-6


def test_intervals_of_counts_and_shares_as_published() -> None:
    assert poisson_interval(10) == pytest.approx((4.795, 18.39), abs=0.005)
    assert poisson_interval(0) == pytest.approx((0.0, 3.689), abs=0.001)
    low, high = poisson_interval(100, 4.0)
    assert (low, high) == pytest.approx(tuple(4 * x for x in poisson_interval(25)))
    assert (wilson(5, 10).low, wilson(5, 10).high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert (wilson(0, 10).low, wilson(0, 10).high) == pytest.approx((0, 0.2775), abs=1e-4)


def test_covered_is_the_overlap_of_every_interval() -> None:
    rng = np.random.default_rng(1)
    start = rng.uniform(-5000, 170_000, 50)
    end = start + rng.uniform(1, 30_000, 50)
    found = covered(start, end, 2, 900.0)
    for day, k in itertools.product(range(2), range(96)):
        a, b = day * 86_400 + k * 900.0, day * 86_400 + (k + 1) * 900.0
        due = np.maximum(0, np.minimum(end, b) - np.maximum(start, a)).sum() / 900
        assert found[day, k] == pytest.approx(due, abs=1e-6)


def test_crps_by_brute_force_and_of_a_normal() -> None:
    rng = np.random.default_rng(2)
    members, seen = rng.normal(size=(7, 3, 4)), rng.normal(size=(3, 4))
    members[2, 0, 0] = np.nan
    found = crps(members, seen)
    for cell in itertools.product(range(3), range(4)):
        x = members[:, *cell]
        x = x[np.isfinite(x)]
        pairs = [abs(a - b) for a, b in itertools.permutations(x, 2)]
        assert found[cell] == pytest.approx(abs(x - seen[cell]).mean() - np.mean(pairs) / 2)
    many = rng.normal(size=(40_000, 1))
    y = 0.7
    closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / math.sqrt(math.pi)
    assert crps(many, np.array([y]))[0] == pytest.approx(closed, abs=0.01)
    one = np.array([[3.0]])
    assert crps(one, np.array([5.0]))[0] == absolute(one, np.array([5.0]))[0] == 2


def test_skill_is_one_less_the_ratio_and_its_interval_widens_with_uneven_days() -> None:
    score, reference = np.full((10, 3), 1.0), np.full((10, 3), 4.0)
    weight = np.arange(30.0).reshape(10, 3)
    even = skill(score, reference, weight)
    assert (even.value, even.low, even.high) == (0.75, 0.75, 0.75)
    score[:5] = 5.0
    uneven = skill(score, reference, np.ones((10, 3)))
    assert uneven.value == pytest.approx(1 - 3 / 4)
    assert uneven.low < 0 < uneven.value < uneven.high
