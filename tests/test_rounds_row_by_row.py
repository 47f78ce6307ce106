"""Kitchens and delivery rounds against the slow second implementation, row by row."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.naive import DAY, NEVER, Shift
from tests.naive_rounds import Ask, Cook, Item, World
from tests.rounds_kit import ERRAND, HELP, LUNCH, MEMBERS, SECOND, compare, spots
from tests.row_kit import cases

NOISE = (1.0, 0.5, 2.0, 4.0)


def asks(dice: Random) -> list[Ask]:
    """Up to 14 requests within 20 seconds; only lunch is booked."""
    x, y, _ = spots()[0]
    found = []
    for _ in range(dice.randint(0, 14)):
        item = dice.choice((HELP, LUNCH, LUNCH, LUNCH, ERRAND, ERRAND))
        found.append(Ask(
            dice.randint(0, 20) * SECOND, item,
            (x + dice.randint(-4, 6), y + dice.randint(-3, 3), 0), dice.randint(0, 5) * SECOND,
            dice.randint(0, 1), dice.choice(NOISE), dice.choice(NOISE), dice.random() < 0.3,
            dice.choice((dice.randint(0, 40) * SECOND, NEVER, NEVER)),
            dice.choice((12, 25, 25, 40)) * SECOND if item == LUNCH else None,
            dice.choice((0.1, 0.3, 0.9, 0.9, 0.9)), dice.randint(0, 9) * SECOND,
        ))
    return found


def hours(dice: Random) -> list[tuple[int, int]]:
    opens = dice.randint(0, 15) * SECOND
    return dice.choice((
        [(0, DAY)], [(opens, opens + dice.randint(5, 45) * SECOND)],
        [(5 * SECOND, 20 * SECOND), (25 * SECOND, 60 * SECOND)],
    ))


def cook(dice: Random, point: int) -> Cook:
    return Cook(
        point, dice.choice(([0], [0, 1], [1], [point])),
        dice.choice(({LUNCH, ERRAND}, {LUNCH, ERRAND}, {LUNCH}, {ERRAND})),
        dice.choice((0, 1, 3, 100, 100)), hours(dice), dice.choice((0.0, 0.2)),
        dice.choice((0.0, 0.25)),
    )


def item(dice: Random, size: int) -> Item:
    return Item(
        3 * SECOND, dice.choice((3, 5)), 2 * SECOND, size, dice.randint(0, 6) * SECOND,
        dice.randint(0, 8) * SECOND, dice.choice((DAY, DAY, dice.randint(0, 20) * SECOND)),
        dice.random() < 0.4,
    )


def world(dice: Random) -> World:
    minutes = tuple(tuple(dice.randint(1, 5) / 60 for _ in range(4)) for _ in range(4))
    return World(
        spots(), [0, 1], [item(dice, 0), item(dice, dice.randint(1, 5)),
                          item(dice, dice.randint(1, 4))],
        [cook(dice, 0), cook(dice, 1)], 60 / 3600,
        dice.choice(("nearest", "own_town", "nearest_free")),
        dice.choice(("priority", "fcfs", "nearest")), dice.choice(("nearest", "longest_idle")),
        dice.choice((0, SECOND)), dice.randint(0, 3) * SECOND,
        dice.choice(((1.0, 1.0), (1.0, 2.0))), (1.0,) * 24, dice.choice(((), (), minutes)),
        dice.choice((6 / 60, 1e9)),
    )


def shifts(dice: Random) -> list[Shift]:
    """Always there; or up to two shifts, perhaps with a break."""
    if dice.random() < 0.5:
        return [Shift(0, 3 * DAY)]
    found, time = [], dice.randint(0, 8)
    for _ in range(dice.randint(0, 2)):
        end = time + dice.randint(5, 40)
        rest = time + dice.randint(0, 15)
        breaks = [(rest * SECOND, (rest + 3) * SECOND, 2 * SECOND)]
        found.append(Shift(time * SECOND, end * SECOND, breaks if dice.random() < 0.5 else []))
        time = end + dice.randint(0, 4)
    return found


@cases
@given(st.integers(0, 2**32))
def test_kitchens_and_rounds(seed: int) -> None:
    dice = Random(seed)
    requests, setting = asks(dice), world(dice)
    compare(requests, [shifts(dice) for _ in range(2 * MEMBERS)], setting)


def test_the_cases_are_of_every_kind() -> None:
    """Nothing that the comparison is about is missing from it."""
    seen: Counter[str] = Counter()
    for seed in range(60):
        dice = Random(seed)
        requests, setting = asks(dice), world(dice)
        naive = compare(requests, [shifts(dice) for _ in range(2 * MEMBERS)], setting)
        seen.update(job.reason for job in naive.jobs)
        seen.update(job.hand for job in naive.jobs if job.started >= 0)
        seen.update(trip.cause for trip in naive.trips if trip.departed >= 0)
        seen["turned back"] += sum(leg[6] >= 0 for leg in naive.legs)
        seen["several doors"] += sum(job.place > 0 for job in naive.jobs)
        seen["next day"] += sum(job.left // DAY > 0 for job in naive.jobs if job.cook >= 0)
        seen["other point"] += sum(job.ready > job.left for job in naive.jobs)
    wanted = {
        "gave_up", "no_point", "after_cut_off", "kitchens_full", "kitchen_stopped", "delivered",
        "carried", "collected", "full", "waited", "wave", "turned back", "several doors",
        "next day", "other point",
    }
    assert [kind for kind in sorted(wanted) if not seen[kind]] == []
