"""A work order, as the model carries it; milliseconds, NONE where not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.model.draws import Draws
from sim.rules.views import OrderView
from sim.words.kinds import MINUTE, NEVER, NONE, OrderState

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.choice import Block
    from sim.model.offer_modes.pool import Pool
    from sim.model.point import Point

PENDING = int(OrderState.PENDING)


class Order:
    """One service for one client, from the moment it is written."""

    stops: Any = ()
    """of a round of deliveries: its orders"""
    in_vain = False
    """an expert is trying to reach the client, who is not there and will be tried again"""

    __slots__ = (
        "accepted", "answered", "asked", "block", "booked", "borrowed", "call_arrived",
        "calls_back", "created", "crew", "departed", "draws", "eligible", "ended",
        "gathered", "gathering", "held", "home", "kind", "lead", "no_show", "number", "offered",
        "offers", "point", "preempted", "priority", "request", "score", "service", "shown",
        "started", "state", "station", "taken", "ticket", "tried", "waiting", "wanted",
        "woman", "zone",
    )

    def __init__(
        self, number: int, request: int, draws: Draws, crew: int, priority: int,
        call_arrived: int, answered: int, created: int, block: Block | None, kind: int,
        woman: bool,
    ) -> None:
        self.number = number
        self.request = request
        self.draws = draws
        self.service = draws.service
        self.zone = draws.zone
        self.kind = kind
        """who can do it is a matter of this, see :mod:`sim.model.fit`"""
        self.woman = woman
        """the client is one, where that matters"""
        self.home = draws.home
        self.booked = draws.window_open < NEVER
        self.crew = crew
        """caregivers needed at once"""
        self.priority = priority
        self.call_arrived = call_arrived
        self.answered = answered
        self.created = created
        self.wanted = max(created, draws.window_open) if self.booked else created
        """from when on the client waits: written, or booked and the window open"""
        self.accepted = self.eligible = self.gathering = NONE
        self.departed = self.started = self.ended = NONE
        self.state: int = PENDING
        self.ticket = 0
        """rises whenever a pending alarm loses its meaning"""
        self.block = block
        """distances to the points, while offers are made"""
        self.offers = 0
        """turned down so far"""
        self.shown = 0
        """how many of them were made to everybody at once: 1 if it was to be grabbed, else 0"""
        self.offered = self.asked = NONE
        """time and point of the last offer"""
        self.taken = NONE
        """result of the offer that was accepted"""
        self.tried: tuple[int, ...] = ()
        self.point = NONE
        self.station: Point | Pool | None = None
        """the point that accepted, or the county's one queue"""
        self.waiting = False
        """in the point's waiting list"""
        self.score: Any = 0
        """its place there, under a fixed choose_order rule"""
        self.held: tuple[Caregiver, ...] = ()
        """caregivers kept for it until it departs"""
        self.gathered = False
        """its crew was reserved one by one"""
        self.lead: Caregiver | None = None
        """the first of the crew, who closes the order"""
        self.preempted = False
        """its caregiver was turned around on the way to it"""
        self.borrowed = False
        self.no_show = False
        self.calls_back = False
        """the hotline asks afterwards how it went"""

    def is_given_up(self) -> None:
        """Nobody needs to look for it any more."""
        if self.station is not None:
            self.station.withdraw(self)

    def view(self, now: int, mean_service: int) -> OrderView:
        """What a rule is shown of it; ``mean_service`` in milliseconds."""
        return OrderView(
            now, self.service, self.priority, self.zone, self.draws.time, self.created, self.due,
            mean_service / MINUTE,
        )

    @property
    def due(self) -> int:
        return self.draws.due

    @property
    def window_open(self) -> int:
        return self.draws.window_open

    @property
    def window_close(self) -> int:
        return self.draws.window_close

    @property
    def on_the_way(self) -> bool:
        """Somebody has set out, or more."""
        return self.departed >= 0
