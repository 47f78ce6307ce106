"""The cheapest staffing that reaches its aims, by marginal analysis on common workloads.

People are added one by one where a yuan gains most of what is lacking, until nothing is; then those
are taken away again who turn out not to be needed; then one or two are exchanged for fewer or
cheaper ones (B. Fox, "Discrete optimization via marginal analysis", Management Science 13 (1966)
210-216). Marginal analysis finds the optimum where gains diminish and points do not interact; the
exchanges mend what is wrong where they do. No proof comes with it.

All staffings meet the same workloads, so that a change is judged by paired differences. Candidates
are seen on few replications, and on more only as long as it is not clear which of them is ahead
(racing). Gains do not grow as people are added, nearly, so a candidate that was behind is looked at
again only when it comes to the front (M. Minoux, "Accelerated greedy algorithms for maximizing
submodular set functions", Lecture Notes in Control and Information Sciences 7 (1978) 234-243).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.experiments.caregivers.bench import Bench, Exhausted
from sim.experiments.caregivers.goals import HEADLINE, bounds
from sim.experiments.caregivers.judge import Aims, gain_parts, gaps, lacking
from sim.experiments.caregivers.model import Model
from sim.experiments.caregivers.rows import Counts
from sim.measures.chosen import Chosen
from sim.measures.groups import Floats

FIRST = 4
"""Replications on which a candidate is seen first."""
CONTENDERS = 3
"""As many as may race for being the next."""
HALF = 0.5
"""So much of what is lacking is made good before a staffing is judged again."""
TRIES = 30
"""Cheaper staffings tried at most."""
DEARER = 1.5
"""When a staffing fails, who goes is taken to be missed so many times as much, at most."""
NEAR = 0.002
"""What lacks no more than this on half of the replications may hold on all of them."""
CHEAPEST = 1.0
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


@dataclass(frozen=True, eq=False)
class _Step:
    """One more or one less of a row, as seen from a staffing."""

    seen_from: Counts
    replications: int
    gain: Floats
    """by goal and floor"""


@dataclass(eq=False)
class Search:
    """Where the search is; :meth:`run` takes it to its end."""

    bench: Bench
    aims: Aims
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
    _steps: dict[tuple[int, int], _Step] = field(default_factory=dict)

    def run(self) -> None:
        """Add, remove, exchange, until nothing is cheaper or the replications are used up."""
        try:
            here = self._judged(self.counts)
            self._keep(Phase.BEGIN, self.counts, self.full, here, True)
            here = self._add(here)
            self._save(here, lacking(here))
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
            ways = [row for row in range(len(self.counts)) if self._moved((row, 1))]
            self._look([(row, 1) for row in ways if (row, 1) not in self._steps], FIRST)
            hired = self._hired(ways, here)
            if not hired:
                break
            here = self._accept(Phase.ADD, self._after(*((row, 1) for row in hired)))
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
            expected = expected - self._steps[row, 1].gain
        return hired

    def _leader(self, ways: Sequence[int], here: Floats) -> int | None:
        """The row that gains most for the money, seen from the staffing reached."""
        while True:
            order = sorted(ways, key=lambda row: -self._score(row, here))[:CONTENDERS]
            if not order or self._score(order[0], here) <= 0:
                return None
            stale = [row for row in order[:2] if self._steps[row, 1].seen_from != self.counts]
            if not stale:
                return self._race(order, here)
            self._look([(row, 1) for row in stale], FIRST)

    def _race(self, order: Sequence[int], here: Floats) -> int:
        """The best of several, each on twice the replications as long as others may be as good."""
        n, rivals = FIRST, list(order)
        while True:
            self._look([(row, 1) for row in rivals], n)
            rivals.sort(key=lambda row: -self._score(row, here))
            rivals = [row for row in rivals if not self._behind(row, rivals[0], here, n)]
            if len(rivals) == 1 or 2 * n > self.full:
                return rivals[0]
            n *= 2

    def _score(self, row: int, here: Floats) -> float:
        """What one more gains of what is lacking, for a yuan a year."""
        gain = self._steps[row, 1].gain
        yuan = max(self.bench.known[row].yuan, CHEAPEST)
        return (lacking(here) - lacking(here - gain)) / yuan

    def _behind(self, row: int, leader: int, here: Floats, n: int) -> bool:
        """Whether one is behind the leader for certain."""
        if row == leader:
            return False
        short = here > 0
        mine, best = (
            gain_parts(
                self.bench, self.aims, self.counts, self._after((x, 1)), range(n)
            )[short].sum(axis=0) / max(self.bench.known[x].yuan, CHEAPEST)
            for x in (row, leader)
        )
        return bounds(mine - best, self.aims.confidence)[1] < 0

    # -- saving -----------------------------------------------------------------------------------

    def _save(self, here: Floats, allowed: float) -> Floats:
        """Go to cheaper staffings as long as one holds, of those that promise to."""
        cuts: list[Counts] = []
        dearer = np.ones(len(here))
        for _ in range(TRIES):
            moves = [
                (row, step) for row in range(len(self.counts)) for step in (1, -1)
                if self._moved((row, step))
            ]
            self._look([move for move in moves if self._unseen(move)], FIRST)
            gains = {
                (row, step): self._steps[row, step].gain * (dearer if step < 0 else 1.0)
                for row, step in moves
            }
            model = Model(self.bench.known, self.counts, gains)
            staffing = model.cheapest(np.maximum(-here, 0), cuts)
            if staffing is None:
                if (dearer == 1).all():
                    break
                dearer = np.ones(len(here))
                continue
            if not self.bench.possible(staffing):
                cuts.append(staffing)
                continue
            expected, before = here - model.gain(staffing), self.counts
            found = self._tried(staffing, here, allowed)
            if self.counts != before:
                here = found
                dearer = np.sqrt(dearer)
                continue
            # Fewer people help nobody, nearly: what has less in every row fails too.
            cuts.append(staffing)
            lost, thought = found - here, expected - here
            wrong = (found > 0) & (lost > thought) & (thought > 0)
            factor = np.where(wrong, lost / np.where(wrong, thought, 1.0), 1.0)
            dearer = dearer * np.clip(factor, 1.0, DEARER)
        return here

    # -- what all have in common ------------------------------------------------------------------

    def _look(self, moves: Sequence[tuple[int, int]], n: int) -> None:
        """See what moves do, from here, on at least ``n`` replications."""
        n = min(n, self.full)
        moves = [
            move for move in moves
            if move not in self._steps or self._steps[move].seen_from != self.counts
            or self._steps[move].replications < n
        ]
        replications = range(n)
        self.bench.run([self.counts, *map(self._after, moves)], replications)
        for move in moves:
            parts = gain_parts(
                self.bench, self.aims, self.counts, self._after(move), replications
            )
            self._steps[move] = _Step(self.counts, n, parts.mean(axis=1))

    def _unseen(self, move: tuple[int, int]) -> bool:
        """Whether nothing is known of a move, or its own point has other people since."""
        step = self._steps.get(move)
        known = self.bench.known
        return step is None or any(
            now != then and row.point == known[move[0]].point
            for now, then, row in zip(self.counts, step.seen_from, known, strict=True)
        )

    def _after(self, *moves: tuple[int, int]) -> Counts:
        counts = list(self.counts)
        for row, step in moves:
            counts[row] += step
        return tuple(counts)

    def _moved(self, move: tuple[int, int]) -> Counts | None:
        """The staffing after a move; None if it may not or cannot be."""
        row, step = move
        known = self.bench.known[row]
        if not known.low <= self.counts[row] + step <= known.high:
            return None
        after = self._after(move)
        return after if self.bench.possible(after) else None

    def _tried(self, staffing: Counts, here: Floats, allowed: float) -> Floats:
        """What a staffing lacks, to which the search goes if that is no more than it may; it is
        judged on all replications only where half of them leave that open."""
        half = range(-(-self.full // 2))
        self.bench.run([self.counts, staffing], half)
        parts = gain_parts(self.bench, self.aims, self.counts, staffing, half)
        found: Floats = here - parts.mean(axis=1)
        n = len(half)
        if lacking(found) <= allowed + NEAR:
            found, n = self._judged(staffing), self.full
            if lacking(found) <= allowed:
                return self._accept(Phase.SAVE, staffing)
        self._keep(Phase.SAVE, staffing, n, found, False)
        return found

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
