"""How much is simulated for each step of an advice."""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiments.caregivers import course
from sim.experiments.caregivers.run import FEWEST as FEWEST_CAREGIVERS
from sim.experiments.replicate import MOST_REPLICATIONS
from sim.experiments.staffing.run import FEWEST_REPLICATIONS as FEWEST_OPERATORS
from sim.experiments.staffing.run import FRESH
from sim.experiments.sweep.study import numbered
from sim.scenario.faults import BadInput

QUICK = 8
"""Replications for a first look."""
LOOKS, FEWER = 100, 40
"""Staffings that the search for caregivers may look at: so many times the replications; and where
it need not be exact."""
GROWTH = 1.5
"""Demand of the last question, times today's."""
CLOSER = 6
"""Assumptions that are looked at closely."""
_TRIALS = 12
"""Rosters and seats that a search for operators tries, about."""


@dataclass(frozen=True)
class Asked:
    """What ``hotline advise`` is asked for; everything else follows from it."""

    replications: int = 20
    seed: int = 1
    looks: int = LOOKS

    @property
    def operators(self) -> int:
        """Of each trial; ``FRESH`` times as many judge what was found."""
        return max(FEWEST_OPERATORS, self.replications)

    @property
    def caregivers(self) -> course.Asked:
        n = max(FEWEST_CAREGIVERS, self.replications)
        return course.Asked(replications=n, fresh=2 * n, budget=self.looks * n, seed=self.seed)

    @property
    def first(self) -> int:
        """Of each dispatch rule, before any of them can fall out."""
        return max(5, min(10, self.replications))

    @property
    def most(self) -> int:
        """Of one dispatch rule, at most."""
        return 4 * self.first

    @property
    def fresh(self) -> int:
        """On which everything is judged in the end."""
        return max(10, 2 * self.replications)

    @property
    def screen(self) -> int:
        """Of each assumption at each end, to see which are worth a closer look."""
        return max(2, self.replications // 5)

    @property
    def closer(self) -> int:
        """Of those that are."""
        return max(5, self.replications)

    @property
    def rough(self) -> Asked:
        """For the answer to a question that need not be exact."""
        return Asked(self.replications // 2, self.seed, FEWER)

    def planned(self, rules: int, assumptions: int) -> dict[str, int]:
        """Step -> replications that it takes, about; there are so many rules and assumptions."""
        return {
            "operators": self._operators,
            "caregivers": self.caregivers.budget,
            "dispatch": rules * (2 + 2 * self.first) + 2 * self.fresh,
            "more-operators": self.rough._operators,
            "more-caregivers": self.rough.caregivers.budget,
            "check": 4 * self.fresh,
            "screen": (2 * assumptions + 1) * self.screen,
            "sensitivity": (4 * min(CLOSER, assumptions) + 1) * self.closer,
        }

    @property
    def _operators(self) -> int:
        return (_TRIALS + 3 * FRESH) * self.operators

    def check(self) -> None:
        """Raise :class:`BadInput` with everything that cannot be."""
        most = MOST_REPLICATIONS // LOOKS
        faults = [
            fault for option, value, low, high in (
                ("--replications", self.replications, 2, most), ("--seed", self.seed, 0, None),
            ) if (fault := numbered(option, "", value, low, high))
        ]
        if faults:
            raise BadInput(faults)
