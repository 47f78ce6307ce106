"""Files a scenario points to: observed values of a distribution, a travel matrix, own rules.

What they hold is written into the raw scenario, so that it no longer depends on the folder.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Any

from sim.scenario.faults import NOTHING, Fault, Words, nearest, shown
from sim.scenario.findings import Finding, Spot, Spots, locate
from sim.scenario.reading.files import Grid, is_file, number, read_grid, read_text, repaired
from sim.scenario.sections.quantities import UNIT_MS
from sim.scenario.shape import FOLDED, Path, shape_at, tables

LENGTH = Words("a number from 0 to 1,000,000,000", "0 到 1,000,000,000 的数")


def attach(
    raw: dict[str, Any], folder: Folder, prefix: str, spots: Spots
) -> tuple[list[Fault], set[Path], list[Words]]:
    """Read every file that ``raw`` names, into ``raw``; the faults, what they break, and notes.

    ``prefix`` goes before a file's name in faults. ``spots`` gains the matrix's rows. A matrix
    or module whose content is there already came from its own folder and is left as it is.
    """
    faults: list[Fault] = []
    broken: set[Path] = set()
    notes: list[Words] = []
    for path, node, stem in _named(raw):
        name = node[stem + "file"]
        grid = _open(folder, prefix, name, Finding(path, shown(name), _CSV), spots)
        columns, bad = _samples(grid, f"{prefix}{name}") if not grid.faults else ({}, [])
        del node[stem + "file"]
        for key in [k for k in node if k.startswith((stem + "values_", stem + "weights"))]:
            del node[key]
        node.setdefault(stem + "dist", "empirical")
        node |= {stem + key: value for key, value in columns.items()}
        if grid.faults or bad:
            broken.add(path)
        faults += grid.faults + bad
        notes += grid.notes
    travel = raw.get("travel")
    name = travel.get("matrix") if isinstance(travel, dict) else None
    if isinstance(travel, dict) and isinstance(name, str) and name and "minutes" not in travel:
        finding = Finding(("travel", "matrix"), shown(name), _CSV)
        grid = _open(folder, prefix, name, finding, spots)
        minutes, bad = _matrix(grid, f"{prefix}{name}", spots) if not grid.faults else ({}, [])
        travel["minutes"] = minutes
        if grid.faults or bad:
            broken.add(("travel", "matrix"))
        if not minutes:
            broken.add(("travel", "minutes"))
        faults += grid.faults + bad
        notes += grid.notes
    dispatch = raw.get("dispatch")
    name = dispatch.get("module") if isinstance(dispatch, dict) else None
    if isinstance(dispatch, dict) and isinstance(name, str) and name and "code" not in dispatch:
        text, noted, bad = _text(folder, prefix, name, spots)
        dispatch["code"] = text
        broken |= {("dispatch", "module")} if bad else set()
        faults += bad
        notes += noted
    return faults, broken, notes


def _named(raw: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any], str]]:
    """Path of each file's name, the dict that holds it, what stands before ``file`` in its key."""
    for table in tables():
        for row_id, row in raw.get(table, {}).items():
            for stem in FOLDED:
                if isinstance(row.get(f"{stem}_file"), str) and shape_at(
                    (table, row_id, f"{stem}_dist")
                ):
                    yield (table, row_id, f"{stem}_file"), row, f"{stem}_"
    stack: list[tuple[Path, Any]] = [((k,), v) for k, v in raw.items() if k not in tables()]
    while stack:
        path, node = stack.pop()
        if not isinstance(node, dict):
            continue
        shape = shape_at(path)
        if shape is not None and shape.kind == "length" and isinstance(node.get("file"), str):
            yield (*path, "file"), node, ""
        stack += [((*path, key), value) for key, value in node.items()]


def _open(folder: Folder, prefix: str, name: str, finding: Finding, spots: Spots) -> Grid:
    if is_file(folder / name):
        return read_grid(folder / name, f"{prefix}{name}")
    own = {f"{table}.csv" for table in tables()}
    near = nearest(name, sorted({p.name for p in folder.glob("*.csv")} - own))
    missing = Finding(finding.path, finding.found, finding.allowed, near)
    return Grid(faults=[locate(missing, spots)], unusable=True)


def _text(
    folder: Folder, prefix: str, name: str, spots: Spots
) -> tuple[str, list[Words], list[Fault]]:
    if is_file(folder / name):
        text, notes, faults = read_text(folder / name, f"{prefix}{name}")
        return text or "", notes, faults
    near = nearest(name, sorted(path.name for path in folder.glob("*.py")))
    allowed = Words("a Python file in the folder", "文件夹里的一个 Python 文件")
    return "", [], [locate(Finding(("dispatch", "module"), shown(name), allowed, near), spots)]


def _samples(grid: Grid, label: str) -> tuple[dict[str, list[float]], list[Fault]]:
    known = [*(f"value_{unit}" for unit in UNIT_MS), "weight"]
    allowed = Words(
        "one column value_s, value_min, ... and perhaps weight",
        "一列 value_s、value_min 等，可另有 weight 列",
    )
    faults = [
        Fault(label, _column(1, name), shown(name), allowed, nearest(name, known))
        for name in grid.columns
        if name not in known
    ]
    values = [name for name in grid.columns if name.startswith("value_") and name in known]
    if not faults and len(values) != 1:
        faults = [
            Fault(
                label,
                Words("row 1", "第 1 行"),
                Words(f"{len(values)} columns of values", f"{len(values)} 列数值"),
                allowed,
            )
        ]
    if not faults and not grid.rows:
        faults = [
            Fault(
                label, "", Words("no values", "没有数值"), Words("one row a value", "每行一个数值")
            )
        ]
    if faults:
        return {}, faults
    out: dict[str, list[float]] = {}
    for column in grid.columns:
        key = "weights" if column == "weight" else column.replace("value", "values", 1)
        out[key] = [_length(row, n, column, label, faults) for n, row in grid.rows]
    return out, faults


def _matrix(
    grid: Grid, label: str, spots: Spots
) -> tuple[dict[str, dict[str, float]], list[Fault]]:
    known = ("from", "to", "minutes")
    allowed = Words("columns from, to, minutes", "from、to、minutes 三列")
    faults = [
        Fault(label, _column(1, name), shown(name), allowed, nearest(name, known))
        for name in grid.columns
        if name not in known
    ]
    faults += [
        Fault(label, _column(1, name), NOTHING, allowed)
        for name in known
        if name not in grid.columns and not faults
    ]
    minutes: dict[str, dict[str, float]] = {}
    if not faults and not grid.rows:
        found = Words("no rows", "没有行")
        faults = [Fault(label, "", found, Words("one row a pair of places", "每对地点一行"))]
    if faults:
        return minutes, faults
    for n, row in grid.rows:
        for name in ("from", "to"):
            if name not in row:
                faults.append(
                    Fault(
                        label,
                        _column(n, name),
                        NOTHING,
                        Words("id of a zone or a point", "镇街或站点的 id"),
                    )
                )
        start, end = row.get("from", ""), row.get("to", "")
        length = _length(row, n, "minutes", label, faults)
        if not start or not end:
            continue
        if end in minutes.setdefault(start, {}):
            faults.append(
                Fault(
                    label,
                    Words(f"row {n}", f"第 {n} 行"),
                    f'"{start}" - "{end}"',
                    Words("each pair once", "每对地点只写一次"),
                )
            )
        minutes[start][end] = length
        spots["travel", "minutes", start, end] = Spot(label, n)
    return minutes, faults


def _length(row: dict[str, str], n: int, column: str, label: str, faults: list[Fault]) -> float:
    value = number(row.get(column, ""))
    if isinstance(value, str) or not math.isfinite(value) or not 0 <= value <= 1e9:
        near = repaired(value) if isinstance(value, str) else ""
        found = (
            shown(row[column] if isinstance(value, str) else value) if column in row else NOTHING
        )
        faults.append(Fault(label, _column(n, column), found, LENGTH, near))
        return 0
    return value


def _column(row: int, column: str) -> Words:
    return Words(f"row {row} column {column}", f"第 {row} 行 {column} 列")


_CSV = Words("a CSV file in the folder", "文件夹里的一个 CSV 文件")
