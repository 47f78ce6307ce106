"""What must hold of any county, whatever its numbers: laws that need no second implementation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from sim.log import Result
from sim.model import clock
from sim.model.county import simulate
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, CallOutcome, OrderState, codes
from sim.words.tables import EVERY
from sim.workload.draw import draw
from tests.chance import shifts
from tests.naive import Shift
from tests.row_kit import duties, played, seconds
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

DTYPES = {
    "id": "int64", "count": "int64", "number": "float64", "yes": "bool", "time": "datetime64[ms]",
    "code": "category", "name": "category",
}


@lru_cache
def advice_line() -> Scenario:
    """Calls only, and up to four operators."""
    return build(raw_small(), **{
        "time.days": 1, "time.cool_down_days": 0, "operators.desk.count": 4,
        "services.ask": {"name_zh": "咨询", "name_en": "Advice", "mode": "advice"},
        "requests.calls.service": "ask",
    })


def run(scenario: Scenario, seed: int = 1) -> Result:
    return simulate(scenario, draw(scenario, seed, 0))


without_breaks = shifts.map(
    lambda own: [*(Shift(s.start, s.end) for s in own), Shift(200_000, DAY)]
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(seconds(0, 30), seconds(0, 9), seconds(0, 3)), max_size=30),
    st.lists(without_breaks, min_size=2, max_size=4),
)
def test_one_more_operator_lengthens_no_wait(
    rows: list[tuple[int, int, int]], people: list[list[Shift]]
) -> None:
    draws = workload(advice_line(), [
        {"time": time, "talk": talk, "wrap_up": wrap_up} for time, talk, wrap_up in rows
    ])
    fewer, more = (
        [call["answered"] - call["arrived"] for call in played(
            advice_line(), draws, duties(team))["calls"]]
        for team in (people[:-1], people)
    )
    assert len(fewer) == len(rows)
    assert all(b <= a for a, b in zip(fewer, more, strict=True))


def test_no_demand_gives_empty_tables_of_the_right_types() -> None:
    result = run(build(raw_small(), **{"requests.calls.per_day": 0}))
    for name, table in result.tables.items():
        assert list(table.columns) == [column.name for column in EVERY[name]]
        for column in EVERY[name]:
            assert str(table[column.name].dtype) == DTYPES[column.kind], (name, column.name)
    assert {name for name, table in result.tables.items() if len(table)} == {"timesheet", "roster"}
    assert set(result.timesheet["state"]) == {"idle"}


def test_tables_have_the_same_types_with_and_without_rows() -> None:
    empty = run(build(raw_small(), **{"requests.calls.per_day": 0}))
    full = run(build(raw_small(), **{"requests.calls.per_day": 40}))
    for name, table in full.tables.items():
        assert len(table)
        assert list(table.dtypes) == list(empty.tables[name].dtypes)


def saturated(**changes: Any) -> Scenario:
    """Demand 20 times what two operators and two caregivers can do in two days."""
    return build(raw_small(), **{
        "time.days": 2, "time.cool_down_days": 0,
        "callers.client.talk": {"dist": "exponential", "mean_s": 1800},
        "requests.calls.per_day": 20 * 2 * 48,
        "requests.plans": {
            "channel": "plan", "service": "help", "group": "elder", "per_day": 20 * 2 * 48,
        },
        "zones.town.area_km2": 1,
        **changes,
    })


IMPATIENT = {
    "callers.client.patience": {"dist": "exponential", "mean_s": 120},
    "callers.client.redial_first_prob": 0.9, "callers.client.redial_later_prob": 0.9,
    "callers.client.max_redials": 3, "hotline.lines": 10,
    "chasing": {"prob": 0.5, "every_min": 30, "max_calls": 5, "caller": "client"},
    "services.help.patience_dist": "exponential", "services.help.patience_mean_h": 5,
}


@pytest.mark.parametrize("changes", [
    {},
    IMPATIENT,
    {"dispatch": {"choose_order": "nearest"}},
    {"services.help.crew": 2, "dispatch": {"gather_after_min": 10}},
], ids=["patient", "impatient", "nearest", "crews"])
def test_a_saturated_county_neither_crashes_nor_hangs_and_its_books_balance(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    events = 0
    push = clock.heappush

    def counted(*entry: Any) -> None:
        nonlocal events
        events += 1
        push(*entry)

    monkeypatch.setattr(clock, "heappush", counted)
    scenario = saturated(**changes)
    draws = draw(scenario, 1, 0)
    result = simulate(scenario, draws)
    calls, orders = result.calls, result.orders
    rows = len(calls) + len(orders) + len(result.visits) + len(result.timesheet) + len(draws)
    assert events < 8 * rows

    inbound = calls["kind"].isin(["first", "redial"])
    assert inbound.sum() >= (result.requests["channel"] == "phone").sum()
    assert calls["outcome"].value_counts()[codes(CallOutcome)].sum() == len(calls)
    waiting = calls["outcome"] == "waiting"
    assert (calls["left"].isna() & calls["answered"].isna() == waiting).all()
    answered = calls[calls["outcome"] == "answered"]
    asked = (result.requests["channel"] == "plan").sum()
    talked = answered.loc[answered["kind"].isin(["first", "redial"]), "talk_end"].notna().sum()
    assert len(orders) == asked + talked
    assert orders["state"].value_counts()[codes(OrderState)].sum() == len(orders)
    busy = result.timesheet
    busy = busy[(busy["role"] == "operator") & (busy["state"] == "idle")]
    idle = (busy["end"] - busy["start"]).sum() / pd.Timedelta(days=2 * 2)
    assert idle < 0.02


@pytest.mark.parametrize("changes", [
    {"services.help.skill": "nurse"},
    {"services.help.grade": 2},
    {"points.station.services": "other"},
    {"dispatch": {"max_travel_min": 0.001}},
    {"caregivers.team.shifts": "short", "shifts.short": {"start": "08:00", "end": "08:20"}},
], ids=["skill", "grade", "service", "distance", "shift"])
def test_a_caregiver_with_no_reachable_order_idles_the_whole_shift(
    changes: dict[str, Any]
) -> None:
    other = {"name_zh": "其他", "name_en": "Other", "mode": "advice"}
    raw = raw_small()
    scenario = build(raw, **{
        "services.other": other, "points.far": {
            **raw["points"]["station"], "lat": 38.4, "services": "all",
        },
        "caregivers.far": {**raw["caregivers"]["team"], "point": "far", "skills": "nurse",
                           "grade": 5},
        **changes,
    })
    result = run(scenario)
    team = result.timesheet["staff"].isin(["team-1", "team-2"])
    sheet = result.timesheet[team]
    assert len(result.orders)
    assert set(sheet["state"]) == {"idle"}
    roster = result.roster[result.roster["staff"].isin(["team-1", "team-2"])].dropna(
        subset="signed_in")
    total = (sheet["end"] - sheet["start"]).sum()
    ends = roster["end"].clip(upper=result.timesheet["end"].max())
    assert total == (ends - roster["signed_in"]).sum()


def test_the_rate_of_one_stream_leaves_the_others_requests_as_they_were() -> None:
    base = raw_small()["requests"]["calls"]
    streams = {"requests.other": {**base, "channel": "plan"}}
    few = run(build(raw_small(), **streams))
    many = run(build(raw_small(), **streams, **{"requests.calls.per_day": 60}))
    kept = [
        result.requests[result.requests["stream"] == "other"].drop(columns="request")
        for result in (few, many)
    ]
    assert len(few.requests) < len(many.requests)
    assert_frame_equal(*(table.reset_index(drop=True) for table in kept))


def test_the_same_workload_gives_the_same_tables() -> None:
    scenario = build(raw_small(), **{"requests.calls.per_day": 60})
    draws = draw(scenario, 1, 0)
    one, two = simulate(scenario, draws), simulate(scenario, draws)
    for name, table in one.tables.items():
        assert_frame_equal(table, two.tables[name])
    for name, table in one.reference.items():
        assert_frame_equal(table, two.reference[name])
    assert all(np.array_equal(column, same) for column, same in zip(
        draws.columns().values(), draw(scenario, 1, 0).columns().values(), strict=True))


@pytest.mark.parametrize(("changes", "answered", "visited"), [
    ({"operators.desk.count": 0}, False, False),
    ({"caregivers.team.count": 0}, True, False),
    ({"operators.desk.absence_prob": 1.0}, False, False),
    ({"caregivers.team.absence_prob": 1.0}, True, False),
    ({"hotline.open": "03:00-03:01"}, False, False),
    ({"points.station.open": "03:00-03:01"}, True, True),
])
def test_a_county_without_staff_or_hours_still_runs(
    changes: dict[str, Any], answered: bool, visited: bool
) -> None:
    result = run(build(raw_small(), **changes))
    assert len(result.calls) == len(result.requests) > 0
    assert (result.calls["outcome"] == "answered").any() == answered
    assert result.orders["departed"].notna().any() == visited
