"""The steps of an advice in their order: each a search or a comparison with a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from sim.experiments import compare, disk, manifest
from sim.experiments.advise import outcome as steps
from sim.experiments.advise import rules, tables
from sim.experiments.advise.asked import CLOSER, GROWTH, Asked
from sim.experiments.advise.counties import carried, grown
from sim.experiments.advise.outcome import ADVISED, GROWN, MORE, TODAY, Advice
from sim.experiments.advise.screen import TARGETS, screen, widest
from sim.experiments.advise.stages import Stages, record
from sim.experiments.caregivers import run as caregivers
from sim.experiments.compare import HEADLINES
from sim.experiments.executors import Executor, Outcome
from sim.experiments.lab import Variant
from sim.experiments.outcome import Item, Value
from sim.experiments.sensitivity import run as sensitivity
from sim.experiments.sensitivity.assumptions import Assumption
from sim.experiments.staffing import run as staffing
from sim.experiments.tune import run as tuning
from sim.experiments.variants import Named
from sim.measures.chosen import Chosen
from sim.scenario.load import Resolved
from sim.words.glossary import Lang
from sim.words.kinds import ServiceMode

Page = Callable[[Advice, Lang], str]
"""What people read, in ``zh`` or ``en``."""


@dataclass(frozen=True)
class Pages:
    """What people read of each step, and of all of it."""

    operators: staffing.Page
    caregivers: caregivers.Page
    dispatch: tuning.Page
    check: compare.Page
    sensitivity: sensitivity.Page
    advice: Page


class Lent:
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


class Work:
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
        compared = read_csv(folder / "comparison.csv")
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
        failures = read_csv(folder / "failures.csv")
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
        names = widest(read_csv(folder / "tornado.csv"))[:CLOSER]
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
        found = read_csv(self.done[steps.CHECK] / "points.csv")
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
                read_csv(folder / "tornado.csv"), read_csv(folder / "advice.csv"),
                self.asked.closer)
        goals = pd.DataFrame()
        if steps.CAREGIVERS in self.done:
            goals = read_csv(self.done[steps.CAREGIVERS] / "goals.csv")
        return Advice(
            by_name, self.asked, {name: record(folder) for name, folder in self.done.items()},
            made, goals, rule, adopted)


def read_csv(path: Path) -> pd.DataFrame:
    """A table that a step left. Raises :class:`BadInput` where it is damaged."""
    try:
        return pd.read_csv(path, encoding="utf-8-sig")
    except disk.BROKEN:
        raise disk.damaged(path) from None
