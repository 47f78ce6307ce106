"""The course of a search: what can be reached, the search, looks at fresh workloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.experiments.caregivers.bench import Bench
from sim.experiments.caregivers.goals import HEADLINE, Goal, bounds, estimate
from sim.experiments.caregivers.judge import Aims, gaps
from sim.experiments.caregivers.marginal import Marginal, marginals
from sim.experiments.caregivers.outcome import FOUND, TODAY, Compared, Fate, Kept, Outcome
from sim.experiments.caregivers.rows import Counts, within
from sim.experiments.caregivers.search import Search
from sim.experiments.caregivers.steps import FIRST, Steps
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats
from sim.measures.staff_and_money.money import MONTHS
from sim.scenario.load import Resolved

BLOCK = 1000
"""The n-th set of fresh replications begins at n times this."""
LOOKS = 3
"""Fresh sets of workloads on which staffings are judged, at most."""
CLOSED = 0.9
"""Where more caregivers cannot reach a goal, this part of what they can do is searched for."""
PLENTY = 10
"""With so many more in every row than today, more would hardly help."""


@dataclass(frozen=True)
class Asked:
    """What ``hotline caregivers`` is asked for."""

    goals: tuple[Goal, ...] = ()
    """empty: the scenario's own targets"""
    limits: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    worse: float = 0.02
    """by how much less than today a service or zone may be served on time, where fewer than the
    target's share are"""
    confidence: float = 0.95
    replications: int = 20
    fresh: int = 40
    budget: int = 2000
    """replications simulated in all, at most"""
    seed: int = 1


class Course:
    """The course of a search: what can be reached, the search, looks at fresh workloads."""

    def __init__(self, bench: Bench, aims: Aims, now: Counts, asked: Asked) -> None:
        self.bench = bench
        self.aims = aims
        self.now = now
        self.asked = asked
        self.looks = 0
        self.first: list[Marginal] = []
        """what one more is worth today, as far as the search looked"""
        self.more: list[Marginal] = []
        """what one more is worth beside those that were found"""

    def run(self) -> Search:
        """Search, look, and search again for more where that does not hold."""
        training = range(self.asked.replications)
        self.bench.run([self.now], training)
        self.aims = replace(self.aims, goals=self._reachable(training))
        size = len(self.aims.goals) + len(self.aims.floors)
        search = Search(
            Steps(self.bench, self.aims), self.now, within(self.now, self.bench.known),
            self.asked.replications, np.zeros(size))
        looked: Counts | None = None
        while True:
            search.run()
            self.first = self.first or self._seen_today()
            if search.counts == looked:
                break
            lacking, looked = self._look(search.counts), search.counts
            # Floors are means: what is below one by chance is told, and no reason for more people.
            if search.exhausted or self.looks == LOOKS or not (lacking > 0).any():
                break
            search.slack = search.slack + np.maximum(lacking, 0)
        self.more = self._one_more(search.counts)
        return search

    def _look(self, counts: Counts) -> Floats:
        """What is lacking of each goal on the next fresh set; 0 for the floors."""
        self.looks += 1
        self.bench.limit = self.asked.budget
        self.bench.run([self.now, counts], self.fresh)
        self.bench.limit = reserved(self.asked)
        strict = replace(self.aims, confidence=self.confidence)
        found = gaps(self.bench, strict, self.now, counts, self.fresh)
        found[len(self.aims.goals):] = 0
        return found

    @property
    def confidence(self) -> float:
        """Of one look, so that a goal missed is taken for reached in at most 1 - confidence."""
        return 1 - (1 - self.asked.confidence) / LOOKS

    @property
    def fresh(self) -> range:
        """The replications of the last look."""
        return range(BLOCK * self.looks, BLOCK * self.looks + self.asked.fresh)

    def _reachable(self, training: range) -> tuple[Goal, ...]:
        """The goals; instead of those that no number of caregivers reaches, what they can do."""
        known = self.bench.known
        plenty = tuple(
            max(n, min(row.high, n + PLENTY)) for n, row in zip(self.now, known, strict=True))
        few = training[: len(training) // 2]
        missed = [goal for goal in self.aims.goals if not self._holds(goal, self.now, training)]
        if not missed:
            return self.aims.goals
        self.bench.run([plenty], few)
        found = []
        for goal in self.aims.goals:
            value, best = (
                self.bench.pairs(counts, goal.row, few).value for counts in (self.now, plenty))
            if goal in missed and goal.sign * (best - value) > 0 and not self._can(
                goal, plenty, few
            ):
                goal = replace(goal, value=value + CLOSED * (best - value))
            found.append(goal)
        return tuple(found)

    def _holds(self, goal: Goal, counts: Counts, replications: Sequence[int]) -> bool:
        low, high = bounds(
            self.bench.pairs(counts, goal.row, replications).parts, self.aims.confidence)
        return low >= goal.value if goal.least else high <= goal.value

    def _can(self, goal: Goal, counts: Counts, replications: Sequence[int]) -> bool:
        """Whether a goal may be reached for all one sees."""
        low, high = bounds(
            self.bench.pairs(counts, goal.row, replications).parts, self.aims.confidence)
        return high >= goal.value if goal.least else low <= goal.value

    def _seen_today(self) -> list[Marginal]:
        self.bench.limit = 0
        found = marginals(self.bench, TODAY, self.now, range(FIRST))
        self.bench.limit = reserved(self.asked)
        return found

    def _one_more(self, counts: Counts) -> list[Marginal]:
        self.bench.limit = self.asked.budget
        return marginals(self.bench, FOUND, counts, range(self.asked.replications // 2))

    def outcome(self, resolved: Resolved, search: Search, wanted: Sequence[Goal]) -> Outcome:
        """Everything that is told."""
        bench, fresh, counts = self.bench, self.fresh, search.counts
        kept = []
        for goal, sought in zip(wanted, self.aims.goals, strict=True):
            pairs = bench.pairs(counts, goal.row, fresh)
            low, high = bounds(pairs.parts, self.confidence)
            met = low >= goal.value if goal.least else high <= goal.value
            kept.append(Kept(
                goal, sought, estimate(pairs.value, pairs.parts),
                bench.pairs(self.now, goal.row, fresh).value, met or bool(np.isnan(pairs.value))))
        return Outcome(
            scenario=resolved.scenario, known=bench.known, today=self.now, found=counts,
            kept=tuple(kept),
            floors=tuple(self._compared(row, counts) for row in self.aims.floors),
            headline=self._compared(Chosen(HEADLINE), counts),
            fate=self._fate(counts), worse=self.asked.worse,
            trials=tuple(search.trials), marginal=(*self.first, *self.more),
            confidence=self.asked.confidence, looks=self.looks, most_looks=LOOKS,
            replications=self.asked.replications, fresh=fresh, seed=self.asked.seed,
            spent=bench.spent, budget=self.asked.budget, exhausted=search.exhausted,
            operators_yuan=sum(
                group.count * group.pay_yuan_per_month for group in resolved.scenario.operators
            ) * MONTHS * (1 + resolved.scenario.money.insurance_rate),
            kpis=tuple(bench.summarised([counts, self.now], fresh)),
        )

    def _compared(self, row: Chosen, counts: Counts) -> Compared:
        before, after = (self.bench.pairs(x, row, self.fresh) for x in (self.now, counts))
        apart = after.parts - before.parts
        return Compared(
            row, before.value, after.value, estimate(after.value - before.value, apart))

    def _fate(self, counts: Counts) -> Fate:
        requests, orders = (
            self.bench.pairs(counts, Chosen(name), self.fresh) for name in (HEADLINE, "on_time"))
        asked = max(float(requests.den.sum()), 1.0)
        on_time = float(requests.num.sum()) / asked
        ordered = min(float(orders.den.sum()) / asked, 1.0)
        return Fate(on_time, 1 - ordered, max(ordered - on_time, 0.0))


def reserved(asked: Asked) -> int:
    """The replications that the search may use: one look at fresh ones is always left."""
    return asked.budget - 2 * asked.fresh
