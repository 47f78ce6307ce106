"""A run: the same county, drawn and simulated again and again, and what is to be seen in it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.check import Violation
from sim.experiments import disk, manifest, store
from sim.experiments.executors import MOST_WORKERS, Executor, executor
from sim.experiments.precision import LEAST, LOOK_AHEAD, MOST, Precision, until
from sim.experiments.province import Cells
from sim.experiments.replication import RunFailed, Task, Watcher, one, simulated, work
from sim.log import Result
from sim.measures import Measured, summarise
from sim.model.plan import plan
from sim.model.tables.reference import reference
from sim.rules import registry
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.load import Resolved, rebuild, resolve
from sim.scenario.schema import Scenario
from sim.words.glossary import LANGS, Lang
from sim.workload.roster import people

__all__ = [
    "Answering", "Card", "Figures", "Finished", "RunFailed", "RunResult", "Watcher", "load",
    "prepare", "prepare_county", "run", "simulated",
]

ONE_COUNTY = Words(
    "one county, for example a typical one; a province is for hotline run, compare, sweep and "
    "sensitivity",
    "一个县，例如其中一个典型县；全省可用于 hotline run、compare、sweep、sensitivity",
)
_PROVINCE = Words("the sum of a province's counties", "一省各县之和")
_NO_TABLES = Words(
    "a run of one county, for example of a typical one; a province keeps no tables",
    "一个县的结果，例如其中一个典型县；全省只有合计，不存各表")
MOST_REPLICATIONS = 100_000
"""Beyond this a number was mistyped, and would fill the memory."""

Card = Callable[[pd.DataFrame, dict[str, Any], Scenario, dict[str, Any], Lang], str]
"""``card(kpis, details, scenario, raw, lang)``: the page people read, in ``zh`` or ``en``."""
Figures = Callable[[pd.DataFrame, Mapping[str, pd.DataFrame], Path], object]
"""``figures(kpis, reference, folder)``: draws what the run shows into a folder."""

Answering = Callable[[Sequence[Measured], Path, Executor, "Watcher"], pd.DataFrame]
"""``answers(measured, folder, where, watcher)``: what the scenario was made to answer, one row an
answer, from the replications' measures and from what it runs itself and keeps in ``folder``."""


def prepare(name_or_path: str | Path, changes: Sequence[str] = ()) -> Resolved:
    """A scenario ready to run: resolved, its own rules sound, every rule that it chooses known.

    Raises :class:`BadInput`.
    """
    resolved = resolve(name_or_path, changes, policies=registry.names())
    if resolved.scenario.dispatch.module:
        _learn(resolved)
    return resolved


def prepare_county(name_or_path: str | Path, changes: Sequence[str] = ()) -> Resolved:
    """As :func:`prepare`, of one county. Raises :class:`BadInput` where it is a province."""
    resolved = prepare(name_or_path, changes)
    if counties := resolved.scenario.province.counties:
        raise BadInput([Fault(str(name_or_path), "province.counties", str(counties), ONE_COUNTY)])
    return resolved


def _learn(resolved: Resolved) -> None:
    dispatch = resolved.scenario.dispatch
    known = registry.names(registry.learn(dispatch.code, dispatch.module))
    faults = []
    for kind, names in known.items():
        chosen, key = getattr(dispatch, kind), f"dispatch.{kind}"
        if chosen not in names:
            tried = any(change.startswith(f"{key}: ") for change in resolved.changes)
            file = "--set" if tried else "scenario.toml"
            faults.append(Fault(file, key, shown(chosen), listed(names), nearest(chosen, names)))
    if faults:
        raise BadInput(faults)


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


def run(
    resolved: Resolved,
    *,
    out: Path,
    card: Card,
    figures: Figures | None = None,
    answers: Answering | None = None,
    replications: int = 20,
    precision: Precision | None = None,
    seed: int = 1,
    workers: int | None = None,
    verified: bool = False,
    tables: bool = False,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> RunResult:
    """Simulate replications 0, 1, ... and leave a result folder at ``out``.

    There are so many of them as ``precision`` asks for, if it is given, else ``replications``.
    ``workers`` parallel processes, by default one a core; the result is the same bytes on any
    number of them, ``manifest.json`` apart. ``verified`` checks every replication's tables,
    ``tables`` keeps them. A rerun of an interrupted run goes on where it stopped.

    Raises :class:`BadInput` where ``replications``, ``precision``, ``seed`` or ``out`` cannot be
    used, and :class:`RunFailed` where the program is at fault.
    """
    _check(replications=replications, precision=precision, seed=seed, workers=workers)
    if tables and resolved.scenario.province.counties:
        raise BadInput([Fault("--save-tables", "", _PROVINCE, _NO_TABLES)])
    watcher = watcher or Watcher()
    workers = workers or os.cpu_count() or 1
    started = _now()
    identity = manifest.identity(resolved, seed, verified, tables)
    most = replications if precision is None else precision.most
    with store.partial(out, identity) as place, executor(workers) as where:
        done = {r for r in place.done() if r < most and place.whole(r)}
        task = Task(resolved.scenario, seed, verified, tables, place)
        cells = Cells.of(task, resolved.raw) if resolved.scenario.province.counties else None
        each = len(cells.lots) if cells else 1
        kept = len(cells.kept(most)) if cells else len(done)
        watcher.begun(most * each, kept, place.discarded)
        parts: list[store.Part] = []

        def first(n: int) -> list[Measured]:
            todo = [r for r in range(n) if r not in done]
            if cells:
                cells.work(where, todo, most, watcher)
            else:
                work(where, partial(one, task), todo, most, watcher)
            done.update(range(n))
            parts.extend(place.load(r) for r in range(len(parts), n))
            return [part.measured for part in parts]

        asked: dict[str, Any] = {}
        if precision is None:
            first(replications)
        else:
            reached = until(precision, first)
            replications = reached.replications
            asked = {"precision": reached.details()}
        del parts[replications:]
        kpis, details = summarise([part.measured for part in parts])
        details |= {
            "seed": seed, "replications": replications, "changes": list(resolved.changes), **asked,
        }
        if answers is not None:
            asides = place.folder / "parts" / "answers"
            found = answers([part.measured for part in parts], asides, where, watcher)
            place.write("answers.csv", found.to_csv(index=False, lineterminator="\n"))
            details["answers"] = found.astype(object).where(found.notna(), None).to_dict("records")
        violations = {part.replication: part.violations for part in parts if part.violations}
        record = manifest.manifest(
            resolved, identity, workloads=[part.workload for part in parts],
            violations=violations, command=command, workers=workers,
            started=started, finished=_now(),
        ) | asked
        place.write("kpis.csv", kpis.to_csv(index=False, lineterminator="\n"))
        place.write("kpis.json", manifest.dumps(details))
        for lang in LANGS:
            page = card(kpis, details, resolved.scenario, resolved.raw, lang)
            place.write(f"card.{lang}.txt", page.rstrip("\n") + "\n")
        if cells:
            table = cells.table(replications)
            place.write("counties.csv", table.to_csv(index=False, lineterminator="\n"))
        elif figures is not None:
            county = resolved.scenario
            figures(kpis, reference(county, plan(county), people(county)), place.folder / "figures")
        place.write(manifest.NAME, manifest.dumps(record))
        place.publish(replications)
    return RunResult(place.out, kpis, details, record, violations)


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
        scenario = self._scenario()
        if scenario.province.counties:
            raise BadInput([Fault(str(self.folder), "", _PROVINCE, _NO_TABLES)])
        kept = store.tables_folder(self.folder, replication)
        if kept.is_dir():
            return disk.read_tables(kept)
        seed = self.manifest["identity"]["seed"]
        result, workload = simulated(scenario, seed, replication)
        if workload != known[replication]:
            found = Words("a result of another version", "另一版本程序的结果")
            allowed = Words(
                "one of this version, or one with its tables (--save-tables)",
                "本版本的结果，或保存了各表的结果（--save-tables）",
            )
            raise BadInput([Fault(str(self.folder), "", found, allowed)])
        return result


    def _scenario(self) -> Scenario:
        try:
            return rebuild(self.manifest["scenario"])
        except BadInput as bad:
            record = self.folder / manifest.NAME
            raise BadInput(replace(f, file=f"{record}: {f.file}") for f in bad.faults) from None


def load(folder: str | Path) -> Finished:
    """Read a result folder; raises :class:`BadInput` where it is none or is damaged."""
    folder = Path(folder)
    record = manifest.read(folder)
    if record is None:
        found = Words("no result", "不是结果")
        raise BadInput([Fault(str(folder), "", found, Words("a result folder", "结果文件夹"))])
    if kind := record.get("kind"):
        found = Words(f"a result of hotline {kind}", f"hotline {kind} 的结果")
        allowed = Words("a result of hotline run", "hotline run 的结果")
        raise BadInput([Fault(str(folder), "", found, allowed)])
    if not manifest.complete(record):
        raise disk.damaged(folder / manifest.NAME)
    return Finished(
        folder,
        disk.read_kpis(folder / "kpis.csv"),
        disk.read_json(folder / "kpis.json"),
        record,
    )


def _check(
    *, replications: int, precision: Precision | None, seed: int, workers: int | None
) -> None:
    most = MOST if precision is None else precision.most
    limits = {
        "--replications": (replications, 1, MOST_REPLICATIONS),
        "--max-replications": (most, LEAST + LOOK_AHEAD, MOST_REPLICATIONS),
        "--seed": (seed, 0, None),
        "--workers": (workers, 1, MOST_WORKERS),
    }
    faults = [
        Fault(option, "", str(value), _between(low, high))
        for option, (value, low, high) in limits.items()
        if value is not None and not low <= value <= (value if high is None else high)
    ]
    if faults:
        raise BadInput(faults)


def _between(low: int, high: int | None) -> Words:
    if high is None:
        return Words(f"a whole number, {low} or more", f"不小于 {low} 的整数")
    return Words(f"a whole number from {low} to {high:,}", f"{low} 到 {high:,} 的整数")


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
