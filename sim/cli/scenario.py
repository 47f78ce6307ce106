"""``list``, ``show``, ``check``, ``run``, ``trace``: one scenario and its result."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sim.check import trace as told
from sim.cli.base import OUR_FAULT, Changes, Language, ScenarioName, app, notes, reported, tell
from sim.experiments import replicate
from sim.experiments.answers import answers, asked
from sim.experiments.precision import MOST, Precision, goals
from sim.experiments.replicate import RunFailed, RunResult
from sim.experiments.sweep import asking
from sim.experiments.sweep.reading import read
from sim.experiments.tune.plan import MORE
from sim.measures.chosen import groups_of
from sim.report.progress.bar import Bar
from sim.report.run.card import card
from sim.report.run.disagree import disagreements
from sim.report.run.precision import precision as precise
from sim.report.scenario.show import show as shown
from sim.report.wording.text import choose
from sim.scenario.faults import NOTHING, BadInput, Fault, Words
from sim.scenario.load import Resolved, available, resolve
from sim.words.glossary import Lang


@app.command("list")
@reported
def list_(lang: Language) -> None:
    """列出方案和研究。 List the scenarios and the studies there are.

    Example: `hotline list`
    """
    for name in available():
        try:
            about = resolve(name).scenario.about
        except BadInput:
            fault = choose(lang, "有错误，见", "faulty; see")
            print(f"{name}: {fault} hotline check {name}")
        else:
            print(f"{name}: {choose(lang, about.title_zh, about.title_en)}")
            if question := choose(lang, about.question_zh, about.question_en):
                print(f"    {question}")
    for name, path in asking.available().items():
        study = read(path, MORE)
        command = "tune" if "objective" in study.more else "sweep"
        title = study.titles.get(choose(lang, "title_zh", "title_en"), "")
        print(f"hotline {command} {name}" + (choose(lang, "：", ": ") + title if title else ""))


@app.command()
@reported
def show(scenario: ScenarioName, changes: Changes, lang: Language) -> None:
    """方案里有什么：规模、负荷、每个数的来源。 What is in a scenario, its offered load, and every
    number with its source.

    Example: `hotline show decheng --set hotline.lines=6`
    """
    print(shown(replicate.prepare(scenario, changes), lang), end="")


@app.command()
@reported
def check(scenario: ScenarioName, changes: Changes, lang: Language) -> None:
    """查错：一次列出全部错误。 Check a scenario; tells all faults at once.

    Example: `hotline check scenarios/decheng`
    """
    resolved = replicate.prepare(scenario, changes)
    asked(resolved)
    tell(*notes(resolved, lang))
    print("\n".join([*resolved.changes, choose(lang, "没有错误。", "No faults.")]))


@app.command()
@reported
def run(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    precision: Annotated[
        list[str],
        typer.Option(
            "--precision",
            metavar="MEASURE=HALF-WIDTH",
            help="算到该指标95%区间的半宽够小为止，可重复。 Replicate until the measure's 95 % "
            "interval is this narrow; repeat for more: service_level=0.01, response_min=5%, "
            "on_time:service=bathing=0.05.",
            default_factory=list,
            show_default=False,
        ),
    ],
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications", "-n", help="重复次数，默认 20。 How many replications; by default 20."
        ),
    ] = None,
    max_replications: Annotated[
        int | None,
        typer.Option(
            help=f"配合 --precision：至多多少次，默认 {MOST}。 With --precision: at most this "
            f"many, by default {MOST}."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            help="结果文件夹，默认 results/方案名。 Result folder; by default results/SCENARIO."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="并行进程数，默认全部核心。 Parallel processes; by default all cores."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="逐次核对各表。 Check every replication's tables.")
    ] = False,
    save_tables: Annotated[
        bool, typer.Option("--save-tables", help="保存各表。 Keep every replication's tables.")
    ] = False,
) -> None:
    """运行方案，得到指标与一页说明。 Run a scenario: measures, tables and a card to read.

    Example: `hotline run decheng -n 20 --seed 1 --set caregivers.xinhu-day.count=8`
    """
    # Matplotlib takes its time to import, and most commands do not need it.
    from sim.plots import save_all

    resolved = replicate.prepare(scenario, changes)
    questions = asked(resolved)
    goal = _asked(precision, replications, max_replications, resolved)
    tell(*notes(resolved, lang), *resolved.changes)
    place = out or Path("results") / resolved.scenario.name
    replaced = place.exists()
    start = time.monotonic()
    bar = Bar(lang)
    try:
        with bar:
            result = replicate.run(
                resolved, out=place, card=card, figures=functools.partial(save_all, lang=lang),
                answers=functools.partial(answers, questions, seed) if questions else None,
                replications=20 if replications is None else replications, precision=goal,
                seed=seed, workers=workers, verified=verify, tables=save_tables, watcher=bar,
                command=["hotline", *sys.argv[1:]],
            )
    except (KeyboardInterrupt, RunFailed, BadInput):
        if bar.kept_any:
            tell(bar.kept(place))
        raise
    print((result.folder / f"card.{lang}.txt").read_text(encoding="utf-8"), end="")
    took = f"{time.monotonic() - start:.1f}"
    done = result.details["replications"]
    zh = f"重复 {done} 次，用时 {took} 秒；结果在 {place}"
    en = f"{done} replications in {took} s; the result is in {place}"
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    tell(choose(lang, zh, en))
    if "precision" in result.details:
        tell(*precise(result.details["precision"], lang))
    tell(*(choose(lang, w.zh, w) for w in disagreements(result.kpis, resolved.scenario)))
    _tell_violations(result, lang)


def _asked(
    texts: Sequence[str], replications: int | None, most: int | None, resolved: Resolved
) -> Precision | None:
    """What the options ask of the precision; they go together, and not with ``-n``."""
    if texts and replications is None:
        wanted = goals(texts, groups_of(resolved.scenario))
        return Precision(tuple(wanted), MOST if most is None else most)
    if not texts and most is None:
        return None
    option, value = ("--replications", replications) if texts else ("--max-replications", most)
    allowed = (
        Words("either this or --precision", "与 --precision 只用其一") if texts
        else Words("together with --precision", "与 --precision 一起用")
    )
    raise BadInput([Fault(option, "", str(value), allowed)])


@app.command()
@reported
def trace(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="结果文件夹。 A result folder.")
    ],
    request: Annotated[int, typer.Option(help="诉求编号。 Number of the request.")],
    lang: Language,
    replication: Annotated[int, typer.Option(help="第几次重复。 Which replication.")] = 0,
) -> None:
    """一件诉求的全过程，等待时各人在做什么。 The story of one request, and who was doing what while
    it waited.

    Example: `hotline trace results/decheng --replication 0 --request 17`
    """
    finished = replicate.load(result)
    if not finished.current:
        zh = "此结果由另一版本的程序产生；过程可能有出入。"
        en = "This result was made by another version of the program; the story may differ."
        tell(choose(lang, zh, en))
    tables = finished.tables(replication)
    if not 0 <= request < len(tables.requests):
        last = len(tables.requests) - 1
        allowed = Words(f"0 to {last}", f"0 至 {last}") if last >= 0 else NOTHING
        raise BadInput([Fault("--request", "", str(request), allowed)])
    print(told(tables, request, lang))


def _tell_violations(result: RunResult, lang: Lang) -> None:
    if not result.violations:
        return
    first, violations = min(result.violations.items())
    many, place = len(result.violations), result.folder / "manifest.json"
    tell(*(violation.line(lang) for violation in violations))
    zh = f"以上见于第{first}次重复；共{many}次重复不合规，全部列于 {place}"
    en = f"These are of replication {first}; all of {many} faulty replications are in {place}"
    tell(choose(lang, zh, en))
    raise typer.Exit(OUR_FAULT)
