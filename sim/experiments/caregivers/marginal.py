"""What one more caregiver is worth: requests served on time that otherwise are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.caregivers.bench import Bench, Exhausted
from sim.experiments.caregivers.goals import HEADLINE, Value, estimate
from sim.experiments.caregivers.rows import Counts, Row
from sim.measures.chosen import Chosen
from sim.measures.staff_and_money.money import DAYS_A_YEAR


@dataclass(frozen=True)
class Marginal:
    """One more caregiver in a row, seen from a staffing; paired differences with their 95 %
    intervals."""

    staffing: str
    row: Row
    count: int
    """people in the row before"""
    replications: int
    gain: Value
    """share of requests served on time"""
    requests: Value
    """requests on time gained in a year"""

    @property
    def yuan_each(self) -> Value:
        """Yuan for each request on time gained; infinite where none may be."""
        mean, low, high = (self.row.yuan / x if x > 0 else np.inf for x in self.requests)
        return Value(mean, high, low)


def marginals(
    bench: Bench, staffing: str, counts: Counts, replications: Sequence[int]
) -> list[Marginal]:
    """One more in each row, whatever its bound; rows for which there are not replications enough
    are left out."""
    found = []
    for place, row in enumerate(bench.known):
        more = tuple(n + (place == here) for here, n in enumerate(counts))
        if not bench.possible(more):
            continue
        try:
            bench.run([counts, more], replications)
        except Exhausted:
            continue
        found.append(_marginal(bench, staffing, row, counts, more, replications))
    return found


def _marginal(
    bench: Bench, staffing: str, row: Row, counts: Counts, more: Counts,
    replications: Sequence[int],
) -> Marginal:
    headline = Chosen(HEADLINE)
    before, after = (bench.pairs(x, headline, replications) for x in (counts, more))
    years = bench.resolved.scenario.time.days / DAYS_A_YEAR
    gained = (after.num - before.num) / years
    return Marginal(
        staffing, row, counts[bench.known.index(row)], len(replications),
        estimate(after.value - before.value, after.parts - before.parts),
        estimate(float(gained.mean()), gained),
    )
