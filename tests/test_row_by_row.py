"""The model against the slow second implementations, row by row, to the millisecond.

Times are small whole seconds, so that many things happen at the same moment and the order of
simultaneous events is put to the test as much as the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.words.kinds import DAY, NEVER
from tests.chance import Chance, seeds
from tests.naive import Agent, Attempt, Desk, Rings, Shift, kiefer_wolfowitz
from tests.row_kit import (
    SECOND,
    Log,
    cases,
    duties,
    lines_of_model,
    lines_of_naive,
    played,
)
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

T = TypeVar("T")
SKILLS = ("", "child")
WHEN_CLOSED = ("recording", "call_back", "duty_phone")


# -- the hotline ---------------------------------------------------------------------------------


@lru_cache
def desk_scenario() -> Scenario:
    """Advice only: calls with and without a skill, by phone and by button."""
    streams = {
        f"{channel}-{skill or 'any'}": {
            "channel": channel, "service": "ask", "group": "elder", "per_day": 1,
            "share_client": 1, "skill": skill,
        }
        for skill in SKILLS
        for channel in ("phone", "button")
    }
    return build(raw_small(), **{
        "time.days": 1, "time.cool_down_days": 0,
        "services.ask": {"name_zh": "咨询", "name_en": "Advice", "mode": "advice"},
        "requests": streams,
        "operators": {
            "plain": {"count": 3, "shifts": "round"},
            "versed": {"count": 3, "shifts": "round", "skills": "child"},
        },
        "callers.client.max_redials": 2,
        "callers.client.redial_first_prob": 0.5,
        "callers.client.redial_later_prob": 0.5,
    })


def with_hotline(scenario: Scenario, **changes: Any) -> Scenario:
    hotline = scenario.hotline.model_copy(update=changes)
    return scenario.model_copy(update={"hotline": hotline})


def calls_drawn(rings: Sequence[Rings]) -> list[dict[str, Any]]:
    return [
        {
            "time": ring.time, "talk": ring.talk, "wrap_up": ring.wrap_up,
            "stream": 2 * SKILLS.index(ring.skill) + ring.button,
            "patience": ring.patience, "redial_delay": ring.delay,
            "redial_coin": [0.0 if again else 0.9 for again in ring.redials],
        }
        for ring in rings
    ]


def calls_of_model(log: Log) -> list[Attempt]:
    return [
        Attempt(
            call["call"], call["request"], call["attempt"], call["priority"],
            SKILLS[call["skill"]], call["arrived"], 0, 0, call["outcome"], call["answered"],
            call["talk_end"], call["wrap_up_end"], call["left"], call["operator"],
            call["kind"] == "message",
        )
        for call in log["calls"]
    ]


def calls_of_naive(desk: Desk) -> list[Attempt]:
    return [
        Attempt(**{**vars(call), "talk": 0, "wrap_up": 0}) for call in desk.attempts
    ]


class Calls(Chance):
    """Requests at a hotline, and its operators."""

    @classmethod
    def drawn(cls, what: Callable[[Calls], T]) -> st.SearchStrategy[T]:
        return seeds.map(lambda seed: what(cls(seed)))

    def plain(self) -> tuple[int, int, int]:
        return self.seconds(0, 30), self.seconds(0, 9), self.seconds(0, 3)

    def ring(self) -> Rings:
        return Rings(
            self.seconds(0, 15), self.seconds(0, 6), self.seconds(0, 2), self.coin(),
            self.one_of(*SKILLS), [self.one_of(self.seconds(0, 5), NEVER) for _ in range(3)],
            [self.coin(), self.coin(), False], [self.seconds(0, 6) for _ in range(3)],
        )

    def rings(self) -> list[Rings]:
        return self.several(self.ring, 20)

    def people(self) -> list[list[Shift]]:
        return [self.shifts() for _ in range(6)]


rings, people_on_shifts = Calls.drawn(Calls.rings), Calls.drawn(Calls.people)


@cases
@given(
    Calls.drawn(lambda calls: calls.several(calls.plain, 30)),
    st.integers(1, 3),
)
def test_waits_follow_the_kiefer_wolfowitz_recursion(
    rows: list[tuple[int, int, int]], operators: int
) -> None:
    rows.sort(key=lambda row: row[0])
    rings = [Rings(*row) for row in rows]
    roster = duties([[Shift(0, DAY)]] * operators)
    log = played(desk_scenario(), workload(desk_scenario(), calls_drawn(rings)), roster)
    calls = calls_of_model(log)
    assert [call.request for call in calls] == list(range(len(rows)))
    assert [call.answered - call.arrived for call in calls] == kiefer_wolfowitz(
        [time for time, _, _ in rows], [talk + wrap_up for _, talk, wrap_up in rows], operators
    )


def check_desk(rows: list[Rings], people: list[list[Shift]], **settings: Any) -> None:
    rows.sort(key=lambda ring: ring.time)
    spans = settings.setdefault("open_spans", [(0, DAY)])
    scenario = with_hotline(
        desk_scenario(),
        lines=settings.get("lines", 10**6),
        lines_for_buttons=settings.get("kept", 0),
        when_closed=settings.get("when_closed", "recording"),
        at_closing="release" if settings.get("release") else "serve",
        open=WeeklyHours(text="", days=(tuple(spans),) * 7),
    )
    roster = duties(people)
    log = played(scenario, workload(scenario, calls_drawn(rows)), roster)
    agents = [
        Agent(n, list(shifts), ("child",) if n >= 3 else ()) for n, shifts in enumerate(people)
    ]
    desk = Desk(rows, agents, **settings)
    assert calls_of_model(log) == calls_of_naive(desk)
    assert lines_of_model(log) == lines_of_naive(desk.sheet)


@cases
@given(
    rings,
    st.sets(st.integers(0, 5), min_size=1, max_size=3),
    st.integers(1, 8),
    st.integers(0, 2),
)
def test_two_classes_with_patience_lines_and_redials(
    rows: list[Rings], present: set[int], lines: int, kept: int
) -> None:
    people = [[Shift(0, DAY)] if n in present else [] for n in range(6)]
    check_desk(rows, people, lines=lines, kept=kept)


@cases
@given(
    rings,
    people_on_shifts,
)
def test_operators_shifts_and_breaks(rows: list[Rings], people: list[list[Shift]]) -> None:
    check_desk(rows, people)


@cases
@given(
    rings,
    people_on_shifts,
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9)), max_size=3),
    st.sampled_from(WHEN_CLOSED),
    st.booleans(),
    st.integers(1, 8),
)
def test_closed_hours_and_messages(
    rows: list[Rings], people: list[list[Shift]], hours: list[tuple[int, int]], when_closed: str,
    release: bool, lines: int,
) -> None:
    spans, time = [], 0
    for gap, length in hours:
        spans.append(((time + gap) * SECOND, (time + gap + length) * SECOND))
        time += gap + length
    people[0] = [Shift(0, DAY)]
    check_desk(
        rows, people, open_spans=spans, when_closed=when_closed, release=release, lines=lines
    )
