"""An order for delivery, and a round of them: what a kitchen sells and a caregiver takes along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.geography import Place
from sim.model.draws import Draws
from sim.model.order import Order
from sim.words.kinds import NEVER, NONE, Hand, RoundCause

if TYPE_CHECKING:
    from sim.model.choice import Block
    from sim.model.meals.rounds import Pool
    from sim.model.point import Point

DELIVERED = int(Hand.DELIVERED)


class Meal(Order):
    """One order for delivery, from the moment it is written."""

    __slots__ = ("hand", "kitchen", "left", "pool", "ready", "round", "stop")

    def __init__(
        self, number: int, request: int, draws: Draws, crew: int, priority: int,
        call_arrived: int, answered: int, created: int, block: Block | None, kind: int,
        woman: bool,
    ) -> None:
        super().__init__(
            number, request, draws, crew, priority, call_arrived, answered, created, block, kind,
            woman,
        )
        self.kitchen = self.left = self.ready = NONE
        """who fills it; when it leaves there and is at the meal point"""
        self.stop = NEVER
        """when the kitchen stops: not to be handed over later"""
        self.hand = DELIVERED
        self.pool: Pool | None = None
        """the open round that it has joined"""
        self.round: Round | None = None
        """the closed one that it waits with"""


class Round(Order):
    """A closed round: to whoever may take it, one order that begins and ends elsewhere.

    Its number, class and time are those of its first order; it begins at the meal point.
    """

    __slots__ = ("cause", "closed", "kitchen", "opened", "planned", "route", "serial", "size",
                 "stop", "stops")

    def __init__(
        self, serial: int, meals: list[Meal], point: Point, opened: int, closed: int,
        cause: RoundCause,
    ) -> None:
        first = min(meals, key=lambda meal: meal.number)
        super().__init__(
            first.number, first.request, first.draws, 1, first.priority, first.call_arrived,
            first.answered, first.created, first.block, first.kind, first.woman,
        )
        self.booked = False
        self.home: Place = point.place
        self.zone = point.zone
        self.point = point.number
        self.station = point
        self.serial = serial
        self.kitchen, self.stop = first.kitchen, first.stop
        self.stops: list[Meal] = meals
        """its orders"""
        self.size = len(meals)
        """how many there were as it was closed"""
        self.route: list[Meal] | None = None
        """the same in the order of the homes; None: not worked out, or no longer right"""
        self.planned: dict[Any, int] = {}
        """(time, travel mode) -> planned end, as far as worked out"""
        self.opened = opened
        self.closed = closed
        self.cause = cause
