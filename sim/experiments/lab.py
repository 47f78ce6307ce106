"""Many variants of a county on the same workloads, each finished replication kept at once.

A *cell* is one replication of one variant; of a province, of one of its counties, and what is read
of a replication is then their sum, as in a run. A cell is kept under the digest of all that its
measures depend on - scenario, rules, seed, program, versions - so that a rerun does only what is
missing and nothing of another scenario or version is ever mixed in.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

from sim.experiments import disk, manifest, store
from sim.experiments.executors import Executor, InProcess
from sim.experiments.replicate import ONE_COUNTY, Watcher, simulated
from sim.log import Result
from sim.measures import measure, summarise
from sim.measures.counties import Sum, common
from sim.measures.measured import FILES, Measured, load
from sim.scenario.faults import BadInput, Fault
from sim.scenario.load import Resolved, rebuild
from sim.scenario.schema import Scenario
from sim.workload.counties import Lot, Raw, county, lots, seed_of

Book = Path | bytes
"""A scenario as resolved, as compressed JSON: where it is, or itself."""
Reader = Callable[[Result], Measured]
"""What is kept of a replication: a function of a module, so that workers find it by its name."""
WORKLOAD = "workload.txt"
"""File of a cell: the checksum of its workload."""


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
    """Name of what is kept."""

    digest: str
    replication: int
    county: int = 0
    """its number in its province; 0: no part of one"""


class Lab:
    """Runs cells on an executor and keeps them in ``folder``.

    Every variant meets the same workloads wherever its demand is the same: draws depend on the
    seed and the replication alone.
    """

    def __init__(
        self, folder: Path, seed: int, where: Executor, watcher: Watcher | None = None,
        reader: Reader = measure,
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.where = where
        self.watcher = watcher or Watcher()
        self.reader = reader
        self._digests: dict[Variant, str] = {}
        self._counties: dict[str, int] = {}
        self._function = partial(_measured, reader, seed)

    def run(self, variants: Sequence[Variant], replications: Sequence[int]) -> list[Failure]:
        """Do the cells of every variant and replication that are not there yet; those that failed.

        Two variants of the same content share their cells. A failing cell stops no other one.
        """
        names: dict[str, list[str]] = {}
        for variant in variants:
            names.setdefault(self.digest(variant), []).append(variant.name)
        # Those of a county come one after the other, so that its scenario is made once.
        cells = [
            Cell(digest, r, n) for digest in names for n in self._numbers(digest)
            for r in replications
        ]
        todo = [cell for cell in cells if not self._is_there(cell)]
        unlike = len(todo) == len(cells) and self._holds_others(names)
        self.watcher.begun(len(cells), len(cells) - len(todo), unlike)
        failures = []
        books = {digest: self._book(digest) for digest in names}
        asked = [(cell, books[cell.digest]) for cell in todo]
        with closing(self.where.map(self._function, asked)) as outcomes:
            for outcome in outcomes:
                cell = todo[outcome.index]
                if outcome.value is None:
                    reason = f"county {cell.county}: " * bool(cell.county) + outcome.reason
                    failures += [
                        Failure(name, cell.replication, reason) for name in names[cell.digest]
                    ]
                else:
                    with disk.writing(self.folder), store.aside(self._place(cell)) as aside:
                        aside.mkdir()
                        for name, content in outcome.value.items():
                            (aside / name).write_bytes(content)
                self.watcher.finished()
        order = {variant.name: place for place, variant in enumerate(variants)}
        return sorted(failures, key=lambda f: (order[f.variant], f.replication))

    def measured(self, variant: Variant, replications: Iterable[int]) -> list[Measured]:
        """The measures of cells that are there, in this order. Raises :class:`BadInput` naming the
        first that is damaged."""
        return [_loaded(self._places(variant, r)) for r in replications]

    def summarised(
        self, variants: Sequence[Variant], replications: Sequence[int]
    ) -> list[pd.DataFrame]:
        """The ``kpis`` table of each variant (see :func:`sim.measures.summarise`), all of whose
        cells are there. Raises :class:`BadInput` naming the first that is damaged."""
        self.watcher.summarising(len(variants))
        asked = [
            [[place.absolute() for place in self._places(variant, r)] for r in replications]
            for variant in variants
        ]
        where: Executor = self.where if self.where.shares_disk else InProcess()
        tables: dict[int, pd.DataFrame] = {}
        with closing(where.map(_summarised, asked)) as outcomes:
            for outcome in outcomes:
                found = outcome.value
                # What went wrong there is raised here, as what it is.
                tables[outcome.index] = (
                    _summarised(asked[outcome.index]) if found is None else found
                )
                self.watcher.finished()
        return [tables[place] for place in range(len(variants))]

    def workloads(self, variant: Variant, replications: Iterable[int]) -> list[str]:
        """The checksums of the workloads of cells that are there: equal where demand is. Raises
        :class:`BadInput` naming the first that is damaged."""
        return [
            " ".join(disk.read_line(place / WORKLOAD) for place in self._places(variant, r))
            for r in replications
        ]

    def has(self, variant: Variant, replication: int) -> bool:
        """Whether a cell is there."""
        digest = self.digest(variant)
        return all(self._is_there(Cell(digest, replication, n)) for n in self._numbers(digest))

    def digest(self, variant: Variant) -> str:
        """The name under which a variant's cells are kept, with its scenario beside them."""
        if variant not in self._digests:
            counties = variant.resolved.scenario.province.counties
            if counties and self.reader is not measure:
                raise BadInput([
                    Fault(variant.name, "province.counties", str(counties), ONE_COUNTY)])
            identity = asdict(manifest.identity(variant.resolved, self.seed, False, False))
            identity["reader"] = f"{self.reader.__module__}.{self.reader.__qualname__}"
            digest = hashlib.sha256(manifest.dumps(identity).encode()).hexdigest()[:16]
            path = _scenario_file(self.folder, digest)
            if not path.is_file():
                raw = manifest.dumps(variant.resolved.raw).encode()
                with disk.writing(self.folder), store.aside(path) as aside:
                    aside.write_bytes(gzip.compress(raw, mtime=0))
            self._digests[variant] = digest
            self._counties[digest] = counties
        return self._digests[variant]

    def _holds_others(self, digests: Collection[str]) -> bool:
        """Whether cells are there that this lab did not do, of none of the variants asked for."""
        own = {*digests, *self._digests.values()}
        return any(path.parent.name not in own for path in self.folder.glob("*/rep-*"))

    def _book(self, digest: str) -> Book:
        path = _scenario_file(self.folder, digest).absolute()
        return path if self.where.shares_disk else path.read_bytes()

    def _numbers(self, digest: str) -> Sequence[int]:
        """Of the counties of a province; 0 alone of what is none."""
        counties = self._counties[digest]
        return range(1, counties + 1) if counties else (0,)

    def _places(self, variant: Variant, replication: int) -> list[Path]:
        digest = self.digest(variant)
        return [self._place(Cell(digest, replication, n)) for n in self._numbers(digest)]

    def _place(self, cell: Cell) -> Path:
        part = f"-county-{cell.county:04d}" if cell.county else ""
        return self.folder / cell.digest / f"rep-{cell.replication:04d}{part}"

    def _is_there(self, cell: Cell) -> bool:
        """By the ends of its files: a file cut off short has lost its own."""
        with suppress(*disk.BROKEN):
            for file in FILES:
                pq.read_metadata(self._place(cell) / file)
            return (self._place(cell) / WORKLOAD).is_file()
        return False


def _summarised(replications: Sequence[Sequence[Path]]) -> pd.DataFrame:
    kpis, _ = summarise([_loaded(places) for places in replications])
    return kpis


def _loaded(places: Sequence[Path]) -> Measured:
    """One replication, from its cell, or from those of the counties that make it up."""
    if len(places) == 1:
        return _read(places[0])
    total = Sum()
    for place in places:
        total.add(_read(place))
    return total.measured()


def _read(place: Path) -> Measured:
    try:
        return load(place)
    except disk.BROKEN:
        raise disk.damaged(place) from None


def _measured(reader: Reader, seed: int, asked: tuple[Cell, Book]) -> dict[str, bytes]:
    """One cell, in a worker, as files: its measures, and the checksum of its workload."""
    cell, book = asked
    scenario = _scenario(cell, book)
    if not cell.county:
        result, workload = simulated(scenario, seed, cell.replication)
        found = reader(result)
    else:
        result, workload = simulated(scenario, seed_of(seed, cell.county), cell.replication)
        found = common(reader(result))
    return found.packed() | {WORKLOAD: workload.encode()}


_scenarios: dict[tuple[str, int], Scenario] = {}
"""In a worker: the scenarios met last."""
_provinces: dict[str, tuple[Raw, list[Lot]]] = {}
"""In a worker: the provinces met last, and what falls to each county."""


def _scenario(cell: Cell, book: Book) -> Scenario:
    key = (cell.digest, cell.county)
    if key not in _scenarios:
        if len(_scenarios) > 8:
            _scenarios.clear()
        _scenarios[key] = rebuild(_county(cell, book) if cell.county else _raw(book))
    return _scenarios[key]


def _county(cell: Cell, book: Book) -> Raw:
    if cell.digest not in _provinces:
        if len(_provinces) > 2:
            _provinces.clear()
        raw = _raw(book)
        _provinces[cell.digest] = raw, lots(raw)
    raw, shares = _provinces[cell.digest]
    return county(raw, shares[cell.county - 1])


def _raw(book: Book) -> Raw:
    found: Raw = json.loads(
        gzip.decompress(book if isinstance(book, bytes) else book.read_bytes()))
    return found


def _scenario_file(folder: Path, digest: str) -> Path:
    return folder / digest / "scenario.json.gz"
