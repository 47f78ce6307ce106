"""Draws against closed forms and scipy.stats. Every statistical test states its n.

Seeds are fixed, so nothing here fails by chance from run to run; the bounds are set so that a
correct program would pass with probability 1 - 1e-4 on any other seed too.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.scenario.sections.quantities import Distribution
from sim.streams import Purpose, generator, hashed_uniform, key
from sim.words.kinds import HOUR, MINUTE, NEVER, SECOND
from sim.workload.sampling import (
    LONGEST,
    Dice,
    choose,
    lognormal_parameters,
    sample,
    sample_factor,
    weibull_parameters,
)

N = 20_000
ALPHA = 1e-4


def rng(seed: int = 1) -> np.random.Generator:
    return generator(seed, 0, Purpose.TALK, "test")


def drawn(spec: dict[str, Any], n: int = N) -> np.ndarray:
    return sample(Distribution.model_validate(spec), rng(), n)


def test_generator_is_the_stated_one() -> None:
    """Held to numpy directly: the keys are a promise to whoever reproduces a run elsewhere."""
    sequence = np.random.SeedSequence(7, spawn_key=(3, 12, zlib.crc32("电话".encode())))
    expected = np.random.default_rng(sequence).random(5)
    assert (generator(7, 3, Purpose.TALK, "电话").random(5) == expected).all()


def test_generators_differ_in_every_part_of_their_key() -> None:
    keys: list[tuple[Any, ...]] = [
        (1, 0, Purpose.TALK, "a"),
        (2, 0, Purpose.TALK, "a"),
        (1, 1, Purpose.TALK, "a"),
        (1, 0, Purpose.ZONE, "a"),
        (1, 0, Purpose.TALK, "b"),
        (1, 0, Purpose.TALK, "a", 0),
        (1, 0, Purpose.TALK, "a", 1),
        (1, 0, Purpose.TALK, "a", 0, 0),
    ]
    assert len({generator(*parts).random() for parts in keys}) == len(keys)


def test_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        generator(-1, 0, Purpose.TALK, "a")


def test_purposes_keep_their_numbers() -> None:
    """Renumbering would change every result ever published with a seed; a new one gets a new
    number."""
    assert [purpose.value for purpose in Purpose] == [
        *range(1, 33), 40, 50, 51, 60, 61, 62, *range(70, 77), 80, 81, 82, *range(90, 99),
    ]
    assert (Purpose.BUSY_DAY, Purpose.TALK, Purpose.HOME) == (1, 12, 32)
    assert (Purpose.GRADE, Purpose.SELF_PAY, Purpose.TRAINING) == (61, 80, 98)


def splitmix(keys: list[int]) -> float:
    """The hash again, in plain Python integers."""
    mask = 2**64 - 1
    state = len(keys)
    for part in keys:
        z = ((state ^ (part & mask)) + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        state = z ^ (z >> 31)
    return (state >> 11) / 2**53


def test_hashed_uniform_equals_plain_integers_and_broadcasts() -> None:
    numbers = np.array([0, 1, -1, 2**40, key("xinhu-day-3")])
    got = hashed_uniform(1, numbers, -5)
    assert got.tolist() == [splitmix([1, int(n), -5]) for n in numbers]
    assert float(hashed_uniform(2**70 + 1, 2)) == splitmix([2**70 + 1, 2])
    assert hashed_uniform(numbers[:, None], numbers).shape == (5, 5)


@pytest.mark.parametrize("column", range(3))
def test_hashed_uniform_is_uniform_along_each_key(column: int) -> None:
    """n = 100,000 consecutive keys; neighbours unrelated (lag 1 to 3)."""
    keys: list[Any] = [5, 6, 7]
    keys[column] = np.arange(100_000)
    u = hashed_uniform(*keys)
    assert u.min() >= 0
    assert u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > ALPHA
    for lag in (1, 2, 3):
        assert stats.pearsonr(u[lag:], u[:-lag]).pvalue > ALPHA


def lognorm(mean: float, cv: float) -> Any:
    spread = np.sqrt(np.log(1 + cv**2))
    return stats.lognorm(spread, scale=mean / np.sqrt(1 + cv**2))


def weibull(mean: float, cv: float) -> Any:
    """Found by scipy from its own mean and variance, on a fine grid of shapes."""
    shape = stats.weibull_min
    low, high = 0.05, 50.0
    for _ in range(100):
        middle = (low * high) ** 0.5
        own = shape(middle)
        low, high = (low, middle) if own.std() / own.mean() < cv else (middle, high)
    return shape(low, scale=mean / shape(low).mean())


CONTINUOUS: dict[str, tuple[dict[str, Any], Any]] = {
    "exponential": ({"mean_h": 2}, stats.expon(scale=2 * HOUR)),
    "lognormal": ({"mean_min": 60, "cv": 0.5}, lognorm(HOUR, 0.5)),
    "gamma": ({"mean_min": 60, "cv": 0.5}, stats.gamma(4, scale=HOUR / 4)),
    "gamma wide": ({"mean_min": 60, "cv": 1.25}, stats.gamma(0.64, scale=HOUR / 0.64)),
    "weibull": ({"mean_min": 60, "cv": 0.5}, weibull(HOUR, 0.5)),
    "weibull wide": ({"mean_min": 60, "cv": 1.5}, weibull(HOUR, 1.5)),
    "uniform": ({"low_min": 10, "high_min": 50}, stats.uniform(10 * MINUTE, 40 * MINUTE)),
    "triangular": (
        {"low_min": 10, "mode_min": 20, "high_min": 50},
        stats.triang(0.25, loc=10 * MINUTE, scale=40 * MINUTE),
    ),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_distributions(name: str) -> None:
    """n = 20,000: Kolmogorov-Smirnov, mean and variance within their standard errors."""
    spec, truth = CONTINUOUS[name]
    x = drawn({"dist": name.split()[0], **spec})
    assert x.dtype == np.int64
    assert stats.kstest(x, truth.cdf).pvalue > ALPHA
    mean, variance, kurtosis = (float(m) for m in truth.stats("mvk"))
    bound = stats.norm.isf(ALPHA / 2)
    assert abs(x.mean() - mean) < bound * np.sqrt(variance / N)
    assert abs(x.var() - variance) < bound * variance * np.sqrt((kurtosis + 2) / N)
    stated = Distribution.model_validate({"dist": name.split()[0], **spec})
    assert stated.mean_ms == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("cv", [1e-6, 1e-4, 1e-3, 0.05, 0.5, 1.0, 2.0, 8.0, 20.0])
def test_weibull_parameters_have_the_mean_and_cv(cv: float) -> None:
    """Moments as scipy.stats computes them, and the limit for a narrow one."""
    shape, scale = weibull_parameters(1234.5, cv)
    own = stats.weibull_min(shape, scale=scale)
    assert own.mean() == pytest.approx(1234.5, rel=1e-9)
    if cv >= 1e-3:  # scipy's variance cancels below
        assert own.std() / own.mean() == pytest.approx(cv, rel=1e-6)
    else:  # a narrow Weibull is a Gumbel: sd = pi / sqrt(6) / shape
        assert np.pi / np.sqrt(6) / shape == pytest.approx(cv, rel=1e-3)


def test_cv_of_one_is_the_exponential() -> None:
    assert weibull_parameters(100, 1.0) == (1.0, 100.0)


@pytest.mark.parametrize("cv", [1e-3, 0.3, 1.0, 5.0])
def test_lognormal_parameters_have_the_mean_and_cv(cv: float) -> None:
    mu, sigma = lognormal_parameters(777.0, cv)
    own = stats.lognorm(sigma, scale=np.exp(mu))
    assert own.mean() == pytest.approx(777.0, rel=1e-9)
    assert own.std() / own.mean() == pytest.approx(cv, rel=1e-8)


def test_constant_never_and_empty() -> None:
    assert set(drawn({"dist": "constant", "value_s": 1.2345}).tolist()) == {1234}
    assert set(drawn({"dist": "never"}).tolist()) == {NEVER}
    assert set(drawn({"dist": "exponential", "mean_s": 0}).tolist()) == {0}
    for spec in ({"dist": "never"}, {"mean_s": 5}, {"dist": "gamma", "mean_s": 5, "cv": 1}):
        assert drawn(spec, 0).shape == (0,)


def test_empirical_by_weight() -> None:
    """n = 20,000: chi-square on three values, the middle one of weight 0."""
    spec = {"dist": "empirical", "values_s": [1, 2, 3, 4], "weights": [1, 0, 2, 5]}
    values, counts = np.unique(drawn(spec), return_counts=True)
    assert values.tolist() == [1 * SECOND, 3 * SECOND, 4 * SECOND]
    assert stats.chisquare(counts, N * np.array([1, 2, 5]) / 8).pvalue > ALPHA
    plain = np.unique(drawn({"dist": "empirical", "values_s": [5, 5, 7]}), return_counts=True)[1]
    assert stats.chisquare(plain, N * np.array([2, 1]) / 3).pvalue > ALPHA


def test_choose_at_the_edges() -> None:
    coins = np.array([0.0, 0.25 - 1e-12, 0.25, 1 - 2**-53])
    assert choose((1.0, 0.0, 3.0, 0.0), coins).tolist() == [0, 0, 2, 2]


def test_draws_are_cut_at_ten_years() -> None:
    x = drawn({"dist": "lognormal", "mean_days": 3650, "cv": 20})
    assert x.max() == LONGEST
    assert x.min() >= 0


def test_travel_factor() -> None:
    """n = 20,000 against the lognormal of mean 1."""
    truth = lognorm(1.0, 0.3)
    assert stats.kstest(sample_factor(0.3, rng(), N), truth.cdf).pvalue > ALPHA
    assert (sample_factor(0.0, rng(), 5) == 1).all()


@pytest.mark.parametrize("name", CONTINUOUS)
def test_a_row_depends_on_its_position_only(name: str) -> None:
    """The first 50 of 500 draws are the 50 draws; a matrix grows by columns, unchanged."""
    spec = Distribution.model_validate({"dist": name.split()[0], **CONTINUOUS[name][0]})
    few, many = Dice(1, 2, "s", 50), Dice(1, 2, "s", 500)
    short = few.time_matrix(spec, Purpose.OFFER_DELAY, 2)
    long = many.time_matrix(spec, Purpose.OFFER_DELAY, 6)
    assert (long[:50, :2] == short).all()
    coins = many.coin_matrix(Purpose.OFFER_COIN, 6)
    assert (coins[:50, :2] == few.coin_matrix(Purpose.OFFER_COIN, 2)).all()
    assert len(np.unique(coins)) == coins.size
