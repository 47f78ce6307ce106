"""Ageing, reserves and caregivers called away, worked out by hand; a kilometre takes a second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.check import trace, verify
from sim.measures import measure
from sim.scenario.sections.weights import OrderWeights
from sim.words.kinds import DAY, MINUTE
from tests.naive import Shift
from tests.naive_county import Dispatch
from tests.naive_facts import Rules, Spot, Task
from tests.orders_kit import (
    MEMBERS,
    NURSES,
    NURSING,
    ONE_POINT,
    PAIR,
    PLAIN,
    POINTS,
    SECOND,
    compare,
    simulated,
    spots,
)

KMH = 60 / 3600
"""Minutes a kilometre."""
ALWAYS = [Shift(0, DAY)]
URGENT = Rules(KMH, emergency=2, preempt=True)
"""Nursing is an emergency."""


def away(east: float, north: float = 0) -> Spot:
    """So many kilometres from the first point."""
    return spots()[0][0] + east, spots()[0][1] + north, 0


def team(plain: int, nurses: int) -> list[list[Shift]]:
    """So many caregivers of each kind, all of them at the first point; plain ones are 1 and 2,
    nurses 3 and 4."""
    own = [ALWAYS if n < plain else [] for n in range(MEMBERS)]
    own += [ALWAYS if n < nurses else [] for n in range(MEMBERS)]
    return own + [[] for _ in range(2 * MEMBERS * (POINTS - 1))]


def played(tasks: list[Task], people: list[list[Shift]], rules: Rules, **more: Any) -> Dispatch:
    return compare(tasks, people, rules, services=ONE_POINT, **more)


# -- ageing ------------------------------------------------------------------------------------

FAR, NEAR_EVERY, NEAR = 40, 4, 200


def crowd() -> list[Task]:
    """One order far away, and one next door every four seconds, each of which takes five."""
    near = [Task(4 * n * SECOND, PLAIN, away(0.5), 4 * SECOND) for n in range(NEAR)]
    return [*near, Task(5 * SECOND, PLAIN, away(FAR), SECOND)]


def far_order(naive: Dispatch) -> Any:
    return next(o for o in naive.orders if naive.tasks[o.request].home[0] > away(1)[0])


def test_who_always_goes_to_the_nearest_leaves_the_far_one_for_the_end() -> None:
    naive = played(crowd(), team(1, 0), Rules(KMH, choose_order="nearest"))
    far = far_order(naive)
    assert far.departed > max(o.departed for o in naive.orders if o is not far)


@pytest.mark.parametrize("ageing", [-0.5, -0.1])
def test_ageing_serves_it_and_bounds_who_may_go_before_it(ageing: float) -> None:
    """Nobody overtakes it who was written so much later that age outweighs the way."""
    weights = {n: f.default for n, f in OrderWeights.model_fields.items()} | {"age_min": ageing}
    naive = played(crowd(), team(1, 0), Rules(KMH, choose_order="score", order_weights=weights))
    far = far_order(naive)
    overtakers = [o for o in naive.orders if far.created < o.created and o.departed < far.departed]
    assert overtakers
    later = max(o.created for o in overtakers) - far.created
    assert later <= round(FAR * KMH / -ageing * MINUTE)
    assert far.departed < max(o.created for o in naive.orders)


def test_without_ageing_a_score_starves_it_too() -> None:
    naive = played(crowd(), team(1, 0), Rules(
        KMH, choose_order="score", order_weights={"travel_min": 1.0}))
    far = far_order(naive)
    assert far.departed > max(o.departed for o in naive.orders if o is not far)


# -- reserve -------------------------------------------------------------------------------------


def test_the_last_nurse_is_kept_for_the_emergency() -> None:
    """Two plain orders at once, two nurses: one goes, and the other is there for the emergency."""
    tasks = [
        Task(0, PLAIN, away(3), 5 * SECOND), Task(0, PLAIN, away(3), 5 * SECOND),
        Task(4 * SECOND, NURSING, away(2), SECOND),
    ]
    naive = played(tasks, team(0, 2), Rules(KMH, emergency=2, reserve=1, goes_back=False))
    # the first nurse is done at 8 s, when nobody is in reserve but she herself; the other one,
    # done with the emergency at 7 s, makes two
    assert [o.departed for o in naive.orders] == [0, 8 * SECOND, 4 * SECOND]


def test_who_cannot_do_the_emergency_is_not_kept() -> None:
    tasks = [Task(0, PLAIN, away(3), 5 * SECOND), Task(SECOND, PLAIN, away(3), 5 * SECOND)]
    naive = played(tasks, team(1, 1), Rules(KMH, emergency=2, reserve=1))
    assert [o.departed for o in naive.orders] == [0, 8 * SECOND]
    assert {o.caregiver for o in naive.outings} == {1}


def test_a_crew_takes_no_more_of_them_than_can_be_spared() -> None:
    """Near are the two nurses; one of them goes, with somebody from farther away."""
    tasks = [Task(0, PLAIN, away(9), SECOND), Task(12 * SECOND, PAIR, away(0), SECOND)]
    rules = Rules(KMH, emergency=2, reserve=1, goes_back=False)
    naive = played(tasks, team(1, 2), rules)
    assert sorted(o.caregiver for o in naive.outings if o.order == 1) == [1, 3]
    naive = played(tasks, team(1, 2), replace(rules, reserve=0))
    assert sorted(o.caregiver for o in naive.outings if o.order == 1) == [3, 4]


def test_whom_one_more_relieves_goes_at_once() -> None:
    """Only nurses nurse: the plain order waits for a second nurse to come free, and the one who
    was kept, who is nearer, goes when she has."""
    tasks = [
        Task(0, NURSING, away(5), 5 * SECOND), Task(SECOND, PLAIN, away(0), 5 * SECOND),
    ]
    naive = played(tasks, team(0, 2), Rules(KMH, emergency=2, reserve=1, goes_back=False))
    assert naive.orders[1].departed == 10 * SECOND


def on_the_way_back(east_until: int, other_until: int, nurses: int) -> Dispatch:
    """One drives back from 10 km east between 15 s and 20 s, faster than planned: an order 3 km
    west could not be made before ``east_until`` when it was written at 16 s (its end would be at
    16 + 11 + 4 = 31 s), but from where she is at 18 s it can (18 + 7 + 4 = 29 s). At 18 s a nurse
    is done with an emergency 6 km north."""
    tasks = [
        Task(0, PLAIN, away(10), 5 * SECOND, noise_back=0.5),
        Task(2 * SECOND, NURSING, away(0, 6), 10 * SECOND),
        Task(16 * SECOND, PLAIN, away(-3), 5 * SECOND),
    ]
    people = team(2 - nurses, nurses)
    east, other = (0, MEMBERS) if nurses == 1 else (MEMBERS, MEMBERS + 1)
    people[east], people[other] = [Shift(0, east_until)], [Shift(0, other_until)]
    return played(tasks, people, Rules(KMH, emergency=2, reserve=1))


def test_who_is_not_ready_for_emergencies_looks_again_only_when_back() -> None:
    """The nurse who is done is the last in reserve, which is nothing to somebody who cannot
    nurse: the order goes to her colleague at 20 s, when she is back."""
    naive = on_the_way_back(30 * SECOND, DAY, nurses=1)
    assert [o.departed for o in naive.orders] == [0, 2 * SECOND, 20 * SECOND]


def test_of_two_who_are_ready_the_other_looks_again_at_once() -> None:
    """The nurse who is done can no longer make it before 26 s, but is in reserve now: the other
    one turns round at 18 s."""
    naive = on_the_way_back(30 * SECOND, 26 * SECOND, nurses=2)
    assert [o.departed for o in naive.orders] == [0, 2 * SECOND, 18 * SECOND]


# -- called away -----------------------------------------------------------------------------------


def calling_away(**changes: Any) -> list[Task]:
    """The nurse sets out for an old order 10 km east; after 4 s there is an emergency 1 km north,
    and another plain order nearer than the one left behind."""
    left = Task(0, PLAIN, away(10), 5 * SECOND, noise_out=2.0)
    return [
        replace(left, **changes),
        Task(SECOND, PLAIN, away(2), SECOND),
        Task(4 * SECOND, NURSING, away(4, 3), 2 * SECOND),
    ]


def test_on_the_way_the_nurse_turns_around_and_comes_back_to_whom_she_left() -> None:
    naive = played(calling_away(), team(0, 1), replace(URGENT, choose_order="nearest"))
    left, near, emergency = naive.orders
    lost, help_, again, last = naive.outings
    # four of ten planned seconds on the road: 4 km, though she was slower than planned
    assert (lost.departed, lost.turned, lost.km, lost.arrived) == (0, 4 * SECOND, 4.0, -1)
    assert (emergency.departed, help_.km) == (4 * SECOND, 3.0)
    assert emergency.started == 7 * SECOND and emergency.ended == 9 * SECOND
    # first of its class again, though the other order is nearer
    assert (again.order, again.departed) == (left.number, 9 * SECOND)
    assert left.preempted == 1 and last.order == near.number
    assert left.gathering == 9 * SECOND and left.accepted == left.eligible == 0


def test_without_it_the_emergency_waits() -> None:
    naive = played(calling_away(), team(0, 1), replace(URGENT, preempt=False))
    assert naive.orders[2].departed == 25 * SECOND


@pytest.mark.parametrize(("patience", "gives_up"), [
    (3, 4), (4, 4), (6, 6), (8, 8), (9, -1),
])
def test_whoever_is_left_behind_may_give_up(patience: int, gives_up: int) -> None:
    """At once if patience ran out while somebody was on the way; the nurse is free at 9 s."""
    naive = played(calling_away(patience=patience * SECOND), team(0, 1), URGENT)
    assert naive.orders[0].cancelled == (gives_up * SECOND if gives_up > 0 else -1)


@pytest.mark.parametrize(("what", "people", "rules", "urgent"), [
    ("a nurse is free", team(0, 2), {}, {}),
    ("nobody on the road is a nurse", team(1, 0), {}, {}),
    ("it wants two", team(0, 1), {}, {"service": NURSES}),
    ("it is booked", team(0, 1), {}, {"window": (30 * SECOND, 40 * SECOND)}),
    ("what she is on the way to is an emergency too", team(0, 1), {"emergency": 5}, {}),
    ("she is there already", team(0, 1), {}, {"time": 20 * SECOND}),
    ("she could not make it", [*team(0, 0)[:2], [Shift(0, 19 * SECOND)], *team(0, 0)[3:]], {},
     {"home": away(20)}),
])
def test_nobody_is_called_away_where(
    what: str, people: list[list[Shift]], rules: Any, urgent: Any
) -> None:
    first, second, emergency = calling_away()
    naive = played([first, second, replace(emergency, **urgent)], people, replace(URGENT, **rules))
    assert [o.preempted for o in naive.orders] == [0, 0, 0], what


def test_two_of_a_crew_are_not_called_away() -> None:
    tasks = [
        Task(0, PAIR, away(10), SECOND), Task(4 * SECOND, NURSING, away(1), SECOND),
    ]
    naive = played(tasks, team(0, 2), URGENT)
    assert naive.orders[0].preempted == 0


def test_the_nearest_of_several_turns_around() -> None:
    tasks = [
        Task(0, PLAIN, away(10), SECOND), Task(0, PLAIN, away(-10), SECOND),
        Task(4 * SECOND, NURSING, away(-5), SECOND),
    ]
    naive = played(tasks, team(0, 2), URGENT)
    assert [o.preempted for o in naive.orders] == [0, 1, 0]


# -- what is told of it -------------------------------------------------------------------------


def test_tables_checks_measures_and_story_of_an_emergency() -> None:
    result = simulated(calling_away(), team(0, 1), replace(URGENT, choose_order="nearest"))
    assert [str(v) for v in verify(result)] == []
    left = result.orders.iloc[0]
    assert left["preempted"] == 1 and left["state"] == "completed"
    lost = result.visits.iloc[0]
    assert lost["km"] == 4.0 and not lost["no_show"]
    assert lost[["arrived", "started", "ended"]].isna().all()
    sheet = result.timesheet[result.timesheet["state"] == "travel"]
    assert sheet["km"].tolist()[:2] == [4.0, 3.0]
    assert (sheet["end"] - sheet["start"]).dt.total_seconds().tolist()[:2] == [4.0, 3.0]

    found = measure(result).ratios.set_index(["measure", "group"])
    assert found.loc[("preempted_share", "all"), ["num", "den"]].tolist() == [1, 3]
    assert found.loc[("visits_per_caregiver_day", "all"), "num"] == 3
    parts = found.xs("all", level="group")["num"]
    names = [n for n in parts.index if n.startswith("response_") and n != "response_min"]
    assert sum(parts[n] for n in names) == pytest.approx(parts["response_min"])

    told = trace(result, 0, "en")
    assert "p0-nurse-1 (Point) sets out: planned 0 min." in told
    assert ("2026-03-02 00:00:04 p0-nurse-1 is called away after some 4.0 km, to the emergency of "
            "order 2; this order is first of its class again.") in told
    assert "It waited another 5 s, until 2026-03-02 00:00:09." in told
    assert "p0-nurse-1 (Point) sets out: 6.7 km, planned 0 min." in told
    assert "走了约 4.0 公里，被调去紧急工单 2；本单退回，排在同级首位。" in trace(result, 0, "zh")
    assert "(Point), on the way to order 0, turns around for it: 3.0 km" in trace(result, 2, "en")
    assert "正在去工单 0 的路上，掉头赶来，路程 3.0 公里" in trace(result, 2, "zh")


def test_an_order_left_behind_for_good_is_told_to_its_end() -> None:
    result = simulated(calling_away(patience=6 * SECOND), team(0, 1), URGENT)
    assert [str(v) for v in verify(result)] == []
    assert "It waited another 2 s, until 2026-03-02 00:00:06." in trace(result, 0, "en")
    assert "cancelled: the client gave up" in trace(result, 0, "en")
    assert result.orders["departed"].isna().tolist() == [True, False, False]


def test_idle_in_reserve_is_told_as_such() -> None:
    tasks = [Task(0, PLAIN, away(3), 5 * SECOND), Task(0, PLAIN, away(3), 5 * SECOND)]
    result = simulated(tasks, team(0, 2), Rules(KMH, emergency=2, reserve=1, goes_back=False))
    assert [str(v) for v in verify(result)] == []
    sheet = result.timesheet
    kept = sheet[sheet["reason"] == "standby"]
    # until somebody has looked again, which the first nurse's coming free makes him do
    assert kept["staff"].tolist() == ["p0-nurse-2"]
    assert (kept["end"] - kept["start"]).dt.total_seconds().tolist() == [13.0]
    assert "idle (kept free for emergencies)" in trace(result, 1, "en")
    assert "空闲（备勤）" in trace(result, 1, "zh")
