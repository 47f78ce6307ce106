"""What a dispatch rule is shown.

Arrays hold one entry a candidate, in ascending number; a rule returns one score a candidate and the
least is taken, the lowest number among equals. Times are milliseconds, spans minutes. Rules see the
realised past and expectations (mean durations, noise-free travel), never a drawn value not yet
revealed. They must not change what they are given.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Scores = Any
"""One number a candidate: an array (or, for a fixed rule, a plain number)."""


class OrderView(NamedTuple):
    """The order a point or a caregiver is chosen for."""

    now: int
    service: int
    priority: int
    zone: int
    requested: int
    created: int
    due: int
    mean_service_min: float


class PointsView(NamedTuple):
    """Candidate points."""

    point: NDArray[Any]
    """number of the point"""
    travel_min: NDArray[Any]
    """planned travel from the point to the home"""
    own_town: NDArray[Any]
    """whether it stands in the zone of the home"""
    queued: NDArray[Any]
    """orders waiting there"""
    free: NDArray[Any]
    """caregivers free who can do the service"""
    on_duty: NDArray[Any]
    """caregivers on duty who can do the service"""
    busy_min: NDArray[Any]
    """mean time an order there has kept a caregiver so far (at first: the expected one)"""


class CaregiverView(NamedTuple):
    """The caregiver an order is chosen for."""

    now: int
    caregiver: int
    point: int
    busy_min: float
    """on the road, waiting or serving since the shift began"""


class OrdersView(NamedTuple):
    """Candidate orders. A fixed rule gets plain numbers in place of arrays, and 0 for what depends
    on the caregiver: ``travel_min``, ``own_town``."""

    order: Any
    service: Any
    priority: Any
    created: Any
    due: Any
    """NEVER where the service has no target"""
    travel_min: Any
    """planned travel from where the caregiver is"""
    own_town: Any
    """whether the home lies in the zone of the caregiver's point"""
    wanted: Any
    """when it was written; booked: when its window opens, if that is later"""
    mean_service_min: Any
    """mean length of the service"""
    usual: Any = False
    """whether this caregiver is the client's usual one"""


class CaregiversView(NamedTuple):
    """Candidate caregivers. A fixed rule gets plain numbers in place of arrays."""

    caregiver: Any
    travel_min: Any
    """planned travel from where each is"""
    free_since: Any
    busy_min: Any
    """on the road, waiting or serving since the shift began"""
    services: Any
    """how many services each can do"""
    usual: Any = False
    """whether each is the client's usual one"""
