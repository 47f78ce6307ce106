"""A run: the same county, drawn and simulated again and again, and what is to be seen in it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim import log
from sim.check import Violation, verify
from sim.experiments import manifest, store
from sim.experiments.executors import Executor, Outcome, executor
from sim.log import Result
from sim.measures import measure, summarise
from sim.model.county import simulate
from sim.model.plan import plan
from sim.model.reference import reference
from sim.rules import registry
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.load import Resolved, rebuild, resolve
from sim.scenario.schema import Scenario
from sim.words.glossary import LANGS, Lang
from sim.workload.draw import draw
from sim.workload.roster import duties, people
from sim.workload.store import checksum

Card = Callable[[pd.DataFrame, dict[str, Any], Scenario, dict[str, Any], Lang], str]
"""``card(kpis, details, scenario, raw, lang)``: the page people read, in ``zh`` or ``en``."""
Figures = Callable[[pd.DataFrame, Mapping[str, pd.DataFrame], Path], object]
"""``figures(kpis, reference, folder)``: draws what the run shows into a folder."""


def prepare(name_or_path: str | Path, changes: Sequence[str] = ()) -> Resolved:
    """A scenario ready to run: resolved, its own rules registered in this process, every rule that
    it chooses known. Raises :class:`BadInput`."""
    resolved = resolve(name_or_path, changes, policies=registry.names())
    if resolved.scenario.dispatch.module:
        _learn(resolved)
    return resolved


def _learn(resolved: Resolved) -> None:
    dispatch = resolved.scenario.dispatch
    try:
        registry.learn(dispatch.code)
    except Exception as error:
        # Whatever a planner's own Python raises is a fault of that file.
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        allowed = Words("a Python file that registers rules", "登记派单规则的 Python 文件")
        raise BadInput([Fault(dispatch.module, "", reason, allowed)]) from None
    faults = []
    for kind, names in registry.names().items():
        chosen = getattr(dispatch, kind)
        if chosen not in names:
            faults.append(
                Fault("dispatch", kind, shown(chosen), listed(names), nearest(chosen, names))
            )
    if faults:
        raise BadInput(faults)


class Watcher:
    """Told how a run goes on; this one keeps it to itself."""

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        """Of ``total`` replications ``kept`` are there from an earlier run; ``discarded`` tells
        whether the work of a different one was thrown away."""

    def finished(self) -> None:
        """One more replication is done."""


@dataclass(frozen=True)
class RunResult:
    """A finished run."""

    folder: Path
    kpis: pd.DataFrame
    """measure, group, unit, n, mean, sd, ci_low, ci_high, target, p_meet"""
    details: dict[str, Any]
    """what ``kpis.json`` adds: methods, intervals of shares"""
    manifest: dict[str, Any]
    violations: dict[int, tuple[Violation, ...]]
    """replication -> what ``verify`` found, only where it found something"""


class RunFailed(Exception):
    """Replications failed, through no fault of the input; what finished is kept for a rerun."""

    def __init__(self, failures: Mapping[int, Outcome[None]], total: int) -> None:
        self.failures = dict(failures)
        self.total = total
        first, outcome = min(self.failures.items())
        super().__init__(
            f"{len(self.failures)} of {total} replications failed; "
            f"replication {first}: {outcome.reason}"
        )

    @property
    def traceback(self) -> str:
        """Where the first failing replication failed."""
        return min(self.failures.items())[1].traceback


def run(
    resolved: Resolved,
    *,
    out: Path,
    card: Card,
    figures: Figures | None = None,
    replications: int = 20,
    seed: int = 1,
    workers: int | None = None,
    verified: bool = False,
    tables: bool = False,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> RunResult:
    """Simulate replications 0, 1, ... and leave a result folder at ``out``.

    ``workers`` parallel processes, by default one a core; the result is the same bytes on any
    number of them, ``manifest.json`` apart. ``verified`` checks every replication's tables,
    ``tables`` keeps them. A rerun of an interrupted run goes on where it stopped.

    Raises :class:`BadInput` where ``replications``, ``seed`` or ``out`` cannot be used, and
    :class:`RunFailed` where the program is at fault.
    """
    _check(replications=replications, seed=seed, workers=workers)
    watcher = watcher or Watcher()
    workers = workers or os.cpu_count() or 1
    started = _now()
    identity = manifest.identity(resolved, seed, verified, tables)
    with store.partial(out, identity) as work:
        done = work.done() & set(range(replications))
        todo = [r for r in range(replications) if r not in done]
        watcher.begun(replications, len(done), work.discarded)
        task = _Task(resolved.scenario, seed, verified, tables, work)
        _work(executor(workers), task, todo, replications, watcher)
        parts = [work.load(r) for r in range(replications)]
        kpis, details = summarise([part.measured for part in parts])
        details |= {"seed": seed, "replications": replications}
        violations = {part.replication: part.violations for part in parts if part.violations}
        record = manifest.manifest(
            resolved, identity, workloads=[part.workload for part in parts],
            violations=violations, command=command, workers=workers,
            started=started, finished=_now(),
        )
        work.write("kpis.csv", kpis.to_csv(index=False, lineterminator="\n"))
        work.write("kpis.json", manifest.dumps(details))
        for lang in LANGS:
            page = card(kpis, details, resolved.scenario, resolved.raw, lang)
            work.write(f"card.{lang}.txt", page.rstrip("\n") + "\n")
        if figures is not None:
            county = resolved.scenario
            figures(kpis, reference(county, plan(county), people(county)), work.folder / "figures")
        work.write(manifest.NAME, manifest.dumps(record))
        work.publish(replications)
    return RunResult(work.out, kpis, details, record, violations)


@dataclass(frozen=True)
class Finished:
    """A result folder, read."""

    folder: Path
    kpis: pd.DataFrame
    details: dict[str, Any]
    manifest: dict[str, Any]

    @property
    def current(self) -> bool:
        """Whether this program, to the letter, made it."""
        made = self.manifest["identity"]
        return (made["source"], made["versions"]) == (
            manifest.source_digest(), manifest.versions()
        )

    def tables(self, replication: int) -> Result:
        """The tables of a replication: as kept, or simulated again where they were not.

        Raises :class:`BadInput` where there is no such replication, or where its draws cannot be
        repeated by this version of the program.
        """
        known = self.manifest["workloads"]
        if not 0 <= replication < len(known):
            allowed = Words(f"0 to {len(known) - 1}", f"0 至 {len(known) - 1}")
            raise BadInput([Fault("--replication", "", str(replication), allowed)])
        kept = store.tables_folder(self.folder, replication)
        if kept.is_dir():
            return log.read(kept)
        seed = self.manifest["identity"]["seed"]
        scenario = rebuild(self.manifest["scenario"])
        result, workload = simulated(scenario, seed, replication)
        if workload != known[replication]:
            found = Words("a result of another version", "另一版本程序的结果")
            allowed = Words(
                "one of this version, or one with its tables (--save-tables)",
                "本版本的结果，或保存了各表的结果（--save-tables）",
            )
            raise BadInput([Fault(str(self.folder), "", found, allowed)])
        return result


def load(folder: str | Path) -> Finished:
    """Read a result folder; raises :class:`BadInput` where it is none."""
    folder = Path(folder)
    record = manifest.read(folder)
    if record is None:
        found = Words("no result", "不是结果")
        raise BadInput([Fault(str(folder), "", found, Words("a result folder", "结果文件夹"))])
    return Finished(
        folder,
        pd.read_csv(folder / "kpis.csv"),
        json.loads((folder / "kpis.json").read_text(encoding="utf-8")),
        record,
    )


@dataclass(frozen=True)
class _Task:
    """What every replication of a run has in common."""

    scenario: Scenario
    seed: int
    verified: bool
    tables: bool
    work: store.Partial


def _work(
    where: Executor, task: _Task, todo: Sequence[int], total: int, watcher: Watcher
) -> None:
    failures: dict[int, Outcome[None]] = {}
    with closing(where.map(partial(_one, task), todo)) as outcomes:
        for outcome in outcomes:
            if outcome.reason:
                failures[todo[outcome.index]] = outcome
            else:
                watcher.finished()
    if failures:
        raise RunFailed(failures, total)


def _one(task: _Task, replication: int) -> None:
    result, workload = simulated(task.scenario, task.seed, replication)
    violations = tuple(verify(result)) if task.verified else ()
    part = store.Part(replication, workload, violations, measure(result))
    task.work.save(part, result if task.tables else None)


def simulated(scenario: Scenario, seed: int, replication: int) -> tuple[Result, str]:
    """The tables of one replication, and the checksum of its workload."""
    workload = draw(scenario, seed, replication)
    result = simulate(scenario, workload, roster=duties(scenario, seed, replication))
    return result, checksum(workload)


def _check(*, replications: int, seed: int, workers: int | None) -> None:
    least = {"--replications": (replications, 1), "--seed": (seed, 0), "--workers": (workers, 1)}
    faults = [
        Fault(option, "", str(value), Words(f"{bound} or more", f"不小于 {bound}"))
        for option, (value, bound) in least.items()
        if value is not None and value < bound
    ]
    if faults:
        raise BadInput(faults)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
