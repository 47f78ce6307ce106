"""A raw scenario as a folder: the way back from :mod:`sim.scenario.reading.folder`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from sim.scenario.shape import tables

TOML = "scenario.toml"
CSV = "utf-8-sig"
"""Encoding of tables: the mark at its beginning lets Excel show the Chinese."""


def write(raw: Mapping[str, Any], folder: Path, comment: str = "") -> None:
    """Write ``raw`` (as :class:`sim.scenario.load.Resolved` holds it) into ``folder``.

    Sections go to ``scenario.toml``, under ``comment`` lines; each table to its CSV. What was read
    from other files (a travel matrix, own rules, observed values) stands in ``scenario.toml``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sections = {
        key: value for key, value in raw.items() if key not in tables() and key != "name" and value
    }
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    write_text(folder / TOML, head + "\n" + tomli_w.dumps(sections))
    for name in tables():
        if rows := raw.get(name):
            write_text(folder / f"{name}.csv", table_text(rows, _twelve_digits), CSV)


def table_text(rows: Mapping[str, Mapping[str, Any]], said: Callable[[float], str]) -> str:
    """``{id: {column: value}}`` as a CSV with a column ``id``; ``said`` writes a number."""
    columns = list(dict.fromkeys(key for row in rows.values() for key in row if key != "id"))
    body = [[key, *(_cell(row.get(column), said) for column in columns)]
            for key, row in rows.items()]
    return csv_text([["id", *columns], *body])


def csv_text(lines: Iterable[Sequence[Any]]) -> str:
    """Lines of cells as a CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file aside and move it to its place."""
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding=encoding, newline="\n")
    os.replace(aside, path)


def _twelve_digits(value: float) -> str:
    return f"{value:.12g}"


def _cell(value: Any, said: Callable[[float], str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " | ".join(_cell(one, said) for one in value)
    return said(value) if isinstance(value, float) else str(value)
