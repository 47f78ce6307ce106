"""Result folders: put together beside their place, moved there when whole.

``OUT.partial`` holds the work of an unfinished run, one folder a finished replication; a run of the
same identity goes on from there. Every file is written aside and moved, so what exists is whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sim import log
from sim.check import Violation
from sim.experiments import manifest
from sim.experiments.disk import BROKEN, unusable, unwritable, writing
from sim.experiments.manifest import Identity
from sim.measures.measured import Measured, load
from sim.scenario.faults import Words

if sys.platform != "win32":
    import fcntl

_IDENTITY = "identity.json"
_HEAD = "part.json"
_ASIDE = ".new"


@dataclass(frozen=True)
class Part:
    """What one finished replication leaves behind, its tables apart."""

    replication: int
    workload: str
    """checksum of the workload"""
    violations: tuple[Violation, ...]
    """what ``verify`` found; empty if nothing or if not asked"""
    measured: Measured


@dataclass(frozen=True)
class Partial:
    """An unfinished result, the folder ``OUT.partial``. Picklable: workers write through it."""

    out: Path
    folder: Path
    discarded: bool
    """whether an unfinished run of another identity was thrown away"""

    def done(self) -> set[int]:
        """The replications already finished."""
        return {int(path.name.removeprefix("rep-")) for path in self._parts.glob("rep-*[0-9]")}

    def whole(self, replication: int) -> bool:
        """Whether a finished replication can still be read."""
        try:
            self.load(replication)
        except (*BROKEN, TypeError):
            return False
        return True

    def save(self, part: Part, result: log.Result | None) -> None:
        """Keep a finished replication, and its tables if they are given."""
        # The part last: it says that the replication is finished.
        if result is not None:
            with aside(self._tables(part.replication)) as there:
                log.save(result, there)
        with aside(self._part(part.replication)) as there:
            part.measured.save(there)
            head = {"workload": part.workload, "violations": [asdict(v) for v in part.violations]}
            (there / _HEAD).write_text(manifest.dumps(head), encoding="utf-8")

    def load(self, replication: int) -> Part:
        """A finished replication."""
        folder = self._part(replication)
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        violations = tuple(
            Violation(**{**v, "found": tuple(map(tuple, v["found"]))}) for v in head["violations"]
        )
        return Part(replication, head["workload"], violations, load(folder))

    def write(self, name: str, text: str) -> None:
        """Write one text file of the result."""
        with aside(self.folder / name) as there:
            there.write_text(text, encoding="utf-8", newline="\n")

    def publish(self, replications: int) -> None:
        """Move the result of so many replications to its place as a whole; a result that stood
        there goes."""
        for extra in (r for r in self.done() if r >= replications):
            shutil.rmtree(self._part(extra))
            shutil.rmtree(self._tables(extra), ignore_errors=True)
        replace(self.folder, self.out)
        # After the move: a run killed before it keeps all that it had finished.
        shutil.rmtree(self.out / self._parts.name)
        (self.out / _IDENTITY).unlink()

    @property
    def _parts(self) -> Path:
        return self.folder / "parts"

    def _part(self, replication: int) -> Path:
        return self._parts / _rep(replication)

    def _tables(self, replication: int) -> Path:
        return tables_folder(self.folder, replication)


def tables_folder(result: Path, replication: int) -> Path:
    """Where a result keeps the tables of a replication, if it does."""
    return result / "tables" / _rep(replication)


def _rep(replication: int) -> str:
    return f"rep-{replication:04d}"


@contextmanager
def partial(out: Path, identity: Identity) -> Iterator[Partial]:
    """Open or begin the unfinished result of ``out``, and keep other runs from it meanwhile.

    Raises :class:`BadInput` as :func:`claimed` does.
    """
    known = manifest.dumps(asdict(identity))
    with claimed(out, _IDENTITY) as (place, folder):
        work = Partial(place, folder, discarded=False)
        if _text(folder / _IDENTITY) != known:
            work = Partial(place, folder, discarded=bool(work.done()))
            _empty(folder)
        work.write(_IDENTITY, known)
        yield work


@contextmanager
def claimed(out: Path, mark: str) -> Iterator[tuple[Path, Path]]:
    """``out`` and the folder beside it for unfinished work, kept from other runs meanwhile.

    ``mark``: the file by which that folder, if it is not empty, is known as one of this kind.
    Raises :class:`BadInput` if ``out`` is something else than a result of ours, cannot be written,
    or is being written by another run.
    """
    out = out.resolve()
    if not out.name:
        raise unusable(out, Words("the top of a disk", "磁盘的根目录"))
    folder = out.with_name(out.name + ".partial")
    with contextlib.ExitStack() as stack:
        try:
            _refuse_foreign(out, manifest.NAME)
            _refuse_foreign(folder, mark)
            _refuse_foreign(_old(out), manifest.NAME)
            _repair(out)
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_held(folder))
        except OSError as error:
            raise unwritable(out, error) from None
        with writing(out):
            yield out, folder


def replace(folder: Path, out: Path) -> None:
    """Move a finished result to its place as a whole; a result that stood there goes."""
    old = _old(out)
    if out.exists():
        out.rename(old)
    folder.rename(out)
    with contextlib.suppress(OSError):
        _discard(old)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A place to write at; what was written there is moved to ``path`` at the end."""
    there = path.with_name(path.name + _ASIDE)
    path.parent.mkdir(parents=True, exist_ok=True)
    for place in (there, path):
        if place.is_dir():
            shutil.rmtree(place)
    yield there
    os.replace(there, path)


def _old(out: Path) -> Path:
    return out.with_name(out.name + ".old")


def _repair(out: Path) -> None:
    """Finish or undo a move that was cut off between its steps."""
    old = _old(out)
    if manifest.read(old) is not None:
        if out.exists():
            _discard(old)
        else:
            old.rename(out)


def _discard(result: Path) -> None:
    """Remove a result, what it is known by last: cut off on the way it can still be told."""
    if result.exists():
        _empty(result, but=manifest.NAME)
        shutil.rmtree(result)


def _refuse_foreign(folder: Path, mark: str) -> None:
    """Raise if something stands at ``folder`` that does not hold the file ``mark``."""
    ours = (folder / mark).is_file() and (mark != manifest.NAME or manifest.read(folder))
    begun = mark + _ASIDE
    if folder.exists() and not ours and not (
        folder.is_dir() and all(path.name == begun for path in folder.iterdir())
    ):
        raise unusable(
            folder, Words("something that is not a result", "其中已有不是结果的内容")
        )


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A lock that the system lets go of when this process ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = Words("another run that is still writing", "另一次运行正在写入")
            raise unusable(folder, busy) from None
        yield
    finally:
        os.close(handle)


def _empty(folder: Path, but: str = "") -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != but:
            path.unlink()


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8")
    return ""
