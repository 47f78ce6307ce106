"""Deliveries in whole runs: what always holds, the theory of batches, queues and bad luck."""

from __future__ import annotations

from random import Random

import numpy as np
import pandas as pd
import pytest
from delivering import SPOILT, WORDS, county, run
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.check import trace, verify
from sim.measures.measured import measure
from sim.model.county import County, simulate
from sim.theory.erlang import erlang_c
from sim.words.kinds import DAY
from sim.workload.draw import draw
from sim.workload.roster import duties as roster
from tests.rounds_kit import MEMBERS, drawn, scenario_of
from tests.row_kit import duties, played
from tests.test_rounds_row_by_row import asks, shifts, world

DAY_ = pd.Timedelta(days=1)


def test_a_county_that_delivers_breaks_nothing() -> None:
    assert [str(violation) for violation in verify(run())] == []


def test_matching_again_leaves_rounds_to_who_stands_at_their_point() -> None:
    """Who matches waiting orders with whoever is free never sends the people of another point on a
    round, nor anybody who would have to come for it."""
    scenario = county(**{
        "dispatch.reoptimise_every_min": 5, "caregivers.team.count": 1,
        "requests.errands.per_day": 60,
        "points.other": {
            **WORDS, "zone": "town", "lat": 37.46, "lon": 116.31, "open": "always",
            "services": "all",
        },
        "caregivers.others": {"point": "other", "count": 3, "shifts": "round", "mode": "ebike"},
    })
    done = simulate(scenario, draw(scenario, 1, 0))
    waited = done.more["rounds"]["departed"] > done.more["rounds"]["closed"]
    assert waited.sum() > 5
    assert [str(violation) for violation in verify(done)] == []


def test_the_usual_caregiver_is_whoever_came_to_the_door_on_rounds_too() -> None:
    scenario = county(**{"dispatch.choose_caregiver": "usual", "zones.town.pop_elder": 30})
    workload = draw(scenario, 1, 0)
    whole = County(scenario, workload, roster(scenario, 1, 0))
    whole.run()
    regulars = whole.points[0].regulars
    assert regulars is not None
    done = simulate(scenario, workload)
    orders = done.orders.set_index("order")
    came = done.visits[done.visits["ended"].notna() & ~done.visits["no_show"].astype(bool)]
    rounds = done.more["rounds"].set_index("round")
    on = done.more["meals"].set_index("order")["round"].reindex(came["order"]).to_numpy()
    came = came[~np.isin(on, rounds.index[rounds["departed"].notna() & rounds["ended"].isna()])]
    client = orders["client"].reindex(came["order"]).to_numpy()
    expected = came.groupby([client, came["caregiver"].astype(str).to_numpy()]).size()
    staff = [person.id for person in whole.staff]
    assert dict(expected) == {
        (who, staff[number]): n for (who, number), n in regulars.visits.items()}
    assert sum(expected) > 30


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_table_is_found_out(name: str) -> None:
    rule, spoilt = SPOILT[name]
    assert rule in {violation.rule for violation in verify(spoilt())}


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_a_meal_is_never_delivered_after_its_kitchen_stopped(seed: int) -> None:
    dice = Random(seed)
    requests, setting = asks(dice), world(dice)
    people = [shifts(dice) for _ in range(2 * MEMBERS)]
    scenario = scenario_of(setting)
    requests.sort(key=lambda ask: ask.time)
    log = played(scenario, drawn(scenario, requests), duties(people, first=1))
    for meal in log["meals"]:
        order, cook = log["orders"][meal["order"]], setting.cooks[meal["kitchen"]]
        assert order["order"] == meal["order"]
        if meal["left"] < 0 or order["started"] < 0:
            continue
        day = meal["left"] // DAY * DAY
        (stop,) = [day + end for start, end in cook.spans if start <= meal["left"] - day < end]
        assert order["started"] <= stop or cook.spans == [(0, DAY)]
    sold: dict[tuple[int, int], int] = {}
    for meal in log["meals"]:
        if meal["left"] >= 0:
            key = (meal["kitchen"], meal["left"] // DAY)
            sold[key] = sold.get(key, 0) + 1
    assert all(number <= setting.cooks[kitchen].capacity for (kitchen, _), number in sold.items())


def test_rounds_that_wait_hold_one_and_those_who_come_meanwhile() -> None:
    """Poisson orders at rate r, a wait of w, no limit reached and enough people: a round holds
    1 + r w orders on average, as a renewal argument says."""
    per_day, wait = 480, 9.0
    scenario = county(**{
        "time.days": 4, "requests.visits": None, "requests.meals": None, "services.meal": None,
        "kitchens.k": None, "kitchens.shop.open": "always", "caregivers.team.count": 60,
        "kitchens.shop.capacity_per_day": 100_000, "requests.errands.per_day": per_day,
        "services.errand.round_size": 200, "services.errand.round_wait_min": wait,
        "hotline.review": {"dist": "constant", "value_min": 0},
    })
    sizes = []
    for replication in range(3):
        done = simulate(scenario, draw(scenario, 5, replication))
        rounds = done.more["rounds"]
        assert (rounds["cause"] == "waited").all()
        sizes += rounds["meals"].tolist()
    expected = 1 + per_day / 1440 * wait
    error = np.std(sizes) / np.sqrt(len(sizes))
    assert len(sizes) > 1000
    assert abs(np.mean(sizes) - expected) < 3 * error


def test_one_deliverer_with_rounds_of_one_is_a_queue_with_one_server() -> None:
    """Homes next door, exponential times at the door: the wait is that of M/M/1."""
    scenario = county(**{
        "time.days": 20, "requests.visits": None, "requests.meals": None, "services.meal": None,
        "kitchens.k": None, "kitchens.shop.open": "always", "caregivers.team.count": 1,
        "kitchens.shop.capacity_per_day": 100_000, "requests.errands.per_day": 200,
        "services.errand.round_size": 1, "services.errand.duration_dist": "exponential",
        "services.errand.duration_value_min": None, "services.errand.duration_mean_min": 5,
        "services.errand.target_min": None, "travel.access_min": 0.0,
        "travel.modes.ebike.kmh": 1000.0, "travel.noise_cv": 0.0, "zones.town.area_km2": 1e-9,
        "dispatch.overtime_min": 1440.0, "hotline.review": {"dist": "constant", "value_min": 0},
    })
    waits = []
    for replication in range(8):
        orders = simulate(scenario, draw(scenario, 3, replication)).orders
        queued = orders["departed"] - orders["eligible"]
        waits.append((queued / pd.Timedelta("1min")).mean())
    load = 200 / 1440 * 5
    expected = erlang_c(1, load) * 5 / (1 - load)
    error = np.std(waits, ddof=1) / np.sqrt(len(waits))
    assert abs(np.mean(waits) - expected) < 3 * error


def test_the_trace_tells_of_kitchen_round_and_cadre() -> None:
    done = run()
    meals = done.more["meals"].merge(done.orders[["order", "request", "state"]], on="order")
    on_round = meals[(meals["stop"] > 0) & (meals["state"] == "completed")].iloc[0]
    lines = trace(done, int(on_round["request"]), "en")
    assert f"It goes on round {on_round['round']}" in lines
    assert f"of which this is door {on_round['stop'] + 1}" in lines
    carried = meals[meals["hand"] == "carried"].iloc[0]
    assert "carried by a village cadre" in trace(done, int(carried["request"]), "en")
    for request in meals["request"]:
        for lang in ("zh", "en"):
            assert trace(done, int(request), lang)


def test_measures_are_what_the_tables_say() -> None:
    done = run()
    table = measure(done).ratios
    found = {
        row.measure: row.num / row.den for row in table[table["group"] == "all"].itertuples()
        if row.den
    }
    meals = done.more["meals"].merge(done.orders, on="order")
    start = pd.Timestamp("2026-03-02")
    counted = meals[(meals["requested"] >= start) & (meals["requested"] < start + 2 * DAY_)]
    handed = counted["started"].notna() & (counted["state"] != "no_show")
    assert found["meals_per_day"] == pytest.approx(handed.sum() / 2)
    hot = counted[handed & counted["hand"].isin(["delivered", "carried"])]
    minutes = (hot["started"] - hot["left"]) / pd.Timedelta("1min")
    assert found["hot_meal_min"] == pytest.approx(minutes.mean())
    rounds = done.more["rounds"]
    gone = rounds[rounds["departed"].notna() & (rounds["departed"] < start + 2 * DAY_)]
    size = done.more["meals"].query("stop >= 0").groupby("round").size()
    assert found["round_size_mean"] == pytest.approx(size.reindex(gone["round"]).mean())
    sold = done.more["meals"]["left"]
    used = ((sold >= start) & (sold < start + 2 * DAY_)).sum()
    assert found["kitchen_use"] == pytest.approx(used / (2 * 130))

