"""Care plans of experts' sessions and of meals: every date has its own, done or missed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

from sim.check import verify
from sim.log import Result
from sim.measures import measure
from sim.model import simulate
from sim.report.scenario.standing_orders import plans_and_funds
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from tests import delivering
from tests.hand_made import values
from tests.scenario_kit import build, raw_small

WORDS = {"name_zh": "查房", "name_en": "Round"}
MINUTE = pd.Timedelta(minutes=1)


def house(doctors: int, **more: Any) -> Scenario:
    """Thirty residents, five minutes each, every day from eight to ten; a call an hour before."""
    return build(raw_small(), **{
        "time.days": 7, "time.cool_down_days": 0, "zones.town.pop_elder": 30,
        "services.round": {
            **WORDS, "mode": "remote", "priority": 5, "duration_dist": "constant",
            "duration_value_min": 5},
        "services.call": {
            **WORDS, "mode": "remote", "priority": 0, "duration_dist": "constant",
            "duration_value_min": 7, "target_min": 10},
        "requests.calls.channel": "plan", "requests.calls.service": "call",
        "requests.calls.per_day": 24,
        "experts": {"doctors": {"count": doctors, "shifts": "round"}},
        "plans": {"rounds": {
            "service": "round", "group": "elder", "visits": 7, "per": "week", "opens": "08:00",
            "closes": "10:00", "within": "day"}},
        **more,
    })


@lru_cache
def run(doctors: int, **more: Any) -> Result:
    scenario = house(doctors, **more)
    result = simulate(scenario, draw(scenario, 1, 0))
    assert [str(violation) for violation in verify(result)] == []
    return result


def test_a_doctor_sees_every_resident_every_day() -> None:
    """Two doctors have an hour and a quarter of it, calls apart, in two hours."""
    result = run(2)
    rounds = result.orders[result.orders["service"] == "round"]
    days = rounds["window_open"].dt.normalize()
    assert set(rounds.groupby(days)["client"].nunique()) == {30}
    assert len(rounds) == 7 * 30
    assert (rounds["started"] >= days + pd.Timedelta(hours=8)).all()
    found = values(measure(result))
    assert found["plan_done_share", "all"] == found["visited_share", "all"] == 1
    assert found["planned_per_day", "service=round"] == 30
    calls = result.orders[result.orders["service"] == "call"]
    # a doctor is free after five minutes at most, or busy with a call
    assert ((calls["started"] - calls["eligible"]) < 13 * MINUTE).all()


def test_one_doctor_misses_what_two_hours_do_not_hold() -> None:
    """24 residents of five minutes, less what calls of seven take; the others lapse at ten."""
    result = run(1)
    rounds = result.orders[result.orders["service"] == "round"]
    lapsed = rounds["reason"] == "lapsed"
    ends = rounds["window_open"].dt.normalize() + pd.Timedelta(hours=10)
    assert (rounds["cancelled"] == ends)[lapsed].all()
    begun = rounds[~lapsed].groupby(rounds["window_open"].dt.normalize()).size()
    calls = result.orders[result.orders["service"] == "call"]
    for day, count in begun.items():
        opens, closes = day + pd.Timedelta(hours=8), day + pd.Timedelta(hours=10)
        inside = (calls["started"].clip(opens, closes), calls["ended"].clip(opens, closes))
        free = pd.Timedelta(hours=2) - (inside[1] - inside[0]).sum()
        assert 0 <= count - free / (5 * MINUTE) < 2
    done = 1 - lapsed.mean()
    assert values(measure(result))["plan_done_share", "all"] == pytest.approx(done)
    assert 0.3 < done < 0.9


def test_a_round_that_finds_nobody_is_tried_again_until_its_end() -> None:
    """An hour later, if that is before the end; else it lapses, tried once."""
    scenario = house(1).model_copy(update={"services": tuple(
        s.model_copy(update={"no_show_prob": 0.5, "door_min": 2.0}) if s.id == "round" else s
        for s in house(1).services)})
    result = simulate(scenario, draw(scenario, 1, 0))
    assert [str(violation) for violation in verify(result)] == []
    rounds = result.orders[result.orders["service"] == "round"]
    assert {"completed", "no_show", "cancelled"} <= set(rounds["state"])
    tries = result.more["consults"].set_index("order")["tries"]
    assert {0, 1} <= set(tries[rounds["order"][rounds["state"] == "cancelled"]])


@lru_cache
def lunches() -> Result:
    """A meal on each weekday for a few of the elders."""
    scenario = delivering.county(plans={"lunch": {
        "service": "meal", "group": "elder", "share": 0.002, "visits": 5, "per": "week",
        "days": "Mon-Fri", "opens": "11:00", "closes": "13:00", "within": "day"}},
        **{"time.days": 7, "kitchens.k.capacity_per_day": 100})
    result = simulate(scenario, draw(scenario, 1, 0))
    assert [str(violation) for violation in verify(result)] == []
    return result


def test_a_meal_comes_on_each_weekday() -> None:
    result = lunches()
    asked = result.requests[result.requests["stream"] == "lunch"]
    people = asked["client"].nunique()
    assert people > 3
    by_day = asked.groupby([asked["requested"].dt.normalize(), "client"]).size()
    assert set(by_day) == {1}
    assert set(asked["requested"].dt.day_of_week) == {0, 1, 2, 3, 4}
    orders = result.orders[result.orders["request"].isin(asked["request"])]
    meals = result.more["meals"].set_index("order").loc[orders["order"]]
    eleven = orders["requested"].dt.normalize() + pd.Timedelta(hours=11)
    assert (meals["left"].to_numpy() == eleven.to_numpy()).all()
    assert (orders["state"].isin(["completed", "called_back", "no_show", "cancelled"])).all()
    counted = orders[orders["requested"] < pd.Timestamp("2026-03-09")]
    assert values(measure(result))["plan_done_share", "service=meal"] == pytest.approx(
        counted["started"].notna().mean())


def test_show_names_them() -> None:
    assert plans_and_funds(house(1), "en") == ["Care plans: rounds 30 sessions a day."]
