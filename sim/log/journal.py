"""What the model writes down as it runs: flat arrays of numbers, one line after another.

An ``array`` costs eight bytes a value and one call a line, where objects would cost ten times that.
:mod:`sim.log.tables` turns the lines into tables.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

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
        "no_show", "gathered", "from_x_km", "from_y_km", "km",
    ),
    "holds": ("caregiver", "since", "until", "order", "gathered"),
    "breaks": ("staff", "start", "end"),
    "sign_ins": ("duty", "time"),
    "sign_outs": ("duty", "time", "missed"),
    "returns": ("caregiver", "departed", "until", "km"),
    "reasons": ("caregiver", "time", "reason"),
}
"""The values of a line of each kind, in order. Times in milliseconds, NONE where there is none."""


def _ints() -> array[int]:
    return array("q")


def _floats() -> array[float]:
    return array("d")


@dataclass
class Journal:
    """One array for each kind of line; doubles, which hold whole numbers up to 2**53, where a line
    has kilometres too."""

    calls: array[int] = field(default_factory=_ints)
    orders: array[int] = field(default_factory=_ints)
    offers: array[int] = field(default_factory=_ints)
    visits: array[float] = field(default_factory=_floats)
    holds: array[int] = field(default_factory=_ints)
    """of somebody held for an order that then let go"""
    breaks: array[int] = field(default_factory=_ints)
    sign_ins: array[int] = field(default_factory=_ints)
    sign_outs: array[int] = field(default_factory=_ints)
    returns: array[float] = field(default_factory=_floats)
    reasons: array[int] = field(default_factory=_ints)
    """from when on a caregiver, whenever idle, is so for this reason"""

    def columns(self, kind: str) -> dict[str, NDArray[Any]]:
        """The lines of a kind, a column a value; whole numbers but for kilometres."""
        names = LINES[kind]
        lines = np.array(getattr(self, kind)).reshape(-1, len(names))
        return {
            name: lines[:, i] if name.endswith("km") else lines[:, i].astype(np.int64)
            for i, name in enumerate(names)
        }
