"""The result folder of a command that runs many variants, and the cells it is made of.

``OUT.partial/cells`` fills while the command works; at the end the whole folder moves to ``OUT``,
cells included, so that the next, larger one of the same scenarios begins with them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.experiments import manifest, store

CELLS = "cells"
_MARK = "cells.json"


@dataclass(frozen=True)
class Workshop:
    """An unfinished result of many variants."""

    out: Path
    folder: Path

    @property
    def cells(self) -> Path:
        """The folder for the :class:`sim.experiments.lab.Lab`."""
        return self.folder / CELLS

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file of the result; text as UTF-8."""
        data = content.encode() if isinstance(content, str) else content
        with store.aside(self.folder / name) as there:
            there.write_bytes(data)

    def publish(self, record: dict[str, object], digests: Collection[str]) -> None:
        """Move the result to its place as a whole, its manifest written last; a result that stood
        there goes. Of the cells those under ``digests`` stay."""
        for path in self.cells.iterdir():
            if path.name not in digests:
                shutil.rmtree(path)
        for left in self.cells.glob("*/*.new"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        self.write(manifest.NAME, manifest.dumps(record))
        store.replace(self.folder, self.out)
        (self.out / _MARK).unlink()


@contextmanager
def workshop(out: Path) -> Iterator[Workshop]:
    """Open or begin the unfinished result of ``out``, and keep other runs from it meanwhile.

    The cells of a finished result at ``out`` are there too. Raises :class:`BadInput` if ``out`` is
    something else than a result of ours, cannot be written, or is being written by another run.
    """
    with store.claimed(out, _MARK) as (place, folder):
        work = Workshop(place, folder)
        work.write(_MARK, manifest.dumps({"program": manifest.PROGRAM}))
        work.cells.mkdir(exist_ok=True)
        for path in folder.iterdir():
            if path.name not in (CELLS, _MARK):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in sorted((place / CELLS).glob("*/*")):
            copy = work.cells / path.parent.name / path.name
            if not copy.exists():
                _copied(path, copy)
        yield work


def _copied(path: Path, copy: Path) -> None:
    with store.aside(copy) as there:
        if path.is_dir():
            shutil.copytree(path, there, copy_function=_linked)
        else:
            _linked(path, there)


def _linked(path: str | Path, copy: str | Path) -> None:
    """The same file under another name; a copy where the disk cannot do that. Cells are never
    written to once they are there."""
    Path(copy).unlink(missing_ok=True)
    try:
        os.link(path, copy)
    except OSError:
        shutil.copyfile(path, copy)
