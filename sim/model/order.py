"""A work order and a visit, as the model carries them; milliseconds, NONE where not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.words.kinds import NEVER, NONE, OrderState

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.choice import Block
    from sim.model.crew import Trip
    from sim.model.draws import Draws
    from sim.model.point import Point


class Order:
    """One service for one client, from the moment it is written.

    What most orders never need stands here as a default; an order holds what became of it.
    """

    crew = 1
    accepted = NONE
    eligible = NONE
    gathering = NONE
    departed = NONE
    started = NONE
    ended = NONE
    state: int = OrderState.PENDING
    ticket = 0
    """rises whenever a pending alarm loses its meaning"""
    offers = 0
    offered = NONE
    asked = NONE
    """point asked last"""
    tried: tuple[int, ...] = ()
    point = NONE
    station: Point | None = None
    """the point that accepted"""
    borrowed = False
    waiting = False
    """in the point's waiting list"""
    score: Any = 0
    """its place there, under a fixed choose_order rule"""
    held: tuple[Caregiver, ...] = ()
    """caregivers kept for it until it departs"""
    gathered = False
    """its crew was reserved one by one"""
    no_show = False

    def __init__(
        self, number: int, request: int, draws: Draws, priority: int,
        call_arrived: int, answered: int, created: int, block: Block,
    ) -> None:
        self.number = number
        self.request = request
        self.draws = draws
        self.service = draws.service
        self.zone = draws.zone
        self.home = draws.home
        self.priority = priority
        self.call_arrived = call_arrived
        self.answered = answered
        self.created = created
        self.due = draws.due
        self.window_open = draws.window_open
        self.window_close = draws.window_close
        self.booked = draws.window_open < NEVER
        self.block: Block | None = block
        """distances to the points, while offers are made"""

    @property
    def on_the_way(self) -> bool:
        """Somebody has set out, or more."""
        return self.departed >= 0


class Visit:
    """One caregiver's part in an order; every time is known when the crew sets out."""

    def __init__(
        self, order: Order, trip: Trip, lead: bool, held: int, arrived: int
    ) -> None:
        self.order = order
        self.trip = trip
        self.lead = lead
        """the first of the crew, who closes the order"""
        self.held = held
        self.arrived = arrived
