"""A raw scenario as a folder of files, as people edit them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.calibrate.scenario import Raw
from sim.scenario.shape import tables

BOM = "\ufeff"
"""Spreadsheets know UTF-8 by it."""
COLUMNS = {
    "points": ("id", "name_zh", "name_en", "zone", "lat", "lon", "open", "services"),
    "caregivers": ("id", "point", "count", "shifts", "mode"),
}
"""Columns of tables that have no row."""


def write_folder(raw: Raw, folder: Path) -> None:
    """Write ``scenario.toml``, a CSV a table, and a CSV for each distribution held as values."""
    folder.mkdir(parents=True, exist_ok=True)
    sections: dict[str, Any] = {}
    for name, value in raw.items():
        if name in tables():
            _write_rows(folder / f"{name}.csv", value, COLUMNS.get(name, ("id",)))
        elif name not in ("name", "schema_version"):
            sections[name] = _with_files(value, name, folder)
    (folder / "scenario.toml").write_text(toml(sections), encoding="utf-8", newline="\n")


def toml(sections: Mapping[str, Any]) -> str:
    """Sections as TOML; the deepest tables of plain values are written in one line."""
    lines: list[str] = []
    _section(lines, (), sections)
    return "\n".join(lines).lstrip("\n") + "\n"


def _section(lines: list[str], path: tuple[str, ...], node: Mapping[str, Any]) -> None:
    plain = {k: v for k, v in node.items() if not isinstance(v, Mapping) or _flat(v, path)}
    if plain and path:
        lines += ["", f"[{'.'.join(map(_key, path))}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in node.items():
        if key not in plain:
            _section(lines, (*path, key), value)


def _flat(node: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    return bool(path) and ("dist" in node or "file" in node)


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else (
        json.dumps(key, ensure_ascii=False)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else repr(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _with_files(node: Any, name: str, folder: Path) -> Any:
    """Distributions held as values go to files of their own."""
    if not isinstance(node, Mapping):
        return node
    if node.get("dist") == "empirical" and "values_s" in node:
        values = node["values_s"]
        weights = node.get("weights") or [1] * len(values)
        path = folder / f"{name.replace('.', '-')}.csv"
        pairs = [list(pair) for pair in zip(values, weights, strict=True)]
        _write(path, [["value_s", "weight"], *pairs])
        return {"file": path.name}
    return {key: _with_files(value, f"{name}.{key}", folder) for key, value in node.items()}


def _write_rows(path: Path, rows: Mapping[str, Mapping[str, Any]], empty: tuple[str, ...]) -> None:
    columns = list(dict.fromkeys(["id", *(key for row in rows.values() for key in row)]))
    if not rows:
        columns = list(empty)
    _write(path, [columns, *([row_id, *(row.get(c, "") for c in columns[1:])]
                             for row_id, row in rows.items())])


def _write(path: Path, rows: list[list[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(BOM + text.getvalue(), encoding="utf-8", newline="")
