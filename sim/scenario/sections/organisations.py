"""Who runs the service points: organisations with territories, contracts, prices and acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from sim.scenario.sections.quantities import Frozen, Names, NonNegative, Probability, fold

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.scenario.sections.services import Service
    from sim.scenario.sections.zones_and_points import Point


class Organisation(Frozen):
    """An organisation that runs service points (运营机构). File ``organisations.csv``.

    What a point of its own says of acceptance and price goes before what is said here.
    """

    id: str
    name_zh: str
    name_en: str
    zones: Names = ()
    """its territory: its points are offered orders from homes in these zones only; empty: all"""
    services: Names = ()
    """what it is contracted for: its points offer these only; empty: whatever they offer"""
    accept_prob: Probability = 1.0
    """chance that one of its points accepts an offer answered in time"""
    price_factor: NonNegative = 1.0
    """multiplies ``price_yuan`` of every service it does"""
    yuan: dict[str, NonNegative] = {}
    """columns ``yuan_<service>``: its own price of that service, instead of the factor; empty: by
    the factor"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["yuan"])


def of_points(scenario: Scenario) -> list[Organisation | None]:
    """Who runs each point; None where ``organisations.csv`` does not say."""
    known = {organisation.id: organisation for organisation in scenario.organisations}
    return [known.get(point.organisation) for point in scenario.points]


def acceptance(point: Point, organisation: Organisation | None) -> float:
    """Chance that the point accepts an offer: its own, else its organisation's, else 1."""
    if point.accept_prob is not None:
        return point.accept_prob
    return 1.0 if organisation is None else organisation.accept_prob


def price(service: Service, point: Point, organisation: Organisation | None) -> float:
    """Yuan paid for one order of the service done by the point: by the point's own factor, else at
    its organisation's own price of the service, else by the organisation's factor, else as listed.
    """
    if point.price_factor is not None:
        return service.price_yuan * point.price_factor
    if organisation is None:
        return service.price_yuan
    own = organisation.yuan.get(service.id)
    return service.price_yuan * organisation.price_factor if own is None else own


def offers(service: Service, point: Point, organisation: Organisation | None) -> bool:
    """Whether the point offers the service and its organisation is contracted for it."""
    if organisation is not None and organisation.services and (
        service.id not in organisation.services
    ):
        return False
    return service.id in point.services or "all" in point.services


def serves(zone: str, organisation: Organisation | None) -> bool:
    """Whether the zone is in the organisation's territory."""
    return organisation is None or not organisation.zones or zone in organisation.zones
