"""Organisations: territories, contracts, prices and acceptance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from sim.log import Result
from sim.measures import measure
from sim.model.county import simulate
from sim.model.plan import plan
from sim.words.kinds import DAY
from tests.chance import seeds
from tests.naive_facts import Rules, Task
from tests.orders_cases import Orders, team
from tests.orders_kit import (
    NURSING,
    PAIR,
    PLAIN,
    POINTS,
    SECOND,
    compare,
    drawn,
    spots,
    with_rules,
    with_territories,
)
from tests.row_kit import cases, duties
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload


@cases
@given(seeds)
def test_orders_stay_in_the_territory(seed: int) -> None:
    """Against the second implementation, row by row."""
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, PAIR, noise=(1.0,), zone=draw.zone, delays=draw.delays,
        accepts=draw.accepts,
    )
    rules = Rules(
        60 / 3600, **draw.offers(), **draw.urgent(), borrow_km=draw.one_of(0.0, 4.0, 9.0),
        gather_after=3 * SECOND,
    )
    compare(
        tasks, team(0, 2, 3, 4, 6, 8, 10), rules, **draw.places(),
        territories=[draw.one_of("", "town", "village", "town|village") for _ in range(POINTS)],
    )


TWO = {
    "points.south": {
        "name_zh": "南站", "name_en": "South", "zone": "town", "lat": 37.44, "lon": 116.3,
        "open": "always", "services": "all", "organisation": "charity",
    },
    "points.station.organisation": "street",
    "services.help.price_yuan": 50.0,
    "organisations": {
        "street": {"name_zh": "街道办", "name_en": "Street", "accept_prob": 0.7,
                   "price_factor": 1.2},
        "charity": {"name_zh": "公益社", "name_en": "Charity", "zones": "town",
                    "yuan_help": 35.0, "price_factor": 9.0},
    },
}


def test_the_organisations_price_and_acceptance_hold_where_the_points_own_are_not_given() -> None:
    made = plan(build(raw_small(), **TWO))
    assert made.price == ((pytest.approx(60.0), 35.0),)
    assert made.accept_prob == (0.7, 1.0)
    own = {**TWO, "points.station.accept_prob": 0.4, "points.south.price_factor": 2.0}
    made = plan(build(raw_small(), **own))
    assert made.price == ((pytest.approx(60.0), 100.0),)
    assert made.accept_prob == (0.4, 1.0)


def test_a_point_offers_only_what_its_organisation_is_contracted_for() -> None:
    bath = {**raw_small()["services"]["help"], "name_zh": "助浴"}
    contract = {**TWO, "services.bath": bath}
    contract["organisations"] = {
        "street": {**TWO["organisations"]["street"], "services": "bath"},
        "charity": TWO["organisations"]["charity"],
    }
    assert plan(build(raw_small(), **contract)).offers.tolist() == [[False, True], [True, True]]


def county_of_three(*territories: str) -> Result:
    """Two orders near the first point, from the town and from the village."""
    scenario = with_rules(Rules(60 / 3600), ([(0, DAY)],) * 3, ("all",) * 3)
    scenario = with_territories(scenario, territories)
    todo = [Task(n * SECOND, PLAIN, spots()[0], 5 * SECOND, zone=n) for n in (0, 1)]
    return simulate(
        scenario, workload(scenario, drawn(todo)), duties(team(0, 4, 8), first=1)
    )


def test_an_order_from_where_nobody_goes_has_no_point() -> None:
    result = county_of_three("town", "town", "town")
    assert result.orders["reason"].tolist() == ["none", "no_point"]


def test_each_organisations_orders_and_fees() -> None:
    """Two days of two orders: the one done by o1 costs 35 yuan, the other is free."""
    result = county_of_three("town", "village", "")
    prices = result.reference["prices"]
    own = prices.assign(point=["p1"], service=["s0"], price_yuan=[35.0]) if len(prices) else (
        prices.reindex([0]).assign(point="p1", service="s0", price_yuan=35.0))
    ratios = measure(replace(result, reference={**result.reference, "prices": own})).ratios
    mine = ratios[ratios["measure"].isin(["orders_a_day", "fees_per_year_yuan"])]
    found = {(str(r.measure), str(r.group)): r.num / r.den for r in mine.itertuples()}
    assert found["orders_a_day", "all"] == 2
    assert found["orders_a_day", "organisation=o0"] == found["orders_a_day", "point=p1"] == 1
    assert found["orders_a_day", "organisation=o2"] == 0
    assert found["fees_per_year_yuan", "all"] == pytest.approx(35 * 365.25)
    assert found["fees_per_year_yuan", "organisation=o0"] == 0
    assert found["fees_per_year_yuan", "organisation=o1"] == pytest.approx(35 * 365.25)
