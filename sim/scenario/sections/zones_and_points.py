"""Rows of ``zones.csv`` and ``points.csv``: where people live, and where help comes from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from sim.scenario.sections.quantities import (
    Count,
    Frozen,
    Names,
    NonNegative,
    Positive,
    Probability,
    WeeklyHours,
    fold,
)
from sim.words.kinds import Level

Latitude = Annotated[float, Field(ge=3, le=54)]
"""China lies between 3 and 54 degrees north: a longitude here is a swapped pair."""
Longitude = Annotated[float, Field(ge=73, le=136)]
"""China lies between 73 and 136 degrees east."""


class Zone(Frozen):
    """A town, street, village or community (镇街/社区/村). File ``zones.csv``."""

    id: str
    name_zh: str
    name_en: str
    lat: Latitude
    """latitude of the centroid, degrees, WGS-84"""
    lon: Longitude
    """longitude of the centroid, degrees, WGS-84"""
    area_km2: Positive
    """homes are spread evenly over a square of this area around the centroid"""
    road_factor: Positive = 1.0
    """multiplies the road distance of every trip to a home here"""
    population: Count
    """all residents"""
    pop: dict[str, Count] = {}
    """columns ``pop_<group>``: residents of each population group"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["pop"])


class Point(Frozen):
    """A service point (服务站点). File ``points.csv``."""

    id: str
    name_zh: str
    name_en: str
    zone: str
    """the zone it stands in"""
    lat: Latitude
    """latitude, degrees, WGS-84"""
    lon: Longitude
    """longitude, degrees, WGS-84"""
    level: Level = Level.TOWN
    """tier of the network it belongs to"""
    organisation: str = ""
    """who runs it; an id of organisations.csv where there is one"""
    open: WeeklyHours
    """when it takes offers"""
    services: Names
    """services offered, ``a | b``, or ``all``"""
    accept_prob: Probability | None = None
    """chance that an offer answered in time is accepted; empty: its organisation's, else 1"""
    price_factor: NonNegative | None = None
    """multiplies ``price_yuan`` of every service done here; empty: as its organisation charges"""
