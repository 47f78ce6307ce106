"""What the model writes down as it runs: packed lines of numbers, one after another.

A packed line costs a third of a microsecond and eight bytes a value, where a list of objects would
cost ten times the memory. :mod:`sim.log.tables` turns the lines into tables.
"""

from __future__ import annotations

from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINES: dict[str, tuple[str, ...]] = {
    "calls": (
        "call", "request", "attempt", "kind", "skill", "priority", "arrived", "answered",
        "talk_end", "wrap_up_end", "left", "outcome", "operator",
    ),
    "orders": (
        "order", "request", "call_arrived", "answered", "created", "offer", "offered", "taken",
        "accepted", "eligible", "gathering", "departed", "started", "ended", "cancelled", "point",
        "borrowed", "state", "reason",
    ),
    "offers": ("order", "offer", "point", "offered", "closed", "result"),
    "visits": (
        "order", "caregiver", "held", "departed", "arrived", "started", "ended", "planned",
        "no_show", "gathered", "from_x_km", "from_y_km", "km",
    ),
    "turned": ("visit", "until", "km"),
    "holds": ("caregiver", "since", "until", "order", "gathered"),
    "breaks": ("staff", "start", "end"),
    "sign_ins": ("duty", "time"),
    "sign_outs": ("duty", "time", "missed"),
    "returns": ("caregiver", "departed", "until", "km"),
    "reasons": ("caregiver", "time", "reason"),
    "payments": ("order", "payer", "fen", "reserved", "closed", "state", "paid"),
    "stays": ("order", "row", "place", "held", "arrived", "entered", "left"),
    "waitlist": ("order", "grade", "listed", "unlisted"),
    "care": ("caregiver", "start", "end"),
    "passed": (
        "call", "tier", "passed", "joined", "answered", "talk_end", "wrap_up_end", "left",
        "outcome", "settled", "handed_down",
    ),
    "held": ("call", "held"),
    "dials": ("call", "number", "operator", "start", "end"),
    "consults": ("order", "joined", "tries", "started", "ended"),
    "sessions": ("order", "number", "expert", "started", "ended", "reached"),
    "meals": ("order", "kitchen", "left", "ready", "hand", "round", "stop"),
    "rounds": (
        "round", "point", "kitchen", "service", "opened", "closed", "cause", "caregiver",
        "departed", "ended", "meals", "planned",
    ),
    "grabs": ("order", "point", "caregiver", "shown", "reacted", "won"),
}
"""The values of a line of each kind, in order. Times in milliseconds, NONE where there is none;
``orders``: with the number, time and result (``taken``) of the offer that was accepted; of several
lines of one order, meal or round the last counts; ``offers``: the others; ``turned``: which line of
``visits`` (from 0) ended on the way, when, and after how many kilometres;
``holds``: of somebody held for an order that then let go; ``reasons``: from when on a caregiver,
whenever idle, is so for this reason; ``stays``: of one place, with its row of places.csv; of those
there at the start the order is NONE; ``care``: of somebody tied to the house."""


class Lines:
    """Lines of one kind: ``lines.add(lines.pack(first, second, ...))`` writes one."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._type = np.dtype([(n, "<f8" if n.endswith("km") else "<i8") for n in names])
        self._data = bytearray()
        self.pack = Struct("<" + "".join("d" if n.endswith("km") else "q" for n in names)).pack
        self.add = self._data.extend

    def columns(self) -> dict[str, NDArray[Any]]:
        """What was written, a column a value; whole numbers but for kilometres."""
        table = np.frombuffer(bytes(self._data), self._type)
        return {name: table[name].copy() for name in self._type.names or ()}

    def __len__(self) -> int:
        return len(self._data) // self._type.itemsize

    @property
    def nbytes(self) -> int:
        return len(self._data)


class Journal:
    """The lines of a run, by kind."""

    def __init__(self) -> None:
        self.calls = Lines(LINES["calls"])
        self.orders = Lines(LINES["orders"])
        self.offers = Lines(LINES["offers"])
        self.visits = Lines(LINES["visits"])
        self.turned = Lines(LINES["turned"])
        self.holds = Lines(LINES["holds"])
        self.breaks = Lines(LINES["breaks"])
        self.sign_ins = Lines(LINES["sign_ins"])
        self.sign_outs = Lines(LINES["sign_outs"])
        self.returns = Lines(LINES["returns"])
        self.reasons = Lines(LINES["reasons"])
        self.payments = Lines(LINES["payments"])
        self.stays = Lines(LINES["stays"])
        self.waitlist = Lines(LINES["waitlist"])
        self.care = Lines(LINES["care"])
        self.passed = Lines(LINES["passed"])
        self.held = Lines(LINES["held"])
        self.dials = Lines(LINES["dials"])
        self.consults = Lines(LINES["consults"])
        self.sessions = Lines(LINES["sessions"])
        self.meals = Lines(LINES["meals"])
        self.rounds = Lines(LINES["rounds"])
        self.grabs = Lines(LINES["grabs"])

    def columns(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Every kind's columns."""
        return {kind: getattr(self, kind).columns() for kind in LINES}
