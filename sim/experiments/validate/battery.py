"""The battery as a whole: every case, run on an executor, held against theory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from sim.experiments.executors import Executor
from sim.experiments.replicate import Watcher
from sim.experiments.validate import calls, helping, laws, passing, remote, visits
from sim.experiments.validate.case import RARE, Case, Verdict, verdict
from sim.experiments.validate.ground import lay_out
from sim.experiments.validate.hours import hours
from sim.experiments.validate.published import call_center
from sim.experiments.validate.read import Run
from sim.experiments.validate.redialling import redials
from sim.model.county import simulate
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.workload.draw import draw

MAKERS: dict[str, Callable[[], Case]] = {
    "erlang-c-1": partial(calls.erlang_c, "erlang-c-1", 1, 0.6, 1.0, 24),
    "erlang-c-3": partial(calls.erlang_c, "erlang-c-3", 3, 1.95, 1.0, 9),
    "erlang-c-10": partial(calls.erlang_c, "erlang-c-10", 10, 7.5, 4.0, 15, RARE),
    "tandem": visits.tandem,
    "erlang-a": calls.erlang_a,
    "erlang-b": partial(calls.lines, "erlang-b", 4, 4, 3.0, 5),
    "mmck": partial(calls.lines, "mmck", 3, 8, 3.0, 10),
    "mg1-operator": calls.lognormal_calls,
    "md1-caregiver": visits.constant_visits,
    "mg1-caregiver": visits.travelled_visits,
    "cobham-mm2": calls.buttons,
    "cobham-mg1": calls.unlike_buttons,
    "cobham-orders": visits.order_classes,
    "hours": hours,
    "two-points": visits.dispatch,
    "redials": redials,
    "overflow": passing.upper_tier,
    "virtual-hold": passing.everybody_on_hold,
    "experts": remote.experts,
    "little": laws.little,
    "burke": laws.burke,
    "jackson": laws.jackson,
    "separate": partial(laws.separate, pooled=False),
    "pooled": partial(laws.separate, pooled=True),
    "kept-priority": partial(laws.kept, "priority"),
    "kept-fcfs": partial(laws.kept, "fcfs"),
    "mgcc": laws.insensitive,
    "busy-days": laws.busy_days,
    "poisson": laws.poisson_present,
    "hypercube-3": helping.three,
    "hypercube-4": helping.four,
    "call-center": call_center,
}
"""Name -> the case, whose truths are worked out when it is asked for."""
LONG = ("call-center",)
"""Only in the full battery."""
LONGER, TIGHTER = 10, 0.4
"""The full battery: so many times the replications, margins so much narrower."""


def validate(
    names: Sequence[str], where: Executor, *, full: bool = False, watcher: Watcher | None = None
) -> list[Verdict]:
    """Run the named cases through scenario folders and hold each quantity against theory.

    ``full``: with :data:`LONGER` and :data:`TIGHTER`. The same verdicts on any number of workers.
    Raises ``RuntimeError`` where a replication fails.
    """
    watcher = watcher or Watcher()
    cases = {name: case(name) for name in names}
    runs = {name: _replications(cases[name], full) for name in names}
    items = [(name, replication) for name in names for replication in range(runs[name])]
    pairs = {name: np.zeros((runs[name], len(cases[name].quantities), 2)) for name in names}
    watcher.begun(len(items), 0, False)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            lay_out(cases[name].changes, Path(folder) / name)
        with closing(where.map(partial(_replication, Path(folder)), items)) as outcomes:
            for outcome in outcomes:
                name, replication = items[outcome.index]
                if outcome.value is None:
                    raise RuntimeError(f"{name}, replication {replication}: {outcome.reason}")
                pairs[name][replication] = outcome.value
                watcher.finished()
    return [
        verdict(
            cases[name], quantity, pairs[name][:, k, 0], pairs[name][:, k, 1],
            TIGHTER if full and name not in LONG else 1.0,
        )
        for name in names for k, quantity in enumerate(cases[name].quantities)
    ]


def chosen(full: bool) -> list[str]:
    """The cases of the short or of the full battery."""
    return [name for name in MAKERS if full or name not in LONG]


@cache
def case(name: str) -> Case:
    """A case by its name."""
    return MAKERS[name]()


def _replications(of: Case, full: bool) -> int:
    return of.replications * (LONGER if full and of.name not in LONG else 1)


_scenarios: dict[str, Scenario] = {}
"""In a worker: the scenarios read so far."""


def _replication(folder: Path, item: tuple[str, int]) -> list[tuple[float, float]]:
    name, replication = item
    path = str(folder / name)
    if path not in _scenarios:
        _scenarios[path] = load(path)
    scenario, of = _scenarios[path], case(name)
    run = Run(scenario, simulate(scenario, draw(scenario, of.seed, replication)))
    return [quantity.read(run) for quantity in of.quantities]


def table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """One row a quantity; intervals at 99 %, over ``n`` replications."""
    rows = [
        {**v._asdict(), "passed": "yes" if v.passed else "no", "z": round(v.z, 2)}
        for v in verdicts
    ]
    frame = pd.DataFrame(rows, columns=Verdict._fields)
    numbers = ["truth", "estimate", "low", "high", "margin"]
    frame[numbers] = frame[numbers].map(lambda x: float(f"{x:.6g}"))
    return frame.rename(columns={"low": "ci_low", "high": "ci_high"})
