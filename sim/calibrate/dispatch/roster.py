"""Units on duty as a roster that the model takes: one group, a person a unit."""

from __future__ import annotations

import copy

import numpy as np

from sim.calibrate.dispatch.crews import Crews, stretches, whole_units
from sim.calibrate.dispatch.scenario import BASE, TEAM, UNITS
from sim.calibrate.scenario import Raw
from sim.words.kinds import DAY, HOUR, SECOND
from sim.workload.roster import Duty

SHORTEST_S = 60.0


def staffed(raw: Raw, crews: Crews) -> Raw:
    """The scenario with one group of units, as many as :func:`duties_of` needs."""
    raw = copy.deepcopy(raw)
    people = max((duty.person for duty in duties_of(crews)), default=0) + 1
    raw["shifts"] = {"recorded": {"start": "00:00", "end": "24:00", "days": "daily"}}
    raw["caregivers"] = {UNITS: {"point": BASE, "count": people, "shifts": "recorded",
                                 "mode": TEAM}}
    return raw


def duties_of(crews: Crews) -> tuple[Duty, ...]:
    """Every stretch as a duty, by start and then person."""
    spans: list[tuple[int, int]] = []
    if crews.presence is not None:
        p = crews.presence
        spans = [(round(a * SECOND), round(b * SECOND))
                 for a, b in zip(p.start.tolist(), p.end.tolist(), strict=True)
                 if b - a >= SHORTEST_S]
        hours = whole_units(np.where(crews.on_duty > 0, crews.spare, 0.0)).ravel()
        spans += [(a * HOUR, b * HOUR) for a, b in stretches(hours)]
    else:
        hours = whole_units(crews.on_duty).ravel()
        spans = [(a * HOUR, b * HOUR) for a, b in stretches(hours)]
    found = []
    free_at: list[int] = []
    for start, end in sorted(spans):
        person = next((n for n, until in enumerate(free_at) if until <= start), len(free_at))
        if person == len(free_at):
            free_at.append(end)
        free_at[person] = end
        found.append(Duty(person, 0, start // DAY * DAY, start, end, (), False))
    return tuple(sorted(found, key=lambda duty: (duty.start, duty.person)))
