"""A province: many counties, each drawn from a few typical ones, whose measures are summed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Count, Frozen, Names, Positive, Probability

SEEDS = 10_000
"""A county is drawn with the province's seed times this, plus its number: no two are alike."""


class Typical(Frozen):
    """A typical county, another scenario, that counties of the province are made after."""

    weight: Positive = 1.0
    """chance, in proportion, that a county is made after this one"""
    small_point: str = ""
    """which of its points the small ones are made after, with the caregivers of that point"""
    change: Names = ()
    """``key=value | key=value``: that scenario is changed by these first"""
    book: str = ""
    """that scenario as resolved, as read"""


class Province(Frozen):
    """A province (省): its counties are simulated one after the other and summed. For ``hotline
    run``, ``compare``, ``sweep`` and ``sensitivity``.

    The scenario itself is the first typical county. All counties have its ``time`` and its
    ``targets``; the rest is that of the typical county each is made after. Residents of zones,
    requests a day, operators, caregivers, lines and yearly funds of a typical county are scaled to
    the residents that a county has. What is changed of the scenario itself, by ``--set`` and the
    like, is changed in the counties made after it; of the others by their ``change``.
    """

    counties: Annotated[int, Field(ge=0, le=SEEDS - 1)] = 0
    """how many; 0: no province"""
    residents: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0
    """of all counties together; 0: as many as the typical counties have"""
    spread: Annotated[float, Field(ge=0, le=0.9)] = 0.0
    """sizes of counties lie evenly between 1 - this and 1 + this, in proportion"""
    facilities: Count = 0
    """points of all counties together: to the typical county's own points come small ones, shared
    out by residents and placed where they live; 0: none"""
    staffed: Probability = 1.0
    """share of the small points that send somebody to homes; the others only receive"""
    weight: Positive = 1.0
    """of this scenario itself, as ``weight`` of the typical ones"""
    small_point: str = ""
    """of this scenario itself, as ``small_point`` of the typical ones"""
    typical: dict[str, Typical] = {}
    """by the name of the scenario, or of a folder beside this one"""
