"""What theory makes of a scenario: the hotline by the hour, the points, what does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from rich.cells import cell_len
from scipy import stats

from sim.report.scenario import expected
from sim.report.scenario.loads import hotline_load, point_load
from sim.report.wording.text import WIDTH
from sim.scenario.schema import Scenario
from sim.theory.assumptions import not_holding, not_holding_at_points
from sim.theory.day import by_hour_of_day, expected_hours
from sim.theory.demand import calls, counted
from sim.theory.erlang import mmck
from sim.theory.patience import Impatient, erlang_a
from sim.theory.points import expected_points
from sim.theory.presence import levels
from sim.words.glossary import Lang
from tests.scenario_kit import build, raw_small

NAMES = {"name_zh": "甲", "name_en": "A"}
WEEK: dict[str, Any] = {"time.days": 7, "time.warm_up_days": 1}
BUSY: dict[str, Any] = {
    **WEEK,
    "requests.calls.per_day": 24 * 30,
    "callers.client.patience": {"dist": "exponential", "mean_s": 120},
}
"""30 calls an hour of 3 minutes, 1.5 erlangs, patience of two minutes; two operators always."""
SHIFTS = {
    "shifts.day": {"start": "08:00", "end": "18:00", "breaks": "12:00-14:00/30"},
    "operators.desk.shifts": "day",
}


def county(**changes: Any) -> Scenario:
    return build(raw_small(), **changes)


def columns(table: pd.DataFrame) -> dict[str, NDArray[Any]]:
    return {name: table[name].to_numpy() for name in table}


def day(scenario: Scenario) -> dict[str, NDArray[Any]]:
    """The columns of the table by hour of the day, entry 0 being hour 0."""
    return columns(by_hour_of_day(scenario))


def one_hour(operators: int) -> Impatient:
    return erlang_a(operators, 30, 20, 30)


# -- the hotline -----------------------------------------------------------------------------------


def test_flat_hours_are_erlang_a() -> None:
    hours = columns(expected_hours(county(**BUSY)))
    truth = one_hour(2)
    assert list(hours["hour_of_week"]) == list(range(168))
    assert hours["offered"] == pytest.approx(30)
    assert hours["offered_load_erlang"] == pytest.approx(1.5)
    assert hours["operators"] == pytest.approx(2)
    for column, value in (
        ("service_level", truth.within(15 / 3600)), ("abandonment", truth.abandoned),
        ("wait_s", truth.wait * 3600), ("occupancy", truth.occupancy),
    ):
        assert hours[column] == pytest.approx(value, rel=1e-6)
        assert hours[f"{column}_erlang_a"] == pytest.approx(value, rel=1e-6)


def test_absence_is_a_mixture_over_who_comes() -> None:
    scenario = county(**BUSY, **{"operators.desk.count": 3, "operators.desk.absence_prob": 0.2})
    hours = day(scenario)
    coming = stats.binom.pmf(range(4), 3, 0.8)
    assert hours["operators"] == pytest.approx(2.4)
    truths = [one_hour(n) for n in range(4)]
    for column, of in (
        ("service_level", lambda a: a.within(15 / 3600)), ("abandonment", lambda a: a.abandoned),
        ("wait_s", lambda a: a.wait * 3600),
    ):
        assert hours[f"{column}_erlang_a"] == pytest.approx(
            sum(p * of(a) for p, a in zip(coming, truths, strict=True)))
    assert hours["service_level"][12] == pytest.approx(
        hours["service_level_erlang_a"][12], rel=1e-3)


def test_many_levels_of_attendance_keep_the_mean() -> None:
    people = tuple([0.9] * 30)
    found = levels([(people, ())])
    assert sum(level.weight for level in found) == pytest.approx(1)
    assert sum(level.weight * level.staff[0] for level in found) == pytest.approx(27, rel=0.01)
    few = levels([((0.5, 0.9), ()), ((0.9,), (0.5,))])
    assert sum(level.weight * level.staff[0] for level in few) == pytest.approx(1.4)
    assert sum(level.weight * level.staff[1] for level in few) == pytest.approx(0.9)
    assert all(level.leaving[1] >= level.staff[0] - level.staff[1] for level in few)


def test_breaks_and_shifts_take_operators_off() -> None:
    hours = day(county(**BUSY, **SHIFTS))
    assert list(hours["operators"][[7, 8, 11, 12, 13, 17, 18]]) == [0, 2, 2, 1, 2, 2, 0]
    # For half of the hour nobody answers; who is signed in counts all the same.
    assert hours["abandonment"][12] > 0.5
    assert hours["occupancy"][12] < hours["occupancy"][11] / 1.5
    assert np.isnan(hours["occupancy"][3])
    assert hours["abandonment"][3] == pytest.approx(1)


def test_a_closed_hotline_is_offered_nothing() -> None:
    hours = day(county(**BUSY, **{"hotline.open": "Mon-Fri 08:30-18:00"}))
    assert hours["offered"][[7, 8, 9, 18]] == pytest.approx([0, 15 * 5 / 7, 30 * 5 / 7, 0])
    assert np.isnan(hours["service_level"][7])


def test_few_lines_block() -> None:
    hours = day(county(**WEEK, **{
        "requests.calls.per_day": 24 * 40, "hotline.lines": 5}))
    truth = mmck(2, 5, 40, 20)
    assert hours["blocking"] == pytest.approx(truth.blocked, rel=1e-6)
    assert hours["wait_s"] == pytest.approx(truth.wait * 3600, rel=1e-6)
    assert np.isinf(hours["wait_s_erlang_a"]).all()


def test_hours_follow_the_calendar() -> None:
    """A holiday counts as it is: half the calls, on the weekday it falls on."""
    scenario = county(**BUSY, **{"calendar": {
        "feast": {"first": "2026-03-05", "last": "2026-03-05", "kind": "festival",
                  "demand_factor": 0.5}}})
    hours = expected_hours(scenario)
    week = list(hours.groupby("weekday")["offered"].mean())
    assert week == pytest.approx([30, 30, 30, 15, 30, 30, 30])
    load = hotline_load(scenario)
    assert day(scenario)["offered"] == pytest.approx(load["calls"].to_numpy())
    assert day(scenario)["offered_load_erlang"] == pytest.approx(load["erlangs"].to_numpy())


def test_callers_are_mixed_in_proportion() -> None:
    mixed = county(**{
        "callers.cadre": {**NAMES, "talk": {"dist": "constant", "value_min": 60},
                          "patience": {"dist": "constant", "value_min": 6}},
        "requests.calls.share_cadre": 1,
    })
    asked = calls(mixed, counted(mixed))
    assert asked.handling_h == pytest.approx(0.05 / 2 + 1 / 2)
    assert asked.impatience == pytest.approx(10 / 2)


# -- the points ------------------------------------------------------------------------------------


def totals(scenario: Scenario) -> pd.Series:
    hours = expected_points(scenario)
    assert set(hours["point"]) == {"station"}
    return hours[["visits", "work_h", "offered_load_erlang", "caregivers"]].sum()


def test_points_have_the_work_of_their_homes() -> None:
    scenario = county(**WEEK, **{"services.help.crew": 2})
    load = point_load(scenario).set_index("point").loc["station"]
    found = totals(scenario)
    assert found["visits"] == pytest.approx(7 * 24)
    assert found["work_h"] == pytest.approx(7 * (load["visit_hours"] + load["travel_hours"]))
    assert found["offered_load_erlang"] == pytest.approx(found["work_h"], rel=0.01)
    assert found["caregivers"] == pytest.approx(2 * 168)


def test_long_visits_are_in_hand_for_hours() -> None:
    """All requests come from 8 to 9 h; a visit takes three hours, of which the way is next to
    nothing."""
    scenario = county(**WEEK, **{
        "demand.shapes.morning": {"hours": [1.0 if h == 8 else 0.0 for h in range(24)]},
        "requests.calls.shape": "morning", "requests.calls.per_day": 2,
        "services.help.duration_value_min": 180,
        "zones.town.area_km2": 1e-6, "travel.modes.ebike.kmh": 1e6,
    })
    hours = expected_points(scenario)
    monday = hours[hours["weekday"] == 0].set_index("hour")
    assert monday["visits"][8] == pytest.approx(2)
    busy = list(monday["offered_load_erlang"][[8, 9, 10, 11, 12]])
    assert busy == pytest.approx([1, 2, 2, 1, 0])
    assert monday["load"][9] == pytest.approx(1)
    assert monday["waits"][9] == pytest.approx(1)
    assert monday["waits"][12] == pytest.approx(0)


def test_booked_visits_begin_with_their_window() -> None:
    scenario = county(**{
        "time.days": 7, "time.warm_up_days": 3,
        "services.help.target_min": None, "services.help.window_min": 60,
        "requests.calls.lead_dist": "constant", "requests.calls.lead_value_h": 24,
        "requests.calls.slots": "09:00 | 14:00",
    })
    visits = expected_points(scenario).groupby("hour")["visits"].sum()
    # Wished after 14 h and until 9 h: 19 of 24 hours go to the morning.
    assert visits[9] == pytest.approx(7 * 24 * 19 / 24, rel=0.02)
    assert visits[14] == pytest.approx(7 * 24 * 5 / 24, rel=0.02)
    assert visits.sum() == pytest.approx(visits[9] + visits[14])


# -- what does not hold ----------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_smallest_county() -> None:
    assert not_holding(county()) == {}
    assert list(not_holding_at_points(county())) == ["visits"]
    assert not_holding_at_points(county(**{
        "services.help": {**NAMES, "mode": "advice"}})) == {}


BUTTON = {"channel": "button", "service": "help", "group": "elder", "per_day": 2,
          "share_client": 1}
DAYTIME = {"hotline.open": "08:00-18:00"}


@pytest.mark.parametrize(("name", "changes"), [
    ("redials", {"callers.client.max_redials": 2, "callers.client.redial_first_prob": 0.5}),
    ("busy_days", {"demand.busy_day_cv": {"needs": 0.2}, "requests.calls.busy_group": "needs"}),
    ("chasing", {"chasing": {"prob": 0.1, "max_calls": 2, "caller": "client"}}),
    ("overflow", {"hotline.overflow_after_s": 60, "tiers.city": NAMES}),
    ("hold", {"hold": {"prob": 0.5, "after_s": 60}}),
    ("call_backs", {"hotline.call_back_prob": 0.1}),
    ("messages", {**DAYTIME, "hotline.when_closed": "call_back"}),
    ("closing", {**DAYTIME, "hotline.at_closing": "release"}),
    ("skills", {"requests.calls.skill": "elder", "operators.more": {
        "count": 1, "shifts": "round", "skills": "elder"}}),
    ("buttons", {"requests.presses": BUTTON}),
    ("lines", {"hotline.lines": 8}),
    ("breaks", SHIFTS),
    ("handling", {"hotline.wrap_up": {"dist": "exponential", "mean_s": 60}}),
    ("handling", {"callers.client.talk": {"dist": "lognormal", "mean_s": 60, "cv": 1}}),
    ("patience", {"callers.client.patience": {"dist": "constant", "value_s": 60}}),
])
def test_what_the_hotline_has_and_theory_has_not(name: str, changes: dict[str, Any]) -> None:
    check(not_holding, name, changes)


@pytest.mark.parametrize(("name", "changes"), [
    ("booked", {"requests.calls.lead_dist": "constant", "requests.calls.lead_value_h": 24,
                "requests.calls.slots": "09:00", "services.help.window_min": 60,
                "services.help.target_min": None}),
    ("skills", {"services.help.grade": 2, "caregivers.best": {
        "point": "station", "count": 1, "shifts": "round", "mode": "ebike", "grade": 2}}),
    ("help", {"dispatch.borrow_km": 3}),
    ("help", {"points.station.accept_prob": 0.9}),
    ("crews", {"services.help.crew": 2}),
    ("priorities", {
        "services.urgent": {**raw_small()["services"]["help"], "priority": 0},
        "requests.presses": {**BUTTON, "service": "urgent"}}),
    ("patience", {"services.help.no_show_prob": 0.1}),
])
def test_what_the_points_have_and_theory_has_not(name: str, changes: dict[str, Any]) -> None:
    check(not_holding_at_points, name, changes)


def check(
    of: Callable[[Scenario], dict[str, Any]], name: str, changes: dict[str, Any]
) -> None:
    found = of(county(**changes))
    assert set(found) == {name} | set(of(county()))
    assert found[name] != found[name].zh


# -- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_theory_and_what_does_not_hold(lang: Lang) -> None:
    scenario = county(**BUSY, **{"hotline.call_back_prob": 0.1})
    hotline, points = expected.hotline(scenario, lang), expected.points(scenario, lang)
    assert max(cell_len(line) for line in [*hotline, *points]) <= WIDTH
    truth = one_hour(2)
    noon = next(line for line in hotline if "12:00" in line).split()
    assert noon[1:6] == ["30.00", "1.50", "2.0", f"{truth.within(15 / 3600):.0%}",
                         f"{truth.abandoned:.0%}"]
    words = not_holding(scenario)["call_backs"]
    said = words.zh if lang == "zh" else words
    assert said.replace(" ", "") in "".join(hotline).replace(" ", "")
    assert any(("城关站" if lang == "zh" else "Station") in line for line in points)


def test_a_queue_that_grows_for_ever_is_said_to() -> None:
    scenario = county(**WEEK, **{
        "requests.calls.per_day": 24 * 60, "hotline.lines": 100_000})
    with pytest.raises(ValueError, match="for ever"):
        expected_hours(scenario)
    assert "for ever" in " ".join(expected.hotline(scenario, "en"))
