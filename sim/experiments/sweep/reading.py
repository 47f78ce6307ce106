"""Study files: TOML with the scenario, what is varied in it, and how often it is replicated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.experiments.points import VARIANT
from sim.experiments.replicate import MOST_REPLICATIONS
from sim.experiments.sweep import varying
from sim.experiments.sweep.design import CASE, DESIGNS, Axis, Case, Change, Level, toml
from sim.experiments.sweep.study import (
    MOST_POINTS,
    REPLICATIONS,
    SEED,
    Study,
    numbered,
    repeated,
)
from sim.measures.summary import COLUMNS
from sim.scenario.faults import NOTHING, Fault, Words, listed, nearest, shown
from sim.scenario.reading.files import read_text
from sim.scenario.reading.folder import flat, plain, syntax

TITLES = ("title_zh", "title_en", "question_zh", "question_en")
NUMBERS: dict[str, tuple[int, int | None]] = {
    "replications": (1, MOST_REPLICATIONS), "seed": (0, None),
    "points": (2, MOST_POINTS), "design_seed": (0, None),
}
TABLES = ("set", "vary", "axes", "variants")
KEYS = (*TITLES, "scenario", "design", *NUMBERS, *TABLES)
RESERVED = (VARIANT, CASE, *COLUMNS)
"""Names of columns that are taken."""

_TEXT = Words("text in quotes", "引号里的文字")
_SCENARIO = Words("a scenario's name or folder", "方案名或文件夹")
_SETTINGS = Words('lines "key" = value', '若干行 "键" = 值')
_LEVELS = Words("blocks, each with a level and a set", "若干段，每段写 level 和 set")
_LEVEL = Words("a number or a text, the name of the level", "数字或文字，即该档的名称")
_CASE = Words("a table with set, scenario or both", "一节，写 set、scenario 或两者")
_FREE = Words("another name: the result has a column of this one", "别的名称：结果里已有这一列")
_LATIN = Words("design = latin_hypercube as well", "同时写 design = latin_hypercube")


def read(path: Path, more: Sequence[str] = ()) -> Study:
    """The study of a file; what is wrong with how it is written is in its ``faults``.

    ``more``: further keys that it may have; what they hold is in ``more`` of the study, unread.
    """
    label = path.name
    text, notes, faults = read_text(path, label)
    content: dict[str, Any] = {}
    if text is not None:
        try:
            content = plain(tomllib.loads(text))
        except (ValueError, RecursionError) as error:
            faults.append(syntax(label, text, str(error)))
            text = None
    if text is None:
        # Nothing more can be said of it.
        return Study(path.stem, "", label, faults=tuple(faults))
    reader = _Reader(label, content, faults, (*KEYS, *more))
    return reader.study(path.stem, tuple(notes))


class _Reader:
    """Takes a study's content apart and keeps what is wrong with it."""

    def __init__(
        self, label: str, content: dict[str, Any], faults: list[Fault], keys: Sequence[str]
    ) -> None:
        self.keys = keys
        self.label = label
        self.content = content
        self.faults = faults

    def study(self, name: str, notes: tuple[Words, ...]) -> Study:
        self._known(self.content, self.keys, "")
        titles = {key: self.content[key] for key in TITLES if key in self.content}
        for key, value in titles.items():
            if not isinstance(value, str):
                self._fault(key, shown(value), _TEXT)
        scenario = self.content.get("scenario")
        if not isinstance(scenario, str) or not scenario:
            self._fault("scenario", shown(scenario), _SCENARIO)
            scenario = ""
        numbers = {key: self._number(key) for key in NUMBERS}
        design = self._design()
        base = self._settings(self.content.get("set", {}), "set", f"{self.label} [set]")
        axes = [*self._vary(design), *self._axes()]
        taken = [axis.name for axis in axes if axis.name in RESERVED]
        for axis in taken:
            self._fault(f"axes.{axis}", shown(axis), _FREE)
        self.faults += repeated([axis.name for axis in axes], self.label, "vary, axes")
        return Study(
            name, scenario, self.label, titles, tuple(base), tuple(axes), tuple(self._cases()),
            design, numbers["points"] or 0, _or(numbers["design_seed"], 1),
            _or(numbers["replications"], REPLICATIONS), _or(numbers["seed"], SEED), notes,
            tuple(self.faults),
            {key: self.content[key] for key in self.keys[len(KEYS):] if key in self.content},
        )

    def _number(self, key: str) -> int | None:
        value = self.content.get(key)
        if value is None:
            return None
        fault = numbered(self.label, key, value, *NUMBERS[key])
        if fault:
            self.faults.append(fault)
        return None if fault else int(value)

    def _design(self) -> str:
        design = self.content.get("design", DESIGNS[0])
        if design not in DESIGNS:
            self._fault("design", shown(design), listed(DESIGNS), nearest(design, DESIGNS))
            return DESIGNS[0]
        latin = design == "latin_hypercube"
        if latin and "points" not in self.content:
            low, high = NUMBERS["points"]
            allowed = Words(f"how many points, {low} to {high:,}", f"点数，{low} 到 {high:,}")
            self._fault("points", NOTHING, allowed)
        for key in ("points", "design_seed"):
            if key in self.content and not latin:
                self._fault(key, shown(self.content[key]), _LATIN)
        return str(design)

    def _settings(self, given: Any, place: str, label: str) -> list[Change]:
        if not isinstance(given, dict):
            self._fault(place, shown(given), _SETTINGS)
            return []
        return [Change(key, toml(value), label) for key, value in flat(given)]

    def _vary(self, design: str) -> list[Axis]:
        given = self.content.get("vary", {})
        if not isinstance(given, dict):
            self._fault("vary", shown(given), _SETTINGS)
            return []
        label = f"{self.label} [vary]"
        free = design == "latin_hypercube"
        return self._kept(
            varying.values(key, value, label, key, free) for key, value in _lines(given)
        )

    def _kept(self, found: Iterable[Axis | Fault]) -> list[Axis]:
        whole = list(found)
        self.faults += [one for one in whole if isinstance(one, Fault)]
        return [one for one in whole if isinstance(one, Axis)]

    def _axes(self) -> list[Axis]:
        given = self.content.get("axes", {})
        if not isinstance(given, dict):
            allowed = Words("[[axes.name]] blocks", "若干 [[axes.名称]] 段")
            self._fault("axes", shown(given), allowed)
            return []
        axes = []
        for name, blocks in given.items():
            if not isinstance(blocks, list) or not blocks:
                self._fault(f"axes.{name}", shown(blocks), _LEVELS)
                continue
            levels = [self._level(f"axes.{name}", n, block) for n, block in enumerate(blocks, 1)]
            kept = tuple(level for level in levels if level is not None)
            values = [str(level.value) for level in kept]
            self.faults += repeated(values, self.label, f"axes.{name} level")
            if kept:
                axes.append(Axis(name, kept))
        return axes

    def _level(self, place: str, number: int, block: Any) -> Level | None:
        if not isinstance(block, dict):
            self._fault(place, shown(block), _LEVELS)
            return None
        here = f"{place} {number}"
        self._known(block, ("level", "set"), here)
        value = block.get("level")
        if isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
            self._fault(f"{here} level", shown(value), _LEVEL)
            return None
        label = f"{self.label} {place} {value}"
        return Level(value, tuple(self._settings(block.get("set", {}), f"{here} set", label)))

    def _cases(self) -> list[Case]:
        given = self.content.get("variants", {})
        if not isinstance(given, dict):
            allowed = Words("[variants.name] tables", "若干 [variants.名称] 节")
            self._fault("variants", shown(given), allowed)
            return []
        cases = []
        for name, case in given.items():
            place = f"variants.{name}"
            if not isinstance(case, dict):
                self._fault(place, shown(case), _CASE)
                continue
            self._known(case, ("set", "scenario"), place)
            scenario = case.get("scenario", "")
            if not isinstance(scenario, str):
                self._fault(f"{place}.scenario", shown(scenario), _SCENARIO)
                scenario = ""
            changes = self._settings(case.get("set", {}), f"{place}.set", f"{self.label} {place}")
            cases.append(Case(name, scenario, tuple(changes)))
        return cases

    def _known(self, given: dict[str, Any], keys: Sequence[str], place: str) -> None:
        for key in given:
            if key not in keys:
                where = f"{place} {key}".strip()
                self._fault(where, shown(key), listed(keys, 40), nearest(key, keys))

    def _fault(self, place: str, found: str, allowed: Words, near: str = "") -> None:
        self.faults.append(Fault(self.label, place, found, allowed, near))


def _lines(given: dict[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    """Key and values of each line, its key dotted, in quotes or not."""
    for key, value in given.items():
        here = f"{above}{key}"
        if isinstance(value, dict) and not set(value) & set(varying.ENDS):
            yield from _lines(value, f"{here}.")
        else:
            yield here, value


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
