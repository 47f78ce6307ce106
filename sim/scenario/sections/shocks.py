"""What befalls a county from one moment to another, and how a hotline opens.

Shocks are named, dated and combinable: where several are on at once, their factors multiply.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Count, Frozen, Moment, Names, Probability

Factor = Annotated[float, Field(ge=0, le=100)]


class Shock(Frozen):
    """A heat wave, influenza, the Spring Festival, a point closed, a message that goes round, a
    hotline out of order. Switched on and off by ``on``: ``--set shocks.flu.on=true``. It begins and
    ends on the hour. What is left out stays as it is."""

    name_zh: str
    name_en: str
    on: bool = True
    """whether it happens; one that does not is still measured from when it would have ended, for
    comparison"""
    begins: Moment
    """its first hour"""
    ends: Moment
    """the hour at which it is over"""
    demand_factor: Factor = 1.0
    """multiplies the requests of ``streams``, ``channels``, ``groups`` and ``zones``"""
    talk_factor: Annotated[float, Field(gt=0, le=100)] = 1.0
    """multiplies the talk of those of these requests that come while it lasts"""
    service_factor: Annotated[float, Field(gt=0, le=100)] = 1.0
    """multiplies their time at the home; plans are still made with ordinary lengths"""
    streams: Names = ()
    """only these rows of ``requests.csv``; empty: all"""
    channels: Names = ()
    """only requests that come by these; empty: all"""
    groups: Names = ()
    """only requests of these population groups; empty: all"""
    zones: Names = ()
    """only requests from homes in these zones; empty: all"""
    speed_factor: Annotated[float, Field(gt=0, le=100)] = 1.0
    """multiplies every travel speed"""
    points_closed: Names = ()
    """points that take no offers; what they have accepted, their caregivers go on serving (take
    these away by ``attendance_factor`` and ``staff_points``), and idle ones of other points within
    ``dispatch.borrow_km`` help. Nobody goes into their places: who is there stays to the end of the
    stay, looked after as ever. Their kitchens are closed"""
    attendance_factor: Probability = 1.0
    """multiplies the chance that a person comes to a shift that begins while it lasts"""
    roles: Names = ()
    """only ``operator`` or ``caregiver``; empty: both"""
    staff: Names = ()
    """only these rows of ``operators.csv`` and ``caregivers.csv``; empty: all"""
    staff_points: Names = ()
    """only caregivers of these points; empty: all, and operators"""
    hotline_closed: bool = False
    """whether the hotline is closed: callers meet ``hotline.when_closed``"""
    lines_down: Count = 0
    """trunk lines out of order: with all of them every caller gets the busy tone; talks that are
    under way go on"""


class Opening(Frozen):
    """A hotline's first weeks, as an experiment of its own: nothing waits on the first day, there
    is no warm-up, and few know the number yet. Measures are then given by week, too. Staff come
    later by ``employed_from`` in ``operators.csv`` and ``caregivers.csv``."""

    ramp_days: Annotated[int, Field(ge=0, le=3660)] = 0
    """days until everybody knows the number; 0: the hotline is not new"""
    start_share: Probability = 0.0
    """share of the demand on the first day; it grows evenly to all of it after ``ramp_days``"""
    streams: Names = ()
    """rows of ``requests.csv`` that grow so; empty: all"""
