"""Changes to a raw scenario: a folder over its base, ``[set]`` tables and ``--set key=value``."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.scenario.faults import Fault, Words, listed, nearest, shown
from sim.scenario.findings import Spot, Spots
from sim.scenario.reading.files import cell
from sim.scenario.reading.folder import plain
from sim.scenario.sections.quantities import UNIT_MS
from sim.scenario.shape import FOLDED, OPEN_COLUMNS, Path, Shape, key_words, root, shape_at, tables

Raw = dict[str, Any]
READ_FROM: dict[Path, str] = {("travel", "matrix"): "minutes", ("dispatch", "module"): "code"}
"""Key that names a file -> its neighbour that holds what was read from it."""
UNSAID = ("name", "about", "answers", "sources")
"""Sections whose differences from the base are not listed as changes."""


def merged(base: Raw, over: Mapping[str, Any]) -> Raw:
    """``over`` on ``base``: sections key by key, table rows whole by id, new ones at the end.

    A scenario that answers something has a question of its own: its answers replace the base's. A
    distribution that says its ``dist`` replaces the base's; a travel matrix replaces its minutes.
    """
    out = copy.deepcopy(base)
    for key, value in over.items():
        if key == "answers":
            out[key] = copy.deepcopy(value)
        elif key in tables():
            out[key] = {**out.get(key, {}), **copy.deepcopy(value)}
        else:
            out[key] = _over(out.get(key), copy.deepcopy(value), shape_at((key,)), (key,))
    return out


def moved(spots: Spots, over: Spots) -> Spots:
    """Where things are written once ``over`` lies on top; a replaced row forgets its old cells."""
    kept = {
        path: spot
        for path, spot in spots.items()
        if not (path[0] in tables() and len(path) > 2 and path[:2] in over and path[1])
    }
    return {**kept, **over}


def parse(change: str) -> tuple[str, Any] | Fault:
    """``"hotline.lines=30"`` -> ``("hotline.lines", 30)``; what is no TOML value stays text."""
    key, sign, text = change.partition("=")
    if not sign or not key.strip():
        allowed = Words("key=value, for example hotline.lines=30", "键=值，例如 hotline.lines=30")
        return Fault("--set", "", shown(change), allowed)
    try:
        content = plain(tomllib.loads(f"value = {text.strip()}"))
        value = content["value"] if len(content) == 1 else text.strip()
    except (ValueError, RecursionError):
        value = text.strip()
    leaf = shape_at(_path(key.strip()))
    as_text = leaf is not None and leaf.kind == "text" and not isinstance(value, str | dict | list)
    return key.strip(), text.strip() if as_text else value


def settle(
    raw: Raw, spots: Spots, settings: Iterable[tuple[str, Any]], spot: Spot
) -> tuple[list[str], list[Fault]]:
    """Apply settings to ``raw`` in place: what changed as ``key: old -> new``, and the faults."""
    changes: list[str] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for key, value in settings:
        path = _path(key)
        fault = _unknown(raw, key, path, spot.file)
        stem, _, unit = key.rpartition("_")
        stem = stem if unit in UNIT_MS else key
        if stem in seen:
            found = Words(f'"{key}" twice', f"“{key}”设了两次")
            if seen[stem] != key:
                found = Words(f'"{seen[stem]}" too', f"另有“{seen[stem]}”")
            fault = Fault(spot.file, key, found, Words("each key once", "每个键只设一次"))
        seen.setdefault(stem, key)
        if fault:
            faults.append(fault)
        above = (_get(raw, path[:depth]) for depth in range(1, len(path)))
        if fault or not all(isinstance(node, dict | None) for node in above):
            # Where a plain value stands in the place of a section, that is the fault to tell.
            continue
        old = _get(raw, path)
        _put(raw, path, value)
        for known in [p for p in spots if p[: len(path)] == path]:
            del spots[known]
        spots[path] = spot
        new = _get(raw, path)
        if new != old:
            changes.append(f"{key}: {_said(old)} -> {_said(new)}")
    return changes, faults


def differences(old: Raw, new: Raw) -> list[str]:
    """Every leaf in which two raw scenarios differ, and every new row, as ``key: old -> new``."""
    lines: list[str] = []
    for key in new:
        if key not in UNSAID:
            lines += _differ((key,), old.get(key), new[key])
    return lines


def _differ(path: Path, old: Any, new: Any) -> Iterator[str]:
    both = isinstance(old, dict) and isinstance(new, dict)
    whole = path[0] in tables() and len(path) == 2 and old is None
    if path in (("travel", "minutes"), ("dispatch", "code")):
        if old is not None and new is not None and old != new:
            yield f"{'.'.join(path)}: another file"
    elif both or (isinstance(new, dict) and old is None and not whole):
        known = old or {}
        for key in [*known, *(k for k in new if k not in known)]:
            yield from _differ((*path, key), known.get(key), new.get(key))
    elif old != new:
        before = "no row" if whole else _said(old)
        yield f"{'.'.join(path)}: {before} -> {_said(new)}"


def _over(old: Any, new: Any, shape: Shape | None, path: Path) -> Any:
    length = shape is not None and shape.kind == "length"
    if not isinstance(old, dict) or not isinstance(new, dict) or (length and "dist" in new):
        return new
    if path == ("travel", "minutes"):
        return new
    out = dict(old)
    for key, value in new.items():
        if length:
            _drop_other_units(out, key, "")
        if (*path, key) in READ_FROM and READ_FROM[*path, key] not in new:
            out.pop(READ_FROM[*path, key], None)
        out[key] = _over(out.get(key), value, shape.child(key) if shape else None, (*path, key))
    return out


def _path(key: str) -> Path:
    parts = key.split(".")
    if parts[0] in tables() and len(parts) > 2:
        return parts[0], ".".join(parts[1:-1]), parts[-1]
    return tuple(parts)


def _get(raw: Raw, path: Path) -> Any:
    node: Any = raw
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return copy.deepcopy(node)


def _put(raw: Raw, path: Path, value: Any) -> None:
    """Set one leaf; an empty text blanks a cell; other units and what was read from files go."""
    node: Any = raw
    for key in path[:-1]:
        node = node.setdefault(key, {})
    last = path[-1]
    if path[0] in tables():
        if value == "":
            node.pop(last, None)
            return
        for stem in FOLDED:
            if last.startswith(f"{stem}_"):
                _drop_other_units(node, last, f"{stem}_")
        value = cell(value, shape_at(path)) if isinstance(value, str) else value
    parent = shape_at(path[:-1])
    if parent is not None and parent.kind == "length":
        _drop_other_units(node, last, "")
    if path in READ_FROM:
        node.pop(READ_FROM[path], None)
    node[last] = copy.deepcopy(value)


def _drop_other_units(node: dict[str, Any], key: str, prefix: str) -> None:
    """``mean_min`` takes the place of ``mean_s``."""
    stem, _, unit = key.rpartition("_")
    if unit in UNIT_MS and stem != prefix.rstrip("_"):
        for other in UNIT_MS:
            if other != unit:
                node.pop(f"{stem}_{other}", None)


def _unknown(raw: Raw, key: str, path: Path, file: str) -> Fault | None:
    """The fault if ``path`` leads nowhere in the schema, or to something that is not there."""
    shape: Shape | None = root()
    for depth, part in enumerate(path):
        if shape is None or shape.kind in ("number", "text", "flag", "list"):
            allowed = Words(
                f"no key below {'.'.join(path[:depth])}", f"{'.'.join(path[:depth])} 下面没有键"
            )
            return Fault(file, key, shown(part), allowed)
        choices, allowed = _choices(raw, shape, path[:depth])
        if part not in choices:
            near = nearest(part, choices)
            full = ".".join((*path[:depth], near, *path[depth + 1 :])) if near else ""
            return Fault(file, key, shown(part), allowed, full)
        shape = shape.child(part)
    if shape is not None and shape.kind in ("section", "entries", "table", "row"):
        choices, _ = _choices(raw, shape, path)
        ways = [f"{key}.{choice}" for choice in choices]
        if path[0] in tables() and shape.kind == "table":
            way = Words(f"{key}.<id>.<column>", f"{key}.<id>.<列名>")
        else:
            way = listed(ways, 40)
        return Fault(
            file,
            key,
            Words("a whole section", "整节")
            if path[0] not in tables()
            else Words("no cell: a table and perhaps a row", "只写了表或行，没有列"),
            way,
        )
    return None


def _choices(raw: Raw, shape: Shape, path: Path) -> tuple[list[str], Words]:
    """What may follow ``path`` in a setting: known keys, or the entries that are there."""
    if shape.each is not None:
        node = _get(raw, path)
        there = list(node) if isinstance(node, dict) else []
        return there, listed(there, 40)
    keys = [key for key in shape.keys if not key.endswith("*")]
    if not path:
        return keys, listed(keys, 40)
    if shape.kind != "row":
        return keys, key_words(shape)
    for stem, section in OPEN_COLUMNS.items():
        entries = raw.get(section)
        if f"{stem}_*" in shape.keys and isinstance(entries, dict):
            keys += [f"{stem}_{name}" for name in entries]
    # A setting can give a row no other id.
    own = shape.allowed
    return keys, Words(own.removeprefix("id, "), own.zh.removeprefix("id、"))


def _said(value: Any) -> str:
    if value is None:
        return "default"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
