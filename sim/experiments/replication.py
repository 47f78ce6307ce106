"""One replication of one county: drawn, simulated, checked, measured and left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from sim.check import verify
from sim.experiments import disk, store
from sim.experiments.executors import Executor, Outcome
from sim.log import Result
from sim.measures import measure
from sim.model.county import simulate
from sim.scenario.faults import BadInput, Fault
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from sim.workload.roster import duties
from sim.workload.store import checksum


class Watcher:
    """Told how a run goes on; this one keeps it to itself."""

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        """Of ``total`` replications ``kept`` are there from an earlier run; ``discarded`` tells
        whether the work of a different one was thrown away."""

    def finished(self) -> None:
        """One more replication is done; or table, once they are being made."""

    def summarising(self, total: int) -> None:
        """All replications are done; so many tables are now made of them."""


class RunFailed(Exception):
    """Replications failed, through no fault of the input; what finished is kept for a rerun."""

    def __init__(self, failures: Mapping[int, Outcome[tuple[Fault, ...]]], total: int) -> None:
        self.failures = dict(failures)
        self.total = total
        first, outcome = min(self.failures.items())
        super().__init__(
            f"{len(self.failures)} of {total} replications failed; "
            f"replication {first}: {outcome.reason}"
        )

    @property
    def traceback(self) -> str:
        """Where the first failing replication failed."""
        return min(self.failures.items())[1].traceback


@dataclass(frozen=True)
class Task:
    """What every replication of a run has in common."""

    scenario: Scenario
    seed: int
    verified: bool
    tables: bool
    work: store.Partial


def work(
    where: Executor,
    one: Callable[[int], tuple[Fault, ...]],
    todo: Sequence[int],
    total: int,
    watcher: Watcher,
) -> None:
    failures: dict[int, Outcome[tuple[Fault, ...]]] = {}
    with closing(where.map(one, todo)) as outcomes:
        for outcome in outcomes:
            if outcome.value:
                raise BadInput(outcome.value)
            if outcome.reason:
                failures[todo[outcome.index]] = outcome
            else:
                watcher.finished()
    if failures:
        raise RunFailed(failures, total)


def one(task: Task, replication: int) -> tuple[Fault, ...]:
    """Leave one replication behind; what was wrong with the county's own rules or the disk."""
    try:
        result, workload = simulated(task.scenario, task.seed, replication)
        violations = tuple(verify(result)) if task.verified else ()
        part = store.Part(replication, workload, violations, measure(result))
        with disk.writing(task.work.out):
            task.work.save(part, result if task.tables else None)
    except BadInput as bad:
        return bad.faults
    return ()


def simulated(scenario: Scenario, seed: int, replication: int) -> tuple[Result, str]:
    """The tables of one replication, and the checksum of its workload."""
    workload = draw(scenario, seed, replication)
    result = simulate(scenario, workload, roster=duties(scenario, seed, replication))
    return result, checksum(workload)
