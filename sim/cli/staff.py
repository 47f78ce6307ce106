"""``staff``: how many operators on which shifts."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.base import (
    Address,
    Changes,
    ExecutorKind,
    Language,
    Out,
    ScenarioName,
    Workers,
    app,
    notes,
    reported,
    tell,
)
from sim.experiments import replicate
from sim.experiments.executors import chosen
from sim.experiments.staffing import run
from sim.experiments.staffing.outcome import Outcome
from sim.experiments.staffing.tables import intervals, slots, tried
from sim.report.progress.searching import Searching
from sim.report.study.staffing import page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput
from sim.words.glossary import Lang


@app.command()
@reported
def staff(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    replications: Annotated[
        int,
        typer.Option(
            "--replications", "-n",
            help="每次试算重复几次；另取两倍来检验。 Replications of each trial; twice as many "
            "judge the result.",
        ),
    ] = 20,
    interval: Annotated[
        int,
        typer.Option(
            "--interval-min", metavar="15|30|60",
            help="多长的时段要达标（分钟）。 Minutes of the interval that has to meet the targets.",
        ),
    ] = 60,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = 1,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """接线员配多少、怎么排，使每个时段都达标而花费最少。 How many operators on which shifts: least
    pay such that every interval of the week meets its targets.

    Example: `hotline staff quickstart -n 10`
    """
    resolved = replicate.prepare_county(scenario, changes)
    tell(*notes(resolved, lang), *resolved.changes)
    where = chosen(executor, address, workers)
    place = out or Path("results") / f"{resolved.scenario.name}-staff"
    replaced, start = place.exists(), time.monotonic()
    watcher = Searching(lang)
    try:
        with watcher:
            done = run.staff(
                resolved, out=place, page=page, where=where, figures=partial(_draw, lang=lang),
                replications=replications, interval_min=interval, seed=seed, watcher=watcher,
                command=["hotline", *sys.argv[1:]],
            )
    except (KeyboardInterrupt, BadInput, RuntimeError):
        if watcher.kept_any:
            tell(watcher.kept(place))
        raise
    print((done.folder / f"page.{lang}.txt").read_text(encoding="utf-8"), end="")
    took = f"{time.monotonic() - start:.1f}"
    zh, en = f"用时 {took} 秒；结果在 {place}", f"{took} s; the result is in {place}"
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    tell(choose(lang, zh, en))


def _draw(found: Outcome, folder: Path, lang: Lang) -> None:
    from sim.plots import save_drawings
    from sim.plots.folders.of_staffing import of_staffing

    drawings = of_staffing(tried(found), slots(found), intervals(found), lang)
    save_drawings(drawings, folder, found.scenario.name)
