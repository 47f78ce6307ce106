"""The level of calls from week to week: where it stands, and how far it may go.

The logarithm of a week's calls over what its weekdays bring is a level and the week's own noise:

    seen = mean + level + noise,    level = pull * last week's level + move.

A few weeks do not tell how much of what was seen is level, nor how fast it moves; so nothing is
chosen: every combination of pull, move and noise on a grid is weighed by its prior and by how
likely it makes the weeks seen (all is normal), and a forecast draws one of them (J. Durbin and
S. J. Koopman 2012, "Time Series Analysis by State Space Methods", chapters 4 and 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import ndtri

from sim.calibrate.log import Flags, Floats, Ints

WEEK = 7
PULLS = (0.7, 0.85, 0.95, 1.0)
MOVES = (0.0, 0.01, 0.02, 0.035, 0.06, 0.1, 0.17)
NOISES = (0.0, 0.02, 0.04, 0.08, 0.15)
USUAL_MOVE, USUAL_NOISE = 0.05, 0.04
"""A priori as likely to be below as above (half Cauchy)."""
UNKNOWN = 0.25
"""Variance of the mean before any week is seen."""
SLIGHT = 1e-6
"""Least variance of a day: days that are all equal are so by chance."""
FEWEST_DAYS = 3
"""A week with fewer usual days says nothing."""
GOLDEN, SILVER = (5**0.5 - 1) / 2, 2**0.5 - 1
"""Multiples of either, whole parts left out, fill the unit interval evenly."""


@dataclass(frozen=True, eq=False)
class Weeks:
    """What the weeks of a log say of those to come. Arrays have one entry a combination."""

    of_day: Floats
    """(days of the log,): factor of the level of each day's week"""
    day_cv: float
    """spread of the days of a week about its level"""
    chance: Floats
    """adds to 1"""
    state: Floats
    """(combinations, 2): mean, and level of the last week"""
    spread: Floats
    """(combinations, 2, 2): covariance of the two"""
    pull: Floats
    move: Floats
    noise: Floats

    def ahead(self, days: Ints, replication: int, rng: np.random.Generator) -> Floats:
        """One draw of the factor of each day; ``days``: from the first day after the log, 0.

        Draws of successive replications are spread evenly, so that few have the right mean.
        """
        place = days // WEEK
        weeks = int(place.max(initial=0)) + 1
        at = (0.5 + (replication + 1) * SILVER) % 1.0
        k = min(int(np.searchsorted(np.cumsum(self.chance), at)), len(self.chance) - 1)
        fall = self.pull[k] ** np.arange(weeks + 1)
        # What each week to come owes to independent draws: of the state, and of every move.
        owes = np.zeros((weeks, weeks + 2))
        root = np.linalg.cholesky(self.spread[k] + 1e-12 * np.eye(2))
        owes[:, :2] = root[0] + fall[1:, None] * root[1]
        for n in range(weeks):
            owes[n:, n + 2] = self.move[k] * fall[: weeks - n]
        main = owes[place].mean(axis=0)
        size = float(np.sqrt((main**2).sum()))
        draws = rng.standard_normal(weeks + 2)
        evenly = float(ndtri((0.5 + (replication + 1) * GOLDEN) % 1.0))
        draws += main / size * (evenly - float((main * draws).sum()) / size)
        path = self.state[k, 0] + fall[1:] * self.state[k, 1] + owes @ draws
        path += self.noise[k] * rng.standard_normal(weeks)
        return np.asarray(np.exp(path)[place])


def learn_weeks(totals: Floats, own: Floats, usual: Flags) -> Weeks:
    """``totals``: calls of each day; ``own``: the mean of its weekday; ``usual``: days that count.

    Weeks are counted back from the end.
    """
    days = len(totals)
    week = (np.arange(days) + (-days) % WEEK) // WEEK
    good = usual & (own > 0) & (totals > 0)
    count = np.bincount(week[good], minlength=int(week.max(initial=0)) + 1)
    had, due = (np.bincount(week[good], weights=x[good], minlength=len(count))
                for x in (totals, own))
    known = np.flatnonzero(count >= FEWEST_DAYS)
    seen = np.log(np.maximum(had, 1e-9) / np.maximum(due, 1e-9))
    inside = good & (count >= FEWEST_DAYS)[week]
    ratio = np.log(totals[inside] / own[inside]) - seen[week[inside]]
    # Means of weekdays and weeks come from the same days.
    free = int(inside.sum()) - len(known) - WEEK + 1
    day_cv = float(np.sqrt((ratio**2).sum() / free)) if free > 0 else 0.1
    pull, move, noise = np.array(list(product(PULLS, MOVES, NOISES))).T
    level = _covariance(len(count), pull, move)
    chance = _prior(pull, move, noise)
    total = UNKNOWN + level[:, known[:, None], known]
    total = total + np.eye(len(known)) * (
        noise[:, None, None] ** 2 + max(day_cv**2, SLIGHT) / np.maximum(count[known], 1))
    with_mean = np.full((len(pull), 1, len(known)), UNKNOWN)
    with_all = np.concatenate([with_mean, level[:, :, known]], axis=1)
    solved = np.linalg.solve(total, np.swapaxes(with_all, 1, 2))
    chance = chance - 0.5 * (
        np.linalg.slogdet(total)[1]
        + np.einsum("i,ki->k", seen[known], np.linalg.solve(
            total, np.broadcast_to(seen[known][:, None], (len(pull), len(known), 1)))[..., 0]))
    weight = np.exp(chance - chance.max())
    weight /= weight.sum()
    found = np.einsum("i,kij->kj", seen[known], solved)
    ends = np.array([0, len(count)])
    before = np.zeros((len(pull), 2, 2))
    before[:, 0, 0], before[:, 1, 1] = UNKNOWN, level[:, -1, -1]
    spread = before - with_all[:, ends] @ solved[:, :, ends]
    of_week = (weight[:, None] * (found[:, :1] + found[:, 1:])).sum(axis=0)
    return Weeks(np.exp(of_week)[week], day_cv, weight, found[:, ends], spread, pull, move, noise)


def _covariance(weeks: int, pull: Floats, move: Floats) -> Floats:
    """(combinations, weeks, weeks) of the levels about their mean; one that is never pulled back
    starts at 0."""
    first = np.where(pull < 1, move**2 / np.where(pull < 1, 1 - pull**2, 1.0), 0.0)
    out = np.zeros((len(pull), weeks, weeks))
    own = first
    for n in range(weeks):
        out[:, n, n:] = own[:, None] * pull[:, None] ** np.arange(weeks - n)
        own = pull**2 * own + move**2
    upper = np.triu(out, 1)
    return out + np.swapaxes(upper, 1, 2)


def _prior(pull: Floats, move: Floats, noise: Floats) -> Floats:
    """Logarithm of the prior of each combination; every pull is as likely."""
    of_move, of_noise = (
        dict(zip(grid, _half_cauchy(np.array(grid), middle), strict=True))
        for grid, middle in ((MOVES, USUAL_MOVE), (NOISES, USUAL_NOISE))
    )
    return np.log([
        of_move[m] * of_noise[n] for m, n in zip(move.tolist(), noise.tolist(), strict=True)])


def _half_cauchy(values: Floats, middle: float) -> Floats:
    """Prior weight of the points of a grid: the density's share between the midpoints."""
    edges = np.concatenate([[0.0], (values[1:] + values[:-1]) / 2, [np.inf]])
    return np.asarray(np.diff(np.arctan(edges / middle)))
