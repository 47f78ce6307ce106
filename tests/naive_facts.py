"""What the second implementation of orders and crews works on, and what became of it.

Times are milliseconds, -1 where something never happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.naive import DAY, NEVER, Line, Shift

Spot = tuple[float, float, int]
"""Kilometres east and north, and the row of the travel matrix."""
Part = tuple[int, str, int, int, int]
"""Of a time sheet: caregiver, state, from, until, order or -1."""


@dataclass
class Care:
    """A service."""

    mean: int
    crew: int = 1
    priority: int = 5
    door: int = 0


@dataclass
class Task:
    """One request; offers' delays and whether each would be accepted are listed."""

    time: int
    service: int
    home: Spot
    duration: int
    zone: int = 0
    noise_out: float = 1.0
    noise_back: float = 1.0
    no_show: bool = False
    patience: int = NEVER
    due: int = NEVER
    window: tuple[int, int] | None = None
    delays: list[int] = field(default_factory=lambda: [0] * 6)
    accepts: list[bool] = field(default_factory=lambda: [True] * 6)
    reaction: int = 0
    """the number from which everybody's reaction to it follows"""


@dataclass
class Station:
    """A service point."""

    spot: Spot
    services: set[int]
    zone: int = 0
    territory: set[int] = field(default_factory=lambda: {0, 1})
    """zones of the homes it serves"""
    open_spans: list[tuple[int, int]] = field(default_factory=lambda: [(0, DAY)])
    """of every day"""
    is_open: bool = False
    gathers: Job | None = None
    overdue: list[Job] = field(default_factory=list)
    busy: int = 0
    visits: int = 0


@dataclass
class Rules:
    """Settings of dispatch and of travel; times in milliseconds."""

    min_per_km: float
    choose_point: str = "nearest"
    choose_order: str = "priority"
    choose_caregiver: str = "nearest"
    timeout: int = NEVER
    max_offers: int = 3
    retry: int = 0
    max_travel_min: float = 1e9
    borrow_km: float = 0.0
    gather_after: int = NEVER
    overtime: int = 0
    point_weights: dict[str, float] = field(default_factory=dict)
    order_weights: dict[str, float] = field(default_factory=dict)
    emergency: int = -1
    """classes up to this one are emergencies"""
    reserve: int = 0
    preempt: bool = False
    goes_back: bool = True
    offer_mode: str = "assign"
    grab_to: str = "points"
    grab_timeout: int = 0
    react_prob: float = 1.0
    pool_km: float = 1.0
    reoptimise_every: int = 0
    access: int = 0
    roads: tuple[float, ...] = (1.0, 1.0)
    """road kilometres per straight kilometre, by zone"""
    slow: tuple[float, ...] = (1.0,) * 24
    matrix: tuple[tuple[float, ...], ...] = ()
    """minutes from row to row, instead of by distance"""


@dataclass
class Job:
    """An order, and what became of it; -1 where it never happened."""

    number: int
    request: int
    created: int
    state: str = "pending"
    accepted: int = -1
    eligible: int = -1
    gathering: int = -1
    departed: int = -1
    started: int = -1
    ended: int = -1
    cancelled: int = -1
    reason: str = "none"
    point: int = -1
    borrowed: bool = False
    preempted: int = 0
    """how often its carer was called away on the way"""
    patient_until: int = NEVER
    shown: bool = False
    """to everybody in range"""
    pooled: bool = False
    offers: list[tuple[int, int, int, str]] = field(default_factory=list)
    """(point, offered, closed, result)"""
    asked: tuple[int, int] = (-1, -1)
    tried: list[int] = field(default_factory=list)
    waiting: bool = False
    held: list[Carer] = field(default_factory=list)
    gathered: bool = False
    """its crew was held one by one"""


@dataclass(eq=False)
class Carer:
    """A caregiver, and what he or she is doing: off, free, held or busy."""

    number: int
    point: int
    services: set[int]
    shifts: list[Shift]
    doing: str = "off"
    until: int = -1
    breaks: list[tuple[int, int, int]] = field(default_factory=list)
    line: Line = field(default_factory=lambda: Line(-1, -1))
    where: Spot = (0.0, 0.0, 0)
    back: tuple[Spot, int, int] | None = None
    """on the way back: from where, left when, there when"""
    last: tuple[float, int] = (1.0, 0)
    """noise of the way back from the last home, and its zone"""
    free_since: int = -1
    held_since: int = -1
    busy: int = 0


@dataclass
class Outing:
    """One caregiver's part in an order."""

    order: int
    caregiver: int
    held: int
    departed: int
    arrived: int
    started: int
    ended: int
    no_show: bool
    start: Spot
    km: float
    planned: int
    gathered: bool
    turned: int = -1
    """called away on the way there"""

    def parts(self) -> list[Part]:
        held = "gathering" if self.gathered else "reserved"
        until = self.arrived if self.turned < 0 else self.turned
        return [
            (self.caregiver, held, self.held, self.departed, self.order),
            (self.caregiver, "travel", self.departed, until, self.order),
            (self.caregiver, "early_wait", self.arrived, self.started, self.order),
            (self.caregiver, "service", self.started, self.ended, self.order),
        ]
