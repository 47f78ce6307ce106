"""What must be true of rosters and time sheets: who is there, in one state, at every moment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.deliveries import jobs, left_for, on_round
from sim.check.ground.facts import NAT, Facts, Ints, Yes, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import witness
from sim.words.kinds import DAY, MINUTE, NONE, IdleReason, StaffRole, StaffState

OPERATOR_STATES = (
    StaffState.IDLE, StaffState.TALK, StaffState.WRAP_UP, StaffState.CALL_BACK, StaffState.BREAK,
    StaffState.RINGING,
)
EXPERT_STATES = (StaffState.IDLE, StaffState.SESSION, StaffState.BREAK)
CAREGIVER_STATES = (
    StaffState.IDLE, StaffState.BREAK, StaffState.TRAVEL, StaffState.RETURN,
    StaffState.EARLY_WAIT, StaffState.SERVICE, StaffState.GATHERING, StaffState.CARE,
)
CALL_STATES = (
    StaffState.TALK, StaffState.WRAP_UP, StaffState.CALL_BACK, StaffState.RINGING,
)
ORDER_STATES = (
    StaffState.TRAVEL, StaffState.EARLY_WAIT, StaffState.SERVICE, StaffState.GATHERING,
    StaffState.SESSION,
)


def duty_of(f: Facts, staff: Ints, moments: Ints) -> Ints:
    """The row of the roster that each person is on at each moment; -1 where on none."""
    span = f.horizon + 4 * DAY
    signed_in, signed_out = f.ms("roster", "signed_in"), f.until("roster", "signed_out")
    there = np.flatnonzero(has(signed_in))
    if len(there) == 0:
        return np.full(len(staff), NONE, dtype=np.int64)
    key = f.place("roster", "staff", "staff")[there] * span + signed_in[there] + 2 * DAY
    order = np.lexsort((signed_out[there], key))
    place = np.searchsorted(key[order], staff * span + moments + 2 * DAY, side="right") - 1
    duty = there[order[np.maximum(place, 0)]]
    fits = (place >= 0) & (f.place("roster", "staff", "staff")[duty] == staff)
    return np.where(fits & (moments <= signed_out[duty]), duty, NONE)


def signed_in_on_time(f: Facts) -> Iterator[Broken]:
    """Who is not absent comes at the rostered start, or when the shift before is done with."""
    staff = f.place("roster", "staff", "staff")
    signed_in, signed_out = f.ms("roster", "signed_in"), f.ms("roster", "signed_out")
    start, end = f.ms("roster", "start"), f.ms("roster", "end")
    absent = f.column("roster", "absent").astype(bool)
    wrong = np.zeros(len(staff), dtype=bool)
    free_from: dict[int, int] = {}
    for i in np.lexsort((start, staff)).tolist():
        comes = max(start[i], 0, free_from.get(staff[i], 0))
        if absent[i] or comes >= f.horizon:
            wrong[i] = signed_in[i] != NAT or signed_out[i] != NAT
        else:
            leaves = f.horizon if signed_out[i] == NAT else signed_out[i]
            wrong[i] = signed_in[i] != comes or leaves < min(max(end[i], comes), f.horizon)
            free_from[staff[i]] = leaves
    yield from rows_where("roster", wrong, "end", "absent", "signed_in", "signed_out")


def sheet_tiles_duty(f: Facts) -> Iterator[Broken]:
    """Every duty from signing in to signing out is in one state at a time, without a gap."""
    staff, start = f.place("timesheet", "staff", "staff"), f.ms("timesheet", "start")
    end = f.ms("timesheet", "end")
    duty = duty_of(f, staff, start)
    rows = np.lexsort((end, start, duty))
    rows = rows[duty[rows] != NONE]
    first = np.append(True, duty[rows[1:]] != duty[rows[:-1]])[: len(rows)]
    last = np.append(first[1:], True)[: len(rows)]
    before = rows[np.maximum(np.arange(len(rows)) - 1, 0)]
    signed_in, signed_out = f.ms("roster", "signed_in"), f.until("roster", "signed_out")
    wrong = duty == NONE
    wrong[rows] |= start[rows] != np.where(first, signed_in[duty[rows]], end[before])
    wrong[rows] |= last & (end[rows] != signed_out[duty[rows]])
    wrong |= end < start
    yield from rows_where("timesheet", wrong, "state", "end")
    empty = has(signed_in) & (signed_out > signed_in)
    empty[duty[rows]] = False
    yield from rows_where("roster", empty, "signed_in", "signed_out")


def states_fit_the_person(f: Facts) -> Iterator[Broken]:
    """Talk is for operators, visits are for caregivers; each state has its job, and no other."""
    role = f.code("timesheet", "role", StaffRole)
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    right = np.select(
        [role == StaffRole.OPERATOR, role == StaffRole.EXPERT],
        [np.isin(state, OPERATOR_STATES), np.isin(state, EXPERT_STATES)],
        np.isin(state, CAREGIVER_STATES))
    right &= (state == StaffState.IDLE) | (reason == IdleReason.NONE)
    ordered = np.isin(state, ORDER_STATES) | (reason == IdleReason.RESERVED)
    right &= ordered == (f.column("timesheet", "order") != NONE)
    right &= np.isin(state, CALL_STATES) == (f.column("timesheet", "call") != NONE)
    moves = np.isin(state, (StaffState.TRAVEL, StaffState.RETURN))
    right &= moves | (f.column("timesheet", "km") == 0)
    date = f.ms("timesheet", "shift_date")
    duty = duty_of(f, f.place("timesheet", "staff", "staff"), f.ms("timesheet", "start"))
    right &= (duty == NONE) | (take(f.ms("roster", "shift_date"), duty, 0) == date)
    yield from rows_where(
        "timesheet", ~right, "role", "state", "reason", "order", "call", "km", "shift_date")


def overtime_is_marked(f: Facts) -> Iterator[Broken]:
    """Marked is exactly what lies after the rostered end, and no idleness lies there."""
    start, end = f.ms("timesheet", "start"), f.ms("timesheet", "end")
    duty = duty_of(f, f.place("timesheet", "staff", "staff"), start)
    rostered = take(f.ms("roster", "end"), duty, f.horizon)
    marked = f.column("timesheet", "overtime").astype(bool)
    wrong = (marked != (start >= rostered)) | ((start < rostered) & (end > rostered))
    state = f.code("timesheet", "state", StaffState)
    free = np.isin(state, (StaffState.IDLE, StaffState.RETURN)) & (
        f.code("timesheet", "reason", IdleReason) != IdleReason.RESERVED)
    wrong |= marked & free & (end > start)
    yield from rows_where("timesheet", wrong, "state", "end", "overtime")


def nobody_works_off_duty(f: Facts) -> Iterator[Broken]:
    """Calls and visits lie within a duty of their person and are begun before the shift's end."""
    for table, person, begun, free in (
        ("calls", "operator", "answered", "wrap_up_end"),
        ("visits", "caregiver", "held", "ended"),
    ):
        staff = f.place(table, person, "staff")
        start, end = f.ms(table, begun), f.until(table, free)
        if table == "visits":
            start = left_for(f)
            turned = f.ms(table, "turned_back")
            end = np.where(has(turned), turned, end)
        works = (staff != NONE) & has(start)
        duty = duty_of(f, staff, np.where(works, start, 0))
        over = take(f.until("roster", "signed_out"), duty, 0)
        inside = (duty != NONE) & (end <= over) & (start < take(f.ms("roster", "end"), duty, 0))
        yield from rows_where(table, works & ~inside, person, begun, free)


def breaks_add_up(f: Facts) -> Iterator[Broken]:
    """Of a finished duty every break due was either taken or counted as missed."""
    taken = _breaks(f)
    number = np.bincount(taken[0], minlength=len(f.table("roster")))
    due, missed = f.column("roster", "breaks"), f.column("roster", "breaks_missed")
    over = has(f.ms("roster", "signed_out"))
    wrong = np.where(over, number + missed != due, number > due)
    yield from rows_where("roster", wrong, "breaks", "breaks_missed", taken=number)


def _breaks(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Duty, start and end of every break, its parts before and after the shift's end joined."""
    rows = np.flatnonzero(f.code("timesheet", "state", StaffState) == StaffState.BREAK)
    staff = f.place("timesheet", "staff", "staff")[rows]
    start, end = f.ms("timesheet", "start")[rows], f.ms("timesheet", "end")[rows]
    overtime = f.column("timesheet", "overtime").astype(bool)[rows]
    duty = duty_of(f, staff, start)
    order = np.lexsort((start, duty))
    duty, start, end, overtime = duty[order], start[order], end[order], overtime[order]
    joined = np.zeros(len(rows), dtype=bool)
    joined[1:] = overtime[1:] & ~overtime[:-1] & (duty[1:] == duty[:-1]) & (start[1:] == end[:-1])
    heads = np.flatnonzero(~joined & (duty != NONE))
    tails = np.append(np.flatnonzero(~joined)[1:], len(rows)) - 1
    tails = tails[duty[~joined] != NONE] if len(rows) else tails[:0]
    return duty[heads], start[heads], end[tails]


def breaks_last_in_full(f: Facts) -> Iterator[Broken]:
    """A break begins at the first free moment of its window and lasts as long as it should.

    A window for which no break was taken had no free moment.
    """
    due: dict[str, list[tuple[int, int, int]]] = {}
    rows = f.table("breaks")[["shift", "opens_min", "closes_min", "length_min"]]
    for shift, *minutes in rows.itertuples(index=False):
        opens, closes, length = (round(m * MINUTE) for m in minutes)
        due.setdefault(str(shift), []).append((opens, closes, length))
    taken: dict[int, list[tuple[int, int]]] = {}
    for duty, start, end in zip(*(part.tolist() for part in _breaks(f)), strict=True):
        taken.setdefault(duty, []).append((start, end))
    shifts, date = f.text("roster", "shift"), f.ms("roster", "shift_date")
    ends = f.ms("roster", "end")
    windows: list[tuple[int, int, int]] = []
    wrong = f.column("roster", "breaks") != [len(due.get(shift, [])) for shift in shifts]
    for duty in np.flatnonzero(has(f.ms("roster", "signed_in"))).tolist():
        left = taken.get(duty, [])
        for opens, closes, length in due.get(shifts[duty], []):
            opens, closes = opens + date[duty], closes + date[duty]
            fits = [
                b for b in left if opens <= b[0] <= closes
                and (b[1] - b[0] == length or b[1] == f.horizon < b[0] + length)
            ]
            until = min(fits[0][0] if fits else closes + 1, ends[duty])
            windows.append((duty, opens, until))
            left = [b for b in left if b not in fits[:1]]
        wrong[duty] |= bool(left)
    yield from rows_where("roster", wrong, "breaks")
    yield from _free_before_break(f, windows)


def _called_away(f: Facts, lines: Ints) -> Yes:
    """Which lines begin as their person is turned around on the way: no free moment."""
    turned = f.ms("visits", "turned_back")
    away = has(turned) & ~on_round(f)
    span = 2 * f.horizon + 8 * DAY
    moments = f.place("visits", "caregiver", "staff")[away] * span + turned[away]
    staff, start = f.place("timesheet", "staff", "staff"), f.ms("timesheet", "start")
    return np.isin(staff[lines] * span + start[lines], moments)


def _free_before_break(f: Facts, windows: list[tuple[int, int, int]]) -> Iterator[Broken]:
    """Duties that were free, if only between two jobs, in a window before its break began."""
    duty, since, until = (np.array(part, dtype=np.int64) for part in zip(*windows, strict=True)) \
        if windows else (np.zeros(0, dtype=np.int64),) * 3
    state = f.code("timesheet", "state", StaffState)
    start, end = f.ms("timesheet", "start"), f.ms("timesheet", "end")
    on = duty_of(f, f.place("timesheet", "staff", "staff"), start)
    rows = np.lexsort((end, start, on))
    job = [jobs(f)[rows], f.column("timesheet", "call")[rows]]
    free = np.isin(state, (StaffState.IDLE, StaffState.RETURN)) & (
        f.code("timesheet", "reason", IdleReason) != IdleReason.RESERVED)
    new = np.ones(len(rows), dtype=bool)
    if len(rows):
        new[1:] = (on[rows[1:]] != on[rows[:-1]]) | (job[0][1:] != job[0][:-1]) | (
            job[1][1:] != job[1][:-1])
    new &= ~_called_away(f, rows)
    moments = rows[(new | free[rows]) & (state[rows] != StaffState.BREAK) & (on[rows] != NONE)]
    lasts = np.where(free, end, start + 1)[moments]
    # one axis for all duties: each has a stretch of its own
    span = 2 * f.horizon + 8 * DAY
    seen = witness(on[moments] * span + start[moments], on[moments] * span + lasts,
                   duty * span + since, duty * span + until)
    late = seen != NONE
    if late.any():
        yield Broken("roster", duty[late], (), {
            "break window opens": f.when(since[late]),
            "free at": f.when(start[moments[seen[late]]]),
        })
