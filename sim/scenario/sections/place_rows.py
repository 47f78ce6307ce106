"""Places: beds, day-care seats and child-care places at points, and how they are given.

A service of mode ``place`` is had at a point: the client comes by itself, occupies a place of
every kind that the service's row of ``admissions.csv`` names, and leaves when the stay is over or
the place closes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.scenario.sections.quantities import (
    Count,
    Distribution,
    Frozen,
    Names,
    NonNegative,
    WeeklyHours,
    fold,
)

GRADES = 5
"""Assessed grades, 1 to 5; 5 needs a place the most."""
MAX_PLACES = 100_000


class PlaceRow(Frozen):
    """Like places at a point: beds, seats, child-care places (床位/托位). File ``places.csv``."""

    id: str
    point: str
    """the point they are at"""
    kind: str
    """what they are, in the planner's own word (``bed``, ``seat``, ``infant``); a point has one row
    of each kind"""
    count: Annotated[int, Field(ge=0, le=MAX_PLACES)]
    """how many"""
    open: WeeklyHours = WeeklyHours.model_validate("always")
    """when they can be occupied; whoever is still there at closing time leaves then"""
    places_per_carer: Count = 0
    """occupied places that one caregiver of the point looks after: so many caregivers on duty as
    they need are tied to the house; 0: they need none"""
    carer_skill: str = ""
    """skill those caregivers need; empty: anybody of the point. Rows of one point with the same
    skill share their caregivers"""
    occupied: Annotated[int, Field(ge=0, le=MAX_PLACES)] = 0
    """how many of them somebody occupies when the run starts"""
    remaining: Distribution | None = None
    """how much longer those stay; empty: as much as is left of a stay that is met under way, by the
    duration of the first service that takes this kind"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["remaining"])


class Admission(Frozen):
    """How the places of a service are given (入住与入托规则). The id is the service's. File
    ``admissions.csv``."""

    id: str
    """a service of mode ``place``"""
    kinds: Names
    """kinds of places occupied at once at one point, ``seat | infant``: all or none"""
    waitlist: Literal["none", "fcfs", "grade"] = "none"
    """what becomes of whoever finds every place within reach taken: refused; put on the waitlist
    (轮候) first come first served; or there by assessed grade, then first come"""
    assessment: Distribution | None = None
    """from the order to the end of the assessment, before which no place is given; empty: none"""
    grade_1: NonNegative = 1.0
    """share of clients assessed as grade 1, the least in need, in proportion"""
    grade_2: NonNegative = 0.0
    """the same of grade 2"""
    grade_3: NonNegative = 0.0
    """the same of grade 3"""
    grade_4: NonNegative = 0.0
    """the same of grade 4"""
    grade_5: NonNegative = 0.0
    """the same of grade 5, which needs a place the most"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["assessment"])

    @property
    def weights(self) -> tuple[float, ...]:
        """Of each grade, the least first."""
        return tuple(getattr(self, f"grade_{n}") for n in range(1, GRADES + 1))
