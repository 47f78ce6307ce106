"""What must be true of every call: sums, queue discipline, lines, operators, redials."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.shock_effects import lines_down
from sim.check.ground.spans import number_at, overlaps, present, witness
from sim.check.hotline import hold
from sim.check.hotline.tiers import gave_up_above
from sim.words.kinds import HOUR, NONE, CallKind, CallOutcome, Channel, OrderState, StaffState

FROM_CALLER = (CallKind.FIRST, CallKind.REDIAL)


def kinds(f: Facts) -> Ints:
    return f.code("calls", "kind", CallKind)


def outcomes(f: Facts) -> Ints:
    return f.code("calls", "outcome", CallOutcome)


def inbound(f: Facts) -> Yes:
    return np.isin(kinds(f), (*FROM_CALLER, CallKind.CHASE))


def queue_end(f: Facts) -> Ints:
    """When each call stopped waiting: answered, given up, turned away, or the run's end."""
    answered, left = f.ms("calls", "answered"), f.until("calls", "left")
    return np.where(has(answered), answered, left)


def offered_adds_up(f: Facts) -> Iterator[Broken]:
    """Per hour and in all, from three sides: rows, outcomes, and what should have rung."""
    hours = -(-f.horizon // HOUR)
    mine = inbound(f)
    hour = f.ms("calls", "arrived") // HOUR
    offered = np.bincount(np.clip(hour[mine], 0, hours), minlength=hours + 1)
    known = mine & (outcomes(f) != NONE)
    ended = np.bincount(np.clip(hour[known], 0, hours), minlength=hours + 1)
    rings = np.isin(f.text("requests", "channel"), (Channel.PHONE, Channel.BUTTON))
    asked = f.ms("requests", "requested")[rings] // HOUR
    first = hour[kinds(f) == CallKind.FIRST]
    due = np.bincount(np.clip(asked, 0, hours), minlength=hours + 1)
    came = np.bincount(np.clip(first, 0, hours), minlength=hours + 1)
    wrong = np.flatnonzero((offered != ended) | (due != came))
    if len(wrong):
        yield Broken("", wrong, (), {
            "hour": f.when(wrong * HOUR), "calls": offered[wrong], "outcomes": ended[wrong],
            "requests": due[wrong], "first calls": came[wrong],
        })
    chases = int((kinds(f) == CallKind.CHASE).sum())
    counted = int(f.column("orders", "chases").sum())
    if chases != counted:
        yield Broken("", np.array([NONE]), (), {
            "chasing calls": [chases], "counted on orders": [counted]})


def outcome_fits_times(f: Facts) -> Iterator[Broken]:
    arrived, answered = f.ms("calls", "arrived"), f.ms("calls", "answered")
    left, talk_end = f.ms("calls", "left"), f.ms("calls", "talk_end")
    operator = f.place("calls", "operator", "staff")
    duty_phone = has(answered) & (operator == NONE)
    fits = {
        CallOutcome.ANSWERED: has(answered) & (operator != NONE) & (left == talk_end),
        CallOutcome.ABANDONED: ~has(answered) & has(left) & (operator == NONE),
        CallOutcome.BLOCKED: ~has(answered) & (left == arrived) & (operator == NONE),
        CallOutcome.CLOSED: (operator == NONE) & np.where(
            duty_phone, (left == talk_end) & (answered == arrived), has(left)),
        CallOutcome.WAITING: ~has(answered) & ~has(left) & (operator == NONE),
        CallOutcome.OVERFLOWED: ~has(answered) & has(left) & (operator == NONE),
    }
    outbound = ~inbound(f)
    outcome = outcomes(f)
    right = np.zeros(len(outcome), dtype=bool)
    for kind, fit in fits.items():
        right |= (outcome == kind) & fit
    right &= ~outbound | np.isin(outcome, (CallOutcome.ANSWERED, CallOutcome.WAITING))
    yield from rows_where("calls", ~right, "outcome", "answered", "left", "operator")


def times_rise(f: Facts) -> Iterator[Broken]:
    chain = ("arrived", "answered", "talk_end", "wrap_up_end")
    for earlier, later in pairwise(chain):
        a, b = f.ms("calls", earlier), f.ms("calls", later)
        yield from rows_where("calls", has(b) & ~(has(a) & (a <= b)), earlier, later)
    left = f.ms("calls", "left")
    yield from rows_where("calls", has(left) & (left < f.ms("calls", "arrived")), "arrived", "left")


def one_caller_at_a_time(f: Facts) -> Iterator[Broken]:
    operator = f.place("calls", "operator", "staff")
    rows = np.flatnonzero(operator != NONE)
    answered, free = f.until("calls", "answered"), f.until("calls", "wrap_up_end")
    rows = rows[np.lexsort((answered[rows], operator[rows]))]
    before, after = rows[:-1], rows[1:]
    clash = (operator[before] == operator[after]) & (answered[after] < free[before])
    if clash.any():
        yield Broken("calls", after[clash], ("operator", "answered"), {
            "while on call": f.column("calls", "call")[before[clash]]})


def operator_can(f: Facts) -> Iterator[Broken]:
    """Who answers is an operator with the skill; outbound calls are for everybody."""
    operator = f.place("calls", "operator", "staff")
    roles = f.text("staff", "role")
    skills = _skills(f)
    needed = f.text("calls", "skill")
    lacks = np.array([
        o != NONE and (roles[o] != "operator" or bool(s and i and s not in skills[o]))
        for o, s, i in zip(operator, needed, inbound(f), strict=True)
    ], dtype=bool)
    yield from rows_where("calls", lacks, "skill", "operator")


def _skills(f: Facts) -> list[frozenset[str]]:
    return [frozenset(filter(None, text.split("|"))) for text in f.text("staff", "skills")]


def _covered(f: Facts) -> Iterator[tuple[Yes, Yes]]:
    """For each set of skills that operators have: whose it is, and which calls it covers."""
    skills = _skills(f)
    roles = f.text("staff", "role")
    needed = f.text("calls", "skill")
    anyone = (needed == "") | ~inbound(f)
    for known in sorted(set(skills), key=sorted):
        same = np.array([other == known for other in skills], dtype=bool)
        staff = same & (roles == "operator")
        if staff.any():
            yield staff, anyone | np.isin(needed, list(known))


def first_come_first_served(f: Facts) -> Iterator[Broken]:
    """No call is taken before an earlier one of its class that the same operator covers."""
    return _overtaken(f, better_class=False)


def better_class_first(f: Facts) -> Iterator[Broken]:
    """No call is taken while one of a better class waits that the same operator covers."""
    return _overtaken(f, better_class=True)


def _overtaken(f: Facts, better_class: bool) -> Iterator[Broken]:
    arrived = f.ms("calls", "arrived")
    level, number = f.column("calls", "priority"), f.column("calls", "call")
    waits, taken = hold.queued(f, queue_end(f)), hold.taken(f)
    here_before = taken.time if better_class else arrived[taken.call]
    for staff, covers in _covered(f):
        by_them = take(staff, taken.operator, False).astype(bool)
        for tier in np.unique(level):
            mine = np.flatnonzero(by_them & (level[taken.call] == tier))
            theirs = level[waits.call]
            could = covers[waits.call] & ((theirs < tier) if better_class else (theirs == tier))
            others = np.flatnonzero(could & (better_class | ~waits.again))
            seen = witness(waits.start[others], waits.end[others], taken.time[mine],
                           here_before[mine])
            before = np.where(seen == NONE, NONE, take(others, seen, NONE))
            if not better_class:
                for other in np.flatnonzero(could & waits.again).tolist():
                    now = taken.time[mine]
                    passed_over = (waits.start[other] < now) & (now < waits.end[other])
                    passed_over &= arrived[waits.call[other]] < arrived[taken.call[mine]]
                    before = np.where(passed_over, other, before)
            wrong = before != NONE
            if wrong.any():
                yield Broken("calls", taken.call[mine[wrong]],
                             ("priority", "arrived", "answered", "operator"),
                             {"before call": number[waits.call[before[wrong]]]})


def no_idle_operator(f: Facts) -> Iterator[Broken]:
    """Outbound calls wait for opening hours; every other call waits only for an operator."""
    state = f.code("timesheet", "state", StaffState)
    staff = f.place("timesheet", "staff", "staff")
    since, until = f.ms("timesheet", "start"), f.ms("timesheet", "end")
    number = f.column("calls", "call")
    starts, ends, calls = waits_while_answerable(f)
    for group, covers in _covered(f):
        idle = np.flatnonzero((state == StaffState.IDLE) & take(group, staff, False).astype(bool))
        mine = np.flatnonzero(covers[calls])
        seen = witness(starts[mine], ends[mine], since[idle], until[idle])
        wrong = seen != NONE
        if wrong.any():
            yield Broken("timesheet", idle[wrong], ("state", "end"), {
                "while waiting": number[calls[mine[seen[wrong]]]]})


def waits_while_answerable(f: Facts) -> tuple[Ints, Ints, Ints]:
    """From, until and row of every wait; an outbound call's is cut to the opening hours."""
    arrived, ended = f.ms("calls", "arrived"), queue_end(f)
    ours = ~inbound(f)
    hotline = f.text("open", "what") == "hotline"
    opens, closes = f.ms("open", "start")[hotline], f.ms("open", "end")[hotline]
    out = np.flatnonzero(ours)
    span, wait = overlaps(opens, closes, arrived[out], ended[out])
    cut = out[wait]
    waits = hold.queued(f, ended)
    theirs = ~ours[waits.call]
    return (
        np.concatenate([waits.start[theirs], np.maximum(arrived[cut], opens[span])]),
        np.concatenate([waits.end[theirs], np.minimum(ended[cut], closes[span])]),
        np.concatenate([waits.call[theirs], cut]),
    )


def on_a_line(f: Facts) -> Yes:
    """Every inbound call but those that met the busy tone or the duty phone."""
    elsewhere = (outcomes(f) == CallOutcome.CLOSED) & has(f.ms("calls", "answered"))
    on_a_line: Yes = inbound(f) & (outcomes(f) != CallOutcome.BLOCKED) & ~elsewhere
    return on_a_line


def lines_suffice(f: Facts) -> Iterator[Broken]:
    held = on_a_line(f)
    moments, number = present(f.ms("calls", "arrived")[held], hold.line_until(f)[held])
    over = np.flatnonzero(number > f.settings["hotline.lines"])
    if len(over):
        yield Broken("", over, (), {
            "at": f.when(moments[over]), "lines in use": number[over]})


def blocked_only_when_full(f: Facts) -> Iterator[Broken]:
    held = on_a_line(f)
    arrived = f.ms("calls", "arrived")
    in_use = number_at(arrived[held], hold.line_until(f)[held], arrived)
    kept = np.where(f.column("calls", "priority") == 0, 0, f.settings["hotline.lines_for_buttons"])
    free = f.settings["hotline.lines"] - lines_down(f, arrived) - kept - in_use
    blocked = outcomes(f) == CallOutcome.BLOCKED
    yield from rows_where("calls", blocked & (free > 0), "arrived", **{"lines free": free})


def redials_in_sequence(f: Facts) -> Iterator[Broken]:
    """Attempts count up from 0; each follows one that was blocked or given up, here or above."""
    kind, attempt = kinds(f), f.column("calls", "attempt")
    request = f.column("calls", "request")
    arrived, left = f.ms("calls", "arrived"), f.ms("calls", "left")
    outcome = outcomes(f)
    rows = np.flatnonzero(np.isin(kind, FROM_CALLER))
    rows = rows[np.lexsort((attempt[rows], request[rows]))]
    again = np.append(False, request[rows[1:]] == request[rows[:-1]])
    before = rows[np.maximum(np.arange(len(rows)) - 1, 0)]
    above = gave_up_above(f)
    left = np.where(has(above), above, left)
    failed = np.isin(outcome[before], (CallOutcome.BLOCKED, CallOutcome.ABANDONED))
    failed |= has(above[before])
    follows = (attempt[rows] == attempt[before] + 1) & failed & has(left[before]) & (
        arrived[rows] >= left[before])
    right = np.where(again, (kind[rows] == CallKind.REDIAL) & follows,
                     (kind[rows] == CallKind.FIRST) & (attempt[rows] == 0))
    wrong = np.zeros(len(kind), dtype=bool)
    wrong[rows[~right]] = True
    yield from rows_where("calls", wrong, "request", "attempt", "kind", "arrived")


def answered_once(f: Facts) -> Iterator[Broken]:
    """A request is settled on one call; call-backs and chasing calls are about it, not it."""
    about = np.isin(kinds(f), (*FROM_CALLER, CallKind.MESSAGE)) & has(f.ms("calls", "answered"))
    request = f.column("calls", "request")
    rows = np.flatnonzero(about)
    _, first = np.unique(request[rows], return_index=True)
    again = np.ones(len(rows), dtype=bool)
    again[first] = False
    wrong = np.zeros(len(request), dtype=bool)
    wrong[rows[again]] = True
    yield from rows_where("calls", wrong, "request", "kind", "answered")


def outbound_has_a_cause(f: Facts) -> Iterator[Broken]:
    """Call-backs follow completed orders, chases late ones, messages a closed hotline."""
    kind, arrived = kinds(f), f.ms("calls", "arrived")
    request = f.column("calls", "request")
    order = find(f.column("orders", "request"), request)

    def of_order(column: str) -> Ints:
        return take(f.ms("orders", column), order, NAT)

    state = take(f.code("orders", "state", OrderState), order, NONE)
    done = np.isin(state, (OrderState.COMPLETED, OrderState.CALLED_BACK))
    wrong = (kind == CallKind.CALL_BACK) & ~(done & (arrived >= of_order("ended")))
    due, started, cancelled = of_order("due"), of_order("started"), of_order("cancelled")
    late = has(due) & (arrived >= due) & (~has(started) | (started >= arrived)) & (
        ~has(cancelled) | (cancelled >= arrived))
    wrong |= (kind == CallKind.CHASE) & ~late
    closed = np.flatnonzero((outcomes(f) == CallOutcome.CLOSED) & np.isin(kind, FROM_CALLER))
    cause = find(request[closed], request)
    left = take(f.ms("calls", "left")[closed], cause, NAT)
    wrong |= (kind == CallKind.MESSAGE) & (arrived != left)
    for once in (CallKind.CALL_BACK, CallKind.MESSAGE):
        rows = np.flatnonzero(kind == once)
        _, first = np.unique(request[rows], return_index=True)
        wrong[np.delete(rows, first)] = True
    yield from rows_where("calls", wrong, "kind", "request", "arrived")
