"""Recorded calls as a workload: attempts of one caller are one request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.learn import slug
from sim.calibrate.log import CallLog, Flags, Floats, Ints
from sim.calibrate.recorded import workload
from sim.scenario.faults import BadInput, Fault, Words, listed, shown
from sim.scenario.schema import Scenario
from sim.streams import Purpose, generator
from sim.words.kinds import SECOND, Channel, ServiceMode
from sim.workload.sampling import sample
from sim.workload.tables import Workload
from sim.workload.widths import widths

LABEL = "replay"
ROUNDS = 64
"""A patience that must exceed the recorded wait is drawn so often at most; whoever has none then
waits a second longer than recorded."""


@dataclass(frozen=True, eq=False)
class Chains:
    """Calls of the log by request: first row, and for each request its attempts in order."""

    first: Ints
    """[request] -> row of its first attempt"""
    rows: Ints
    """(requests, attempts) -> row; -1 where there was none"""


def chains(log: CallLog, attempts: int, redials: Flags) -> Chains:
    """A call follows another of the same caller within the log's redial time after hanging up;
    at most ``attempts`` in one request. ``redials``: [row] whether the model lets that caller ring
    again; where not, every attempt is a request of its own."""
    order = np.lexsort((log.arrived, log.caller))
    before, after = order[:-1], order[1:]
    gap = log.arrived[after] - log.left[before]
    follows = (
        (log.caller[before] == log.caller[after]) & (log.caller[before] >= 0)
        & ~log.served[before] & redials[before] & (gap >= 0) & (gap <= log.redial_within_s)
        & (log.queue[before] == log.queue[after])
    )
    attempt = np.zeros(len(log), dtype=np.int64)
    request = np.zeros(len(log), dtype=np.int64)
    number = count = 0
    for place, row in enumerate(order.tolist()):
        number = number + 1 if place and follows[place - 1] else 0
        if number == 0 or number >= attempts:
            number, count = 0, count + 1
        attempt[row], request[row] = number, count - 1
    rows = np.full((count, attempts), -1)
    rows[request, attempt] = np.arange(len(log))
    rows = rows[np.argsort(log.arrived[rows[:, 0]], kind="stable")] if count else rows
    return Chains(rows[:, 0] if count else np.zeros(0, dtype=np.int64), rows)


def streams_of(
    log: CallLog, scenario: Scenario, advice_only: bool, coins: Floats
) -> Ints:
    """[row] -> stream of the scenario: of the skill its queue names, and a button where it was
    answered before others; of several, drawn in proportion to their rates by ``coins``.

    Raises :class:`BadInput` with every queue for which the scenario has no stream.
    """
    modes = {service.id: service.mode for service in scenario.services}
    phone = [
        (n, stream) for n, stream in enumerate(scenario.requests)
        if stream.channel in (Channel.PHONE, Channel.BUTTON)
    ]
    quiet = [(n, s) for n, s in phone if modes[s.service] == ServiceMode.ADVICE]
    known = quiet if advice_only and quiet else phone
    out = np.zeros(len(log), dtype=np.int64)
    faults = []
    for queue, name in enumerate(log.queues):
        # One queue alone asks for no skill.
        wanted = {name, slug(name, set(), "q")} | ({""} if len(log.queues) == 1 else set())
        wanted |= {""} if name == "general" else set()
        for ahead in (False, True):
            mine = np.flatnonzero((log.queue == queue) & (log.first_class == ahead))
            if not len(mine):
                continue
            fits = [(n, s) for n, s in known if s.skill in wanted]
            same = [(n, s) for n, s in fits if (s.channel is Channel.BUTTON) == ahead]
            if not fits:
                skills = sorted({s.skill or "-" for _, s in known})
                found = Words(f"calls of queue {shown(name)}", f"{shown(name)} 队列的来电")
                faults.append(Fault("--calls", "", found, listed(skills)))
                continue
            chosen = same or fits
            weight = np.cumsum([s.per_day or s.per_1000_per_month or 0.0 for _, s in chosen])
            if weight[-1] <= 0:
                weight = np.arange(1.0, len(chosen) + 1)
            place = np.searchsorted(weight / weight[-1], coins[mine], side="right")
            numbers = np.array([n for n, _ in chosen], dtype=np.int64)
            out[mine] = numbers[np.minimum(place, len(chosen) - 1)]
    if faults:
        raise BadInput(faults)
    return out


def calls_workload(
    log: CallLog, scenario: Scenario, seed: int, replication: int, advice_only: bool = False
) -> Workload:
    """The workload of a replication.

    As recorded: arrivals, talk, wrap-up where there is one, the patience of who hung up, who rang
    again and when. Drawn: the patience of who was answered, beyond the recorded wait; talk of who
    never was; what would have come after the recorded attempts.
    """
    coins = generator(seed, 0, Purpose.CALLER, LABEL).random(len(log))
    stream_of = streams_of(log, scenario, advice_only, coins)
    names = list(scenario.callers)
    usual = [
        next((names.index(c) for c, share in row.share.items() if share), 0)
        for row in scenario.requests
    ]
    again = np.array([scenario.callers[names[c]].redial_first_prob > 0 for c in usual])
    wide = widths(scenario)["patience"]
    found = chains(log, wide, again[stream_of])
    first, rows = found.first, found.rows
    last = rows[np.arange(len(rows)), (rows >= 0).sum(axis=1) - 1] if len(rows) else first
    talk = (log.released - log.answered)[last]
    base = workload(scenario, log.arrived[first], stream_of[first], seed, replication, talk)
    there = rows >= 0
    wait = np.where(there, (log.left - log.arrived)[rows], np.nan)
    hung_up = there & ~log.served[rows]
    patience = np.where(hung_up, np.rint(np.nan_to_num(wait) * SECOND), base.patience).astype(
        np.int64)
    answered = there & log.served[rows]
    for name_code in np.unique(base.caller).tolist():
        distribution = scenario.callers[names[name_code]].patience
        mine = answered & (base.caller == name_code)[:, None]
        floor = np.rint(np.nan_to_num(wait) * SECOND).astype(np.int64)
        rng = generator(seed, replication, Purpose.PATIENCE, LABEL, name_code)
        for _ in range(ROUNDS):
            short = np.flatnonzero((mine & (patience <= floor)).ravel())
            if not len(short):
                break
            patience.ravel()[short] = sample(distribution, rng, len(short))
        patience = np.where(mine & (patience <= floor), floor + SECOND, patience)
    follows = np.zeros_like(there)
    follows[:, :-1] = there[:, 1:]
    identified = (log.caller[first] >= 0)[:, None]
    coin = np.where(follows, 0.0, base.redial_coin)
    # Who is known not to have rung again does not.
    coin = np.where(hung_up & ~follows & identified, 1.0, coin)
    gap = np.zeros_like(wait)
    gap[:, :-1] = np.where(
        follows[:, :-1], log.arrived[rows[:, 1:]] - log.left[rows[:, :-1]], 0.0)
    delay = np.where(follows, np.rint(gap * SECOND), base.redial_delay).astype(np.int64)
    wrapped = (log.wrapped - log.released)[last]
    wrap_up = np.where(np.isfinite(wrapped), np.rint(np.nan_to_num(wrapped) * SECOND),
                       base.wrap_up).astype(np.int64)
    return _with(base, scenario, patience, coin, delay, wrap_up)


def _with(
    base: Workload, scenario: Scenario, patience: Ints, coin: Floats, delay: Ints, wrap_up: Ints
) -> Workload:
    columns = base.columns() | {
        "patience": patience, "redial_coin": coin, "redial_delay": delay, "wrap_up": wrap_up,
        "service": _service_of(scenario)[base.stream],
    }
    return Workload(base.seed, base.replication, base.horizon, **columns)


def _service_of(scenario: Scenario) -> Ints:
    names = [service.id for service in scenario.services]
    return np.array([names.index(s.service) for s in scenario.requests], dtype=np.int64)
