"""What follows from what, worked out again from the tables and the draws of small random runs.

Redials, messages, chasing calls, call-backs and orders must be exactly those that the draws say;
lines, operators and time sheets must add up at every moment.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.plan import plan
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, MINUTE, NEVER, WhenClosed
from sim.workload.tables import Workload
from tests.row_kit import Log, played
from tests.whole_kit import STREAMS, case

Row = dict[str, Any]
Span = tuple[int, int]



@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32), st.integers(1, 25), st.booleans())
def test_everything_has_its_cause_and_adds_up(seed: int, requests: int, urgent: bool) -> None:
    scenario, workload, roster = case(seed, requests, urgent)
    run = scenario, workload, played(scenario, workload, roster)
    for check in (
        who_was_lost_redials_as_drawn,
        every_order_has_its_cause,
        outbound_calls_are_those_drawn,
        late_orders_are_chased_as_drawn,
        lines_block_when_taken,
        nobody_idles_while_a_call_waits,
        time_sheets_tile_every_duty,
        crews_go_together,
    ):
        check(*run)


def calls(log: Log, *kinds: str) -> list[Row]:
    return [call for call in log["calls"] if call["kind"] in kinds]


def who_was_lost_redials_as_drawn(scenario: Scenario, workload: Workload, log: Log) -> None:
    callers = list(scenario.callers.values())
    expected = []
    for call in calls(log, "first", "redial"):
        caller, at = callers[workload.caller[call["request"]]], (call["request"], call["attempt"])
        prob = caller.redial_later_prob if call["attempt"] else caller.redial_first_prob
        if (
            call["outcome"] in ("blocked", "abandoned")
            and call["attempt"] < caller.max_redials and workload.redial_coin[at] < prob
        ):
            expected.append((*at, call["left"] + workload.redial_delay[at]))
    found = [(c["request"], c["attempt"] - 1, c["arrived"]) for c in calls(log, "redial")]
    assert sorted(found) == sorted(expected)


def every_order_has_its_cause(scenario: Scenario, workload: Workload, log: Log) -> None:
    hotline, visits = scenario.hotline, plan(scenario).visits
    expected = []

    def order(request: int, arrived: int, answered: int, created: int) -> None:
        if visits[workload.service[request]] and not workload.false_alarm[request]:
            expected.append((request, arrived, answered, created))

    for request, time in enumerate(workload.time.tolist()):
        channel = STREAMS[workload.stream[request]][0]
        if channel == "portal":
            order(request, time, time, time + workload.review[request])
        elif channel == "plan":
            order(request, time, time, time)
    for call in calls(log, "first", "redial", "message"):
        request, left = call["request"], call["left"]
        if call["talk_end"] >= 0:
            order(request, call["arrived"], call["answered"], call["talk_end"])
        elif (
            hotline.when_closed == WhenClosed.HANDED_TO_12345 and call["outcome"] == "closed"
            and left == call["arrived"]
            and workload.handed_down_coin[request] < hotline.handed_down_prob
        ):
            order(request, left, left, left + workload.handed_down_delay[request])
    found = [(o["request"], o["call_arrived"], o["answered"], o["created"]) for o in log["orders"]]
    assert sorted(found) == sorted(expected)


def outbound_calls_are_those_drawn(scenario: Scenario, workload: Workload, log: Log) -> None:
    left = [
        (call["request"], call["arrived"]) for call in calls(log, "first", "redial")
        if call["outcome"] == "closed" and call["left"] == call["arrived"]
        and scenario.hotline.when_closed == WhenClosed.CALL_BACK
    ]
    assert [(c["request"], c["arrived"]) for c in calls(log, "message")] == left
    back = [
        (o["request"], o["ended"]) for o in log["orders"]
        if o["state"] in ("completed", "called_back")
        and workload.call_back_coin[o["request"]] < scenario.hotline.call_back_prob
    ]
    assert sorted((c["request"], c["arrived"]) for c in calls(log, "call_back")) == sorted(back)


def late_orders_are_chased_as_drawn(scenario: Scenario, workload: Workload, log: Log) -> None:
    chasing = scenario.chasing
    expected, open_to_doubt = [], set()
    for order in log["orders"]:
        request, due = order["request"], int(workload.due[order["request"]])
        ends = [time for time in (order["started"], order["cancelled"]) if time >= 0]
        for number in range(chasing.max_calls):
            time = max(order["created"], due) + (number + 1) * round(chasing.every_min * MINUTE)
            if due < NEVER and workload.chase_coin[request, number] < chasing.prob:
                if all(time < end for end in ends):
                    expected.append((request, number, time))
                elif time in ends:
                    # Whether the visit began before the call depends on what else happened then.
                    open_to_doubt.add((request, number, time))
    found = [(c["request"], c["attempt"], c["arrived"]) for c in calls(log, "chase")]
    assert sorted(set(found) - open_to_doubt) == sorted(expected)


def lines_block_when_taken(scenario: Scenario, workload: Workload, log: Log) -> None:
    hotline = scenario.hotline
    held: list[Row] = []
    for call in calls(log, "first", "redial", "chase"):
        now = call["arrived"]
        held = [other for other in held if other["left"] < 0 or other["left"] > now]
        if call["outcome"] == "closed" and (call["left"] == now or call["answered"] == now):
            continue
        kept = 0 if call["priority"] == 0 else hotline.lines_for_buttons
        assert (call["outcome"] == "blocked") == (len(held) >= hotline.lines - kept), call
        if call["outcome"] != "blocked":
            held.append(call)


def nobody_idles_while_a_call_waits(scenario: Scenario, workload: Workload, log: Log) -> None:
    compiled = plan(scenario)
    groups = [group for group in scenario.operators for _ in range(group.count)]
    skills = ["", *sorted({skill for stream in scenario.requests if (skill := stream.skill)})]
    idle = [
        (part["staff"], part["start"], part["end"]) for part in log["timesheet"]
        if part["state"] == "idle" and part["staff"] < len(groups)
    ]
    for call in log["calls"]:
        ends = [time for time in (call["answered"], call["left"]) if time >= 0]
        waits: list[Span] = [(call["arrived"], min([*ends, DAY]))]
        if call["priority"] == 2:
            waits = [
                (max(a, waits[0][0]), min(b, waits[0][1])) for a, b in compiled.hotline_open
            ]
        for begin, end in waits:
            for staff, start, stop in idle:
                if skills[call["skill"]] in ("", *groups[staff].skills):
                    assert min(end, stop) <= max(begin, start), (call, staff)


def time_sheets_tile_every_duty(scenario: Scenario, workload: Workload, log: Log) -> None:
    for duty in log["roster"]:
        if duty["signed_in"] < 0:
            continue
        until = duty["signed_out"] if duty["signed_out"] >= 0 else DAY
        parts = sorted(
            (part["start"], part["end"]) for part in log["timesheet"]
            if part["staff"] == duty["staff"] and duty["signed_in"] <= part["start"] < until
        )
        assert all(a < b for a, b in parts)
        assert [a for a, _ in parts] + [until] == [duty["signed_in"]] + [b for _, b in parts]


def crews_go_together(scenario: Scenario, workload: Workload, log: Log) -> None:
    for order in log["orders"]:
        visits = [visit for visit in log["visits"] if visit["order"] == order["order"]]
        crew = [visit for visit in visits if visit["turned_back"] < 0]
        assert len(visits) - len(crew) == order["preempted"]
        assert len(crew) == (order["crew"] if order["departed"] >= 0 else 0)
        assert len({visit["caregiver"] for visit in crew}) == len(crew)
        for visit in crew:
            for name in ("departed", "started", "ended"):
                assert visit[name] == order[name]
            assert visit["held"] <= visit["departed"] <= visit["arrived"] <= visit["started"]
