"""What both row-by-row tests need: small cases, and what a run wrote down as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st

from sim.model.county import simulate
from sim.scenario.schema import Scenario
from sim.words import kinds
from sim.words.tables import EVERY
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
    """The tables of a run as plain rows: codes by name, times in milliseconds, -1 where never.

    Only the dressing as data frames is left out, which would take ten times as long as the run.
    """
    with (
        patch("sim.log.tables.frame", _plain),
        patch("sim.model.county.reference", lambda *_: {}),
    ):
        return dict(simulate(scenario, draws, roster).tables)


def _plain(table: str, columns: Any, names: Any, start: Any) -> list[dict[str, Any]]:
    found = []
    for column in EVERY[table]:
        values = columns[column.name].tolist()
        if column.kind == "code":
            members = kinds.codes(getattr(kinds, column.of))
            values = [members[value] for value in values]
        found.append(values)
    keys = [column.name for column in EVERY[table]]
    return [dict(zip(keys, row, strict=True)) for row in zip(*found, strict=True)]


def duties(people: Sequence[Sequence[Shift]], first: int = 0) -> list[Duty]:
    """The duties of people numbered from ``first``, each a list of shifts."""
    found = [
        Duty(person, 0, 0, shift.start, shift.end, tuple(sorted(shift.breaks)), False)
        for person, shifts in enumerate(people, first)
        for shift in shifts
    ]
    return sorted(found, key=lambda duty: (duty.start, duty.person))


def lines_of_model(log: Log) -> list[Line]:
    """Who signed in and out when, and rested in between; a break is cut at the shift's end."""
    return sorted(
        Line(
            duty["staff"], duty["signed_in"], duty["signed_out"], duty["breaks_missed"],
            [
                (rest["start"], rest["end"])
                for rest in log["timesheet"]
                if rest["state"] == "break" and rest["staff"] == duty["staff"]
                and duty["signed_in"] <= rest["start"]
                and (duty["signed_out"] < 0 or rest["start"] < duty["signed_out"])
            ],
        )
        for duty in log["roster"]
        if duty["signed_in"] >= 0
    )


def lines_of_naive(lines: Sequence[Line]) -> list[Line]:
    return sorted(
        Line(line.person, line.signed_in, line.signed_out, line.missed, [
            part
            for start, end in line.rests
            for part in ((start, min(end, line.end)), (max(start, line.end), end))
            if part[0] < part[1]
        ])
        for line in lines
    )
