"""Stretches on duty as a roster that the model takes: groups by skills, a person an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibrate.log import DAY_S, Floats, Ints
from sim.calibrate.presence import Presence
from sim.calibrate.scenario import Raw
from sim.calibrate.skills import Skills
from sim.words.kinds import DAY, SECOND
from sim.workload.roster import Duty

ANY_SHIFT: Raw = {"recorded": {"start": "00:00", "end": "24:00", "days": "daily"}}
"""The model asks for a shift's name; the roster itself says who comes when."""
SHORTEST_S = 60.0
"""Stretches shorter than this are not worth a sign-in."""
NEAR = 0.1
"""Days whose calls differ by about this share have like staff."""


@dataclass(frozen=True, eq=False)
class Crew:
    """Agents as operators of a scenario."""

    operators: Raw
    """rows of operators.csv, one a set of skills"""
    person: Ints
    """[agent] -> number of the person; -1: took no call"""


def crew(skills: Skills, names: Sequence[str]) -> Crew:
    """One operator group a set of skills; ``names``: the skill of each queue."""
    rows: Raw = {}
    person = np.full(len(skills.of_agent), -1)
    first = 0
    for number, covered in enumerate(skills.sets):
        members = np.flatnonzero(skills.of_agent == number)
        row: Raw = {"count": len(members), "shifts": "recorded"}
        wanted = [name for name, can in zip(names, covered, strict=True) if can and name]
        if wanted:
            row["skills"] = " | ".join(wanted)
        rows[f"skills-{number + 1}"] = row
        person[members] = first + np.arange(len(members))
        first += len(members)
    return Crew(rows, person)


def duties(presence: Presence, people: Crew) -> tuple[Duty, ...]:
    """Every stretch as a duty, by start and then person."""
    found = []
    for agent, start, end in zip(
        presence.agent.tolist(), presence.start.tolist(), presence.end.tolist(), strict=True
    ):
        number = int(people.person[agent])
        if number < 0 or end - start < SHORTEST_S or end <= 0:
            continue
        begins, ends = round(start * SECOND), round(end * SECOND)
        found.append(Duty(number, 0, begins // DAY * DAY, begins, ends, (), False))
    return tuple(sorted(found, key=lambda duty: (duty.start, duty.person)))


def days_like(
    weekdays: Ints, usual: Sequence[bool], wanted: Ints, rng: np.random.Generator
) -> Ints:
    """For each day to come, of the weekday ``wanted``: a ``usual`` day of the log with the same
    weekday, drawn at random; -1 where there is none."""
    found = np.full(len(wanted), -1)
    for n, weekday in enumerate(wanted.tolist()):
        like = np.flatnonzero((weekdays == weekday) & np.asarray(usual))
        coin = rng.random()
        if len(like):
            found[n] = like[int(coin * len(like))]
    return found


def staffed_like(
    calls: Floats, days: Sequence[Ints], wanted: Floats, rng: np.random.Generator
) -> Ints:
    """For each day to come, the day of the log whose staff it has; -1 where there is none.

    ``calls``: logarithm of the calls of each day of the log over its weekday's; ``days``: for each
    day to come, the days of the log with its weekday; ``wanted``: its own calls likewise. Days with
    about as many calls are likelier: rosters follow the calls that were expected.
    """
    found = np.full(len(wanted), -1)
    for n, like in enumerate(days):
        coin = rng.random()
        if len(like):
            far = np.abs(calls[like] - wanted[n])
            weight = np.cumsum(np.exp(-0.5 * ((far - far.min()) / NEAR) ** 2))
            found[n] = like[int(np.searchsorted(weight, coin * weight[-1], side="right"))]
    return found


def staff_like(presence: Presence, days: int, like: Ints) -> Presence:
    """Staff of days to come, each as on the day of the log that it is ``like``; ``days``: of the
    log. A stretch belongs to the day on which it begins."""
    day = np.floor(presence.start / DAY_S).astype(np.int64)
    order = np.argsort(day, kind="stable")
    edges = np.searchsorted(day[order], np.arange(days + 1))
    rows, shift = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for n, source in enumerate(like.tolist()):
        if source >= 0:
            mine = order[edges[source]:edges[source + 1]]
            rows.append(mine)
            shift.append(np.full(len(mine), (n - source) * DAY_S))
    which, moved = np.concatenate(rows), np.concatenate(shift)
    return Presence(presence.agent[which], presence.start[which] + moved,
                    presence.end[which] + moved, presence.signed, presence.unsure_s[which])
