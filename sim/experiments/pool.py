"""Parallel processes on this machine, each with a pipe of its own.

It is therefore known which item a dead process had, and only that one is done again.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Self

from sim.experiments.outcome import DIED, Item, Outcome, Value, outcome

WINDOWS_MOST = 61
"""Windows cannot wait for more processes at once."""

MOST_DEATHS = 2
"""An item whose worker died so often is given up."""
MOST_BARREN = 3
"""So many workers in a row that died before they could begin: none will."""
UNABLE = "worker processes cannot start"


@dataclass(eq=False)
class _Worker:
    """A process and what it has in hand."""

    process: SpawnProcess
    pipe: Connection
    ready: bool = False
    function: object = None
    """the function it was given last"""
    index: int | None = None
    """position of its item; None while it waits for one"""


@dataclass(eq=False)
class ProcessPool:
    """Parallel processes on this machine.

    They end with each :meth:`map`, or, inside a ``with`` block, stay for the next one. Each has one
    item at a time; one that dies is replaced, its item done again, once. Interrupted (Ctrl-C), or
    closed before its end, it ends them at once; what they had not returned is lost.
    """

    workers: int
    _stays: bool = False
    _staff: list[_Worker] = field(default_factory=list)

    shares_disk = True

    def __enter__(self) -> Self:
        self._stays = True
        return self

    def __exit__(self, *raised: object) -> None:
        self._stays = False
        self._close()

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        try:
            yield from self._map(function, items)
        except BaseException:
            for worker in self._staff:
                worker.process.terminate()
            self._close()
            raise
        if not self._stays:
            self._close()

    def _map(
        self, function: Callable[[Any], Value], items: Sequence[Any]
    ) -> Iterator[Outcome[Value]]:
        waiting = deque(range(len(items)))
        deaths: Counter[int] = Counter()
        left, barren = len(items), 0
        while left:
            self._hire(min(left, self.workers, _most()))
            self._assign(function, items, waiting)
            heard = wait([worker.pipe for worker in self._staff])
            for worker in [worker for worker in self._staff if worker.pipe in heard]:
                found: Outcome[Value] | None = None
                index = worker.index
                try:
                    found = worker.pipe.recv()
                    worker.ready, worker.index, barren = True, None, 0
                except (EOFError, OSError):
                    self._bury(worker)
                    barren += not worker.ready
                    if index is not None:
                        deaths[index] += 1
                        waiting.append(index)
                        if deaths[index] == MOST_DEATHS:
                            waiting.pop()
                            found = Outcome(index, None, DIED)
                # Before the outcome is handed over, which may take its time.
                self._assign(function, items, waiting)
                if found is not None:
                    left -= 1
                    yield found
            if barren >= MOST_BARREN:
                yield from (Outcome(index, None, UNABLE) for index in waiting)
                return

    def _assign(
        self, function: Callable[[Any], Any], items: Sequence[Any], waiting: deque[int]
    ) -> None:
        """Give every worker without an item its next one."""
        for worker in [w for w in self._staff if w.ready and w.index is None]:
            if not waiting:
                return
            index = waiting.popleft()
            news = None if worker.function is function else pickle.dumps(function)
            try:
                worker.pipe.send((index, news, items[index]))
            except OSError:
                self._bury(worker)
                waiting.appendleft(index)
            else:
                worker.index, worker.function = index, function

    def _hire(self, most: int) -> None:
        # Spawned, not forked: a fork copies the locks of pyarrow's threads in whatever state.
        context = multiprocessing.get_context("spawn")
        while len(self._staff) < most:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            with _ctrl_c_ignored():
                process.start()
            theirs.close()
            self._staff.append(_Worker(process, ours))

    def _bury(self, worker: _Worker) -> None:
        self._staff.remove(worker)
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()

    def _close(self) -> None:
        for worker in self._staff:
            worker.pipe.close()
            if not worker.ready:
                worker.process.kill()
        for worker in self._staff:
            worker.process.join()
        self._staff.clear()


def _most() -> int:
    return WINDOWS_MOST if sys.platform == "win32" else sys.maxsize


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


def _work(pipe: Connection) -> None:
    """In a worker: item after item, until there is nobody at the other end."""
    # Ctrl-C is the parent's business; a worker whose parent was killed ends itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    function: Callable[[Any], Any] | None = None
    news: bytes | None = None

    def apply(item: Any) -> Any:
        nonlocal function
        if news is not None:
            function = pickle.loads(news)
        assert function is not None
        return function(item)

    with suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            index, news, item = pipe.recv()
            found = outcome(index, apply, item)
            try:
                pipe.send(found)
            except (AttributeError, TypeError, pickle.PicklingError) as error:
                pipe.send(Outcome(index, None, f"{type(error).__name__}: {error}"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
