"""An advice: the county as it is, as advised and with growing demand, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.experiments.advise.asked import Asked
from sim.scenario.schema import Scenario

TODAY, ADVISED, GROWN, MORE = "today", "advised", "grown", "grown-staffed"
"""The staff there is; as advised; that with half as much demand again; with the staff that half as
much demand again needs, about."""
OPERATORS, CAREGIVERS, DISPATCH = "operators", "caregivers", "dispatch"
MORE_OPERATORS, MORE_CAREGIVERS = "more-operators", "more-caregivers"
CHECK, SCREEN, SENSITIVITY = "check", "screen", "sensitivity"
"""Steps, each the name of its folder. Those that a county does not need are left out: for instance
what is about caregivers where nobody visits."""


@dataclass(frozen=True, eq=False)
class Advice:
    """All that the page tells, read from what the steps left."""

    counties: Mapping[str, Scenario]
    """``today``, ``advised``, ``grown``, ``grown-staffed``"""
    asked: Asked
    records: Mapping[str, Mapping[str, Any]]
    """step -> its manifest"""
    tables: Mapping[str, pd.DataFrame]
    """``points`` of the last check, and those of :mod:`.tables`, each also a CSV of the result"""
    goals: pd.DataFrame
    """of the caregivers' search, on its fresh workloads; empty without one"""
    rule: str
    """name of the dispatch rules chosen"""
    adopted: bool
    """whether they are better than the county's own for sure, and so part of the advice"""

    @property
    def scenario(self) -> Scenario:
        """The county as it is."""
        return self.counties[TODAY]
