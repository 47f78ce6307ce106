"""Re-optimisation against every permutation, at each epoch of small random counties."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given

from sim.rules.matching import UNMATCHED, least_cost
from sim.words.kinds import HOUR
from tests.chance import seeds
from tests.naive_rematch import Again, every_matching, total
from tests.orders_kit import MEMBERS, NURSING, PAIR, PLAIN, SECOND, compare
from tests.row_kit import cases
from tests.test_emergencies_row_by_row import Crowd
from tests.test_modes_row_by_row import county_of


def crowded(chance: Crowd) -> dict[str, Any]:
    """One point with all the orders, others with the people."""
    rules = chance.rules(
        choose_point=chance.one_of("nearest", "least_delay"), borrow_km=0.0,
        reoptimise_every=4 * HOUR, max_travel_min=chance.one_of(15 / 60, 1e9),
        offer_mode=chance.one_of("assign", "assign", "grab"), grab_timeout=2 * SECOND,
    )
    case = county_of(chance, rules, PLAIN, PLAIN, NURSING, PAIR)
    people = [[] for _ in case["people"]]
    for number in (0, 2 * MEMBERS, 3 * MEMBERS, 4 * MEMBERS):
        people[number] = chance.shifts()
    tasks = [chance.task(PLAIN, PLAIN, NURSING) for _ in range(5)]
    for task in tasks:
        task.time, task.duration = task.time // 3, 6 * task.duration
        task.window = None
    return {
        **case, "people": people, "tasks": [*tasks, *case["tasks"][:1]],
        "start": 4 * HOUR - chance.seconds(12, 40),
    }


@cases
@given(seeds)
def test_reoptimisation(seed: int) -> None:
    naive = compare(**crowded(Crowd(seed)), naive_of=Again)
    assert all(with_it <= without for with_it, without in naive.epochs)


def test_something_is_matched_in_many_cases() -> None:
    better = 0
    for seed in range(60):
        naive = compare(**crowded(Crowd(seed)), naive_of=Again)
        better += any(with_it < without for with_it, without in naive.epochs)
    assert better >= 15


@cases
@given(seeds)
def test_no_matching_costs_less(seed: int) -> None:
    """Nor does the greedy one, that of the least cost left, time after time."""
    rng = np.random.default_rng(seed)
    orders, people = rng.integers(1, 5, 2)
    cost = np.where(rng.random((orders, people)) < 0.3, np.inf,
                    rng.integers(0, 50, (orders, people)).astype(float))
    chosen = least_cost(cost).tolist()
    table = cost.tolist()
    least = min(total(table, m) for m in every_matching(table, int(people)))
    assert total(table, chosen) == least
    assert least <= total(table, greedy(cost))


def greedy(cost: Any) -> list[int]:
    left, chosen = cost.copy(), [-1] * len(cost)
    while np.isfinite(left).any():
        row, column = np.unravel_index(np.argmin(left), left.shape)
        chosen[int(row)] = int(column)
        left[row, :], left[:, column] = np.inf, np.inf
    return chosen


def test_an_order_without_anybody_costs_more_than_any_trip() -> None:
    assert least_cost(np.array([[UNMATCHED / 10]])).tolist() == [0]
    assert least_cost(np.array([[np.inf]])).tolist() == [-1]
