"""Trying staffings on common workloads, within a number of simulated replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.experiments.caregivers.goals import Pairs
from sim.experiments.caregivers.rows import Counts, Row, staffed
from sim.experiments.lab import Lab, Variant
from sim.experiments.replicate import Watcher
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats
from sim.measures.measured import Measured
from sim.scenario.faults import BadInput
from sim.scenario.load import Resolved


class Exhausted(Exception):
    """More replications were asked for than there may be."""


class Bench:
    """Simulates staffings, each replication once, and keeps what is asked of them in memory."""

    def __init__(
        self, lab: Lab, resolved: Resolved, known: Sequence[Row], wanted: Sequence[Chosen],
        limit: int,
    ) -> None:
        self.lab = lab
        self.resolved = resolved
        self.known = tuple(known)
        self.wanted = tuple(dict.fromkeys(wanted))
        self.limit = limit
        """how many replications may be simulated in all"""
        self._variants: dict[Counts, Variant | None] = {}
        self._found: dict[tuple[Counts, int], Floats] = {}
        self._place = {row: place for place, row in enumerate(self.wanted)}

    @property
    def spent(self) -> int:
        """Replications asked for so far, kept ones of an earlier run included."""
        return len(self._found)

    def possible(self, counts: Counts) -> bool:
        """Whether the county can be run so: not where a crew is larger than any point's staff."""
        return self._variant(counts) is not None

    def run(self, staffings: Sequence[Counts], replications: Sequence[int]) -> None:
        """Simulate what is not there yet. Raises :class:`Exhausted`, before it begins, and
        RuntimeError where a replication fails."""
        lacking: dict[tuple[int, ...], list[Counts]] = {}
        for counts in dict.fromkeys(staffings):
            todo = tuple(r for r in replications if (counts, r) not in self._found)
            if todo:
                lacking.setdefault(todo, []).append(counts)
        more = sum(len(todo) * len(some) for todo, some in lacking.items())
        if more and self.spent + more > self.limit:
            raise Exhausted
        for todo, some in lacking.items():
            variants = {counts: self._variant(counts) for counts in some}
            asked = [variant for variant in variants.values() if variant is not None]
            for failure in self.lab.run(asked, todo):
                raise RuntimeError(
                    f"{failure.variant}, replication {failure.replication}: {failure.reason}"
                )
            for counts, variant in variants.items():
                assert variant is not None
                for r, measured in zip(todo, self.lab.measured(variant, todo), strict=True):
                    self._found[counts, r] = self._read(measured)

    def pairs(self, counts: Counts, row: Chosen, replications: Sequence[int]) -> Pairs:
        """One row of the measures in replications that were run."""
        place = self._place[row]
        num, den = np.array([self._found[counts, r][place] for r in replications]).T
        return Pairs(num, den, CATALOGUE[row.measure].kind)

    def digest(self, counts: Counts) -> str:
        """The name under which a staffing's cells are kept."""
        variant = self._variant(counts)
        assert variant is not None
        return self.lab.digest(variant)

    @property
    def digests(self) -> set[str]:
        """The names of all cells that were asked for."""
        return {self.digest(counts) for counts in dict.fromkeys(x for x, _ in self._found)}

    def summarised(
        self, staffings: Sequence[Counts], replications: Sequence[int]
    ) -> list[pd.DataFrame]:
        """The ``kpis`` table of staffings that were run."""
        variants = [self._variant(counts) for counts in staffings]
        return self.lab.summarised([v for v in variants if v is not None], replications)

    def _read(self, measured: Measured) -> Floats:
        """(row, 2): numerator and denominator of each wanted row; 0 where there is none."""
        ratios = measured.ratios
        names, groups = (ratios[column].cat for column in ("measure", "group"))
        size = len(groups.categories)
        keys = names.codes.to_numpy().astype(np.int64) * size + groups.codes.to_numpy()
        place = {key: row for row, key in enumerate(keys.tolist())}
        wanted = [
            place.get(key) for key in (
                names.categories.get_loc(row.measure) * size + groups.categories.get_loc(row.group)
                for row in self.wanted
            )
        ]
        pairs = ratios[["num", "den"]].to_numpy(dtype=np.float64)
        return np.array([(0.0, 0.0) if row is None else pairs[row] for row in wanted])

    def _variant(self, counts: Counts) -> Variant | None:
        if counts not in self._variants:
            name = ", ".join(
                f"{row.id}={count}" for row, count in zip(self.known, counts, strict=True) if count
            )
            try:
                county = staffed(self.resolved, self.known, counts)
                self._variants[counts] = Variant(name, county)
            except BadInput:
                self._variants[counts] = None
        return self._variants[counts]


class Counted(Watcher):
    """Passes on to one watcher what many small batches report, as one long run."""

    def __init__(self, watcher: Watcher, most: int) -> None:
        self._watcher = watcher
        self._watcher.begun(most, 0, False)

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        for _ in range(kept):
            self._watcher.finished()

    def finished(self) -> None:
        self._watcher.finished()
