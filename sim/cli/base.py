"""What every command has in common: options, languages, how a fault becomes a line and a status."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sim.cli.misuse import misused
from sim.experiments.replicate import RunFailed
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput
from sim.scenario.load import Resolved
from sim.words.glossary import LANGS, Lang


def locale_language() -> Lang:
    """Chinese where the environment's language is, else English."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


OUR_FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130


ORDER = (
    "list", "show", "check", "run", "trace", "plot", "compare", "sensitivity", "sweep", "staff",
    "caregivers", "tune", "advise", "init", "calibrate", "replay", "backtest", "validate",
)
"""The commands as people come to need them."""


class Hotline(TyperGroup):
    """The command; what it cannot parse it says in one line, in the language asked for."""

    def list_commands(self, context: Any) -> list[str]:
        return sorted(super().list_commands(context), key=ORDER.index)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, *rest, **{**options, "standalone_mode": False})
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            if given:
                tell(misused(error, given).line(_language_of(given)))
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
Seed = Annotated[
    int | None,
    typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.",
                 show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option(help="结果文件夹，默认 results/名称。 Result folder; by default results/NAME."),
]
Workers = Annotated[
    int | None,
    typer.Option(help="并行进程数，默认全部核心。 Parallel processes; by default all cores."),
]
ExecutorKind = Annotated[
    str,
    typer.Option(
        "--executor",
        metavar="pool|dask",
        help="在哪里算：pool 本机，dask 集群。 Where to compute: pool, this machine; dask, a "
        "cluster.",
    ),
]
Address = Annotated[
    str,
    typer.Option(
        help="Dask 调度器地址，如 tcp://10.0.0.5:8786。 Address of the Dask scheduler.",
        show_default=False,
    ),
]


def reported(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a command raises into lines on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        lang: Lang = kwargs["lang"]
        try:
            command(*args, **kwargs)
        except BadInput as bad:
            tell(*(fault.line(lang) for fault in bad.faults))
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            tell(choose(lang, "已中断。", "Interrupted."))
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, BrokenPipeError):
            raise
        except RunFailed as failed:
            _own_up(lang, str(failed), failed.traceback)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            _own_up(lang, reason, traceback.format_exc())

    return run


def _own_up(lang: Lang, reason: str, details: str) -> NoReturn:
    """Say that the program is at fault, and where the details are."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="hotline-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(details)
    zh = f"程序出错，不是您的问题：{reason}（详情见 {file.name}）"
    en = f"Our fault, not yours: {reason} (details in {file.name})"
    tell(choose(lang, zh, en))
    raise typer.Exit(OUR_FAULT) from None


def notes(resolved: Resolved, lang: Lang) -> list[str]:
    return [choose(lang, getattr(note, "zh", note), note) for note in resolved.notes]


def tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
