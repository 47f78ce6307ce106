"""How far a staffing is from what it has to reach, and what a change does to that.

Everything is a vector with an entry for each goal, then for each floor: what is lacking, in shares
(or in parts of the value asked for); 0 or less where nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.caregivers.bench import Bench
from sim.experiments.caregivers.goals import HEADLINE, Goal, bounds
from sim.experiments.caregivers.rows import Counts
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats


@dataclass(frozen=True)
class Aims:
    """What is asked of a staffing."""

    goals: tuple[Goal, ...]
    floors: tuple[Chosen, ...]
    """who is not to be served on time less than today, unless they are served well enough"""
    worse: float
    """by how much they may be all the same, a share"""
    enough: float
    """the share on time from which on it may fall"""
    confidence: float
    """of each goal being met"""

    @property
    def rows(self) -> list[Chosen]:
        """All that has to be read of a replication."""
        return [
            *(goal.row for goal in self.goals), *self.floors, Chosen(HEADLINE), Chosen("on_time"),
        ]


def gaps(
    bench: Bench, aims: Aims, today: Counts, counts: Counts, replications: Sequence[int]
) -> Floats:
    """What is lacking: for a goal from the end of its interval to its value, for a floor from the
    mean. Both staffings must have been run. Minus infinity where nothing happened that counts."""
    found = []
    for goal in aims.goals:
        pairs = bench.pairs(counts, goal.row, replications)
        low, high = bounds(pairs.parts, aims.confidence)
        lacking = goal.value - low if goal.least else high - goal.value
        found.append(-np.inf if np.isnan(pairs.value) else lacking / goal.scale)
    for row in aims.floors:
        value, before = (
            bench.pairs(staffing, row, replications).value for staffing in (counts, today)
        )
        lacking = min(before - aims.worse, aims.enough) - value
        found.append(-np.inf if np.isnan(lacking) else lacking)
    return np.array(found)


def lacking(found: Floats) -> float:
    """All that is lacking, added up."""
    return float(np.maximum(found, 0).sum())


def gain_parts(
    bench: Bench, aims: Aims, before: Counts, after: Counts, replications: Sequence[int]
) -> Floats:
    """(goal or floor, replication): what one staffing has over another, on the same workloads; the
    mean over replications is the paired difference. 0 where nothing happened that counts."""
    signs = [(goal.row, goal.sign / goal.scale) for goal in aims.goals]
    signs += [(row, 1.0) for row in aims.floors]
    parts = [
        factor * (
            bench.pairs(after, row, replications).parts
            - bench.pairs(before, row, replications).parts
        )
        for row, factor in signs
    ]
    return np.nan_to_num(np.array(parts))
