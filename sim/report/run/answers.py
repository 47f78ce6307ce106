"""The answers of a scenario as sentences, beside what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.wording.text import choose, number, share, wrap
from sim.scenario.sections.answers import CHANGED, PLACES, VARIED, Answer
from sim.words.glossary import Lang

FIGURES = ("value", "low", "high", "given", "changed", "difference", "goal")


def answers(
    found: Sequence[Mapping[str, Any]], asked: Sequence[Answer], lang: Lang
) -> list[str]:
    """Lines of a page.

    ``found``: the rows of ``answers.csv``, in the order of ``asked``; None where there is nothing.
    """
    lines: list[str] = []
    for row, answer in zip(found, asked, strict=True):
        text = sentence(row, answer, lang)
        lines += wrap(f"- {text}", hang=2)
    return lines


def sentence(row: Mapping[str, Any], answer: Answer, lang: Lang) -> str:
    """One answer, in one line."""
    if row["value"] is None:
        zh, en = "这段时间里没有发生，答不出", "nothing of it happened, so there is no answer"
        return f"{answer.measure}: {choose(lang, zh, en)}"
    unit = row["unit"]
    if answer.vary and row["level"] in ("", None):
        return choose(
            lang,
            f"{answer.vary} 都达不到 {_figure(row['goal'], unit)}；试到最后一档为 "
            f"{_figure(row['value'], unit)}（{_range(row, unit, lang)}）。",
            f"No value of {answer.vary} reaches {_figure(row['goal'], unit)}; the last one gives "
            f"{_figure(row['value'], unit)} ({_range(row, unit, lang)}).",
        )
    places = {
        name: _figure(value, unit) if name in FIGURES else value
        for name, value in row.items() if name in {*PLACES, *CHANGED, *VARIED}
    }
    return choose(lang, answer.answer_zh, answer.answer_en).format(**places) + _given(
        row, answer, lang)


def _given(row: Mapping[str, Any], answer: Answer, lang: Lang) -> str:
    """How the figure that the sources give compares, unless the sentence is of something else."""
    if row["given"] is None or answer.change or row["low"] is None:
        return ""
    unit = row["unit"]
    given = _figure(row["given"], unit)
    if row["low"] <= row["given"] <= row["high"]:
        zh, en = "在区间内", "inside the interval"
    elif row["given"] > row["high"]:
        zh, en = "模拟偏低", "the simulation lies below it"
    else:
        zh, en = "模拟偏高", "the simulation lies above it"
    return choose(lang, f"（材料给出 {given}，{zh}）", f" (given: {given}; {en})")


def _range(row: Mapping[str, Any], unit: str, lang: Lang) -> str:
    low, high = _figure(row["low"], unit), _figure(row["high"], unit)
    return choose(lang, f"95% 区间 {low} 至 {high}", f"95 % interval {low} to {high}")


def _figure(value: float | None, unit: str) -> str:
    """A share as per cent, anything else with as many digits as say something."""
    if value is None:
        return "?"
    if unit in ("share", "difference"):
        return ("-" if value < 0 else "") + share(abs(value)) + "%"
    return number(value)
