"""Shocks against the slow second implementation, row by row: the hotline closed and lines out of
order, points closed, people kept away, requests that come and do not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.words.kinds import DAY, HOUR
from sim.workload.draw import draw
from sim.workload.roster import duties as rostered
from tests.chance import seeds
from tests.naive import Agent, Desk, Rings, Shift
from tests.naive_shocks import Blow, requests, roster, still_open
from tests.orders_kit import NURSING, PAIR, PLAIN, SECOND
from tests.row_kit import cases, duties, lines_of_model, lines_of_naive, played
from tests.scenario_kit import build, raw_small
from tests.shocks_kit import compare_orders, struck
from tests.test_emergencies_row_by_row import Crowd
from tests.test_modes_row_by_row import county_of
from tests.test_row_by_row import (
    WHEN_CLOSED,
    calls_drawn,
    calls_of_model,
    calls_of_naive,
    desk_scenario,
    people_on_shifts,
    rings,
    with_hotline,
)
from tests.workload_kit import workload


def blows(unit: int, latest: int, longest: int, **keys: Any) -> st.SearchStrategy[list[Blow]]:
    """One to three shocks that begin and end on whole units, two in three of which happen."""
    one = st.builds(
        lambda first, length, **more: Blow("", first * unit, (first + length) * unit, **more),
        st.integers(0, latest), st.integers(1, longest), on=st.sampled_from((True, True, False)),
        **keys,
    )
    return st.lists(one, min_size=1, max_size=3).map(lambda found: [
        Blow(**{**vars(blow), "name": f"b{n}"}) for n, blow in enumerate(found)
    ])


def some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of these names, in their order; often none, which means all."""
    return st.sets(st.sampled_from(names), max_size=len(names) - 1).map(
        lambda chosen: tuple(name for name in names if name in chosen))


# -- the hotline -----------------------------------------------------------------------------------


class Outage(Desk):
    """A hotline whose lines can be out of order."""

    def __init__(self, *given: Any, blows: Sequence[Blow], **settings: Any) -> None:
        self.blows = blows
        super().__init__(*given, **settings)

    def _arrives(self, request: int, number: int) -> None:
        in_order = self.lines
        now = self.agenda.now
        self.lines -= sum(blow.lines for blow in self.blows if blow.lasts(now))
        super()._arrives(request, number)
        self.lines = in_order


@cases
@given(
    rings, people_on_shifts,
    blows(SECOND, 15, 9, lines=st.integers(0, 4), hotline=st.sampled_from((False, False, True))),
    st.integers(1, 6), st.integers(0, 1), st.sampled_from(WHEN_CLOSED), st.booleans(),
    st.sampled_from(([(0, DAY)], [(0, DAY)], [(2 * SECOND, 12 * SECOND)])),
)
def test_the_hotline_closed_and_lines_out_of_order(
    rows: list[Rings], people: list[list[Shift]], hit: list[Blow], lines: int, kept: int,
    when_closed: str, release: bool, hours: list[tuple[int, int]],
) -> None:
    rows.sort(key=lambda ring: ring.time)
    people[0] = [Shift(0, DAY)]
    scenario = struck(with_hotline(
        desk_scenario(), lines=lines, lines_for_buttons=kept, when_closed=when_closed,
        at_closing="release" if release else "serve",
        open=WeeklyHours(text="", days=(tuple(hours),) * 7),
    ), hit)
    log = played(scenario, workload(scenario, calls_drawn(rows)), duties(people))
    agents = [
        Agent(n, list(own), ("child",) if n >= 3 else ()) for n, own in enumerate(people)
    ]
    desk = Outage(
        rows, agents, lines=lines, kept=kept, when_closed=when_closed, release=release,
        open_spans=still_open(hours, [blow for blow in hit if blow.hotline]), blows=hit,
    )
    assert calls_of_model(log) == calls_of_naive(desk)
    assert lines_of_model(log) == lines_of_naive(desk.sheet)


# -- points ----------------------------------------------------------------------------------------


def closings(chance: Crowd, start: int) -> list[Blow]:
    found = []
    for n in range(chance.one_of(1, 1, 2, 3)):
        begins = start + chance.seconds(0, 40)
        found.append(Blow(
            f"b{n}", begins, begins + chance.seconds(1, 40), on=chance.one_of(True, True, False),
            points=chance.one_of(("p0",), ("p1",), ("p0", "p1"), ("p1", "p2"), ("p0", "p1", "p2")),
        ))
    return found


@cases
@given(seeds)
def test_closed_points(seed: int) -> None:
    chance = Crowd(seed)
    mode = chance.one_of("assign", "assign", "assign", "grab", "hybrid", "pool")
    more = {"preempt": False, "borrow_km": 0.0} if mode == "pool" else {}
    rules = chance.rules(
        offer_mode=mode, grab_to=chance.one_of("points", "caregivers"),
        grab_timeout=chance.seconds(1, 6), max_travel_min=chance.one_of(6 / 60, 15 / 60, 1e9),
        pool_km=chance.one_of(5.0, 100.0), **more,
    )
    case = county_of(chance, rules, PLAIN, PLAIN, NURSING, PAIR)
    compare_orders(case, closings(chance, case["start"]))


def test_the_cases_hold_orders_that_a_closing_changes() -> None:
    """So that the agreement above is about something: of 60 closings some move an order to
    another point, some make it wait, and some hit a booking."""
    moved = waited = booked = 0
    for seed in range(60):
        case = county_of(Crowd(seed), Crowd(seed).rules(reserve=0), PLAIN, NURSING, PAIR)
        plain = compare_orders(case, [])
        hit = compare_orders(case, closings(Crowd(seed), case["start"]))
        for before, after in zip(plain.orders, hit.orders, strict=True):
            moved += -1 != before.point != after.point != -1
            waited += after.accepted > before.accepted
            booked += before.point != after.point and (
                plain.tasks[before.request].window is not None)
    assert min(moved, waited, booked) > 0


# -- people ----------------------------------------------------------------------------------------


@lru_cache
def county() -> Scenario:
    """Two zones, two points, two streams; three groups of people in two shifts; two days. Every
    call takes 100 s and every visit half an hour."""
    words = {"name_zh": "甲", "name_en": "A"}
    return build(raw_small(), **{
        "time.cool_down_days": 0, "callers.client.talk": {"dist": "constant", "value_s": 100},
        "zones.village": {**words, "lat": 37.5, "lon": 116.4, "area_km2": 9.0,
                          "population": 1000, "pop_elder": 500},
        "points.hamlet": {**words, "zone": "village", "lat": 37.5, "lon": 116.4, "open": "always",
                          "services": "all"},
        "shifts.night": {"start": "18:00", "end": "06:00"},
        "shifts.day": {"start": "06:00", "end": "18:00"},
        "operators.desk": {"count": 2, "shifts": "day | night", "absence_prob": 0.2},
        "caregivers.team": {"point": "station", "count": 2, "shifts": "night", "mode": "ebike",
                            "absence_prob": 0.1},
        "caregivers.rural": {"point": "hamlet", "count": 2, "shifts": "round", "mode": "ebike"},
        "requests.others": {"channel": "phone", "service": "help", "group": "elder", "per_day": 9,
                            "share_client": 1},
    })


@cases
@given(
    blows(HOUR, 40, 30, attendance=st.sampled_from((0.0, 0.3, 0.5, 0.8, 1.0)),
          roles=some("operator", "caregiver"), staff=some("desk", "team", "rural"),
          staff_points=some("station", "hamlet")),
    st.integers(0, 2**32),
)
def test_people_kept_away(hit: list[Blow], seed: int) -> None:
    found = rostered(struck(county(), hit), seed, 0)
    assert sorted((duty.person, duty.date_ms, duty.absent) for duty in found) == sorted(
        roster(county(), hit, seed))


# -- requests --------------------------------------------------------------------------------------


@cases
@given(
    blows(HOUR, 40, 30, demand=st.sampled_from((0.0, 0.25, 0.5, 1.0, 1.5, 3.0, 6.0)),
          talk=st.sampled_from((0.5, 1.0, 1.3)), service=st.sampled_from((0.7, 1.0, 2.0)),
          streams=some("calls", "others"), zones=some("town", "village")),
    st.integers(0, 2**32),
)
def test_requests_that_come_and_do_not(hit: list[Blow], seed: int) -> None:
    hit = [Blow(**{**vars(blow), "ends": min(blow.ends, 2 * DAY)}) for blow in hit]
    plain, found = draw(county(), seed, 0), draw(struck(county(), hit), seed, 0)
    ordinary, asked = (
        list(zip(*(getattr(rows, name).tolist() for name in (
            "time", "stream", "zone", "talk", "duration")), strict=True))
        for rows in (plain, found)
    )
    assert sorted(asked) == requests(county(), ordinary, hit, seed, 100 * SECOND, 1800 * SECOND)
