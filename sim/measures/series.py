"""One measure in one group, replication by replication: what intervals and pairs are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.definition import Kind, Measure
from sim.measures.counting.groups import Flags, Floats, Ints
from sim.measures.counting.intervals import (
    Estimate,
    across_interval,
    across_values,
    inverted,
    mean_interval,
    quantile_interval,
    quotients,
    ratio_interval,
    ratio_values,
    section_count,
    sections,
)
from sim.measures.measured import Measured
from sim.measures.orders.reach import ACROSS

_NAN = np.full(1, np.nan)
NOTHING = Estimate(_NAN, _NAN, _NAN, _NAN, np.zeros(1, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Parts:
    """What a value's interval is made of: parts that lie around ``centre``, the interval's middle;
    their standard error is that of the value."""

    whole: float
    """the value"""
    centre: float
    values: Floats
    """one a replication, or one a group of replications"""


@dataclass(frozen=True, eq=False)
class Series:
    """Numerators and denominators, or a sample, of ``n`` replications in their order."""

    measure: Measure
    n: int
    num: Floats
    """a column for each replication; one row, or a row for each group that is looked across"""
    den: Floats
    rank: Ints
    """of a sample: the place of each value's replication"""
    values: Floats
    counts: Ints

    def at(self, places: Sequence[int] | Ints) -> Series:
        """Some of the replications, by their places, in this order."""
        wanted = np.asarray(places, dtype=np.int64)
        number = np.full(self.n, -1)
        number[wanted] = np.arange(len(wanted))
        rank = number[self.rank]
        kept = rank >= 0
        return replace(
            self, n=len(wanted), num=self.num[:, wanted], den=self.den[:, wanted],
            rank=rank[kept], values=self.values[kept], counts=self.counts[kept],
        )

    @property
    def there(self) -> Flags:
        """Which replications have data."""
        if self.measure.kind == Kind.QUANTILE:
            return np.asarray(np.bincount(self.rank, minlength=self.n) > 0)
        return np.asarray(self.den.sum(axis=0) > 0)

    def estimate(self) -> Estimate:
        """Value and interval over all replications, as the ``kpis`` table has them but not cut off
        at the ends of the measure's range."""
        if not self.there.any():
            return NOTHING
        match self.measure.kind:
            case Kind.RATIO:
                return ratio_interval(self.num, self.den)
            case Kind.VALUE:
                return mean_interval(quotients(self.num, self.den))
            case Kind.QUANTILE:
                return quantile_interval(self.rank, self.values, self.counts, self.measure.q)
            case Kind.ACROSS:
                return across_interval(ACROSS[self.measure.name], self.num, self.den)

    def parts(self) -> Parts | None:
        """What the interval is made of, a part for each replication; None where it is infinite or
        the sample too small for that. Every replication needs data."""
        if self.measure.kind == Kind.QUANTILE:
            order = np.argsort(self.values, kind="stable")
            found = inverted(
                self.rank[order], self.n, self.values[order], self.counts[order], self.measure.q
            )
            if found is None or not np.isfinite(found.parts).all():
                return None
            return Parts(found.whole, found.whole, found.parts)
        whole = float(self.estimate().mean[0])
        match self.measure.kind:
            case Kind.RATIO:
                values = ratio_values(self.num, self.den)[0]
            case Kind.ACROSS:
                values = across_values(ACROSS[self.measure.name], self.num, self.den)
            case _:
                values = quotients(self.num, self.den)[0]
        return Parts(whole, float(values.mean()), values)

    def sections(self) -> int:
        """Into how many groups of replications a sample may be put."""
        return section_count(self.n, int(self.counts.sum()), self.measure.q)

    def grouped(self, count: int) -> Parts:
        """The quantile with those of so many groups of replications."""
        order = np.argsort(self.values, kind="stable")
        whole, values = sections(
            self.rank[order], self.n, self.values[order], self.counts[order], self.measure.q, count
        )
        return Parts(whole, whole, values)


def series(measured: Sequence[Measured], wanted: Chosen) -> Series:
    """One measure in one group, of these replications in this order."""
    measure = CATALOGUE[wanted.measure]
    n = len(measured)
    empty = np.zeros((1, n))
    none = np.empty(0, dtype=np.int64)
    if measure.kind == Kind.QUANTILE:
        rows = [_rows(one.samples, "sample", measure.sample, wanted.group) for one in measured]
        values, counts = (
            np.concatenate([found[column].to_numpy() for found in rows])
            for column in ("value", "count")
        )
        rank = np.repeat(np.arange(n), [len(found) for found in rows])
        return Series(measure, n, empty, empty, rank, values, counts)
    if measure.kind == Kind.ACROSS:
        pairs = [_across(one, measure) for one in measured]
        groups = list(dict.fromkeys(group for pair in pairs for group in pair))
        num, den = (
            np.array([[pair.get(group, (0.0, 0.0))[end] for pair in pairs] for group in groups])
            for end in (0, 1)
        )
    else:
        num, den = empty.copy(), empty.copy()
        for place, one in enumerate(measured):
            found = _rows(one.ratios, "measure", wanted.measure, wanted.group)
            num[0, place], den[0, place] = found["num"].sum(), found["den"].sum()
    return Series(measure, n, num, den, none, none.astype(np.float64), none)


def _rows(frame: pd.DataFrame, name: str, key: str, group: str) -> pd.DataFrame:
    """The rows of a measure (or sample) in a group."""
    groups = frame["group"].cat
    if group not in groups.categories:
        return frame.iloc[:0]
    code = groups.categories.get_loc(group)
    mine = _codes(frame, name, key) & (groups.codes.to_numpy() == code)
    return frame.iloc[np.flatnonzero(mine)]


def _codes(frame: pd.DataFrame, name: str, key: str) -> Flags:
    column = frame[name].cat
    return np.asarray(column.codes.to_numpy() == column.categories.get_loc(key))


def _across(one: Measured, measure: Measure) -> dict[str, tuple[float, float]]:
    """Group -> numerator and denominator of the measure that is looked across."""
    rows = one.ratios.iloc[np.flatnonzero(_codes(one.ratios, "measure", measure.sample))]
    found = zip(rows["group"].astype(str), rows["num"], rows["den"], strict=True)
    prefix = f"{measure.over}="
    return {group: (num, den) for group, num, den in found if group.startswith(prefix)}
