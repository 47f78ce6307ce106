"""The cheapest roster that covers what is required, by integer programming (HiGHS)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from sim.experiments.staffing.week import Week
from sim.measures.counting.groups import Flags, Floats, Ints

MOST = 10_000
"""People of one pattern, at most."""
EPSILON = 1e-6
Row = tuple[Floats, float]
"""Coefficients of the patterns, and the least that their sum may be."""
Entry = tuple[int, int, float]
"""Row, column and value of a coefficient."""


@dataclass(frozen=True, eq=False)
class Term:
    """So many people or more of these patterns, in one atom."""

    patterns: Flags
    atom: int
    level: int


Cut = tuple[Term, ...]
"""One of the terms must hold, or more than one."""


def cheapest(
    week: Week, required: Floats | None = None, cuts: Sequence[Cut] = ()
) -> Ints | None:
    """People of each pattern at least pay, and of these at the fewest hours; None if there is no
    such roster.

    In every slot somebody is on duty. ``required``, (desk, slot): so many are on duty in the mean
    over the slot, breaks taken off, for each desk; who can work at several desks counts at one of
    them (Hall's condition: for every set of desks, those who can work at any of them are as many
    as the set requires). ``cuts`` all hold. What no pattern can cover is not asked for.
    """
    rows = list(_presence(week))
    if required is not None:
        rows += _requirement(week, required)
    columns = len(week.patterns)
    entries: list[Entry] = []
    least: list[float] = []
    for coefficients, bound in rows:
        entries += _entries(len(least), coefficients)
        least.append(bound)
    for cut in cuts:
        terms = [(week.covers[:, t.atom] * t.patterns, t.level) for t in cut]
        terms = [(covers, level) for covers, level in terms if covers.any()]
        if not terms:
            continue
        # One switch a term: where it is on, the term holds; one of them is on.
        entries += [(len(least), columns + n, 1.0) for n in range(len(terms))]
        least.append(1.0)
        for n, (covers, level) in enumerate(terms):
            entries += _entries(len(least), covers)
            entries.append((len(least), columns + n, -float(level)))
            least.append(0.0)
        columns += len(terms)
    return _solve(week, columns, entries, least)


def cost(week: Week, counts: Ints) -> float:
    """What is made least: yuan of pay a month; hours a week where no pattern has pay."""
    return float(_prices(week) @ counts)


def coverable(week: Week) -> Flags:
    """(desk, slot): whether some pattern works there."""
    return np.asarray((week.able.astype(float) @ week.mean_covers) > 0)


def _prices(week: Week) -> Floats:
    return week.pay if week.pay.any() else week.hours


def _presence(week: Week) -> Iterator[Row]:
    for slot in range(week.slots):
        there = (week.mean_covers[:, slot] > 0).astype(float)
        if there.any():
            yield there, 1.0


def _requirement(week: Week, required: Floats) -> Iterator[Row]:
    covers = week.mean_covers
    for size in range(1, len(week.desks) + 1):
        for desks in combinations(range(len(week.desks)), size):
            able = week.able[list(desks)].any(axis=0)
            wanted = required[list(desks)].sum(axis=0)
            for slot in np.flatnonzero(wanted > 0):
                row = covers[:, slot] * able
                if row.any():
                    yield row, float(wanted[slot]) - EPSILON


def _entries(row: int, coefficients: Floats) -> list[Entry]:
    return [(row, place, float(coefficients[place]))
            for place in np.flatnonzero(coefficients).tolist()]


def _solve(
    week: Week, columns: int, entries: Sequence[Entry], least: Sequence[float]
) -> Ints | None:
    people = len(week.patterns)
    prices = np.zeros(columns)
    # Less than one unit of pay in all: only decides between rosters of the same pay.
    tie = week.hours / (1 + MOST * week.hours.sum())
    prices[:people] = _prices(week) + tie * _prices(week)[_prices(week) > 0].min(initial=1.0)
    upper = np.where(np.arange(columns) < people, MOST, 1)
    row, column, value = (np.array(part) for part in zip(*entries, strict=True))
    matrix = coo_array((value, (row, column)), shape=(len(least), columns)).tocsr()
    found = milp(
        prices,
        integrality=np.ones(columns),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(matrix, np.array(least), np.inf),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return np.asarray(np.rint(found.x[:people]), dtype=np.int64)
