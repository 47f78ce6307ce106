"""Orders, offers, caregivers and crews against the slow second implementation, row by row.

Each case is a function of its seed.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from sim.words.kinds import DAY, HOUR
from tests.chance import seeds
from tests.naive import Shift
from tests.naive_facts import Rules, Task
from tests.orders_cases import ALWAYS, EVERYBODY, RUSH, Orders, team
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
from tests.row_kit import cases


@cases
@given(seeds)
def test_one_points_dispatch(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, due=draw.limit, noise_back=draw.noise, no_show=draw.coin)
    working = draw.rng.permutation(2 * MEMBERS)[:draw.number(1, 4)].tolist()
    compare(tasks, team(*working), draw.rules(), services=ONE_POINT)


@cases
@given(seeds)
def test_caregivers_shifts_breaks_and_rush_hours(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(PLAIN, NURSING, until=25, noise_back=draw.noise, no_show=draw.coin)
    rules = draw.rules(overtime=draw.seconds(0, 3), slow=RUSH)
    compare(tasks, draw.people(1), rules, services=ONE_POINT, start=draw.start())


@cases
@given(seeds)
def test_offers(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, noise=(1.0,), zone=draw.zone, delays=draw.delays, accepts=draw.accepts)
    one_of_each_group = team(*EVERYBODY[::MEMBERS])
    rules = Rules(60 / 3600, **draw.offers(), **draw.urgent())
    compare(tasks, one_of_each_group, rules, **draw.places())


@cases
@given(seeds)
def test_booked_windows(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, window=draw.window, delays=draw.delays, accepts=draw.accepts)
    rules = draw.rules(overtime=draw.seconds(0, 3), slow=RUSH, timeout=2 * SECOND)
    people = draw.people(1)
    people[2 * MEMBERS] = ALWAYS
    hours = [draw.hours(), draw.hours(), [(0, DAY)]]
    compare(tasks, people, rules, hours, start=draw.start())


@cases
@given(seeds)
def test_crews_and_borrowing(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, PAIR, NURSES, noise=(1.0, 2.0), window=draw.window)
    compare(tasks, team(0, 1, 2, 4, 6, 7, 10), draw.rules(**draw.helping()))


@cases
@given(seeds)
def test_everything_together(seed: int) -> None:
    draw = Orders(seed)
    tasks = draw.tasks(
        PLAIN, NURSING, PAIR, NURSES, until=25, noise=(1.0, 2.0), window=draw.window,
        no_show=draw.coin, zone=draw.zone, delays=draw.delays, accepts=draw.accepts,
    )
    rules = draw.rules(**draw.offers(), **draw.helping(), overtime=draw.seconds(0, 3))
    compare(tasks, draw.people(POINTS), rules)


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
