"""``hotline tune``: search on training workloads, choose on others, report on a third set."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import manifest, points
from sim.experiments.compare import HEADLINES, comparison
from sim.experiments.executors import Executor
from sim.experiments.lab import Lab, Variant
from sim.experiments.replicate import Watcher, prepare
from sim.experiments.tune import tables
from sim.experiments.tune.bench import Bench, Candidate
from sim.experiments.tune.choice import Choice, choose
from sim.experiments.tune.front import undominated
from sim.experiments.tune.outcome import Outcome
from sim.experiments.tune.plan import BLOCK, Plan, settings
from sim.experiments.tune.weights import Numbers, as_they_are, search
from sim.experiments.variants import Named, varied
from sim.experiments.workshop import Workshop, workshop
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats
from sim.scenario import extending
from sim.scenario.faults import Words
from sim.words.glossary import LANGS, Lang

KIND = "tune"
MOST_ON_FRONT = 12
"""So many of a front are run on held-out workloads: where there are more, evenly spread ones."""

Page = Callable[[Outcome, Lang], str]
"""What people read, in ``zh`` or ``en``."""
Figures = Callable[[Outcome, Path], object]
"""Draws what was found into a folder."""


@dataclass(frozen=True)
class Tuned:
    """A finished tuning."""

    folder: Path
    outcome: Outcome
    manifest: dict[str, Any]


def tune(
    asked: Plan,
    *,
    out: Path,
    page: Page,
    where: Executor,
    figures: Figures | None = None,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> Tuned:
    """Choose the best of a study's candidates, and of what its search finds, and leave a result
    folder at ``out``.

    The tables are the same bytes on any executor and after any interruption; what is finished is
    kept at once. Raises :class:`BadInput` where ``out`` cannot be used or an objective has no value
    somewhere, RuntimeError where a replication fails.
    """
    started = _now()
    with where, workshop(out) as work:
        lab = Lab(work.cells, asked.study.seed, where, watcher)
        bench = Bench(lab, asked.objectives, asked.study.label)
        outcome = _outcome(asked, bench)
        _write(work, outcome)
        for lang in LANGS:
            work.write(f"page.{lang}.txt", page(outcome, lang).rstrip("\n") + "\n")
        if figures is not None:
            figures(outcome, work.folder / "figures")
        record = _record(outcome, bench) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        work.publish(record, bench.digests)
    return Tuned(work.out, outcome, record)


def _outcome(asked: Plan, bench: Bench) -> Outcome:
    named = [
        Candidate(point.name, tuple(change.setting for change in point.changes), variant)
        for point, variant in asked.candidates
    ]
    bench.values(named, asked.training)
    trials = _searched(asked, bench)
    candidates = (*named, *trials)
    training = bench.values(candidates, asked.training)
    finalists = (
        *range(len(named)), *(len(named) + n for n in _best(asked, training[len(named):], trials)))
    choice = _choice(asked, bench, [candidates[place] for place in finalists])
    signed = training.mean(axis=1) * np.array(asked.signs)
    fronts = (
        tuple(map(int, np.flatnonzero(undominated(signed)))) if len(asked.objectives) > 1 else ())
    found = Outcome(
        asked, candidates, training, finalists, choice, pd.DataFrame(), fronts, {},
        pd.DataFrame(), 0)
    return _held_out(asked, bench, found)


def _searched(asked: Plan, bench: Bench) -> list[Candidate]:
    """Every trial of the search, in order."""
    if asked.search is None:
        return []
    wanted, found = asked.search, list[Candidate]()

    def attempt(number: int, values: Numbers) -> Floats:
        own = settings(asked.study, wanted, values)
        name = f"search-{number}"
        variant = Variant(name, prepare(asked.study.scenario, own))
        found.append(Candidate(name, own, variant, searched=True))
        reached = bench.values(found[-1:], asked.training)[0].mean(axis=0)
        return np.asarray(reached * np.array(asked.signs))

    start = as_they_are(asked.base, wanted.ranges)
    search(wanted, len(asked.objectives), asked.study.seed, start, attempt)
    return found


def _best(asked: Plan, training: Floats, trials: Sequence[Candidate]) -> list[int]:
    """The trials that join the choice: the best in training, each once."""
    if asked.search is None:
        return []
    means = training.mean(axis=1)[:, 0] * asked.signs[0]
    order = sorted(range(len(trials)), key=lambda n: (-means[n], n))
    once = {trials[n].settings: n for n in reversed(order)}
    return [n for n in order if once[trials[n].settings] == n][: asked.search.keep]


def _choice(asked: Plan, bench: Bench, finalists: Sequence[Candidate]) -> Choice:
    def observe(systems: Sequence[int], replications: Sequence[int]) -> Floats:
        later = [BLOCK + r for r in replications]
        values = bench.values([finalists[n] for n in systems], later)
        return np.asarray(values[:, :, 0] * asked.signs[0])

    return choose(
        observe, len(finalists), asked.indifference, asked.confidence, asked.first, asked.most)


def _held_out(asked: Plan, bench: Bench, found: Outcome) -> Outcome:
    """The outcome with what the third set of workloads says."""
    some = found.fronts
    if len(some) > MOST_ON_FRONT:
        spread = np.linspace(0, len(some) - 1, MOST_ON_FRONT).round().astype(int)
        some = tuple(some[n] for n in spread)
    shown = [found.default, found.chosen, found.best_searched]
    compared = list(dict.fromkeys(place for place in shown if place is not None))
    every = list(dict.fromkeys([*compared, *some]))
    values = bench.values([found.candidates[place] for place in every], asked.held)
    rows = list(dict.fromkeys([*asked.objectives, *map(Chosen, HEADLINES)]))
    measured = {
        found.candidates[place].name: bench.measured(found.candidates[place], asked.held)
        for place in compared
    }
    named = [
        Named(one.variant, asked.study.scenario, one.settings, one.settings)
        for one in (found.candidates[place] for place in every)
    ]
    kpis = bench.lab.summarised([one.variant for one in named], asked.held)
    tidy = points.tidy([one.name for one in named], varied(named), kpis)
    return Outcome(
        asked, found.candidates, found.training, found.finalists, found.choice,
        comparison(measured, rows), found.fronts, dict(zip(every, values, strict=True)), tidy,
        bench.spent)


def _write(work: Workshop, found: Outcome) -> None:
    content = points.files(found.points, [])
    content |= {
        "tried.csv": points.csv(tables.tried(found)),
        "selection.csv": points.csv(tables.selection(found)),
        "comparison.csv": points.csv(found.comparison),
    }
    if found.fronts:
        content["front.csv"] = points.csv(tables.front(found))
    for name, data in content.items():
        work.write(name, data)
    resolved = found.candidates[found.chosen].variant.resolved
    about = resolved.scenario.about
    extending.write(
        work.folder / "scenario", resolved, resolved.raw,
        Words(f"{about.title_en}: dispatch by hotline tune",
              f"{about.title_zh}：派单规则按 hotline tune"),
        Words("found by hotline tune", "由 hotline tune 求得"),
    )


def _record(found: Outcome, bench: Bench) -> dict[str, Any]:
    """What the manifest says, times apart."""
    asked = found.plan
    chosen = found.candidates[found.chosen]
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": asked.study.name,
        **asked.study.titles,
        "scenario": asked.study.scenario,
        "objectives": list(map(str, asked.objectives)),
        "indifference": asked.indifference,
        "confidence": asked.confidence,
        "certain": found.choice.certain,
        "chosen": chosen.name,
        "set": list(chosen.settings),
        "default": asked.default,
        "replications": {
            "training": [asked.training.start, asked.training.stop],
            "choice": [BLOCK, BLOCK + asked.most],
            "held_out": [asked.held.start, asked.held.stop],
            "spent": found.spent,
        },
        "identity": {
            "seed": asked.study.seed, "source": manifest.source_digest(),
            "versions": manifest.versions(),
        },
        "platform": platform.platform(),
        "variants": [
            {
                "name": found.candidates[place].name,
                "set": list(found.candidates[place].settings),
                "cells": bench.lab.digest(found.candidates[place].variant),
            }
            for place in found.held
        ],
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
