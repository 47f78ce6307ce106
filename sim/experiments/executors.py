"""Where replications run: in this process, in parallel processes on this machine, or on a cluster.

An executor hands back outcomes as they come, each with the position of its item, and never stops
because one item failed: the failure travels in the outcome.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Self

from sim.experiments.outcome import Executor, Item, Outcome, Value, outcome
from sim.experiments.pool import ProcessPool
from sim.scenario.faults import NOTHING, BadInput, Fault, Words, listed, nearest, shown

__all__ = ["KINDS", "Executor", "InProcess", "Outcome", "ProcessPool", "chosen", "executor"]

KINDS = ("pool", "dask")
MOST_WORKERS = 256
"""Beyond this a number was mistyped, and would fill the machine with processes."""


def executor(workers: int) -> Executor:
    """The executor for ``workers`` parallel processes; 1 stays in this process.

    More than one starts fresh interpreters, so a script that asks for them must have its main part
    under ``if __name__ == "__main__":``.
    """
    return InProcess() if workers == 1 else ProcessPool(workers)


def chosen(kind: str = "pool", address: str = "", workers: int | None = None) -> Executor:
    """What ``--executor``, ``--address`` and ``--workers`` ask for.

    ``workers``: how many work at once; by default one a core, or all that the cluster has.
    Raises :class:`BadInput`, also where the cluster cannot be reached or cannot compute this.
    """
    faults = []
    if kind not in KINDS:
        faults.append(
            Fault("--executor", "", shown(kind), listed(KINDS), nearest(kind, KINDS))
        )
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        allowed = Words(f"a whole number from 1 to {MOST_WORKERS}", f"1 到 {MOST_WORKERS} 的整数")
        faults.append(Fault("--workers", "", str(workers), allowed))
    if kind == "dask" and not address:
        allowed = Words(
            "the address of a Dask scheduler, for example tcp://10.0.0.5:8786",
            "Dask 调度器的地址，例如 tcp://10.0.0.5:8786",
        )
        faults.append(Fault("--address", "", NOTHING, allowed))
    if kind == "pool" and address:
        allowed = Words("nothing, or --executor dask as well", "不写，或同时写 --executor dask")
        faults.append(Fault("--address", "", shown(address), allowed))
    if faults:
        raise BadInput(faults)
    if kind == "dask":
        from sim.experiments.dask_cluster import DaskCluster

        return DaskCluster(address, workers)
    return executor(workers or os.cpu_count() or 1)


@dataclass(frozen=True)
class InProcess:
    """One item after the other, here."""

    shares_disk = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def map(
        self, function: Callable[[Item], Value], items: Sequence[Item]
    ) -> Generator[Outcome[Value], None, None]:
        for index, item in enumerate(items):
            yield outcome(index, function, item)
