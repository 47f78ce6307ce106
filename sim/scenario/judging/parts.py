"""The parts of a scenario that are sound on their own, to be judged together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.findings import HEADER
from sim.scenario.shape import Path

Policies = Mapping[str, Collection[str]]
"""``choose_point`` and the like -> the names registered for it."""


@dataclass(frozen=True)
class Parts:
    """A scenario that may be incomplete: what failed alone is not in ``sections`` or ``rows``."""

    raw: Mapping[str, Any]
    """as written"""
    clean: Mapping[str, Any]
    """the same with only known keys and values of the right type"""
    sections: Mapping[str, Any]
    """name -> the section's object"""
    rows: Mapping[str, Mapping[str, Any]]
    """table -> id -> the row's object"""
    names: Mapping[str, frozenset[str] | None]
    """ids of every table and of groups, callers, modes, shapes and busy_groups, those of faulty
    entries included; None where they cannot be known"""
    doubted: frozenset[Path] = frozenset()
    """paths at fault so far"""
    folder: Callable[[Path], str] | None = None
    """which folder (or ``--set``) a path was written in; None: there are no folders"""

    def whole(self, *names: str) -> bool:
        """Whether nothing is wrong in these tables and sections: all of them can be counted on."""
        return not any(path[0] in names for path in self.doubted)

    def complete(self, table: str) -> bool:
        """Whether the id of every row of the table could be read."""
        return (table, HEADER, "id") not in self.doubted

    def headed(self, table: str) -> bool:
        """Whether every column of the table is what its header says."""
        return not any(path[:2] in ((table, HEADER), (table,)) for path in self.doubted)
