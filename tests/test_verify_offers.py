"""The statements about organisations and offer modes: silent where kept, loud where not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hand_day_result import setting
from hypothesis import given, settings

from sim.check import verify
from sim.log import Result
from tests.chance import seeds
from tests.naive_facts import Rules, Task
from tests.orders_cases import team
from tests.orders_kit import PLAIN, SECOND, spots, tables_of
from tests.test_emergencies_row_by_row import Crowd
from tests.test_modes_row_by_row import grabbing, pooling
from tests.test_organisations import county_of_three
from tests.test_rematch_row_by_row import crowded

OF_THE_CASES_MAKING = {"requests_repeat_services", "breaks_last_in_full"}
"""Targets and breaks of these cases are drawn, not those of their services and shifts."""
some = settings(max_examples=12, deadline=None, derandomize=True, database=None)


def broken(result: Result) -> list[str]:
    return [str(v) for v in verify(result) if v.rule not in OF_THE_CASES_MAKING]


@some
@given(seeds)
def test_grabbing_breaks_nothing(seed: int) -> None:
    assert broken(tables_of(**grabbing(Crowd(seed), "grab"))) == []
    assert broken(tables_of(**grabbing(Crowd(seed), "hybrid"))) == []


@some
@given(seeds)
def test_the_pool_breaks_nothing(seed: int) -> None:
    assert broken(tables_of(**pooling(Crowd(seed)))) == []


@some
@given(seeds)
def test_reoptimising_breaks_nothing(seed: int) -> None:
    assert broken(tables_of(**crowded(Crowd(seed)))) == []


def in_territories() -> Result:
    return county_of_three("town", "village", "")


def strays(result: Result) -> Result:
    """The first point's organisation is said to serve the village."""
    told = result.reference["organisations"].assign(zones=["village", "", ""])
    return replace(result, reference={**result.reference, "organisations": told})


def grabbed() -> Result:
    """An order that the only one of two caregivers to react grabs after a while."""
    rules = Rules(60 / 3600, offer_mode="grab", grab_to="caregivers", grab_timeout=9 * SECOND)
    for number in range(100):
        todo = [Task(4 * SECOND, PLAIN, spots()[0], 5 * SECOND, reaction=number)]
        result = tables_of(todo, team(0, 1), rules)
        reactions = result.more["grabs"]
        late = reactions["reacted"] > reactions["shown"]
        if len(reactions) == 1 and (reactions["won"] & late).all():
            return result
    raise AssertionError("nobody reacts")


def passed_over(result: Result) -> Result:
    """The other one, free all the while, is said to have reacted first."""
    table = result.more["grabs"]
    other = ({"p0-plain-1", "p0-plain-2"} - {str(table["caregiver"][0])}).pop()
    first = table.assign(
        caregiver=pd.Categorical([other], table["caregiver"].cat.categories), won=False,
        reacted=table["shown"] + pd.Timedelta(500, "ms"))
    return replace(result, more={**result.more, "grabs": pd.concat([first, table])})


def pooled() -> Result:
    """One order near the one caregiver, and one out of reach."""
    (x, y, row), rules = spots()[0], Rules(60 / 3600, offer_mode="pool", pool_km=5.0)
    todo = [Task(0, PLAIN, (x + 2, y, row), 5 * SECOND), Task(0, PLAIN, (x + 9, y, row), SECOND)]
    return tables_of(todo, team(0), rules)


def won(result: Result, **cells: object) -> Result:
    """The first reaction that won, told otherwise."""
    table = result.more["grabs"].copy()
    row = table.index[table["won"]][0]
    for name, value in cells.items():
        table.loc[row, name] = value
    return replace(result, more={**result.more, "grabs": table})


SPOILT: dict[str, tuple[set[str], Callable[[], Result], Callable[[Result], Result]]] = {
    "outside the territory": ({"territory_kept"}, in_territories, strays),
    "grabbed where orders are assigned": (
        {"mode_is_the_countys"}, grabbed, lambda r: setting(r, "dispatch.offer_mode", "assign")),
    "assigned where orders are grabbed": (
        {"mode_is_the_countys"}, in_territories,
        lambda r: setting(r, "dispatch.offer_mode", "grab")),
    "grabbed before it was shown": (
        {"first_to_react_wins"}, grabbed,
        lambda r: won(r, reacted=r.more["grabs"]["shown"][0] - pd.Timedelta(1, "s"))),
    "passed over": (
        {"nobody_is_passed_over"}, grabbed, passed_over),
    "won by nobody": ({"first_to_react_wins"}, grabbed, lambda r: won(r, won=False)),
    "out of range": ({"pool_within_range"}, pooled, lambda r: setting(r, "dispatch.pool_km", 1.0)),
    "idle within range": ({"no_idle_pool"}, pooled, lambda r: setting(r, "dispatch.pool_km", 99.0)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    expected, make, spoil = SPOILT[name]
    result = make()
    assert [str(v) for v in verify(result)] == []
    assert {v.rule for v in verify(spoil(result))} == expected
