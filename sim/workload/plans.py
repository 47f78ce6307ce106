"""When the visits of care plans are due: even over clients, dates and the year.

The dates of a period on which a visit may be due are numbered 0 to D - 1, of which the first
S = max(D - spare_days, min(n, D)) can be a first date. Of a client's m = min(n, S) visits the k-th
has the first date

    i(k) = floor((k + phase) S / m),

phase being the client's place in [0, 1), the same in every period. Over phases spread evenly, each
of the S dates is i(k) for some k with chance m / S: the same for all of them. The last date is the
one before i(k + 1), and D - 1 for the last visit.

Phases follow the golden ratio: of the e-th client enrolled, the fraction of e (sqrt(5) - 1) / 2
plus a shift drawn once for all. Any run of consecutive clients, such as those of one zone, is then
spread about as evenly as can be. They are kept in 2**-32ths, so that all is whole numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.scenario.days import day
from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import CarePlan
from sim.streams import Purpose, generator, hashed_uniform, key
from sim.words.kinds import DAY
from sim.workload.clients import client_offsets
from sim.workload.tables import Ints

UNIT = 2**32
GOLDEN = 2654435769
"""The golden ratio's fraction in 2**-32ths, rounded to an odd number."""


@dataclass(frozen=True, eq=False)
class Visits:
    """The visits of one plan by first date, then client; milliseconds since the run's start."""

    time: Ints
    """the order is written: midnight of the first date"""
    zone: Ints
    client: Ints
    opens: Ints
    """from when on it may begin"""
    closes: Ints
    """by when it is to begin"""


def enrolled(scenario: Scenario, plan: CarePlan) -> tuple[Ints, Ints]:
    """Zone and client number of everybody in the plan, rising; the same in every replication."""
    group = list(scenario.groups).index(plan.group)
    first = client_offsets(scenario)[:, group]
    count = np.array([zone.pop.get(plan.group, 0) for zone in scenario.zones], dtype=np.int64)
    zone = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(zone)) - np.repeat(np.cumsum(count) - count, count)
    client = first[zone] + within
    chosen = hashed_uniform(Purpose.ENROLLED, key(plan.id), client) < plan.share
    return zone[chosen], client[chosen]


def phases(count: int, seed: int, replication: int, plan_id: str) -> Ints:
    """Each client's place in the period, in 2**-32ths of it, in order of enrolment."""
    shift = generator(seed, replication, Purpose.PLAN_PHASE, plan_id).integers(UNIT)
    return (np.arange(count, dtype=np.int64) * GOLDEN + shift) % UNIT


def periods(scenario: Scenario, plan: CarePlan) -> Iterator[Ints]:
    """Of each period that the run touches: the allowed dates, as days since the run's start."""
    date = _begin(plan.per, scenario.time.start)
    last = scenario.time.start + dt.timedelta(days=scenario.horizon_days - 1)
    while date <= last:
        after = _begin(plan.per, date + dt.timedelta(days=_LONGEST[plan.per]))
        dates = [date + dt.timedelta(days=n) for n in range((after - date).days)]
        allowed = [d for d in dates if day(scenario, d).weekday in plan.days]
        yield np.array([(d - scenario.time.start).days for d in allowed], dtype=np.int64)
        date = after


def spread(dates: int, visits: int, spare: int, phase: Ints) -> tuple[Ints, Ints]:
    """(clients, visits): number of the first and of the last date of each visit of a period of so
    many ``dates``, for clients of these phases."""
    starts = max(dates - spare, min(visits, dates))
    m = min(visits, starts)
    if m == 0:
        nobody = np.zeros((len(phase), 0), dtype=np.int64)
        return nobody, nobody
    first = (np.arange(m) * UNIT + phase[:, None]) * starts // (m * UNIT)
    last = np.column_stack([first[:, 1:] - 1, np.full(len(phase), dates - 1)])
    return first, last


def planned(scenario: Scenario, plan: CarePlan, seed: int, replication: int) -> Visits:
    """Every visit whose first date lies in the run; what began before it is taken as done."""
    zone, client = enrolled(scenario, plan)
    phase = phases(len(client), seed, replication, plan.id)
    parts = []
    for dates in periods(scenario, plan):
        first, last = spread(len(dates), plan.visits, plan.spare_days, phase)
        who = np.repeat(np.arange(len(client)), first.shape[1])
        from_day, to_day = dates[first.ravel()], dates[last.ravel()]
        inside = (from_day >= 0) & (from_day < scenario.horizon_days)
        parts.append((from_day[inside], to_day[inside], who[inside]))
    begin, end, who = (
        np.concatenate([part[n] for part in parts]) if parts else np.empty(0, dtype=np.int64)
        for n in range(3)
    )
    order = np.lexsort((who, begin))
    begin, end, who = begin[order], end[order], who[order]
    until = begin if plan.within == "day" else end
    return Visits(
        begin * DAY, zone[who], client[who], begin * DAY + plan.opens, until * DAY + plan.closes)


def _begin(per: str, date: dt.date) -> dt.date:
    """First date of the week, month or year that ``date`` lies in."""
    if per == "week":
        return date - dt.timedelta(days=date.weekday())
    return date.replace(day=1) if per == "month" else date.replace(month=1, day=1)


_LONGEST = {"week": 7, "month": 31, "year": 366}
"""Days from the first date of a period that surely lead into the next, and not beyond it."""
