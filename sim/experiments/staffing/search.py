"""The roster of least pay with which every stretch meets its targets on the training workloads.

Three steps. Seats: how many each stretch needs (:mod:`.seats`). Cover: the cheapest roster that has
them is tried; where a stretch still fails - for breaks, absences, calls that last beyond a shift -
its requirement is raised, until all do. Cheaper: the cheapest roster that nothing tried so far
rules out is tried, and what fails rules out more (cutting planes; J. Atlason, M. A. Epelman and
S. G. Henderson 2004, "Call center staffing with simulation and cutting plane methods", Annals of
Operations Research 127), until one does, or none is left that costs less. If more people never make
a stretch worse, that one is the cheapest there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.experiments.staffing.bench import Bench, Phase, Trial
from sim.experiments.staffing.cover import Cut, cheapest, cost, coverable
from sim.experiments.staffing.judge import SERVICE_LEVEL
from sim.experiments.staffing.seats import Needed, needed, roster_cut
from sim.measures.counting.groups import Floats, Ints

MOST_COVERS = 20
"""Rosters tried before the search for one that does is given up."""
MOST_CHEAPER = 60
"""Cheaper rosters tried."""


@dataclass(frozen=True, eq=False)
class Found:
    """Where the search ended."""

    counts: Ints
    """people of each pattern"""
    seats: Ints
    """(desk, slot): what the search began to cover"""
    feasible: bool
    """whether it meets every target on the training workloads"""
    bound: float
    """no roster that does costs less, in the unit of :func:`~.cover.cost`"""
    cost: float

    @property
    def proven(self) -> bool:
        """Whether the roster is known to be the cheapest."""
        return self.feasible and self.cost <= self.bound


def search(bench: Bench, start: Ints) -> Found:
    """Search from ``start``, seats of each desk and slot as theory has them."""
    seated = needed(bench, start)
    best, cuts = _cover(bench, seated)
    return _cheaper(bench, seated, best, cuts)


def _cover(bench: Bench, seated: Needed) -> tuple[Trial, list[Cut]]:
    """The first roster that does, or the one that fails least; and all that is ruled out."""
    required = np.where(coverable(bench.week), seated.seats, 0).astype(float)
    cuts = list(seated.cuts)
    tried: list[Trial] = []
    while len(tried) < MOST_COVERS:
        counts = cheapest(bench.week, required)
        assert counts is not None
        tried.append(bench.try_roster(Phase.COVER, counts, required.copy()))
        if tried[-1].feasible:
            return tried[-1], cuts
        cuts += _ruled_out(bench, tried[-1])
        _raise(bench, tried[-1], required)
    return min(tried, key=lambda trial: np.count_nonzero(trial.failed)), cuts


def _cheaper(bench: Bench, seated: Needed, best: Trial, cuts: list[Cut]) -> Found:
    assert best.counts is not None
    price = cost(bench.week, best.counts) if best.feasible else np.inf
    bound = 0.0
    nothing = np.zeros(seated.seats.shape)
    for _ in range(MOST_CHEAPER):
        counts = cheapest(bench.week, None, cuts)
        bound = np.inf if counts is None else cost(bench.week, counts)
        if counts is None or bound >= price:
            bound = min(bound, price)
            break
        trial = bench.try_roster(Phase.CHEAPER, counts, nothing)
        if trial.feasible:
            best, price = trial, bound
            break
        cuts += _ruled_out(bench, trial)
    assert best.counts is not None
    return Found(
        best.counts, seated.seats, best.feasible, bound, cost(bench.week, best.counts))


def _ruled_out(bench: Bench, trial: Trial) -> list[Cut]:
    assert trial.counts is not None
    return [roster_cut(bench, n, trial.counts) for n in np.flatnonzero(trial.failed).tolist()]


def _raise(bench: Bench, trial: Trial, required: Floats) -> None:
    """In each stretch that failed, ask for one person more where most calls come too late."""
    assert trial.counts is not None
    there = trial.counts @ bench.week.mean_covers
    num, den = (x[SERVICE_LEVEL].sum(axis=2) for x in (trial.tally.num, trial.tally.den))
    late = trial.tally.low[SERVICE_LEVEL] * den - num
    able = coverable(bench.week)
    for n in np.flatnonzero(trial.failed):
        part = bench.parts[n]
        slots = np.arange(part.first, part.last + 1)
        worst = slots[np.argmax(np.where(able[part.desk, slots], late[part.desk, slots], -np.inf))]
        required[part.desk, worst] = np.floor(
            max(there[worst], required[part.desk, worst]) + 1)
