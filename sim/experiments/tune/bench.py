"""Candidates, simulated as their objectives are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.lab import Lab, Variant
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats
from sim.measures.measured import Measured
from sim.measures.series import series
from sim.scenario.faults import BadInput, Fault, Words


@dataclass(frozen=True, eq=False)
class Candidate:
    """Rules that may be chosen."""

    name: str
    settings: tuple[str, ...]
    """``key=value``: how it differs from the study's scenario"""
    variant: Variant
    searched: bool = False
    """whether it is a trial of the search"""


class Bench:
    """Simulates candidates and reads their objectives."""

    def __init__(self, lab: Lab, objectives: Sequence[Chosen], label: str) -> None:
        self.lab = lab
        self.objectives = tuple(objectives)
        self.label = label
        """what a fault names"""
        self._values: dict[tuple[str, int], Floats] = {}
        self.digests: set[str] = set()
        """of all cells that were asked for"""

    @property
    def spent(self) -> int:
        """Replications of candidates asked for."""
        return len(self._values)

    def values(self, candidates: Sequence[Candidate], replications: Sequence[int]) -> Floats:
        """(candidate, replication, objective). Raises RuntimeError where a replication fails, and
        :class:`BadInput` where an objective has no finite value in one."""
        lacking: dict[tuple[int, ...], list[Candidate]] = {}
        for one in candidates:
            todo = tuple(r for r in replications if (one.name, r) not in self._values)
            if todo:
                lacking.setdefault(todo, []).append(one)
        for todo, some in lacking.items():
            for failure in self.lab.run([one.variant for one in some], todo):
                raise RuntimeError(
                    f"{failure.variant}, replication {failure.replication}: {failure.reason}")
            for one in some:
                self.digests.add(self.lab.digest(one.variant))
                for r, measured in zip(todo, self.lab.measured(one.variant, todo), strict=True):
                    self._values[one.name, r] = self._read(one, r, measured)
        return np.array([
            [self._values[one.name, r] for r in replications] for one in candidates])

    def measured(self, one: Candidate, replications: Sequence[int]) -> list[Measured]:
        """All measures of a candidate."""
        self.values([one], replications)
        return self.lab.measured(one.variant, replications)

    def _read(self, one: Candidate, replication: int, measured: Measured) -> Floats:
        found = np.array([
            float(series([measured], row).estimate().mean[0]) for row in self.objectives])
        for row, value in zip(self.objectives, found, strict=True):
            if not np.isfinite(value):
                nothing = Words(
                    f"no number for {one.name} in replication {replication}",
                    f"{one.name} 第 {replication} 次重复没有数值")
                unit = CATALOGUE[row.measure].unit
                allowed = Words(
                    f"a measure ({unit}) that every replication has; perhaps more days",
                    f"每次重复都有的指标（{unit}）；也可增加天数")
                raise BadInput([Fault(self.label, f"objective {row}", nothing, allowed)])
        return found
