"""Adding up by every grouping at once: all, by hour, by zone, ...

A row of a table has one code for each grouping. :class:`Groups` lines the groups of all of them up
in one flat list, so that a total is one array with a place for each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.words.kinds import DAY, HOUR

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = Floats | Ints | Flags


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way to split the rows of a table."""

    by: str
    names: tuple[str, ...]
    """the groups, without ``by=``"""
    codes: Ints
    """for each row its place in ``names``, -1 where it is in no group"""

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names if self.by == "all" else tuple(f"{self.by}={name}" for name in self.names)


def everything(rows: int) -> Grouping:
    """All rows in one group."""
    return Grouping("all", ("all",), np.zeros(rows, dtype=np.int64))


def hourly(times: Floats) -> Grouping:
    """By hour of the day, 0 to 23; times in milliseconds since a midnight."""
    codes = np.nan_to_num(times % DAY // HOUR, nan=-1).astype(np.int64)
    return Grouping("hour", tuple(map(str, range(24))), codes)


def weekly(times: Floats, weeks: int) -> Grouping:
    """By week of the run, the first is 1; times in milliseconds since the run's start."""
    codes = np.nan_to_num(times // (7 * DAY), nan=-1).astype(np.int64)
    codes = np.where((codes >= 0) & (codes < weeks), codes, -1)
    return Grouping("week", tuple(str(week + 1) for week in range(weeks)), codes)


@dataclass(frozen=True, eq=False)
class Groups:
    """All groupings of one table's rows."""

    parts: tuple[Grouping, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for part in self.parts for label in part.labels)

    @property
    def by(self) -> tuple[str, ...]:
        """For each group the grouping it belongs to."""
        return tuple(part.by for part in self.parts for _ in part.names)

    def total(self, values: Numbers, where: Flags | None = None) -> Floats:
        """Sum of ``values`` in each group, over the rows ``where`` says so."""
        if where is not None:
            values = np.where(where, values, 0)
        weights = values.astype(np.float64)
        return np.concatenate([
            np.bincount(part.codes + 1, weights, len(part.names) + 1)[1:] for part in self.parts
        ])

    def only(self, rows: Flags) -> Groups:
        """The same groups over some of the rows."""
        return Groups(
            tuple(Grouping(part.by, part.names, part.codes[rows]) for part in self.parts)
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """Values with how often each occurred, per group; ``inf`` for what never came."""

    name: str
    labels: tuple[str, ...]
    by: tuple[str, ...]
    group: Ints
    """place in ``labels``"""
    value: Floats
    count: Ints


def sample(name: str, groups: Groups, ticks: Floats, scale: float) -> Sample:
    """Collect ``ticks / scale``, ticks rounded to whole numbers; infinite ones stay so."""
    endless = np.isinf(ticks)
    whole = np.rint(np.where(endless, 0, ticks)).astype(np.int64)
    last = int(whole.max(initial=0)) + 1
    whole[endless] = last
    group, tick, count, offset = [], [], [], 0
    for part in groups.parts:
        inside = part.codes >= 0
        both = part.codes[inside] * (last + 1) + whole[inside]
        keys, counts = np.unique(both, return_counts=True)
        group.append(keys // (last + 1) + offset)
        tick.append(keys % (last + 1))
        count.append(counts)
        offset += len(part.names)
    ticks_found = np.concatenate(tick)
    values = np.where(ticks_found == last, np.inf, ticks_found / scale)
    return Sample(
        name, groups.labels, groups.by, np.concatenate(group), values, np.concatenate(count)
    )


@dataclass(frozen=True, eq=False)
class Ratio:
    """Numerator and denominator of one measure in each group."""

    measure: str
    num: Floats
    den: Floats


@dataclass(frozen=True, eq=False)
class Block:
    """What one table's rows gave, all over the same groups."""

    groups: Groups
    ratios: Sequence[Ratio] = ()
    samples: Sequence[Sample] = ()
