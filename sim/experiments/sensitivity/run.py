"""Running a sensitivity analysis: every assumption at its ends, then where the advice changes."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import manifest, points
from sim.experiments.executors import Executor
from sim.experiments.lab import Failure, Lab, Variant
from sim.experiments.replicate import Watcher
from sim.experiments.sensitivity import advice
from sim.experiments.sensitivity.advice import Turn
from sim.experiments.sensitivity.assumptions import Assumption, LeftOut
from sim.experiments.sensitivity.tornado import ENDS, Readings, ranges, readings, rounded, tornado
from sim.experiments.variants import Named
from sim.experiments.workshop import workshop
from sim.measures.chosen import Chosen
from sim.words.glossary import LANGS, Lang

KIND = "sensitivity"
ROUNDS = 3
"""So often it is looked closer for the place at which an advice changes."""

Tables = Mapping[str, pd.DataFrame]
"""``tornado``, ``ranges``, ``advice``, ``left_out``, each also a CSV of the result."""
Page = Callable[[Mapping[str, Any], Tables, Lang], str]
"""``page(manifest, tables, lang)``: what people read, in ``zh`` or ``en``."""

ADVICE_COLUMNS = (
    "path", "side", "advice", "before", "after", "status", "middle", "end", "value", "value_from",
    "value_to", "share", "share_from", "share_to",
)


@dataclass(frozen=True)
class Sensitive:
    """A finished analysis."""

    folder: Path
    tables: Tables
    points: pd.DataFrame
    failures: list[Failure]
    manifest: dict[str, Any]


@dataclass
class _Bench:
    """The cells of the base and its variants with one assumption moved, and what was read there."""

    lab: Lab
    named: Sequence[Named]
    rows: Sequence[Chosen]
    replications: Sequence[int]
    variants: dict[str, Variant] = field(default_factory=dict)
    """by name, all that was tried"""
    varied: dict[str, tuple[str, points.Value]] = field(default_factory=dict)
    """name -> assumption and its value"""
    failures: list[Failure] = field(default_factory=list)

    def look(
        self, places: Sequence[tuple[Assumption | None, float]]
    ) -> list[dict[str, Readings]]:
        """For each place what every variant reads there; empty where a cell failed."""
        asked = [self._variants(assumption, place) for assumption, place in places]
        self.failures += self.lab.run([v for own in asked for v in own.values()],
                                      self.replications)
        failed = {failure.variant for failure in self.failures}
        return [
            {} if any(v.name in failed for v in own.values()) else {
                name: readings(self.lab.measured(v, self.replications), self.rows)
                for name, v in own.items()
            }
            for own in asked
        ]

    def _variants(self, assumption: Assumption | None, place: float) -> dict[str, Variant]:
        found = {}
        for one in self.named:
            resolved, path, name = one.variant.resolved, "", one.name
            value: points.Value = ""
            if assumption is not None:
                resolved = assumption.at(resolved, place)
                path, value = assumption.name, assumption.value(place)
                name = f"{one.name} {path}={value}"
            found[one.name] = self.variants.setdefault(name, Variant(name, resolved))
            self.varied[name] = (path, value)
        return found

    def points(self) -> pd.DataFrame:
        """The tidy table of all that was tried: everybody, and the rows looked at."""
        failed = {failure.variant for failure in self.failures}
        whole = [v for name, v in self.variants.items() if name not in failed]
        groups = {"all", *(row.group for row in self.rows)}
        kpis = [table[table["group"].isin(groups)]
                for table in self.lab.summarised(whole, self.replications)]
        paths, values = zip(*(self.varied[v.name] for v in whole), strict=True)
        return points.tidy([v.name for v in whole], {"path": paths, "value": values}, kpis)


def sensitivity(
    named: Sequence[Named],
    assumptions: Sequence[Assumption],
    left_out: Sequence[LeftOut],
    *,
    out: Path,
    page: Page,
    where: Executor,
    rows: Sequence[Chosen],
    replications: int = 10,
    seed: int = 1,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> Sensitive:
    """Simulate the first of ``named`` with each assumption at its low and at its high, all on the
    same workloads, and leave a result folder at ``out``.

    Where an end turns a target from met to missed or back, or, of several variants, the choice, it
    is looked closer for the value at which that happens. The result is the same bytes on any
    executor and after any interruption, ``manifest.json`` apart.

    Raises :class:`BadInput` where ``out`` cannot be used or a variant cannot have an assumption at
    an end, RuntimeError where the scenario as it is fails.
    """
    started = _now()
    several = len(named) > 1
    wanted = list(dict.fromkeys([*rows, *([advice.COST] if several else ())]))
    with where, workshop(out) as work:
        bench = _Bench(Lab(work.cells, seed, where, watcher), named, wanted, range(replications))
        sides = [(a, end) for a in assumptions for end in ENDS]
        middle, *found = bench.look([(None, 0.0), *((a, ENDS[end]) for a, end in sides)])
        if not middle:
            first = bench.failures[0]
            raise RuntimeError(f"{first.variant}, replication {first.replication}: {first.reason}")
        base = named[0].name
        lines = {
            side: {0.0: middle, 1.0: at}
            for side, at in zip(sides, found, strict=True) if at
        }
        ends: dict[str, dict[str, Readings]] = {a.name: {} for a in assumptions}
        for (assumption, end), line in lines.items():
            ends[assumption.name][end] = line[1.0][base]
        shown = {row: middle[base][row] for row in rows}
        moved = tornado(shown, ends, assumptions)
        turns = _turns(bench, lines, base, seed)
        tables = {
            "tornado": moved,
            "ranges": ranges(shown, moved),
            "advice": _advice(turns),
            "left_out": pd.DataFrame(
                [(one.name, one.value, str(one.reason), one.reason.zh) for one in left_out],
                columns=["path", "value", "reason", "reason_zh"]),
        }
        tidy = bench.points()
        digests = {name: bench.lab.digest(variant) for name, variant in bench.variants.items()}
        record = {
            "program": manifest.PROGRAM,
            "kind": KIND,
            "name": named[0].variant.resolved.scenario.name,
            "base": base,
            "replications": replications,
            "measures": list(map(str, rows)),
            "assumptions": len(assumptions),
            "correction": "Holm, each measure by itself",
            "identity": {
                "seed": seed, "source": manifest.source_digest(), "versions": manifest.versions(),
            },
            "variants": [
                {"name": one.name, "scenario": one.scenario, "set": list(one.settings),
                 "own": list(one.own)}
                for one in named
            ],
            "cells": digests,
            "failed": sorted({failure.variant for failure in bench.failures}),
            "command": list(command),
            "platform": platform.platform(),
            "started": started,
            "finished": _now(),
        }
        content = points.files(tidy, bench.failures)
        content |= {f"{name}.csv": points.csv(table) for name, table in tables.items()}
        for lang in LANGS:
            content[f"page.{lang}.txt"] = page(record, tables, lang).encode()
        for name, data in content.items():
            work.write(name, data)
        work.publish(record, set(digests.values()))
    return Sensitive(work.out, tables, tidy, bench.failures, record)


Side = tuple[Assumption, str]
Lines = dict[Side, dict[float, dict[str, Readings]]]


def _turns(bench: _Bench, lines: Lines, base: str, seed: int) -> dict[Side, list[Turn]]:
    """What becomes of every advice along every side, looked at closer where it changes."""
    turns = {side: _along(line, base, seed) for side, line in lines.items()}
    for _ in range(ROUNDS):
        closer = [
            (side, place)
            for side, own in turns.items()
            for place in dict.fromkeys(advice.next_place(lines[side], turn) for turn in own)
            if place is not None
        ]
        if not closer:
            break
        found = bench.look([(a, ENDS[end] * place) for (a, end), place in closer])
        for (side, place), at in zip(closer, found, strict=True):
            if at:
                lines[side][place] = at
        for side in dict.fromkeys(side for side, _ in closer):
            turns[side] = _along(lines[side], base, seed)
    return turns


def _along(line: Mapping[float, Mapping[str, Readings]], base: str, seed: int) -> list[Turn]:
    turns = [advice.target_turn(line, base, row) for row in advice.targeted(line[0.0][base])]
    return [*turns, advice.choice_turn(line, seed)] if len(line[0.0]) > 1 else turns


def _advice(turns: Mapping[Side, Sequence[Turn]]) -> pd.DataFrame:
    """A row for each assumption, side and advice. Columns: :data:`ADVICE_COLUMNS`; ``share`` is the
    part of the way from the value in the scenario to this end."""
    found = []
    for (assumption, end), own in turns.items():
        for turn in own:
            places = (turn.place, turn.start, turn.stop)
            values = [None if p is None else assumption.value(ENDS[end] * p) for p in places]
            found.append((
                assumption.name, end, turn.advice, turn.before, turn.after, turn.status,
                assumption.value(0), assumption.value(ENDS[end]), *values, *places,
            ))
    return rounded(pd.DataFrame(found, columns=list(ADVICE_COLUMNS)))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
