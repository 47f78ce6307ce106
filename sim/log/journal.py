"""What the model writes down as it runs: flat arrays of numbers, one line after another.

An ``array`` costs eight bytes a value and one call a line, where objects would cost ten times that.
:mod:`sim.log.tables` turns the lines into tables.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LINES: dict[str, tuple[str, ...]] = {
    "calls": (
        "call", "request", "attempt", "kind", "skill", "priority", "arrived", "answered",
        "talk_end", "wrap_up_end", "left", "outcome", "operator",
    ),
    "orders": (
        "order", "request", "call_arrived", "answered", "created", "accepted", "eligible",
        "gathering", "departed", "started", "ended", "cancelled", "point", "borrowed", "state",
        "reason",
    ),
    "offers": ("order", "offer", "point", "offered", "closed", "result"),
    "visits": (
        "order", "caregiver", "held", "departed", "arrived", "started", "ended", "planned",
        "no_show", "gathered",
    ),
    "holds": ("caregiver", "since", "until", "order", "gathered"),
    "breaks": ("staff", "start", "end"),
    "sign_ins": ("duty", "time"),
    "sign_outs": ("duty", "time", "missed"),
    "returns": ("caregiver", "departed", "until"),
    "reasons": ("caregiver", "time", "reason"),
}
"""The values of a line of each kind, in order. Times in milliseconds, NONE where there is none."""


def _ints() -> array[int]:
    return array("q")


def _floats() -> array[float]:
    return array("d")


@dataclass
class Journal:
    """One array for each kind of line, and the kilometres beside two of them."""

    calls: array[int] = field(default_factory=_ints)
    orders: array[int] = field(default_factory=_ints)
    offers: array[int] = field(default_factory=_ints)
    visits: array[int] = field(default_factory=_ints)
    visit_places: array[float] = field(default_factory=_floats)
    """of each visit: x and y of where it set out, road kilometres"""
    holds: array[int] = field(default_factory=_ints)
    """of somebody held for an order that then let go"""
    breaks: array[int] = field(default_factory=_ints)
    sign_ins: array[int] = field(default_factory=_ints)
    sign_outs: array[int] = field(default_factory=_ints)
    returns: array[int] = field(default_factory=_ints)
    return_km: array[float] = field(default_factory=_floats)
    reasons: array[int] = field(default_factory=_ints)
    """from when on a caregiver, whenever idle, is so for this reason"""

    def columns(self, kind: str) -> dict[str, NDArray[np.int64]]:
        """The lines of a kind, a column a value."""
        names = LINES[kind]
        lines = np.array(getattr(self, kind), dtype=np.int64).reshape(-1, len(names))
        return {name: lines[:, i] for i, name in enumerate(names)}
