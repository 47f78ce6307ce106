"""Backtests of responses: whose error it was, and the formula beside."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.dispatch.learn import durations, learn_orders
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.recorded import orders_workload
from sim.calibrate.dispatch.scenario import orders_scenario
from sim.calibrate.dispatch.told import plain_roads, told
from sim.calibrate.dispatch.whole import settled_orders
from sim.experiments.backtest import Period
from sim.experiments.backtest.response import backtest_orders
from sim.experiments.backtest.response.errors import ITSELF, errors
from sim.experiments.backtest.response.plans import VARIANTS
from sim.experiments.backtest.response.references import quantiles, queue
from sim.experiments.executors import InProcess
from sim.model.county import simulate
from sim.scenario.load import rebuild
from tests.test_dispatch_logs import made_log


def test_recorded_ways_and_stays_come_out_as_recorded() -> None:
    log = made_log(np.random.default_rng(31), 14)
    learned = learn_orders(log)
    scenario = rebuild(plain_roads(orders_scenario(learned, "again", log.first, log.days)))
    known = told(learned, log, with_times=True)
    assert set(known.zone) == {"town"} and set(known.priority) == {0}
    orders = simulate(scenario, orders_workload(scenario, known.requests, 1, 0)).orders
    start = pd.Timestamp(log.first)
    asked = (orders["requested"] - start).dt.total_seconds().to_numpy()
    way = (orders["started"] - orders["departed"]).dt.total_seconds().to_numpy()
    stay = (orders["ended"] - orders["started"]).dt.total_seconds().to_numpy()
    row = np.searchsorted(log.requested, asked - 5e-4)
    went, lost = np.isfinite(way), log.lost_trip[row]
    assert went.sum() > 0.9 * len(log)
    np.testing.assert_array_equal(orders["state"].astype(str) == "no_show", lost & went)
    there = went & ~lost
    np.testing.assert_allclose(way[there], (log.arrived - log.dispatched)[row][there], atol=0.11)
    np.testing.assert_allclose(stay[there], (log.ended - log.arrived)[row][there], atol=2e-3)


def test_units_are_settled_on_the_time_to_dispatch() -> None:
    """Two units, few for the work: what waits there are the settled units give."""
    log = _scarce(np.random.default_rng(5), 28)
    learned, tried, delay = settled_orders(log)
    recorded = float(np.nanmean(log.dispatched - log.requested))
    assert recorded > 800
    assert delay == pytest.approx(recorded, rel=0.15)
    assert len(tried) > 1
    busy_hours = learned.crews.on_duty[:, 9:18]
    assert 1.5 < busy_hours.mean() < 3.0


def test_the_formula_has_the_distributions_of_the_calibration() -> None:
    log = made_log(np.random.default_rng(12), 28)
    learned = learn_orders(log)
    found = queue(learned)
    waits = found.waits(0.0, 5.0)
    assert waits.max() == 0.0
    sample = found.spread(waits, 12, 0)
    travel = learned.travel
    mean = (learned.delay.mean_s + travel.turnout_s
            + float(travel.mean_s.mean()) * travel.by_hour[12])
    assert sample.mean() == pytest.approx(mean, rel=0.02)
    assert sample.std() == pytest.approx(np.nanstd(log.response), rel=0.15)
    np.testing.assert_array_equal(found.spread(waits, 12, 0, "town"), sample)
    seen = durations(np.array([60.0] * 90 + [600.0] * 10))
    np.testing.assert_array_equal(quantiles(seen, np.array([0.1, 0.85, 0.95])), [60, 60, 600])


def test_the_truth_put_in_takes_the_error_away() -> None:
    log = made_log(np.random.default_rng(21), 21)
    first = log.first
    fit = Period(first, first + dt.timedelta(days=13))
    # Everybody is half an hour later in the predicted period: of the delay, and of it alone.
    later = np.where(log.requested >= 14 * 86_400, 1800.0, 0.0)
    log = log.where(np.ones(len(log), dtype=bool))
    for name in ("dispatched", "arrived", "ended"):
        getattr(log, name)[:] += later
    predict = Period(first + dt.timedelta(days=14), first + dt.timedelta(days=20))
    found = backtest_orders(log, fit, predict, InProcess(), members=4)
    parts = errors(found).set_index(["measure", "variant"])
    assert list(parts.loc["response_min"].index) == [*VARIANTS, ITSELF]
    bias = parts.loc["response_min", "bias"]
    for variant in ("blind", "given_sign_ins", "true_travel", "true_stay", "true_requests"):
        assert bias[variant] == pytest.approx(-30, abs=3)
    for variant in ("true_delay", "true_requests_times", "settled_units", "true_all"):
        assert bias[variant] == pytest.approx(0, abs=3)
    crps = parts.loc["response_min", "crps"]
    assert crps["true_delay"] < crps[ITSELF] * 1.1 < crps["blind"] / 2
    assert crps["true_all"] < crps["true_delay"]
    spread = parts.loc["response_min"].loc["true_delay"]
    assert spread["skill_spread_low"] < spread["skill_spread"] < spread["skill_spread_high"]


def _scarce(rng: np.random.Generator, days: int) -> OrderLog:
    """Two units, first come first served, 15 requests a day within twelve hours."""
    log = made_log(rng, days)
    log = log.where(rng.random(len(log)) < 0.75)
    free = [0.0, 0.0]
    unit = np.zeros(len(log), dtype=np.int64)
    for n, asked in enumerate(log.requested.tolist()):
        spent = log.ended[n] - log.dispatched[n]
        way = log.arrived[n] - log.dispatched[n]
        unit[n] = int(np.argmin(free))
        log.dispatched[n] = max(log.dispatched[n], free[unit[n]], asked)
        log.arrived[n] = log.dispatched[n] + way
        log.ended[n] = log.dispatched[n] + spent
        free[unit[n]] = log.ended[n]
    log.unit[:] = -1
    return log
