"""What must be true of callers on virtual hold; when a call waited, and who took it when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.words.kinds import MINUTE, NONE, SECOND, CallKind, CallOutcome


@dataclass(frozen=True, eq=False)
class Queued:
    """Stretches of time in the queue, a row each."""

    call: Ints
    """row of the call"""
    start: Ints
    end: Ints
    again: Yes
    """back in the place kept, after having been phoned in vain"""


@dataclass(frozen=True, eq=False)
class Taken:
    """Every time that an operator took a call from the queue."""

    call: Ints
    """row of the call"""
    time: Ints
    operator: Ints


def there(f: Facts) -> bool:
    """Whether the scenario has virtual hold."""
    return "held" in f.result.more


def hung_up(f: Facts) -> Ints:
    """When the caller of each call went on virtual hold; NAT where that never happened."""
    number = f.column("calls", "call")
    if not there(f):
        return np.full(len(number), NAT, dtype=np.int64)
    return np.asarray(take(f.ms("held", "held"), find(f.column("held", "call"), number), NAT))


def line_until(f: Facts) -> Ints:
    """Until when each call held its line."""
    held = hung_up(f)
    return np.where(has(held), held, f.until("calls", "left"))


def queued(f: Facts, queue_end: Ints) -> Queued:
    """When each call was in the queue: once, but for those phoned in vain."""
    arrived = f.ms("calls", "arrived")
    rows = [(n, a, e, False) for n, a, e in _plain(f, arrived, queue_end)]
    if there(f):
        for call, tries in _tries(f).items():
            start = int(arrived[call])
            for number, (begun, ended) in enumerate(tries):
                rows.append((call, start, begun, number > 0))
                start = NAT if ended == NAT else ended + _retry(f)
            last = tries[-1][1]
            if last not in (NAT, f.ms("calls", "left")[call]) and start < f.horizon:
                rows.append((call, start, int(queue_end[call]), True))
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Queued(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(bool))


def _plain(f: Facts, arrived: Ints, queue_end: Ints) -> Iterator[tuple[int, int, int]]:
    again = set(_tries(f)) if there(f) else set()
    for row, (start, end) in enumerate(zip(arrived.tolist(), queue_end.tolist(), strict=True)):
        if row not in again:
            yield row, start, end


def _tries(f: Facts) -> dict[int, list[tuple[int, int]]]:
    """Row of each call that was phoned in vain -> start and end of each try."""
    found: dict[int, list[tuple[int, int]]] = {}
    call = f.row_of("dials", "call", "calls")
    times = zip(call.tolist(), f.ms("dials", "start").tolist(), f.ms("dials", "end").tolist(),
                strict=True)
    for row, start, end in sorted(times):
        if row != NONE:
            found.setdefault(row, []).append((start, end))
    return found


def _retry(f: Facts) -> int:
    return round(float(f.settings["hold.retry_min"]) * MINUTE)


def taken(f: Facts) -> Taken:
    """Calls answered, and phones that rang in vain."""
    answered = f.ms("calls", "answered")
    operator = f.place("calls", "operator", "staff")
    mine = np.flatnonzero(has(answered))
    if not there(f):
        return Taken(mine, answered[mine], operator[mine])
    return Taken(
        np.concatenate([mine, f.row_of("dials", "call", "calls")]),
        np.concatenate([answered[mine], f.ms("dials", "start")]),
        np.concatenate([operator[mine], f.place("dials", "operator", "staff")]),
    )


def held_as_offered(f: Facts) -> Iterator[Broken]:
    """On hold at the moment it is offered, off a line from then on, never passed up."""
    if not there(f):
        return
    call, held = f.row_of("held", "call", "calls"), f.ms("held", "held")
    arrived = take(f.ms("calls", "arrived"), call, NAT)
    kind = take(f.code("calls", "kind", CallKind), call, NONE)
    outcome = take(f.code("calls", "outcome", CallOutcome), call, NONE)
    left = take(f.until("calls", "left"), call, NAT)
    after, queue = f.settings["hold.after_s"], f.settings["hold.queue"]
    offered = np.zeros(len(held), dtype=bool)
    if after is not None:
        offered |= held == arrived + round(after * SECOND)
    if queue is not None:
        offered |= held == arrived
    right = offered & np.isin(kind, (CallKind.FIRST, CallKind.REDIAL)) & (held <= left)
    right &= np.isin(outcome, (CallOutcome.ANSWERED, CallOutcome.ABANDONED, CallOutcome.WAITING,
                               CallOutcome.CLOSED))
    yield from rows_where("held", ~right, "call", "held")


def phoned_in_turn(f: Facts) -> Iterator[Broken]:
    """Tries count up, apart by the pause at least, not more than allowed; the last ends it."""
    if not there(f):
        return
    number, start, end = f.column("dials", "number"), f.ms("dials", "start"), f.ms("dials", "end")
    call = f.row_of("dials", "call", "calls")
    on_hold = take(hung_up(f), call, NAT)
    before = find(f.column("dials", "call") * 100 + number, f.column("dials", "call") * 100
                  + number - 1)
    since = np.where(number == 0, on_hold, take(end, before, NAT) + _retry(f))
    wrong = ~has(on_hold) | (start < since) | ((number > 0) & (before == NONE))
    wrong |= has(end) & (end < start)
    wrong |= number >= f.settings["hold.tries"]
    yield from rows_where("dials", wrong, "number", "start", "end")
    last = has(end) & (number == f.settings["hold.tries"] - 1)
    left = take(f.ms("calls", "left"), call, NAT)
    outcome = take(f.code("calls", "outcome", CallOutcome), call, NONE)
    ended = (outcome == CallOutcome.ABANDONED) & (left == end)
    yield from rows_where("dials", last != ended, "number", "end")
    held = np.flatnonzero(has(hung_up(f)))
    gone = held[f.code("calls", "outcome", CallOutcome)[held] == CallOutcome.ABANDONED]
    lost = gone[~np.isin(gone, call[last])]
    if len(lost):
        yield Broken("calls", lost, ("outcome", "left"))
