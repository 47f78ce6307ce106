"""What a search for caregivers found, and how it stands on workloads it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.experiments.caregivers.goals import Goal, Value
from sim.experiments.caregivers.marginal import Marginal
from sim.experiments.caregivers.rows import Counts, Row, cost
from sim.experiments.caregivers.search import Trial
from sim.measures.chosen import Chosen
from sim.scenario.schema import Scenario

FOUND, TODAY = "found", "today"
"""Names of the staffings."""


@dataclass(frozen=True)
class Kept:
    """A goal on fresh workloads."""

    goal: Goal
    sought: Goal
    """what was searched for: the goal, or as much of it as more caregivers can do"""
    value: Value
    today: float
    met: bool
    """whether it is reached with the confidence asked for"""


@dataclass(frozen=True)
class Compared:
    """One row of the measures on fresh workloads, found against today."""

    row: Chosen
    today: float
    found: float
    difference: Value
    """paired"""


@dataclass(frozen=True)
class Fate:
    """What becomes of the requests for a visit, in shares that add up to 1."""

    on_time: float
    no_order: float
    """callers who never got through to an operator, or whose order was not due yet"""
    late: float
    """orders begun late or not at all"""


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that the page and the tables tell."""

    scenario: Scenario
    known: tuple[Row, ...]
    today: Counts
    found: Counts
    kept: tuple[Kept, ...]
    """the goals, in the order asked"""
    floors: tuple[Compared, ...]
    headline: Compared
    fate: Fate
    worse: float
    """by how much a service or zone might be served on time less than today, a share"""
    trials: tuple[Trial, ...]
    marginal: tuple[Marginal, ...]
    confidence: float
    looks: int
    """fresh sets of workloads on which staffings were judged, the last one with the one found"""
    most_looks: int
    replications: int
    fresh: range
    """the replications on which it was judged in the end"""
    seed: int
    spent: int
    """replications simulated in all"""
    budget: int
    operators_yuan: float
    """pay and insurance of the operators, yuan a year"""
    exhausted: bool
    """whether the search ended because the replications were used up"""
    kpis: tuple[pd.DataFrame, ...]
    """on the fresh workloads, of the staffing found and of today's"""

    @property
    def met(self) -> bool:
        """Whether every goal is reached with the confidence asked for."""
        return all(kept.met for kept in self.kept)

    def yuan(self, counts: Counts) -> float:
        """Pay and insurance of a staffing's caregivers, yuan a year."""
        return cost(counts, self.known)
