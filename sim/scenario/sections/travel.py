"""How long a trip takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Frozen, NonNegative, Positive


class TravelMode(Frozen):
    name_zh: str
    name_en: str
    kmh: Positive
    """door to door, at factor 1"""
    yuan_per_km: NonNegative = 0.0
    """cost of a kilometre on the road"""


class Travel(Frozen):
    """How long a trip takes."""

    detour: Annotated[float, Field(ge=1, le=10)] = 1.3
    """road distance / straight distance"""
    access_min: NonNegative = 0.0
    """parking, stairs, door: added to each trip to a home"""
    noise_cv: Annotated[float, Field(ge=0, le=3)] = 0.0
    """spread of the lognormal factor on each leg, mean 1"""
    speed_by_hour: Annotated[tuple[Positive, ...], Field(min_length=24, max_length=24)] = (
        (1.0,) * 24
    )
    """multiplies the speed at each hour of departure"""
    modes: Annotated[dict[str, TravelMode], Field(min_length=1)]
    client_mode: str = ""
    """mode by which clients come to a place, in the time planned; empty: the first of ``modes``"""
    matrix: str = ""
    """a CSV in the folder, columns from, to, minutes, over ids of zones and points; empty: by
    distance"""
    minutes: dict[str, dict[str, NonNegative]] = {}
    """the matrix as read: from -> to -> noise-free minutes"""
