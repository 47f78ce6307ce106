"""Many variants of a county on the same workloads, each finished replication kept at once.

A *cell* is one replication of one variant. It is kept under the digest of all that its measures
depend on - scenario, rules, seed, program, versions - so that a rerun does only what is missing and
nothing of another scenario or version is ever mixed in.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.experiments import disk, manifest, store
from sim.experiments.executors import Executor
from sim.experiments.replicate import Watcher, simulated
from sim.measures import measure
from sim.measures.measured import Measured, load
from sim.scenario.faults import BadInput
from sim.scenario.load import Resolved, rebuild
from sim.scenario.schema import Scenario

Book = Callable[[str], bytes]
"""Digest of a variant -> its scenario as resolved, as compressed JSON."""


@dataclass(frozen=True, eq=False)
class Variant:
    """One scenario among several that are compared."""

    name: str
    resolved: Resolved


@dataclass(frozen=True)
class Failure:
    """A cell that could not be done, and why."""

    variant: str
    replication: int
    reason: str


class Cell(NamedTuple):
    """What a worker is asked for."""

    digest: str
    replication: int


class Lab:
    """Runs cells on an executor and keeps them in ``folder``.

    Every variant meets the same workloads wherever its demand is the same: draws depend on the
    seed and the replication alone.
    """

    def __init__(
        self, folder: Path, seed: int, where: Executor, watcher: Watcher | None = None
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.where = where
        self.watcher = watcher or Watcher()
        self._digests: dict[Variant, str] = {}
        self._function = partial(_measured, partial(_from_folder, folder), seed)

    def run(self, variants: Sequence[Variant], replications: Sequence[int]) -> list[Failure]:
        """Do the cells of every variant and replication that are not there yet; those that failed.

        Two variants of the same content share their cells. A failing cell stops no other one.
        """
        names: dict[str, str] = {}
        for variant in variants:
            names.setdefault(self._digest(variant), variant.name)
        cells = [Cell(digest, r) for digest in names for r in replications]
        todo = [cell for cell in cells if not self._is_there(cell)]
        self.watcher.begun(len(cells), len(cells) - len(todo), False)
        failures = []
        function = self._function
        if not self.where.shares_disk:
            book = {digest: _from_folder(self.folder, digest) for digest in names}
            function = partial(_measured, partial(_from_memory, book), self.seed)
        with closing(self.where.map(function, todo)) as outcomes:
            for outcome in outcomes:
                cell = todo[outcome.index]
                if outcome.value is None:
                    failures.append(
                        Failure(names[cell.digest], cell.replication, outcome.reason)
                    )
                else:
                    with disk.writing(self.folder):
                        self._keep(cell, outcome.value)
                self.watcher.finished()
        order = list(names.values())
        return sorted(failures, key=lambda f: (order.index(f.variant), f.replication))

    def measured(self, variant: Variant, replications: Sequence[int]) -> list[Measured]:
        """The measures of cells that are there, in this order."""
        digest = self._digest(variant)
        return [load(self._place(Cell(digest, r))) for r in replications]

    def has(self, variant: Variant, replication: int) -> bool:
        """Whether a cell is there."""
        return self._is_there(Cell(self._digest(variant), replication))

    def _digest(self, variant: Variant) -> str:
        """The digest of a variant, whose scenario is then on disk for the workers."""
        if variant not in self._digests:
            identity = manifest.identity(variant.resolved, self.seed, False, False)
            digest = hashlib.sha256(manifest.dumps(asdict(identity)).encode()).hexdigest()[:16]
            path = _book(self.folder, digest)
            if not path.is_file():
                raw = manifest.dumps(variant.resolved.raw).encode()
                with disk.writing(self.folder), store.aside(path) as aside:
                    aside.write_bytes(gzip.compress(raw, mtime=0))
            self._digests[variant] = digest
        return self._digests[variant]

    def _place(self, cell: Cell) -> Path:
        return self.folder / cell.digest / f"rep-{cell.replication:04d}"

    def _is_there(self, cell: Cell) -> bool:
        with suppress(*disk.BROKEN):
            load(self._place(cell))
            return True
        return False

    def _keep(self, cell: Cell, measured: Measured) -> None:
        with store.aside(self._place(cell)) as aside:
            measured.save(aside)


def _measured(book: Book, seed: int, cell: Cell) -> Measured:
    """One cell, in a worker."""
    result, _ = simulated(_scenario(book, cell.digest), seed, cell.replication)
    return measure(result)


_scenarios: dict[str, Scenario] = {}
"""In a worker: the scenarios met last."""


def _scenario(book: Book, digest: str) -> Scenario:
    if digest not in _scenarios:
        if len(_scenarios) > 8:
            _scenarios.clear()
        try:
            _scenarios[digest] = rebuild(json.loads(gzip.decompress(book(digest))))
        except BadInput as bad:
            raise ValueError("; ".join(fault.line("en") for fault in bad.faults)) from None
    return _scenarios[digest]


def _book(folder: Path, digest: str) -> Path:
    return folder / digest / "scenario.json.gz"


def _from_folder(folder: Path, digest: str) -> bytes:
    return _book(folder, digest).read_bytes()


def _from_memory(books: Mapping[str, bytes], digest: str) -> bytes:
    return books[digest]
