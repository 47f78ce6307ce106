"""``hotline caregivers``: search on training workloads, judge on fresh ones, write it down."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments import manifest, points
from sim.experiments.caregivers import tables
from sim.experiments.caregivers.bench import Bench, Counted
from sim.experiments.caregivers.course import BLOCK, Asked, Course, reserved
from sim.experiments.caregivers.goals import defaults, floors
from sim.experiments.caregivers.judge import Aims
from sim.experiments.caregivers.outcome import FOUND, TODAY, Outcome
from sim.experiments.caregivers.rows import Row, rows, staffed, today, within
from sim.experiments.caregivers.steps import FIRST
from sim.experiments.executors import Executor
from sim.experiments.lab import Lab
from sim.experiments.replicate import Watcher
from sim.experiments.sweep.study import numbered
from sim.experiments.workshop import Workshop, workshop
from sim.scenario import extending
from sim.scenario.faults import NOTHING, BadInput, Fault, Words
from sim.scenario.load import Resolved
from sim.words.glossary import LANGS, Lang

KIND = "caregivers"
FEWEST = 2 * FIRST
"""The least replications a staffing can be judged on."""
Page = Callable[[Outcome, Lang], str]
"""What people read, in ``zh`` or ``en``."""
Figures = Callable[[Outcome, Path], object]
"""Draws what was found into a folder."""


@dataclass(frozen=True)
class Staffed:
    """A finished search."""

    folder: Path
    outcome: Outcome
    manifest: dict[str, Any]


def caregivers(
    resolved: Resolved,
    asked: Asked,
    *,
    out: Path,
    page: Page,
    where: Executor,
    figures: Figures | None = None,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> Staffed:
    """Find the caregivers of least pay that reach the goals, and leave a result folder at ``out``.

    They are searched for on ``replications`` training workloads (see :mod:`.search`) and judged on
    ``fresh`` others. Where a goal is not reached there with confidence, the search goes on, asking
    for as much more of it, and another fresh set judges; there are at most
    :data:`~.course.LOOKS`, each at a confidence so high that all of them together keep what is
    promised.

    The tables are the same bytes on any executor and after any interruption. Raises
    :class:`BadInput` where something asked for cannot be.
    """
    _check(resolved, asked)
    known = rows(resolved, asked.limits, asked.copies)
    started = _now()
    now = today(resolved, known)
    staffed(resolved, known, within(now, known))  # raises where the bounds leave no county to run
    wanted = asked.goals or tuple(defaults(resolved.scenario))
    aims = Aims(
        wanted, tuple(floors(resolved.scenario)), asked.worse,
        resolved.scenario.targets.on_time_request, asked.confidence)
    with where, workshop(out) as work:
        lab = Lab(
            work.cells, asked.seed, where, Counted(watcher or Watcher(), asked.budget))
        bench = Bench(lab, resolved, known, aims.rows, reserved(asked))
        course = Course(bench, aims, now, asked)
        outcome = course.outcome(resolved, course.run(), wanted)
        _write(work, resolved, known, outcome)
        for lang in LANGS:
            work.write(f"page.{lang}.txt", page(outcome, lang).rstrip("\n") + "\n")
        if figures is not None:
            figures(outcome, work.folder / "figures")
        record = _record(resolved, asked, outcome, bench) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        work.publish(record, bench.digests)
    return Staffed(work.out, outcome, record)


def _write(
    work: Workshop, resolved: Resolved, known: Sequence[Row], outcome: Outcome
) -> None:
    counts = {
        f"caregivers.{row.id}.count": [outcome.found[n], outcome.today[n]]
        for n, row in enumerate(known)
    }
    tidy = points.tidy([FOUND, TODAY], counts, outcome.kpis)
    for name, content in points.files(tidy, []).items():
        work.write(name, content)
    for name, table in (
        ("tried", tables.tried(outcome)), ("marginal", tables.marginal(outcome)),
        ("goals", tables.goals(outcome)), ("people", tables.people(outcome)),
    ):
        work.write(f"{name}.csv", points.csv(table))
    about = resolved.scenario.about
    extending.write(
        work.folder / "scenario", resolved, staffed(resolved, known, outcome.found).raw,
        Words(f"{about.title_en}: caregivers by hotline caregivers",
              f"{about.title_zh}：护理员按 hotline caregivers 配备"),
        Words("found by hotline caregivers", "由 hotline caregivers 求得"),
    )


def _record(
    resolved: Resolved, asked: Asked, outcome: Outcome, bench: Bench
) -> dict[str, Any]:
    """What the manifest says, times apart."""
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": resolved.scenario.name,
        "title_zh": resolved.scenario.about.title_zh,
        "title_en": resolved.scenario.about.title_en,
        "changes": list(resolved.changes),
        "replications": outcome.replications,
        "fresh": [outcome.fresh.start, outcome.fresh.stop],
        "goals": [str(kept.goal) for kept in outcome.kept],
        "confidence": asked.confidence,
        "worse": asked.worse,
        "budget": asked.budget,
        "spent": outcome.spent,
        "exhausted": outcome.exhausted,
        "met": outcome.met,
        "yuan_per_year": {
            TODAY: outcome.yuan(outcome.today), FOUND: outcome.yuan(outcome.found)},
        "identity": {
            "seed": asked.seed, "source": manifest.source_digest(), "versions": manifest.versions()
        },
        "platform": platform.platform(),
        "variants": [
            {"name": name, "cells": bench.digest(counts)}
            for name, counts in ((FOUND, outcome.found), (TODAY, outcome.today))
        ],
        "scenario": resolved.raw,
    }


def _check(resolved: Resolved, asked: Asked) -> None:
    least = asked.replications * 3 + 4 * asked.fresh
    faults = [
        fault for option, value, low, high in (
            ("--replications", asked.replications, FEWEST, BLOCK),
            ("--fresh", asked.fresh, FEWEST, BLOCK),
            ("--budget", asked.budget, least, None),
            ("--seed", asked.seed, 0, None),
        ) if (fault := numbered(option, "", value, low, high))
    ]
    for option, share, low in (
        ("--confidence", asked.confidence, 0.5), ("--worse", asked.worse, 0.0),
    ):
        if not low <= share <= 1 or (option == "--confidence" and share == 1):
            allowed = Words(f"a share from {low:g} to 1", f"{low:g} 到 1 的比例")
            faults.append(Fault(option, "", f"{share:g}", allowed))
    if not resolved.scenario.caregivers:
        allowed = Words("a row for each kind of caregiver at each point", "每个站点每类护理员一行")
        faults.append(Fault("caregivers.csv", "", NOTHING, allowed))
    if faults:
        raise BadInput(faults)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
