"""Places, the waitlist and caregivers of the house against the slow second implementation.

A few hundred cases here; ``python -m tests.evidence.places`` plays thousands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.words.kinds import DAY
from tests.naive import Shift
from tests.naive_places import Row, Wish
from tests.places_cases import RULES
from tests.places_kit import ALWAYS, PEOPLE, POINTS, ZONES, Case, compare, of_model, used_twice
from tests.row_kit import SECOND, Log, seconds


@pytest.mark.parametrize("rule", RULES)
def test_places_row_by_row(rule: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(RULES[rule], st.none())
    def agrees(case, _):  # type: ignore[no-untyped-def]
        assert not used_twice(compare(case))

    agrees()


def test_who_comes_to_a_house_short_of_hands_makes_room_for_those_who_wait() -> None:
    """Three are there and need two caregivers; with the second, who comes late, there is room for
    a fourth."""
    late = [Shift(5 * SECOND, DAY, [])]
    people = [[Shift(0, DAY, [])], [], late, *([] for _ in PEOPLE[3:])]
    rows = [Row(0, "a", 4, ALWAYS, 2, "", [DAY] * 3)]
    wish = Wish(SECOND, 0, ("a",), SECOND, waits=True)
    case = Case(rows, [wish], people, [[1] * (ZONES + POINTS)] * (ZONES + POINTS))
    log = compare(case)
    assert [(w["listed"], w["unlisted"]) for w in log["waitlist"]] == [(SECOND, 5 * SECOND)]


def before(log: Log, t: int) -> list[Any]:
    """What the tables say of places before ``t``."""
    found: list[Any] = []
    for stay in log["stays"]:
        if stay["held"] < t:
            found.append((stay["order"], stay["point"], stay["kind"], stay["place"], stay["held"]))
        found += [(stay["stay"], name, stay[name]) for name in ("entered", "left")
                  if 0 <= stay[name] < t]
    for row in log["waitlist"]:
        found += [(row["order"], name, row[name]) for name in ("listed", "unlisted")
                  if 0 <= row[name] < t]
    found += [(o["order"], o["state"], o["cancelled"]) for o in log["orders"]
              if 0 <= o["cancelled"] < t]
    return found


def redrawn(case: Case, log: Log, t: int) -> Case:
    """The case with every stay that is not over at ``t`` lasting longer, and later wishes other."""
    stays = {stay["order"]: stay for stay in log["stays"]}
    wishes: list[Wish] = []
    for order, wish in enumerate(sorted(case.wishes, key=lambda wish: wish.time)):
        stay = stays.get(order)
        over = stay is not None and 0 <= stay["left"] < t
        wishes.append(wish if over else replace(
            wish, duration=max(t, wish.duration) + 7 * SECOND,
            zone=wish.zone if wish.time < t else 1 - wish.zone,
        ))
    rows = [
        replace(row, residents=[left if left < t else left + 3 * SECOND for left in row.residents])
        for row in case.rows
    ]
    return replace(case, wishes=wishes, rows=rows)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(RULES["beds with a waitlist"], seconds(3, 20))
def test_no_place_is_given_by_what_is_still_to_come(case: Case, t: int) -> None:
    log = of_model(case)
    assert before(of_model(redrawn(case, log, t)), t) == before(log, t)
