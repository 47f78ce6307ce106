"""A province: cells of one county and one replication, kept one by one, then summed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.check import verify
from sim.experiments import disk, store
from sim.experiments.executors import Executor, Outcome
from sim.experiments.replication import RunFailed, Task, Watcher, simulated
from sim.measures import measure
from sim.measures.counties import Sum, common
from sim.scenario.faults import BadInput, Fault
from sim.scenario.load import rebuild
from sim.scenario.schema import Scenario
from sim.workload.counties import Lot, Raw, county, lots, seed_of

SHOWN = (
    "offered_per_day", "connection_rate", "service_level", "on_time_request",
    "caregiver_utilisation",
)
"""Measures that the table of counties shows."""


@dataclass(frozen=True)
class Cells:
    """The cells of a province's run. Picklable: workers write through it."""

    task: Task
    """of the province: its scenario is the first typical county"""
    raw: Raw
    """the province as resolved"""
    lots: tuple[Lot, ...]

    @classmethod
    def of(cls, task: Task, raw: Raw) -> Cells:
        """Raises :class:`BadInput` where a county, as it is made, cannot be."""
        return cls(task, raw, tuple(lots(raw)))

    def kept(self, most: int) -> set[tuple[int, int]]:
        """County and replication of every cell below ``most`` that is there and can be read."""
        return {
            (lot.number, r) for lot in self.lots for r in self._of(lot.number).done()
            if r < most and self._of(lot.number).whole(r)
        }

    def work(self, where: Executor, todo: Sequence[int], total: int, watcher: Watcher) -> None:
        """Leave replications of the province behind: their cells, and then their sums.

        The cells of a county come one after the other, so that its scenario is made once.
        """
        there = self.kept(max(todo, default=-1) + 1)
        cells = [(lot, r) for lot in self.lots for r in todo if (lot.number, r) not in there]
        failures: dict[int, Outcome[tuple[Fault, ...]]] = {}
        with closing(where.map(partial(_cell, self), cells)) as outcomes:
            for outcome in outcomes:
                if outcome.value:
                    raise BadInput(outcome.value)
                if outcome.reason:
                    lot, replication = cells[outcome.index]
                    failures.setdefault(replication, replace(
                        outcome, reason=f"county {lot.number}: {outcome.reason}"))
                else:
                    watcher.finished()
        if failures:
            raise RunFailed(failures, total)
        for replication in todo:
            part = self._sum(replication)
            with disk.writing(self.task.work.out):
                self.task.work.save(part, None)

    def table(self, replications: int) -> pd.DataFrame:
        """One row a county: its likeness, size and seed, and some measures over the replications;
        ten significant digits."""
        rows: list[dict[str, Any]] = []
        for lot in self.lots:
            made = county(self.raw, lot)
            num, den = np.zeros((2, len(SHOWN)))
            for r in range(replications):
                ratios = self._of(lot.number).load(r).measured.ratios
                ratios = ratios[ratios["group"] == "all"].set_index("measure")
                num += ratios["num"].reindex(SHOWN).fillna(0).to_numpy()
                den += ratios["den"].reindex(SHOWN).fillna(0).to_numpy()
            values = [float(f"{n / d:.10g}") if d > 0 else None
                      for n, d in zip(num, den, strict=True)]
            rows.append({
                "county": lot.number,
                "typical": lot.typical or self.raw["name"],
                "seed": seed_of(self.task.seed, lot.number),
                "residents": sum(zone["population"] for zone in made["zones"].values()),
                "points": len(made["points"]),
                "caregivers": sum(group["count"] for group in made["caregivers"].values()),
                **dict(zip(SHOWN, values, strict=True)),
            })
        return pd.DataFrame(rows)

    def _sum(self, replication: int) -> store.Part:
        """One county's measures at a time."""
        total, workloads, violations = Sum(), hashlib.sha256(), []
        for lot in self.lots:
            part = self._of(lot.number).load(replication)
            total.add(part.measured)
            workloads.update(part.workload.encode())
            violations += [
                replace(found, found=(("county", str(lot.number)), *found.found))
                for found in part.violations
            ]
        return store.Part(
            replication, workloads.hexdigest(), tuple(violations), total.measured())

    def _of(self, number: int) -> store.Partial:
        work = self.task.work
        return replace(work, folder=cells_folder(work.folder, number))


def cells_folder(folder: Path, number: int) -> Path:
    """Where the unfinished result of a province keeps a county's cells."""
    return folder / "parts" / "counties" / f"{number:04d}"


def _cell(cells: Cells, asked: tuple[Lot, int]) -> tuple[Fault, ...]:
    """Leave one county's replication behind; what was wrong with its rules or the disk."""
    lot, replication = asked
    try:
        scenario = _scenario(_Made(cells, lot))
        seed = seed_of(cells.task.seed, lot.number)
        result, workload = simulated(scenario, seed, replication)
        violations = tuple(verify(result)) if cells.task.verified else ()
        part = store.Part(replication, workload, violations, common(measure(result)))
        with disk.writing(cells.task.work.out):
            cells._of(lot.number).save(part, None)
    except BadInput as bad:
        return bad.faults
    return ()


class _Made:
    """A county to be made, known by the run and its number."""

    def __init__(self, cells: Cells, lot: Lot) -> None:
        self.cells, self.lot = cells, lot

    def __hash__(self) -> int:
        return hash(self.lot)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Made) and (
            self.cells is other.cells and self.lot == other.lot)


@lru_cache(maxsize=1)
def _scenario(made: _Made) -> Scenario:
    return rebuild(county(made.cells.raw, made.lot))
