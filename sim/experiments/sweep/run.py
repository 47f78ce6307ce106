"""Running a study: every point on the same workloads, and the tidy table of what came of it."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import manifest, points
from sim.experiments.executors import Executor
from sim.experiments.lab import Failure, Lab, Variant
from sim.experiments.replicate import Watcher, prepare
from sim.experiments.sweep.design import Point
from sim.experiments.sweep.study import Study
from sim.experiments.workshop import workshop

KIND = "sweep"


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep."""

    folder: Path
    points: pd.DataFrame
    """variant, a column for each thing varied, measure, group, unit, n, mean, sd, ci_low, ci_high,
    target, p_meet"""
    failures: list[Failure]
    """the cells that could not be done; their variants are not in ``points``"""
    manifest: dict[str, Any]


def sweep(
    study: Study,
    ready: Sequence[tuple[Point, Variant]],
    *,
    out: Path,
    where: Executor,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> SweepResult:
    """Simulate every point of a study that :func:`sim.experiments.sweep.study.ready` gave, and
    leave a result folder at ``out``.

    The result is the same bytes on any executor and after any interruption, ``manifest.json``
    apart. What is finished is kept at once: a rerun, or a larger sweep of the same scenario, does
    only what is missing. A replication that fails takes its point out of the table, and no other.

    Raises :class:`BadInput` where ``out`` cannot be used.
    """
    started = _now()
    replications = range(study.replications)
    variants = [variant for _, variant in ready]
    with where, workshop(out) as work:
        lab = Lab(work.cells, study.seed, where, watcher)
        failures = lab.run(variants, replications)
        failed = {failure.variant for failure in failures}
        whole = [(point, variant) for point, variant in ready if variant.name not in failed]
        kpis = lab.summarised([variant for _, variant in whole], replications)
        table = points.tidy(
            [point.name for point, _ in whole],
            {column: [point.values[n] for point, _ in whole]
             for n, column in enumerate(study.columns)},
            kpis,
        )
        for name, content in points.files(table, failures).items():
            work.write(name, content)
        digests = [lab.digest(variant) for variant in variants]
        record = _record(study, ready, digests, failed) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        work.publish(record, set(digests))
    return SweepResult(work.out, table, failures, record)


def _record(
    study: Study, ready: Sequence[tuple[Point, Variant]], digests: Sequence[str], failed: set[str]
) -> dict[str, Any]:
    """What the manifest says, times apart."""
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": study.name,
        **study.titles,
        "scenario": study.scenario,
        "axes": study.columns,
        "own": _own(study, ready),
        "design": study.design,
        "replications": study.replications,
        "identity": {
            "seed": study.seed, "source": manifest.source_digest(), "versions": manifest.versions()
        },
        "platform": platform.platform(),
        "variants": [
            {
                "name": point.name,
                "scenario": point.scenario,
                "set": [change.setting for change in point.changes],
                "values": dict(zip(study.columns, point.values, strict=True)),
                "cells": digest,
                "failed": point.name in failed,
            }
            for (point, _), digest in zip(ready, digests, strict=True)
        ],
    }


def _own(study: Study, ready: Sequence[tuple[Point, Variant]]) -> dict[str, points.Value]:
    """What is varied -> its value in the study's scenario as it is; empty where no point is that.
    """
    if not study.scenario:
        return {}
    base = prepare(study.scenario, [change.setting for change in study.base]).scenario
    same = (point for point, variant in ready if variant.resolved.scenario == base)
    found = next(same, None)
    return {} if found is None else dict(zip(study.columns, found.values, strict=True))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
