"""``init``: a first scenario for a county that has no log yet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.calibrate.bureau import build, forms, questions
from sim.cli.base import Language, app, reported, tell
from sim.experiments import manifest
from sim.report.calibration.first_scenario import page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words
from sim.scenario.reading.files import is_file
from sim.scenario.reading.folder import TOML
from sim.words.glossary import LANGS, Lang


@app.command()
@reported
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="放表格的文件夹。 A folder for the forms.")
    ],
    lang: Language,
    ask: Annotated[
        bool,
        typer.Option("--ask", help="逐项提问，回车取中值。 Ask each question; Enter: the middle."),
    ] = False,
) -> None:
    """还没有记录的县：填几张表、答几个问题，得到能运行的方案。 For a county without a log: a few
    forms and questions give a scenario that runs.

    Example: `hotline init mycounty`; fill in mycounty/villages.csv; `hotline init mycounty` again
    """
    if not is_file(folder / "villages.csv"):
        _require_room(folder)
        _begin(folder, lang)
        return
    if ask:
        _ask(folder, lang)
    built = build.build(folder)
    tell(*(choose(lang, note.zh, note) for note in built.notes))
    for each in LANGS:
        text = page(built, each)
        (folder / f"rests-on.{each}.txt").write_text(text, encoding="utf-8", newline="\n")
    print(page(built, lang), end="")
    print(choose(lang, f"现在运行：hotline run {built.folder}", f"Now: hotline run {built.folder}"))


def _require_room(folder: Path) -> None:
    """Raise :class:`BadInput` where forms would stand among the files of something else."""
    found = None
    if folder.exists() and not folder.is_dir():
        found = Words("a file", "一个文件")
    elif is_file(folder / TOML):
        found = Words("a scenario", "一个方案")
    elif is_file(folder / manifest.NAME):
        found = Words("a result", "一个结果")
    if found:
        allowed = Words("a new folder, or one with villages.csv",
                        "新文件夹，或有 villages.csv 的文件夹")
        raise BadInput([Fault(str(folder), "", found, allowed)])


def _begin(folder: Path, lang: Lang) -> None:
    """Lay out the forms and say what to do with them."""
    written = [*forms.lay_out(folder, lang), questions.lay_out(folder)]
    for path in written:
        form = forms.BY_NAME.get(path.name)
        if form is None:
            what = choose(lang, "问题：知道的填在 answer 一列，注明 source；不知道的空着",
                          "questions: fill in what you know under answer, with its source")
        else:
            what = choose(lang, form.what.zh, form.what)
        print(f"{path}  {what}")
    print(choose(
        lang, f"用 Excel 填 villages.csv（其余可空），再运行：hotline init {folder}",
        f"Fill in villages.csv in Excel (the others may stay empty), then: hotline init {folder}",
    ))


def _ask(folder: Path, lang: Lang) -> None:
    """Ask what is not answered yet; the answers go into ``questions.csv``."""
    given, _ = questions.read(folder)
    for q in questions.questions().values():
        if q.id in given:
            continue
        unit = f" [{q.unit}]" if q.unit else ""
        scale = choose(lang, "（每千居民）", " per 1,000 residents") if q.per_1000 else ""
        middle = "" if q.middle is None else choose(lang, f"（不知道：{q.middle}{scale}）",
                                                    f" (unknown: {q.middle}{scale})")
        print(f"{choose(lang, q.zh, q.en)}{unit}{middle}: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            break
        if answer := line.strip():
            given[q.id] = answer, ""
    questions.lay_out(folder, given)
