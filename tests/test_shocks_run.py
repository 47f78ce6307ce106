"""Shocks in a run: what is closed is closed, what is said of it holds, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from spoilt_shocks import OF_SHOCKS
from test_shocks import county, opening, when

from sim.check import verify
from sim.log import Result
from sim.measures import measure, summarise
from sim.measures.shocks import a_day_on, recovery
from sim.model import simulate
from sim.scenario.schema import Scenario
from sim.workload.draw import draw

BUSY = {"requests.calls.per_day": 480, "operators.desk.count": 20, "caregivers.team.count": 1}


def run(scenario: Scenario, replication: int = 0) -> Result:
    result = simulate(scenario, draw(scenario, 1, replication))
    assert verify(result) == []
    return result


def hours(result: Result, table: str, column: str) -> np.ndarray:
    since = result.tables[table][column] - pd.Timestamp("2026-03-02")
    return (since / pd.Timedelta(hours=1)).to_numpy()


def test_all_lines_down_is_a_busy_tone_and_talks_go_on() -> None:
    result = run(county(when(9, 12, lines_down=100), **BUSY))
    arrived = hours(result, "calls", "arrived")
    blocked = (result.calls["outcome"] == "blocked").to_numpy()
    assert (blocked == ((arrived >= 9) & (arrived < 12))).all()
    assert blocked.sum() > 30
    under_way = (arrived < 9) & (hours(result, "calls", "left") > 9)
    assert (result.calls["outcome"][under_way] == "answered").all()


def test_some_lines_down_leave_as_many_less() -> None:
    result = run(county(when(0, 24, lines_down=97), **BUSY))
    there = ~result.calls["outcome"].isin(["blocked", "closed"]) & (
        result.calls["arrived"] < pd.Timestamp("2026-03-03"))
    moments = np.sort(hours(result, "calls", "arrived")[there])
    left = np.sort(hours(result, "calls", "left")[there])
    in_use = np.arange(1, len(moments) + 1) - np.searchsorted(left, moments, side="right")
    assert in_use.max() == 3
    assert (result.calls["outcome"] == "blocked").any()


def test_a_closed_hotline_meets_callers_as_at_night() -> None:
    result = run(county(when(9, 12, hotline_closed=True), **BUSY))
    arrived = hours(result, "calls", "arrived")
    closed = (result.calls["outcome"] == "closed").to_numpy()
    assert (closed == ((arrived >= 9) & (arrived < 12))).all()


def two_points() -> dict[str, Any]:
    """A second point in the village, with somebody of its own."""
    return {
        "points.hamlet": {
            "name_zh": "村站", "name_en": "Hamlet", "zone": "village", "lat": 37.5, "lon": 116.4,
            "open": "always", "services": "all",
        },
        "caregivers.rural": {"point": "hamlet", "count": 2, "shifts": "round", "mode": "ebike"},
        "dispatch": {"max_travel_min": 600},
    }


def test_a_closed_point_is_asked_for_nothing_and_finishes_what_it_has() -> None:
    shock = when(6, 18, points_closed="station")
    result = run(county(shock, **two_points()))
    made = hours(result, "offers", "offered")
    station = (result.offers["point"] == "station").to_numpy()
    during = (made >= 6) & (made < 18)
    assert not (station & during).any()
    assert (station & ~during).any()
    assert (~station & during).any()
    orders = result.orders
    mine = (orders["point"] == "station") & (hours(result, "orders", "accepted") < 6)
    assert (orders["state"][mine] == "completed").all()


def test_slow_roads_take_longer_in_their_hours_only() -> None:
    slow = run(county(when(6, 18, speed_factor=0.5), **two_points()))
    visits = slow.visits
    began = hours(slow, "visits", "departed")
    pace = visits["planned_min"] / visits["km"]
    inside = (began >= 6) & (began < 18)
    assert pace[inside].to_numpy() == pytest.approx(10, rel=1e-4)
    assert pace[~inside].to_numpy() == pytest.approx(5, rel=1e-4)


@pytest.mark.parametrize("name", OF_SHOCKS)
def test_a_shock_that_had_no_effect_is_found(name: str) -> None:
    """The tables of a county whose shock did nothing, with another one said of it."""
    broken, spoil = OF_SHOCKS[name]
    result = run(county(when(6, 18), **BUSY))
    table = result.reference["shocks"].assign(**spoil)
    told = replace(result, reference={**result.reference, "shocks": table})
    assert {violation.rule for violation in verify(told)} == broken


def test_blocked_although_the_lines_are_in_order_is_found() -> None:
    result = run(county(when(9, 12, lines_down=100), **BUSY))
    table = result.reference["shocks"].assign(lines_down=0)
    told = replace(result, reference={**result.reference, "shocks": table})
    assert {violation.rule for violation in verify(told)} == {"blocked_only_when_full"}


# -- recovery -------------------------------------------------------------------------------------

HOUR = 3_600_000.0


@pytest.mark.parametrize(("level", "expected"), [
    ([2.0] * 100, 0.0),                              # nothing happened
    ([2.0] * 48 + [9.0] * 20 + [2.0] * 32, 8.0),     # back eight hours after the end
    ([2.0] * 10 + [5.0] + [2.0] * 37 + [5.0] * 52, 0.0),   # as bad as it has been before
    ([2.0] * 48 + [9.0] * 52, 40.0),                 # never: until the last whole day
])
def test_recovery_by_hand(level: list[float], expected: float) -> None:
    """A shock from hour 48 to hour 60; what is given is the mean over 24 hours from each hour."""
    assert recovery(np.array(level), 48 * HOUR, 60 * HOUR) == expected


def test_recovery_needs_a_day_before_and_one_after() -> None:
    assert np.isnan(recovery(np.ones(100), 23 * HOUR, 30 * HOUR))
    assert np.isnan(recovery(np.ones(100), 30 * HOUR, 100 * HOUR))
    assert recovery(np.ones(100), 24 * HOUR, 30 * HOUR) == 0


def test_means_over_a_day_on() -> None:
    found = a_day_on(np.arange(26.0), np.ones(26))
    assert found.tolist() == [11.5, 12.5, 13.5]
    assert a_day_on(np.arange(24.0), (np.arange(24) == 5).astype(float)).tolist() == [5.0]
    assert a_day_on(np.arange(24.0), np.zeros(24)).tolist() == [0.0]


def test_what_recovery_looks_at_is_the_backlog_of_the_next_day_counted_one_by_one() -> None:
    shock = {"begins": "2026-03-03 00:00", "ends": "2026-03-03 20:00", "attendance_factor": 0,
             "roles": "caregiver"}
    result = run(county(shock, **{"time.days": 3, "caregivers.team.count": 6}))
    created, started = hours(result, "orders", "created"), hours(result, "orders", "started")
    gone = np.fmin(np.where(np.isnan(started), np.inf, started),
                   hours(result, "orders", "cancelled"))
    waiting = [int(((created <= hour) & (gone > hour)).sum()) for hour in range(96)]
    level = np.array([np.mean(waiting[n:n + 24]) for n in range(73)])
    worst = level[0]
    expected = next(n for n, now in enumerate(level[44:]) if now <= worst + 1e-12)
    assert expected > 0
    assert _recovery(result) == expected


def test_a_shock_takes_longer_to_get_over_than_chance_alone() -> None:
    """Six paired replications: nobody comes for half a day; without it, the same days."""
    shock = {"begins": "2026-03-04 12:00", "ends": "2026-03-05 00:00", "attendance_factor": 0,
             "roles": "caregiver"}
    crew = {"caregivers.team.shifts": "am | pm", "time.days": 6,
            "shifts.am": {"start": "00:00", "end": "12:00"},
            "shifts.pm": {"start": "12:00", "end": "24:00"}}
    apart = [
        _recovery(run(county({**shock, "on": True}, **crew), r))
        - _recovery(run(county({**shock, "on": False}, **crew), r))
        for r in range(6)
    ]
    assert min(apart) >= 0
    assert np.mean(apart) > 0


def _recovery(result: Result) -> float:
    kpis, _ = summarise([measure(result)])
    return float(kpis.set_index(["measure", "group"])["mean"]["recovery_h", "shock=s0"])


def test_no_shock_no_row_and_none_in_all_where_it_is_off() -> None:
    def names(scenario: Scenario) -> set[tuple[str, str]]:
        kpis, _ = summarise([measure(run(scenario))])
        return set(zip(kpis["measure"], kpis["group"], strict=True))

    later = {"begins": "2026-03-03 12:00", "ends": "2026-03-03 13:00"}
    changes = {"time.days": 4}
    assert not any("recovery" in name or "week" in group for name, group in names(county()))
    assert ("recovery_h", "all") not in names(county({**later, "on": False}, **changes))
    assert {("recovery_h", "all"), ("recovery_wait_h", "shock=s0")} <= names(
        county(later, **changes))


def test_an_opening_is_measured_by_week() -> None:
    result = run(opening(21, 0.2, 3))
    kpis, _ = summarise([measure(result)])
    offered = kpis.set_index(["measure", "group"])["mean"]["offered_per_day"]
    weeks = [offered[f"week={week}"] for week in (1, 2, 3)]
    first = result.calls["kind"] == "first"
    for week, each in enumerate(weeks):
        arrived = hours(result, "calls", "arrived") // 168
        assert each * 7 == pytest.approx((arrived == week).sum())
    assert first.all()
    assert weeks == sorted(weeks)


