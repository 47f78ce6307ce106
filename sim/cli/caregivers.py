"""``caregivers``: how many caregivers at which point."""

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
from sim.experiments.caregivers import run
from sim.experiments.caregivers.course import Asked
from sim.experiments.caregivers.goals import goals
from sim.experiments.caregivers.outcome import Outcome
from sim.experiments.caregivers.tables import tried
from sim.experiments.executors import chosen
from sim.report.progress.bar import Bar
from sim.report.study.caregivers import page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput
from sim.words.glossary import Lang


@app.command()
@reported
def caregivers(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    least: Annotated[
        list[str],
        typer.Option(
            "--at-least", metavar="MEASURE=VALUE",
            help="要达到的目标，可重复；不写就用方案自己的目标。 A goal; repeat for more; by "
            "default the scenario's targets: on_time_request=0.9, on_time:service=bathing=0.8, "
            "on_time:point=*=0.8.",
            default_factory=list, show_default=False,
        ),
    ],
    most: Annotated[
        list[str],
        typer.Option(
            "--at-most", metavar="MEASURE=VALUE",
            help="同上，不得高于。 The same, at most: caregiver_utilisation:point=*=0.8.",
            default_factory=list, show_default=False,
        ),
    ],
    limits: Annotated[
        list[str],
        typer.Option(
            "--bounds", metavar="ROW=LOW:HIGH",
            help="这些行的人数范围，可重复。 How few and many people these rows may have; "
            "repeat for more: duty-*=1:2.",
            default_factory=list, show_default=False,
        ),
    ],
    copies: Annotated[
        list[str],
        typer.Option(
            "--copy", metavar="POINT=ROW",
            help="允许在该站点另设一行，人员照此行，可重复。 Allow a further row at a point, of "
            "people like those of this row; repeat for more: ertun-centre=xinhu-day.",
            default_factory=list, show_default=False,
        ),
    ],
    worse: Annotated[
        float,
        typer.Option(
            help="未达标的服务、镇街，按时比例至多比现在低多少；1 为不限。 By how much a service "
            "or zone below the target may be served on time less than today; 1: anything.",
        ),
    ] = Asked.worse,
    confidence: Annotated[
        float, typer.Option(help="达到目标要有的把握。 Confidence with which goals are reached.")
    ] = Asked.confidence,
    replications: Annotated[
        int,
        typer.Option(
            "--replications", "-n", help="求解时重复次数。 Replications a staffing is judged on."
        ),
    ] = Asked.replications,
    fresh: Annotated[
        int, typer.Option(help="检验时另取几次重复。 Other replications that judge what was found.")
    ] = Asked.fresh,
    budget: Annotated[
        int, typer.Option(help="一共至多模拟多少次。 Replications simulated in all, at most.")
    ] = Asked.budget,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = Asked.seed,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """护理员各站点配多少，使按时率达标而花费最少。 How many caregivers at which point: least pay
    such that enough requests are served on time.

    Example: `hotline caregivers quickstart --at-least on_time_request=0.85`
    """
    resolved = replicate.prepare_county(scenario, changes)
    asked = Asked(
        tuple(goals(least, most, resolved.scenario)), tuple(limits), tuple(copies), worse,
        confidence, replications, fresh, budget, seed)
    tell(*notes(resolved, lang), *resolved.changes)
    where = chosen(executor, address, workers)
    place = out or Path("results") / f"{resolved.scenario.name}-caregivers"
    replaced, start = place.exists(), time.monotonic()
    bar = Bar(lang)
    try:
        with bar:
            done = run.caregivers(
                resolved, asked, out=place, page=page, where=where,
                figures=partial(_draw, lang=lang), watcher=bar,
                command=["hotline", *sys.argv[1:]],
            )
    except (KeyboardInterrupt, BadInput, RuntimeError):
        if bar.kept_any:
            tell(bar.kept(place))
        raise
    print((done.folder / f"page.{lang}.txt").read_text(encoding="utf-8"), end="")
    took = f"{time.monotonic() - start:.1f}"
    zh, en = f"用时 {took} 秒；结果在 {place}", f"{took} s; the result is in {place}"
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    tell(choose(lang, zh, en))


def _draw(found: Outcome, folder: Path, lang: Lang) -> None:
    from sim.plots import save_drawings
    from sim.plots.folders.of_caregivers import of_caregivers

    save_drawings(of_caregivers(tried(found), lang), folder, found.scenario.name)
