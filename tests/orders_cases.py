"""Cases of orders: people, points and rules, each a function of its seed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import DAY, HOUR, NEVER
from tests.chance import STEPS, Chance, aged
from tests.naive import Shift
from tests.naive_facts import Rules, Spot, Task
from tests.orders_kit import MEMBERS, POINTS, SECOND, spots

Hours = list[tuple[int, int]]
ALWAYS = [Shift(0, DAY)]
EVERYBODY = range(2 * MEMBERS * POINTS)
RUSH = (2.0, 1.0, *(4.0,) * 22)
"""The first hour and all from the third on are slower."""


def team(*working: int) -> list[list[Shift]]:
    """Everybody's shifts where only the people of these numbers work, round the clock."""
    return [ALWAYS if n in working else [] for n in EVERYBODY]


class Orders(Chance):
    """Orders, people, points and rules, each drawn when it is asked for."""

    def home(self) -> Spot:
        east, north = self.rng.integers(-4, 5, 2).tolist()
        return spots()[0][0] + east, spots()[0][1] + north, 0

    def tasks(self, *services: int, until: int = 12, noise: Any = (1.0, 0.5, 2.0),
              **columns: Any) -> list[Task]:
        """Up to 14 of these services; ``columns``: what each has besides, drawn by a function."""
        return self.several(lambda: Task(
            self.seconds(0, until), self.one_of(*services), self.home(), self.seconds(0, 8),
            patience=self.limit(), noise_out=self.one_of(*noise),
            **{name: drawn() for name, drawn in columns.items()},
        ), 14)

    def limit(self) -> int:
        return self.one_of(self.seconds(0, 25), NEVER, NEVER)

    def noise(self) -> float:
        return self.one_of(1.0, 0.5, 2.0)

    def window(self) -> tuple[int, int] | None:
        opens = self.seconds(5, 30)
        return self.one_of(None, (opens, opens + self.seconds(0, 4)))

    def zone(self) -> int:
        return self.number(0, 1)

    def delays(self) -> list[int]:
        return [self.seconds(0, 4) for _ in range(6)]

    def accepts(self) -> list[bool]:
        return [self.coin() for _ in range(6)]

    def weights(self, features: Iterable[str], ageing: str = "") -> dict[str, float]:
        """A few features with a weight each; one that lets orders age counts for them only."""
        chosen = self.rng.permutation(sorted(features))[:self.number(0, 4)].tolist()
        return aged({name: self.one_of(*STEPS) for name in chosen}, ageing)

    def urgent(self) -> dict[str, Any]:
        return {
            "emergency": self.one_of(2, 2, 5, -1), "reserve": self.one_of(0, 0, 1, 2),
            "preempt": self.coin(),
        }

    def minutes(self) -> tuple[tuple[float, ...], ...]:
        rows = self.rng.integers(1, 6, (5, 5)).tolist()
        return tuple(tuple(n / 60 for n in row) for row in rows)

    def rules(self, **fixed: Any) -> Rules:
        return Rules(**{
            "min_per_km": 60 / 3600,
            "choose_order": self.one_of("priority", "fcfs", "earliest_due", "nearest", "score"),
            "choose_caregiver": self.one_of(
                "nearest", "longest_idle", "least_busy", "least_skilled"),
            "goes_back": self.coin(),
            "order_weights": self.weights(OrderWeights.model_fields, ageing="age_min"),
            **self.urgent(), "access": self.one_of(0, SECOND),
            "roads": self.one_of((1.0, 1.0), (1.0, 2.0)),
            "matrix": self.one_of((), (), self.minutes()), **fixed,
        })

    def offers(self) -> dict[str, Any]:
        """Rules of choosing and asking points."""
        return {
            "choose_point": self.one_of(
                "nearest", "own_town", "nearest_free", "least_delay", "score"),
            "timeout": self.seconds(1, 4), "max_offers": self.number(1, 3),
            "retry": self.seconds(1, 5), "max_travel_min": self.one_of(4.5 / 60, 7 / 60, 1e9),
            "point_weights": self.weights(PointWeights.model_fields),
        }

    def helping(self) -> dict[str, Any]:
        """Rules of borrowing and of crews that gather."""
        return {
            "borrow_km": self.one_of(0.0, 4.0, 7.0),
            "gather_after": self.one_of(0, self.seconds(0, 6), self.seconds(0, 6)),
        }

    def hours(self) -> Hours:
        """Of a point: up to two spans, or always."""
        spans: Hours = []
        end = 0
        for _ in range(self.number(0, 2)):
            start = end + self.seconds(1, 5)
            end = start + self.seconds(1, 9)
            spans.append((start, end))
        return self.one_of(spans, [(0, DAY)])

    def places(self) -> dict[str, Any]:
        """Opening hours and services of all points."""
        return {
            "hours": [self.hours() for _ in range(POINTS)],
            "services": [self.one_of("all", "s0", "s0|s1") for _ in range(POINTS)],
        }

    def start(self) -> int:
        return self.one_of(0, HOUR - 12 * SECOND, 2 * HOUR - 12 * SECOND)

    def people(self, points: int) -> list[list[Shift]]:
        return [self.shifts(30) if n < 2 * MEMBERS * points else [] for n in EVERYBODY]
