"""The week a hotline has to be staffed in, and the patterns its operators may work.

A *kind of day* is a weekday as rosters follow it, or a holiday. A *slot* is an hour (or half, or
quarter) of a kind of day in which the hotline is open. An *atom* is a piece of a slot in which
nobody's shift or break begins or ends, whatever the roster. A *pattern* is a row of
``operators.csv``: the shifts that one person works, whether anybody works them so far or not. A
*desk* is a set of calls that the same patterns can take: one for a hotline where everybody takes
everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.staffing.counts import QUARTER
from sim.measures.counting.groups import Flags, Floats, Ints
from sim.scenario.days import days
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WEEKDAYS
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.words.kinds import DAY, HOUR, MINUTE, Channel, StaffRole
from sim.workload.roster import duties, people

HOLIDAY = len(WEEKDAYS)
"""The kind of day after Sunday."""
KINDS = (*WEEKDAYS, "holiday")
RINGS = (Channel.PHONE, Channel.BUTTON)
DAY_MINUTES = DAY // MINUTE


@dataclass(frozen=True)
class Pattern:
    """What one operator may work."""

    id: str
    skills: tuple[str, ...]
    pay: float
    """yuan a month"""
    hours: float
    """rostered in an ordinary week, breaks included"""
    relieved: bool
    """whether somebody always stands in for who stays away"""


@dataclass(frozen=True, eq=False)
class Week:
    """Slots in order of time, and who covers what.

    Arrays over slots, atoms and patterns; an atom's coverage by a pattern is 0 or 1.
    """

    slot_ms: int
    kind: Ints
    """of each slot: 0 Monday ... 6 Sunday, 7 holiday"""
    start: Ints
    """of each slot, milliseconds after midnight"""
    dates: Ints
    """of each slot: counted dates of its kind"""
    patterns: tuple[Pattern, ...]
    desks: tuple[tuple[str, ...], ...]
    """skills that calls need, "" for none"""
    able: Flags
    """(desk, pattern): whether a pattern's people take such calls"""
    atom_slot: Ints
    atom_share: Floats
    """of each atom: how much of its slot it is"""
    covers: Floats
    """(pattern, atom): 1 where on duty; a break is taken as beginning when its window opens"""
    slot_of_quarter: Ints
    """slot of each quarter of an hour from model time 0 on, -1 where closed or not counted"""

    @property
    def slots(self) -> int:
        return len(self.kind)

    @property
    def mean_covers(self) -> Floats:
        """(pattern, slot): coverage averaged over the slot."""
        return np.stack([
            np.bincount(self.atom_slot, row * self.atom_share, self.slots) for row in self.covers
        ])

    @property
    def kinds(self) -> tuple[int, ...]:
        """The kinds of day that are there."""
        return tuple(dict.fromkeys(self.kind.tolist()))

    @property
    def pay(self) -> Floats:
        return np.array([pattern.pay for pattern in self.patterns])

    @property
    def hours(self) -> Floats:
        return np.array([pattern.hours for pattern in self.patterns])

    def name(self, first: int, last: int) -> str:
        """``Mon 09:00-11:00``: from the first to the last of some slots; the day of the last is
        named where it is another."""
        end = (int(self.start[last]) + self.slot_ms) // MINUTE
        begin = int(self.start[first]) // MINUTE
        day, until = KINDS[self.kind[first]], KINDS[self.kind[last]]
        return f"{day} {_clock(begin)}-{'' if day == until else until + ' '}{_clock(end)}"


def week(scenario: Scenario, slot_ms: int) -> Week:
    """The week of a scenario's counted dates in slots of ``slot_ms``, a part of a day."""
    dates = days(scenario)
    first = scenario.time.warm_up_days
    kinds = np.array([HOLIDAY if day.holiday else day.weekday for day in dates])
    counted = np.zeros(len(dates), dtype=bool)
    counted[first : first + scenario.time.days] = True
    kind, start = _slots(scenario, sorted(set(kinds[counted].tolist())), slot_ms)
    on_duty = _on_duty(scenario, kinds, counted)
    atom_slot, atom_share, covers = _atoms(on_duty, kind, start, slot_ms)
    desks, able = _desks(scenario)
    return Week(
        slot_ms=slot_ms,
        kind=kind,
        start=start,
        dates=np.array([np.count_nonzero(counted & (kinds == k)) for k in kind], dtype=np.int64),
        patterns=tuple(pattern(scenario, group) for group in scenario.operators),
        desks=desks,
        able=able,
        atom_slot=atom_slot,
        atom_share=atom_share,
        covers=covers,
        slot_of_quarter=_quarters(kinds, counted, kind, start, slot_ms),
    )


def pattern(scenario: Scenario, group: OperatorGroup | CaregiverGroup) -> Pattern:
    """What a row of ``operators.csv``, or of ``caregivers.csv``, lets one person work."""
    shifts = {shift.id: shift for shift in scenario.shifts}
    worked = [shifts[name] for name in group.shifts]
    hours = sum((shift.until - shift.start) * len(shift.days) for shift in worked) / HOUR
    return Pattern(
        group.id, group.skills, group.pay_yuan_per_month, hours, group.absence_prob == 0)


def memory_ms(scenario: Scenario) -> int:
    """How long a crowd is felt after it came, at most two hours: three times the longest patience
    that is usual, a call, and the wait before a redial."""
    patience = max(caller.patience.mean_ms for caller in scenario.callers.values())
    talk = max(caller.talk.mean_ms for caller in scenario.callers.values())
    redial = max(
        (c.redial_delay.mean_ms for c in scenario.callers.values() if c.max_redials), default=0)
    return round(min(2 * HOUR, 3 * patience + talk + scenario.hotline.wrap_up.mean_ms + redial))


def _slots(scenario: Scenario, kinds: Sequence[int], slot_ms: int) -> tuple[Ints, Ints]:
    found = [
        (kind, start)
        for kind in kinds
        for start in range(0, DAY, slot_ms)
        if any(
            opens < start + slot_ms and start < closes
            for opens, closes in scenario.hotline.open.days[min(kind, HOLIDAY - 1)]
        )
    ]
    whole = np.array(found, dtype=np.int64).reshape(-1, 2)
    return whole[:, 0], whole[:, 1]


def _on_duty(scenario: Scenario, kinds: Ints, counted: Flags) -> Flags:
    """(pattern, kind of day, minute): whether one person of the pattern works, on most dates."""
    one_each = tuple(group.model_copy(update={"count": 1}) for group in scenario.operators)
    alone = scenario.model_copy(update={"operators": one_each, "caregivers": ()})
    minutes = np.zeros((len(one_each), (len(kinds) + 3) * DAY_MINUTES), dtype=np.int64)
    group = [person.group for person in people(alone) if person.role == StaffRole.OPERATOR]
    for duty in duties(alone, 0, 0):
        mine = minutes[group[duty.person]]
        # The first day's place is the second: shifts of the day before begin in the first.
        mine[_minute(duty.start) : _minute(duty.end)] = 1
        for opens, _, length in duty.breaks:
            mine[_minute(opens) : _minute(opens + length)] = 0
    by_date = minutes.reshape(len(one_each), -1, DAY_MINUTES)[:, 1 : len(kinds) + 1]
    found = np.zeros((len(one_each), len(KINDS), DAY_MINUTES), dtype=bool)
    for kind in set(kinds[counted].tolist()):
        found[:, kind] = by_date[:, counted & (kinds == kind)].mean(axis=1) > 0.5
    return found


def _minute(time: int) -> int:
    return (time + DAY) // MINUTE


def _atoms(
    on_duty: Flags, kind: Ints, start: Ints, slot_ms: int
) -> tuple[Ints, Floats, Floats]:
    slots, shares, columns = [], [], []
    length = slot_ms // MINUTE
    for slot, (day, begins) in enumerate(zip(kind, start // MINUTE, strict=True)):
        inside = on_duty[:, day, begins : begins + length]
        edges = np.flatnonzero((inside[:, 1:] != inside[:, :-1]).any(axis=0)) + 1
        for first, last in zip([0, *edges], [*edges, length], strict=True):
            slots.append(slot)
            shares.append((last - first) / length)
            columns.append(inside[:, first])
    covers = np.array(columns, dtype=np.float64).reshape(len(columns), len(on_duty)).T
    return np.array(slots, dtype=np.int64), np.array(shares), covers


def _desks(scenario: Scenario) -> tuple[tuple[tuple[str, ...], ...], Flags]:
    """Calls by who can take them, and which patterns can; the desk of most patterns first."""
    skills = sorted({s.skill for s in scenario.requests if s.channel in RINGS})
    by_able: dict[tuple[bool, ...], list[str]] = {}
    for skill in skills:
        able = tuple(not skill or skill in group.skills for group in scenario.operators)
        by_able.setdefault(able, []).append(skill)
    widest = sorted(by_able, key=sum, reverse=True)
    patterns = np.array(widest, dtype=bool).reshape(len(widest), len(scenario.operators))
    return tuple(tuple(by_able[each]) for each in widest), patterns


def _quarters(kinds: Ints, counted: Flags, kind: Ints, start: Ints, slot_ms: int) -> Ints:
    per_day = DAY // QUARTER
    table = np.full((len(KINDS), per_day), -1, dtype=np.int64)
    for slot, (day, begins) in enumerate(zip(kind, start // QUARTER, strict=True)):
        table[day, begins : begins + slot_ms // QUARTER] = slot
    return np.where(counted[:, None], table[kinds], -1).ravel()


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
