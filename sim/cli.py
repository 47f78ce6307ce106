"""The command ``hotline``: parse, call, print."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim.check import trace as told
from sim.experiments import replicate
from sim.experiments.replicate import RunFailed, RunResult
from sim.plots import save_all
from sim.report.card import card
from sim.report.progress import Bar
from sim.report.show import show as shown
from sim.report.text import choose
from sim.report.usage import misused
from sim.scenario.faults import NOTHING, BadInput, Fault, Words
from sim.scenario.load import Resolved, available, resolve
from sim.words.glossary import LANGS, Lang


def locale_language() -> Lang:
    """Chinese where the environment's language is, else English."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


OUR_FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130


class Hotline(TyperGroup):
    """The command; what it cannot parse it says in one line, in the language asked for."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, *rest, **{**options, "standalone_mode": False})
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            if given:
                _tell(misused(error, given).line(_language_of(given)))
            sys.exit(BAD_INPUT)
        sys.exit(code if isinstance(code, int) else 0)


def _language_of(arguments: Sequence[str]) -> Lang:
    """The language asked for, where the parser did not get so far as to read it."""
    asked = " ".join(arguments).replace("--lang=", "--lang ").partition("--lang ")[2][:2]
    return next((lang for lang in LANGS if lang == asked), locale_language())


app = typer.Typer(
    name="hotline",
    cls=Hotline,
    help="一个县先在电脑里试运行养老托育热线。 A county tries its care hotline before it opens it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="方案名或文件夹。 A scenario's name or folder.")
]
Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="改一个数，可重复。 Change one value; repeat for more: "
        "hotline.wrap_up.mean_s=90, caregivers.xinhu-day.count=8.",
        default_factory=list,
        show_default=False,
    ),
]
Language = Annotated[
    Lang,
    typer.Option(
        "--lang",
        help="语言。 Language of what is printed; by default that of the environment (LANG).",
        default_factory=locale_language,
        show_default=False,
    ),
]


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character must not lose the rest of the page.
        # A console that is not there gets nothing.
        if stream is not None:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app()


def reported(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a command raises into lines on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        lang: Lang = kwargs["lang"]
        try:
            command(*args, **kwargs)
        except BadInput as bad:
            _tell(*(fault.line(lang) for fault in bad.faults))
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            _tell(choose(lang, "已中断。", "Interrupted."))
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, BrokenPipeError):
            raise
        except RunFailed as failed:
            _own_up(lang, str(failed), failed.traceback)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            _own_up(lang, reason, traceback.format_exc())

    return run


@app.command("list")
@reported
def list_(lang: Language) -> None:
    """列出方案。 List the scenarios there are.

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
    _tell(*_notes(resolved, lang))
    print("\n".join([*resolved.changes, choose(lang, "没有错误。", "No faults.")]))


@app.command()
@reported
def run(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="重复次数。 How many replications.")
    ] = 20,
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
    resolved = replicate.prepare(scenario, changes)
    _tell(*_notes(resolved, lang), *resolved.changes)
    place = out or Path("results") / resolved.scenario.name
    replaced = place.exists()
    start = time.monotonic()
    bar = Bar(lang)
    try:
        with bar:
            result = replicate.run(
                resolved, out=place, card=card, figures=functools.partial(save_all, lang=lang),
                replications=replications, seed=seed, workers=workers, verified=verify,
                tables=save_tables, watcher=bar,
                command=["hotline", *sys.argv[1:]],
            )
    except (KeyboardInterrupt, RunFailed, BadInput):
        if bar.kept_any:
            _tell(bar.kept(place))
        raise
    print((result.folder / f"card.{lang}.txt").read_text(encoding="utf-8"), end="")
    took = f"{time.monotonic() - start:.1f}"
    zh = f"重复 {replications} 次，用时 {took} 秒；结果在 {place}"
    en = f"{replications} replications in {took} s; the result is in {place}"
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    _tell(choose(lang, zh, en))
    _tell_violations(result, lang)


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
        _tell(choose(lang, zh, en))
    tables = finished.tables(replication)
    if not 0 <= request < len(tables.requests):
        last = len(tables.requests) - 1
        allowed = Words(f"0 to {last}", f"0 至 {last}") if last >= 0 else NOTHING
        raise BadInput([Fault("--request", "", str(request), allowed)])
    print(told(tables, request, lang))


def _own_up(lang: Lang, reason: str, details: str) -> NoReturn:
    """Say that the program is at fault, and where the details are."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="hotline-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(details)
    zh = f"程序出错，不是您的问题：{reason}（详情见 {file.name}）"
    en = f"Our fault, not yours: {reason} (details in {file.name})"
    _tell(choose(lang, zh, en))
    raise typer.Exit(OUR_FAULT) from None


def _tell_violations(result: RunResult, lang: Lang) -> None:
    if not result.violations:
        return
    first, violations = min(result.violations.items())
    many, place = len(result.violations), result.folder / "manifest.json"
    _tell(*(violation.line(lang) for violation in violations))
    zh = f"以上见于第{first}次重复；共{many}次重复不合规，全部列于 {place}"
    en = f"These are of replication {first}; all of {many} faulty replications are in {place}"
    _tell(choose(lang, zh, en))
    raise typer.Exit(OUR_FAULT)


def _notes(resolved: Resolved, lang: Lang) -> list[str]:
    return [choose(lang, getattr(note, "zh", note), note) for note in resolved.notes]


def _tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
