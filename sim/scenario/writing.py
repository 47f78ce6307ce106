"""A raw scenario as a folder: the way back from :mod:`sim.scenario.folder`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from sim.scenario.shape import tables

TOML = "scenario.toml"


def write(raw: Mapping[str, Any], folder: Path, comment: str = "") -> None:
    """Write ``raw`` (as :class:`sim.scenario.load.Resolved` holds it) into ``folder``.

    Sections go to ``scenario.toml``, under ``comment`` lines; each table to its CSV, in UTF-8 with
    a mark so that Excel shows the Chinese. What was read from other files (a travel matrix, own
    rules, observed values) stands in ``scenario.toml``. Every file is written aside and moved.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sections = {
        key: value for key, value in raw.items() if key not in tables() and key != "name" and value
    }
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    _move(folder / TOML, head + "\n" + tomli_w.dumps(sections), "utf-8")
    for name in tables():
        if rows := raw.get(name):
            _move(folder / f"{name}.csv", _csv(rows), "utf-8-sig")


def _csv(rows: Mapping[str, Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows.values() for key in row if key != "id"))
    lines = [["id", *columns]]
    lines += [[key, *(_cell(row.get(column)) for column in columns)] for key, row in rows.items()]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " | ".join(map(_cell, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _move(path: Path, text: str, encoding: str) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding=encoding, newline="\n")
    os.replace(aside, path)
