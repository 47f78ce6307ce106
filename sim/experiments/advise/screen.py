"""Which assumptions are worth a closer look: each at its ends, on few replications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.experiments import manifest, points
from sim.experiments.executors import Executor
from sim.experiments.lab import Lab, Variant
from sim.experiments.replicate import Watcher
from sim.experiments.sensitivity.assumptions import Assumption
from sim.experiments.sensitivity.run import KIND
from sim.experiments.sensitivity.tornado import ENDS, Readings, readings, tornado
from sim.experiments.workshop import workshop
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.scenario.load import Resolved

TARGETS = tuple(
    Chosen(name) for name, measure in CATALOGUE.items()
    if measure.target and measure.better in ("high", "low")
)
"""What staffing is for; all of them shares."""


def screen(
    county: Resolved, assumptions: Sequence[Assumption], *, out: Path, where: Executor,
    replications: int, seed: int, watcher: Watcher,
) -> None:
    """Simulate every assumption at its low and high on the same workloads, and leave a result
    folder at ``out`` with ``tornado.csv``. Raises RuntimeError where the county as it is fails."""
    every = range(replications)
    middle = Variant("as it is", county)
    ends = {
        (assumption.name, end): Variant(f"{assumption.name} {end}", assumption.at(county, place))
        for assumption in assumptions for end, place in ENDS.items()
    }
    with where, workshop(out) as work:
        lab = Lab(work.cells, seed, where, watcher)
        failures = lab.run([middle, *ends.values()], every)
        failed = {failure.variant for failure in failures}
        if middle.name in failed:
            raise RuntimeError(f"replication {failures[0].replication}: {failures[0].reason}")
        found: dict[str, dict[str, Readings]] = {one.name: {} for one in assumptions}
        for (name, end), variant in ends.items():
            if variant.name not in failed:
                found[name][end] = readings(lab.measured(variant, every), TARGETS)
        table = tornado(readings(lab.measured(middle, every), TARGETS), found, assumptions)
        work.write("tornado.csv", points.csv(table))
        variants = [middle, *ends.values()]
        record = {
            "program": manifest.PROGRAM, "kind": KIND, "name": county.scenario.name,
            "replications": replications, "assumptions": len(assumptions),
            "failed": sorted(failed),
        }
        work.publish(record, {lab.digest(variant) for variant in variants})


def widest(table: pd.DataFrame) -> list[str]:
    """Names of the assumptions, the one that moves any target most first; those that could not be
    looked at left out."""
    swing = table.dropna(subset=["swing"]).groupby("path", sort=False)["swing"].max()
    return list(swing.sort_values(ascending=False, kind="stable").index)
