"""What must be true of experts: one client at a time, the right one next, nobody idle in vain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import witness
from sim.words.kinds import MINUTE, NONE, OrderState, ServiceMode, StaffState

CHAIN = ("call_arrived", "answered", "created", "joined", "started", "ended")


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
    """Row of each consult's service."""
    request = f.row_of("consults", "request", "requests")
    return take(f.place("requests", "service", "services"), request, NONE)


def _retry(f: Facts) -> int:
    return round(float(f.settings["remote.retry_min"]) * MINUTE)


def consults_have_causes(f: Facts) -> Iterator[Broken]:
    """One for each remote request that was heard, as it was asked for."""
    if not there(f):
        return
    request = f.row_of("consults", "request", "requests")
    mode = take(f.text("requests", "mode"), request, "")
    wrong = (mode != ServiceMode.REMOTE) | f.table("consults")["request"].duplicated().to_numpy()
    created = f.ms("consults", "created")
    opens = take(f.ms("requests", "window_open"), request, NAT)
    booked = np.where(has(opens), np.maximum(created, opens), created)
    joined = f.ms("consults", "joined")
    wrong |= has(joined) & (joined != booked)
    yield from rows_where("consults", wrong, "request", "created", "joined")
    remote = f.text("requests", "mode") == ServiceMode.REMOTE
    remote &= ~f.column("requests", "false_alarm").astype(bool)
    planned = remote & (f.text("requests", "channel") == "plan")
    call = f.row_of("calls", "request", "requests")
    heard = np.isin(f.text("calls", "kind"), ("first", "redial", "message")) & has(
        f.ms("calls", "talk_end")) & (call != NONE)
    planned[call[heard]] |= remote[call[heard]]
    written = np.isin(f.column("requests", "request"), f.column("consults", "request"))
    yield from rows_where("requests", planned & ~written, "channel", "requested")


def consult_times(f: Facts) -> Iterator[Broken]:
    """Times rise, and the state and the number of tries are what the sessions say."""
    if not there(f):
        return
    for earlier, later in pairwise(CHAIN):
        a, b = f.ms("consults", earlier), f.ms("consults", later)
        yield from rows_where("consults", has(b) & ~(has(a) & (a <= b)), earlier, later)
    state = f.code("consults", "state", OrderState)
    consult = f.row_of("sessions", "consult", "consults")
    over, reached = has(f.ms("sessions", "ended")), f.column("sessions", "reached").astype(bool)
    count = len(state)
    known = consult != NONE
    over, reached, consult = over[known], reached[known], consult[known]
    tries = np.bincount(consult[over], minlength=count)
    served = np.bincount(consult[over & reached], minlength=count)
    open_ = np.bincount(consult[~over], minlength=count)
    ended, cancelled = has(f.ms("consults", "ended")), has(f.ms("consults", "cancelled"))
    most = f.settings["remote.tries"]
    right = (state == OrderState.COMPLETED) == (served == 1)
    right &= (state == OrderState.NO_SHOW) == ((served == 0) & (tries == most))
    right &= (state == OrderState.IN_SERVICE) == (open_ == 1)
    right &= (state == OrderState.CANCELLED) == cancelled
    right &= ended == np.isin(state, (OrderState.COMPLETED, OrderState.NO_SHOW))
    right &= (f.column("consults", "tries") == tries) & (served <= 1) & (open_ <= 1)
    last = np.full(count, NAT)
    np.maximum.at(last, consult, f.ms("sessions", "started")[known])
    right &= f.ms("consults", "started") == last
    yield from rows_where("consults", ~right, "state", "tries", "started", "ended", "cancelled")


def tries_in_sequence(f: Facts) -> Iterator[Broken]:
    """Tries count up, each after the pause that follows the one before, which was in vain."""
    if not there(f):
        return
    number, consult = f.column("sessions", "number"), f.column("sessions", "consult")
    key = consult * 100 + number
    before = find(key, key - 1)
    joined = take(f.ms("consults", "joined"), f.row_of("sessions", "consult", "consults"), NAT)
    since = np.where(number == 0, joined, take(f.ms("sessions", "ended"), before, NAT) + _retry(f))
    started, ended = f.ms("sessions", "started"), f.ms("sessions", "ended")
    wrong = (started < since) | (has(ended) & (ended < started))
    wrong |= (number > 0) & ((before == NONE) | take(
        f.column("sessions", "reached"), before, False).astype(bool))
    reached = f.column("sessions", "reached").astype(bool)
    service = take(_service(f), f.row_of("sessions", "consult", "consults"), NONE)
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
    service = take(_service(f), f.row_of("sessions", "consult", "consults"), NONE)
    right = (expert != NONE) & (service != NONE) & _able(f)[expert, service]
    yield from rows_where("sessions", ~right, "expert", "consult")
    started, free = f.ms("sessions", "started"), f.until("sessions", "ended")
    rows = np.lexsort((free, started, expert))
    before, after = rows[:-1], rows[1:]
    clash = (expert[before] == expert[after]) & (started[after] < free[before])
    if clash.any():
        yield Broken("sessions", after[clash], ("expert", "started"))


def _waits(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Row of the consult, from and until of every stretch in the queue."""
    joined = f.ms("consults", "joined")
    over = np.minimum(f.until("consults", "cancelled"), f.horizon)
    over = np.where(has(f.ms("consults", "cancelled")), over, f.horizon)
    consult = f.row_of("sessions", "consult", "consults")
    ended = f.ms("sessions", "ended")
    tries: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in sorted(zip(
            consult.tolist(), f.ms("sessions", "started").tolist(), ended.tolist(), strict=True)):
        tries.setdefault(row, []).append((start, end))
    done = has(f.ms("consults", "ended"))
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
    level, joined = f.column("services", "priority")[service], f.ms("consults", "joined")
    number = f.column("consults", "consult")
    started, consult = f.ms("sessions", "started"), f.row_of("sessions", "consult", "consults")
    expert = f.place("sessions", "expert", "staff")
    wrong = np.full(len(started), NONE)
    for n, (now, mine) in enumerate(zip(started.tolist(), consult.tolist(), strict=True)):
        waiting = row[(since < now) & (now < until)]
        waiting = waiting[able[expert[n], service[waiting]] & (waiting != mine)]
        better = (level[waiting] < level[mine]) | (
            (level[waiting] == level[mine]) & (joined[waiting] < joined[mine]))
        if better.any():
            wrong[n] = number[waiting[better]][0]
    if (wrong != NONE).any():
        yield Broken("sessions", np.flatnonzero(wrong != NONE), ("expert", "started"), {
            "before consult": wrong[wrong != NONE]})


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
                "while waiting": f.column("consults", "consult")[row[mine[seen[wrong]]]]})


def sheet_agrees_with_sessions(f: Facts) -> Iterator[Broken]:
    """What experts' time sheets say of sessions is what the sessions say."""
    state = f.code("timesheet", "state", StaffState)
    lines = np.flatnonzero(state == StaffState.SESSION)
    sheet = _covered(f.place("timesheet", "staff", "staff")[lines],
                     f.ms("timesheet", "start")[lines], f.ms("timesheet", "end")[lines])
    if not there(f):
        yield from rows_where("timesheet", state == StaffState.SESSION, "state")
        return
    rows = _covered(f.place("sessions", "expert", "staff"), f.ms("sessions", "started"),
                    f.until("sessions", "ended"))
    odd = sorted(sheet ^ rows)
    if odd:
        yield Broken("", np.arange(len(odd)), (), {
            "staff": f.text("staff", "staff")[[who for who, _, _ in odd]],
            "start": f.when(np.array([start for _, start, _ in odd])),
            "end": f.when(np.array([end for _, _, end in odd]))})


def _covered(staff: Ints, start: Ints, end: Ints) -> set[tuple[int, int, int]]:
    """Stretches of each person, those that touch made one."""
    found: list[tuple[int, int, int]] = []
    for who, since, until in sorted(zip(staff.tolist(), start.tolist(), end.tolist(), strict=True)):
        if until <= since:
            continue
        if found and found[-1][0] == who and found[-1][2] >= since:
            found[-1] = (who, found[-1][1], max(until, found[-1][2]))
        else:
            found.append((who, since, until))
    return set(found)
