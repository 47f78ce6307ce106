"""``hotline trace`` says which shocks were on, and what they had to do with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandas as pd
import pytest
from test_shocks import NAMES, county, when
from test_shocks_run import BUSY, two_points

from sim.check.story.trace import trace
from sim.log import Result
from sim.model import simulate
from sim.workload.draw import draw

HEAT = {"name_zh": "热浪", "name_en": "Heat wave"}
CUT = {"name_zh": "断线", "name_en": "Line cut"}
SPAN = "2026-03-02 09:00:00 至 2026-03-02 12:00:00", (
    "from 2026-03-02 09:00:00 to 2026-03-02 12:00:00")


def run(*shocks: dict[str, Any], **changes: Any) -> Result:
    scenario = county(*shocks, **changes)
    return simulate(scenario, draw(scenario, 1, 0))


def told(result: Result, request: int) -> tuple[str, str]:
    """The story in Chinese and in English, of which neither holds words of the other."""
    zh, en = (trace(result, request, lang) for lang in ("zh", "en"))
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert not re.search("Heat|Line cut|Shock", zh)
    return zh, en


@cache
def troubled() -> Result:
    """Half the lines are cut from 9 to 12, in a heat wave in which the station is closed and its
    people stay away; another shock does not happen."""
    return run(
        when(9, 12, lines_down=98, **CUT),
        when(9, 12, points_closed="station", attendance_factor=0, staff_points="station", **HEAT),
        when(0, 24, on=False, **NAMES), **{
            **BUSY, **two_points(), "shifts.early": {"start": "00:00", "end": "10:00"},
            "shifts.late": {"start": "10:00", "end": "24:00"},
            "caregivers.team.shifts": "early | late",
        },
    )


def requested(result: Result, first: str, last: str) -> pd.DataFrame:
    """Requests by phone from one time of the first day to another, with their orders."""
    rows = result.requests.merge(
        result.orders[["request", "point", "created", "started", "cancelled"]], on="request")
    day = pd.Timestamp("2026-03-02")
    since, until = (day + pd.Timedelta(f"{clock}:00") for clock in (first, last))
    return rows[(rows["requested"] >= since) & (rows["requested"] < until)]


def test_a_request_made_during_shocks_says_so() -> None:
    rows = requested(troubled(), "09:30", "11:30")
    zh, en = told(troubled(), int(rows["request"].iloc[0]))
    assert f"当时正值断线（{SPAN[0]}）。\n当时正值热浪（{SPAN[0]}）。" in zh
    assert f"Line cut is on then, {SPAN[1]}.\nHeat wave is on then, {SPAN[1]}." in en
    assert "Meanwhile Heat wave" not in en
    assert "冲击" not in zh, "one that is off is none"


def test_who_calls_before_or_after_hears_nothing_of_them() -> None:
    for first, last in (("00:00", "01:00"), ("12:00", "13:00")):
        rows = requested(troubled(), first, last)
        rows = rows[rows["started"] < pd.Timestamp("2026-03-02 09:00")] if first < "09" else rows
        zh, en = told(troubled(), int(rows["request"].iloc[0]))
        assert "is on then" not in en
        assert "正值" not in zh.split("缺勤")[0]


def test_an_order_that_waits_into_a_shock_says_so_and_who_closed_its_point() -> None:
    rows = requested(troubled(), "07:00", "09:00")
    rows = rows[(rows["point"] == "station") & (rows["created"] < pd.Timestamp("2026-03-02 09:00"))
                & ~(rows["started"] < pd.Timestamp("2026-03-02 12:00"))]
    zh, en = told(troubled(), int(rows["request"].iloc[-1]))
    assert f"  其间发生热浪（{SPAN[0]}）。\n  城关站因热浪停业，" in zh
    assert f"  Meanwhile Heat wave comes, {SPAN[1]}.\n  Station is closed from" in en


def test_a_caregiver_missing_during_a_shock_says_so() -> None:
    rows = requested(troubled(), "08:00", "09:00")
    waiting = rows[(rows["point"] == "station")
                   & ~(rows["started"] < pd.Timestamp("2026-03-02 12:00"))]
    zh, en = told(troubled(), int(waiting["request"].iloc[-1]))
    assert "缺勤：team-1（正值热浪）" in zh
    assert "absent: team-1 (during Heat wave)" in en


def test_the_busy_tone_says_how_many_lines_are_out_of_order() -> None:
    calls = troubled().calls
    blocked = calls[(calls["outcome"] == "blocked")]
    zh, en = told(troubled(), int(blocked["request"].iloc[0]))
    assert "100 条中继线中有 2 条在用，98 条中断（断线）。" in zh
    assert "2 of 100 lines were in use, 98 out of order (Line cut)." in en


@pytest.mark.parametrize(("how", "zh", "en"), [
    ("recording", "热线不开放（热浪）。", "the hotline was closed (Heat wave)."),
    ("duty_phone", "热线不开放（热浪），值班电话接听", "(Heat wave); the duty phone answered"),
])
def test_a_hotline_that_a_shock_closes_says_why(how: str, zh: str, en: str) -> None:
    result = run(when(9, 12, hotline_closed=True, **HEAT), **{**BUSY, "hotline.when_closed": how})
    closed = result.calls[result.calls["outcome"] == "closed"]
    story = told(result, int(closed["request"].iloc[0]))
    assert zh in story[0]
    assert en in story[1]
