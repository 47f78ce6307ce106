"""What tuning found: the candidate chosen, how sure that is, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.experiments.tune.bench import Candidate
from sim.experiments.tune.choice import Choice
from sim.experiments.tune.plan import Plan
from sim.measures.counting.groups import Floats


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that the page and the tables tell."""

    plan: Plan
    candidates: tuple[Candidate, ...]
    """all of them: named ones first, then the trials of the search in order"""
    training: Floats
    """(candidate, replication, objective)"""
    finalists: tuple[int, ...]
    """places of those among which one was chosen"""
    choice: Choice
    """systems are the finalists, by their place there; means as they were observed: greater is
    better"""
    comparison: pd.DataFrame
    """on held-out workloads: the candidate chosen, and the best that was searched, against the
    default"""
    fronts: tuple[int, ...]
    """places of those that no other beats at every objective in training; empty with only one"""
    held: dict[int, Floats]
    """place -> (replication, objective) on held-out workloads, of those that were run there"""
    points: pd.DataFrame
    """every measure on held-out workloads"""
    spent: int
    """replications of candidates simulated"""

    @property
    def chosen(self) -> int:
        """Place of the candidate chosen."""
        return self.finalists[self.choice.best]

    @property
    def default(self) -> int:
        """Place of the one it is compared with."""
        names = [one.name for one in self.candidates]
        return names.index(self.plan.default)

    @property
    def best_searched(self) -> int | None:
        """Place of the searched candidate that came farthest in the choice; None without any."""
        came = [
            (int(row.n), float(row.mean), self.finalists[int(row.system)])
            for row in self.choice.table.itertuples()
        ]
        searched = [one for one in came if self.candidates[one[2]].searched]
        return max(searched)[2] if searched else None

    def mean(self, place: int) -> Floats:
        """Of each objective, in training."""
        return np.asarray(self.training[place].mean(axis=0))
