"""What the forms leave open, asked one by one, with a low, a middle and a high for each."""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from sim.scenario.faults import NOTHING, Fault, Words, listed, nearest, shown
from sim.scenario.reading.files import is_file, number, read_grid, repaired
from sim.words.glossary import Lang

NAME = "questions.csv"
COLUMNS = ("id", "question_zh", "question_en", "unit", "low", "middle", "high", "answer", "source")
SHARES = "share"


@dataclass(frozen=True)
class Question:
    """One unknown; ``low``, ``middle`` and ``high`` are per 1,000 residents where it says so."""

    id: str
    zh: str
    en: str
    unit: str = ""
    low: float | None = None
    middle: float | str | None = None
    """taken, and called assumed, where nobody answers; None: an answer is needed when it matters"""
    high: float | None = None
    basis_zh: str = ""
    basis_en: str = ""
    text: bool = False
    per_1000: bool = False


@dataclass(frozen=True)
class Answer:
    """A value, and whether somebody gave it or it is the middle of a guess."""

    question: Question
    value: float | str
    given: bool
    source: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def number(self) -> float:
        return float(self.value)


@cache
def questions() -> dict[str, Question]:
    """Every question by its id, in the order in which they are asked."""
    path = files("sim.calibrate.bureau") / "questions.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return {row["id"]: Question(**row) for row in rows}


def lay_out(folder: Path, given: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """Write ``questions.csv``; ``given`` holds (answer, source) of those answered already."""
    given = given or {}
    lines = [list(COLUMNS)]
    for q in questions().values():
        answer, source = given.get(q.id, ("", ""))
        unit = f"{q.unit} per 1000 residents" if q.per_1000 else q.unit
        limits = ["" if x is None else str(x) for x in (q.low, q.middle, q.high)]
        lines.append([q.id, q.zh, q.en, unit, *limits, answer, source])
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    path = folder / NAME
    aside = path.with_name(path.name + ".new")
    aside.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
    os.replace(aside, path)
    return path


def read(folder: Path) -> tuple[dict[str, tuple[str, str]], list[Fault]]:
    """What was answered in ``questions.csv``: id -> (answer, source); and what is wrong there."""
    path = folder / NAME
    if not is_file(path):
        return {}, []
    grid = read_grid(path, NAME)
    faults = list(grid.faults)
    found: dict[str, tuple[str, str]] = {}
    known = questions()
    for at, cells in grid.rows:
        place = Words(f"row {at}", f"第 {at} 行")
        name = cells.get("id", "")
        if name not in known:
            near = nearest(name, known)
            said = shown(name) if name else NOTHING
            faults.append(Fault(NAME, Words(f"{place} id", f"{place.zh} id"), said,
                                listed(list(known), 40), near))
        elif "answer" in cells:
            found[name] = cells["answer"], cells.get("source", "")
            faults += _judge(known[name], cells["answer"], at)
    return found, faults


def _judge(question: Question, answer: str, at: int) -> Iterable[Fault]:
    if question.text:
        return
    value = number(answer)
    top = 1.0 if question.unit == SHARES else 1e9
    if isinstance(value, str) or not 0 <= value <= top:
        place = Words(f"row {at} answer", f"第 {at} 行 answer")
        allowed = Words(f"a number from 0 to {top:,.0f}", f"0 到 {top:,.0f} 的数")
        yield Fault(NAME, place, shown(answer), allowed, repaired(answer))


def answers(
    given: Mapping[str, tuple[str, str]], residents: float
) -> dict[str, Answer]:
    """An answer to every question that has one: as given, or the middle."""
    found = {}
    for q in questions().values():
        scale = residents / 1000 if q.per_1000 else 1.0
        low, high = (None if x is None else x * scale for x in (q.low, q.high))
        if q.id in given:
            text, source = given[q.id]
            value: float | str = text if q.text else float(number(text))
            found[q.id] = Answer(q, value, True, source, low, high)
        elif isinstance(q.middle, str):
            found[q.id] = Answer(q, q.middle, False)
        elif q.middle is not None:
            found[q.id] = Answer(q, q.middle * scale, False, "", low, high)
    return found


def asked(answer: Answer, lang: Lang) -> str:
    """One line on where an answer comes from."""
    q = answer.question
    said = q.zh if lang == "zh" else q.en
    if answer.given:
        return f"{said}: {answer.value}" + (f" ({answer.source})" if answer.source else "")
    basis = q.basis_zh if lang == "zh" else q.basis_en
    return f"{said}: {answer.value:.6g} ({basis})" if not q.text else f"{said}: {answer.value}"
