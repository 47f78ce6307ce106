"""Choosing the best with a promised probability: by hand, and by the procedure as published."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.experiments.select import Selection, kn

Floats = NDArray[np.float64]


def table(values: Floats) -> Callable[[Sequence[int], Sequence[int]], Floats]:
    """Observations read off a table with a row for each system."""
    return lambda systems, replications: values[np.ix_(systems, replications)]


def published(values: Floats, delta: float, alpha: float, first: int) -> tuple[int, list[int]]:
    """The procedure step by step as the paper states it, with c = 1: best and sample sizes."""
    k = len(values)
    eta = ((2 * alpha / (k - 1)) ** (-2 / (first - 1)) - 1) / 2
    h2 = 2 * eta * (first - 1)
    head = values[:, :first]
    s2 = {}
    for i in range(k):
        for j in range(k):
            apart = head[i] - head[j]
            s2[i, j] = ((apart - apart.mean()) ** 2).sum() / (first - 1)
    most = [max(math.floor(h2 * s2[i, j] / delta**2) for j in range(k) if j != i)
            for i in range(k)]
    size, inside, r = [first] * k, set(range(k)), first
    if first > max(most):
        return int(head.mean(axis=1).argmax()), size
    while True:
        mean = {i: values[i, :r].mean() for i in inside}
        inside = {
            i for i in inside
            if all(mean[i] >= mean[j]
                   - max(0, delta / (2 * r) * (h2 * s2[i, j] / delta**2 - r))
                   for j in inside if j != i)
        }
        if len(inside) == 1:
            return inside.pop(), size
        r += 1
        for i in inside:
            size[i] = r
        if r == max(most) + 1:
            return max(inside, key=lambda i: values[i, :r].mean()), size


@pytest.mark.parametrize("seed", range(12))
def test_it_follows_the_published_procedure(seed: int) -> None:
    random = np.random.default_rng(seed)
    k = 2 + seed % 5
    common = random.normal(0, 1, 4000)
    values = random.normal(0, 1, (k, 4000)) + common + random.normal(0, 0.1, (k, 1))
    found = kn(table(values), k, 0.3, 0.95, first=10)
    assert (found.best, list(found.n)) == published(values, 0.3, 0.05, 10)
    assert max(found.n) > 10


def test_by_hand() -> None:
    # Two systems, first = 3, error 0.1: h2 = ((2 x 0.1) ** -1 - 1) x 2 = 8. Differences 2, 4, 3:
    # S2 = 1, and with delta = 2 the reach is 8 x 1 / 4 = 2 < 3, so the first stage decides.
    values = np.array([[5.0, 7, 6], [3, 3, 3]])
    found = kn(table(values), 2, 2.0, 0.9, first=3)
    assert (found.best, found.n, found.rounds) == (0, (3, 3), ((3, (0,)),))
    # With delta = 1 the reach is 8: after 3 replications a system may lie (8 - 3) / 6 = 0.833
    # behind, and system 1 lies 3 behind: out at once too.
    assert kn(table(values), 2, 1.0, 0.9, first=3).n == (3, 3)
    # Now it lies only 0.5 behind on average: in until (8 - r) / (2 r) < 0.5, which is r = 5.
    values = np.array([[3.5, 4.5, 3.5, 3.5, 3.5], [3.0, 3, 4, 3, 3]])
    first_stage = values[0, :3] - values[1, :3]
    assert np.var(first_stage, ddof=1) == pytest.approx(1)
    assert np.mean(values[0] - values[1]) == pytest.approx(0.5)
    found = kn(table(values), 2, 1.0, 0.9, first=3)
    assert (found.best, found.n, found.rounds) == (0, (5, 5), ((5, (0,)),))


def test_what_came_of_each_system_is_told() -> None:
    random = np.random.default_rng(5)
    values = random.normal(0, 1, (4, 2000)) + np.array([[0.0], [-3], [0.4], [-0.5]])
    found = kn(table(values), 4, 0.3)
    assert found.best == 2
    own = found.table.set_index("system")
    assert own["n"].to_list() == list(found.n)
    for system, n in enumerate(found.n):
        assert own["mean"][system] == pytest.approx(values[system, :n].mean())
    assert own["out_after"].isna().to_list() == [False, False, True, False]
    assert own["out_after"][1] < own["out_after"][0]
    assert (own["out_by"].dropna() != own["out_by"].dropna().index).all()
    replications = [r for r, _ in found.rounds]
    assert replications == sorted(set(replications))
    sizes = [len(systems) for _, systems in found.rounds]
    assert sizes == sorted(set(sizes), reverse=True)
    assert found.rounds[-1][1] == (2,)


def test_only_what_is_still_needed_is_asked_for() -> None:
    random = np.random.default_rng(6)
    values = random.normal(0, 1, (3, 2000)) + np.array([[0.0], [-3], [0.2]])
    asked: list[tuple[tuple[int, ...], tuple[int, ...]]] = []

    def observe(systems: Sequence[int], replications: Sequence[int]) -> Floats:
        asked.append((tuple(systems), tuple(replications)))
        return values[np.ix_(systems, replications)]

    found = kn(observe, 3, 0.3, first=20)
    assert asked[0] == ((0, 1, 2), tuple(range(20)))
    assert [replications for _, replications in asked[1:]] == [
        (r,) for r in range(20, max(found.n))]
    assert all(systems == (0, 2) for systems, _ in asked[1:])


def test_systems_that_are_the_same_end_too() -> None:
    same = np.tile(np.random.default_rng(7).normal(0, 1, 500), (3, 1))
    found = kn(table(same), 3, 0.1)
    assert (found.best, found.n) == (0, (10, 10, 10))
    noisy = np.random.default_rng(8).normal(0, 1, (3, 5000))
    assert max(kn(table(noisy), 3, 0.2).n) < 5000


@pytest.mark.parametrize(
    "bad", [{"k": 1}, {"delta": 0.0}, {"first": 1}, {"confidence": 0.5}, {"confidence": 1.0}]
)
def test_what_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    values = np.random.default_rng(9).normal(0, 1, (2, 100))
    with pytest.raises(ValueError, match="kn: "):
        kn(table(values), **({"k": 2, "delta": 1.0} | bad))


def test_observations_must_be_numbers_of_the_right_shape() -> None:
    def observe(systems: Sequence[int], replications: Sequence[int]) -> Floats:
        return np.full((len(systems), len(replications)), np.nan)

    with pytest.raises(ValueError, match="finite"):
        kn(observe, 2, 1.0)
    with pytest.raises(ValueError, match="systems"):
        kn(lambda systems, replications: [1.0], 2, 1.0)


@pytest.mark.parametrize("common", [0.0, 0.8])
def test_the_promise_is_kept(common: float) -> None:
    """In the slippage configuration, of 200 selections promised at 0.95 few are wrong."""
    random = np.random.default_rng(10)
    right = 0
    for _ in range(200):
        shared = random.normal(0, math.sqrt(common), 3000)
        values = random.normal(0, math.sqrt(1 - common), (5, 3000)) + shared
        values[3] += 0.4
        found: Selection = kn(table(values), 5, 0.4)
        right += found.best == 3
    assert right >= 181  # a binomial of 200 at 0.95 is below with probability 0.002
