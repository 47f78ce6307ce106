"""Each statement is silent on a day in which it holds, and speaks when that day is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from delivering import SPOILT as OF_ROUNDS
from hand_day_result import changed, hand_made, referring, repeated, setting, without
from spoilt_people import OF_PEOPLE
from spoilt_shocks import OF_SHOCKS
from test_funds import SPOILT as OF_MONEY
from test_hold import SPOILT as OF_HOLD
from test_places import SPOILT as OF_PLACES
from test_plans import SPOILT as OF_PLANS
from test_remote import SPOILT as OF_EXPERTS
from test_tiers import SPOILT as OF_TIERS
from test_verify_offers import SPOILT
from test_verify_urgent import MODELS

from sim.check import Violation, verify
from sim.check.ground.spans import area, number_at, overlaps, present, witness
from sim.check.verify import STATEMENTS
from sim.log import Result
from sim.model import simulate
from sim.scenario.load import load
from sim.workload.draw import draw

Spoil = Callable[[Result], Result]
DAY = hand_made()


def cell(table: str, row: int, **cells: Any) -> Spoil:
    return lambda day: changed(day, table, row, cells)


def again(table: str, row: int, **cells: Any) -> Spoil:
    return lambda day: repeated(day, table, row, cells)


def lost(table: str, row: int) -> Spoil:
    return lambda day: without(day, table, row)


def told(table: str, row: int, **cells: Any) -> Spoil:
    return lambda day: referring(day, table, row, cells)


def under(**settings: Any) -> Spoil:
    def spoil(day: Result) -> Result:
        for key, value in settings.items():
            day = setting(day, key.replace("__", "."), value)
        return day

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(day: Result) -> Result:
        for each in spoils:
            day = each(day)
        return day

    return spoil


def sheet(staff: str, start: str) -> int:
    """The row of the hand-written time sheet that begins then."""
    rows = DAY.timesheet
    mine = (rows["staff"] == staff) & (rows["start"] == pd.Timestamp(f"2026-03-05 {start}"))
    return int(np.flatnonzero(mine)[0])


# A chase three minutes before the order is late, with the time sheet to match.
EARLY_CHASE = both(
    cell("calls", 9, arrived="11:00", answered="11:00", talk_end="11:01", left="11:01",
         wrap_up_end="11:01:40"),
    cell("timesheet", sheet("op-1", "09:23"), end="11:00"),
    cell("timesheet", sheet("op-1", "11:33:20"), start="11:00", end="11:01"),
    cell("timesheet", sheet("op-1", "11:34:20"), start="11:01", end="11:01:40"),
    cell("timesheet", sheet("op-1", "11:35"), start="11:01:40"),
)
# The nurse's order as one for two of west's caregivers, both of whom are idle from 11:43.
CREW_WAITS = both(
    cell("requests", 7, service="bath", priority=4, due="13:05:10"),
    cell("orders", 6, service="bath", priority=4, due="13:05:10", crew=2, point="west"),
    cell("offers", 8, point="west"),
)

MUTATIONS: dict[str, tuple[set[str], Spoil]] = {
    "two visits of one number": ({"ids_unique"}, cell("visits", 1, visit=0)),
    "a zone that is not there": ({"references_resolve"}, cell("requests", 4, zone="nowhere")),
    "a call after the end": (
        {"inside_the_run"},
        both(cell("requests", 11, requested="49:00"),
             cell("calls", 11, arrived="49:00", left="49:00")),
    ),
    "a class that is not the service's": (
        {"requests_repeat_services"}, cell("requests", 4, priority=1)),
    "a target that is not the service's": (
        {"requests_repeat_services"}, cell("requests", 4, due="10:00")),
    "another caller": ({"calls_repeat_requests"}, cell("calls", 1, caller="device")),
    "another group on the roster": (
        {"rosters_repeat_staff"}, cell("roster", 4, staff_group="west")),
    "a call nobody counted": ({"offered_adds_up"}, lost("calls", 11)),
    "a chase nobody counted": ({"offered_adds_up"}, cell("orders", 4, chases=2)),
    "waiting, yet gone": ({"outcome_fits_times"}, cell("calls", 11, outcome="waiting")),
    "hung up before ringing": (
        {"call_times_rise"},
        cell("calls", 11, answered="22:30", talk_end="22:29", left="22:29"),
    ),
    "two callers at once": (
        {"one_caller_at_a_time", "sheet_agrees_with_calls"}, cell("calls", 5, operator="op-1")),
    "no skill for the call": ({"operator_can"}, told("staff", 0, skills="elder")),
    "overtaken in the queue": ({"first_come_first_served"}, cell("calls", 4, left="09:08")),
    "the button waits longer": (
        {"better_class_first", "first_come_first_served", "calls_repeat_requests"},
        cell("calls", 4, left="09:08", priority=0),
    ),
    "idle while a caller waits": ({"no_idle_operator"}, cell("calls", 9, arrived="11:33")),
    "more lines than there are": (
        {"lines_suffice"}, under(hotline__lines=2, hotline__lines_for_buttons=0)),
    "blocked with a line free": ({"blocked_only_when_full"}, under(hotline__lines=4)),
    "a redial missing between": ({"redials_in_sequence"}, cell("calls", 7, attempt=2)),
    "a redial before the hang-up": (
        {"redials_in_sequence", "first_come_first_served", "no_idle_operator"},
        cell("calls", 4, left="09:20:30"),
    ),
    "answered twice": (
        {"answered_once", "redials_in_sequence"},
        again("calls", 11, call=12, request=4, attempt=1, kind="redial", answered="22:30",
              talk_end="22:31", left="22:31"),
    ),
    "chased before it was late": ({"outbound_has_a_cause"}, EARLY_CHASE),
    "cancelled before it was accepted": (
        {"order_times_rise"}, cell("orders", 6, cancelled="09:22:10")),
    "cancelled without a reason": ({"last_state"}, cell("orders", 6, reason="none")),
    "a state without its time": ({"last_state"}, cell("orders", 8, state="en_route")),
    "another client": ({"orders_repeat_requests"}, cell("orders", 6, client=1)),
    "called back at another time": (
        {"orders_repeat_requests"}, cell("orders", 3, called_back="10:17")),
    "heard at another time": ({"order_has_a_cause"}, cell("orders", 8, answered="16:31")),
    "an order for a false alarm": (
        {"order_has_a_cause"}, cell("requests", 10, false_alarm=True)),
    "a need without an order": ({"nothing_forgotten"}, cell("requests", 8, false_alarm=False)),
    "a plan without an order": (
        {"nothing_forgotten"}, again("requests", 9, request=12)),
    "an offer taken earlier": (
        {"response_adds_up", "offers_make_the_order"}, cell("offers", 7, closed="09:11")),
    "an offer number left out": ({"offers_in_sequence"}, cell("offers", 6, offer=2)),
    "two offers at once": (
        {"offers_in_sequence"}, cell("offers", 6, offered="09:20")),
    "a late time-out": ({"offers_end_as_they_should"}, under(dispatch__offer_timeout_min=14)),
    "a time-out not counted": ({"offers_make_the_order"}, cell("orders", 4, timed_out=0)),
    "a service not offered there": (
        {"offered_to_candidates"}, told("points", 0, services="care|bath")),
    "a point too far away": ({"offered_to_candidates"}, under(dispatch__max_travel_min=30)),
    "a point that is shut": (
        {"offered_to_candidates"}, told("open", 2, start=pd.Timestamp("2026-03-05 08:05"))),
    "waiting without reason": ({"eligible_in_time"}, cell("orders", 8, eligible="16:45")),
    "half a crew": (
        {"crew_complete", "sheet_agrees_with_visits"}, lost("visits", 3)),
    "nobody home for one": ({"crew_together"}, cell("visits", 1, no_show=True)),
    "no skill for the service": ({"caregiver_suits"}, told("staff", 3, skills="")),
    "no grade for the service": ({"caregiver_suits"}, told("services", 1, grade=2)),
    "helping out unmarked": ({"borrowing_is_marked"}, cell("orders", 0, borrowed=False)),
    "helping out too far": ({"borrowing_is_marked"}, under(dispatch__borrow_km=2.0)),
    "two homes at once": (
        {"one_place_at_a_time", "sheet_agrees_with_visits"}, cell("visits", 4, caregiver="west-2")),
    "nobody left for an emergency": (
        {"reserve_kept"}, under(dispatch__reserve=1, dispatch__emergency_priority=4)),
    "from somewhere else": ({"trips_start_where_they_are"}, cell("visits", 1, from_x_km=0.1)),
    "slower than planned": (
        {"trips_start_where_they_are", "eligible_in_time"}, told("days", 0, speed_factor=0.8)),
    "planned beyond the shift": ({"planned_to_end_in_time"}, told("services", 2, mean_min=150.0)),
    "absent, yet there": ({"signed_in_on_time"}, cell("roster", 2, absent=True)),
    "a quarter of an hour late": (
        {"signed_in_on_time", "sheet_tiles_duty"}, cell("roster", 0, signed_in="08:15")),
    "an hour unaccounted for": ({"sheet_tiles_duty"}, lost("timesheet", sheet("op-2", "10:16:30"))),
    "a reason for service": (
        {"states_fit_the_person"},
        cell("timesheet", sheet("west-1", "08:26"), reason="shift_end")),
    "idle over an order": (
        {"states_fit_the_person"}, cell("timesheet", sheet("west-1", "08:00"), order=0)),
    "overtime unmarked": (
        {"overtime_is_marked"}, cell("timesheet", sheet("west-2", "17:00"), overtime=False)),
    "a call begun after the shift": (
        {"nobody_works_off_duty", "overtime_is_marked"}, cell("roster", 0, end="16:00")),
    "a break missed that was taken": ({"breaks_add_up"}, cell("roster", 2, breaks_missed=1)),
    "a break cut short": ({"breaks_last_in_full"}, told("breaks", 0, length_min=45.0)),
    "a break begun late": ({"breaks_last_in_full"}, told("breaks", 0, opens_min=710.0)),
    "a longer wrap-up": (
        {"sheet_agrees_with_calls"},
        both(cell("timesheet", sheet("op-2", "10:16"), end="10:17"),
             cell("timesheet", sheet("op-2", "10:16:30"), start="10:17")),
    ),
    "a shorter trip": (
        {"sheet_agrees_with_visits"}, cell("timesheet", sheet("west-1", "08:04"), km=3.0)),
    "an early wait left out": (
        {"sheet_agrees_with_visits"},
        both(cell("timesheet", sheet("west-1", "13:15"), end="13:30"),
             lost("timesheet", sheet("west-1", "13:28"))),
    ),
    "nothing to do, yet an order waits": (
        {"no_idle_caregiver"}, cell("timesheet", sheet("west-1", "16:40"), reason="none")),
    "too late, yet there was time": ({"no_idle_caregiver"}, under(dispatch__overtime_min=60.0)),
    "near enough to help": ({"no_idle_caregiver"}, under(dispatch__borrow_km=6.0)),
    "a whole crew idle": ({"no_idle_crew"}, CREW_WAITS),
    "gathering past an idle caregiver": ({"no_idle_joiner"}, cell("orders", 5, gathering="09:30")),
    "a wait that nobody waited": (
        {"calls_wait_as_long_as_queues_are", "sheet_agrees_with_calls"},
        both(cell("timesheet", sheet("op-1", "09:03"), end="09:04:10"),
             cell("timesheet", sheet("op-1", "09:04"), start="09:04:10")),
    ),
    "a list longer than its waits": (
        {"orders_wait_as_long_as_lists_are", "crew_together"},
        cell("orders", 2, gathering="15:02"),
    ),
}


def rules(result: Result) -> set[str]:
    return {violation.rule for violation in verify(result)}


def test_a_day_in_which_all_holds_breaks_nothing() -> None:
    assert [str(violation) for violation in verify(DAY)] == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_one_corruption_breaks_its_statement_and_no_other(name: str) -> None:
    expected, spoil = MUTATIONS[name]
    assert rules(spoil(DAY)) == expected


def test_every_statement_has_a_corruption_that_breaks_it() -> None:
    planted = set().union(*(expected for expected, _ in MUTATIONS.values()))
    planted |= set().union(*(expected for expected, *_ in MODELS.values()))
    planted |= set().union(*(expected for expected, _ in OF_MONEY.values()))
    planted |= set().union(*(expected for expected, _ in OF_SHOCKS.values()))
    planted |= set().union(*(expected for expected, _ in OF_PLANS.values()))
    planted |= set().union(*(expected for expected, *_ in OF_PEOPLE.values()))
    planted |= set(OF_PLACES)
    planted |= {rule for spoilt in (OF_TIERS, OF_HOLD, OF_EXPERTS) for rule, _ in spoilt.values()}
    planted |= {rule for rule, _ in OF_ROUNDS.values()}
    planted |= set().union(*(expected for expected, *_ in SPOILT.values()))
    assert planted == {statement.rule for statement in STATEMENTS}


def test_a_violation_says_what_where_and_how_often() -> None:
    spoilt = DAY
    for row in range(len(DAY.calls)):
        spoilt = changed(spoilt, "calls", row, {"caller": "device"})
    found = verify(spoilt)
    assert len(found) == 5
    assert {(v.rule, v.table, v.count) for v in found} == {("calls_repeat_requests", "calls", 11)}
    assert found[0] == Violation(
        "calls_repeat_requests", "calls", "0", found[0].statement_en, found[0].statement_zh,
        (("request", "3"), ("caller", "device")), 11)
    assert found[0].message == (
        "calls_repeat_requests: a call's channel, caller and class are those of its request "
        "[calls 0] request 3, caller device (11 in all)")
    assert found[0].line("zh").endswith("[calls 0] 诉求编号 3，来电人 device（共 11 处）")


def test_times_are_shown_as_people_write_them() -> None:
    (found,) = verify(cell("orders", 3, called_back="10:17")(DAY))
    assert "called_back 2026-03-05 10:17:00" in found.message


def test_no_row_at_all_breaks_nothing() -> None:
    empty = {name: rows.iloc[:0] for name, rows in DAY.tables.items()}
    assert verify(Result(0, reference=DAY.reference, **empty)) == []


THREE_DAYS = ("time.warm_up_days=0", "time.days=3", "time.cool_down_days=1")
COUNTIES = {
    "as it is": (),
    "twice the demand, few lines, points help each other": (
        "demand.growth=2", "hotline.lines=3", "dispatch.borrow_km=8", "dispatch.when_idle=stay"),
    "closed at night, messages rung back": (
        "hotline.open=08:30-17:30", "hotline.when_closed=call_back", "hotline.at_closing=release",
        "hotline.call_back_prob=1"),
    "closed at night, handed to 12345": (
        "hotline.open=Mon-Fri 08:00-18:00", "hotline.when_closed=handed_to_12345"),
    "a duty phone, impatient offers": (
        "hotline.open=08:30-17:30", "hotline.when_closed=duty_phone", "dispatch.max_offers=1",
        "dispatch.offer_timeout_min=1", "dispatch.choose_point=least_delay"),
    "crews gather at once, much overtime, everybody chases": (
        "demand.growth=3", "dispatch.gather_after_min=0", "dispatch.overtime_min=240",
        "chasing.prob=1", "chasing.every_min=5", "dispatch.choose_order=nearest"),
}


@pytest.mark.parametrize("changes", COUNTIES.values(), ids=COUNTIES)
def test_a_simulated_county_breaks_nothing(changes: tuple[str, ...]) -> None:
    scenario = load("decheng", [*THREE_DAYS, *changes])
    result = simulate(scenario, draw(scenario, seed=1, replication=0))
    assert [str(violation) for violation in verify(result)] == []


AT_ONCE = '={dist="constant",value_s=0}'
ODD_COUNTIES = {
    "no demand": ("demand.growth=0",),
    "talk of no length": (
        f"callers.client.talk{AT_ONCE}", f"callers.relative.talk{AT_ONCE}",
        f"hotline.wrap_up{AT_ONCE}", "hotline.open=09:00-17:00"),
    "ways of no length": ("travel.modes.ebike.kmh=1e9",),
    "ways of no length, and nobody goes back": (
        "travel.modes.ebike.kmh=1e9", "dispatch.when_idle=stay"),
}


@pytest.mark.parametrize("changes", ODD_COUNTIES.values(), ids=ODD_COUNTIES)
def test_an_odd_county_breaks_nothing(changes: tuple[str, ...]) -> None:
    scenario = load("quickstart", ["time.warm_up_days=0", "time.days=2", *changes])
    result = simulate(scenario, draw(scenario, seed=1, replication=0))
    assert [str(violation) for violation in verify(result)] == []


def test_a_county_without_points_or_services_breaks_nothing() -> None:
    whole = load("quickstart", ["time.days=1"])
    bare = whole.model_copy(
        update=dict.fromkeys(("points", "caregivers", "services", "requests", "calendar"), ()))
    result = simulate(bare, draw(bare, seed=1, replication=0))
    assert [str(violation) for violation in verify(result)] == []


# -- stretches of time against counting millisecond by millisecond ---------------------------------


def stretches(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    starts = chance.integers(0, 30, size)
    return starts, starts + chance.integers(0, 8, size)


@pytest.mark.parametrize("seed", range(20))
def test_overlaps_are_those_of_the_plain_double_loop(seed: int) -> None:
    a, b = stretches(seed, 12)
    c, d = stretches(seed + 100, 9)
    plain = {(i, j) for i in range(12) for j in range(9)
             if len(set(range(a[i], b[i])) & set(range(c[j], d[j])))}
    first, second = overlaps(a, b, c, d)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == sorted(plain)
    seen = witness(a, b, c, d)
    for j in range(9):
        if d[j] > c[j]:
            assert (seen[j] >= 0) == any(pair[1] == j for pair in plain)
            assert seen[j] < 0 or (seen[j], j) in plain


@pytest.mark.parametrize("seed", range(20))
def test_areas_and_numbers_are_those_of_counting(seed: int) -> None:
    starts, ends = stretches(seed, 15)
    present_at = [int(((starts <= t) & (ends > t)).sum()) for t in range(40)]
    assert area(starts, ends) == sum(present_at)
    assert number_at(starts, ends, np.arange(40)).tolist() == present_at
    moments, number = present(starts, ends)
    assert number.tolist() == [present_at[t] for t in moments]


def test_stretches_of_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert area(none, none) == 0
    assert witness(none, none, np.array([1]), np.array([2])).tolist() == [-1]
    assert [len(part) for part in overlaps(none, none, np.array([1]), np.array([2]))] == [0, 0]
