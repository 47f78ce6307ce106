"""Orders, offers, caregivers and crews against the slow second implementation, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import DAY, HOUR, NEVER
from tests.naive import Shift
from tests.naive_facts import Rules, Task
from tests.orders_kit import (
    MEMBERS,
    NURSES,
    NURSING,
    ONE_POINT,
    PAIR,
    PLAIN,
    POINTS,
    SECOND,
    compare,
    spots,
)
from tests.row_kit import cases, seconds, shifts

homes = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(
    lambda away: (spots()[0][0] + away[0], spots()[0][1] + away[1], 0)
)
choose_order = st.sampled_from(("priority", "fcfs", "earliest_due", "nearest", "score"))
choose_caregiver = st.sampled_from(("nearest", "longest_idle", "least_busy", "least_skilled"))
choose_point = st.sampled_from(("nearest", "own_town", "nearest_free", "least_delay", "score"))
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


def weights(features: Iterable[str], ageing: str = "") -> st.SearchStrategy[dict[str, float]]:
    """A few features with a weight each; one that lets orders age counts for them only."""
    some = st.sampled_from((-1.0, -0.5, 0.25, 0.5, 1.0, 2.0))
    return st.dictionaries(st.sampled_from(sorted(features)), some, max_size=4).map(
        lambda chosen: {n: -abs(w) if n == ageing else w for n, w in chosen.items()}
    )


minutes = st.lists(
    st.lists(st.integers(1, 5).map(lambda n: n / 60), min_size=5, max_size=5).map(tuple),
    min_size=5, max_size=5,
).map(tuple)
order_weights = weights(OrderWeights.model_fields, ageing="age_min")
urgent = {
    "emergency": st.sampled_from((2, 2, 5, -1)), "reserve": st.sampled_from((0, 0, 1, 2)),
    "preempt": st.booleans(),
}
rules = st.builds(
    Rules, min_per_km=st.just(60 / 3600), choose_order=choose_order,
    choose_caregiver=choose_caregiver, goes_back=st.booleans(), order_weights=order_weights,
    **urgent,
    access=st.sampled_from([0, SECOND]), roads=st.just((1.0, 1.0)) | st.just((1.0, 2.0)),
    matrix=st.just(()) | st.just(()) | minutes,
)


@cases
@given(
    tasks(
        service=st.sampled_from((PLAIN, NURSING)), due=limits, patience=limits,
        noise_out=st.sampled_from((1.0, 0.5, 2.0)), noise_back=st.sampled_from((1.0, 0.5, 2.0)),
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
        noise_out=st.sampled_from((1.0, 0.5, 2.0)), noise_back=st.sampled_from((1.0, 0.5, 2.0)),
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
    point_weights=weights(PointWeights.model_fields), **urgent,
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
        point_weights=offers.point_weights,
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


def test_a_crew_leaves_without_the_one_held_first_who_would_make_it_too_late() -> None:
    """The first is at hand, but goes home soon; the two who come free later are far away."""
    spot = spots()[0]
    far = (spot[0] + 30, spot[1], 0)
    naive = compare(
        [
            Task(0, PLAIN, far, 0),
            Task(0, PLAIN, far, SECOND),
            Task(SECOND, PAIR, spot, SECOND),
        ],
        [[Shift(SECOND, 60 * SECOND)], [Shift(0, DAY)], [Shift(0, DAY)], *team()[3:]],
        Rules(60 / 3600, goes_back=False, gather_after=0),
        services=ONE_POINT,
    )
    assert naive.orders[2].departed == 31 * SECOND
    assert naive.releases == [(1, "gathering", SECOND, 31 * SECOND, 2)]


@pytest.mark.parametrize(("asked", "offered"), [(0, 5), (6, 6), (11, 30), (25, 30)])
def test_a_booked_order_whose_points_are_shut_through_its_window_takes_the_next_opening(
    asked: int, offered: int
) -> None:
    window = (15 * SECOND, 18 * SECOND)
    naive = compare(
        [Task(asked * SECOND, PLAIN, spots()[0], SECOND, window=window)], team(0),
        Rules(60 / 3600),
        [[(5 * SECOND, 10 * SECOND), (30 * SECOND, 40 * SECOND)], [], []],
        ("all", "s3", "s3"),
    )
    assert naive.orders[0].accepted == offered * SECOND
    assert naive.orders[0].departed == max(15, offered) * SECOND
