"""What a search for a roster found, beside the roster that was there and the usual rule's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.experiments.staffing.bench import Trial
from sim.experiments.staffing.judge import Standing
from sim.experiments.staffing.payroll import Payroll
from sim.experiments.staffing.requirement import Load
from sim.experiments.staffing.search import Found
from sim.experiments.staffing.stretches import Stretch
from sim.experiments.staffing.week import Week
from sim.measures.counting.groups import Flags, Floats, Ints
from sim.scenario.schema import Scenario

FOUND, GIVEN, ERLANG_C = "found", "given", "erlang_c"
"""Names of the rosters: the one that the search found; the scenario's own; Erlang C for each hour
by itself, covered by the same patterns."""
HELD, OPEN, MISSED, UNCOVERED = "held", "open", "missed", "uncovered"
"""What is said of a stretch: the whole interval of every measure meets its target; it does not, but
the means do; some mean misses; no pattern works in some of its hours."""


@dataclass(frozen=True, eq=False)
class Roster:
    """People of each pattern, and how they stand on workloads that no search has seen."""

    name: str
    counts: Ints
    required: Floats
    """(desk, slot) that it was made to cover; 0 where it was not made to cover any"""
    standing: Standing
    payroll: Payroll
    kpis: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that the page and the tables tell."""

    scenario: Scenario
    week: Week
    parts: tuple[Stretch, ...]
    must: Flags
    """of each stretch: whether the patterns cover all of it"""
    load: Load
    theory: Ints
    """(desk, slot): seats from which the search began"""
    found: Found
    trials: tuple[Trial, ...]
    rosters: tuple[Roster, ...]
    """the one found first"""
    replications: int
    """for training"""
    fresh: int
    """replications, others, on which the rosters are judged"""
    seed: int

    @property
    def roster(self) -> Roster:
        """The one found."""
        return self.rosters[0]

    def verdicts(self, roster: Roster) -> list[str]:
        """What is said of each stretch."""
        stood = roster.standing
        words = np.where(stood.holds, HELD, np.where(stood.below, MISSED, OPEN))
        return [str(word) for word in np.where(self.must, words, UNCOVERED)]

    def named(self, part: Stretch) -> str:
        """``Mon 09:00-10:00``, with the desk's skills where there are several desks."""
        name = self.week.name(part.first, part.last)
        return name if len(self.week.desks) == 1 else f"{name} ({self.desk(part.desk)})"

    def desk(self, number: int) -> str:
        """The skills that its calls need; ``-`` for calls that need none."""
        return " | ".join(skill or "-" for skill in self.week.desks[number])
