"""Points that a shock closes: who is in a place stays, nobody new comes in, no meal leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from test_shocks import NAMES

from sim.check import verify
from sim.log import Result
from sim.model import simulate
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from tests.delivering import county
from tests.scenario_kit import build, raw_small
from tests.test_places import raw_house

BEGINS, ENDS = pd.Timestamp("2026-03-03 09:00"), pd.Timestamp("2026-03-05 15:00")


def closing(point: str, begins: pd.Timestamp = BEGINS, ends: pd.Timestamp = ENDS) -> dict[str, Any]:
    return {"shocks.s0": {
        **NAMES, "begins": f"{begins:%Y-%m-%d %H:%M}", "ends": f"{ends:%Y-%m-%d %H:%M}",
        "points_closed": point,
    }}


def run(scenario: Scenario) -> Result:
    result = simulate(scenario, draw(scenario, 3, 0))
    assert verify(result) == []
    return result


def retold(result: Result, **shock: Any) -> set[str]:
    """The statements broken by the same tables, if something else is said of the shock."""
    table = result.reference["shocks"].assign(**shock)
    told = replace(result, reference={**result.reference, "shocks": table})
    return {violation.rule for violation in verify(told)}


def test_who_is_in_a_place_stays_and_nobody_new_comes_in() -> None:
    """The house has beds, and seats and child-care places of the day, and caregivers of its own;
    another point has one bed."""
    stays = run(build(raw_small(), **raw_house(), **closing("station"))).more["stays"]
    mine = stays[(stays["point"] == "station") & (stays["order"] >= 0)]
    during = (mine["entered"] >= BEGINS) & (mine["entered"] < ENDS)
    assert not during.any()
    assert ((mine["entered"] < BEGINS) & (mine["left"] >= ENDS)).any()
    assert (mine["entered"] >= ENDS).any()
    # those who were there before are there as long as in an ordinary week
    plain = run(build(raw_small(), **raw_house())).more["stays"]
    before = stays[stays["held"] < BEGINS]
    assert before.reset_index(drop=True).equals(
        plain[plain["held"] < BEGINS].reset_index(drop=True))
    assert ((plain["point"] == "station") & (plain["entered"] >= BEGINS)
            & (plain["entered"] < ENDS)).any()


def test_the_first_on_the_waitlist_goes_in_when_it_is_over() -> None:
    more = run(build(raw_small(), **raw_house(), **closing("station"))).more
    assert (more["stays"]["held"] == ENDS).any()
    assert (more["waitlist"]["unlisted"] == ENDS).any()


def test_somebody_who_went_into_a_closed_point_is_found() -> None:
    result = run(build(raw_small(), **raw_house(), **closing("station")))
    assert "stays_within_opening" in retold(result, begins=pd.Timestamp("2026-03-02"))


SUPPLIED = {
    "points.hall": {"name_zh": "食堂", "name_en": "Hall", "zone": "town", "lat": 37.455,
                    "lon": 116.303, "open": "always", "services": "meal"},
    "caregivers.hall": {"point": "hall", "count": 2, "shifts": "round", "mode": "ebike"},
}


@pytest.mark.parametrize("closed", ["station", "hall"])
def test_no_meal_leaves_a_closed_kitchen_nor_one_for_a_closed_meal_point(closed: str) -> None:
    """The kitchen of the station also supplies a hall near by."""
    begins, ends = pd.Timestamp("2026-03-02 15:00"), pd.Timestamp("2026-03-03 13:00")
    changes = {**SUPPLIED, "kitchens.k.meal_points": "station | hall", "kitchens.k.mode": "ebike"}
    scenario = county(**changes, **closing(closed, begins, ends))
    result = run(scenario)
    meals = result.more["meals"].merge(result.orders[["order", "point"]], on="order")
    during = (meals["left"] >= begins) & (meals["left"] < ends)
    hit = during if closed == "station" else during & (meals["point"] == "hall")
    assert not hit.any()
    assert set(meals["point"]) == {"station", "hall"}
    if closed == "hall":
        assert during.any()
        assert retold(result, points_closed="station") == {"shut_by_a_shock"}
    else:
        # what it stops is not on the way any more
        assert (result.orders["reason"] == "kitchen_stopped").any()
