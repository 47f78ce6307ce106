"""Virtual hold against the slow second implementation, row by row."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.scenario.sections.hold import VirtualHold
from sim.scenario.sections.quantities import WeeklyHours
from sim.words.kinds import DAY
from tests.naive import Agent, Shift
from tests.naive_hold import HoldDesk, Offer
from tests.row_kit import (
    SECOND,
    cases,
    duties,
    lines_of_model,
    lines_of_naive,
    played,
    seconds,
)
from tests.test_row_by_row import (
    Calls,
    calls_drawn,
    calls_of_model,
    calls_of_naive,
    desk_scenario,
    people_on_shifts,
)
from tests.workload_kit import workload


@lru_cache
def holding(after: int, queue: int, tries: int, retry: int) -> Scenario:
    hold = VirtualHold(
        prob=0.5, after_s=after / SECOND if after > 0 else None,
        queue=queue if queue >= 0 else None, answer_prob=0.5, tries=tries, retry_min=retry / 60_000)
    return desk_scenario().model_copy(update={"hold": hold})


def asked(calls: Calls) -> tuple[Any, ...]:
    """A request; whether each offer is accepted, each dial answered; how long each rings."""
    accepts, picks_up = ([calls.coin() for _ in range(3)] for _ in range(2))
    return calls.ring(), accepts, picks_up, [calls.seconds(0, 4) for _ in range(3)]


@cases
@given(
    Calls.drawn(lambda calls: calls.several(lambda: asked(calls), 16)),
    people_on_shifts,
    st.booleans(),
    st.sampled_from([-1, 1, 2, 3]),
    st.integers(-1, 3),
    st.integers(1, 3),
    seconds(0, 5),
    st.integers(1, 8),
    st.tuples(st.integers(0, 3), st.integers(4, 30)),
    st.booleans(),
)
def test_callers_keep_their_place(
    rows: list[Any], people: list[list[Shift]], always: bool, after: int, queue: int, tries: int,
    retry: int, lines: int, opening: tuple[int, int], release: bool,
) -> None:
    rows.sort(key=lambda row: row[0].time)
    if always:
        people[0] = [Shift(0, DAY)]
    rings = [row[0] for row in rows]
    span = (opening[0] * SECOND, (opening[0] + opening[1]) * SECOND)
    if after < 0 and queue < 0:
        queue = 0
    scenario = holding(after * SECOND, queue, tries, retry)
    scenario = scenario.model_copy(update={"hotline": scenario.hotline.model_copy(update={
        "open": WeeklyHours(text="", days=((span,),) * 7), "lines": lines,
        "at_closing": "release" if release else "serve",
    })})
    drawn = calls_drawn(rings)
    for call, (_, accepts, picks_up, rung) in zip(drawn, rows, strict=True):
        call["hold_coin"] = [0.0 if each else 0.9 for each in accepts]
        call["hold_answer_coin"] = [0.0 if each else 0.9 for each in picks_up]
        call["hold_ring"] = rung
    log = played(scenario, workload(scenario, drawn), duties(people))
    agents = [Agent(n, list(own), ("child",) if n >= 3 else ()) for n, own in enumerate(people)]
    offer = Offer(after * SECOND if after > 0 else -1, queue, tries, retry,
                  [row[1] for row in rows], [row[2] for row in rows], [row[3] for row in rows])
    desk = HoldDesk(rings, agents, offer, lines=lines, open_spans=[span], release=release)
    for call in desk.attempts:
        call.outcome = "waiting" if call.outcome == "away" else call.outcome
    assert calls_of_model(log) == calls_of_naive(desk)
    assert [(row["call"], row["held"]) for row in log["held"]] == sorted(desk.held.items())
    assert [list(row.values()) for row in log["dials"]] == sorted(desk.dials)
    assert lines_of_model(log) == lines_of_naive(desk.sheet)
