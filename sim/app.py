"""The county from Python: plain functions, DataFrames out.

A run in a notebook, from the scenario to the measures::

    import sim

    county = sim.load("decheng", ["hotline.wrap_up.mean_s=90"])
    results = [sim.simulate(county, sim.draw(county, seed=1, replication=r)) for r in range(10)]
    kpis, details = sim.summarise([sim.measure(result) for result in results])

or, as the command line does it, into a result folder::

    kpis = sim.run("decheng", replications=10, seed=1).kpis
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim import check, measures
from sim.check import Violation
from sim.experiments import executors, replicate
from sim.experiments.replicate import RunResult
from sim.experiments.sweep import asking
from sim.experiments.sweep import run as sweeping
from sim.experiments.sweep.run import SweepResult
from sim.experiments.sweep.study import ready
from sim.log import Result
from sim.measures import Measured
from sim.model import county
from sim.report.run.card import card
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang
from sim.workload import draw as drawing
from sim.workload.roster import Duty
from sim.workload.tables import Workload


def load(scenario: str | Path, changes: Sequence[str] = ()) -> Scenario:
    """A scenario by name or folder, with changes such as ``"points.xinhu.accept_prob=0.9"``.

    Raises :class:`sim.scenario.faults.BadInput`, which lists every fault, also of the rules that
    the scenario brings along.

    >>> load("quickstart", ["time.days=3"]).time.days
    3
    """
    return replicate.prepare(scenario, changes).scenario


def draw(scenario: Scenario, seed: int = 1, replication: int = 0) -> Workload:
    """Everything random that could happen to each request, as arrays of one row a request.

    >>> draw(load("quickstart"), seed=1).replication
    0
    """
    return drawing.draw(scenario, seed, replication)


def simulate(
    scenario: Scenario, workload: Workload, roster: Sequence[Duty] | None = None
) -> Result:
    """What happens to a workload: the tables of the county, as DataFrames with real timestamps.

    ``roster`` says who is on duty when; by default the scenario's shifts, with the absences of the
    workload's seed and replication. Raises ``ValueError`` where the workload is of other days, or
    has fewer redials, offers or chasing calls than the scenario may need.

    >>> county = load("quickstart")
    >>> bool(simulate(county, draw(county)).calls["answered"].notna().any())
    True
    """
    drawing.require_fit(scenario, workload)
    return county.simulate(scenario, workload, roster)


def measure(result: Result) -> Measured:
    """The measures of one replication, for :func:`summarise`."""
    return measures.measure(result)


def summarise(measured: Sequence[Measured]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """All measures over replications, with intervals (columns measure, group, unit, n, mean, sd,
    ci_low, ci_high, target, p_meet), and the details of methods and shares.

    >>> county = load("quickstart")
    >>> runs = [measure(simulate(county, draw(county, replication=r))) for r in range(2)]
    >>> int(summarise(runs)[0]["n"].max())
    2
    """
    return measures.summarise(measured)


def verify(result: Result) -> list[Violation]:
    """Every statement that must always be true of the tables and is not; empty if all are.

    >>> county = load("quickstart")
    >>> verify(simulate(county, draw(county)))
    []
    """
    return check.verify(result)


def trace(result: Result, request: int, lang: Lang = "en") -> str:
    """The story of one request, with who was doing what while it waited.

    >>> county = load("quickstart")
    >>> print(trace(simulate(county, draw(county)), request=0))  # doctest: +SKIP
    """
    return check.trace(result, request, lang)


def run(
    scenario: str | Path,
    changes: Sequence[str] = (),
    *,
    replications: int = 20,
    seed: int = 1,
    out: str | Path | None = None,
    workers: int = 1,
    verify: bool = False,
    save_tables: bool = False,
) -> RunResult:
    """Simulate replications and leave a result folder, by default ``results/<name>``.

    With more than one worker a script's main part must stand under
    ``if __name__ == "__main__":``. Raises :class:`sim.scenario.faults.BadInput` for anything wrong
    with what was asked for.

    >>> done = run("quickstart", replications=10, out="results/quickstart")  # doctest: +SKIP
    >>> done.kpis.query("measure == 'service_level' and group == 'all'")  # doctest: +SKIP
    """
    resolved = replicate.prepare(scenario, changes)
    return replicate.run(
        resolved,
        out=Path("results") / resolved.scenario.name if out is None else Path(out),
        card=card,
        replications=replications,
        seed=seed,
        workers=workers,
        verified=verify,
        tables=save_tables,
    )


def sweep(
    study: str | Path,
    changes: Sequence[str] = (),
    *,
    vary: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    out: str | Path | None = None,
    workers: int = 1,
    address: str = "",
) -> SweepResult:
    """Simulate every point of a study, or of a scenario in which ``vary`` is varied, on the same
    workloads, and leave a result folder, by default ``results/<name>``.

    ``vary`` holds lines such as ``"operators.desk.count=2:8"`` or ``"demand.growth=1,1.2,1.5"``;
    every combination is a point. ``address`` is that of a Dask scheduler whose workers are to
    compute. A rerun does only what is missing. With more than one worker a script's main part must
    stand under ``if __name__ == "__main__":``. Raises :class:`sim.scenario.faults.BadInput` with
    everything wrong with what was asked for.

    >>> done = sweep("quickstart", vary=["demand.growth=1,1.5"], replications=5)  # doctest: +SKIP
    >>> done.points.query("measure == 'service_level' and group == 'all'")  # doctest: +SKIP
    """
    asked = asking.asked(study, vary, changes, replications, seed)
    points = ready(asked)
    return sweeping.sweep(
        asked,
        points,
        out=Path("results") / asked.name if out is None else Path(out),
        where=executors.chosen("dask", address) if address else executors.executor(workers),
    )
