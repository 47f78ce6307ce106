"""The tiers above: theory, statements that speak when a day is spoilt, streams handed down."""

from __future__ import annotations

import math
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
from sim.theory.erlang import erlang_b, erlang_c, erlang_c_wait
from sim.theory.overflow import overflow
from sim.words.kinds import HOUR
from sim.workload.draw import draw
from tests.hand_made import values
from tests.scenario_kit import build, raw_small

NAMES = {"name_zh": "市", "name_en": "City"}
BUSY: dict[str, Any] = {
    "time.days": 1, "hotline.overflow_after_s": 60, "operators.desk.count": 1,
    "requests.calls.per_day": 500,
    "callers.client.patience": {"dist": "exponential", "mean_s": 120},
    "callers.client.max_redials": 2, "callers.client.redial_first_prob": 0.5,
    "hotline.wrap_up": {"dist": "constant", "value_s": 20},
    "tiers": {
        "city": {**NAMES, "seats": 1, "overflow_after_s": 30, "settle_prob": 0.5,
                 "transfer": {"dist": "constant", "value_s": 5}},
        "province": {"name_zh": "省", "name_en": "Province", "settle_prob": 0.5},
    },
}


@cache
def busy(**more: Any) -> Result:
    scenario = build(raw_small(), **{**BUSY, **more})
    return simulate(scenario, draw(scenario, 1, 0))


def test_no_limit_is_erlang_c_and_no_wait_is_erlang_b() -> None:
    endless, never = overflow(3, 2.0, 1.0, 200.0), overflow(3, 2.0, 1.0, 0.0)
    assert endless.passed == pytest.approx(0, abs=1e-12)
    assert endless.waits == pytest.approx(erlang_c(3, 2.0))
    assert endless.wait == pytest.approx(erlang_c_wait(3, 2.0, 1.0))
    assert never.passed == pytest.approx(erlang_b(3, 2.0))
    assert never.wait == 0


def test_one_server_by_its_balance() -> None:
    """M/M/1+D: with load 1 the density is flat up to the limit; mass 1 : tau : 1."""
    truth = overflow(1, 1.0, 1.0, 2.0)
    assert truth.passed == pytest.approx(1 / 4)
    assert truth.waits == pytest.approx(3 / 4)
    assert truth.wait == pytest.approx((2 + 2) / 4)
    with pytest.raises(ValueError, match="positive"):
        overflow(0, 1.0, 1.0, 2.0)


def test_nothing_is_wrong_with_a_busy_county() -> None:
    assert [v.message for v in verify(busy())] == []
    assert set(busy().more["passed"]["outcome"]) == {"answered", "abandoned", "overflowed"}
    closed = simulate(*_drawn({"hotline.when_closed": "handed_to_12345",
                               "hotline.open": "08:00-12:00", "hotline.overflow_after_s": None,
                               "requests.calls.per_day": 60}))
    assert [v.message for v in verify(closed)] == []
    assert len(closed.more["passed"])


def _drawn(more: dict[str, Any]) -> tuple[Any, Any]:
    scenario = build(raw_small(), **{**BUSY, **more})
    return scenario, draw(scenario, 1, 0)


def first(outcome: str) -> int:
    return int(np.flatnonzero(busy().more["passed"]["outcome"] == outcome)[0])


def spoilt(row: int, **cells: Any) -> Result:
    day = busy()
    rows = day.more["passed"].copy()
    for name, value in cells.items():
        old = rows.loc[row, name]
        rows.loc[row, name] = old + pd.Timedelta(value) if isinstance(value, str) and (
            value.endswith("s") and value[0] in "-0123456789") else value
    return replace(day, more={"passed": rows})


SPOILT: dict[str, tuple[str, Callable[[], Result]]] = {
    "passed too late": ("passed_on", lambda: spoilt(first("answered"), passed="1s")),
    "passed to nobody": ("passed_on", lambda: replace(
        busy(), more={"passed": busy().more["passed"].drop(index=first("answered"))})),
    "answered before it joined": (
        "tier_times", lambda: spoilt(first("answered"), answered="-3600s")),
    "settled, and handed down": (
        "tier_times", lambda: spoilt(int(np.flatnonzero(
            busy().more["passed"]["handed_down"].notna())[0]), settled=True)),
    "left a queue that was never left": (
        "tier_times", lambda: spoilt(first("overflowed"), outcome="waiting")),
    "a seat too many": ("tier_queues", lambda: _seats(0.5)),
    "a seat that nobody used": ("tier_queues", lambda: _seats(3)),
    "waits where there is no end of seats": ("tier_queues", lambda: _seats(0)),
    "comes down without an order": ("handed_down", lambda: replace(
        busy(), orders=busy().orders[busy().orders["answered"] == busy().orders["created"]])),
    "overtaken": ("tier_queues", lambda: spoilt(first("overflowed"), joined="-86000s")),
}


def _seats(number: float) -> Result:
    tiers = {name: {**tier, "overflow_after_s": tier.get("overflow_after_s")}
             for name, tier in BUSY["tiers"].items()}
    tiers["city"]["seats"] = number
    tiers["province"]["seats"] = 0
    return setting(busy(), "tiers", tiers)


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    rule, made = SPOILT[name]
    assert rule in {v.rule for v in verify(made())}


def test_measures_are_those_of_the_rows() -> None:
    day = busy()
    found, passed = values(measure(day)), day.more["passed"]
    calls = day.calls[day.calls["arrived"] < pd.Timestamp("2026-03-03")]
    up = passed[passed["call"].isin(calls["call"])]
    share = (calls["outcome"] == "overflowed").mean()
    assert found["overflow_share", "all"] == pytest.approx(share)
    city = up[up["tier"] == "city"]
    assert found["passed_per_day", "all"] == found["passed_per_day", "tier=city"] == len(city)
    assert found["tier_answered", "all"] == pytest.approx(
        up["answered"].notna().sum() / len(city))
    ended = up[up["talk_end"].notna()]
    assert found["tier_settled", "all"] == pytest.approx(ended["settled"].mean())
    assert found["hand_down_min", "all"] == pytest.approx(120)
    rung = up.merge(calls, on="call", suffixes=("", "_below"))
    wait = (rung["answered"] - rung["arrived"]).dt.total_seconds().mean()
    assert found["tier_wait_s", "all"] == pytest.approx(wait)
    assert sum(found["overflow_share", f"hour={h}"] > 0 for h in range(24)) > 12


def test_kept_and_read_again(tmp_path: Any) -> None:
    save(busy(), tmp_path)
    back = read(tmp_path)
    assert back.more["passed"].equals(busy().more["passed"])


def test_requests_handed_down_need_no_operator() -> None:
    scenario = build(raw_small(), **{
        "requests.calls.channel": "tier", "operators.desk.count": 0,
        "hotline.handed_down_delay": {"dist": "constant", "value_h": 1.5}})
    day = simulate(scenario, draw(scenario, 1, 0))
    assert [v.message for v in verify(day)] == []
    assert day.calls.empty
    assert len(day.orders)
    gap = (day.orders["created"] - day.orders["requested"]).dt.total_seconds()
    assert set(gap) == {1.5 * HOUR / 1000}
    counted = day.requests["requested"] < pd.Timestamp("2026-03-04")
    assert values(measure(day))["handed_down_per_day", "all"] == counted.sum() / 2


def test_the_story_tells_where_a_call_went() -> None:
    day = busy()
    told = {lang: [trace(day, int(n), lang) for n in range(25)] for lang in ("zh", "en")}
    for words in ("passed to City", "passed to Province", "settled there", "handed down to the"):
        assert any(words in text for text in told["en"]), words
    for words in ("转到市", "当场办结", "转回县里"):
        assert any(words in text for text in told["zh"]), words


def test_a_scenario_without_tiers_draws_nothing_for_them() -> None:
    plain = draw(build(raw_small()), 1, 0)
    assert not {"tier_transfer", "settle_coin", "hand_down_delay"} & set(plain.columns())
    drawn = draw(build(raw_small(), **BUSY), 1, 0)
    assert drawn.settle_coin.shape == (len(drawn), 2)
    assert math.isclose(drawn.settle_coin.mean(), 0.5, abs_tol=0.05)
