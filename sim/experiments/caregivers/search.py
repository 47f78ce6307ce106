"""The cheapest staffing that reaches its aims, by marginal analysis on common workloads.

People are added where a yuan makes good most of what is lacking, until nothing is (B. Fox,
"Discrete optimization via marginal analysis", Management Science 13 (1966) 210-216). Then cheaper
staffings are tried: from what one more and one less do in each row follows which cheaper one nearby
should do as well (:mod:`.model`); it is simulated; where it fails, what has no more people in any
row is ruled out too and the estimate is made more careful. All staffings meet the same workloads,
so that changes are judged by paired differences. No proof of the least cost comes with it.

To save replications, moves are seen on few of them, and on more only as long as it is not clear
which is ahead (racing). Gains do not grow as people are added, nearly, so one that was behind is
looked at again only when it comes to the front (M. Minoux, "Accelerated greedy algorithms for
maximizing submodular set functions", Lecture Notes in Control and Information Sciences 7 (1978)
234-243).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.experiments.caregivers.bench import Exhausted
from sim.experiments.caregivers.goals import HEADLINE, bounds
from sim.experiments.caregivers.judge import gain_parts, gaps, lacking
from sim.experiments.caregivers.model import Model
from sim.experiments.caregivers.rows import Counts
from sim.experiments.caregivers.steps import FIRST, Steps, after
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats

CONTENDERS = 3
"""As many as may race for being the next."""
HALF = 0.5
"""So much of what is lacking is made good before a staffing is judged again."""
TRIES = 30
"""Cheaper staffings tried at most."""
DEARER = 1.5
"""When a staffing fails, who goes is taken to be missed so many times as much, at most."""
BOLD = 0.005
"""Where nothing cheaper promises to hold, what should lack no more than this is tried too."""
NEAR = 0.002
"""What lacks no more than this on half of the replications may hold on all of them."""
LEAST_YUAN = 1.0
"""A volunteer counts as one yuan a year: more of them are not for nothing."""


class Phase(StrEnum):
    """What a staffing was tried for."""

    BEGIN = "begin"
    ADD = "add"
    SAVE = "save"


@dataclass(frozen=True, eq=False)
class Trial:
    """A staffing tried."""

    phase: Phase
    counts: Counts
    replications: int
    judged: bool
    """whether on all replications; else it was given up after some"""
    on_time: float
    """share of requests served on time"""
    lacking: float
    """what it lacks of its aims, or is expected to: see :func:`~.judge.lacking`"""
    kept: bool
    """whether the search went on from there"""


@dataclass(eq=False)
class Search:
    """Where the search is; :meth:`run` takes it to its end."""

    steps: Steps
    today: Counts
    counts: Counts
    """the staffing reached"""
    full: int
    """replications on which a staffing is judged"""
    slack: Floats
    """by goal and floor: by how much more than asked for it has to be reached"""
    trials: list[Trial] = field(default_factory=list)
    exhausted: bool = False
    """whether the replications were used up"""

    def __post_init__(self) -> None:
        self.bench, self.aims = self.steps.bench, self.steps.aims

    def run(self) -> None:
        """Add, then save, until nothing cheaper is found or the replications are used up."""
        try:
            here = self._judged(self.counts)
            self._keep(Phase.BEGIN, self.counts, self.full, here, True)
            self._save(self._add(here))
        except Exhausted:
            self.exhausted = True

    def _judged(self, counts: Counts) -> Floats:
        """What a staffing lacks on all replications."""
        replications = range(self.full)
        self.bench.run([self.today, counts], replications)
        return gaps(self.bench, self.aims, self.today, counts, replications) + self.slack

    # -- adding -----------------------------------------------------------------------------------

    def _add(self, here: Floats) -> Floats:
        """Add who gains most for the money until nothing is lacking or nobody helps."""
        while lacking(here) > 0:
            ways = self.steps.moves(self.counts, [1])
            self.steps.look(self.counts, [x for x in ways if not self.steps.known(x)], FIRST)
            hired = self._hired([row for row, _ in ways], here)
            if not hired:
                break
            here = self._accept(Phase.ADD, after(self.counts, *((row, 1) for row in hired)))
        return here

    def _hired(self, ways: Sequence[int], here: Floats) -> list[int]:
        """The rows to add to next: the first by gain for the money, each at another point, until
        about half of what is lacking should be made good."""
        hired: list[int] = []
        wanted, expected = HALF * lacking(here), here
        points = [row.point for row in self.bench.known]
        while lacking(expected) > wanted:
            ways = [row for row in ways if points[row] not in [points[x] for x in hired]]
            row = self._leader(ways, expected)
            if row is None:
                break
            hired.append(row)
            expected = expected - self.steps.gain((row, 1))
        return hired

    def _leader(self, ways: Sequence[int], here: Floats) -> int | None:
        """The row that gains most for the money, seen from the staffing reached."""
        while True:
            order = sorted(ways, key=lambda row: -self._score(row, here))[:CONTENDERS]
            if not order or self._score(order[0], here) <= 0:
                return None
            stale = [(x, 1) for x in order[:2] if not self.steps.fresh((x, 1), self.counts)]
            if not stale:
                return self._race(order, here)
            self.steps.look(self.counts, stale, FIRST)

    def _race(self, order: Sequence[int], here: Floats) -> int:
        """The best of several, each on twice the replications as long as others may be as good."""
        n, rivals = FIRST, list(order)
        while True:
            self.steps.look(self.counts, [(row, 1) for row in rivals], n)
            rivals.sort(key=lambda row: -self._score(row, here))
            rivals = [row for row in rivals if not self._behind(row, rivals[0], here, n)]
            if len(rivals) == 1 or 2 * n > self.full:
                return rivals[0]
            n *= 2

    def _score(self, row: int, here: Floats) -> float:
        """What one more gains of what is lacking, for a yuan a year."""
        gain = self.steps.gain((row, 1))
        return (lacking(here) - lacking(here - gain)) / self._yuan(row)

    def _behind(self, row: int, leader: int, here: Floats, n: int) -> bool:
        """Whether one is behind the leader for certain."""
        mine, best = (
            self.steps.parts(self.counts, (x, 1), n)[here > 0].sum(axis=0) / self._yuan(x)
            for x in (row, leader)
        )
        return row != leader and bounds(mine - best, self.aims.confidence)[1] < 0

    def _yuan(self, row: int) -> float:
        return max(self.bench.known[row].yuan, LEAST_YUAN)

    # -- saving -----------------------------------------------------------------------------------

    def _save(self, here: Floats) -> None:
        """Go to cheaper staffings as long as one holds, of those that promise to."""
        allowed, cuts, bold = lacking(here), list[Counts](), False
        careful = np.ones(len(here))
        for _ in range(TRIES):
            model = self._model(careful)
            if model is None:
                return
            spare = np.maximum(-here, 0) + (BOLD if bold else 0.0)
            staffing = model.cheapest(spare, cuts)
            if staffing is None and bold and (careful == 1).all():
                return
            if staffing is None:
                bold, careful = bool((careful == 1).all()), np.ones(len(here))
            elif not self.bench.possible(staffing):
                cuts.append(staffing)
            else:
                found = self._tried(staffing, here, allowed)
                if lacking(found) <= allowed:
                    here, careful = self._accept(Phase.SAVE, staffing), np.sqrt(careful)
                    bold = False
                else:
                    # Fewer people help nobody, nearly: what has less in every row fails too.
                    cuts.append(staffing)
                    careful = careful * _surprise(found - here, -model.gain(staffing), found)

    def _model(self, careful: Floats) -> Model | None:
        """What single steps from here lead to expect; who goes is missed ``careful`` times as much
        as was seen. None where no step may be taken."""
        moves = self.steps.moves(self.counts, [1, -1])
        self.steps.look(
            self.counts, [x for x in moves if not self.steps.good(x, self.counts)], FIRST)
        gains = {
            (row, sign): self.steps.gain((row, sign)) * (careful if sign < 0 else 1.0)
            for row, sign in moves
        }
        return Model(self.bench.known, self.counts, gains) if gains else None

    def _tried(self, staffing: Counts, here: Floats, allowed: float) -> Floats:
        """What a staffing lacks; it is judged on all replications only where half of them leave
        open whether that is more than it may."""
        half = -(-self.full // 2)
        self.bench.run([self.counts, staffing], range(half))
        parts = gain_parts(self.bench, self.aims, self.counts, staffing, range(half))
        found: Floats = here - parts.mean(axis=1)
        n = half
        if lacking(found) <= allowed + NEAR:
            found, n = self._judged(staffing), self.full
        if lacking(found) > allowed:
            self._keep(Phase.SAVE, staffing, n, found, False)
        return found

    # -- what both have in common -----------------------------------------------------------------

    def _accept(self, phase: Phase, staffing: Counts) -> Floats:
        """Go there; what it lacks."""
        self.counts = staffing
        found = self._judged(staffing)
        self._keep(phase, staffing, self.full, found, True)
        return found

    def _keep(self, phase: Phase, counts: Counts, n: int, found: Floats, kept: bool) -> None:
        on_time = self.bench.pairs(counts, Chosen(HEADLINE), range(n)).value
        self.trials.append(
            Trial(phase, counts, n, n == self.full, on_time, lacking(found), kept))


def _surprise(lost: Floats, thought: Floats, found: Floats) -> Floats:
    """By how much more was lost than thought, of what is now lacking."""
    wrong = (found > 0) & (lost > thought) & (thought > 0)
    return np.clip(np.where(wrong, lost / np.where(wrong, thought, 1.0), 1.0), 1.0, DEARER)
