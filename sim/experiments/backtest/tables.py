"""A backtest as tables: predicted against observed, skill, and whose error it was."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.calibrate.cells import MEASURES
from sim.calibrate.log import Floats
from sim.experiments.backtest.scores import Skill, absolute, crps, skill, weighted_mean
from sim.experiments.backtest.whole import TABLES, VARIANTS, WITH_ERLANG, Backtest

HOURS = [
    "table", "group", "hour", "measure", "n", "observed", "predicted", "low", "high", "erlang_c",
    "erlang_a",
]
SKILL = [
    "table", "group", "measure", "cells", "days", "crps", "crps_erlang_c", "crps_erlang_a",
    "skill_c", "skill_c_low", "skill_c_high", "skill_a", "skill_a_low", "skill_a_high",
    "error", "error_erlang_a", "error_skill_a", "error_skill_a_low", "error_skill_a_high",
    "within_95", "crps_formula_a", "skill_formula_a", "skill_formula_a_low",
    "skill_formula_a_high", "true_model_a",
]
ERRORS = [
    "measure", "variant", "observed", "predicted", "bias", "crps", "crps_low", "crps_high",
]
TRUTHS = 8
"""So many members take the place of what happened."""


def by_hour(found: Backtest) -> pd.DataFrame:
    """Predicted against observed, by hour of the day and in all (``hour`` -1), for every group.

    Means over the hours of all days, in proportion to the calls observed in each (``arrivals``:
    calls a day); ``low`` and ``high`` hold 95 % of the members' means.
    """
    return _frame(_hours(found), HOURS)


def skills(found: Backtest) -> pd.DataFrame:
    """CRPS of each group and measure over the hours of all days, and the skill over Erlang C and
    Erlang A with its interval, for both forecasts and with the truth in the place of some parts.

    ``skill_c``, ``skill_a``: over the formula computed for every member's own draw of the inputs,
    so that it has the whole uncertainty of the forecast, and lacks only what the model adds.
    ``skill_formula_a``: over Erlang A as it is used, one figure an hour from the mean of the
    inputs; its CRPS is its absolute error. ``true_model_a``: what ``skill_a`` is with members
    in the place of what happened, the model and the spread of its inputs being exactly right.
    ``error``: absolute error of the median instead of CRPS. ``within_95``: share of hours inside
    the 95 % prediction interval that the members span; of n good members (n - 1) / (n + 1) at
    most."""
    return _frame(_skills(found), SKILL)


def errors(found: Backtest) -> pd.DataFrame:
    """Whose error: the same forecast with the truth in the place of one part after the other, all
    groups together; intervals by resampling days."""
    return _frame(_errors(found), ERRORS)


def _frame(rows: Iterator[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    with warnings.catch_warnings():
        # Hours without a call have no waits: numpy warns of what is meant to be missing.
        warnings.simplefilter("ignore", RuntimeWarning)
        return pd.DataFrame(list(rows), columns=columns)


def _weight(found: Backtest, measure: str, group: int) -> Floats:
    calls = found.observed.calls[group]
    return np.where(calls > 0, 1.0, 0.0) if measure == "arrivals" else np.asarray(calls)


def _hours(found: Backtest) -> Iterator[tuple[object, ...]]:
    days = max(1, int((found.observed.calls[-1].sum(axis=1) > 0).sum()))
    for table in TABLES:
        for group, name in enumerate(found.groups):
            for measure in MEASURES:
                seen = found.observed.values[measure][group]
                parts = [f[table].values[measure][:, group] for f in (
                    found.forecasts, found.erlang_c, found.erlang_a)]
                for hour in (-1, *range(24)):
                    at = slice(None) if hour < 0 else slice(hour, hour + 1)
                    n = int(found.observed.calls[group][:, at].sum())
                    if not n:
                        continue
                    weight = _weight(found, measure, group)[:, at]
                    scale = float(weight.sum()) / days if measure == "arrivals" else 1.0

                    def mean(values: Floats, w: Floats = weight, s: float = scale) -> float:
                        return s * weighted_mean(values, w)

                    ours = np.array([mean(member[:, at]) for member in parts[0]])
                    low, high = np.nanquantile(ours, [0.025, 0.975])
                    theirs = [
                        float(np.nanmean([mean(member[:, at]) for member in part]))
                        for part in parts[1:]
                    ]
                    yield (table, name, hour, measure, n, mean(seen[:, at]),
                           float(np.nanmean(ours)), float(low), float(high), *theirs)


def _skills(found: Backtest) -> Iterator[tuple[object, ...]]:
    for table in WITH_ERLANG:
        for group, name in enumerate(found.groups):
            for measure in MEASURES:
                seen = found.observed.values[measure][group]
                weight = _weight(found, measure, group)
                ours, c, a, formula = (f[table].values[measure][:, group] for f in (
                    found.forecasts, found.erlang_c, found.erlang_a, found.formula))
                if not np.isfinite(seen[weight > 0]).any():
                    continue
                score, score_c, score_a, score_f = (crps(x, seen) for x in (ours, c, a, formula))
                error, error_a = absolute(ours, seen), absolute(a, seen)
                over_c, over_a = (skill(score, x, weight) for x in (score_c, score_a))
                plain = skill(error, error_a, weight)
                low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
                inside = np.where(np.isfinite(low) & np.isfinite(seen),
                                  (seen >= low) & (seen <= high), np.nan)
                yield (table, name, measure, int((weight > 0).sum()),
                       int((weight > 0).any(axis=1).sum()),
                       *(weighted_mean(x, weight) for x in (score, score_c, score_a)),
                       *_parts(over_c), *_parts(over_a), weighted_mean(error, weight),
                       weighted_mean(error_a, weight), *_parts(plain),
                       weighted_mean(inside, weight), weighted_mean(score_f, weight),
                       *_parts(skill(score, score_f, weight)), _were_it_true(ours, a, weight))


def _were_it_true(ours: Floats, theirs: Floats, weight: Floats) -> float:
    """Skill of members over others where one of the members is what happened."""
    scores = []
    for n in range(min(TRUTHS, len(ours))):
        rest = np.arange(len(ours)) != n
        score, reference = (crps(x[rest], ours[n]) for x in (ours, theirs))
        both = np.isfinite(score) & np.isfinite(reference)
        scores.append([weighted_mean(np.where(both, x, np.nan), weight)
                       for x in (score, reference)])
    one, other = np.nanmean(scores, axis=0)
    return float(1 - one / other) if other > 0 else float("nan")


def _parts(found: Skill) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def _errors(found: Backtest) -> Iterator[tuple[object, ...]]:
    for measure in MEASURES:
        seen = found.observed.values[measure][-1]
        weight = _weight(found, measure, -1)
        observed = weighted_mean(seen, weight)
        for variant in VARIANTS:
            members = found.forecasts[variant].values[measure][:, -1]
            score = crps(members, seen)
            predicted = weighted_mean(np.nanmean(members, axis=0), weight)
            # The interval of a mean score: its skill over a score of 1 everywhere.
            like = skill(score, np.ones_like(score), weight)
            yield (measure, variant, observed, predicted, predicted - observed,
                   weighted_mean(score, weight), 1 - like.high, 1 - like.low)
