"""``hotline advise``: the searches one after the other, a check on fresh workloads, one page."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments import manifest, points, store
from sim.experiments.advise import tables
from sim.experiments.advise.asked import Asked
from sim.experiments.advise.course import Lent, Pages, Work
from sim.experiments.advise.outcome import Advice
from sim.experiments.advise.stages import Stages, Stagewise
from sim.experiments.executors import Executor
from sim.experiments.sensitivity.assumptions import assumptions
from sim.scenario import extending
from sim.scenario.faults import BadInput, Fault, Words
from sim.scenario.load import Resolved
from sim.words.glossary import LANGS

KIND = "advise"
MARK = "advise.json"

Figures = Callable[[Advice, Path], object]
"""Draws what is advised into a folder."""


@dataclass(frozen=True)
class Advised:
    """A finished advice."""

    folder: Path
    advice: Advice
    manifest: dict[str, Any]


def advise(
    resolved: Resolved,
    asked: Asked,
    *,
    out: Path,
    pages: Pages,
    where: Executor,
    figures: Figures | None = None,
    watcher: Stagewise | None = None,
    command: Sequence[str] = (),
) -> Advised:
    """Find operators, caregivers and dispatch rules, judge them on fresh workloads, ask what they
    rest on and what half as much demand again would do, and leave a result folder at ``out``.

    Every step has its own folder in it; a finished one is not done again, whatever interrupted the
    rest. The tables are the same bytes on any executor and after any interruption. Raises
    :class:`BadInput` where something asked for cannot be.
    """
    asked.check()
    _check(resolved)
    started = _now()
    varied, _ = assumptions(resolved)
    watcher = watcher or Stagewise()
    with where, store.claimed(out, MARK) as (place, folder):
        (folder / MARK).write_text(manifest.dumps({"program": manifest.PROGRAM}), encoding="utf-8")
        _tidied(folder)
        work = Work(
            resolved, asked, pages, Lent(where), Stages(folder, place, watcher), tuple(command))
        watcher.planned(work.planned(varied))
        found, county = work.all(varied)
        content = {name: points.csv(table) for name, table in tables.named(found.tables)}
        content |= {
            f"page.{lang}.txt": (pages.advice(found, lang).rstrip("\n") + "\n").encode()
            for lang in LANGS
        }
        for name, data in content.items():
            with store.aside(folder / name) as there:
                there.write_bytes(data)
        about = resolved.scenario.about
        extending.write(
            folder / "scenario", resolved, county.raw,
            Words(f"{about.title_en}: as hotline advise has it",
                  f"{about.title_zh}：按 hotline advise 的建议"),
            Words("found by hotline advise", "由 hotline advise 求得"))
        if figures is not None:
            figures(found, folder / "figures")
        made = _record(resolved, found) | {
            "command": list(command), "started": started, "finished": _now(),
        }
        with store.aside(folder / manifest.NAME) as there:
            there.write_text(manifest.dumps(made), encoding="utf-8")
        for path in folder.iterdir():
            if path.is_dir() and path.name not in {*work.done, "scenario", "figures"}:
                shutil.rmtree(path)
        store.replace(folder, place)
        (place / MARK).unlink()
    return Advised(place, found, made)


def _tidied(folder: Path) -> None:
    """Without what an interrupted end may have left beside the steps."""
    for name in ("scenario", "figures"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _check(resolved: Resolved) -> None:
    if not resolved.scenario.operators:
        none = Words("no rows", "没有行")
        allowed = Words(
            "a row for each pattern that may be worked, its count 0 or more",
            "每种可排的班一行，count 不小于 0",
        )
        raise BadInput([Fault("operators.csv", "", none, allowed)])


def _record(resolved: Resolved, found: Advice) -> dict[str, Any]:
    """What the manifest says, times apart."""
    return {
        "program": manifest.PROGRAM,
        "kind": KIND,
        "name": resolved.scenario.name,
        "title_zh": resolved.scenario.about.title_zh,
        "title_en": resolved.scenario.about.title_en,
        "changes": list(resolved.changes),
        "replications": found.asked.replications,
        "steps": list(found.records),
        "rule": {"chosen": found.rule, "adopted": found.adopted},
        "identity": {
            "seed": found.asked.seed, "source": manifest.source_digest(),
            "versions": manifest.versions(),
        },
        "platform": platform.platform(),
        "scenario": resolved.raw,
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
