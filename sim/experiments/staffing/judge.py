"""Whether every stretch meets its targets, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.staffing.counts import JUDGED
from sim.experiments.staffing.stretches import Stretch, Tally, over
from sim.measures.counting.groups import Flags, Floats
from sim.measures.counting.intervals import ratio_interval

SERVICE_LEVEL, ABANDONMENT = range(len(JUDGED))


@dataclass(frozen=True, eq=False)
class Standing:
    """How every stretch stands, on some replications; arrays (measure, stretch), the measures in
    the order of :data:`~.counts.JUDGED`.

    A stretch without a single call stands well.
    """

    calls: Floats
    """of each stretch: answered, abandoned or still waiting, a replication"""
    mean: Floats
    low: Floats
    """ends of the 95 % interval"""
    high: Floats
    least: Floats
    """of each measure: what meets its target, from here"""
    most: Floats
    """to here"""
    replications: int

    @property
    def holds(self) -> Flags:
        """Of each stretch: whether the whole interval of every measure meets the target."""
        return self._all((self.low >= self.least) & (self.high <= self.most))

    @property
    def misses(self) -> Flags:
        """Of each stretch: whether the whole interval of some measure misses the target."""
        outside = (self.high < self.least) | (self.low > self.most)
        return np.asarray((outside & ~np.isnan(self.mean)).any(axis=0))

    @property
    def below(self) -> Flags:
        """Of each stretch: whether the mean of some measure misses the target."""
        outside = (self.mean < self.least) | (self.mean > self.most)
        return np.asarray(outside.any(axis=0))

    @property
    def feasible(self) -> bool:
        """Whether every stretch meets every target with its whole interval."""
        return bool(self.holds.all())

    @property
    def worst(self) -> int:
        """The stretch that is farthest from what is wanted of its service level."""
        return int(np.argmin(np.nan_to_num(self.mean[SERVICE_LEVEL], nan=np.inf)))

    def _all(self, met: Flags) -> Flags:
        return np.asarray((met | np.isnan(self.mean)).all(axis=0))


def standing(parts: Sequence[Stretch], counted: Tally) -> Standing:
    """Judge the stretches on the replications counted, two or more. Where only one of them has
    calls, its value stands for the interval."""
    num, den = over(parts, counted.num), over(parts, counted.den)
    found = [ratio_interval(num[measure], den[measure]) for measure in range(len(JUDGED))]
    mean = np.stack([each.mean for each in found])
    low, high = (
        np.stack([getattr(each, end) for each in found]) for end in ("low", "high"))
    return Standing(
        calls=den[SERVICE_LEVEL].mean(axis=1),
        mean=mean,
        low=np.where(np.isnan(low), mean, np.clip(low, 0, 1)),
        high=np.where(np.isnan(high), mean, np.clip(high, 0, 1)),
        least=counted.low[:, None],
        most=counted.high[:, None],
        replications=num.shape[2],
    )
