"""What must be true of calls that were passed to the tiers above."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import present, witness
from sim.words.kinds import NONE, SECOND, CallKind, CallOutcome, ServiceMode, WhenClosed

TIMES = ("passed", "joined", "answered", "talk_end", "wrap_up_end")


def there(f: Facts) -> bool:
    """Whether the scenario has tiers."""
    return "passed" in f.result.more


def _outcome(f: Facts, table: str = "passed") -> Ints:
    return f.code(table, "outcome", CallOutcome)


def _level(f: Facts) -> Ints:
    names = list(f.settings["tiers"])
    return np.array([names.index(name) for name in f.text("passed", "tier")], dtype=np.int64)


def gave_up_above(f: Facts) -> Ints:
    """Of each call: when its caller hung up on some tier; NAT where that never happened."""
    calls = f.column("calls", "call")
    if not there(f):
        return np.full(len(calls), NAT, dtype=np.int64)
    gone = np.flatnonzero(_outcome(f) == CallOutcome.ABANDONED)
    row = find(f.column("passed", "call")[gone], calls)
    return np.asarray(take(f.ms("passed", "left")[gone], row, NAT))


def passed_on(f: Facts) -> Iterator[Broken]:
    """Up one tier after another, each exactly when the wait below has lasted as long as it may."""
    if not there(f):
        yield from rows_where("calls", _outcome(f, "calls") == CallOutcome.OVERFLOWED, "outcome")
        return
    level, passed = _level(f), f.ms("passed", "passed")
    call = f.row_of("passed", "call", "calls")
    arrived, left = (take(f.ms("calls", n), call, NAT) for n in ("arrived", "left"))
    outcome = take(_outcome(f, "calls"), call, NONE)
    limits = [f.settings["hotline.overflow_after_s"],
              *(tier["overflow_after_s"] for tier in f.settings["tiers"].values())]
    limit = np.array([NAT if s is None else round(s * SECOND) for s in limits])
    at_night = (outcome == CallOutcome.CLOSED) & (arrived == left)
    at_night &= f.settings["hotline.when_closed"] == WhenClosed.HANDED_TO_12345
    waited = (outcome == CallOutcome.OVERFLOWED) & (left - arrived == limit[0])
    number = f.column("passed", "call")
    key, before = number * len(limits) + level, number * len(limits) + level - 1
    below = find(np.where(_outcome(f) == CallOutcome.OVERFLOWED, key, NONE), before)
    came = take(f.ms("passed", "left"), below, NAT)
    since = take(passed, below, NAT)
    right = np.where(
        level == 0, (at_night | waited) & (passed == left),
        (below != NONE) & (passed == came) & (passed - since == limit[level]),
    )
    kind = take(f.code("calls", "kind", CallKind), call, NONE)
    right &= np.isin(kind, (CallKind.FIRST, CallKind.REDIAL))
    yield from rows_where("passed", ~right, "tier", "passed")
    theirs = _outcome(f, "calls")
    goes_up = theirs == CallOutcome.OVERFLOWED
    if f.settings["hotline.when_closed"] == WhenClosed.HANDED_TO_12345:
        rang = np.isin(f.code("calls", "kind", CallKind), (CallKind.FIRST, CallKind.REDIAL))
        turned_away = f.ms("calls", "arrived") == f.ms("calls", "left")
        goes_up |= rang & turned_away & (theirs == CallOutcome.CLOSED)
    sent = np.concatenate([
        f.column("calls", "call")[goes_up] * len(limits),
        key[_outcome(f) == CallOutcome.OVERFLOWED] + 1])
    lost = sent[~np.isin(sent, key)] // len(limits)
    if len(lost):
        yield Broken("calls", find(f.column("calls", "call"), lost), ("outcome", "left"))


def tier_times(f: Facts) -> Iterator[Broken]:
    """Times rise, and the outcome, and whether it was settled, agree with them."""
    if not there(f):
        return
    for earlier, later in pairwise(TIMES):
        a, b = f.ms("passed", earlier), f.ms("passed", later)
        yield from rows_where("passed", has(b) & ~(has(a) & (a <= b)), earlier, later)
    outcome, left = _outcome(f), f.ms("passed", "left")
    answered, talk_end = has(f.ms("passed", "answered")), f.ms("passed", "talk_end")
    down = f.ms("passed", "handed_down")
    settled = f.column("passed", "settled").astype(bool)
    right = answered == (outcome == CallOutcome.ANSWERED)
    right &= np.where(answered, left == talk_end, has(left) == (outcome != CallOutcome.WAITING))
    right &= ~has(left) | (left >= f.ms("passed", "passed"))
    right &= ~has(down) | (~settled & has(talk_end) & (down >= talk_end))
    right &= ~settled | has(talk_end)
    yield from rows_where("passed", ~right, "outcome", "answered", "left", "settled", "handed_down")


def tier_queues(f: Facts) -> Iterator[Broken]:
    """First come first served; no more in hand than seats, none free while somebody waits."""
    if not there(f):
        return
    level = _level(f)
    joined, answered = f.ms("passed", "joined"), f.ms("passed", "answered")
    free, ended = f.until("passed", "wrap_up_end"), f.until("passed", "left")
    ended = np.where(has(answered), answered, ended)
    for number, tier in enumerate(f.settings["tiers"].values()):
        mine = np.flatnonzero((level == number) & has(joined))
        served = mine[has(answered[mine])]
        if not tier["seats"]:
            late = mine[ended[mine] > joined[mine]]
            if len(late):
                yield Broken("passed", late, ("tier", "joined", "answered"))
            continue
        moments, busy = present(answered[served], free[served])
        over = np.flatnonzero(busy > tier["seats"])
        if len(over):
            yield Broken("", over, (), {"at": f.when(moments[over]), "seats in use": busy[over]})
        seen = witness(joined[mine], ended[mine], answered[served], joined[served])
        if (seen != NONE).any():
            yield Broken("passed", served[seen != NONE], ("tier", "joined", "answered"), {
                "before call": f.column("passed", "call")[mine[seen[seen != NONE]]]})
        slack = np.append(0, busy) < tier["seats"]
        start, end = np.append(0, moments)[slack], np.append(moments, f.horizon)[slack]
        idle = witness(start, end, joined[mine], ended[mine])
        if (idle != NONE).any():
            yield Broken("passed", mine[idle != NONE], ("tier", "joined", "answered"))


def handed_down(f: Facts) -> Iterator[Broken]:
    """What a tier did not settle and needs a visit has its order when it comes down."""
    if not there(f):
        return
    down = f.ms("passed", "handed_down")
    request = take(f.column("calls", "request"), f.row_of("passed", "call", "calls"), NONE)
    row = find(f.column("requests", "request"), request)
    false_alarm = take(f.column("requests", "false_alarm"), row, False).astype(bool)
    visit = take(f.text("requests", "mode"), row, "") == ServiceMode.VISIT
    order = find(f.column("orders", "request"), request)
    created = take(f.ms("orders", "created"), order, NAT)
    wrong = has(down) & (false_alarm | (visit & (created != down)))
    yield from rows_where("passed", wrong, "call", "handed_down")


def came_down(f: Facts) -> Yes:
    """Which orders are what a tier heard and handed down."""
    orders = f.table("orders")
    if not there(f):
        return np.zeros(len(orders), dtype=bool)
    down = np.flatnonzero(has(f.ms("passed", "handed_down")))
    call = f.row_of("passed", "call", "calls")[down]
    place = find(take(f.column("calls", "request"), call, NONE), f.column("orders", "request"))
    arrived = take(take(f.ms("calls", "arrived"), call, NAT), place, NAT)
    right = f.ms("orders", "call_arrived") == arrived
    for mine, theirs in (("answered", "answered"), ("created", "handed_down")):
        right &= f.ms("orders", mine) == take(f.ms("passed", theirs)[down], place, NAT)
    return np.asarray((place != NONE) & right)
