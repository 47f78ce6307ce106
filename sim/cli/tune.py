"""``tune``: the best dispatch rules."""

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
    Seed,
    Workers,
    app,
    reported,
    tell,
)
from sim.experiments.executors import chosen
from sim.experiments.tune import tables
from sim.experiments.tune.outcome import Outcome
from sim.experiments.tune.plan import plan
from sim.report.progress.searching import Searching
from sim.report.study.tuning import page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput
from sim.words.glossary import Lang


@app.command()
@reported
def tune(
    study: Annotated[
        str,
        typer.Argument(metavar="STUDY", help="研究文件或名称。 A study's file or name."),
    ],
    changes: Changes,
    lang: Language,
    seed: Seed = None,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """在若干派单规则里选最好的，并搜索评分规则的权重。 The best of many dispatch rules, with a
    promised probability; and a search of the weights of `score`.

    Example: `hotline tune quickstart-policies`
    """
    # Optuna takes its time to import, and nothing else needs it.
    from sim.experiments.tune import run

    asked = plan(study, changes, seed)
    tell(*(choose(lang, note.zh, note) for note in asked.study.notes))
    where = chosen(executor, address, workers)
    place = out or Path("results") / asked.study.name
    replaced, start = place.exists(), time.monotonic()
    watcher = Searching(lang)
    try:
        with watcher:
            done = run.tune(
                asked, out=place, page=page, where=where, figures=partial(_draw, lang=lang),
                watcher=watcher, command=["hotline", *sys.argv[1:]],
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
    from sim.plots.folders.of_tuning import of_tuning

    objectives = list(map(str, found.plan.objectives))
    drawings = of_tuning(tables.tried(found), found.comparison, objectives, lang)
    save_drawings(drawings, folder, found.plan.study.name)
