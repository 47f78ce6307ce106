"""What must be true of experts: one client at a time, the right one next, nobody idle in vain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.experts import remote
from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import witness
from sim.words.kinds import MINUTE, NONE, OrderState, ServiceMode, StaffState


def there(f: Facts) -> bool:
    """Whether the scenario has experts."""
    return "consults" in f.result.more


def _able(f: Facts) -> Yes:
    """[expert or not, service] -> is an expert with its skill and grade."""
    role, grade = f.text("staff", "role"), f.column("staff", "grade")
    skills = [set(filter(None, text.split("|"))) for text in f.text("staff", "skills")]
    table = np.zeros((len(role), len(f.table("services"))), dtype=bool)
    needs = zip(f.text("services", "mode"), f.text("services", "skill"),
                f.column("services", "grade"), strict=True)
    for service, (mode, skill, least) in enumerate(needs):
        if mode == ServiceMode.REMOTE:
            table[:, service] = [
                who == "expert" and own >= least and (not skill or skill in known)
                for who, own, known in zip(role, grade, skills, strict=True)]
    return table


def _service(f: Facts) -> Ints:
    """Row of each order's service."""
    return f.place("orders", "service", "services")


def _retry(f: Facts) -> int:
    return round(float(f.settings["remote.retry_min"]) * MINUTE)


def consults_make_the_order(f: Facts) -> Iterator[Broken]:
    """One for each funded order for a remote service, with its times: accepted when written, in the
    queue from then on or from its window's opening, there as soon as an expert begins."""
    if not there(f):
        return
    order = f.row_of("consults", "order", "orders")
    wrong = f.table("consults")["order"].duplicated().to_numpy() | (order == NONE)
    for own, theirs in (("joined", "eligible"), ("started", "started"), ("ended", "ended")):
        wrong |= f.ms("consults", own) != take(f.ms("orders", theirs), order, NAT)
    yield from rows_where("consults", wrong, "joined", "started", "ended")
    state = f.code("orders", "state", OrderState)
    taken = remote(f) & (state != OrderState.UNFUNDED)
    listed = np.isin(f.column("orders", "order"), f.column("consults", "order"))
    odd = taken != listed
    created, opens = f.ms("orders", "created"), f.ms("orders", "window_open")
    wanted = np.where(has(opens), np.maximum(created, opens), created)
    joined, over = f.ms("orders", "eligible"), np.minimum(
        f.until("orders", "cancelled"), f.horizon)
    odd |= taken & np.where(has(joined), joined != wanted, wanted < over)
    odd |= taken & ((f.ms("orders", "accepted") != created) | (f.text("orders", "point") != ""))
    for step in ("gathering", "departed", "arrived"):
        odd |= taken & (f.ms("orders", step) != f.ms("orders", "started"))
    yield from rows_where("orders", odd, "created", "accepted", "eligible", "arrived", "started")


def consult_times(f: Facts) -> Iterator[Broken]:
    """The state, the times and the number of tries are what the sessions say; nobody gives up while
    an expert is at it."""
    if not there(f):
        return
    state = f.code("orders", "state", OrderState)
    order = f.row_of("sessions", "order", "orders")
    over, reached = has(f.ms("sessions", "ended")), f.column("sessions", "reached").astype(bool)
    count, known = len(state), order != NONE
    over, reached, order = over[known], reached[known], order[known]
    tries = np.bincount(order[over], minlength=count)
    served = np.bincount(order[over & reached], minlength=count)
    open_ = np.bincount(order[~over], minlength=count)
    ended, cancelled = f.ms("orders", "ended"), f.ms("orders", "cancelled")
    most = f.settings["remote.tries"]
    right = np.isin(state, (OrderState.COMPLETED, OrderState.CALLED_BACK)) == (served == 1)
    right &= (state == OrderState.NO_SHOW) == ((served == 0) & (tries == most))
    right &= (state == OrderState.IN_SERVICE) == (open_ == 1)
    right &= (served <= 1) & (open_ <= 1)
    last, free = np.full(count, NAT), np.full(count, NAT)
    np.maximum.at(last, order, f.ms("sessions", "started")[known])
    np.maximum.at(free, order, f.until("sessions", "ended")[known])
    waits = np.isin(state, (OrderState.ACCEPTED, OrderState.CANCELLED))
    right &= f.ms("orders", "started") == np.where(waits, NAT, last)
    right &= ended == np.where(waits | (open_ == 1), NAT, free)
    right &= ~has(cancelled) | (cancelled >= free)
    yield from rows_where(
        "orders", remote(f) & ~right, "state", "started", "ended", "cancelled", tries=tries)
    row = f.row_of("consults", "order", "orders")
    wrong = f.column("consults", "tries") != take(tries, row, NONE)
    yield from rows_where("consults", wrong, "tries")


def tries_in_sequence(f: Facts) -> Iterator[Broken]:
    """Tries count up, each after the pause that follows the one before, which was in vain."""
    if not there(f):
        return
    number, order = f.column("sessions", "number"), f.column("sessions", "order")
    key = order * 100 + number
    before = find(key, key - 1)
    row = f.row_of("sessions", "order", "orders")
    joined = take(f.ms("orders", "eligible"), row, NAT)
    since = np.where(number == 0, joined, take(f.ms("sessions", "ended"), before, NAT) + _retry(f))
    started, ended = f.ms("sessions", "started"), f.ms("sessions", "ended")
    wrong = (started < since) | (has(ended) & (ended < started))
    wrong |= (number > 0) & ((before == NONE) | take(
        f.column("sessions", "reached"), before, False).astype(bool))
    reached = f.column("sessions", "reached").astype(bool)
    service = take(_service(f), row, NONE)
    lost = [round(f.settings["remote.services"].get(name, {"door_min": 0})["door_min"] * MINUTE)
            for name in f.text("services", "service")]
    length = take(np.array(lost, dtype=np.int64), service, 0)
    wrong |= ~reached & has(ended) & (ended - started != length)
    yield from rows_where("sessions", wrong, "number", "started", "ended", "reached")


def expert_suits(f: Facts) -> Iterator[Broken]:
    """Who serves is an expert with the skill and the grade, with one client at a time."""
    if not there(f):
        return
    expert = f.place("sessions", "expert", "staff")
    service = take(_service(f), f.row_of("sessions", "order", "orders"), NONE)
    right = (expert != NONE) & (service != NONE) & _able(f)[expert, service]
    yield from rows_where("sessions", ~right, "expert", "order")
    started, free = f.ms("sessions", "started"), f.until("sessions", "ended")
    rows = np.lexsort((free, started, expert))
    before, after = rows[:-1], rows[1:]
    clash = (expert[before] == expert[after]) & (started[after] < free[before])
    if clash.any():
        yield Broken("sessions", after[clash], ("expert", "started"))


def _waits(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Row of the order, from and until of every stretch in the queue."""
    joined = np.where(remote(f), f.ms("orders", "eligible"), NAT)
    over = np.minimum(f.until("orders", "cancelled"), f.horizon)
    order = f.row_of("sessions", "order", "orders")
    ended = f.ms("sessions", "ended")
    tries: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in sorted(zip(
            order.tolist(), f.ms("sessions", "started").tolist(), ended.tolist(), strict=True)):
        tries.setdefault(row, []).append((start, end))
    done = has(f.ms("orders", "ended"))
    found = []
    for row in np.flatnonzero(has(joined)).tolist():
        since: int | None = int(joined[row])
        for start, end in tries.get(row, []):
            if since is not None:
                found.append((row, since, start))
            since = None if end == NAT else end + _retry(f)
        if since is not None and not done[row]:
            found.append((row, since, int(over[row])))
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    lasted = table[:, 2] > table[:, 1]
    return table[lasted, 0], table[lasted, 1], table[lasted, 2]


def experts_in_order(f: Facts) -> Iterator[Broken]:
    """Nobody is served while one of a better class, or of the same and earlier, could have been."""
    if not there(f):
        return
    row, since, until = _waits(f)
    service, able = _service(f), _able(f)
    level, joined = f.column("services", "priority")[service], f.ms("orders", "eligible")
    number = f.column("orders", "order")
    started, order = f.ms("sessions", "started"), f.row_of("sessions", "order", "orders")
    expert = f.place("sessions", "expert", "staff")
    wrong = np.full(len(started), NONE)
    for n, (now, mine) in enumerate(zip(started.tolist(), order.tolist(), strict=True)):
        waiting = row[(since < now) & (now < until)]
        waiting = waiting[able[expert[n], service[waiting]] & (waiting != mine)]
        better = (level[waiting] < level[mine]) | (
            (level[waiting] == level[mine]) & (joined[waiting] < joined[mine]))
        if better.any():
            wrong[n] = number[waiting[better]][0]
    if (wrong != NONE).any():
        yield Broken("sessions", np.flatnonzero(wrong != NONE), ("expert", "started"), {
            "before order": wrong[wrong != NONE]})


def no_idle_expert(f: Facts) -> Iterator[Broken]:
    """No expert is idle while a client waits whom he or she could serve."""
    if not there(f):
        return
    row, since, until = _waits(f)
    service, able = _service(f), _able(f)
    staff = f.place("timesheet", "staff", "staff")
    idle = (f.code("timesheet", "state", StaffState) == StaffState.IDLE) & (staff != NONE)
    for wanted in np.unique(service[row]):
        lines = np.flatnonzero(idle & able[staff, wanted])
        mine = np.flatnonzero(service[row] == wanted)
        seen = witness(since[mine], until[mine], f.ms("timesheet", "start")[lines],
                       f.ms("timesheet", "end")[lines])
        wrong = seen != NONE
        if wrong.any():
            yield Broken("timesheet", lines[wrong], ("state", "end"), {
                "while waiting": f.column("orders", "order")[row[mine[seen[wrong]]]]})


def sheet_agrees_with_sessions(f: Facts) -> Iterator[Broken]:
    """What experts' time sheets say of sessions is what the sessions say."""
    state = f.code("timesheet", "state", StaffState)
    lines = np.flatnonzero(state == StaffState.SESSION)
    sheet = _covered(f.place("timesheet", "staff", "staff")[lines],
                     f.column("timesheet", "order")[lines],
                     f.ms("timesheet", "start")[lines], f.ms("timesheet", "end")[lines])
    if not there(f):
        yield from rows_where("timesheet", state == StaffState.SESSION, "state")
        return
    rows = _covered(f.place("sessions", "expert", "staff"), f.column("sessions", "order"),
                    f.ms("sessions", "started"), f.until("sessions", "ended"))
    odd = sorted(sheet ^ rows)
    if odd:
        yield Broken("", np.arange(len(odd)), (), {
            "staff": f.text("staff", "staff")[[who for who, *_ in odd]],
            "order": [order for _, order, *_ in odd],
            "start": f.when(np.array([start for *_, start, _ in odd])),
            "end": f.when(np.array([end for *_, end in odd]))})


def _covered(staff: Ints, order: Ints, start: Ints, end: Ints) -> set[tuple[int, int, int, int]]:
    """Stretches of each person with each order, those that touch made one."""
    found: list[tuple[int, int, int, int]] = []
    columns = (staff.tolist(), order.tolist(), start.tolist(), end.tolist())
    for who, job, since, until in sorted(zip(*columns, strict=True)):
        if until <= since:
            continue
        if found and found[-1][:2] == (who, job) and found[-1][3] >= since:
            found[-1] = (who, job, found[-1][2], max(until, found[-1][3]))
        else:
            found.append((who, job, since, until))
    return set(found)
