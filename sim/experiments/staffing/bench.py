"""Trying seats and rosters on the training workloads, with a record of what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sim.experiments.lab import Lab, Variant
from sim.experiments.staffing.judge import Standing, standing
from sim.experiments.staffing.stretches import Stretch, Tally, tally
from sim.experiments.staffing.variants import rostered, seated
from sim.experiments.staffing.week import Week
from sim.measures.counting.groups import Flags, Floats, Ints
from sim.measures.measured import Measured
from sim.scenario.load import Resolved

GLANCE = 4
"""A roster that misses for sure on one in so many of the replications is not tried on the rest."""
FEWEST = 5
"""Replications at a glance, if there are as many."""


class Phase(StrEnum):
    """What something was tried for."""

    SEATS = "seats"
    """to find how many seats each slot needs, whatever the patterns"""
    COVER = "cover"
    """to find a roster that meets the targets"""
    CHEAPER = "cheaper"
    """to find one for less pay, or to show that there is none"""


@dataclass(frozen=True, eq=False)
class Trial:
    """Something tried, and how every stretch stood."""

    phase: Phase
    seats: Floats
    """(desk, slot): the seats tried; of a roster, the requirement it was made to cover, 0 where
    there was none"""
    counts: Ints | None
    """people of each pattern; None where seats were tried"""
    standing: Standing
    tally: Tally
    failed: Flags
    """of each stretch: whether it has to meet its targets and was not shown to; after a glance,
    whether it missed them for sure"""

    @property
    def feasible(self) -> bool:
        return not self.failed.any()


@dataclass(eq=False)
class Bench:
    """Where trials are made; keeps them in order."""

    resolved: Resolved
    week: Week
    parts: tuple[Stretch, ...]
    must: Flags
    """of each stretch: whether it can be asked to meet its targets"""
    lab: Lab
    replications: int
    trials: list[Trial] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    """of the cells used"""

    def try_seats(self, seats: Ints) -> Trial:
        """So many people at each desk in each slot, on all replications."""
        county = seated(self.resolved, self.week, seats)
        counted = self._simulate(county, self.replications)
        stood = standing(self.parts, counted)
        return self._keep(
            Trial(Phase.SEATS, seats.astype(float), None, stood, counted,
                  self.must & ~stood.holds))

    def try_roster(self, phase: Phase, counts: Ints, required: Floats) -> Trial:
        """So many people of each pattern; on all replications only if none of the stretches misses
        for sure on the first of them."""
        county = rostered(self.resolved, counts.tolist())
        glance = min(self.replications, max(FEWEST, self.replications // GLANCE))
        counted = self._simulate(county, glance)
        stood = standing(self.parts, counted)
        failed = self.must & stood.misses
        if not failed.any():
            counted = self._simulate(county, self.replications)
            stood = standing(self.parts, counted)
            failed = self.must & ~stood.holds
        return self._keep(Trial(phase, required, counts, stood, counted, failed))

    def _simulate(self, county: Resolved, replications: int) -> Tally:
        digest, measured = run(self.lab, county, range(replications))
        self.digests.add(digest)
        return tally(self.week, measured)

    def _keep(self, trial: Trial) -> Trial:
        self.trials.append(trial)
        return trial


def run(lab: Lab, county: Resolved, replications: Sequence[int]) -> tuple[str, list[Measured]]:
    """Name of a county's cells, and its measures. Raises RuntimeError where a replication fails;
    the others are kept."""
    variant = Variant("", county)
    failures = lab.run([variant], replications)
    if failures:
        raise RuntimeError(f"replication {failures[0].replication}: {failures[0].reason}")
    return lab.digest(variant), lab.measured(variant, replications)
