"""Slots joined into stretches of a day that hold calls enough to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiments.staffing.counts import JUDGED, MARK
from sim.experiments.staffing.week import Week
from sim.measures.counting.groups import Floats, Ints
from sim.measures.measured import Measured

FEWEST_CALLS = 300
"""Expected in all replications together: the 95 % interval of a share of 5 % then reaches about 2.5
percentage points to either side. With fewer, an interval would ask for people for no other reason
than that too little is known of it."""


@dataclass(frozen=True)
class Stretch:
    """Slots that follow each other, at one desk; each must meet the targets."""

    desk: int
    first: int
    last: int
    """slot, included"""


def stretches(week: Week, calls: Floats, replications: int) -> tuple[Stretch, ...]:
    """Every slot alone where it holds :data:`FEWEST_CALLS` calls, else joined with the next ones of
    its day; what is left at the day's end is joined with the stretch before. A day that holds too
    few is joined with the next day.

    ``calls``: (desk, slot) expected on one date.
    """
    found: list[Stretch] = []
    for desk in range(len(week.desks)):
        found += _at_desk(week, desk, calls[desk] * week.dates * replications)
    return tuple(found)


def _at_desk(week: Week, desk: int, expected: Floats) -> list[Stretch]:
    found: list[Stretch] = []
    first, held = 0, 0.0
    for slot in range(week.slots):
        held += expected[slot]
        day_ends = slot + 1 == week.slots or week.kind[slot + 1] != week.kind[slot]
        if held >= FEWEST_CALLS:
            found.append(Stretch(desk, first, slot))
            first, held = slot + 1, 0.0
        elif day_ends and found and (
            week.kind[found[-1].last] == week.kind[slot] or slot + 1 == week.slots
        ):
            found[-1] = Stretch(desk, found[-1].first, slot)
            first, held = slot + 1, 0.0
    return found or [Stretch(desk, 0, week.slots - 1)]


@dataclass(frozen=True, eq=False)
class Tally:
    """Calls of each desk and slot in each replication: arrays (measure, desk, slot, replication),
    the measures in the order of :data:`~.counts.JUDGED`."""

    num: Floats
    den: Floats
    low: Floats
    """of each measure: least value that meets its target, -inf where there is none"""
    high: Floats


def tally(week: Week, measured: Sequence[Measured]) -> Tally:
    """Add up what :func:`~.counts.by_quarter` kept, over the slots of the week."""
    desk_of = {skill: number for number, desk in enumerate(week.desks) for skill in desk}
    shape = (len(JUDGED), len(week.desks), week.slots, len(measured))
    num, den = np.zeros(shape), np.zeros(shape)
    low, high = np.full(len(JUDGED), -np.inf), np.full(len(JUDGED), np.inf)
    for place, one in enumerate(measured):
        rows = one.ratios[one.ratios["group"].str.startswith(MARK)]
        desk, slot = _places(week, desk_of, list(rows["group"].cat.categories))
        codes = rows["group"].cat.codes.to_numpy()
        measure = np.array([JUDGED.index(name) for name in rows["measure"]], dtype=np.int64)
        inside = slot[codes] >= 0
        at = (measure[inside], desk[codes][inside], slot[codes][inside], place)
        np.add.at(num, at, rows["num"].to_numpy()[inside])
        np.add.at(den, at, rows["den"].to_numpy()[inside])
        for index, name in enumerate(JUDGED):
            ends = rows.loc[rows["measure"] == name, ["low", "high"]]
            if len(ends):
                low[index] = np.nan_to_num(ends["low"].iloc[0], nan=-np.inf)
                high[index] = np.nan_to_num(ends["high"].iloc[0], nan=np.inf)
    return Tally(num, den, low, high)


def _places(
    week: Week, desk_of: dict[str, int], names: Sequence[str]
) -> tuple[Ints, Ints]:
    """Desk and slot of each group ``quarter=137 elder``; slot -1 for other groups."""
    found = np.full((len(names), 2), -1, dtype=np.int64)
    for place, name in enumerate(names):
        if name.startswith(MARK):
            quarter, _, skill = name.removeprefix(MARK).partition(" ")
            # Who chases an order that came by another channel asks for no skill.
            found[place] = desk_of.get(skill, 0), week.slot_of_quarter[int(quarter)]
    return found[:, 0], found[:, 1]


def over(parts: Sequence[Stretch], values: NDArray[np.float64]) -> Floats:
    """(measure, desk, slot, replication) -> (measure, stretch, replication), added up."""
    return np.stack(
        [values[:, part.desk, part.first : part.last + 1].sum(axis=1) for part in parts], axis=1
    )
