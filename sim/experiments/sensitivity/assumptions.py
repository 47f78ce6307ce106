"""The assumptions of a scenario: what is varied as one, and between which values.

One assumption is what one row of ``sources.csv`` says, with all the cells that it covers: absence
at every point, say. Rows for single cells that give the same source in the same words for the same
column - the share of dependent elders, zone by zone, with other numbers in each - are one
assumption too. At its low value every cell is at its own low, at its high value at its own high; in
between each goes its own way in a straight line from the value in the scenario. So what differs
between cells in the middle is gone at the ends: they are as far as the source allows.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from sim.rules import registry
from sim.scenario.faults import BadInput, Fault, Words, nearest, shown
from sim.scenario.load import Resolved, rebuild
from sim.scenario.shape import Shape, root
from sim.scenario.sources import Figure, figures, winner

Number = int | float
Raw = dict[str, Any]

NOT_VARIED = {
    "time.*": Words("how long is simulated, not what happens", "模拟多久，与实情无关"),
    "operators.*.count": Words(
        "how many people there are is decided, not assumed: vary it with hotline sweep",
        "人数是决定，不是假设：用 hotline sweep 去变"),
    "caregivers.*.count": Words(
        "how many people there are is decided, not assumed: vary it with hotline sweep",
        "人数是决定，不是假设：用 hotline sweep 去变"),
    "*.*.grade": Words(
        "a code whose order counts: the same in every row it says nothing",
        "表示高低次序的代码：各行同值便没有意义"),
    "*.*.priority": Words(
        "a code whose order counts: the same in every row it says nothing",
        "表示高低次序的代码：各行同值便没有意义"),
    "requests.*.share_*": Words(
        "parts of a whole: they cannot all rise together", "同一整体的各份：不能一起升高"),
}
"""Assumed figures that are varied only if they are asked for by name, and why."""
_NO_RANGE = Words("sources.csv gives no low and high", "sources.csv 没有给 low 和 high")
_ONE_VALUE = Words("its low and high are the same", "low 与 high 相同")
_NO_NUMBER = Words("a list, a date or a time of day", "是一列数、日期或钟点")


@dataclass(frozen=True)
class Cell:
    """One figure of an assumption."""

    path: str
    low: Number
    middle: Number
    high: Number

    def at(self, place: float) -> float:
        """Its value at -1 (low), 0 (as in the scenario), 1 (high) and in between."""
        end = self.high if place > 0 else self.low
        # exact at the ends
        if abs(place) == 1:
            return end
        return self.middle + abs(place) * (end - self.middle) if place else self.middle


@dataclass(frozen=True)
class Assumption:
    """What is varied as one."""

    name: str
    """``hotline.wrap_up.mean_s``, ``callers.*.talk.cv``"""
    source: str
    cells: tuple[Cell, ...]

    @cached_property
    def alike(self) -> bool:
        """Whether every cell has the same numbers."""
        return len({(cell.low, cell.middle, cell.high) for cell in self.cells}) == 1

    def value(self, place: float) -> Number | str:
        """The value at a place from -1 to 1; where cells differ, ``least - greatest``."""
        values = [_plain(cell.at(place)) for cell in self.cells]
        low, high = min(values), max(values)
        return low if low == high else f"{low:g} - {high:g}"

    def at(self, resolved: Resolved, place: float) -> Resolved:
        """The scenario with this assumption at a place from -1 to 1; whole numbers where only they
        are allowed. A figure that ``resolved`` has set to something else keeps its own value.
        Raises :class:`BadInput` where the scenario cannot be so."""
        try:
            return self._at(resolved, place, whole=False)
        except BadInput:
            if all(cell.at(place) == round(cell.at(place)) for cell in self.cells):
                raise
            return self._at(resolved, place, whole=True)

    def _at(self, resolved: Resolved, place: float, whole: bool) -> Resolved:
        raw = copy.deepcopy(resolved.raw)
        changes = []
        for cell in self.cells:
            value = round(cell.at(place)) if whole else _plain(cell.at(place))
            if value != cell.middle and _put(raw, cell.path, cell.middle, value):
                changes.append(f"{cell.path}: {cell.middle} -> {value}")
        scenario = rebuild(raw, registry.names())
        return replace(
            resolved, scenario=scenario, raw=raw, changes=(*resolved.changes, *changes)
        )


@dataclass(frozen=True)
class LeftOut:
    """Assumed figures that are not varied, and why."""

    name: str
    value: str
    reason: Words


@dataclass
class _Rows:
    """Rows of ``sources.csv`` that make one assumption."""

    patterns: dict[str, None] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)


def assumptions(
    resolved: Resolved, only: Sequence[str] = (), option: str = "--only"
) -> tuple[list[Assumption], list[LeftOut]]:
    """What can be varied, in the scenario's order, and the other assumed figures with the reason.

    ``only``: patterns (``callers.*``, ``*absence_prob*``) of names or figures; empty: all but
    :data:`NOT_VARIED`. Raises :class:`BadInput` where one of them matches no assumed figure.
    """
    rows = _rows(resolved.raw)
    names = _names(rows)
    _all_match(only, names, rows, option)
    found, left = [], []
    for row, name in zip(rows, names, strict=True):
        if only and not _asked(only, name, row):
            continue
        made = _made(name, row, resolved, bool(only))
        if isinstance(made, Assumption):
            found.append(made)
        else:
            values = dict.fromkeys(shown(figure.value) for figure in row.figures)
            left.append(LeftOut(name, " ".join(values), made))
    return found, left


def _made(name: str, row: _Rows, resolved: Resolved, asked: bool) -> Assumption | Words:
    """The assumption, or why it is none."""
    for pattern, reason in NOT_VARIED.items():
        if not asked and fnmatchcase(row.figures[0].path, pattern):
            return reason
    cells = []
    for figure in row.figures:
        if isinstance(figure.value, str | list | tuple):
            return _NO_NUMBER
        if figure.low is None or figure.high is None:
            return _NO_RANGE
        cells.append(Cell(figure.path, figure.low, figure.value, figure.high))
    found = Assumption(name, row.figures[0].source, tuple(cells))
    if all(cell.low == cell.middle == cell.high for cell in cells):
        return _ONE_VALUE
    try:
        for place in (-1, 1):
            found.at(resolved, place)
    except BadInput as bad:
        fault = bad.faults[0]
        return Words(f"not possible: {fault.line('en')}", f"不成立：{fault.line('zh')}")
    return found


def _rows(raw: Mapping[str, Any]) -> list[_Rows]:
    """The assumed figures, those together that are varied as one."""
    sources = raw.get("sources") or {}
    found: dict[tuple[str, str], _Rows] = {}
    for figure in figures(raw):
        if figure.standing == "assumed":
            pattern = winner(figure.path, sources) or figure.path
            shared = pattern if "*" in pattern else _column(figure.path)
            row = found.setdefault((figure.source, shared), _Rows())
            row.patterns[pattern] = None
            row.figures.append(figure)
    return list(found.values())


def _column(path: str) -> str:
    """The path with ``*`` for the ids in it: what rows have in common."""
    parts: list[str] = []
    shape: Shape | None = root()
    for part in path.split("."):
        parts.append("*" if shape is not None and shape.each is not None else part)
        shape = shape.child(part) if shape else None
    return ".".join(parts)


def _names(rows: Sequence[_Rows]) -> list[str]:
    """The pattern of the source where it is one, else the column; ids where others have it too."""
    columns = [_column(row.figures[0].path) for row in rows]
    names = []
    for row, column in zip(rows, columns, strict=True):
        ids = dict.fromkeys(figure.path.split(".")[1] for figure in row.figures)
        if len(row.figures) == 1:
            names.append(row.figures[0].path)
        elif len(row.patterns) == 1:
            names.append(next(iter(row.patterns)))
        elif columns.count(column) == 1 and len(ids) > 1:
            names.append(column)
        else:
            section, _, *rest = column.split(".")
            names.append(".".join([section, "|".join(ids), *rest]))
    return names


def _asked(only: Sequence[str], name: str, row: _Rows) -> bool:
    known = (name, *(figure.path for figure in row.figures))
    return any(fnmatchcase(path, pattern) for path in known for pattern in only)


def _all_match(
    only: Sequence[str], names: Sequence[str], rows: Sequence[_Rows], option: str
) -> None:
    paths = [*names, *(figure.path for row in rows for figure in row.figures)]
    allowed = Words(
        "an assumed figure, or a pattern of some: callers.*", "假设的数，或它们的样式：callers.*"
    )
    faults = [
        Fault(option, "", shown(pattern), allowed, nearest(pattern, paths))
        for pattern in only if not any(fnmatchcase(path, pattern) for path in paths)
    ]
    if faults:
        raise BadInput(faults)


def _put(node: Raw, path: str, old: Number, new: Number) -> bool:
    """Set the figure at a dotted path, whose ids may hold dots, if it is as expected."""
    if path in node:
        known = bool(node[path] == old)
        node[path] = new if known else node[path]
        return known
    return any(
        isinstance(below, dict) and path.startswith(f"{key}.")
        and _put(below, path.removeprefix(f"{key}."), old, new)
        for key, below in node.items()
    )


def _plain(value: float) -> Number:
    """As a person would write it: whole if it is, else six digits."""
    return int(value) if value == round(value) else float(f"{value:.6g}")
