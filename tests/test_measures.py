"""Measures of calls, requests and orders, against answers worked out beside the tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hand_made import by_group, measured, result, sample, values
from hand_tables import ASKED, CALLS, ORDERS, REQUESTS, call
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures import Measured, measure, summarise


@pytest.fixture(scope="module")
def hotline() -> Measured:
    return measured(requests=REQUESTS, calls=CALLS)


@pytest.mark.parametrize(("name", "expected"), [
    ("offered_per_day", 8 / 2),
    ("connection_rate", 4 / 8),
    ("service_level", 3 / 6),
    ("sl_answered", 3 / 4),
    ("sl_short", 3 / 5),
    ("sl_incl_abandoned", 4 / 6),
    ("abandonment", 2 / 6),
    ("blocking", 1 / 8),
    ("closed_share", 1 / 8),
    ("redial_share", 2 / 8),
    ("chase_share", 1 / 8),
    ("asa_s", (10 + 40 + 0 + 15) / 4),
    ("wait_all_s", (10 + 40 + 0 + 15 + 5 + 25) / 6),
    ("reached_rate", 3 / 5),
])
def test_hotline_in_all(hotline: Measured, name: str, expected: float) -> None:
    assert values(hotline)[name, "all"] == pytest.approx(expected, rel=1e-12)


def test_hotline_by_group(hotline: Measured) -> None:
    assert by_group(hotline, "connection_rate") == {
        "all": 4 / 8,
        "hour=9": 2 / 5, "hour=10": 1, "hour=11": 1, "hour=22": 0,
        "zone=east": 1 / 4, "zone=west": 3 / 4,
        "service=rescue": 1 / 2, "service=bath": 3 / 5, "service=ask": 0,
        "class=0": 1 / 2, "class=3": 3 / 5, "class=5": 0,
        "channel=button": 1, "channel=phone": 2 / 6,
    }
    # nobody who was closed out ever queued: no row for them
    assert by_group(hotline, "service_level") == {
        "all": 3 / 6,
        "hour=9": 1 / 4, "hour=10": 1, "hour=11": 1,
        "zone=east": 1 / 3, "zone=west": 2 / 3,
        "service=rescue": 1, "service=bath": 2 / 5,
        "class=0": 1, "class=3": 2 / 5,
        "channel=button": 1, "channel=phone": 1 / 4,
    }
    assert by_group(hotline, "reached_rate") == {
        "all": 3 / 5,
        "hour=9": 2 / 3, "hour=10": 1, "hour=22": 0,
        "zone=east": 1 / 2, "zone=west": 2 / 3,
        "service=rescue": 1, "service=bath": 2 / 3, "service=ask": 0,
        "class=0": 1, "class=3": 2 / 3, "class=5": 0,
        "channel=button": 1, "channel=phone": 2 / 4,
    }


def test_wait_samples(hotline: Measured) -> None:
    assert sample(hotline, "wait_s") == [0, 10, 15, 40]
    assert sample(hotline, "wait_all_s") == [0, 5, 10, 15, 25, 40]
    assert sample(hotline, "wait_all_s", "hour=9") == [5, 10, 25, 40]
    assert sample(hotline, "wait_s", "channel=button") == [0, 15]


def test_short_hang_ups_can_be_left_out_of_the_connection_rate_only() -> None:
    tables = {"requests": REQUESTS, "calls": CALLS}
    found = values(measured(**tables, targets__short_abandon_s=6.0))
    assert found["connection_rate", "all"] == 4 / 7
    assert found["blocking", "all"] == 1 / 8
    # a hang-up at the limit itself stays in
    found = values(measured(**tables, targets__short_abandon_s=5.0))
    assert found["connection_rate", "all"] == 4 / 8


def test_calls_that_still_wait_at_the_end_were_not_answered_in_time() -> None:
    requests = [{"requested": "2 23:00"}, {"requested": "2 23:30"}]
    calls = [
        call(0, "2 23:00", "answered", "2 23:00:10"),
        {"request": 1, "arrived": "2 23:30", "outcome": "waiting"},
    ]
    found = measured(requests=requests, calls=calls)
    got = values(found)
    for name in ("connection_rate", "service_level", "sl_short", "sl_incl_abandoned"):
        assert got[name, "all"] == 1 / 2
    assert got["sl_answered", "all"] == 1
    assert got["abandonment", "all"] == 0
    # from half past eleven on day 2 to the end of day 3
    assert got["wait_all_s", "all"] == (10 + 24.5 * 3600) / 2
    assert sample(found, "wait_all_s") == [10, math.inf]
    assert sample(found, "wait_s") == [10]


def test_the_duty_phone_reaches_callers_but_the_hotline_was_closed() -> None:
    closed = {"request": 0, "arrived": "1 02:00", "answered": "1 02:00", "left": "1 02:03",
              "outcome": "closed"}
    found = values(measured(requests=[{"requested": "1 02:00"}], calls=[closed]))
    assert found["closed_share", "all"] == 1
    assert found["connection_rate", "all"] == 0
    assert found["reached_rate", "all"] == 1
    assert ("service_level", "all") not in found


def test_standard_days() -> None:
    def day(number: int, answered: int, late: int, blocked: int) -> list[dict[str, Any]]:
        return [
            *[call(0, f"{number} 09:00", "answered", f"{number} 09:00:15")] * (answered - late),
            *[call(0, f"{number} 09:00", "answered", f"{number} 09:00:16")] * late,
            *[call(0, f"{number} 09:00", "blocked")] * blocked,
        ]

    def share(*calls: dict[str, Any]) -> float | None:
        found = measured(requests=[{"requested": "0 00:00"}], calls=calls)
        return values(found).get(("p_standard_day", "all"))

    # 19 of 20 connected is 95 % exactly; 15.2 of 19 within 15 s would be 80 %
    assert share(*day(1, 19, 3, 1), *day(2, 20, 4, 0)) == 1
    assert share(*day(1, 19, 4, 1), *day(2, 20, 4, 0)) == 1 / 2
    assert share(*day(1, 18, 0, 1), *day(2, 20, 5, 0)) == 0
    # a day without calls is no day; one on which everybody was blocked is a bad one
    assert share(*day(1, 20, 0, 0)) == 1
    assert share(*day(1, 20, 0, 0), *day(2, 0, 0, 3)) == 1 / 2
    assert share(*day(0, 20, 0, 0), *day(3, 20, 0, 0)) is None


@pytest.fixture(scope="module")
def care() -> Measured:
    return measured(requests=ASKED, orders=ORDERS)


@pytest.mark.parametrize(("name", "expected"), [
    ("on_time", 2 / 7),
    ("on_time_request", 2 / 8),
    ("response_min", (62 + 13) / 2),
    ("response_redial_min", 5 / 2),
    ("response_hotline_min", 1 / 2),
    ("response_talk_min", (3 + 3) / 2),
    ("response_offers_min", 5 / 2),
    ("response_queue_min", 16 / 2),
    ("response_gathering_min", 10 / 2),
    ("response_travel_min", (20 + 10) / 2),
    ("response_early_wait_min", 2 / 2),
    ("lateness_min", (20 + 0) / 2),
    ("completion_rate", 3 / 7),
    ("cancel_rate", 2 / 7),
    ("no_show_rate", 1 / 4),
    ("callback_rate", 1 / 3),
    ("offers_mean", (2 + 1 + 7 + 1 + 1 + 1 + 1) / 7),
    ("escalated_rate", 1 / 7),
    ("borrowed_share", 1 / 5),
])
def test_orders_in_all(care: Measured, name: str, expected: float) -> None:
    assert values(care)[name, "all"] == pytest.approx(expected, rel=1e-12)


def test_orders_by_group(care: Measured) -> None:
    assert by_group(care, "on_time") == {
        "all": 2 / 7,
        "hour=9": 1 / 2, "hour=10": 0, "hour=15": 0, "hour=16": 1, "hour=21": 0, "hour=23": 0,
        "zone=east": 1 / 4, "zone=west": 1 / 3,
        "service=rescue": 1 / 2, "service=bath": 1 / 5,
        "class=0": 1 / 2, "class=3": 1 / 5,
        "point=p": 1 / 4, "point=q": 1 / 2,
        "channel=phone": 2 / 7,
        "organisation=east": 1 / 4, "organisation=west": 1 / 2,
    }
    # the caller who got lost was one of the west's
    assert by_group(care, "on_time_request")["zone=west"] == 1 / 4
    assert by_group(care, "on_time_request")["zone=east"] == 1 / 4
    assert by_group(care, "response_min")["class=0"] == 13


def test_unserved_orders_have_infinite_responses(care: Measured) -> None:
    inf = math.inf
    assert sample(care, "response_min") == [13, 62, inf, inf, inf]
    assert sample(care, "response_min", "service=rescue") == [13, inf]
    assert sample(care, "response_min", "zone=west") == [13, inf, inf]
    kpis, _ = summarise([care])
    row = kpis.set_index(["measure", "group"])["mean"]
    assert row["response_p50_min", "all"] == inf
    assert row["response_p50_min", "service=rescue"] == 13


@given(st.lists(st.integers(0, 10**7), min_size=9, max_size=9))
@settings(max_examples=30, deadline=None)
def test_the_parts_of_a_response_sum_to_it(gaps: list[int]) -> None:
    steps = ("requested", "call_arrived", "answered", "created", "accepted", "gathering",
             "departed", "arrived", "started")
    made = result(orders=[dict.fromkeys(steps, "1 00:00") | {"point": "p"}])
    moments = np.cumsum([gaps[0] % 80_000_000, *gaps[1:]]).astype("timedelta64[ms]")
    midnight = np.datetime64("2026-03-03", "ms")
    for step, since in zip(steps, moments, strict=True):
        made.orders[step] = np.array([midnight + since])
    found = values(measure(made))
    parts = [v for (name, group), v in found.items()
             if name.startswith("response_") and name != "response_min" and group == "all"]
    assert len(parts) == 8
    assert sum(parts) == pytest.approx(sum(gaps[1:]) / 60_000, abs=1e-9)
    assert found["response_min", "all"] == pytest.approx(sum(gaps[1:]) / 60_000, abs=1e-9)


def test_rejections_are_blamed_on_the_point_asked() -> None:
    orders = [
        {"requested": "1 09:00", "point": "q", "zone": "west"},
        {"requested": "0 09:00", "point": "q"},
    ]
    offers = [
        {"order": 0, "offer": 0, "point": "p", "result": "rejected"},
        {"order": 0, "offer": 1, "point": "p", "result": "timed_out"},
        {"order": 0, "offer": 2, "point": "q", "result": "accepted"},
        {"order": 0, "offer": 3, "point": "q", "result": "escalated"},
        {"order": 0, "offer": 4, "point": "q", "result": "withdrawn"},
        {"order": 0, "offer": 5, "point": "q", "result": "open"},
        {"order": 1, "offer": 0, "point": "q", "result": "rejected"},
    ]
    assert by_group(measured(orders=orders, offers=offers), "reject_rate") == {
        "all": 1 / 3, "hour=9": 1 / 3, "zone=west": 1 / 3, "service=bath": 1 / 3, "class=3": 1 / 3,
        "point=p": 1 / 2, "point=q": 0, "channel=phone": 1 / 3,
        "organisation=east": 1 / 2, "organisation=west": 0,
    }


def test_backlog() -> None:
    def waits(since: str, until: str | None = None, **more: Any) -> dict[str, Any]:
        return {"requested": since, "created": since, "started": until, **more}

    found = measured(orders=[
        waits("0 18:00", "1 06:00", zone="west"),     # 6 h of day 1
        waits("1 12:00", "2 12:00"),                   # 24 h, over the midnight that ends day 1
        waits("1 11:00", "1 12:00"),                   # ends as the one before begins
        waits("2 20:00"),                              # 4 h, over the last midnight and on
        waits("0 01:00", "2 10:00", window_open="2 09:00", window_close="2 10:00"),   # 1 h
        waits("3 01:00"),                              # too late to count
        waits("1 22:00", cancelled="2 01:00", zone="west"),                           # 3 h
    ])
    got = values(found)
    assert got["backlog", "all"] == pytest.approx((6 + 24 + 1 + 4 + 1 + 3) / 48)
    assert got["backlog", "zone=west"] == pytest.approx((6 + 3) / 48)
    # day 1 ends with the second and the last of them, day 2 with the fourth
    assert got["backlog_end_of_day", "all"] == 3 / 2
    assert got["backlog_end_of_day", "zone=west"] == 1 / 2
    assert got["backlog_max", "all"] == 2
    assert sample(found, "backlog_age_h") == [2, 4, 12]
