"""What is wrong at a path of the scenario, and where in its files that path is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sim.scenario.faults import Fault, Words
from sim.scenario.shape import Path, tables

TRIED = "--set"
"""The file that faults name for changes asked for on the command line."""
HEADER = ""
"""Stands for the row id in the path of a column's name: ``("zones", HEADER, "lat")``."""


@dataclass(frozen=True)
class Spot:
    """A place on disk: a file, and a row as Excel counts it."""

    file: str
    row: int | None = None


Spots = dict[Path, Spot]
"""Where a path, and what lies under it, was written; the longest known path counts."""


@dataclass(frozen=True)
class Finding:
    """A fault at a path of the scenario."""

    path: Path
    found: str
    allowed: str
    nearest: str = ""


def locate(finding: Finding, spots: Spots) -> Fault:
    """The finding with its path turned into file, row and column, or file and key."""
    path = finding.path
    known = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in spots), ())
    spot = spots.get(known)
    table = path[0] in tables()
    file = spot.file if spot else f"{path[0]}.csv" if table else "scenario.toml"
    if spot and spot.row:
        place = _row(str(spot.row), path[len(known) if path[1:2] != (HEADER,) else 2 :])
    elif table and not spot and len(path) > 1:
        place = _row(f'"{path[1]}"' if path[1] != HEADER else "1", path[2:])
    else:
        place = _dotted(path) if len(path) > 1 or not table else Words("")
    return Fault(file, place, finding.found, finding.allowed, finding.nearest)


def locate_all(findings: Iterable[Finding], spots: Spots, broken: Collection[Path]) -> list[Fault]:
    """Each finding located once, without those that only follow from what is broken."""
    faults = [locate(f, spots) for f in findings if not any(related(f.path, b) for b in broken)]
    return list(dict.fromkeys(faults))


def folder_of(path: Path, spots: Spots) -> str:
    """The folder, as faults name it, or the command line's ``--set`` in which a path is written."""
    known = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in spots), ())
    file = spots[known].file if known else ""
    return file.rpartition("/")[0] if file != TRIED else file


def related(one: Path, other: Path) -> bool:
    """Whether one path lies under the other; ``duration_file`` lies under ``duration``."""
    if len(one) > len(other):
        one, other = other, one
    if one[:-1] != other[: len(one) - 1]:
        return False
    last, same = one[-1], other[len(one) - 1]
    return last == same or (len(one) == 3 and (same + "_").startswith(last + "_"))


def _row(row: str, rest: Path) -> Words:
    item = next((part[1:-1] for part in rest if part.startswith("[")), "")
    column = rest[0] if rest and not rest[0].startswith("[") else ""
    en, zh = f"row {row}", f"第 {row} 行"
    if column:
        en, zh = f"{en} column {column}", f"{zh} {column} 列"
    if item:
        en, zh = f"{en} item {item}", f"{zh}第 {item} 项"
    return Words(en, zh)


def _dotted(path: Path) -> Words:
    keys = ".".join(part for part in path if not part.startswith("["))
    items = [part[1:-1] for part in path if part.startswith("[")]
    if not items:
        return Words(keys)
    return Words(f"{keys} item {items[0]}", f"{keys} 第 {items[0]} 项")
