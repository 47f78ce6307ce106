"""Whose error it was: the same forecast of responses with the truth in the place of one input after
the other."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.calibrate.log import Floats
from sim.experiments.backtest.response.plans import VARIANTS, WITH_FORMULA
from sim.experiments.backtest.response.references import sample_crps
from sim.experiments.backtest.response.requests import (
    FORECASTS,
    days_of,
    each_dispatch,
    each_request,
    means_by_day,
)
from sim.experiments.backtest.response.whole import ResponseBacktest
from sim.experiments.backtest.scores import crps, skill, weighted_mean

ERRORS = ["measure", "variant", "n", "observed", "predicted", "bias", "crps", "crps_low",
          "crps_high", "crps_mmc", "skill_mmc", "skill_mmc_low", "skill_mmc_high", "crps_spread",
          "skill_spread", "skill_spread_low", "skill_spread_high", "within_95"]
NOTHING = (np.nan,) * 4
ITSELF = "observed_distribution"
"""In the place of a forecast: the predicted period's own responses of the same priority, all but
the one scored; what is left is the chance of single requests."""


def errors(found: ResponseBacktest) -> pd.DataFrame:
    """Minutes. ``response_min`` and ``dispatch_min``: of each request; ``day_mean_min``: of each
    day's mean response.

    Scores are CRPS, their intervals and those of the skills by resampling days. ``mmc`` is the
    formula at the means of delay and way, ``spread`` the same with the calibration's own
    distributions of both; each on the forecast's own inputs.
    """
    with warnings.catch_warnings():
        # Days without a response have none: numpy warns of what is meant to be missing.
        warnings.simplefilter("ignore", RuntimeWarning)
        return pd.DataFrame(list(_errors(found)), columns=ERRORS)


def _errors(found: ResponseBacktest) -> Iterator[tuple[object, ...]]:
    log = found.observed
    day, days = days_of(log.requested), log.days
    response, sent = log.response / 60, (log.dispatched - log.requested) / 60
    for variant in VARIANTS:
        forecast = found.forecasts[variant]
        members = forecast.members
        scored = each_request(found, variant)
        by_day = dict(zip(FORECASTS, scored.by_day(day, days), strict=True))
        weight = np.bincount(day[np.isfinite(response)], minlength=days)[:days].astype(float)
        skills = (
            (*_skill(by_day, "mmc", weight), *_skill(by_day, "spread", weight))
            if variant in WITH_FORMULA else NOTHING * 2)
        yield ("response_min", variant, *_bias(response, [m.response_s / 60 for m in members]),
               *_interval(by_day["ours"], weight), *skills, float(np.nanmean(scored.inside)))
        dispatch = means_by_day(each_dispatch(found, variant), day, days)
        sent_a_day = np.bincount(day[np.isfinite(sent)], minlength=days)[:days].astype(float)
        yield ("dispatch_min", variant, *_bias(sent, [m.delay_s / 60 for m in members]),
               *_interval(dispatch, sent_a_day), *NOTHING, *NOTHING, np.nan)
        seen = means_by_day(response, day, days)
        ours = np.array([means_by_day(m.response_s / 60, days_of(m.requested), days)
                         for m in members])
        low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
        there = np.isfinite(seen) & np.isfinite(low)
        inside = ((seen >= low) & (seen <= high))[there]
        predicted = np.nanmean(ours, axis=0)
        yield ("day_mean_min", variant, int(there.sum()), float(seen[there].mean()),
               float(predicted[there].mean()), float((predicted - seen)[there].mean()),
               *_interval(crps(ours, seen), there.astype(float)), *NOTHING, *NOTHING,
               float(inside.mean()) if len(inside) else np.nan)
    weight = np.bincount(day[np.isfinite(response)], minlength=days)[:days].astype(float)
    mean = float(np.nanmean(response))
    yield ("response_min", ITSELF, int(np.isfinite(response).sum()), mean, mean, 0.0,
           *_interval(means_by_day(_itself(found), day, days), weight), *NOTHING, *NOTHING, np.nan)


def _itself(found: ResponseBacktest) -> Floats:
    """(requests,) scores of the observed responses of a priority as a forecast of each, minutes."""
    response = found.observed.response / 60
    out = np.full(len(response), np.nan)
    for code in np.unique(found.priority):
        mine = np.flatnonzero((found.priority == code) & np.isfinite(response))
        if len(mine) > 2:
            values = response[mine]
            out[mine] = [sample_crps(np.delete(values, n), float(values[n]))
                         for n in range(len(mine))]
    return out


def _bias(observed: Floats, members: list[Floats]) -> tuple[int, float, float, float]:
    mean = float(np.nanmean(observed))
    predicted = float(np.nanmean([np.nanmean(m) for m in members]))
    return int(np.isfinite(observed).sum()), mean, predicted, predicted - mean


def _interval(score: Floats, weight: Floats) -> tuple[float, float, float]:
    """A mean score and its interval: its skill over a score of 1 everywhere."""
    found = skill(score[:, None], np.ones_like(score)[:, None], weight[:, None])
    return weighted_mean(score, weight), 1 - found.high, 1 - found.low


def _skill(
    by_day: dict[str, Floats], reference: str, weight: Floats
) -> tuple[float, float, float, float]:
    ours, theirs = by_day["ours"], by_day[reference]
    found = skill(ours[:, None], theirs[:, None], weight[:, None])
    return weighted_mean(theirs, weight), found.value, found.low, found.high
