"""Where the search begins: seats for each slot by queueing theory, nothing simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.experiments.staffing.week import HOLIDAY, Week
from sim.measures.counting.groups import Floats, Ints
from sim.scenario.days import Day, days
from sim.scenario.schema import Scenario
from sim.scenario.sections.targets import Targets
from sim.theory import demand, erlang, patience
from sim.theory.offered import exponential, offered_load
from sim.words.kinds import HOUR, SECOND

CLOSEST = 1e-3
"""Theory never reaches a service level of 1, nor an abandonment of 0."""


@dataclass(frozen=True, eq=False)
class Load:
    """What each desk is asked for in each slot, on a mean date; arrays (desk, slot). First attempts
    only: redials, chasing calls and call-backs are what the simulation adds."""

    calls: Floats
    """expected in the slot"""
    offered: Floats
    """erlangs: calls an hour times their length, as if the hour lasted for ever"""
    modified: Floats
    """erlangs: operators busy in the middle of the slot if there were always one free"""
    handling_h: Floats
    impatience: Floats
    """mean rate of giving up, per hour"""


def load(scenario: Scenario, week: Week) -> Load:
    """The load of every desk and slot, a mean over the counted dates of its kind of day."""
    dates = days(scenario)
    desks = [_desk(scenario, week, skills, dates) for skills in week.desks]
    return Load(*(np.stack(rows) for rows in zip(*desks, strict=True)))


def erlang_a(asked: Load, targets: Targets) -> Ints:
    """Fewest seats for which the modified offered load, as an Erlang A of constant rate, meets the
    targets; one or more wherever somebody rings."""
    share = min(targets.service_level, 1 - CLOSEST)
    return _seats(asked, lambda desk, slot: patience.servers_for(
        asked.modified[desk, slot] / asked.handling_h[desk, slot],
        1 / asked.handling_h[desk, slot],
        asked.impatience[desk, slot],
        share=share,
        time=targets.acceptable_wait_s * SECOND / HOUR,
        abandoned=max(targets.abandonment, CLOSEST),
    ))


def erlang_c(asked: Load, targets: Targets) -> Ints:
    """Fewest seats by the usual rule: Erlang C for each slot by itself, the service level alone."""
    share = min(targets.service_level, 1 - CLOSEST)
    return _seats(asked, lambda desk, slot: erlang.servers_for_waits(
        asked.offered[desk, slot] / asked.handling_h[desk, slot],
        1 / asked.handling_h[desk, slot],
        share,
        targets.acceptable_wait_s * SECOND / HOUR,
    ))


def _seats(asked: Load, fewest: Callable[[int, int], int]) -> Ints:
    seats = np.zeros(asked.calls.shape, dtype=np.int64)
    for desk, slot in np.argwhere(asked.calls > 0).tolist():
        seats[desk, slot] = max(1, fewest(desk, slot))
    return seats


def _desk(
    scenario: Scenario, week: Week, skills: tuple[str, ...], dates: tuple[Day, ...]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    streams = tuple(s for s in scenario.requests if s.skill in skills)
    asked = demand.calls(scenario.model_copy(update={"requests": streams}), dates)
    work = asked.rate * asked.handling_h
    typical = float(work.sum() / asked.rate.sum()) if asked.rate.any() else 1.0
    first = scenario.time.warm_up_days
    of_kind = {
        kind: np.array([
            date for date in range(first, first + scenario.time.days)
            if (HOLIDAY if dates[date].holiday else dates[date].weekday) == kind
        ]) for kind in week.kinds
    }
    rows = []
    for kind, start in zip(week.kind.tolist(), (week.start / HOUR).tolist(), strict=True):
        hours = 24 * of_kind[kind] + int(start)
        middles = 24 * of_kind[kind] + start + week.slot_ms / HOUR / 2
        busy = offered_load(work / typical, exponential(typical), middles)
        rows.append((
            asked.rate[hours].mean() * week.slot_ms / HOUR,
            work[hours].mean(),
            busy.mean(),
            asked.handling_h[hours].mean(),
            asked.impatience[hours].mean(),
        ))
    calls, offered, modified, handling, impatience = np.array(rows).T
    return calls, offered, modified, handling, impatience
