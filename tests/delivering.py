"""A small county that delivers meals and errands, for tests of whole runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pandas as pd

from sim.log import Result
from sim.model.county import simulate
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from tests.scenario_kit import build, raw_small

WORDS = {"name_zh": "甲", "name_en": "A"}


def county(**more: Any) -> Scenario:
    """Meals for lunch and supper, errands on the way, and visits, with two caregivers."""
    return build(raw_small(), **{
        "time.days": 2, "requests": {}, "travel.noise_cv": 0.3, "travel.access_min": 1.0,
        "hotline.call_back_prob": 0.3,
        "services.meal": {
            **WORDS, "mode": "delivery", "duration_dist": "constant", "duration_value_min": 2,
            "window_min": 60, "lead_h": 1, "cut_off": "10:00", "round_size": 4,
            "carry_dist": "exponential", "carry_mean_min": 20, "priority": 4,
            "no_show_prob": 0.05,
        },
        "services.errand": {
            **WORDS, "mode": "delivery", "duration_value_min": 2, "target_min": 90,
            "round_size": 3, "round_wait_min": 15, "priority": 4,
        },
        "requests.visits": {
            "channel": "plan", "service": "help", "group": "elder", "per_day": 10,
        },
        "requests.meals": {
            "channel": "plan", "service": "meal", "group": "elder", "per_day": 40,
            "lead_dist": "constant", "lead_value_h": 0, "slots": "11:00 | 17:00",
        },
        "requests.errands": {
            "channel": "portal", "service": "errand", "group": "elder", "per_day": 20,
        },
        "kitchens.k": {
            **WORDS, "point": "station", "capacity_per_day": 30, "open": "10:00-19:00",
            "collect_prob": 0.2, "carry_prob": 0.2, "services": "meal",
        },
        "kitchens.shop": {
            **WORDS, "point": "station", "capacity_per_day": 100, "open": "08:00-20:00",
            "services": "errand",
        },
        **more,
    })


@lru_cache
def run() -> Result:
    """One replication of it."""
    scenario = county()
    return simulate(scenario, draw(scenario, 1, 0))


def _with(table: str, change: Callable[[pd.DataFrame], None]) -> Result:
    """The run with a copy of one table changed, an output table or a reference."""
    done = run()
    copy = (done.more[table] if table in done.more else done.reference[table]).copy()
    change(copy)
    more, reference = dict(done.more), dict(done.reference)
    (more if table in more else reference)[table] = copy
    return Result(done.replication, **{
        name: getattr(done, name) for name in done.tables if name not in done.more
    }, reference=reference, more=more)


def _cell(table: str, column: str, change: Callable[[Any], Any], row: int = 0) -> Result:
    def put(copy: pd.DataFrame) -> None:
        copy.loc[row, column] = change(copy.loc[row, column])

    return _with(table, put)


def _column(table: str, column: str, change: Callable[[Any], Any]) -> Result:
    return _with(table, lambda copy: copy.__setitem__(column, change(copy[column])))


def _swapped(meals: pd.DataFrame) -> None:
    """The first two doors of a round change places."""
    first = meals.index[(meals["stop"] == 0) & meals["round"].isin(
        meals.loc[meals["stop"] == 1, "round"])][0]
    second = meals.index[(meals["stop"] == 1) & (meals["round"] == meals["round"][first])][0]
    meals.loc[[first, second], "stop"] = [1, 0]


def _closed_early(rounds: pd.DataFrame) -> None:
    rounds.loc[0, ["opened", "closed"]] = rounds.loc[0, "closed"] - pd.Timedelta(hours=3)


SPOILT: dict[str, tuple[str, Callable[[], Result]]] = {
    "a meal that leaves at another time": (
        "kitchens_fill_orders", lambda: _cell("meals", "left", lambda t: t - pd.Timedelta("1min"))),
    "a kitchen that cooks for one": (
        "capacity_kept", lambda: _column("kitchens", "capacity_per_day", lambda c: c * 0 + 1)),
    "a kitchen that stopped earlier": (
        "nothing_after_the_kitchen_stopped",
        lambda: _column("kitchen_hours", "end", lambda t: t - pd.Timedelta(hours=3))),
    "rounds larger than they may be": (
        "rounds_close_rightly", lambda: _column("services", "round_size", lambda c: c * 0 + 1)),
    "a farther home first": ("nearest_home_next", lambda: _with("meals", _swapped)),
    "a round that left later": (
        "doors_one_after_another",
        lambda: _cell("rounds", "departed", lambda t: t + pd.Timedelta("1s"))),
    "a round planned longer": (
        "rounds_end_in_time", lambda: _cell("rounds", "planned_min", lambda m: m + 5)),
    "a round that waits for nobody": (
        "no_idle_deliverer", lambda: _with("rounds", _closed_early)),
    "two rounds at once": (
        "one_round_at_a_time",
        lambda: _cell("rounds", "ended", lambda t: t + pd.Timedelta(hours=5))),
}
"""What may be said wrongly of rounds, and the statement that finds it."""
