"""Measures of staff, reach and money, against answers worked out beside the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hand_made import by_group, measured, values
from hand_tables import ASKED, CAREGIVER_DAY, ORDERS, duty, shift

from sim.measures import summarise
from sim.measures.orders.reach import gini, worst, worst_to_mean


def test_operators() -> None:
    found = measured(
        timesheet=[
            shift("op-1", "talk", "1 08:50", "1 09:20"),        # 10 + 20 min
            shift("op-1", "wrap_up", "1 09:20", "1 09:30"),
            shift("op-1", "idle", "1 09:30", "1 09:40"),
            shift("op-1", "break", "1 09:40", "1 09:50"),
            shift("op-1", "call_back", "1 09:50", "1 10:00"),
            shift("op-1", "talk", "1 10:00", "1 10:30", overtime=True),
            shift("op-2", "talk", "0 23:00", "1 01:00"),        # one hour of it counts
            shift("op-2", "talk", "2 23:30", "3 00:30"),        # half an hour of it counts
        ],
        roster=[
            duty("op-1", "1 08:30", "1 10:00", breaks=2, breaks_missed=1),
            duty("op-2", "1 08:30", "1 10:00", breaks=2, absent=True),
            duty("op-2", "0 22:00", "1 02:00", breaks=5, breaks_missed=5),
        ],
    )
    got = values(found)
    # busy 30 + 10 + 10 + 30 + 60 + 30 of 80 + 20 + 30 + 60 minutes
    assert got["occupancy", "all"] == pytest.approx(170 / 190)
    assert got["occupancy", "hour=9"] == pytest.approx(40 / 60)
    assert got["occupancy", "hour=8"] == 1
    assert ("occupancy", "hour=11") not in got
    # paid: 90 + 90 (absent) + 120 minutes; busy within: 140
    assert got["utilisation", "all"] == pytest.approx(140 / 300)
    assert got["utilisation", "hour=9"] == pytest.approx(40 / 120)
    assert got["operator_overtime_h", "all"] == pytest.approx(0.5 / 2)
    assert got["operator_breaks_missed", "all"] == 1 / 2


def test_caregivers() -> None:
    found = measured(
        timesheet=CAREGIVER_DAY,
        roster=[
            duty("carer-1", "1 08:00", "1 11:00", breaks=1),
            duty("carer-1", "1 14:00", "1 18:00", breaks=1, breaks_missed=1),
            duty("carer-2", "1 08:00", "1 11:00", breaks=2, breaks_missed=2),
            duty("carer-2", "2 08:00", "2 11:00", breaks=1, absent=True),
            duty("helper-1", "2 08:00", "2 09:00"),
            duty("helper-1", "3 08:00", "3 09:00"),
        ],
        visits=[
            {"order": 0, "caregiver": "carer-1", "point": "p", "departed": "1 08:00"},
            {"order": 1, "caregiver": "carer-1", "point": "p", "departed": "1 10:45",
             "no_show": True},
            {"order": 2, "caregiver": "helper-1", "point": "q", "departed": "2 08:00"},
            {"order": 3, "caregiver": "helper-1", "point": "q", "departed": "3 08:00"},
        ],
    )
    got = values(found)
    # on duty without breaks: 150 + 180 + 60 minutes
    assert got["caregiver_utilisation", "all"] == pytest.approx((90 + 60) / 390)
    assert got["caregiver_travel_share", "all"] == pytest.approx(30 / 390)
    assert got["caregiver_early_wait_share", "all"] == pytest.approx(10 / 390)
    assert got["caregiver_service_share", "all"] == pytest.approx((50 + 60) / 390)
    assert got["caregiver_utilisation", "point=p"] == pytest.approx(90 / 330)
    assert got["caregiver_utilisation", "point=q"] == 1
    assert got["caregiver_utilisation", "hour=9"] == pytest.approx(30 / 120)
    assert got["caregiver_overtime_h", "all"] == pytest.approx(0.51 / 2)
    assert got["caregiver_overtime_h", "point=p"] == pytest.approx(0.5 / 2)
    assert got["caregiver_breaks_missed", "all"] == 3 / 4
    assert ("caregiver_breaks_missed", "point=q") not in got
    # carer-1's two shifts are one day
    assert got["visits_per_caregiver_day", "all"] == 3 / 3
    assert got["visits_per_caregiver_day", "point=p"] == 2 / 2
    assert got["km_per_visit", "all"] == 13 / 3
    assert got["km_per_visit", "point=q"] == 1
    own = [90 / 150, 0, 1]
    assert got["caregiver_spread_sd", "all"] == pytest.approx(np.std(own, ddof=1))
    assert got["caregiver_spread_range", "all"] == 1
    assert got["caregiver_spread_sd", "point=p"] == pytest.approx(np.std(own[:2], ddof=1))
    assert got["caregiver_spread_range", "point=p"] == pytest.approx(0.6)
    # one caregiver has nobody to differ from
    assert ("caregiver_spread_sd", "point=q") not in got


def test_coverage() -> None:
    orders = [
        # at the home 15 minutes after the order
        {"request": 0, "requested": "1 09:00", "created": "1 09:10", "arrived": "1 09:25"},
        # a second later
        {"request": 1, "requested": "1 09:00", "created": "1 09:10", "arrived": "1 09:25:01",
         "zone": "west", "service": "rescue"},
        # booked: not a matter of the circle
        {"request": 2, "requested": "1 09:00", "created": "1 09:03", "arrived": "2 13:50",
         "window_open": "2 14:00", "window_close": "2 15:00"},
        # not yet
        {"request": 3, "requested": "2 09:00", "zone": "west"},
    ]
    keys = ("requested", "zone", "service", "window_open", "window_close")
    requests = [
        *({key: order[key] for key in keys if key in order} for order in orders),
        {"requested": "1 09:00", "zone": "west"},
        {"requested": "1 09:00", "channel": "button", "false_alarm": True},
        {"requested": "1 09:00", "service": "ask"},
        {"requested": "2 23:00", "window_open": "3 23:50", "window_close": "3 23:55"},
    ]
    got = measured(requests=requests, orders=orders)
    nominal = {
        "all": 300 / 800, "zone=east": 150 / 200, "zone=west": 150 / 600,
        "service=bath": 250 / 400, "service=rescue": 50 / 400,
    }
    effective = {"all": 1 / 4, "zone=east": 1, "zone=west": 0, "service=bath": 1 / 3,
                 "service=rescue": 0}
    assert by_group(got, "nominal_coverage") == nominal
    assert by_group(got, "effective_coverage") == effective
    # on paper, by zone and service: 1, 0, 1/2 and 1/2 of the four; in fact the first was reached
    assert by_group(got, "coverage_gap") == pytest.approx({
        "all": (1 + 0 + 1 / 2 + 1 / 2 - 1) / 4, "zone=east": 1 - 1,
        "zone=west": (0 + 1 / 2 + 1 / 2) / 3, "service=bath": (1 + 1 / 2 + 1 / 2 - 1) / 3,
        "service=rescue": 0,
    })


def test_who_comes_off_worst() -> None:
    num, den = np.array([8.0, 3.0, 0.0]), np.array([10.0, 6.0, 0.0])
    assert worst(num, den) == 0.5
    assert worst_to_mean(num, den) == pytest.approx(0.5 / (11 / 16))
    # sixteen people, ten at 0.8 and six at 0.5, every pair of them
    people = np.repeat([0.8, 0.5], [10, 6])
    pairs = np.abs(people[:, None] - people[None, :]).mean()
    assert gini(num, den) == pytest.approx(pairs / (2 * people.mean()))
    assert np.isnan(worst(np.zeros(2), np.zeros(2)))
    assert np.isnan(gini(np.zeros(2), np.ones(2)))
    assert np.isnan(worst_to_mean(np.zeros(2), np.ones(2)))


def test_the_worst_zone_and_service_are_named() -> None:
    kpis, details = summarise([measured(requests=ASKED, orders=ORDERS)])
    row = kpis.set_index(["measure", "group"])["mean"]
    assert row["worst_service", "all"] == pytest.approx(1 / 6)
    assert row["worst_service_ratio", "all"] == pytest.approx((1 / 6) / (2 / 8))
    assert details["rows"]["worst_service"]["all"]["worst"] == "service=bath"
    assert row["worst_zone", "all"] == row["on_time_request", "zone=east"] == 1 / 4
    assert row["worst_zone_ratio", "all"] == 1
    assert row["gini_zones", "all"] == 0


def test_money() -> None:
    found = values(measured(
        requests=ASKED, orders=ORDERS, timesheet=[
            *CAREGIVER_DAY,
            shift("op-1", "talk", "1 10:00", "1 10:30", overtime=True),
            shift("op-1", "talk", "3 10:00", "3 10:30", overtime=True),
        ],
        roster=[
            duty("op-1", "1 08:00", "1 16:00"),
            duty("op-2", "1 08:00", "1 12:00", absent=True),
            duty("op-2", "1 16:00", "1 20:00"),
            duty("op-1", "3 08:00", "3 16:00"),
        ],
    ))
    year = 365.25 / 2
    pay = (3480 + 3480 + 5220 + 1740) * 12 * 1.25
    # half an hour of an operator at 20 yuan and of a carer at 30; the helper is a volunteer
    overtime = (0.5 * 20 + 0.5 * 30) * 1.5 * year
    travel = (12 * 0.5 + 1 * 2) * year
    lines, seats = 4 * 30 * 12, 2 * 500 * 12
    total = pay + overtime + travel + lines + seats
    expected = {
        "cost_pay_yuan": pay, "cost_overtime_yuan": overtime, "cost_travel_yuan": travel,
        "cost_lines_yuan": lines, "cost_seats_yuan": seats, "cost_per_year_yuan": total,
        "cost_per_completed_yuan": total / (3 * year), "cost_per_on_time_yuan": total / (2 * year),
    }
    assert {name: found[name, "all"] for name in expected} == pytest.approx(expected)


def test_an_empty_county_has_only_what_it_costs_and_covers() -> None:
    kpis, _ = summarise([measured()])
    assert set(kpis["measure"]) == {
        "offered_per_day", "backlog", "backlog_end_of_day", "backlog_max", "operator_overtime_h",
        "caregiver_overtime_h", "nominal_coverage", "cost_per_year_yuan", "cost_pay_yuan",
        "cost_overtime_yuan", "cost_travel_yuan", "cost_lines_yuan", "cost_seats_yuan",
        "cost_contract_yuan", "cost_hotline_yuan", "fees_per_year_yuan", "orders_a_day",
        "visits_per_day",
    }
    assert summarise([measured(coverage=pd.DataFrame(
        columns=["zone", "group", "service", "clients", "near"]
    ).astype({"clients": float, "near": float}))])[0]["mean"].notna().all()
