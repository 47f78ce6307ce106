"""``sweep``: many points of a study on the same workloads."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.base import (
    OUR_FAULT,
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
from sim.experiments.sweep import asking, run
from sim.experiments.sweep.study import Study, ready
from sim.report.progress.bar import Bar
from sim.report.study.sweep import points
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput
from sim.words.glossary import Lang


@app.command()
@reported
def sweep(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY",
            help="研究文件或名称，或与 --vary 连用的方案。 A study's file or name; or a scenario, "
            "with --vary.",
        ),
    ],
    changes: Changes,
    lang: Language,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=VALUES",
            help="变动一个数，可重复。 Vary one value; repeat for every combination: "
            "operators.day.count=2:8, demand.growth=1,1.2,1.5.",
            default_factory=list,
            show_default=False,
        ),
    ],
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications", "-n", show_default=False,
            help="每个点重复次数，默认照研究，否则 20。 Replications of each point; by default the "
            "study's, else 20.",
        ),
    ] = None,
    seed: Seed = None,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """同一批来电下试许多设定，得到一张整齐的表。 Try many settings on the same workloads: one tidy
    table.

    Example: `hotline sweep quickstart --vary operators.desk.count=1:3 --vary demand.growth=1,1.5`
    """
    asked = asking.asked(study, vary, changes, replications, seed)
    found = ready(asked)
    tell(*(choose(lang, note.zh, note) for note in asked.notes))
    tell(_announced(asked, len(found), lang))
    where = chosen(executor, address, workers)
    place = out or Path("results") / asked.name
    replaced = place.exists()
    start = time.monotonic()
    bar = Bar(lang)
    try:
        with bar:
            done = run.sweep(
                asked, found, out=place, where=where, watcher=bar,
                command=["hotline", *sys.argv[1:]],
            )
    except (KeyboardInterrupt, BadInput):
        if bar.kept_any:
            tell(bar.kept(place))
        raise
    print(points(done.points, asked.columns, lang), end="")
    took = f"{time.monotonic() - start:.1f}"
    zh = f"{len(found)} 个点，各重复 {asked.replications} 次，用时 {took} 秒；结果在 {place}"
    en = (f"{len(found)} points, {asked.replications} replications each, in {took} s; "
          f"the result is in {place}")
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    tell(choose(lang, zh, en))
    for failure in done.failures:
        where_zh = f"失败：{failure.variant}，第 {failure.replication} 次重复：{failure.reason}"
        where_en = f"failed: {failure.variant}, replication {failure.replication}: {failure.reason}"
        tell(choose(lang, where_zh, where_en))
    if done.failures:
        raise typer.Exit(OUR_FAULT)


def _announced(study: Study, count: int, lang: Lang) -> str:
    title = study.titles.get(choose(lang, "title_zh", "title_en"), study.name)
    return choose(
        lang,
        f"{title}：{count} 个点，各重复 {study.replications} 次",
        f"{title}: {count} points, {study.replications} replications each",
    )
