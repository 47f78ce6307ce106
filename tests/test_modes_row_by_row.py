"""Offer modes against the slow second implementation, row by row; each case is a function of its
seed."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.words.kinds import HOUR
from tests.chance import seeds
from tests.naive_facts import Rules
from tests.naive_modes import Modes
from tests.orders_kit import MEMBERS, NURSING, PAIR, PLAIN, SECOND, compare
from tests.row_kit import cases
from tests.test_emergencies_row_by_row import Crowd


def county_of(chance: Crowd, rules: Rules, *services: int) -> dict[str, Any]:
    """A small random county under these rules, as :func:`tests.orders_kit.compare` takes it."""
    tasks = [chance.task(*services) for _ in range(int(chance.rng.integers(1, 9)))]
    for task in tasks:
        task.reaction = int(chance.rng.integers(2**62))
    people = chance.people(3, 0.4)
    people[MEMBERS] = chance.shifts()
    always = [(0, 24 * HOUR)]
    return {
        "tasks": tasks, "people": people, "rules": rules,
        "hours": [chance.one_of(always, always, [(4 * SECOND, 30 * SECOND)]) for _ in range(3)],
        "services": [chance.one_of("all", "all", "s0", "s0|s1") for _ in range(3)],
        "territories": [chance.one_of("", "", "town", "village") for _ in range(3)],
        "start": chance.one_of(0, HOUR - 12 * SECOND),
    }


def grabbing(chance: Crowd, mode: str) -> dict[str, Any]:
    rules = chance.rules(
        offer_mode=mode, grab_to=chance.one_of("points", "caregivers"),
        grab_timeout=chance.seconds(1, 6), react_prob=chance.one_of(1.0, 2.0 / 3),
        max_travel_min=chance.one_of(6 / 60, 15 / 60, 1e9),
    )
    return county_of(chance, rules, PLAIN, PLAIN, NURSING, PAIR)


def pooling(chance: Crowd) -> dict[str, Any]:
    rules = chance.rules(
        offer_mode="pool", pool_km=chance.one_of(5.0, 12.0, 100.0), preempt=False, borrow_km=0.0
    )
    return county_of(chance, rules, PLAIN, PLAIN, NURSING, PAIR)


@cases
@given(seeds)
def test_grab(seed: int) -> None:
    compare(**grabbing(Crowd(seed), "grab"), naive_of=Modes)


@cases
@given(seeds)
def test_hybrid(seed: int) -> None:
    compare(**grabbing(Crowd(seed), "hybrid"), naive_of=Modes)


@cases
@given(seeds)
def test_pool(seed: int) -> None:
    compare(**pooling(Crowd(seed)), naive_of=Modes)


def test_the_cases_hold_every_way_a_showing_can_end() -> None:
    """So that the agreement above is about something."""
    ends: set[str] = set()
    reactions: set[tuple[bool, bool]] = set()
    for seed in range(60):
        for make in (lambda c: grabbing(c, "grab"), pooling):
            naive = compare(**make(Crowd(seed)), naive_of=Modes)
            ends |= {offer[3] for order in naive.orders for offer in order.offers}
            reactions |= {(grab[2] < 0, grab[5]) for grab in naive.grabs}
    assert ends >= {"grabbed", "untaken", "withdrawn", "accepted", "pooled"}
    assert reactions == {(True, True), (True, False), (False, True), (False, False)}
