"""A work order and a visit, as the model carries them; times in milliseconds, NONE where not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.words.kinds import NEVER, NONE, OrderState

if TYPE_CHECKING:
    from sim.geography import Place
    from sim.model.caregiver import Caregiver
    from sim.model.crew import Trip
    from sim.model.point import Point


class Order:
    """One service for one client, from the moment it is written."""

    __slots__ = (
        "accepted", "answered", "asked", "borrowed", "call_arrived", "created", "crew",
        "departed", "due", "eligible", "ended", "gathered", "gathering", "held", "home", "minutes", "number", "offered", "offers", "point",
        "priority", "request", "requested", "score", "service", "started", "state", "station",
        "ticket", "tried", "waiting", "window_close", "window_open", "zone",
    )

    def __init__(self, number: int, request: int, service: int, zone: int, home: Place) -> None:
        self.number = number
        self.request = request
        self.service = service
        self.zone = zone
        self.home = home
        self.crew = 1
        self.priority = 0
        self.requested = NONE
        self.call_arrived = NONE
        self.answered = NONE
        self.created = NONE
        self.accepted = NONE
        self.eligible = NONE
        self.gathering = NONE
        self.departed = NONE
        self.started = NONE
        self.ended = NONE
        self.due = NEVER
        self.window_open = NEVER
        self.window_close = NEVER
        self.state = OrderState.PENDING
        self.ticket = 0
        """rises whenever a pending alarm loses its meaning"""
        self.offers = 0
        self.offered = NONE
        self.asked = NONE
        """point asked last"""
        self.tried: list[int] = []
        self.minutes: Any = None
        """minutes on the road from each point at factor 1, while offers are made"""
        self.point = NONE
        self.station: Point | None = None
        """the point that accepted"""
        self.borrowed = False
        self.waiting = False
        """in the point's waiting list"""
        self.score: Any = 0
        """its place there, under a fixed choose_order rule"""
        self.held: list[Caregiver] = []
        """caregivers kept for it until it departs"""
        self.gathered = False
        """its crew was reserved one by one"""

    @property
    def booked(self) -> bool:
        return self.window_open < NEVER

    @property
    def on_the_way(self) -> bool:
        """Somebody has set out, or more."""
        return self.state >= OrderState.EN_ROUTE


class Visit:
    """One caregiver's part in an order; every time is known when the crew sets out."""

    __slots__ = (
        "arrived", "caregiver", "departed", "ended", "held", "km", "lead", "no_show", "order",
        "planned", "start", "started",
    )

    def __init__(
        self, order: Order, caregiver: Caregiver, lead: bool, departed: int, arrived: int, trip: Trip
    ) -> None:
        self.order = order
        self.caregiver = caregiver
        self.lead = lead
        """the first of the crew, who closes the order"""
        self.held = caregiver.held_since
        self.departed = departed
        self.arrived = arrived
        self.start = trip.start
        self.km = trip.km
        self.planned = trip.planned
        self.started = NONE
        self.ended = NONE
        self.no_show = False
