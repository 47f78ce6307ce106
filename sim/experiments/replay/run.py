"""Replaying a log: an ordinary result folder, whose replications differ only in what is drawn."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.recorded import together
from sim.calibrate.log import CallLog, Floats
from sim.calibrate.scenario import Raw
from sim.check import verify
from sim.experiments import disk, manifest, store
from sim.experiments.outcome import Executor, Outcome
from sim.experiments.replay.calls import calls_workload
from sim.experiments.replay.check import beside, figures
from sim.experiments.replay.orders import replayed_orders
from sim.experiments.replay.staff import recorded_roster
from sim.experiments.replicate import Card, RunFailed
from sim.log import Result
from sim.measures import measure, summarise
from sim.model.county import simulate
from sim.scenario.faults import BadInput, Fault
from sim.scenario.load import Resolved, rebuild
from sim.scenario.schema import Scenario
from sim.words.glossary import LANGS, Lang
from sim.workload.roster import Duty
from sim.workload.store import checksum
from sim.workload.tables import Workload

Pages = Callable[[pd.DataFrame, bool, Lang], str]
"""``page(beside, recorded_staff, lang)``: the log beside its replay, for people."""


@dataclass(frozen=True)
class Replayed:
    """A finished replay."""

    folder: Path
    kpis: pd.DataFrame
    beside: pd.DataFrame
    """measure, unit, log, replay, low, high"""


@dataclass(frozen=True, eq=False)
class Task:
    """What all replications have in common. Picklable."""

    scenario: Scenario
    calls: CallLog | None
    orders: OrderLog | None
    roster: tuple[Duty, ...] | None
    seed: int
    work: store.Partial


def replay(
    resolved: Resolved, calls: CallLog | None, orders: OrderLog | None, *, out: Path,
    where: Executor, card: Card, page: Pages, staffing: str = "recorded", more: int = 0,
    replications: int = 10, seed: int = 1, command: Sequence[str] = (),
) -> Replayed:
    """Simulate the logs' own requests and leave a result folder at ``out``.

    ``staffing``: ``recorded`` - people on duty as the logs show, and ``more`` operators beside
    them - or ``scenario``. Raises :class:`BadInput` where the logs do not fit the scenario, and
    :class:`RunFailed` where the program is at fault.
    """
    ready, roster = prepared(resolved, calls, orders, staffing, more)
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    identity = manifest.identity(ready, seed, True, True)
    identity = replace(identity, scenario=hashlib.sha256(
        f"{identity.scenario} {_digest(calls)} {_digest(orders)} {roster}".encode()).hexdigest())
    with store.partial(out, identity) as work:
        task = Task(ready.scenario, calls, orders, roster, seed, work)
        done = {r for r in work.done() if r < replications and work.whole(r)}
        _work(where, task, [r for r in range(replications) if r not in done], replications)
        parts = [work.load(r) for r in range(replications)]
        kpis, details = summarise([part.measured for part in parts])
        details |= {"seed": seed, "replications": replications, "changes": list(ready.changes),
                    "staffing": staffing, "more_operators": more}
        table = beside(calls, orders, [
            figures(disk.read_tables(store.tables_folder(work.folder, r)), calls, orders)
            for r in range(replications)
        ])
        record = manifest.manifest(
            ready, identity, workloads=[part.workload for part in parts],
            violations={p.replication: p.violations for p in parts if p.violations},
            command=command, workers=1, started=started,
            finished=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        ) | {"replay": {"staffing": staffing, "more_operators": more}}
        work.write("kpis.csv", kpis.to_csv(index=False, lineterminator="\n"))
        work.write("kpis.json", manifest.dumps(details))
        work.write("replay.csv", table.to_csv(index=False, lineterminator="\n"))
        as_recorded = staffing == "recorded" and not more
        for lang in LANGS:
            text = card(kpis, details, ready.scenario, ready.raw, lang)
            work.write(f"card.{lang}.txt", text.rstrip("\n") + "\n")
            work.write(f"replay.{lang}.txt", page(table, as_recorded, lang))
        work.write(manifest.NAME, manifest.dumps(record))
        work.publish(replications)
    return Replayed(work.out, kpis, table)


def prepared(
    resolved: Resolved, calls: CallLog | None, orders: OrderLog | None, staffing: str, more: int
) -> tuple[Resolved, tuple[Duty, ...] | None]:
    """The scenario of the logs' dates, with their people where staff is as recorded."""
    log = calls if calls is not None else orders
    assert log is not None
    raw: Raw = copy.deepcopy(dict(resolved.raw))
    time: Mapping[str, Any] = raw["time"]
    raw["time"] = {**time, "start": log.first.isoformat(), "days": log.days, "warm_up_days": 0,
                   "cool_down_days": max(1, int(time.get("cool_down_days", 1)))}
    roster = None
    if staffing == "recorded":
        found = recorded_roster(raw, calls, orders, more)
        raw, roster = found.raw, found.duties
    return replace(resolved, raw=raw, scenario=rebuild(raw)), roster


def one_workload(task: Task, replication: int) -> Workload:
    """The workload of a replication."""
    parts = []
    if task.calls is not None:
        parts.append(calls_workload(task.calls, task.scenario, task.seed, replication,
                                    advice_only=task.orders is not None))
    if task.orders is not None:
        parts.append(replayed_orders(task.orders, task.scenario, task.seed, replication))
    return parts[0] if len(parts) == 1 else together(*parts)


def _one(task: Task, replication: int) -> None:
    work = one_workload(task, replication)
    result: Result = simulate(task.scenario, work, roster=task.roster)
    part = store.Part(replication, checksum(work), tuple(verify(result)), measure(result))
    with disk.writing(task.work.out):
        task.work.save(part, result)


def _work(where: Executor, task: Task, todo: Sequence[int], total: int) -> None:
    failures: dict[int, Outcome[tuple[Fault, ...]]] = {}
    for outcome in where.map(partial(_checked, task), todo):
        if outcome.value:
            raise BadInput(outcome.value)
        if outcome.reason:
            failures[todo[outcome.index]] = outcome
    if failures:
        raise RunFailed(failures, total)


def _checked(task: Task, replication: int) -> tuple[Fault, ...]:
    """Leave one replication behind; what is wrong with the log or the disk."""
    try:
        _one(task, replication)
    except BadInput as bad:
        return bad.faults
    return ()


def _digest(log: CallLog | OrderLog | None) -> str:
    if log is None:
        return ""
    total = hashlib.sha256(f"{log.first} {log.days}".encode())
    names = ("arrived", "left", "released") if isinstance(log, CallLog) else (
        "requested", "dispatched", "arrived", "ended")
    for name in names:
        values: Floats = getattr(log, name)
        total.update(values.tobytes())
    return total.hexdigest()
