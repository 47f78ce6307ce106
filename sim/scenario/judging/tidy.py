"""Keys and types, before the schema classes look: unknown keys, text for numbers, odd characters.

Each fault is reported once and then passed over - a misspelt key is read as the one it was meant to
be, a value of the wrong type is left out - so that the classes can judge the rest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from sim.scenario.faults import Words, narrow, nearest, shown
from sim.scenario.findings import HEADER, Finding, Spots
from sim.scenario.reading.files import cell, repaired
from sim.scenario.sections.quantities import UNIT_MS
from sim.scenario.shape import FOLDED, OPEN_COLUMNS, Path, Shape, key_words, root, tables

WIDE = re.compile(r"[０-９：；，、｜．－％＊＝]")
UNITS = {
    "ms": ("millis", "milliseconds"),
    "s": ("sec", "secs", "second", "seconds"),
    "min": ("m", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "days": ("d", "day"),
}
"""Unit in a key -> how else people write it."""
_MEANT = {"true": ("yes", "on", "1", "是"), "false": ("no", "off", "0", "否")}
"""A flag -> how else people write it."""
ID = re.compile(r"[^\s.|*,;:=/\\\"'“”]+")
ID_WORDS = Words(
    "an id without blanks, dots, commas or any of | * : ; = / \\ and quotes",
    "id 里没有空格、点、逗号、引号和 | * : ; = / \\",
)


def ordinary(name: str) -> bool:
    """Whether a name may stand as an id."""
    return bool(ID.fullmatch(name)) and not WIDE.search(name)


def tidy(raw: dict[str, Any], spots: Spots) -> tuple[dict[str, Any], list[Finding]]:
    """A copy of ``raw`` with only known keys and values of the right type, and the faults."""
    found: list[Finding] = []
    for path in spots:
        if len(path) == 3 and path[1] == HEADER:
            _column(raw, path[0], path[2], found)
    out = _keyed(raw, root(), (), raw, found)
    return out, list(dict.fromkeys(found))


def _keyed(value: dict[str, Any], shape: Shape, path: Path, raw: Any, found: list[Finding]) -> Any:
    out: dict[str, Any] = {}
    row = shape.kind == "row"
    for key, item in value.items():
        below = shape.child(key)
        if below is None and row:
            guess = _column(raw, path[0], key, found)
        elif below is None:
            keys = [name for name, known in shape.keys.items() if known.kind != "table"]
            guess = _in_unit(key, keys) or nearest(key, keys)
            found.append(Finding((*path, key), shown(key), key_words(shape), guess))
        else:
            guess = key
        if below is None and (not guess or guess in value or guess in out):
            continue
        below = below or shape.child(guess)
        if below is not None:
            if row and guess != key and isinstance(item, str):
                item = cell(item, below)
            clean = _clean(item, below, (*path, guess), raw, found)
            if clean is not None:
                out[guess] = clean
    return out


def _clean(value: Any, shape: Shape, path: Path, raw: Any, found: list[Finding]) -> Any:
    """The value if its type is right; otherwise None, and one more finding."""
    if shape.kind in ("number", "text", "flag", "list"):
        return _leaf(value, shape, path, found)
    if not isinstance(value, dict):
        found.append(Finding(path, shown(value), _container_words(shape)))
        return None
    if shape.each is None:
        return _keyed(value, shape, path, raw, found)
    out = {}
    for key, item in value.items():
        if path != ("sources",) and not ID.fullmatch(key):
            where = (*path, key, "id") if path[0] in tables() else (*path, key)
            plain = re.sub(r"[\s.|*,;:=/\\]+", "-", narrow(key)).strip("-")
            found.append(Finding(where, shown(key), ID_WORDS, plain if plain != key else ""))
        elif path != ("sources",) and WIDE.search(key):
            where = (*path, key, "id") if path[0] in tables() else (*path, key)
            found.append(Finding(where, shown(key), _ORDINARY, narrow(key)))
        clean = _clean(item, shape.each, (*path, key), raw, found)
        if clean is not None:
            out[key] = clean
    return out


def _leaf(value: Any, shape: Shape, path: Path, found: list[Finding]) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        value = math.inf if value > 0 else -math.inf
    if shape.kind == "list":
        return _list(value, shape, path, found)
    if shape.kind == "flag":
        return _flag(value, shape, path, found)
    wrong = isinstance(value, bool | dict | list) or value is None
    if shape.kind == "number" and not wrong and not isinstance(value, str):
        return value
    if shape.kind == "text" and not wrong:
        if isinstance(value, str) and not shape.prose and WIDE.search(value):
            near = narrow(value)
            if "|" in shape.allowed:
                near = re.sub(r"\s*[,;]\s*", " | ", near)
            found.append(Finding(path, shown(value), _ORDINARY, near))
            return None
        return value
    found.append(_no_number(path, value, shape.allowed))
    return None


def _no_number(path: Path, value: Any, allowed: Words) -> Finding:
    near = repaired(narrow(value)) if isinstance(value, str) else ""
    if near and near == value:
        return Finding(
            path, shown(value), Words(f"{allowed}, without quotes", f"{allowed.zh}，不加引号")
        )
    return Finding(path, shown(value), allowed, near)


def _flag(value: Any, shape: Shape, path: Path, found: list[Finding]) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    near = next((flag for flag, others in _MEANT.items() if word in others), "")
    found.append(Finding(path, shown(value), shape.allowed, near or nearest(word, shape.choices)))
    return None


def _list(value: Any, shape: Shape, path: Path, found: list[Finding]) -> Any:
    if not isinstance(value, list | tuple):
        found.append(Finding(path, shown(value), shape.allowed))
        return None
    bad = [
        n
        for n, item in enumerate(value, 1)
        if isinstance(item, bool) or not isinstance(item, int | float) or abs(item) > 1e18
    ]
    allowed = shape.each.allowed if shape.each else shape.allowed
    found += [_no_number((*path, f"[{n}]"), value[n - 1], allowed) for n in bad]
    return None if bad else list(value)


def _column(raw: dict[str, Any], table: str, name: str, found: list[Finding]) -> str:
    """The known column that ``name`` is or was meant to be; '' where nothing is like it."""
    row = root().keys[table].each
    if row is None or row.child(name) is not None or name == "id":
        return name
    names = [key for key in row.keys if not key.endswith("*")]
    for stem, section in OPEN_COLUMNS.items():
        if f"{stem}_*" in row.keys and isinstance(raw.get(section), dict):
            names += [f"{stem}_{key}" for key in raw[section]]
    allowed, guess = row.allowed, nearest(name, names)
    stem = next(
        (stem for stem in FOLDED if name.startswith(f"{stem}_") and f"{stem}_dist" in names), ""
    )
    if stem:
        stems, units = "value mean low mode high values", ", ".join(UNIT_MS)
        columns = ", ".join(f"{stem}_{part}" for part in ("dist", "cv", "weights", "file"))
        parts = ", ".join(f"{stem}_{part}_" for part in stems.split())
        allowed = Words(
            f"{columns}, or {parts} with a unit ({units})",
            f"{columns}，或 {parts} 加单位（{units}）",
        )
        names = [key for key in names if key.startswith(f"{stem}_")]
        guess = _in_unit(name, names) or nearest(name, names)
    found.append(Finding((table, HEADER, name), shown(name), allowed, guess))
    return guess


def _in_unit(name: str, keys: Collection[str]) -> str:
    """``mean_hours`` -> ``mean_h``, where that is one of ``keys``."""
    stem, _, unit = name.rpartition("_")
    meant = f"{stem}_{next((short for short, long in UNITS.items() if unit in long), '')}"
    return meant if meant in keys else ""


def _container_words(shape: Shape) -> Words:
    if shape.kind == "length":
        return shape.allowed
    if shape.kind == "table":
        return Words("rows, each under its id", "若干行，各有 id")
    if shape.kind == "row":
        return Words(f"a row with columns {shape.allowed}", f"一行，列为 {shape.allowed.zh}")
    if shape.kind == "section":
        return Words(f"a section with keys {shape.allowed}", f"一节，键为 {shape.allowed.zh}")
    return Words("a section with one entry a name", "一节，每个名称一项")


_ORDINARY = Words("ordinary (half-width) digits and punctuation", "半角数字和标点")
