"""Care plans: their schedule against the slow one, in a run, measured by hand, and spoilt."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.check import trace, verify
from sim.log import Result
from sim.measures.measured import measure
from sim.model import simulate
from sim.report.scenario.loads import point_load
from sim.report.scenario.standing_orders import plans_and_funds
from sim.scenario.schema import Scenario
from sim.scenario.sections.calendar import CalendarRow
from sim.scenario.sections.funds import Fund
from sim.scenario.sections.plans import CarePlan
from sim.words.kinds import DAY, DayKind
from sim.workload import plans
from sim.workload.draw import draw
from tests import naive_plans
from tests.scenario_kit import build, raw_small
from tests.small_county import county as other_county
from tests.small_county import raw as other_raw

MONDAY = dt.date(2026, 3, 2)


def care(**columns: Any) -> CarePlan:
    return CarePlan(**{
        "id": "care", "service": "help", "group": "elder", "visits": 1, "per": "month", **columns})


@lru_cache
def base() -> Scenario:
    return build(raw_small(), **{"requests.calls.per_day": 0})


def county(*rows: CarePlan, people: int = 40, **time: Any) -> Scenario:
    """So many elders, nobody else asks for anything."""
    zone = base().zones[0]
    return base().model_copy(update={
        "plans": rows,
        "zones": (zone.model_copy(update={"pop": {"elder": people}}),),
        "time": base().time.model_copy(update={"start": MONDAY, "cool_down_days": 0, **time}),
    })


dates = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(["week", "month", "year"]), st.integers(1, 12), dates, st.integers(1, 40),
    st.sets(st.integers(0, 6), min_size=1), st.sampled_from(["period", "day"]),
    st.integers(0, 12), st.integers(0, 5), st.integers(0, 2**31),
)
def test_the_slow_schedule_is_the_same(
    per: str, visits: int, start: dt.date, days: int, weekdays: set[int], within: str, spare: int,
    people: int, seed: int,
) -> None:
    plan = care(
        visits=visits, per=per, days=tuple(sorted(weekdays)), within=within, spare_days=spare,
        opens="08:00", closes="18:00")
    holiday = CalendarRow(
        id="rest", first=start + dt.timedelta(days=2), last=start + dt.timedelta(days=4),
        kind=DayKind.HOLIDAY)
    scenario = county(plan, people=people, start=start, days=days).model_copy(
        update={"calendar": (holiday,)})
    found = plans.planned(scenario, plan, seed, 0)
    phases = [
        (int(client), Fraction(int(phase), 2**32))
        for client, phase in zip(
            plans.enrolled(scenario, plan)[1], plans.phases(people, seed, 0, plan.id), strict=True)
    ]
    assert naive_plans.visits(scenario, plan, phases) == list(zip(*(
        column.tolist() for column in (found.time, found.client, found.opens, found.closes)
    ), strict=True))


@pytest.mark.parametrize(("visits", "per"), [(3, "week"), (5, "week"), (7, "week"), (1, "month")])
def test_visits_are_spread_evenly_over_dates_and_clients(visits: int, per: str) -> None:
    """No date has more than its share by more than the golden ratio's few; none piles up."""
    plan = care(visits=visits, per=per)
    start = dt.date(2026, 3, 30) if per == "week" else dt.date(2026, 4, 1)
    dates = 28 if per == "week" else 30
    scenario = county(plan, people=3000, start=start, days=dates)
    found = plans.planned(scenario, plan, 5, 2)
    each = np.bincount(found.time // DAY, minlength=dates)
    assert np.abs(each - 3000 * visits * (4 if per == "week" else 1) / dates).max() <= 4
    assert (np.bincount(found.client) == visits * (4 if per == "week" else 1)).all()


def test_a_shift_moves_everybody_and_each_keeps_the_same_weekdays() -> None:
    plan = care(visits=3, per="week")
    scenario = county(plan, people=500, days=28)
    first, second = (plans.planned(scenario, plan, 1, r) for r in (0, 1))
    assert (first.time != second.time).any()
    weekday = first.time // DAY % 7
    kept = {(c, w) for c, w in zip(first.client.tolist(), weekday.tolist(), strict=True)}
    assert len(kept) == 500 * 3


def test_who_is_enrolled_is_the_share_and_never_changes() -> None:
    scenario = county(care(share=0.2), people=10_000)
    _, few = plans.enrolled(scenario, care(share=0.2))
    _, many = plans.enrolled(scenario, care(share=0.5))
    assert abs(len(few) - 2000) < 4 * (10_000 * 0.2 * 0.8) ** 0.5
    assert set(few) <= set(many)
    assert set(few) != set(plans.enrolled(scenario, care(id="other", share=0.2))[1][: len(few)])


def test_a_longer_run_changes_no_visit_of_the_shorter() -> None:
    plan = care(visits=5, per="week")
    short, long = (plans.planned(county(plan, days=n), plan, 3, 1) for n in (9, 30))
    n = len(short.time)
    for name in ("time", "client", "opens", "closes"):
        assert (getattr(short, name) == getattr(long, name)[:n]).all()
    short_rows, long_rows = (draw(county(plan, days=n), 3, 1) for n in (9, 30))
    assert (short_rows.duration == long_rows.duration[:n]).all()
    assert (short_rows.offer_coin == long_rows.offer_coin[:n]).all()


def test_a_plan_changes_no_draw_of_the_streams() -> None:
    """The other requests keep every value, whoever comes between them."""
    plan = {"id": "care", "service": "bath", "group": "infants", "visits": 2, "per": "week"}
    before = draw(other_county(), 7, 0)
    scenario = Scenario.model_validate(other_raw(plans=[plan]))
    after = draw(scenario, 7, 0)
    theirs = after.stream < len(scenario.requests)
    assert 0 < theirs.sum() < len(after)
    for name, column in before.columns().items():
        assert (column == after.columns()[name][theirs]).all(), name


def run(*rows: CarePlan, seed: int = 1, scenario: Scenario | None = None, **time: Any) -> Result:
    """The tables of a run that keeps every statement."""
    scenario = scenario or county(*rows, **time)
    result = simulate(scenario, draw(scenario, seed, 0))
    assert [str(violation) for violation in verify(result)] == []
    return result


def values(result: Result) -> dict[tuple[str, str], float]:
    return {
        (str(r.measure), str(r.group)): r.num / r.den
        for r in measure(result).ratios.itertuples() if r.den > 0
    }


def test_everybody_is_visited_every_month() -> None:
    """April and May: 40 people once a month, two caregivers with little else to do."""
    plan = care(spare_days=7, opens="08:00", closes="18:00")
    result = run(plan, start=dt.date(2026, 4, 1), days=61)
    found = values(result)
    assert found["visited_share", "all"] == found["plan_done_share", "all"] == 1
    assert found["planned_per_day", "all"] == 80 / 61
    assert found["plan_missed_per_day", "all"] == 0
    assert result.requests["channel"].unique().tolist() == ["plan"]


def test_what_nobody_has_time_for_is_missed_at_the_end_of_its_time() -> None:
    """One caregiver, 60 people every day, half an hour each and the way: too much for a day."""
    plan = care(visits=7, per="week", opens="08:00", closes="18:00")
    one = tuple(g.model_copy(update={"count": 1}) for g in base().caregivers)
    scenario = county(plan, people=60, days=7).model_copy(update={"caregivers": one})
    result = run(scenario=scenario)
    lapsed = result.orders["reason"] == "lapsed"
    assert 0 < lapsed.sum() < len(result.orders)
    assert (result.orders["cancelled"] == result.orders["window_close"])[lapsed].all()
    found = values(result)
    done = 1 - lapsed.sum() / len(lapsed)
    assert found["plan_done_share", "all"] == pytest.approx(done)
    story = trace(result, int(result.orders["request"][lapsed].iloc[0]), "en")
    assert "cancelled: nobody had time for it by the end of its period" in story


def test_planned_visits_fill_the_time_that_urgent_work_leaves() -> None:
    """Everybody's weekly visit is done although none is on time for those who ask at once, and
    those are served as if there were no plan but for visits already begun."""
    urgent = {
        "services.alarm": {
            "name_zh": "急", "name_en": "Alarm", "mode": "visit", "duration_dist": "constant",
            "duration_value_min": 30, "priority": 1, "target_min": 240},
        "requests.calls.channel": "plan", "requests.calls.service": "alarm",
        "requests.calls.per_day": 30, "time.days": 14, "time.cool_down_days": 0,
        "time.start": "2026-03-02", "zones.town.pop_elder": 100,
    }
    alone = build(raw_small(), **urgent)
    both = alone.model_copy(update={"plans": (care(visits=1, per="week", spare_days=3),)})
    quiet, busy = run(scenario=alone), run(scenario=both)
    assert values(busy)["visited_share", "all"] == 1
    assert values(busy)["on_time", "class=1"] > 0.95
    waits = [
        (r.orders["started"] - r.orders["created"])[r.orders["service"] == "alarm"].mean()
        for r in (quiet, busy)
    ]
    # at most one planned visit, its way included, is in hand when an alarm comes
    assert waits[0] <= waits[1] < waits[0] + pd.Timedelta(minutes=45)


def test_the_usual_point_is_asked_first() -> None:
    raw = raw_small()
    raw["points"]["second"] = {**raw["points"]["station"], "lat": 37.46}
    raw["caregivers"]["more"] = {**raw["caregivers"]["team"], "point": "second"}
    raw["requests"]["calls"]["per_day"] = 0
    raw["zones"]["town"]["pop_elder"] = 30
    raw["plans"] = {"care": {
        "service": "help", "group": "elder", "visits": 1, "per": "week", "point": "second"}}
    result = run(scenario=build(raw))
    assert set(result.orders["point"].dropna()) == {"second"}


def test_the_expected_load_of_a_point_counts_its_plans() -> None:
    scenario = county(care(visits=7, per="week", share=0.5), people=200)
    assert point_load(scenario)["visits"].sum() == pytest.approx(100)


def test_show_says_what_is_planned_and_who_pays() -> None:
    fund = Fund(id="f", name_zh="购买", name_en="Purchase", yuan_per_year=400_000)
    scenario = county(care(visits=7, per="week", share=0.5), people=200).model_copy(
        update={"funds": (fund,)})
    assert plans_and_funds(scenario, "en") == [
        "Care plans: care 100 visits a day.",
        "Who pays, in order: Purchase 400,000 yuan a year, the client."]
    assert plans_and_funds(scenario, "zh") == [
        "照护计划：care每天100次。", "付款方，依次为：购买每年400,000元，本人。"]


def test_months_are_counted_client_by_client() -> None:
    """A month of two visits each, some of which nobody makes: by hand from the orders."""
    plan = care(visits=2, per="month")
    one = tuple(
        g.model_copy(update={"count": 1, "absence_prob": 0.9}) for g in base().caregivers)
    scenario = county(plan, people=50, start=dt.date(2026, 4, 1), days=61).model_copy(
        update={"caregivers": one})
    result = run(scenario=scenario)
    orders = result.orders
    due = (orders["window_close"] - pd.Timedelta(1, "ms")).dt.month
    begun = orders["started"].dt.month
    share = [
        (client, month) in set(zip(orders["client"], begun, strict=True))
        for client, month in sorted(set(zip(orders["client"], due, strict=True)))
    ]
    assert 0 < np.mean(share) < 1
    assert values(result)["visited_share", "all"] == pytest.approx(np.mean(share))


@lru_cache
def week() -> Result:
    plan = care(visits=3, per="week", days=(0, 1, 2, 3, 4), opens="08:00", closes="17:00")
    return run(plan, people=6, days=7)


def spoilt(table: str, row: int, **cells: Any) -> Result:
    result = week()
    tables = result.reference if table in result.reference else result.tables
    rows = tables[table].copy()
    for column, value in cells.items():
        if isinstance(rows[column].dtype, pd.CategoricalDtype):
            rows[column] = rows[column].astype(object)
        rows.loc[row, column] = value
    if table in result.reference:
        return replace(result, reference={**result.reference, table: rows})
    return replace(result, **{table: rows})


SPOILT: dict[str, tuple[set[str], Any]] = {
    "fewer than planned": ({"plans_as_written"}, lambda: spoilt("plans", 0, visits=2)),
    "on a day off": ({"plans_as_written"}, lambda: spoilt("plans", 0, days="5|6")),
    "too early": ({"plans_as_written"}, lambda: spoilt("plans", 0, opens_min=500.0)),
    "not that day": ({"plans_as_written"}, lambda: spoilt("plans", 0, same_day=True)),
    "of another group": ({"plans_as_written"}, lambda: spoilt("plans", 0, group="infant")),
    "missed too soon": (
        {"lapsed_at_the_end"},
        lambda: spoilt("orders", 0, reason="lapsed", state="cancelled",
                       cancelled=pd.Timestamp("2026-03-02 12:00"))),
    "the client gave up": (
        {"lapsed_at_the_end"}, lambda: spoilt("orders", 0, reason="gave_up", state="cancelled")),
}


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    expected, spoil = SPOILT[name]
    assert {v.rule for v in verify(spoil())} >= expected
