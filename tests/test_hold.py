"""Virtual hold: statements that speak when a day is spoilt, measures, stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_day_result import setting

from sim.check import verify
from sim.check.story.trace import trace
from sim.log import Result, read, save
from sim.measures import measure
from sim.model import simulate
from sim.workload.draw import draw
from tests.hand_made import values
from tests.scenario_kit import build, raw_small

BUSY: dict[str, Any] = {
    "time.days": 1, "operators.desk.count": 1, "requests.calls.per_day": 400, "hotline.lines": 4,
    "callers.client.patience": {"dist": "exponential", "mean_s": 120},
    "callers.client.max_redials": 2, "callers.client.redial_first_prob": 0.5,
    "hold": {"prob": 0.6, "after_s": 40, "queue": 3, "answer_prob": 0.6, "retry_min": 3},
}
MORE: dict[str, dict[str, Any]] = {
    "as it is": {},
    "let go at closing time": {"hotline.open": "08:00-20:00", "hotline.at_closing": "release"},
    "some overflow": {"tiers": {"city": {"name_zh": "市", "name_en": "City"}},
                      "hotline.overflow_after_s": 90},
    "phoned again at once": {"hold": {**BUSY["hold"], "retry_min": 0, "tries": 3}},
    "nobody picks up": {"hold": {"prob": 1, "queue": 0, "answer_prob": 0, "tries": 3}},
}


@cache
def busy(name: str = "as it is") -> Result:
    scenario = build(raw_small(), **{**BUSY, **MORE[name]})
    return simulate(scenario, draw(scenario, 1, 0))


@pytest.mark.parametrize("name", MORE)
def test_nothing_is_wrong_with_a_busy_county(name: str) -> None:
    assert [v.message for v in verify(busy(name))] == []
    assert len(busy(name).more["held"]) > 50
    assert len(busy(name).more["dials"]) > 50


def test_nobody_who_does_not_pick_up_is_answered() -> None:
    day = busy("nobody picks up")
    held = day.calls[day.calls["call"].isin(day.more["held"]["call"])]
    assert set(held["outcome"]) <= {"abandoned", "waiting"}
    assert day.more["dials"].groupby("call").size().max() == 3


def spoilt(table: str, row: int, **cells: Any) -> Result:
    day = busy()
    rows = day.more[table].copy()
    for name, value in cells.items():
        rows.loc[row, name] = (
            rows.loc[row, name] + pd.Timedelta(value) if isinstance(value, str) else value)
    return replace(day, more={**day.more, table: rows})


def second_try() -> int:
    return int(np.flatnonzero(busy().more["dials"]["number"] == 1)[0])


SPOILT: dict[str, tuple[str, Callable[[], Result]]] = {
    "held at another moment": ("held_as_offered", lambda: spoilt("held", 0, held="1s")),
    "held before it could be": (
        "held_as_offered", lambda: setting(busy(), "hold.after_s", 41)),
    "phoned again too soon": ("phoned_in_turn", lambda: setting(busy(), "hold.retry_min", 4)),
    "phoned too often": ("phoned_in_turn", lambda: setting(busy(), "hold.tries", 1)),
    "a try left out": ("phoned_in_turn", lambda: replace(busy(), more={
        **busy().more, "dials": busy().more["dials"].drop(index=second_try())})),
    "a ring that is on no time sheet": (
        "sheet_agrees_with_calls", lambda: spoilt("dials", 0, end="1s")),
    "a place in the queue that was lost": (
        "first_come_first_served", lambda: setting(busy(), "hold.retry_min", 0)),
    "lines held by those who hung up": ("lines_suffice", lambda: replace(busy(), more={
        **busy().more, "held": busy().more["held"].iloc[:0]})),
}


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    rule, made = SPOILT[name]
    assert rule in {v.rule for v in verify(made())}


def test_measures_are_those_of_the_rows() -> None:
    day = busy()
    found = values(measure(day))
    calls = day.calls[day.calls["arrived"] < pd.Timestamp("2026-03-03")]
    held = calls.merge(day.more["held"], on="call")
    reached = held[held["answered"].notna()]
    assert found["hold_share", "all"] == pytest.approx(len(held) / len(calls))
    assert found["hold_reached", "all"] == pytest.approx(len(reached) / len(held))
    waited = (reached["answered"] - reached["held"]).dt.total_seconds().mean() / 60
    assert found["hold_wait_min", "all"] == pytest.approx(waited)
    vain = (day.more["dials"]["start"] < pd.Timestamp("2026-03-03")).sum()
    assert found["dials_in_vain", "all"] == vain


def test_kept_and_read_again(tmp_path: Any) -> None:
    save(busy(), tmp_path)
    back = read(tmp_path)
    for name in ("held", "dials"):
        assert back.more[name].equals(busy().more[name])


def test_the_story_tells_who_hung_up_and_was_phoned() -> None:
    day = busy()
    number = int(day.calls.set_index("call").loc[day.more["dials"]["call"].iloc[0], "request"])
    zh, en = trace(day, number, "zh"), trace(day, number, "en")
    assert "to be phoned when the turn comes" in en
    assert "nobody picks up" in en
    assert "挂机等打回" in zh
    assert "无人接" in zh
