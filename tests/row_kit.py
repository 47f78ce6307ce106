"""What both row-by-row tests need: small cases, and what a run wrote down as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from sim.model.county import County
from sim.scenario.schema import Scenario
from sim.workload.roster import Duty
from sim.workload.tables import Workload
from tests.naive import Line, Shift

SECOND = 1000
Log = dict[str, list[dict[str, Any]]]
cases = settings(max_examples=500, deadline=None, derandomize=True, database=None)


def seconds(low: int, high: int) -> st.SearchStrategy[int]:
    """Whole seconds, in milliseconds."""
    return st.integers(low, high).map(lambda n: n * SECOND)


def played(scenario: Scenario, draws: Workload, roster: Sequence[Duty]) -> Log:
    """What a run wrote down: for each kind of line its lines, each by the names of its values."""
    county = County(scenario, draws, roster)
    county.run()
    return {
        kind: [
            dict(zip(columns, values, strict=True))
            for values in zip(*(column.tolist() for column in columns.values()), strict=True)
        ]
        for kind, columns in county.journal.columns().items()
    }


def duties(people: Sequence[Sequence[Shift]], first: int = 0) -> list[Duty]:
    """The duties of people numbered from ``first``, each a list of shifts."""
    found = [
        Duty(person, 0, 0, shift.start, shift.end, tuple(shift.breaks), False)
        for person, shifts in enumerate(people, first)
        for shift in shifts
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.person))


@st.composite
def shifts(draw: Any) -> list[Shift]:
    """Up to three shifts that do not overlap, each with breaks in rising windows."""
    found = []
    time = draw(st.integers(0, 8))
    for _ in range(draw(st.integers(0, 3))):
        end = time + draw(st.integers(1, 10))
        breaks = []
        start = time
        for _ in range(draw(st.integers(0, 2))):
            first = start + draw(st.integers(0, 4))
            last = first + draw(st.integers(1, 3))
            breaks.append((first * SECOND, last * SECOND, draw(st.integers(1, 3)) * SECOND))
            start = last
        found.append(Shift(time * SECOND, end * SECOND, breaks))
        time = end + draw(st.integers(0, 4))
    return found


def lines_of_model(log: Log, roster: Sequence[Duty]) -> list[Line]:
    """Who signed in and out when, and rested in between."""
    outs = {line["duty"]: line for line in log["sign_outs"]}
    found = []
    for line in log["sign_ins"]:
        person = roster[line["duty"]].person
        out = outs.get(line["duty"], {"time": -1, "missed": 0})
        found.append(Line(person, line["time"], out["time"], out["missed"], [
            (rest["start"], rest["end"])
            for rest in log["breaks"]
            if rest["staff"] == person and line["time"] <= rest["start"]
            and (out["time"] < 0 or rest["start"] < out["time"])
        ]))
    return found


def by_person(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.person, line.signed_in, line.signed_out))
