"""``advise``: everything that is to be decided, on one page."""

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
from sim.experiments.advise.asked import QUICK, Asked
from sim.experiments.advise.outcome import Advice
from sim.experiments.executors import chosen
from sim.report.progress.advising import Advising
from sim.report.study import advice, caregivers, compare, sensitivity, staffing, tuning
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words
from sim.words.glossary import Lang


@app.command()
@reported
def advise(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications", "-n", show_default=False,
            help=f"每次试算重复几次，默认 {Asked.replications}；其余各步随之增减。 Replications of "
            f"each trial, by default {Asked.replications}; all other steps follow from it.",
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help=f"先粗看一遍，即 -n {QUICK}。 A first look: -n {QUICK}."),
    ] = False,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = Asked.seed,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """一页建议：接线员、护理员、派单规则、要招的人、要花的钱，各有多大把握。 One page of advice:
    operators, caregivers, dispatch rule, people to hire, the budget, and how sure each of them is.

    Example: `hotline advise quickstart --quick`
    """
    resolved = replicate.prepare_county(scenario, changes)
    if quick and replications is not None:
        allowed = Words("either this or --quick", "与 --quick 只用其一")
        raise BadInput([Fault("--replications", "", str(replications), allowed)])
    usual = QUICK if quick else Asked.replications
    asked = Asked(usual if replications is None else replications, seed)
    # Optuna takes its time to import, and nothing else needs it.
    from sim.experiments.advise import course, run

    pages = course.Pages(
        staffing.page, caregivers.page, tuning.page, compare.page, sensitivity.page, advice.page)
    tell(*notes(resolved, lang), *resolved.changes)
    where = chosen(executor, address, workers)
    place = out or Path("results") / f"{resolved.scenario.name}-advice"
    replaced, start = place.exists(), time.monotonic()
    watcher = Advising(lang)
    try:
        with watcher:
            done = run.advise(
                resolved, asked, out=place, pages=pages, where=where,
                figures=partial(_draw, lang=lang), watcher=watcher,
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


def _draw(found: Advice, folder: Path, lang: Lang) -> None:
    from sim.plots import save_drawings
    from sim.plots.folders.of_advice import of_advice

    tables = found.tables
    drawings = of_advice(tables["targets"], tables["people"], tables["budget"], lang)
    save_drawings(drawings, folder, found.scenario.name)
