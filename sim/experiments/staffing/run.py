"""``hotline staff``: search on training workloads, judge on fresh ones, write it down."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments import manifest, points
from sim.experiments.executors import Executor
from sim.experiments.lab import Lab
from sim.experiments.replicate import MOST_REPLICATIONS, Watcher
from sim.experiments.staffing import requirement, tables
from sim.experiments.staffing.bench import Bench, run
from sim.experiments.staffing.counts import by_quarter, with_quarters, without_quarters
from sim.experiments.staffing.cover import cheapest, coverable
from sim.experiments.staffing.judge import standing
from sim.experiments.staffing.outcome import ERLANG_C, FOUND, GIVEN, Outcome, Roster
from sim.experiments.staffing.payroll import payroll
from sim.experiments.staffing.search import search
from sim.experiments.staffing.stretches import stretches, tally
from sim.experiments.staffing.variants import rostered
from sim.experiments.staffing.week import Week, week
from sim.experiments.sweep.study import numbered
from sim.experiments.workshop import Workshop, workshop
from sim.measures import summarise
from sim.measures.counting.groups import Floats, Ints
from sim.scenario import extending
from sim.scenario.faults import BadInput, Fault, Words, listed
from sim.scenario.load import Resolved
from sim.words.glossary import LANGS, Lang
from sim.words.kinds import MINUTE

KIND = "staff"
INTERVALS_MIN = (15, 30, 60)
"""Lengths of a slot."""
FEWEST_REPLICATIONS = 5
FIRST_FRESH = 1000
"""Replications from here on are kept from the search."""
FRESH = 2
"""So many times as many fresh replications as training ones."""

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


def staff(
    resolved: Resolved,
    *,
    out: Path,
    page: Page,
    where: Executor,
    figures: Figures | None = None,
    replications: int = 20,
    interval_min: int = 60,
    seed: int = 1,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> Staffed:
    """Find the operators of least pay with which every interval of the week meets its targets, and
    leave a result folder at ``out``.

    An interval is ``interval_min`` long, or several of them joined that hold few calls (see
    :mod:`.stretches`); it meets its targets where the 95 % intervals of service level and
    abandonment do, over ``replications``. The whole county is simulated, because chasing calls and
    call-backs come from its orders. Twice as many other replications then show whether it holds.

    The tables are the same bytes on any executor and after any interruption. Raises
    :class:`BadInput` where something asked for cannot be.
    """
    _check(resolved, replications, interval_min, seed)
    started = _now()
    county = resolved.scenario
    hours = week(county, interval_min * MINUTE)
    asked = requirement.load(county, hours)
    parts = stretches(hours, asked.calls, replications)
    can = coverable(hours)
    must = np.array([can[part.desk, part.first : part.last + 1].all() for part in parts])
    theory = requirement.erlang_a(asked, county.targets)
    with where, workshop(out) as work:
        bench = Bench(
            resolved, hours, parts, must, Lab(work.cells, seed, where, watcher, by_quarter),
            replications)
        found = search(bench, theory)
        fresh = range(FIRST_FRESH, FIRST_FRESH + FRESH * replications)
        judge = _Judge(
            bench, Lab(work.cells, seed, where, watcher, with_quarters), fresh, {})
        usual = requirement.erlang_c(asked, county.targets)
        outcome = Outcome(
            scenario=county, week=hours, parts=parts, must=must, load=asked, theory=theory,
            found=found, trials=tuple(bench.trials),
            rosters=(
                judge.roster(FOUND, found.counts, found.seats),
                judge.roster(GIVEN, _given(resolved), np.zeros(can.shape)),
                judge.roster(ERLANG_C, _covering(hours, usual), usual),
            ),
            replications=replications, fresh=len(fresh), seed=seed,
        )
        _write(work, resolved, outcome, page)
        if figures is not None:
            figures(outcome, work.folder / "figures")
        record = _record(resolved, outcome, judge, seed, interval_min) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        work.publish(record, bench.digests | set(judge.digests.values()))
    return Staffed(work.out, outcome, record)


@dataclass(frozen=True, eq=False)
class _Judge:
    """Judges rosters on workloads that the search has not seen."""

    bench: Bench
    lab: Lab
    fresh: range
    digests: dict[str, str]
    """of the cells used, by the roster's name"""

    def roster(self, name: str, counts: Ints, required: Floats | Ints) -> Roster:
        bench, county = self.bench, self.bench.resolved.scenario
        digest, measured = run(self.lab, rostered(bench.resolved, counts.tolist()), self.fresh)
        self.digests[name] = digest
        kpis, _ = summarise([without_quarters(one) for one in measured])
        return Roster(
            name, counts, required.astype(float),
            standing(bench.parts, tally(bench.week, measured)),
            payroll(bench.week.patterns, counts.tolist(), county.staffing, county.money),
            kpis,
        )


def _given(resolved: Resolved) -> Ints:
    return np.array([group.count for group in resolved.scenario.operators], dtype=np.int64)


def _covering(hours: Week, seats: Ints) -> Ints:
    counts = cheapest(hours, np.where(coverable(hours), seats, 0).astype(float))
    assert counts is not None
    return counts


def _write(work: Workshop, resolved: Resolved, outcome: Outcome, page: Page) -> None:
    names = [roster.name for roster in outcome.rosters]
    counts = {
        f"operators.{pattern.id}.count": [int(roster.counts[n]) for roster in outcome.rosters]
        for n, pattern in enumerate(outcome.week.patterns)
    }
    tidy = points.tidy(names, counts, [roster.kpis for roster in outcome.rosters])
    for name, content in points.files(tidy, []).items():
        work.write(name, content)
    for name, table in (
        ("tried", tables.tried(outcome)), ("intervals", tables.intervals(outcome)),
        ("slots", tables.slots(outcome)), ("payroll", tables.people(outcome)),
    ):
        work.write(f"{name}.csv", points.csv(table))
    for lang in LANGS:
        work.write(f"page.{lang}.txt", page(outcome, lang).rstrip("\n") + "\n")
    about = resolved.scenario.about
    extending.write(
        work.folder / "scenario", resolved,
        rostered(resolved, outcome.roster.counts.tolist()).raw,
        Words(f"{about.title_en}: operators by hotline staff",
              f"{about.title_zh}：接线员按 hotline staff 排定"),
        Words("found by hotline staff", "由 hotline staff 求得"),
    )


def _record(
    resolved: Resolved, outcome: Outcome, judge: _Judge, seed: int, interval_min: int
) -> dict[str, Any]:
    """What the manifest says, times apart."""
    found = outcome.found
    verdicts = outcome.verdicts(outcome.roster)
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": resolved.scenario.name,
        "title_zh": resolved.scenario.about.title_zh,
        "title_en": resolved.scenario.about.title_en,
        "changes": list(resolved.changes),
        "replications": outcome.replications,
        "fresh": [judge.fresh.start, judge.fresh.stop],
        "interval_min": interval_min,
        "identity": {
            "seed": seed, "source": manifest.source_digest(), "versions": manifest.versions()
        },
        "platform": platform.platform(),
        "feasible": found.feasible,
        "proven": found.proven,
        "verdicts": {word: verdicts.count(word) for word in sorted(set(verdicts))},
        "payroll": {roster.name: asdict(roster.payroll) for roster in outcome.rosters},
        "variants": [
            {"name": name, "cells": digest} for name, digest in judge.digests.items()
        ],
        "scenario": resolved.raw,
    }


def _check(resolved: Resolved, replications: int, interval_min: int, seed: int) -> None:
    faults = [
        fault for option, value, low, high in (
            ("--replications", replications, FEWEST_REPLICATIONS, MOST_REPLICATIONS),
            ("--seed", seed, 0, None),
        ) if (fault := numbered(option, "", value, low, high))
    ]
    if interval_min not in INTERVALS_MIN:
        allowed = listed(map(str, INTERVALS_MIN))
        faults.append(Fault("--interval-min", "", str(interval_min), allowed))
    if not resolved.scenario.operators:
        none = Words("no rows", "没有行")
        allowed = Words(
            "a row for each pattern that may be worked, its count 0 or more",
            "每种可排的班一行，count 不小于 0",
        )
        faults.append(Fault("operators.csv", "", none, allowed))
    if faults:
        raise BadInput(faults)
    if not week(resolved.scenario, interval_min * MINUTE).slots:
        never = Words("never open in the counted days", "统计期内从不开通")
        allowed = Words("opening hours on some counted day", "统计期内有开通的时间")
        raise BadInput([Fault("scenario.toml", "hotline.open", never, allowed)])


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
