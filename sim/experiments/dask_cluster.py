"""An executor on the workers of a Dask cluster, imported only where one is asked for.

The cluster's scheduler and workers need this very program and the same libraries, for they must
give the same bytes; they need none of this machine's files.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import queue
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from sim.experiments import manifest
from sim.experiments.outcome import DIED, Item, Outcome, Value, outcome, told
from sim.scenario.faults import BadInput, Fault, Words, shown

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 8.0
"""How long to knock."""
PATIENCE_S = 30.0
"""So long without a word from the cluster, and it is asked whether it still has workers."""
AHEAD = 2
"""Items under way for each thread of the cluster, so that none waits for its next one."""
COUNT_S = 5.0
"""How old a count of the cluster's threads may be."""

Made = tuple[str, dict[str, str]]
"""Digest of the program's source, versions of the libraries."""

_RUNNING = Words("the address of a scheduler that is running", "正在运行的调度器的地址")
_OTHER = Words(
    "workers without this program, or with another version of it or of its libraries",
    "工作进程没有装本程序，或程序、库的版本不同",
)
_SAME = Words("the same program and libraries everywhere", "各处程序和库的版本完全相同")
_GONE = Words("a cluster that went away", "集群已断开")
_EMPTY = Words("a cluster without workers", "没有工作进程的集群")
_ALIVE = Words(
    "a cluster with workers; what is finished is kept", "有工作进程的集群；已完成的都已保存"
)


class DaskCluster:
    """The workers of the Dask scheduler at ``address``; ``workers`` caps how many work at once.

    Raises :class:`BadInput` where ``distributed`` is not installed, where nobody answers, where
    there are no workers, and where they are not of this program to the letter.
    """

    shares_disk = False

    def __init__(self, address: str, workers: int | None = None) -> None:
        self._address = address
        self._workers = workers
        self._client = _connected(address)
        self._limit, self._counted = 0, -COUNT_S
        try:
            _require_same(self._client, address)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._client.close()

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        running: dict[Future[Any], int] = {}
        try:
            yield from self._map(function, items, running)
        finally:
            with suppress(Exception):
                self._client.cancel(list(running), force=True)

    def _map(
        self, function: Callable[[Any], Value], items: Sequence[Any],
        running: dict[Future[Any], int],
    ) -> Iterator[Outcome[Value]]:
        done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        made, following = _made(), iter(enumerate(items))
        exhausted = False
        while running or not exhausted:
            while not exhausted and len(running) < self._most():
                index, item = next(following, (len(items), None))
                exhausted = index == len(items)
                if not exhausted:
                    asked = pickle.dumps((function, item))
                    future = self._client.submit(_in_worker, made, index, asked, pure=False)
                    running[future] = index
                    future.add_done_callback(done.put)
            if running and (ended := self._heard(done)) is not None:
                yield self._outcome(ended, running.pop(ended))

    def _heard(self, done: queue.SimpleQueue[Future[Any]]) -> Future[Any] | None:
        """The next item that ended; None if none has and the cluster is still at work."""
        with suppress(queue.Empty):
            return done.get(timeout=PATIENCE_S)
        if not self._threads():
            raise self._fault(_EMPTY, _ALIVE)
        return None

    def _outcome(self, future: Future[Any], index: int) -> Outcome[Value]:
        if future.status in ("cancelled", "lost"):
            raise self._fault(_GONE, _ALIVE)
        try:
            found: Outcome[Value] | None = future.result()
        except Exception as error:
            if future.cancelled():
                raise self._fault(_GONE, _ALIVE) from None
            died = type(error).__name__ == "KilledWorker"
            return Outcome(index, None, DIED if died else told(error))
        if found is None:
            raise self._fault(_OTHER, _SAME)
        return found

    def _most(self) -> int:
        """How many items may be under way."""
        if self._workers is not None:
            return self._workers
        if time.monotonic() - self._counted > COUNT_S:
            self._limit, self._counted = max(1, AHEAD * self._threads()), time.monotonic()
        return self._limit

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except Exception:
            raise self._fault(_GONE, _ALIVE) from None

    def _fault(self, found: Words, allowed: Words) -> BadInput:
        return BadInput([Fault("--address", self._address, found, allowed)])


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        found = Words("dask without the package distributed", "dask，但没有安装 distributed")
        allowed = Words("pool, or first: pip install 'hotline-sim[dask]'",
                        "pool，或先运行 pip install 'hotline-sim[dask]'")
        raise BadInput([Fault("--executor", "", found, allowed)]) from None
    for name in ("distributed", "distributed.client"):
        # What matters of it is told as a fault.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # In a thread of its own: a notebook has a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(_knock(address))).result()
        with warnings.catch_warnings():
            # Versions that differ are told as a fault as well.
            warnings.simplefilter("ignore")
            return Client(address, timeout=CONNECT_S, set_as_default=False)
    except Exception:
        raise BadInput([Fault("--address", "", shown(address), _RUNNING)]) from None


async def _knock(address: str) -> None:
    """Raise where no scheduler answers; a client that cannot connect would be long in going."""
    from distributed import Security
    from distributed.core import connect

    arguments = Security().get_connection_args("client")
    # Whoever listens there may not be a scheduler, and say nothing.
    comm = await asyncio.wait_for(connect(address, timeout=CONNECT_S, **arguments), CONNECT_S)
    comm.abort()


def _require_same(client: Client, address: str) -> None:
    """Raise where there are no workers, or some that would give other bytes."""
    if not client.nthreads():
        raise BadInput([Fault("--address", address, _EMPTY, _ALIVE)])
    try:
        found = [client.run_on_scheduler(_made), *client.run(_made).values()]
    except Exception:
        found = []
    if not found or any(made != _made() for made in found):
        raise BadInput([Fault("--address", address, _OTHER, _SAME)])


def _made() -> Made:
    return manifest.source_digest(), manifest.versions()


_one_at_a_time = threading.Lock()
"""In a worker: a simulation is no faster beside another one in the same process, and a county's own
rules are registered for the whole process."""


def _in_worker(made: Made, index: int, asked: bytes) -> Outcome[Any] | None:
    """One item, on a worker; None if the worker is of another version."""
    if made != _made():
        return None
    with _one_at_a_time:
        return outcome(index, _apply, asked)


def _apply(asked: bytes) -> Any:
    function, item = pickle.loads(asked)
    return function(item)
