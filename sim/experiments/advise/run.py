"""``hotline advise``: the searches one after the other, a check on fresh workloads, one page."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from sim.experiments import compare, disk, manifest, points, store
from sim.experiments.advise import outcome as steps
from sim.experiments.advise import rules, tables
from sim.experiments.advise.asked import CLOSER, GROWTH, Asked
from sim.experiments.advise.counties import carried, grown
from sim.experiments.advise.outcome import ADVISED, GROWN, MORE, TODAY, Advice
from sim.experiments.advise.screen import TARGETS, screen, widest
from sim.experiments.advise.stages import Stages, Stagewise, record
from sim.experiments.caregivers import run as caregivers
from sim.experiments.compare import HEADLINES
from sim.experiments.executors import Executor, Outcome
from sim.experiments.lab import Variant
from sim.experiments.outcome import Item, Value
from sim.experiments.sensitivity import run as sensitivity
from sim.experiments.sensitivity.assumptions import Assumption, assumptions
from sim.experiments.staffing import run as staffing
from sim.experiments.tune import run as tuning
from sim.experiments.variants import Named
from sim.measures.chosen import Chosen
from sim.scenario import extending
from sim.scenario.faults import BadInput, Fault, Words
from sim.scenario.load import Resolved
from sim.words.glossary import LANGS, Lang
from sim.words.kinds import ServiceMode

KIND = "advise"
MARK = "advise.json"

Page = Callable[[Advice, Lang], str]
"""What people read, in ``zh`` or ``en``."""
Figures = Callable[[Advice, Path], object]
"""Draws what is advised into a folder."""


@dataclass(frozen=True)
class Pages:
    """What people read of each step, and of all of it."""

    operators: staffing.Page
    caregivers: caregivers.Page
    dispatch: tuning.Page
    check: compare.Page
    sensitivity: sensitivity.Page
    advice: Page


@dataclass(frozen=True)
class Advised:
    """A finished advice."""

    folder: Path
    advice: Advice
    manifest: dict[str, Any]


def advise(
    resolved: Resolved,
    asked: Asked,
    *,
    out: Path,
    pages: Pages,
    where: Executor,
    figures: Figures | None = None,
    watcher: Stagewise | None = None,
    command: Sequence[str] = (),
) -> Advised:
    """Find operators, caregivers and dispatch rules, judge them on fresh workloads, ask what they
    rest on and what half as much demand again would do, and leave a result folder at ``out``.

    Every step has its own folder in it; a finished one is not done again, whatever interrupted the
    rest. The tables are the same bytes on any executor and after any interruption. Raises
    :class:`BadInput` where something asked for cannot be.
    """
    asked.check()
    _check(resolved)
    started = _now()
    varied, _ = assumptions(resolved)
    watcher = watcher or Stagewise()
    with where, store.claimed(out, MARK) as (place, folder):
        (folder / MARK).write_text(manifest.dumps({"program": manifest.PROGRAM}), encoding="utf-8")
        _tidied(folder)
        work = _Work(
            resolved, asked, pages, _Lent(where), Stages(folder, place, watcher), tuple(command))
        watcher.planned(work.planned(varied))
        found, county = work.all(varied)
        content = {name: points.csv(table) for name, table in tables.named(found.tables)}
        content |= {
            f"page.{lang}.txt": (pages.advice(found, lang).rstrip("\n") + "\n").encode()
            for lang in LANGS
        }
        for name, data in content.items():
            with store.aside(folder / name) as there:
                there.write_bytes(data)
        about = resolved.scenario.about
        extending.write(
            folder / "scenario", resolved, county.raw,
            Words(f"{about.title_en}: as hotline advise has it",
                  f"{about.title_zh}：按 hotline advise 的建议"),
            Words("found by hotline advise", "由 hotline advise 求得"))
        if figures is not None:
            figures(found, folder / "figures")
        made = _record(resolved, found) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        with store.aside(folder / manifest.NAME) as there:
            there.write_text(manifest.dumps(made), encoding="utf-8")
        for path in folder.iterdir():
            if path.is_dir() and path.name not in {*work.done, "scenario", "figures"}:
                shutil.rmtree(path)
        store.replace(folder, place)
        (place / MARK).unlink()
    return Advised(place, found, made)


class _Lent:
    """An executor that stays open when whoever uses it has done with it."""

    def __init__(self, where: Executor) -> None:
        self._where = where

    @property
    def shares_disk(self) -> bool:
        return self._where.shares_disk

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        return self._where.map(function, items)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class _Work:
    """The steps, in their order."""

    def __init__(
        self, resolved: Resolved, asked: Asked, pages: Pages, where: Executor, stages: Stages,
        command: tuple[str, ...],
    ) -> None:
        self.resolved = resolved
        self.asked = asked
        self.pages = pages
        self.where = where
        self.stages = stages
        self.command = command
        self.visits = bool(resolved.scenario.caregivers) and any(
            service.mode == ServiceMode.VISIT for service in resolved.scenario.services)
        self.done: dict[str, Path] = {}
        """step -> its folder"""

    def planned(self, varied: Sequence[Assumption]) -> dict[str, int]:
        """Step -> replications, about; only the steps that this county needs."""
        count = len(rules.tried(self.resolved))
        every = self.asked.planned(count, len(varied))
        left_out = set() if self.visits else {
            steps.CAREGIVERS, steps.DISPATCH, steps.MORE_CAREGIVERS}
        if not varied:
            left_out |= {steps.SCREEN, steps.SENSITIVITY}
        return {name: n for name, n in every.items() if name not in left_out}

    def all(self, varied: Sequence[Assumption]) -> tuple[Advice, Resolved]:
        """The advice, and the county as advised."""
        county = self._operators(steps.OPERATORS, self.resolved, self.asked)
        rule, adopted = rules.DEFAULT, False
        if self.visits:
            county = self._caregivers(steps.CAREGIVERS, county, self.asked)
            county, rule, adopted = self._dispatch(county)
        later = grown(county, GROWTH)
        more = self._operators(steps.MORE_OPERATORS, later, self.asked.rough)
        if self.visits:
            more = self._caregivers(steps.MORE_CAREGIVERS, more, self.asked.rough)
        counties = {TODAY: self.resolved, ADVISED: county, GROWN: later, MORE: more}
        self._checked(counties)
        if varied:
            self._sensitivity(county, varied)
        return self._advice(counties, rule, adopted), county

    def _operators(self, name: str, county: Resolved, asked: Asked) -> Resolved:
        folder = self._step(name, county, {"n": asked.operators, "seed": asked.seed}, lambda out:
            staffing.staff(
                county, out=out, page=self.pages.operators, where=self.where,
                replications=asked.operators, seed=asked.seed, watcher=self.stages.watcher,
                command=self.command))
        return carried(county, folder / "scenario", ["operators"])

    def _caregivers(self, name: str, county: Resolved, asked: Asked) -> Resolved:
        folder = self._step(name, county, asdict(asked.caregivers), lambda out:
            caregivers.caregivers(
                county, asked.caregivers, out=out, page=self.pages.caregivers, where=self.where,
                watcher=self.stages.watcher, command=self.command))
        return carried(county, folder / "scenario", ["caregivers"])

    def _dispatch(self, county: Resolved) -> tuple[Resolved, str, bool]:
        """The county with the rules chosen where they are better for sure."""
        plan = rules.selection(county, self.asked)
        folder = self._step(
            steps.DISPATCH, county, {
                "rules": rules.tried(county), "n": [plan.first, plan.most, plan.held_out],
                "seed": self.asked.seed},
            lambda out: tuning.tune(
                plan, out=out, page=self.pages.dispatch, where=self.where,
                watcher=self.stages.watcher, command=self.command))
        chosen = str(record(folder)["chosen"])
        compared = _csv(folder / "comparison.csv")
        better = compared[
            (compared["variant"] == chosen) & (compared["measure"] == rules.OBJECTIVE.measure)
            & (compared["group"] == "all") & (compared["verdict"] == "better")]
        adopted = not better.empty
        if adopted:
            county = carried(county, folder / "scenario", ["dispatch"])
        return county, chosen, adopted

    def _checked(self, counties: dict[str, Resolved]) -> None:
        variants = [
            Named(Variant(name, county), str(county.folder), ())
            for name, county in counties.items()
        ]
        everyone = {name: manifest.digest(county.raw) for name, county in counties.items()}
        rows = list(dict.fromkeys([*TARGETS, *map(Chosen, HEADLINES)]))
        # Another seed: none of these workloads has a draw in common with those of a search.
        folder = self._step(
            steps.CHECK, self.resolved,
            {"counties": everyone, "n": self.asked.fresh, "seed": self.asked.seed + 1},
            lambda out: compare.compare(
                variants, out=out, page=self.pages.check, where=self.where, rows=rows,
                replications=self.asked.fresh, seed=self.asked.seed + 1,
                watcher=self.stages.watcher, command=self.command))
        failures = _csv(folder / "failures.csv")
        if len(failures):
            first = failures.iloc[0]
            raise RuntimeError(
                f"{first.variant}, replication {first.replication}: {first.reason}")

    def _sensitivity(self, county: Resolved, varied: Sequence[Assumption]) -> None:
        # On the workloads of the last check, so that what is said here fits what is said there.
        asked, seed = self.asked, self.asked.seed + 1
        folder = self._step(
            steps.SCREEN, county, {"n": asked.screen, "seed": seed}, lambda out: screen(
                county, varied, out=out, where=self.where, replications=asked.screen,
                seed=seed, watcher=self.stages.watcher))
        names = widest(_csv(folder / "tornado.csv"))[:CLOSER]
        by_name = {one.name: one for one in varied}
        named = Named(Variant(ADVISED, county), str(county.folder), ())
        self._step(
            steps.SENSITIVITY, county, {"only": names, "n": asked.closer, "seed": seed},
            lambda out: sensitivity.sensitivity(
                [named], [by_name[name] for name in names], [], out=out,
                page=self.pages.sensitivity, where=self.where, rows=TARGETS,
                replications=asked.closer, seed=seed, watcher=self.stages.watcher,
                command=self.command))

    def _step(
        self, name: str, county: Resolved, settings: dict[str, Any],
        make: Callable[[Path], object],
    ) -> Path:
        self.done[name] = self.stages.run(name, county, settings, make)
        return self.done[name]

    def _advice(self, counties: dict[str, Resolved], rule: str, adopted: bool) -> Advice:
        by_name = {name: county.scenario for name, county in counties.items()}
        found = _csv(self.done[steps.CHECK] / "points.csv")
        made = {
            "targets": tables.targets(found, self.resolved.scenario),
            "people": tables.people(by_name),
            "budget": tables.budget(by_name, found),
            "unserved": tables.unserved(found),
            "assumptions": pd.DataFrame(),
            "points": found,
        }
        if steps.SENSITIVITY in self.done:
            folder = self.done[steps.SENSITIVITY]
            made["assumptions"] = tables.assumptions(
                _csv(folder / "tornado.csv"), _csv(folder / "advice.csv"), self.asked.closer)
        goals = pd.DataFrame()
        if steps.CAREGIVERS in self.done:
            goals = _csv(self.done[steps.CAREGIVERS] / "goals.csv")
        return Advice(
            by_name, self.asked, {name: record(folder) for name, folder in self.done.items()},
            made, goals, rule, adopted)


def _csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig")
    except disk.BROKEN:
        raise disk.damaged(path) from None


def _tidied(folder: Path) -> None:
    """Without what an interrupted end may have left beside the steps."""
    for name in ("scenario", "figures"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _check(resolved: Resolved) -> None:
    if not resolved.scenario.operators:
        none = Words("no rows", "没有行")
        allowed = Words(
            "a row for each pattern that may be worked, its count 0 or more",
            "每种可排的班一行，count 不小于 0",
        )
        raise BadInput([Fault("operators.csv", "", none, allowed)])


def _record(resolved: Resolved, found: Advice) -> dict[str, Any]:
    """What the manifest says, times apart."""
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": resolved.scenario.name,
        "title_zh": resolved.scenario.about.title_zh,
        "title_en": resolved.scenario.about.title_en,
        "changes": list(resolved.changes),
        "replications": found.asked.replications,
        "steps": list(found.records),
        "rule": {"chosen": found.rule, "adopted": found.adopted},
        "identity": {
            "seed": found.asked.seed, "source": manifest.source_digest(),
            "versions": manifest.versions(),
        },
        "platform": platform.platform(),
        "scenario": resolved.raw,
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
