"""The level of weeks to come, talk from day to day, staff of days with like calls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from sim.calibrate.roster import staffed_like
from sim.calibrate.talking import by_day, by_hour
from sim.calibrate.weeks import MOVES, NOISES, Weeks, learn_weeks
from tests.test_calibrate_learning import _log_of

OPEN = np.array([1, 1, 1, 1, 1, 0, 0]) == 1


def _days(levels: np.ndarray, rng: np.random.Generator, cv: float = 0.05) -> np.ndarray:
    """Calls of 7 days a week, the last two closed, about the level of each week."""
    calls = 100 * np.repeat(np.exp(levels), 7) * np.exp(cv * rng.standard_normal(7 * len(levels)))
    return np.where(np.tile(OPEN, len(levels)), calls, 0.0)


def _learned(calls: np.ndarray) -> Weeks:
    usual = calls > 0
    own = np.full(len(calls), calls[usual].mean())
    return learn_weeks(calls, own, usual)


def test_each_combination_is_what_a_kalman_filter_says() -> None:
    rng = np.random.default_rng(5)
    weeks = 6
    calls = _days(np.array([0.1, 0.05, 0.0, -0.1, -0.1, 0.05]), rng)
    found = _learned(calls)
    usual = calls > 0
    own = calls[usual].mean()
    seen = np.log(calls.reshape(weeks, 7).sum(axis=1) / (5 * own))
    which = [n for n in range(len(found.chance)) if found.pull[n] in (0.85, 1.0)][::7]
    likelihoods, chances = [], []
    for n in which:
        pull, move, noise = found.pull[n], found.move[n], found.noise[n]
        # Step by step: the mean stays, the level moves.
        state = np.zeros(2)
        spread = np.diag([0.25, move**2 / (1 - pull**2) if pull < 1 else 0.0])
        step, likelihood = np.diag([1.0, pull]), 1.0
        for week in range(weeks):
            if week:
                state, spread = step @ state, step @ spread @ step + np.diag([0, move**2])
            total = spread.sum() + noise**2 + found.day_cv**2 / 5
            likelihood *= norm(state.sum(), np.sqrt(total)).pdf(seen[week])
            gain = spread.sum(axis=1) / total
            state = state + gain * (seen[week] - state.sum())
            spread = spread - np.outer(gain, spread.sum(axis=0))
        np.testing.assert_allclose(found.state[n], state, atol=1e-9)
        np.testing.assert_allclose(found.spread[n], spread, atol=1e-9)
        likelihoods.append(likelihood)
        chances.append(
            found.chance[n] / _prior(move, MOVES, 0.05) / _prior(noise, NOISES, 0.04))
    np.testing.assert_allclose(
        np.array(chances) / chances[0], np.array(likelihoods) / likelihoods[0])


def _prior(value: float, grid: tuple[float, ...], middle: float) -> float:
    place = grid.index(value)
    low = 0.0 if place == 0 else (grid[place - 1] + value) / 2
    high = np.inf if place == len(grid) - 1 else (grid[place + 1] + value) / 2
    return float(np.arctan(high / middle) - np.arctan(low / middle))


def test_weeks_to_come_are_within_what_was_foretold() -> None:
    rng = np.random.default_rng(8)
    inside, ahead, trials = 0, 4, 150
    for _ in range(trials):
        levels = np.cumsum(0.05 * rng.standard_normal(10 + ahead))
        found = _learned(_days(levels[:10], rng))
        own = np.exp(levels[:10]).mean()
        draws = np.array([
            found.ahead(np.array([7 * ahead - 3]), r, np.random.default_rng(r))[0]
            for r in range(60)
        ])
        low, high = np.quantile(draws, [0.05, 0.95])
        inside += low <= np.exp(levels[-1]) / own <= high
    assert 0.8 < inside / trials < 0.98


def test_members_are_spread_evenly_and_quiet_weeks_foretell_quiet_ones() -> None:
    calls = _days(np.zeros(12), np.random.default_rng(2))
    found = _learned(calls)
    draws = np.array([
        found.ahead(np.arange(28), r, np.random.default_rng(r)) for r in range(20)])
    assert draws.shape == (20, 28)
    assert (draws[:, :7] == draws[:, :1]).all()
    assert draws.mean() == pytest.approx(1, abs=0.02)
    assert np.log(draws).std() < 0.06
    jumpy = _learned(_days(0.2 * np.random.default_rng(3).standard_normal(12),
                           np.random.default_rng(2)))
    wild = np.array([jumpy.ahead(np.arange(28), r, np.random.default_rng(r)) for r in range(20)])
    assert np.log(wild).std() > 2 * np.log(draws).std()
    for same in (np.zeros(5), np.full(16, 30.0)):
        found = learn_weeks(same, same, same > 0)
        assert np.isfinite(found.ahead(np.arange(7), 0, np.random.default_rng(1))).all()


def test_talk_of_a_day_is_told_from_chance() -> None:
    rng = np.random.default_rng(4)
    day = np.repeat(np.arange(10), 400)
    times = day * 86_400.0 + 36_000 + np.tile(np.arange(400) * 20.0, 10)
    factor = np.exp(0.2 * rng.standard_normal(10))
    for true in (factor, np.ones(10)):
        log = _log_of(times, 10)
        talk = 100 * true[day] * rng.exponential(1.0, len(times))
        log = replace(log, released=log.answered + talk)
        voice = np.zeros(len(times), dtype=np.int64)
        found = by_day(log, voice, [100.0], by_hour(log, voice, [100.0]) * 0 + 1)
        np.testing.assert_allclose(found, true, rtol=0.12)
        assert found.std() < (0.03 if (true == 1).all() else 1)
    chance = (talk.reshape(10, 400).mean(axis=1) / 100).std()
    assert found.std() < 0.7 * chance


def test_staff_is_that_of_days_with_like_calls() -> None:
    calls = np.array([0.0, 0.3, -0.3, 0.02])
    days = [np.arange(4)] * 400 + [np.array([], dtype=np.int64), np.array([2])]
    wanted = np.array([0.01] * 200 + [0.9] * 200 + [0.0, 5.0])
    found = staffed_like(calls, days, wanted, np.random.default_rng(6))
    near, far = found[:200], found[200:400]
    assert np.isin(near, [0, 3]).mean() > 0.95
    assert 0.3 < (near == 0).mean() < 0.7
    assert (far == 1).mean() > 0.9
    assert found[-2:].tolist() == [-1, 2]
