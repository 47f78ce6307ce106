"""At which value of an assumption the advice changes.

Two kinds of advice: a target is met or missed; of several variants one is the choice - fewest
targets missed, of those the cheapest. Along an assumption, from its value in the scenario to its
low and to its high, all on the same workloads, the first place is looked for at which the advice is
another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.sensitivity.tornado import Readings
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.definition import Kind
from sim.measures.counting.groups import Floats
from sim.measures.counting.intervals import quotients

COST = Chosen("cost_per_year_yuan")
CHOICE = "choice"
CHANGES, STAYS, UNSURE = "changes", "does_not_change", "not_certain"
RESAMPLES = 1000
NARROWEST = 0.02
"""Places closer together than this tell nothing more."""

Line = Mapping[float, Mapping[str, Readings]]
"""Place from 0 (as in the scenario) to 1 (an end) -> variant -> what was read there."""


@dataclass(frozen=True)
class Turn:
    """What becomes of one advice along one side of an assumption."""

    advice: str
    """``choice``, or the row whose target it is"""
    before: str
    """as in the scenario: ``met``, ``missed``, or the variant chosen"""
    after: str
    """at the end"""
    status: str
    """``changes``, ``does_not_change``; ``not_certain`` where it does not, but chance might have
    hidden that it does"""
    place: float | None = None
    """where it changes"""
    start: float | None = None
    stop: float | None = None
    """95 % interval of that place; None where it reaches beyond this end of what was looked at"""


def targeted(readings: Readings) -> list[Chosen]:
    """The rows that have a target."""
    return [row for row, one in readings.items() if not np.isnan(one.margin()[0])]


def target_turn(line: Line, variant: str, row: Chosen) -> Turn:
    """Whether a target goes from met to missed, or back; between the places looked at, value and
    interval are taken to run straight."""
    places = sorted(line)
    margins = np.array([line[place][variant][row].margin() for place in places])
    met = margins[:, 0] >= 0
    # Seen from the side on which it begins, all that follows is met -> missed.
    value, low, high = margins.T if met[0] else (-margins[:, [0, 2, 1]]).T
    said = [("met" if one else "missed") for one in met]
    turned = np.flatnonzero(met != met[0])
    if not len(turned):
        # What the assumption does not move at all it cannot turn, however near the target is.
        sure = bool((low > 0).all() or (margins == margins[0]).all())
        return Turn(str(row), said[0], said[-1], STAYS if sure else UNSURE)
    return Turn(
        str(row), said[0], said[turned[0]], CHANGES,
        _crossing(places, value), _crossing(places, low), _crossing(places, high),
    )


def _crossing(places: Sequence[float], values: Floats) -> float | None:
    """Where values that begin above 0 first come down to it; None if they never do."""
    if not values[0] > 0:
        return 0.0 if values[0] == 0 else None
    for n in range(1, len(places)):
        if values[n] <= 0:
            share = values[n - 1] / (values[n - 1] - values[n])
            return float(places[n - 1] + share * (places[n] - places[n - 1]))
    return None


def choice_turn(line: Line, seed: int) -> Turn:
    """Whether another variant becomes the choice.

    Its interval is that of the percentile bootstrap: replications are drawn with replacement, the
    same for all variants and places, one fewer than there are, which gives the spread its right
    size where they are few.
    """
    places = sorted(line)
    names = list(line[places[0]])
    n = next(iter(line[places[0]][names[0]].values())).series.n
    weights = np.ones((1, n))
    if n > 1:
        random = np.random.default_rng(seed)
        drawn = random.multinomial(n - 1, np.full(n, 1 / n), RESAMPLES)
        weights = np.vstack([weights, drawn])
    chosen = np.array([_chosen(list(line[place].values()), weights) for place in places])
    other = chosen != chosen[0, 0]
    before, turned = names[chosen[0, 0]], np.flatnonzero(other[:, 0])
    switches = np.where(
        other.any(axis=0), np.array([_between(places, m) for m in range(len(places))])[
            other.argmax(axis=0)], np.inf,
    )
    if not len(turned):
        sure = bool((np.isinf(switches[1:])).mean() >= 0.95) if n > 1 else False
        return Turn(CHOICE, before, before, STAYS if sure else UNSURE)
    low, high = (np.quantile(switches[1:], [0.025, 0.975], method="inverted_cdf")
                 if n > 1 else (0.0, np.inf))
    return Turn(
        CHOICE, before, names[chosen[turned[0], 0]], CHANGES, float(switches[0]),
        float(low) if low > 0 else None, float(high) if np.isfinite(high) else None,
    )


def _between(places: Sequence[float], n: int) -> float:
    """Where a change that is first seen at the n-th place is taken to happen."""
    return (places[n - 1] + places[n]) / 2 if n else 0.0


def _chosen(variants: Sequence[Readings], weights: Floats) -> Floats:
    """The number of the variant chosen, for each row of weights of the replications."""
    scores = []
    for readings in variants:
        missed = np.zeros(len(weights))
        for row in choice_targets(readings):
            value = _weighted(readings, row, weights)
            low, high = readings[row].target
            missed += (value < low) | (value > high)
        scores.append(missed * 1e15 + _weighted(readings, COST, weights))
    return np.asarray(np.argmin(scores, axis=0))


def choice_targets(readings: Readings) -> list[Chosen]:
    """The targets that count for the choice: of all people, and with a better and a worse."""
    return [
        row for row in targeted(readings)
        if row.group == "all" and CATALOGUE[row.measure].better in ("high", "low")
    ]


def _weighted(readings: Readings, row: Chosen, weights: Floats) -> Floats:
    """The pooled value of a row, for each row of weights."""
    own = readings[row].series
    if own.measure.kind == Kind.VALUE:
        values, there = quotients(own.num, own.den)[0], own.there
        return np.asarray(quotients(weights @ np.where(there, values, 0), weights @ there))
    return np.asarray(quotients(weights @ own.num[0], weights @ own.den[0]))


def next_place(line: Line, turn: Turn) -> float | None:
    """Where to look next for a closer answer; None where it is close enough or there is no change.
    """
    if turn.place is None:
        return None
    places = sorted(line)
    after = next(n for n, place in enumerate(places) if n and place >= turn.place)
    low, high = places[after - 1], places[after]
    if high - low <= NARROWEST:
        return None
    # Not too near to what is known, or the bracket would hardly shrink.
    room = (high - low) / 10
    return float(np.clip(turn.place, low + room, high - room))
