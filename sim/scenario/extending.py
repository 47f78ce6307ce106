"""A scenario folder for a county that was found by searching: what differs from the one on disk.

It says ``extends``, the sections that differ in ``scenario.toml``, and whole rows in the tables, so
that it reads as what to change and runs as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from sim.scenario.faults import Words
from sim.scenario.load import Resolved, available, resolve
from sim.scenario.shape import shape_at, tables
from sim.scenario.sources import figures
from sim.scenario.writing import CSV, TOML, csv_text, table_text, write_text

Raw = Mapping[str, Any]

OWN = ("name", "about", "sources")
"""Sections that :func:`write` makes itself."""
NAMES_OF_FILES = (("travel", "matrix"), ("dispatch", "module"))


def write(folder: Path, base: Resolved, raw: Raw, title: Words, source: Words) -> None:
    """Write ``raw`` into a new ``folder``, as changes to the scenario on disk that ``base`` was
    read from.

    ``title`` is what the new scenario is called, ``source`` where its changed figures come from, in
    English with Chinese. The folder may be moved together with its parent, to a place beside it.
    Raises ValueError where ``raw`` lacks something that the scenario on disk has: an extension can
    take nothing away.
    """
    disk = resolve(base.folder).raw
    folder.mkdir(parents=True)
    sections: dict[str, Any] = {
        "about": {"title_zh": title.zh, "title_en": str(title)},
    }
    for key, value in raw.items():
        if key in tables() and key not in OWN:
            old = disk.get(key, {})
            _table(folder / f"{key}.csv", {k: v for k, v in value.items() if old.get(k) != v})
        elif key not in OWN and (found := _differing(disk.get(key), value, (key,))) is not None:
            sections[key] = _with_files(folder, key, found, value)
    known = {figure.path: figure.value for figure in figures(disk)}
    changed = [f.path for f in figures(raw) if known.get(f.path) != f.value]
    where = f"{source.zh} / {source}"
    _table(
        folder / "sources.csv", {path: {"standing": "derived", "source": where} for path in changed}
    )
    head = {"extends": _reference(base.folder, folder)}
    write_text(folder / TOML, tomli_w.dumps(head | sections))
    if _told(resolve(folder).raw) != _told(raw):
        raise ValueError(f"{folder.name}: no extension of {base.folder} says all of it")


def _differing(old: Any, new: Any, path: tuple[str, ...]) -> Any:
    """The part of ``new`` that differs; None if nothing does."""
    shape = shape_at(path)
    whole = shape is not None and shape.kind == "length"
    if whole or not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return None if old == new else new
    below = {key: _differing(old.get(key), value, (*path, key)) for key, value in new.items()}
    return {key: value for key, value in below.items() if value is not None} or None


def _with_files(folder: Path, key: str, found: Any, value: Any) -> Any:
    """A section without what was read from a file, which is written into the folder instead."""
    if key == "dispatch" and "code" in found:
        name = Path(value["module"]).name
        write_text(folder / name, value["code"])
        return {k: v for k, v in found.items() if k != "code"} | {"module": name}
    if key == "travel" and "minutes" in found:
        name = Path(value["matrix"]).name
        rows = [
            (start, end, minutes)
            for start, ends in value["minutes"].items() for end, minutes in ends.items()
        ]
        write_text(folder / name, csv_text([("from", "to", "minutes"), *rows]), CSV)
        return {k: v for k, v in found.items() if k != "minutes"} | {"matrix": name}
    return found


def _reference(base: Path, folder: Path) -> str:
    """How ``extends`` names a scenario: by name where it comes with the program, else by path."""
    known = available()
    if known.get(base.name) == base and base.parent != Path.cwd() / "scenarios":
        return base.name
    try:
        return Path(os.path.relpath(base.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return base.resolve().as_posix()


def _table(path: Path, rows: Raw) -> None:
    """``{id: {column: value}}`` as a CSV; nothing where there are no rows."""
    if rows:
        write_text(path, table_text(rows, str), CSV)


def _told(raw: Raw) -> Raw:
    """What has to be the same: all but the names of files, and what is written here."""
    return {
        key: {k: v for k, v in value.items() if (key, k) not in NAMES_OF_FILES}
        for key, value in raw.items() if key not in OWN
    }
