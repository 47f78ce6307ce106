"""Orders, offers, caregivers and crews against the slow second implementation, row by row.

A kilometre takes a second, services and windows take a few: many things happen at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.geography import centre, project
from sim.scenario.quantities import WeeklyHours
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, MINUTE, NEVER, WhenIdle
from tests.naive import Shift
from tests.naive_county import Care, Carer, Dispatch, Rules, Spot, Station, Task
from tests.row_kit import (
    SECOND,
    Log,
    cases,
    duties,
    lines_of_model,
    lines_of_naive,
    played,
    seconds,
    shifts,
)
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

PLAIN, NURSING, PAIR, NURSES = range(4)
CARES = [
    Care(4 * SECOND, priority=5, door=2 * SECOND),
    Care(3 * SECOND, priority=2, door=2 * SECOND),
    Care(3 * SECOND, crew=2, priority=5, door=2 * SECOND),
    Care(2 * SECOND, crew=2, priority=2, door=2 * SECOND),
]
NEEDS = ("", "nurse", "", "nurse")
POINTS = 3
ONE_POINT = ("all", "s3", "s3")
"""Services of the points where only the first one is asked: nobody needs two nurses."""
MEMBERS = 2
"""people in each group; a point has a plain group and one of nurses"""


@lru_cache
def county() -> Scenario:
    """Three points, each with people who can do everything and people who cannot nurse."""
    changes: dict[str, Any] = {
        "time.days": 1, "time.cool_down_days": 0, "services": {}, "requests": {}, "points": {},
        "caregivers": {}, "operators.desk.count": 1, "travel.detour": 1.0,
        "travel.modes.ebike.kmh": 3600,
        "zones.town.lat": 37.45, "zones.town.lon": 116.3,
        "zones.village": {
            "name_zh": "村", "name_en": "Village", "lat": 37.45, "lon": 116.36, "area_km2": 9.0,
            "population": 100, "pop_elder": 100,
        },
    }
    for number, (care, skill) in enumerate(zip(CARES, NEEDS, strict=True)):
        changes["services"][f"s{number}"] = {
            "name_zh": "照护", "name_en": "Care", "mode": "visit", "duration_dist": "constant",
            "duration_value_s": care.mean / SECOND, "crew": care.crew, "priority": care.priority,
            "skill": skill, "no_show_prob": 0.5, "door_min": care.door / MINUTE,
        }
        changes["requests"][f"r{number}"] = {
            "channel": "plan", "service": f"s{number}", "group": "elder", "per_day": 1,
        }
    for number, (lat, lon) in enumerate([(37.45, 116.33), (37.48, 116.36), (37.45, 116.38)]):
        changes["points"][f"p{number}"] = {
            "name_zh": "站", "name_en": "Point", "zone": "village" if number else "town",
            "lat": lat, "lon": lon, "open": "always", "services": "all", "accept_prob": 0.5,
        }
        for kind, skills in (("plain", ""), ("nurse", "nurse")):
            changes["caregivers"][f"p{number}-{kind}"] = {
                "point": f"p{number}", "count": MEMBERS, "shifts": "round", "mode": "ebike",
                "skills": skills,
            }
    return build(raw_small(), **changes)


@lru_cache
def spots() -> list[Spot]:
    zones, points = county().zones, county().points
    origin = centre([z.lat for z in zones], [z.lon for z in zones])
    return [
        (*project(p.lat, p.lon, *origin), len(zones) + n) for n, p in enumerate(points)
    ]


def with_rules(
    rules: Rules, hours: Sequence[list[tuple[int, int]]], services: Sequence[str]
) -> Scenario:
    scenario = county()
    dispatch = scenario.dispatch.model_copy(update={
        "choose_point": rules.choose_point, "choose_order": rules.choose_order,
        "choose_caregiver": rules.choose_caregiver,
        "offer_timeout_min": min(rules.timeout, 1000 * DAY) / MINUTE,
        "max_offers": rules.max_offers, "retry_min": rules.retry / MINUTE,
        "max_travel_min": rules.max_travel_min, "borrow_km": rules.borrow_km,
        "gather_after_min": min(rules.gather_after, 1000 * DAY) / MINUTE,
        "overtime_min": rules.overtime / MINUTE,
        "when_idle": WhenIdle.RETURN if rules.goes_back else WhenIdle.STAY,
    })
    places = [*(zone.id for zone in scenario.zones), *(point.id for point in scenario.points)]
    travel = scenario.travel.model_copy(update={
        "minutes": {
            a: dict(zip(places, row, strict=True))
            for a, row in zip(places, rules.matrix, strict=False)
        },
        "access_min": rules.access / MINUTE, "speed_by_hour": tuple(1 / s for s in rules.slow),
    })
    points = [
        point.model_copy(update={
            "open": WeeklyHours(text="", days=(tuple(spans),) * 7), "services": offered,
        })
        for point, spans, offered in zip(scenario.points, hours, services, strict=True)
    ]
    zones = [
        zone.model_copy(update={"road_factor": factor})
        for zone, factor in zip(scenario.zones, rules.roads, strict=True)
    ]
    return scenario.model_copy(update={
        "dispatch": dispatch, "travel": travel, "points": tuple(points), "zones": tuple(zones),
    })


def drawn(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    return [
        {
            "time": task.time, "stream": task.service, "service": task.service,
            "zone": task.zone, "x_km": task.home[0], "y_km": task.home[1],
            "duration": task.duration, "noise_out": task.noise_out, "noise_back": task.noise_back,
            "no_show_coin": 0.0 if task.no_show else 0.9, "order_patience": task.patience,
            "due": task.due, "offer_delay": task.delays,
            "offer_coin": [0.0 if accepts else 0.9 for accepts in task.accepts],
            **({"window_open": task.window[0], "window_close": task.window[1]}
               if task.window else {}),
        }
        for task in tasks
    ]


def compare(
    tasks: list[Task], people: Sequence[list[Shift]], rules: Rules,
    hours: Sequence[list[tuple[int, int]]] = ([(0, DAY)],) * POINTS,
    services: Sequence[str] = ("all",) * POINTS, start: int = 0,
) -> Dispatch:
    """Play both, every time later by ``start``; the orders, visits and shifts must be the same."""
    tasks = sorted((later(task, start) for task in tasks), key=lambda task: task.time)
    for task in tasks:
        task.home = (*task.home[:2], task.zone)
    people = [[later_shift(shift, start) for shift in own] for own in people]
    hours = [[(a + start, min(DAY, b + start)) for a, b in spans] for spans in hours]
    scenario = with_rules(rules, hours, [names if names == "all" else tuple(names.split("|"))
                                         for names in services])
    roster = duties(people, first=1)
    log = played(scenario, workload(scenario, drawn(tasks)), roster)
    stations = [
        Station(
            spots()[n],
            {s for s in range(len(CARES)) if names == "all" or f"s{s}" in names},
            zone=min(n, 1), open_spans=list(spans),
        )
        for n, (spans, names) in enumerate(zip(hours, services, strict=True))
    ]
    carers = [
        Carer(
            n, (n - 1) // (2 * MEMBERS),
            set(range(4)) if (n - 1) // MEMBERS % 2 else {PLAIN, PAIR}, list(own),
        )
        for n, own in enumerate(people, 1)
    ]
    naive = Dispatch(tasks, carers, stations, CARES, rules)
    assert orders_of_model(log) == orders_of_naive(naive)
    assert offers_of_model(log) == offers_of_naive(naive)
    assert visits_of_model(log) == visits_of_naive(naive)
    assert parts_of_model(log) == naive.parts()
    assert lines_of_model(log) == lines_of_naive(naive.sheet)
    return naive


def later(task: Task, start: int) -> Task:
    window = task.window and (task.window[0] + start, task.window[1] + start)
    due = task.due if task.due == NEVER else task.due + start
    return replace(task, time=task.time + start, window=window, due=due)


def later_shift(shift: Shift, start: int) -> Shift:
    breaks = [(first + start, last + start, length) for first, last, length in shift.breaks]
    return Shift(shift.start + start, shift.end + start, breaks)


def orders_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (
            o["order"], o["request"], o["state"], o["reason"], o["point"], o["created"],
            o["accepted"], o["eligible"], o["gathering"], o["departed"], o["started"], o["ended"],
            o["cancelled"], bool(o["borrowed"]),
        )
        for o in log["orders"]
    ]


def orders_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return [
        (
            o.number, o.request, o.state, o.reason, o.point, o.created, o.accepted, o.eligible,
            o.gathering if o.departed >= 0 else -1, o.departed, o.started, o.ended, o.cancelled,
            o.borrowed,
        )
        for o in naive.orders
    ]


def offers_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (o["order"], o["offer"], o["point"], o["offered"], o["closed"], o["result"])
        for o in log["offers"]
    )


def offers_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return [(o.number, k, *offer) for o in naive.orders for k, offer in enumerate(o.offers)]


def visits_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (
            v["order"], v["caregiver"], v["held"], v["departed"], v["arrived"], v["started"],
            v["ended"], bool(v["no_show"]), v["from_x_km"], v["from_y_km"],
        )
        for v in log["visits"]
    )


def visits_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return sorted(
        (
            v.order, v.caregiver, v.held, v.departed, v.arrived, v.started, v.ended, v.no_show,
            *v.start[:2],
        )
        for v in naive.outings
    )


def parts_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (
            part["staff"], "reserved" if part["reason"] == "reserved" else part["state"],
            part["start"], part["end"], part["order"],
        )
        for part in log["timesheet"]
        if part["state"] != "idle" or part["reason"] == "reserved"
    )


# -- cases ---------------------------------------------------------------------------------------

homes = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(
    lambda away: (spots()[0][0] + away[0], spots()[0][1] + away[1], 0)
)
choose_order = st.sampled_from(("priority", "fcfs", "earliest_due", "nearest"))
choose_caregiver = st.sampled_from(("nearest", "longest_idle", "least_busy", "least_skilled"))
choose_point = st.sampled_from(("nearest", "own_town", "nearest_free", "least_delay"))
on_duty_always = [Shift(0, DAY)]
limits = st.one_of(seconds(0, 25), st.just(NEVER), st.just(NEVER))


def tasks(**columns: Any) -> st.SearchStrategy[list[Task]]:
    given: dict[str, Any] = {
        "time": seconds(0, 12), "service": st.just(PLAIN), "home": homes,
        "duration": seconds(0, 8), **columns,
    }
    return st.lists(st.builds(Task, **given), max_size=14)


def team(*working: int) -> list[list[Shift]]:
    """Everybody's shifts where only the people of these numbers work, round the clock."""
    return [on_duty_always if n in working else [] for n in range(2 * MEMBERS * POINTS)]


first_point = st.sets(st.integers(0, 2 * MEMBERS - 1), min_size=1, max_size=4)
minutes = st.lists(
    st.lists(st.integers(1, 5).map(lambda n: n / 60), min_size=5, max_size=5).map(tuple),
    min_size=5, max_size=5,
).map(tuple)
rules = st.builds(
    Rules, min_per_km=st.just(60 / 3600), choose_order=choose_order,
    choose_caregiver=choose_caregiver, goes_back=st.booleans(),
    access=st.sampled_from([0, SECOND]), roads=st.just((1.0, 1.0)) | st.just((1.0, 2.0)),
    matrix=st.just(()) | st.just(()) | minutes,
)


@cases
@given(
    tasks(
        service=st.sampled_from((PLAIN, NURSING)), due=limits, patience=limits,
        noise_out=st.sampled_from((1.0, 0.5, 2.0)), noise_back=st.sampled_from((1.0, 2.0)),
        no_show=st.booleans(),
    ),
    first_point,
    rules,
)
def test_one_points_dispatch(tasks: list[Task], working: set[int], rules: Rules) -> None:
    compare(tasks, team(*working), rules, services=ONE_POINT)


point_one_shifts = st.lists(shifts(30), min_size=2 * MEMBERS, max_size=2 * MEMBERS).map(
    lambda own: [*own, *team()[2 * MEMBERS:]]
)


@cases
@given(
    tasks(
        time=seconds(0, 25), service=st.sampled_from((PLAIN, NURSING)), patience=limits,
        noise_out=st.sampled_from((1.0, 0.5, 2.0)), noise_back=st.sampled_from((1.0, 2.0)),
        no_show=st.booleans(),
    ),
    point_one_shifts,
    rules,
    seconds(0, 3),
    st.sampled_from((0, HOUR - 12 * SECOND, 2 * HOUR - 12 * SECOND)),
)
def test_caregivers_shifts_breaks_and_rush_hours(
    tasks: list[Task], people: list[list[Shift]], rules: Rules, overtime: int, start: int
) -> None:
    rules = replace(rules, overtime=overtime, slow=(2.0, 1.0, *(4.0,) * 22))
    compare(tasks, people, rules, services=ONE_POINT, start=start)


def three_points() -> list[list[Shift]]:
    """One of each group works at each point."""
    return team(*range(0, 2 * MEMBERS * POINTS, MEMBERS))


hours = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), max_size=2).map(
    lambda spans: [
        (sum(a + b for a, b in spans[:n]) * SECOND + gap * SECOND,
         sum(a + b for a, b in spans[:n + 1]) * SECOND)
        for n, (gap, _) in enumerate(spans)
    ]
) | st.just([(0, DAY)])
answers = {
    "delays": st.lists(seconds(0, 4), min_size=6, max_size=6),
    "accepts": st.lists(st.booleans(), min_size=6, max_size=6),
}
offered = {
    "services": st.lists(st.sampled_from(("all", "s0", "s0|s1")), min_size=3, max_size=3),
    "hours": st.lists(hours, min_size=3, max_size=3),
}
dispatch = st.builds(
    Rules, min_per_km=st.just(60 / 3600), choose_point=choose_point, timeout=seconds(1, 4),
    max_offers=st.integers(1, 3), retry=seconds(1, 5),
    max_travel_min=st.sampled_from((4.5 / 60, 7 / 60, 1e9)),
)


@cases
@given(
    tasks(
        service=st.sampled_from((PLAIN, NURSING)), patience=limits, zone=st.integers(0, 1),
        **answers,
    ),
    dispatch,
    st.fixed_dictionaries(offered),
)
def test_offers(tasks: list[Task], rules: Rules, places: dict[str, Any]) -> None:
    compare(tasks, three_points(), rules, **places)


windows = st.tuples(seconds(5, 30), seconds(0, 4)).map(lambda w: (w[0], w[0] + w[1]))


@cases
@given(
    tasks(
        service=st.sampled_from((PLAIN, NURSING)), patience=limits,
        window=st.none() | windows, noise_out=st.sampled_from((1.0, 0.5, 2.0)), **answers,
    ),
    point_one_shifts,
    rules,
    st.lists(hours, min_size=2, max_size=2).map(lambda two: [*two, [(0, DAY)]]),
    seconds(0, 3),
    st.sampled_from((0, HOUR - 12 * SECOND, 2 * HOUR - 12 * SECOND)),
)
def test_booked_windows(
    tasks: list[Task], people: list[list[Shift]], rules: Rules,
    hours: list[list[tuple[int, int]]], overtime: int, start: int,
) -> None:
    rules = replace(rules, overtime=overtime, slow=(2.0, 1.0, *(4.0,) * 22), timeout=2 * SECOND)
    people[2 * MEMBERS] = on_duty_always
    compare(tasks, people, rules, hours, start=start)


@cases
@given(
    tasks(
        service=st.sampled_from((PLAIN, NURSING, PAIR, NURSES)), patience=limits,
        window=st.none() | windows, noise_out=st.sampled_from((1.0, 2.0)),
    ),
    rules,
    st.sampled_from((0.0, 4.0, 7.0)),
    seconds(0, 6),
)
def test_crews_and_borrowing(
    tasks: list[Task], rules: Rules, borrow_km: float, gather_after: int
) -> None:
    rules = replace(rules, borrow_km=borrow_km, gather_after=gather_after, choose_point="nearest")
    compare(tasks, team(0, 1, 2, 4, 6, 7, 10), rules)


@cases
@given(
    tasks(
        time=seconds(0, 25), service=st.sampled_from((PLAIN, NURSING, PAIR, NURSES)),
        patience=limits, window=st.none() | windows, noise_out=st.sampled_from((1.0, 2.0)),
        no_show=st.booleans(), zone=st.integers(0, 1), **answers,
    ),
    st.lists(shifts(30), min_size=2 * MEMBERS * POINTS, max_size=2 * MEMBERS * POINTS),
    rules,
    dispatch,
    st.sampled_from((0.0, 4.0, 7.0)),
    seconds(0, 6),
    seconds(0, 3),
)
def test_everything_together(
    tasks: list[Task], people: list[list[Shift]], rules: Rules, offers: Rules, borrow_km: float,
    gather_after: int, overtime: int,
) -> None:
    rules = replace(
        rules, borrow_km=borrow_km, gather_after=gather_after, overtime=overtime,
        choose_point=offers.choose_point, timeout=offers.timeout, max_offers=offers.max_offers,
        retry=offers.retry, max_travel_min=offers.max_travel_min,
    )
    compare(tasks, people, rules)


def test_a_crew_is_found_though_the_first_choice_would_make_the_others_late() -> None:
    """The one idle the longest is far away; two near ones, whose shifts end soon, can go."""
    spot = spots()[0]
    far = (spot[0] + 40, spot[1], 0)
    ends = 130 * SECOND
    people = [[Shift(0, 500 * SECOND)], [Shift(0, ends)], [Shift(110 * SECOND, ends)]]
    naive = compare(
        [
            Task(0, PLAIN, far, SECOND),
            Task(0, PLAIN, spot, 60 * SECOND),
            Task(112 * SECOND, PAIR, spot, SECOND),
        ],
        [*people, *team()[3:]],
        Rules(60 / 3600, goes_back=False, choose_caregiver="longest_idle"),
        services=ONE_POINT,
    )
    assert naive.orders[2].departed == 112 * SECOND


def test_an_order_whose_reserved_caregiver_is_too_late_goes_to_somebody_else() -> None:
    """At two o'clock the roads get four times slower: the one near by, whose shift ends soon, was
    kept for the order and can no longer make it; the other one, at the point, can."""
    two = 2 * HOUR
    spot = spots()[0]
    window = (two + 4 * SECOND, two + 4 * SECOND)
    naive = compare(
        [
            Task(0, PLAIN, (spot[0] + 4, spot[1], 0), SECOND),
            Task(0, PLAIN, (spot[0] + 5, spot[1], 0), SECOND, window=window),
        ],
        [[Shift(0, two + 9 * SECOND)], [Shift(two - 60 * SECOND, two + HOUR)], *team()[2:]],
        Rules(60 / 3600, goes_back=False, slow=(1.0, 1.0, *(4.0,) * 22)),
        services=ONE_POINT,
    )
    assert naive.outings[1].caregiver == 2
