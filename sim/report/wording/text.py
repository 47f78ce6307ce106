"""Plain text in columns: a Chinese character is two columns wide."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from sim.words.glossary import Lang

WIDTH = 78
"""Columns of a printed page."""

_NEVER_FIRST = "，。；：、？！）》」”,.;:?!)%"
"""A line does not begin with one of these."""
_NEVER_LAST = "（《「“("
"""A line does not end with one of these."""


def choose(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def pad(text: str, columns: int, right: bool = False) -> str:
    """Fill up with spaces to so many columns; ``right`` puts them before the text."""
    gap = " " * (columns - cell_len(text))
    return gap + text if right else text + gap


def table(rows: Sequence[Sequence[str]], align: str = "", indent: int = 2) -> list[str]:
    """Rows as lines in columns two spaces apart; ``align`` holds ``<`` or ``>`` for each column.

    The last column is not padded, so it may be of any length.
    """
    if not rows:
        return []
    widths = [max(cell_len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            pad(cell, width, right=align[n:n + 1] == ">")
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def wrap(text: str, indent: int = 2, hang: int = 0, width: int = WIDTH) -> list[str]:
    """Break a paragraph: at spaces, or between Chinese characters, never before a full stop.

    ``hang`` is the extra indent of the lines after the first.
    """
    lines: list[str] = []
    line = " " * indent
    for piece in _pieces(text):
        if cell_len((line + piece).rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line, piece = " " * (indent + hang), piece.lstrip()
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """What must stay together: a word with the space before it, or one wide character."""
    held = ""
    for piece in re.findall(r"\s*(?:[^\s\u2e80-\uffff]+|[\u2e80-\uffff])", text):
        if held and (piece[0] in _NEVER_FIRST or held[-1] in _NEVER_LAST):
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def number(value: float, digits: int = 1) -> str:
    """``12,345``, ``74``, ``3.2``: as many decimals as say something, at most ``digits``."""
    if math.isinf(value):
        return "∞"
    decimals = 0 if abs(value) >= 100 or value == round(value) else digits
    return f"{value:,.{decimals}f}"


def share(value: float) -> str:
    """A share as a number of 100: ``0.934`` -> ``93.4``; never 100 or 0 unless it is exact."""
    for decimals in (1, 2, 3):
        text = f"{100 * value:.{decimals}f}"
        if 0 < float(text) < 100:
            return text.removesuffix(".0")
    if value in (0.0, 1.0):
        return f"{100 * value:.0f}"
    return "<0.001" if value < 0.5 else ">99.999"


def clock(hour: int) -> str:
    """``9`` -> ``09:00-10:00``."""
    return f"{hour:02d}:00-{hour + 1:02d}:00"
