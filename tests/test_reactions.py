"""Reactions to an order that is shown to many: each has its distribution, and nobody else's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.scenario.sections.quantities import Distribution
from sim.workload.reactions import names, quantile, reactions
from sim.workload.sampling import sample

N = 20_000
EXPONENTIAL = Distribution(dist="exponential", mean_min=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("given", [
    {"dist": "constant", "value_s": 40}, {"dist": "exponential", "mean_s": 40},
    {"dist": "lognormal", "mean_s": 40, "cv": 0.8}, {"dist": "gamma", "mean_s": 40, "cv": 0.6},
    {"dist": "weibull", "mean_s": 40, "cv": 0.7}, {"dist": "uniform", "low_s": 10, "high_s": 90},
    {"dist": "triangular", "low_s": 5, "mode_s": 20, "high_s": 80},
    {"dist": "empirical", "values_s": [3, 9, 30], "weights": [1, 2, 1]},
])
def test_inversion_gives_the_distribution_that_drawing_gives(given: dict[str, Any]) -> None:
    distribution = Distribution(**given)
    inverted = quantile(distribution, (np.arange(N) + 0.5) / N)
    drawn = np.sort(sample(distribution, np.random.default_rng(5), N))
    assert (np.diff(inverted) >= 0).all()
    # Dvoretzky-Kiefer-Wolfowitz: further apart with a chance below 1 in 1,000
    both = np.concatenate([inverted, drawn])
    apart = np.abs(
        np.searchsorted(inverted, both, "right") - np.searchsorted(drawn, both, "right")
    ).max() / N
    assert apart < np.sqrt(np.log(2 / 0.001) / (2 * N)) + 1 / N


def test_a_reaction_is_nobody_elses() -> None:
    few, many = names("point", ["a", "b"]), names("point", ["c", "b", "d", "a"])
    times, coins = reactions(77, few, EXPONENTIAL)
    again, tossed = reactions(77, many, EXPONENTIAL)
    assert times.tolist() == [again[3], again[1]] and coins.tolist() == [tossed[3], tossed[1]]
    assert names("point", ["a"])[0] != names("caregiver", ["a"])[0]


def test_the_first_of_five_reacts_in_a_fifth_of_the_time() -> None:
    """The least of five exponential times is exponential with a fifth of their mean."""
    who = names("point", "abcde")
    first = np.array([reactions(n, who, EXPONENTIAL)[0].min() for n in range(5000)]) / 60_000
    assert abs(first.mean() - 0.6) < 4 * 0.6 / np.sqrt(5000)
    assert abs(first.std() - 0.6) < 0.05
