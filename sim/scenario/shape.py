"""The schema as a tree of keys: which key or column may stand where and what it may hold.

Read off the schema classes, so that unknown keys, wrong types and what is allowed can be told in
the words of the scenario's files, before and after the classes themselves validate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.faults import Words, listed
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import (
    UNIT_MS,
    Clock,
    Clocks,
    Date,
    Days,
    Distribution,
    Moment,
    Names,
    WeeklyHours,
)
from sim.scenario.sections.shifts import Break

Kind = Literal["section", "entries", "table", "row", "length", "number", "text", "flag", "list"]
Path = tuple[str, ...]

FOLDED = ("duration", "patience", "lead", "carry", "remaining", "assessment")
"""Distributions that a CSV writes as columns ``<name>_dist``, ``<name>_mean_min`` ..."""
OPEN_COLUMNS = {"pop": "groups", "share": "callers", "yuan": "services"}
"""Columns ``<name>_<key>``, one for each key of a section or id of a table."""
PROSE = (
    "name", "about", "title", "story", "question", "answer", "organisation", "source", "number",
    "code", "book",
)
"""Text for people, where any punctuation may stand."""


@dataclass(frozen=True)
class Shape:
    """What may stand at one place of a scenario."""

    kind: Kind
    allowed: Words
    """what is allowed here, for people"""
    keys: Mapping[str, Shape] = field(default_factory=dict)
    """section, row, length: the known keys"""
    each: Shape | None = None
    """entries, table, list: what stands under any key"""
    choices: tuple[str, ...] = ()
    """text, flag: the only values allowed; empty: any"""
    required: tuple[str, ...] = ()
    """section, row: keys that must be there"""
    prose: bool = False

    def child(self, key: str) -> Shape | None:
        """What may stand under ``key``; None if the key is not known."""
        if self.each is not None and key not in self.keys:
            return self.each
        if key in self.keys:
            return self.keys[key]
        stem, _, rest = key.partition("_")
        return self.keys.get(f"{stem}_*") if rest and self.kind == "row" else None


@cache
def root() -> Shape:
    """The shape of a whole scenario: sections, and tables as ``{id: {column: value}}``."""
    whole = _section(Scenario)
    sections = [key for key, shape in whole.keys.items() if shape.kind != "table"]
    return replace(whole, allowed=listed([*sections, "extends", "set"], 40))


def shape_at(path: Sequence[str]) -> Shape | None:
    """The shape at a path of keys; None where the schema knows none."""
    shape: Shape | None = root()
    for key in path:
        shape = shape.child(key) if shape else None
    return shape


def tables() -> tuple[str, ...]:
    """The names of the tables, in the schema's order."""
    return tuple(name for name, shape in root().keys.items() if shape.kind == "table")


def _section(model: type[BaseModel]) -> Shape:
    hints = get_type_hints(model, include_extras=True)
    # What a class adds to those it is made from comes first: a row begins with its id.
    own = {name: model.model_fields[name] for name in model.__annotations__}
    fields = own | model.model_fields
    keys = {name: _shape(hints[name], info, name) for name, info in fields.items()}
    required = tuple(name for name, info in model.model_fields.items() if info.is_required())
    return Shape("section", _keys_allowed(keys), keys, required=required)


def _row(model: type[BaseModel]) -> Shape:
    whole = _section(model)
    keys: dict[str, Shape] = {}
    for name, shape in whole.keys.items():
        if name in FOLDED:
            keys |= {f"{name}_{key}": leaf for key, leaf in shape.keys.items()}
        elif name in OPEN_COLUMNS and shape.each:
            keys[f"{name}_*"] = shape.each
        elif name != "id":
            keys[name] = shape
    plain = [name for name in whole.keys if name not in FOLDED]
    names = [f"{name}_<{OPEN_COLUMNS[name]}>" if name in OPEN_COLUMNS else name for name in plain]
    names += [f"{name}_<...>" for name in FOLDED if name in whole.keys]
    required = tuple(name for name in whole.required if name != "id")
    return Shape("row", listed(names, 40), keys, required=required)


def _length() -> Shape:
    number = Shape("number", Words("a number, not negative", "不小于 0 的数"))
    several = Words("numbers, not negative", "不小于 0 的若干个数")
    numbers = Shape("list", several, each=number)
    keys = {"dist": _shape(get_type_hints(Distribution)["dist"], None, "dist")}
    for stem in ("value", "mean", "low", "mode", "high"):
        keys |= {f"{stem}_{unit}": number for unit in UNIT_MS}
    keys |= {f"values_{unit}": numbers for unit in UNIT_MS}
    cv = Words("a number above 0 and at most 20", "大于 0、不超过 20 的数")
    keys |= {"cv": Shape("number", cv), "weights": numbers}
    keys["file"] = Shape("text", Words("a CSV in the folder", "文件夹里的一个 CSV"))
    allowed = Words(
        'a distribution such as {dist = "exponential", mean_s = 180}',
        '一个分布，例如 {dist = "exponential", mean_s = 180}',
    )
    return Shape("length", allowed, keys)


def key_words(shape: Shape) -> Words:
    """The keys that may stand in a section, row or distribution, for people."""
    if shape.kind != "length":
        return shape.allowed
    stems, units = "value_, mean_, low_, mode_, high_, values_", ", ".join(UNIT_MS)
    return Words(
        f"dist, cv, weights, file, or {stems} with a unit ({units})",
        f"dist、cv、weights、file，或 {stems} 加单位（{units}）",
    )


def _shape(hint: Any, info: FieldInfo | None, name: str) -> Shape:
    prose = name.split("_")[0] in PROSE
    for alias, words in _ALIASES:
        if hint == alias:
            return Shape("text", words)
    limits = _limits(list(info.metadata) if info else [])
    while get_origin(hint) in (Annotated, Union, UnionType):
        if get_origin(hint) is Annotated:
            hint, *extras = get_args(hint)
            for extra in extras:
                limits |= _limits(extra.metadata if isinstance(extra, FieldInfo) else [extra])
        else:
            hint = next(part for part in get_args(hint) if part is not type(None))
        for alias, words in _ALIASES:
            if hint == alias:
                return Shape("text", words)
    if get_origin(hint) is dict:
        each = _shape(get_args(hint)[1], None, "")
        words = Words(f"entries of: {each.allowed}", f"若干项：{each.allowed.zh}")
        return Shape("entries", words, each=each)
    if get_origin(hint) is tuple:
        return _many(get_args(hint)[0], limits)
    if get_origin(hint) is Literal:
        return _choice([str(value) for value in get_args(hint)], isinstance(get_args(hint)[0], int))
    if hint is bool:
        return Shape("flag", Words("true or false", "true 或 false"), choices=("true", "false"))
    if hint in (int, float):
        return Shape("number", _number(hint is int, limits))
    if issubclass(hint, StrEnum):
        return _choice([member.value for member in hint], False)
    if issubclass(hint, Distribution):
        return _length()
    if issubclass(hint, BaseModel):
        return _section(hint)
    return Shape("text", Words("text", "文字"), prose=prose)


def _many(item: Any, limits: dict[str, Any]) -> Shape:
    if item is Break:
        return Shape("text", _BREAKS)
    if isinstance(item, type) and issubclass(item, BaseModel):
        row = _row(item)
        return Shape("table", Words("rows", "若干行"), each=row)
    one, size = _shape(item, None, ""), limits.get("min_length", "")
    return Shape(
        "list",
        Words(
            f"a list of {size} items, each {one.allowed}",
            f"{size} 项的列表，每项为 {one.allowed.zh}",
        ),
        each=one,
    )


def _choice(choices: list[str], number: bool) -> Shape:
    return Shape(
        "number" if number else "text",
        listed(choices, 99),
        choices=() if number else tuple(choices),
    )


def _keys_allowed(keys: Mapping[str, Shape]) -> Words:
    return listed(keys, 40)


def _limits(metadata: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in metadata:
        for name in ("ge", "gt", "le", "min_length"):
            if getattr(item, name, None) is not None:
                found[name] = getattr(item, name)
    return found


def _number(whole: bool, limits: dict[str, Any]) -> Words:
    en, zh = ("a whole number", "整数") if whole else ("a number", "数")
    low, above, high = (limits.get(name) for name in ("ge", "gt", "le"))
    if low is not None and high is not None:
        return Words(
            f"{en} from {low:,.15g} to {high:,.15g}", f"{low:,.15g} 到 {high:,.15g} 的{zh}"
        )
    if above is not None and high is not None:
        return Words(
            f"{en} above {above:g} and at most {high:,.15g}",
            f"大于 {above:g}、不超过 {high:,.15g} 的{zh}",
        )
    return Words(en, zh)


_BREAKS = Words(
    "breaks such as 11:30-13:00/30 (window/minutes), separated by |",
    "休息，例如 11:30-13:00/30（时段/分钟），用 | 隔开",
)
_ALIASES: tuple[tuple[Any, Words], ...] = (
    (Clock, Words("a clock time HH:MM, for example 08:30", "时刻 HH:MM，例如 08:30")),
    (Clocks, Words("clock times HH:MM separated by |", "若干时刻 HH:MM，用 | 隔开")),
    (Days, Words("days such as Mon-Fri, Sat Sun or daily", "星期，例如 Mon-Fri、Sat Sun 或 daily")),
    (Names, Words("names separated by |", "若干名称，用 | 隔开")),
    (
        WeeklyHours,
        Words(
            "opening hours such as Mon-Fri 08:00-18:00 | Sat 09:00-12:00, or always",
            "开放时间，例如 Mon-Fri 08:00-18:00 | Sat 09:00-12:00，或 always",
        ),
    ),
    (
        Moment,
        Words("a full hour such as 2026-03-01 08:00", "整点，例如 2026-03-01 08:00"),
    ),
    (Date, Words("a date such as 2026-03-01", "日期，例如 2026-03-01")),
)
