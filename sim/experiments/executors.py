"""Where replications run: in this process, or in parallel processes on this machine.

An executor hands back outcomes as they come, each with the position of its item, and never stops
because one item failed: the failure travels in the outcome.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

WINDOWS_MOST = 61
"""Windows cannot wait for more processes at once."""

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What became of one item."""

    index: int
    """position of the item"""
    value: Value | None
    """what the function returned; None if it failed"""
    reason: str = ""
    """why it failed, in one line; empty if it did not"""
    traceback: str = ""


class Executor(Protocol):
    """Anything that can apply a function to many items."""

    @property
    def shares_disk(self) -> bool:
        """Whether workers read the files of this machine."""
        ...

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        """Outcomes in order of completion; close it to stop early. ``function`` and items must be
        picklable."""
        ...


def executor(workers: int) -> Executor:
    """The executor for ``workers`` parallel processes; 1 stays in this process.

    More than one starts fresh interpreters, so a script that asks for them must have its main part
    under ``if __name__ == "__main__":``.
    """
    return InProcess() if workers == 1 else ProcessPool(workers)


@dataclass(frozen=True)
class InProcess:
    """One item after the other, here."""

    shares_disk = True

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        for index, item in enumerate(items):
            yield _outcome(index, function, item)


@dataclass(eq=False)
class ProcessPool:
    """Parallel processes on this machine.

    They end with each :meth:`map`, or, inside a ``with`` block, stay for the next one with the same
    function. Interrupted (Ctrl-C), or closed before its end, it ends them at once; what they had
    not returned is lost.
    """

    workers: int
    _stays: bool = False
    _open: tuple[Any, ProcessPoolExecutor, set[Any]] | None = None
    """function, pool, children of this process that are not its own"""

    shares_disk = True

    def __enter__(self) -> ProcessPool:
        self._stays = True
        return self

    def __exit__(self, *raised: object) -> None:
        self._stays = False
        self._close()

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        if not items:
            return
        if self._open is None or self._open[0] is not function:
            self._close()
            self._start(function, self.workers if self._stays else len(items))
        assert self._open is not None
        _, pool, others = self._open
        futures: dict[Future[Outcome[Value]], int] = {}
        try:
            with _ctrl_c_ignored():
                for index, item in enumerate(items):
                    futures[pool.submit(_in_worker, index, item)] = index
            for future in as_completed(futures):
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    outcome = Outcome(
                        futures[future], None, "a worker process died, perhaps for lack of memory"
                    )
                yield outcome
        except BaseException:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            self._close()
            raise
        if not self._stays:
            self._close()

    def _start(self, function: Callable[[Any], Any], most: int) -> None:
        # Spawned, not forked: a fork copies the locks of pyarrow's threads in whatever state.
        limit = WINDOWS_MOST if sys.platform == "win32" else self.workers
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            min(self.workers, limit, most),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin_worker,
            # The function goes to each worker once, not with each item: a pipe holds 64 kB, and a
            # queue that waits for room in it while its readers are ended would wait for ever.
            initargs=(function,),
        )
        self._open = function, pool, others

    def _close(self) -> None:
        if self._open is not None:
            _, pool, _ = self._open
            self._open = None
            pool.shutdown(wait=True, cancel_futures=True)


def _outcome(index: int, function: Callable[[Item], Value], item: Item) -> Outcome[Value]:
    try:
        return Outcome(index, function(item))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        return Outcome(index, None, reason, traceback.format_exc())


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C too, so none dies noisily while importing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_function: Callable[[Any], Any]
"""In a worker: what it applies to its items."""


def _in_worker(index: int, item: Item) -> Outcome[Any]:
    return _outcome(index, _function, item)


def _begin_worker(function: Callable[[Any], Any]) -> None:
    """Ctrl-C is the parent's business; a worker whose parent was killed ends itself."""
    global _function  # one pool a worker
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
