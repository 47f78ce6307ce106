"""One scenario folder as it is on disk, before anything is merged or checked."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path as Folder
from typing import Any

from sim.scenario.faults import NOTHING, Fault, Words, listed, narrow, nearest, shown
from sim.scenario.findings import HEADER, Finding, Spot, Spots, locate
from sim.scenario.reading.attached import attach
from sim.scenario.reading.files import Grid, cell, read_grid, read_text
from sim.scenario.shape import Path, Shape, root, shape_at, tables

TOML = "scenario.toml"
DEEPEST = 20


@dataclass
class Layer:
    """What one folder says: a partial raw scenario, and where each part of it is written."""

    folder: Folder
    raw: dict[str, Any] = field(default_factory=dict)
    extends: str = ""
    """the scenario it starts from; empty: none"""
    settings: list[tuple[str, Any]] = field(default_factory=list)
    """the ``[set]`` table: dotted keys and values"""
    spots: Spots = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)
    """paths already reported, about which nothing more should be said"""


def read_layer(folder: Folder, prefix: str = "") -> Layer:
    """Everything in ``folder``; ``prefix`` goes before its files' names in faults and notes."""
    layer = Layer(folder)
    _read_toml(layer, prefix)
    for table in tables():
        path = folder / f"{table}.csv"
        # A link that leads nowhere is there too, and its own fault.
        if os.path.lexists(path):
            grid = read_grid(path, f"{prefix}{table}.csv")
            layer.notes += grid.notes
            if grid.unusable:
                layer.faults += grid.faults
                layer.broken.add((table,))
            else:
                _read_table(layer, table, grid, f"{prefix}{table}.csv")
    _misnamed(layer, prefix)
    faults, broken, notes = attach(layer.raw, folder, prefix, layer.spots)
    layer.faults += faults
    layer.broken |= broken
    layer.notes += notes
    return layer


def plain(value: Any, depth: int = 0) -> Any:
    """A TOML value as JSON can hold it: dates and times as text.

    Raises ``ValueError`` where tables lie deeper in each other than any scenario needs.
    """
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} tables inside each other")
    if isinstance(value, dict):
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def _read_toml(layer: Layer, prefix: str) -> None:
    label = f"{prefix}{TOML}"
    text, notes, faults = read_text(layer.folder / TOML, label)
    layer.faults += faults
    layer.notes += notes
    sections = [key for key in root().keys if key not in tables()]
    if text is None:
        layer.broken |= {(key,) for key in sections}
        return
    try:
        content = plain(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        layer.faults.append(syntax(label, text, str(error)))
        layer.broken |= {(key,) for key in sections}
        return
    for key in [key for key in content if key not in root().keys]:
        _own_key(layer, label, content, key)
    for key, value in content.items():
        if isinstance(value, dict) and isinstance(value.get("extends"), str):
            allowed = Words(
                "extends above the first [section] of the file", "extends 写在文件第一个 [节] 之前"
            )
            layer.faults.append(Fault(label, f"{key}.extends", shown(value["extends"]), allowed))
            layer.broken |= {(name,) for name in root().keys}
        if key in tables():
            found = Finding(
                (key,), shown(key), Words(f"its rows in {key}.csv", f"写在 {key}.csv 里的行")
            )
            layer.faults.append(Fault(label, key, found.found, found.allowed))
            continue
        layer.raw[key] = value
        _mark(layer.spots, (key,), value, Spot(label))


def _own_key(layer: Layer, label: str, content: dict[str, Any], key: str) -> None:
    """Take ``extends`` and ``set`` out of the file's content, and the misspelt ``extends``."""
    meant = key if key in ("extends", "set") else nearest(key, [*root().keys, "extends", "set"])
    if meant not in ("extends", "set") or (meant != key and meant in content):
        return
    value = content.pop(key)
    if meant != key:
        allowed = listed(["extends", "set", *root().keys], 40)
        layer.faults.append(Fault(label, key, shown(key), allowed, meant))
    if meant == "extends" and isinstance(value, str) and value.strip():
        layer.extends = value
    elif meant == "extends":
        allowed = Words("the name or path of a scenario", "一个方案的名称或路径")
        layer.faults.append(Fault(label, key, shown(value), allowed))
        layer.broken |= {(name,) for name in root().keys}
    elif isinstance(value, dict):
        layer.settings = flat(value)
    else:
        allowed = Words('a table [set] with lines "key" = value', '[set] 表，每行 "键" = 值')
        layer.faults.append(Fault(label, key, shown(value), allowed))


def flat(node: dict[str, Any]) -> list[tuple[str, Any]]:
    """``[set]`` with dotted keys, quoted or not, as one level of dotted keys."""
    return _flat(node, root(), ())


def _flat(node: dict[str, Any], shape: Shape | None, path: Path) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for key, value in node.items():
        below = shape
        for part in key.split("."):
            below = below.child(part) if below else None
        if isinstance(value, dict) and (below is None or below.kind != "length"):
            out += _flat(value, below, (*path, key))
        else:
            out.append((".".join((*path, key)), value))
    return out


def _mark(spots: Spots, path: Path, value: Any, spot: Spot) -> None:
    spots[path] = spot
    if isinstance(value, dict):
        for key, item in value.items():
            _mark(spots, (*path, key), item, spot)


def syntax(label: str, text: str, message: str) -> Fault:
    """The fault of a text that is no TOML; ``message`` is what the parser said."""
    place = re.search(r"\(at line (\d+), column \d+\)", message)
    line = int(place[1]) if place else len(text.splitlines()) or 1
    lines = text.splitlines()
    found = shown(lines[line - 1].strip()) if line <= len(lines) else NOTHING
    reason = re.sub(r"\s*\(at .*\)$", "", message)
    return Fault(
        label,
        Words(f"line {line}", f"第 {line} 行"),
        found,
        Words(f"TOML, key = value, text in quotes ({reason})", "TOML 写法：键 = 值，文字加引号"),
    )


def _read_table(layer: Layer, table: str, grid: Grid, label: str) -> None:
    shape = shape_at((table, "any"))
    for column in grid.columns:
        if column != "id":
            layer.spots[table, HEADER, column] = Spot(label, grid.top)
    layer.spots[table, HEADER] = Spot(label, grid.top)
    headed = "id" in grid.columns or grid.unsure
    # Where the first row is no header, that its cells are too few or too many says nothing.
    layer.faults += grid.faults if headed else []
    if not headed or grid.unsure:
        if not headed:
            near = next((name for name in grid.columns if narrow(name).casefold() == "id"), "")
            layer.faults.append(
                locate(
                    Finding(
                        (table, HEADER, near or "id"),
                        shown(near or ", ".join(grid.columns)),
                        Words("a column id", "id 列"),
                        "id" if near else "",
                    ),
                    layer.spots,
                )
            )
        layer.broken.add((table,))
        return
    rows: dict[str, dict[str, Any]] = {}
    for number, cells in grid.rows:
        row_id = cells.pop("id", "")
        place = Words(f"row {number} column id", f"第 {number} 行 id 列")
        if not row_id:
            allowed = Words("an id in every row", "每行都有 id")
            if number not in grid.uneven:
                layer.faults.append(Fault(label, place, NOTHING, allowed))
            layer.broken.add((table, HEADER, "id"))
            continue
        if row_id in rows:
            first = layer.spots[table, row_id].row
            allowed = Words(
                f"each id once (also in row {first})", f"id 不重复（第 {first} 行已有）"
            )
            layer.faults.append(Fault(label, place, shown(row_id), allowed))
            layer.broken.add((table, HEADER, "id"))
            continue
        layer.spots[table, row_id] = Spot(label, number)
        if number in grid.uneven:
            layer.broken.add((table, row_id))
        rows[row_id] = {
            column: cell(text, shape.child(column) if shape else None)
            for column, text in cells.items()
        }
    layer.raw[table] = rows


def _misnamed(layer: Layer, prefix: str) -> None:
    """A CSV that nothing uses and whose name is nearly that of a table that is not there."""
    names = listed([f"{table}.csv" for table in tables()])
    absent = [table for table in tables() if not os.path.lexists(layer.folder / f"{table}.csv")]
    for path in sorted(layer.folder.glob("*")):
        # Windows hides endings, so that shifts.csv.txt looks like shifts.csv.
        name = re.fullmatch(r"(.+?)\.csv(\.csv|\.txt)?", path.name, re.IGNORECASE)
        meant = nearest(name[1], absent, likeness=0.8) if name else ""
        if meant and not _used(layer.raw, path.name):
            found = Words("a file nobody reads", "没有用到的文件")
            layer.faults.append(Fault(f"{prefix}{path.name}", "", found, names, f"{meant}.csv"))
            layer.broken.add((meant,))


def _used(raw: Any, name: str) -> bool:
    if isinstance(raw, dict):
        return any(_used(value, name) for value in raw.values())
    return bool(raw == name)
