"""Scores, reserves and caregivers called away against the slow second implementation, row by row.

Cases are crowded: more orders than hands, half of them emergencies, and long ways. Each is a
function of its seed.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import DAY, HOUR, NEVER
from tests.chance import STEPS, Chance, aged, seeds
from tests.naive import Shift
from tests.naive_facts import Rules, Spot, Task
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

ALWAYS = [Shift(0, DAY)]


class Crowd(Chance):
    """Orders, people and rules of a crowded county."""

    def weights(self, features: Any, ageing: str = "") -> dict[str, float]:
        return aged({name: self.one_of(0.0, *STEPS) for name in features}, ageing)

    def rules(self, **fixed: Any) -> Rules:
        slow = self.one_of((1.0,) * 24, (2.0, 1.0, *(4.0,) * 22))
        matrix = tuple(
            tuple(int(n) / 60 for n in self.rng.integers(1, 9, 5)) for _ in range(5)
        )
        return Rules(**{
            "min_per_km": 60 / 3600,
            "choose_point": self.one_of("nearest", "nearest_free", "least_delay", "score"),
            "choose_order": self.one_of("priority", "fcfs", "earliest_due", "nearest", "score"),
            "choose_caregiver": self.one_of(
                "nearest", "longest_idle", "least_busy", "least_skilled"),
            "point_weights": self.weights(PointWeights.model_fields),
            "order_weights": self.weights(OrderWeights.model_fields, ageing="age_min"),
            "emergency": self.one_of(2, 2, 2, 5), "reserve": self.one_of(0, 0, 0, 1, 2),
            "preempt": self.one_of(True, True, False),
            "borrow_km": self.one_of(0.0, 0.0, 6.0, 20.0),
            "gather_after": self.seconds(0, 4), "overtime": self.one_of(0, 5 * SECOND, HOUR),
            "goes_back": self.one_of(True, False), "access": self.one_of(0, SECOND),
            "roads": self.one_of((1.0, 1.0), (1.0, 2.0)), "slow": slow,
            "matrix": self.one_of((), (), matrix), "timeout": 3 * SECOND, "max_offers": 2,
            "retry": 2 * SECOND, **fixed,
        })

    def home(self) -> Spot:
        east, north = self.rng.integers(-15, 16, 2).tolist()
        return spots()[0][0] + east, spots()[0][1] + north, 0

    def task(self, *services: int) -> Task:
        time = self.seconds(0, 50)
        opens = time + self.seconds(3, 20)
        return Task(
            time, self.one_of(*services), self.home(), self.seconds(0, 8),
            zone=self.one_of(0, 1), noise_out=self.one_of(0.5, 1.0, 2.0),
            noise_back=self.one_of(0.5, 1.0, 2.0), no_show=self.one_of(True, False),
            patience=self.one_of(self.seconds(4, 40), NEVER, NEVER),
            due=self.one_of(time + self.seconds(0, 15), NEVER),
            window=self.one_of((opens, opens + self.seconds(0, 4)), None, None, None),
            delays=[self.seconds(0, 3) for _ in range(6)],
            accepts=[self.one_of(True, True, False) for _ in range(6)],
        )

    def shifts(self) -> list[Shift]:
        start = self.seconds(0, 5)
        middle = start + self.seconds(20, 50)
        return self.one_of(ALWAYS, ALWAYS, [
            Shift(start, middle, [(start + 4 * SECOND, start + 7 * SECOND, 2 * SECOND)]),
            Shift(middle + self.seconds(0, 3), middle + 90 * SECOND),
        ])

    def people(self, points: int, chance: float) -> list[list[Shift]]:
        return [
            self.shifts() if n < 2 * MEMBERS * points and self.rng.random() < chance else []
            for n in range(2 * MEMBERS * POINTS)
        ]


@cases
@given(seeds)
def test_called_away(seed: int) -> None:
    """Two nurses and perhaps others of one point, always on the road."""
    chance = Crowd(seed)
    tasks = [chance.task(PLAIN, PLAIN, NURSING) for _ in range(16)]
    people = chance.people(1, 0.3)
    people[MEMBERS:2 * MEMBERS] = [chance.shifts(), chance.shifts()]
    rules = chance.rules(
        preempt=True, emergency=2, reserve=chance.one_of(0, 0, 0, 1), choose_point="nearest",
        overtime=HOUR,
    )
    compare(tasks, people, rules, services=ONE_POINT)


@cases
@given(seeds)
def test_one_crowded_point(seed: int) -> None:
    chance = Crowd(seed)
    tasks = [chance.task(PLAIN, PLAIN, NURSING, NURSING, PAIR, PAIR) for _ in range(14)]
    compare(
        tasks, chance.people(1, 0.7), chance.rules(choose_point="nearest"), services=ONE_POINT
    )


@cases
@given(seeds)
def test_three_crowded_points(seed: int) -> None:
    chance = Crowd(seed)
    tasks = [
        chance.task(PLAIN, PLAIN, PLAIN, NURSING, NURSING, PAIR, NURSES) for _ in range(16)
    ]
    start = chance.one_of(0, HOUR - 12 * SECOND)
    compare(tasks, chance.people(3, 0.6), chance.rules(), start=start)
