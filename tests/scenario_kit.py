"""Small scenarios for tests: as a dict, as a Scenario, or written as a folder of TOML and CSV.

A raw scenario is the plain nested dict that :func:`sim.scenario.load.rebuild` reads: the sections
of ``scenario.toml`` and, for each table, ``{id: {column: value}}``. ``changed`` edits a copy of it
by dotted keys, ``None`` taking a key, a row or a whole table away.
"""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.load import rebuild
from sim.scenario.schema import Scenario
from sim.scenario.shape import tables

Raw = dict[str, Any]

TABLES = tables()


def raw_small() -> Raw:
    """One zone, point, caregiver group, operator group, shift, service and stream; always open.

    Every caller waits for ever, nobody redials, the home visit takes 30 minutes exactly and the
    shift lasts the whole day, so that a test states only what it is about.
    """
    return {
        "name": "small",
        "about": {"title_zh": "最小示例", "title_en": "The smallest county"},
        "time": {"start": "2026-03-02", "days": 2, "warm_up_days": 0, "cool_down_days": 1},
        "demand": {"growth": 1.0},
        "groups": {"elder": {"name_zh": "老年人", "name_en": "Elders"}},
        "callers": {
            "client": {
                "name_zh": "本人",
                "name_en": "Client",
                "talk": {"dist": "exponential", "mean_s": 180},
                "patience": {"dist": "never"},
            }
        },
        "hotline": {
            "number": "12343",
            "open": "always",
            "lines": 100,
            "wrap_up": {"dist": "constant", "value_s": 0},
        },
        "travel": {
            "modes": {"ebike": {"name_zh": "电动车", "name_en": "E-bike", "kmh": 12.0}},
        },
        "zones": {
            "town": {
                "name_zh": "城关镇",
                "name_en": "Town",
                "lat": 37.45,
                "lon": 116.3,
                "area_km2": 9.0,
                "population": 10000,
                "pop_elder": 2000,
            }
        },
        "points": {
            "station": {
                "name_zh": "城关站",
                "name_en": "Station",
                "zone": "town",
                "lat": 37.45,
                "lon": 116.3,
                "open": "always",
                "services": "all",
            }
        },
        "caregivers": {
            "team": {"point": "station", "count": 2, "shifts": "round", "mode": "ebike"},
        },
        "operators": {"desk": {"count": 2, "shifts": "round"}},
        "shifts": {"round": {"start": "00:00", "end": "24:00"}},
        "services": {
            "help": {
                "name_zh": "上门照护",
                "name_en": "Home help",
                "mode": "visit",
                "duration_dist": "constant",
                "duration_value_min": 30,
                "target_min": 60,
            }
        },
        "requests": {
            "calls": {
                "channel": "phone",
                "service": "help",
                "group": "elder",
                "per_day": 24,
                "share_client": 1,
            }
        },
    }


def changed(raw: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> Raw:
    """A copy of ``raw`` with dotted keys set: ``{"operators.desk.count": 5}``; None removes."""
    out: Raw = copy.deepcopy(dict(raw))
    for key, value in (changes or {}).items():
        *parents, last = key.split(".")
        node = out
        for part in parents:
            node = node.setdefault(part, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = copy.deepcopy(value)
    return out


def build(raw: Mapping[str, Any], **changes: Any) -> Scenario:
    """The scenario of ``raw`` after ``changes`` (dotted keys, passed as ``**{...}``)."""
    return rebuild(changed(raw, changes))


def small(tmp_path: Path, **changes: Any) -> Path:
    """Write the small scenario, after ``changes``, into ``tmp_path/small``; the folder's path."""
    return write(changed(raw_small(), changes), tmp_path / "small")


def write(raw: Mapping[str, Any], folder: Path) -> Path:
    """Write ``raw`` as ``scenario.toml`` and one CSV a table into ``folder``, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    sections = {key: value for key, value in raw.items() if key not in TABLES}
    (folder / "scenario.toml").write_text(toml_text(sections), encoding="utf-8")
    for table in TABLES:
        if table in raw:
            write_table(folder / f"{table}.csv", raw[table])
    return folder


def write_scenario(
    folder: Path,
    toml: Mapping[str, Any] | str | None = None,
    tables: Mapping[str, Mapping[str, Any] | str | bytes | None] | None = None,
) -> Path:
    """Write the small scenario with ``toml`` (dotted keys, or the whole text) and ``tables``.

    Each entry of ``tables`` is the rows to change (``{id: {column: value}}`` merged into the row,
    ``{id: None}`` removed), or the file's whole text or bytes, or None for no such file.
    """
    raw = changed(raw_small(), None if isinstance(toml, str) else toml)
    for table, rows in (tables or {}).items():
        if isinstance(rows, Mapping):
            for row_id, row in rows.items():
                known = raw.setdefault(table, {})
                if row is None:
                    known.pop(row_id, None)
                else:
                    known[row_id] = {**known.get(row_id, {}), **row}
    write(raw, folder)
    if isinstance(toml, str):
        (folder / "scenario.toml").write_text(toml, encoding="utf-8")
    for table, rows in (tables or {}).items():
        path = folder / f"{table}.csv"
        if rows is None:
            path.unlink(missing_ok=True)
        elif isinstance(rows, bytes):
            path.write_bytes(rows)
        elif isinstance(rows, str):
            path.write_text(rows, encoding="utf-8", newline="")
    return folder


def write_table(path: Path, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``{id: {column: value}}`` as a CSV with an ``id`` column; None and absent are blank."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", *columns])
        for row_id, row in rows.items():
            writer.writerow([row_id, *(_cell(row.get(column)) for column in columns)])


def toml_text(sections: Mapping[str, Any]) -> str:
    """A nested dict as TOML; every table below the first level is written inline."""
    lines = [f"{_key(k)} = {_value(v)}" for k, v in sections.items() if not isinstance(v, Mapping)]
    for name, section in sections.items():
        if isinstance(section, Mapping):
            lines += ["", f"[{_key(name)}]"]
            lines += [f"{_key(k)} = {_value(v)}" for k, v in section.items()]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return (
        name
        if name.isascii() and name.replace("_", "").replace("-", "").isalnum()
        else (json.dumps(name, ensure_ascii=False))
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " | ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
