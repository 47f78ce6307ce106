"""The parts of a scenario that are sound on their own, to be judged together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Policies = Mapping[str, Collection[str]]
"""``choose_point`` and the like -> the names registered for it."""


@dataclass(frozen=True)
class Parts:
    """A scenario that may be incomplete: what failed alone is not in ``sections`` or ``rows``."""

    raw: Mapping[str, Any]
    sections: Mapping[str, Any]
    """name -> the section's object"""
    rows: Mapping[str, Mapping[str, Any]]
    """table -> id -> the row's object"""
    names: Mapping[str, frozenset[str] | None]
    """ids of every table and of groups, callers, modes, shapes and busy_groups, those of faulty
    entries included; None where they cannot be known"""

    def whole(self, *tables: str) -> bool:
        """Whether every row of these tables is sound, so that sums over them mean something."""
        return all(self.names[t] is not None and self.names[t] == set(self.rows[t]) for t in tables)
