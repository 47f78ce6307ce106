"""The shipped scenarios: they load, every figure has a birthplace, and they say what they claim."""

from __future__ import annotations

import itertools
import math
from datetime import date
from pathlib import Path

import pytest

from sim.check import verify
from sim.experiments.answers import asked
from sim.experiments.replicate import prepare, simulated
from sim.scenario.load import Resolved, available, load, resolve
from sim.scenario.schema import Scenario
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.services import Service
from sim.scenario.sections.zones_and_points import Point
from sim.scenario.sources import figures
from sim.words.kinds import Channel, ServiceMode

ROOT = Path(__file__).parents[1]
SHIPPED = tuple(sorted(path.parent.name for path in ROOT.glob("scenarios/*/scenario.toml")))
GIVEN_TAGS = {
    "decheng-hotline", "emergency-button", "jiuxingju-centre", "xiangyang-shared",
    "liaohe-childcare", "zhanglou-medical", "shandong-province", "liaocheng-plan",
    "xiajiang-purchase", "jiangxi-hotline", "kunshan-plan", "shaoxing-care",
}
KM_PER_DEGREE = 111.195
CENSUS_TOTAL = 576_500
CENSUS_60, CENSUS_80, CENSUS_0, CENSUS_1_TO_4 = 92_899, 11_322, 4_555, 32_978
"""2020 census of Decheng, both sexes, under the boundary that counts 576,500 residents."""


@pytest.fixture(scope="module", params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def resolved(name: str) -> Resolved:
    return resolve(name)


@pytest.fixture(scope="module")
def scenario(resolved: Resolved) -> Scenario:
    return resolved.scenario


@pytest.fixture(scope="module")
def decheng() -> Scenario:
    return load("decheng")


def test_every_scenario_is_shipped_with_all_its_files(name: str, resolved: Resolved) -> None:
    assert name in available()
    files = {path.name for path in resolved.folder.iterdir()}
    assert "scenario.toml" in files
    if len(resolved.folders) == 1:
        tables = ("zones", "points", "caregivers", "operators", "shifts", "services", "requests",
                  "sources")
        assert files >= {f"{table}.csv" for table in tables}


def test_it_loads_without_a_note(resolved: Resolved) -> None:
    assert resolved.notes == ()


def test_every_figure_has_a_birthplace(resolved: Resolved) -> None:
    found = figures(resolved.raw)
    assert len(found) > 100
    assert [figure.path for figure in found if figure.standing == "unstated"] == []
    assert [figure.path for figure in found if not figure.source] == []


def test_given_figures_cite_a_known_tag(resolved: Resolved) -> None:
    given = [figure for figure in figures(resolved.raw) if figure.standing == "given"]
    assert given
    assert {figure.source for figure in given} <= GIVEN_TAGS


def test_low_and_high_bracket_the_assumed_value(resolved: Resolved) -> None:
    outside = [
        (figure.path, figure.low, figure.value, figure.high)
        for figure in figures(resolved.raw)
        if isinstance(figure.value, int | float)
        and not (
            (figure.low is None or figure.low <= figure.value)
            and (figure.high is None or figure.value <= figure.high)
        )
    ]
    assert outside == []


def test_only_assumed_figures_carry_a_range(scenario: Scenario) -> None:
    for row in scenario.sources:
        assert (row.low is None) == (row.high is None), row.id
        assert row.low is None or row.standing == "assumed", row.id


def test_titles_stories_and_questions_are_in_both_languages(scenario: Scenario) -> None:
    about = scenario.about
    for chinese, english in (
        (about.title_zh, about.title_en),
        (about.story_zh, about.story_en),
        (about.question_zh, about.question_en),
    ):
        assert _is_chinese(chinese)
        assert english.strip()
        assert not _is_chinese(english)


def test_names_are_in_both_languages(scenario: Scenario) -> None:
    named = [
        *scenario.zones, *scenario.points, *scenario.services, *scenario.calendar,
        *scenario.groups.values(), *scenario.callers.values(), *scenario.travel.modes.values(),
    ]
    for thing in named:
        assert _is_chinese(thing.name_zh), thing
        assert thing.name_en.strip(), thing
        assert not _is_chinese(thing.name_en), thing


def test_assumptions_are_explained_in_both_languages(scenario: Scenario) -> None:
    for row in scenario.sources:
        if row.standing == "assumed":
            assert _is_chinese(row.source), row.id
            assert "assumed" in row.source, row.id


def test_it_runs_for_a_few_days_and_keeps_all_that_is_always_true(name: str) -> None:
    resolved = prepare(name, ["time.days=2", "time.warm_up_days=0", "time.cool_down_days=1"])
    result, _ = simulated(resolved.scenario, 1, 0)
    assert len(result.requests) > 0
    assert [violation.line("en") for violation in verify(result)] == []


def test_its_answers_can_be_asked(name: str) -> None:
    resolved = prepare(name)
    assert len(asked(resolved)) == len(resolved.scenario.answers)
    if len(resolved.folders) == 1:
        assert resolved.scenario.answers


def test_points_have_the_people_their_services_need(scenario: Scenario) -> None:
    """On every weekday a point is open, whoever a service needs is on duty some time that day."""
    short = [
        (point.id, service.id, weekday)
        for point, service in itertools.product(scenario.points, scenario.services)
        if service.mode == ServiceMode.VISIT and _offers(point, service)
        for weekday in range(7)
        if point.open.days[weekday] and _on_duty(scenario, point, service, weekday) < service.crew
    ]
    assert short == []


def test_decheng_has_the_published_population_and_areas(decheng: Scenario) -> None:
    assert len(decheng.zones) == 7
    # each town is published to the nearest hundred
    assert abs(sum(zone.population for zone in decheng.zones) - 695_310) <= 7 * 50
    assert sum(zone.area_km2 for zone in decheng.zones) == pytest.approx(245.3)


def test_decheng_ages_follow_the_census(decheng: Scenario) -> None:
    for zone in decheng.zones:
        old = sum(zone.pop[group] for group in ("elders", "aged80", "dependent", "hardship"))
        assert old == round(zone.population * CENSUS_60 / CENSUS_TOTAL)
        infants = (CENSUS_0 + CENSUS_1_TO_4 / 2) / CENSUS_TOTAL
        assert zone.pop["infants"] == round(zone.population * infants)
        aged80 = zone.population * CENSUS_80 / CENSUS_TOTAL
        frail = 0.4 * (zone.pop["dependent"] + zone.pop["hardship"])
        assert zone.pop["aged80"] == pytest.approx(aged80 - frail, abs=2)
        assert zone.pop["dependent"] == pytest.approx(0.04 * old, abs=1)
        assert zone.pop["hardship"] == pytest.approx(0.0025 * old, abs=1)


def test_decheng_towns_lie_beside_each_other_and_hold_their_points(decheng: Scenario) -> None:
    squares = {zone.id: _square(zone.lat, zone.lon, zone.area_km2) for zone in decheng.zones}
    for one, other in itertools.combinations(squares.values(), 2):
        width = min(one[1], other[1]) - max(one[0], other[0])
        height = min(one[3], other[3]) - max(one[2], other[2])
        assert width <= 0.05 or height <= 0.05
    for point in decheng.points:
        x, y = _km(point.lat, point.lon)
        west, east, south, north = squares[point.zone]
        assert west <= x <= east, point.id
        assert south <= y <= north, point.id
    centre = {zone.id: _km(zone.lat, zone.lon) for zone in decheng.zones}
    assert min(centre, key=lambda z: centre[z][1]) == "huangheya"
    assert max(centre, key=lambda z: centre[z][1]) == "ertun"


def test_every_town_of_decheng_has_its_own_service_point(decheng: Scenario) -> None:
    towns = [point.zone for point in decheng.points if point.level == "town"]
    assert sorted(towns) == sorted(zone.id for zone in decheng.zones)
    assert sum(point.level == "village" for point in decheng.points) == 5


def test_decheng_gets_about_52_visits_and_100_calls_a_day(decheng: Scenario) -> None:
    visits = _visits_per_day(decheng)
    calls = _calls_per_day(decheng)
    assert visits == pytest.approx(52, rel=0.1)
    assert calls == pytest.approx(100, rel=0.1)
    needs = sum(
        _per_day(decheng, stream) * (1 - stream.false_prob)
        for stream in decheng.requests
        if stream.channel in (Channel.PHONE, Channel.BUTTON) and _is_visit(decheng, stream)
    )
    assert 0.14 <= needs / calls <= 0.47


def test_decheng_is_asked_by_every_channel(decheng: Scenario) -> None:
    channels = {stream.channel for stream in decheng.requests}
    assert channels | ({Channel.PLAN} if decheng.plans else set()) == set(Channel)


def test_decheng_loaded_has_twice_the_calls_and_as_many_visits(decheng: Scenario) -> None:
    loaded = load("decheng-loaded")
    assert _calls_per_day(loaded) == pytest.approx(200, rel=0.01)
    assert _visits_per_day(loaded) == pytest.approx(_visits_per_day(decheng))


def test_one_cell_of_decheng_loaded_sets_the_seats() -> None:
    def seats(changes: tuple[str, ...]) -> dict[str, int]:
        return {g.id: g.count for g in load("decheng-loaded", changes).operators if g.count}

    assert seats(()) == {"desk": 2}
    assert seats(("operators.desk.count=3",)) == {"desk": 3}


def test_the_calendar_is_that_of_2026(decheng: Scenario) -> None:
    rows = {row.id: row for row in decheng.calendar}
    assert (rows["may-day"].first, rows["may-day"].last) == (date(2026, 5, 1), date(2026, 5, 5))
    assert rows["may-day-swap"].first.weekday() == 5
    assert rows["mothers-day"].first == date(2026, 5, 10)
    assert rows["mothers-day"].first.weekday() == 6
    start = decheng.time.start
    assert start.weekday() == 0
    counted = (rows["may-day"].first - start).days
    assert decheng.time.warm_up_days <= counted < decheng.time.warm_up_days + decheng.time.days


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _km(lat: float, lon: float) -> tuple[float, float]:
    return lon * KM_PER_DEGREE * math.cos(math.radians(37.45)), lat * KM_PER_DEGREE


def _square(lat: float, lon: float, area_km2: float) -> tuple[float, float, float, float]:
    (x, y), half = _km(lat, lon), math.sqrt(area_km2) / 2
    return x - half, x + half, y - half, y + half


def _offers(point: Point, service: Service) -> bool:
    return service.id in point.services or "all" in point.services


def _on_duty(scenario: Scenario, point: Point, service: Service, weekday: int) -> int:
    runs = {shift.id for shift in scenario.shifts if weekday in shift.days}
    return sum(
        group.count
        for group in scenario.caregivers
        if group.point == point.id
        and runs.intersection(group.shifts)
        and group.grade >= service.grade
        and (not service.skill or service.skill in group.skills)
    )


def _per_day(scenario: Scenario, stream: Stream) -> float:
    if stream.per_day is not None:
        return stream.per_day * scenario.demand.growth
    people = sum(zone.pop.get(stream.group, 0) for zone in scenario.zones)
    assert stream.per_1000_per_month is not None
    return stream.per_1000_per_month * people / 1000 * 12 / 365.25 * scenario.demand.growth


def _is_visit(scenario: Scenario, stream: Stream) -> bool:
    modes = {service.id: service.mode for service in scenario.services}
    return modes[stream.service] == ServiceMode.VISIT


def _visits_per_day(scenario: Scenario) -> float:
    asked = sum(
        _per_day(scenario, stream) * (1 - stream.false_prob)
        for stream in scenario.requests
        if _is_visit(scenario, stream)
    )
    planned = sum(
        plan.per_day(sum(zone.pop.get(plan.group, 0) for zone in scenario.zones))
        for plan in scenario.plans
    )
    return asked + planned


def _calls_per_day(scenario: Scenario) -> float:
    """First calls, by telephone or by button; redials, chasing and call-backs come on top."""
    return sum(
        _per_day(scenario, stream)
        for stream in scenario.requests
        if stream.channel in (Channel.PHONE, Channel.BUTTON)
    )
