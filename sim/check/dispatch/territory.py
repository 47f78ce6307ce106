"""Organisations keep to their territories."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.facts import Facts, Ints, Yes, take
from sim.check.ground.findings import Broken, rows_where
from sim.words.kinds import NONE


def serves(f: Facts) -> Yes:
    """Whether homes in each zone (row) are in the territory of each point (column)."""
    zones = f.text("zones", "zone")
    found = np.ones((len(zones), len(f.table("points"))), dtype=bool)
    if "organisations" in f.result.reference:
        names, owner = f.text("organisations", "organisation"), f.text("points", "organisation")
        for name, text in zip(names, f.text("organisations", "zones"), strict=True):
            if text:
                found[:, owner == name] &= np.isin(zones, text.split("|"))[:, None]
    return found


def territories(f: Facts) -> Yes:
    """The same, worked out once."""
    return f.once("territories", serves)


def territory_kept(f: Facts) -> Iterator[Broken]:
    """Nobody is asked, and nobody goes, outside the territory of the organisation."""
    within = territories(f)
    if within.all():
        return
    for table, of in (("offers", "point"), ("visits", "caregiver")):
        order = f.row_of(table, "order", "orders")
        zone = take(f.place("orders", "zone", "zones"), order, NONE)
        point = f.place(table, "point", "points")
        yield from rows_where(table, _outside(within, zone, point), "order", "point", of)


def _outside(within: Yes, zone: Ints, point: Ints) -> Yes:
    known = (zone != NONE) & (point != NONE)
    return np.asarray(known & ~within[np.where(known, zone, 0), np.where(known, point, 0)])
