"""The statements about emergencies: silent where the model keeps them, loud where it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hand_day_result import setting
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.check import verify
from sim.log import Result
from sim.model.county import simulate
from sim.model.matching import waiting
from sim.model.matching.standby import Standby
from sim.model.order import Order
from sim.model.point import Point
from tests.naive_facts import Rules, Task
from tests.orders_kit import MEMBERS, NURSING, PLAIN, SECOND, simulated
from tests.test_emergencies import KMH, URGENT, away, calling_away, team
from tests.whole_kit import case

OF_THE_CASES_MAKING = {"requests_repeat_services", "breaks_last_in_full"}
"""Targets and breaks of these cases are drawn, not those of their services and shifts."""


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_a_small_county_full_of_emergencies_breaks_nothing(seed: int) -> None:
    result = simulate(*case(seed, 20, urgent=True))
    assert [str(v) for v in verify(result) if v.rule not in OF_THE_CASES_MAKING] == []


def called_away() -> Result:
    return simulated(calling_away(), team(0, 1), replace(URGENT, choose_order="nearest"))


def reserved() -> Result:
    tasks = [Task(n * SECOND, PLAIN, away(3), 5 * SECOND) for n in range(3)]
    return simulated(tasks, team(0, MEMBERS), Rules(KMH, emergency=2, reserve=1))


def another_was_free() -> Result:
    """A second nurse is at the point all the time."""
    left, _, emergency = calling_away()
    return simulated([left, emergency], team(0, 2), URGENT)


def test_nothing_is_wrong_with_them() -> None:
    for made in (called_away, reserved, another_was_free):
        assert [str(v) for v in verify(made())] == []


Patch = Callable[[pytest.MonkeyPatch], None]
is_taken = Point._is_taken


def only_if_no_emergency(self: Point, order: Order) -> bool:
    return order.priority > 2 and not order.preempted and is_taken(self, order)


MODELS: dict[str, tuple[set[str], Callable[[], Result], Patch]] = {
    "everybody is sent": (
        {"reserve_kept"}, reserved,
        lambda patch: patch.setattr(Standby, "spare", lambda self, order, everybody: everybody)),
    "the order left behind waits like any other": (
        {"left_behind_first"}, called_away,
        lambda patch: patch.setattr(waiting, "_left_behind_first", iter)),
    "called away though somebody is free": (
        {"called_to_an_emergency"}, another_was_free,
        lambda patch: patch.setattr(Point, "_is_taken", only_if_no_emergency)),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_breaks_the_rule_is_found_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, made, patch = MODELS[name]
    patch(monkeypatch)
    assert {v.rule for v in verify(made())} >= expected


def cell(day: Result, table: str, column: str, value: object) -> Result:
    """A copy with one cell of the first row changed: of the order left behind, and of the trip."""
    rows = getattr(day, table).copy()
    rows.loc[0, column] = value
    return replace(day, **{table: rows})


TABLES: dict[str, tuple[set[str], Callable[[Result], Result]]] = {
    "nobody may be called away": (
        {"called_to_an_emergency"}, lambda day: setting(day, "dispatch.preempt", False)),
    "the one left behind was an emergency too": (
        {"called_to_an_emergency"}, lambda day: setting(day, "dispatch.emergency_priority", 5)),
    "neither was": (
        {"called_to_an_emergency"}, lambda day: setting(day, "dispatch.emergency_priority", 1)),
    "a trip more than is counted": (
        {"crew_complete", "orders_wait_as_long_as_lists_are"},
        lambda day: cell(day, "orders", "preempted", 0)),
    "longer than by plan": (
        {"trips_start_where_they_are", "sheet_agrees_with_visits"},
        lambda day: cell(day, "visits", "km", 5.0)),
    "turned back, yet arrived": (
        {"crew_together", "sheet_agrees_with_visits"},
        lambda day: cell(day, "visits", "arrived", pd.Timestamp("2026-03-02 00:00:05"))),
}


@pytest.mark.parametrize("name", TABLES)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    expected, spoil = TABLES[name]
    assert {v.rule for v in verify(spoil(called_away()))} == expected


def test_the_reserve_is_for_those_who_can_do_every_emergency() -> None:
    """A plain caregiver and a nurse; the nurse alone is kept."""
    tasks = [Task(0, PLAIN, away(3), 5 * SECOND), Task(SECOND, NURSING, away(3), SECOND)]
    result = simulated(tasks, team(1, 1), Rules(KMH, emergency=2, reserve=1))
    assert [str(v) for v in verify(result)] == []
    assert result.visits["caregiver"].tolist() == ["p0-plain-1", "p0-nurse-1"]
