"""The cheapest staffing near one that is known, by what single steps from there were seen to do.

What points do adds up. At one point each further caregiver does less than the one before: a step
does ``q`` times what the step before it did, where ``q`` is what one more gains divided by what one
less loses. The choice of steps is an integer program, a binary variable for each combination of
steps at each point, solved by HiGHS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.experiments.caregivers.rows import Counts, Row
from sim.measures.counting.groups import Floats

FARTHEST = 2
"""Steps taken at most in one row."""
AT_ONCE = 2
"""Rows of one point that change at most."""
LEAST_Q, USUAL_Q = 0.3, 0.6
"""A gain that was small by chance is not to make everybody else there indispensable; what is taken
for ``q`` where none is known."""

Change = tuple[tuple[int, int], ...]
"""(row, steps) of each row that changes."""


@dataclass(frozen=True, eq=False)
class Model:
    """What is thought of the staffings around ``counts``."""

    known: Sequence[Row]
    counts: Counts
    moves: Mapping[tuple[int, int], Floats]
    """(row, 1 or -1) -> what it gains, by goal and floor; there are some"""

    @cached_property
    def _points(self) -> dict[str, list[int]]:
        """Point -> its rows."""
        places: dict[str, list[int]] = {}
        for place, row in enumerate(self.known):
            places.setdefault(row.point, []).append(place)
        return places

    @cached_property
    def _nothing(self) -> Floats:
        return np.zeros(len(next(iter(self.moves.values()))))

    @cached_property
    def _q(self) -> dict[str, Floats]:
        """``q`` of each goal and floor at each point: the mean over its rows, else over all."""
        own = {}
        for point, rows in self._points.items():
            found = [self._ratio(row) for row in rows
                     if (row, 1) in self.moves and (row, -1) in self.moves]
            seen = np.array(found) if found else np.full((1, len(self._nothing)), np.nan)
            own[point] = _mean(seen)
        usual = np.nan_to_num(_mean(np.array(list(own.values()))), nan=USUAL_Q)
        return {point: np.where(np.isnan(q), usual, q) for point, q in own.items()}

    def _ratio(self, row: int) -> Floats:
        more, loss = self.moves[row, 1], -self.moves[row, -1]
        known = (more > 0) & (loss > 0)
        ratio = more / np.where(known, loss, 1.0)
        return np.where(known, np.clip(ratio, LEAST_Q, 1.0), np.nan)

    def gain(self, staffing: Counts) -> Floats:
        """What a staffing should gain."""
        total = self._nothing
        for point, rows in self._points.items():
            change = tuple(
                (row, staffing[row] - self.counts[row]) for row in rows
                if staffing[row] != self.counts[row]
            )
            total = total + self._at(point, change)
        return total

    def _at(self, point: str, change: Change) -> Floats:
        """Those who go, one after the other, then those who come: each step is worth what it was
        seen to be, times ``q`` for each who came before, divided by ``q`` for each who went."""
        gain, level, q = self._nothing, 0, self._q[point]
        for sign in (-1, 1):
            for row, steps in change:
                for _ in range(max(0, sign * steps)):
                    gain = gain + self.moves[row, sign] * q**level
                    level += sign
        return gain

    def cheapest(self, spare: Floats, cuts: Sequence[Counts]) -> Counts | None:
        """The cheapest staffing nearby that costs less and should lose no more than ``spare`` of
        any goal or floor (infinite where it does not matter).

        ``cuts``: staffings that are known to fail; one with no more people than such a one in any
        row is not chosen. None where there is no choice left.
        """
        choices = [
            (point, change)
            for point, rows in self._points.items() for change in self._changes(rows)
        ]
        yuan = np.array([
            sum(self.known[row].yuan * n for row, n in change) for _, change in choices])
        gain = np.array([self._at(*choice) for choice in choices]).T
        one_each = np.array([
            [here == point for here, _ in choices] for point in self._points], dtype=float)
        asked = np.isfinite(spare)
        limits = [
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(gain[asked], -spare[asked], np.inf),
            LinearConstraint(yuan[None], -np.inf, -1.0),
        ]
        if cuts:
            beyond = [[self._beyond(*choice, cut) for choice in choices] for cut in cuts]
            limits.append(LinearConstraint(np.array(beyond, dtype=float), 1, np.inf))
        found = milp(
            yuan, integrality=np.ones(len(choices)), bounds=Bounds(0, 1), constraints=limits)
        if found.x is None:
            return None
        after = list(self.counts)
        for (_, change), taken in zip(choices, found.x, strict=True):
            for row, steps in change if taken > 0.5 else ():
                after[row] += steps
        return tuple(after)

    def _changes(self, rows: Sequence[int]) -> Iterator[Change]:
        """What may be done at a point with these rows, nothing first."""
        for size in range(AT_ONCE + 1):
            for some in combinations(rows, size):
                for steps in product(*map(self._steps, some)):
                    yield tuple(zip(some, steps, strict=True))

    def _steps(self, place: int) -> list[int]:
        row, count = self.known[place], self.counts[place]
        return [
            n for n in range(-FARTHEST, FARTHEST + 1)
            if n and row.low <= count + n <= row.high
            and (place, 1 if n > 0 else -1) in self.moves
        ]

    def _beyond(self, point: str, change: Change, cut: Counts) -> bool:
        """Whether some row of the point has more people than in the cut."""
        steps = dict(change)
        return any(self.counts[row] + steps.get(row, 0) > cut[row] for row in self._points[point])


def _mean(rows: Floats) -> Floats:
    """Column by column over what is known; NaN where nothing is."""
    there = ~np.isnan(rows)
    count = there.sum(axis=0)
    return np.where(count > 0, np.where(there, rows, 0).sum(axis=0) / np.maximum(count, 1), np.nan)
