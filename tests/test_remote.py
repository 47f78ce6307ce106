"""Experts: against the slow second implementation, statements, measures, stories, faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_day_result import setting
from hypothesis import given
from hypothesis import strategies as st

from sim.check import verify
from sim.check.story.trace import trace
from sim.log import Result, read, save
from sim.measures import measure
from sim.model import simulate
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, NEVER
from sim.workload.draw import draw
from tests.chance import shifts
from tests.hand_made import values
from tests.naive import Agent, Shift
from tests.naive_remote import Clinic, Need, Ways
from tests.row_kit import (
    SECOND,
    cases,
    duties,
    lines_of_model,
    lines_of_naive,
    played,
    seconds,
)
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

NAMES = {"name_zh": "康复", "name_en": "Rehab"}
CLASSES = (3, 1, 3)
CAN = ((0,), (0, 1), (1, 2))
LOST = 2
CHASES = 3


@lru_cache
def clinic(tries: int, retry: int, every: int) -> Scenario:
    services = {
        f"s{n}": {**NAMES, "mode": "remote", "skill": f"k{n}", "priority": level,
                  "duration_dist": "constant", "duration_value_min": 1, "no_show_prob": 0.5,
                  "door_min": LOST * SECOND / 60_000, "window_min": 1}
        for n, level in enumerate(CLASSES)
    }
    streams = {
        name: {"channel": "plan", "service": name, "group": "elder", "per_day": 1}
        for name in services
    }
    experts = {
        f"e{n}": {"count": 1, "shifts": "round", "skills": " | ".join(f"k{s}" for s in can)}
        for n, can in enumerate(CAN)
    }
    return build(raw_small(), **{
        "time.days": 1, "time.cool_down_days": 0, "services": services, "requests": streams,
        "experts": experts, "operators.desk.count": 0, "caregivers.team.count": 0,
        "remote": {"tries": tries, "retry_min": retry / 60_000}, "hotline.lines": 1000,
        "hotline.call_back_prob": 0.5, "chasing": {
            "prob": 0.5, "every_min": every / 60_000, "max_calls": CHASES, "caller": "client"},
    })


needs = st.builds(
    Need,
    time=seconds(0, 15),
    service=st.integers(0, 2),
    length=seconds(0, 6),
    opens=st.one_of(seconds(0, 25), st.just(NEVER)),
    patience=st.one_of(seconds(0, 12), st.just(NEVER)),
    due=st.one_of(seconds(0, 30), st.just(NEVER)),
    vain=st.lists(st.booleans(), min_size=3, max_size=3),
    chases=st.lists(st.booleans(), min_size=CHASES, max_size=CHASES),
    called_back=st.booleans(),
)


@cases
@given(
    st.lists(needs, max_size=16),
    st.lists(shifts, min_size=3, max_size=3),
    st.booleans(),
    st.integers(1, 3),
    seconds(0, 5),
    seconds(1, 5),
)
def test_experts_serve_as_the_slow_clinic_does(
    rows: list[Need], people: list[list[Shift]], always: bool, tries: int, retry: int, every: int
) -> None:
    rows.sort(key=lambda need: need.time)
    if always:
        people[1] = [Shift(0, DAY)]
    for need in rows:
        need.opens = max(need.opens, need.time)
        need.closes = need.opens + 3 * SECOND if need.opens < NEVER else NEVER
    scenario = clinic(tries, retry, every)
    drawn = [
        {"time": need.time, "stream": need.service, "duration": need.length,
         "window_open": need.opens, "window_close": need.closes, "due": need.due,
         "order_patience": need.patience,
         "remote_coin": [0.0 if vain else 0.9 for vain in need.vain],
         "chase_coin": [0.0 if rings else 0.9 for rings in need.chases],
         "call_back_coin": 0.0 if need.called_back else 0.9}
        for need in rows
    ]
    log = played(scenario, workload(scenario, drawn), duties(people))
    agents = [Agent(n, list(own), tuple(map(str, CAN[n]))) for n, own in enumerate(people)]
    slow = Clinic(rows, agents, CLASSES, Ways(LOST * SECOND, tries, retry, every), DAY)
    times = ("created", "eligible", "started", "ended", "cancelled")
    assert [
        [row[name] for name in ("order", "request", "accepted", "arrived", *times, "state")]
        for row in log["orders"]
    ] == [
        [talk.number, talk.number, talk.created, talk.started,
         *(getattr(talk, name) for name in times), talk.state]
        for talk in slow.talks
    ]
    assert [
        [row[name] for name in ("order", "joined", "started", "ended", "tries")]
        for row in log["consults"]
    ] == [[t.number, t.eligible, t.started, t.ended, t.tries] for t in slow.talks]
    assert [
        [row[name] for name in ("order", "number", "expert", "started", "ended", "reached")]
        for row in log["sessions"]
    ] == sorted(slow.sessions)
    assert sorted(
        (row["arrived"], row["request"], row["kind"], row["attempt"]) for row in log["calls"]
    ) == sorted(slow.rings)
    assert lines_of_model(log) == lines_of_naive(slow.sheet)


REHAB = {**NAMES, "mode": "remote", "skill": "rehab", "duration_dist": "exponential",
         "duration_mean_min": 20, "no_show_prob": 0.2, "target_min": 60, "priority": 3,
         "patience_dist": "exponential", "patience_mean_h": 5, "window_min": 90}
BUSY: dict[str, Any] = {
    "time.days": 1,
    "services.rehab": REHAB,
    "services.on-call": {**REHAB, "priority": 0, "no_show_prob": 0, "duration_mean_min": 10},
    "requests.calls.service": "rehab", "requests.calls.per_day": 70,
    "requests.ill": {"channel": "button", "service": "on-call", "group": "elder", "per_day": 15,
                     "share_client": 1, "false_prob": 0.3},
    "requests.rounds": {"channel": "plan", "service": "rehab", "group": "elder", "per_day": 10,
                        "lead_dist": "constant", "lead_value_h": 2, "slots": "08:00 | 15:00"},
    "hotline.call_back_prob": 0.3, "chasing": {
        "prob": 0.5, "every_min": 20, "max_calls": 3, "caller": "client"},
    "shifts.long": {"start": "07:00", "end": "19:00", "breaks": "11:30-13:00/30"},
    "experts": {"doctors": {"count": 1, "skills": "rehab", "shifts": "round"},
                "day": {"count": 1, "skills": "rehab", "shifts": "long"}},
}


@cache
def busy() -> Result:
    scenario = build(raw_small(), **BUSY)
    return simulate(scenario, draw(scenario, 1, 0))


def test_nothing_is_wrong_with_a_busy_clinic() -> None:
    assert [v.message for v in verify(busy())] == []
    assert {"called_back", "completed", "no_show", "cancelled"} <= set(busy().orders["state"])
    assert busy().orders["chases"].sum() > 5
    assert (busy().roster["breaks"] > 0).any()


def spoilt(table: str, row: int, **cells: Any) -> Result:
    day = busy()
    rows = day.more[table].copy()
    for name, value in cells.items():
        shift = isinstance(value, str) and value[0] in "-+"
        rows.loc[row, name] = rows.loc[row, name] + pd.Timedelta(value) if shift else value
    return replace(day, more={**day.more, table: rows})


def where(table: str, column: str, value: Any) -> int:
    return int(np.flatnonzero(busy().more[table][column] == value)[0])


def lost(table: str, row: int) -> Result:
    return replace(busy(), more={**busy().more, table: busy().more[table].drop(index=row)})


SPOILT: dict[str, tuple[str, Callable[[], Result]]] = {
    "a consult too few": ("consults_make_the_order", lambda: lost("consults", 0)),
    "joined at another time": (
        "consults_make_the_order", lambda: spoilt("consults", 0, joined="-1s")),
    "served by a point": ("consults_make_the_order", lambda: replace(
        busy(), orders=busy().orders.assign(point="station"))),
    "an order too few": ("nothing_forgotten", lambda: replace(
        busy(), orders=busy().orders.drop(index=3))),
    "done, though nobody was reached": ("consult_times", lambda: replace(
        busy(), orders=busy().orders.assign(state=busy().orders["state"].replace(
            "no_show", "completed")))),
    "a session too few": ("consult_times", lambda: lost("sessions", 0)),
    "a try too many": ("consult_times", lambda: spoilt("consults", 0, tries=9)),
    "shown to points": ("mode_is_the_countys", lambda: replace(
        busy(), offers=busy().offers.assign(result="grabbed"))),
    "tried again too soon": ("tries_in_sequence", lambda: setting(busy(), "remote.retry_min", 61)),
    "a first try left out": (
        "tries_in_sequence", lambda: lost("sessions", where("sessions", "number", 1) - 1)),
    "nobody who can": ("expert_suits", lambda: replace(busy(), reference={
        **busy().reference, "staff": busy().reference["staff"].assign(skills="")})),
    "overtaken": ("experts_in_order", lambda: replace(busy(), reference={
        **busy().reference, "services": busy().reference["services"].assign(
            priority=lambda table: 9 - table["priority"])})),
    "idle in vain": ("no_idle_expert", lambda: replace(busy(), timesheet=busy().timesheet.assign(
        state=busy().timesheet["state"].replace("session", "idle")))),
    "an hour that no session explains": (
        "sheet_agrees_with_sessions", lambda: lost("sessions", 5)),
    "with another client": ("sheet_agrees_with_sessions", lambda: replace(
        busy(), timesheet=busy().timesheet.assign(order=busy().timesheet["order"].where(
            busy().timesheet["state"] != "session", 7)))),
}


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    rule, made = SPOILT[name]
    assert rule in {v.rule for v in verify(made())}


def test_measures_are_those_of_the_rows() -> None:
    day = busy()
    found = values(measure(day))
    sessions = day.more["sessions"]
    about = day.orders[day.orders["requested"] < pd.Timestamp("2026-03-03")]
    own = sessions[sessions["order"].isin(about["order"])]
    served = about["state"].isin(["completed", "called_back"])
    assert found["remote_per_day", "all"] == len(about)
    assert found["remote_served", "all"] == pytest.approx(served.mean())
    assert found["callback_rate", "all"] == pytest.approx(
        (about["state"] == "called_back").sum() / served.sum())
    assert found["remote_in_vain", "all"] == pytest.approx(1 - own["reached"].mean())
    first = own[own["number"] == 0].merge(about, on="order", suffixes=("", "_order"))
    wait = (first["started"] - first["eligible"]).dt.total_seconds().mean() / 60
    assert found["remote_wait_min", "all"] == pytest.approx(wait)
    on_time = about["started"] <= about["due"]
    assert found["remote_on_time", "all"] == pytest.approx((served & on_time).mean())
    assert found["on_time", "all"] == pytest.approx(on_time.mean())
    wanted = day.requests[~day.requests["false_alarm"]]
    wanted = wanted[wanted["requested"] < pd.Timestamp("2026-03-03")]
    assert found["on_time_request", "all"] == pytest.approx(on_time.sum() / len(wanted))
    assert 0.2 < found["expert_occupancy", "all"] < 1
    assert found["remote_wait_min", "class=0"] < found["remote_wait_min", "class=3"]


def test_kept_and_read_again(tmp_path: Any) -> None:
    save(busy(), tmp_path)
    for name in ("consults", "sessions"):
        assert read(tmp_path).more[name].equals(busy().more[name])


def test_the_story_tells_who_served_once() -> None:
    day = busy()
    vain = day.more["sessions"].iloc[where("sessions", "reached", False)]["order"]
    number = int(day.orders.set_index("order").loc[vain, "request"])
    zh, en = trace(day, number, "zh"), trace(day, number, "en")
    assert "nobody is reached" in en
    assert "联系不上" in zh
    for text in ("in the experts' queue", "Last state:", f"Order {vain}: written at"):
        assert en.count(text) == 1
