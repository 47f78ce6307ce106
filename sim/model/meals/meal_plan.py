"""Kitchens and rounds of a scenario, with every name a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.scenario.days import Day, open_spans
from sim.scenario.schema import Scenario
from sim.scenario.shock_effects import point_shut, without
from sim.words.kinds import DAY, HOUR, MINUTE, LateOrders, ServiceMode


@dataclass(frozen=True, eq=False)
class Kitchen:
    """A kitchen."""

    point: int
    capacity: int
    spans: tuple[tuple[int, int], ...]
    """when it is open"""
    mode: int
    collect: float
    carry: float


@dataclass(frozen=True, eq=False)
class Rules:
    """How a service is delivered."""

    size: int
    """orders of a round at most"""
    wait: int
    """how long a round waits to fill up"""
    lead: int
    """booked: least time between order and window"""
    cut_off: int
    """time of day after which it is too late for the day"""
    refuses: bool
    """late orders"""


@dataclass(frozen=True, eq=False)
class MealPlan:
    """What never changes of kitchens and rounds."""

    kitchens: tuple[Kitchen, ...]
    behind: tuple[tuple[tuple[int, ...], ...], ...]
    """[service][point] -> kitchens that fill it there, in the order of the table"""
    rules: tuple[Rules, ...]
    """[service]"""
    less: dict[tuple[int, int], tuple[tuple[int, int], ...]]
    """(kitchen, point) -> when it gives out meals there, where a shock closes the meal point"""


def meal_plan(scenario: Scenario, calendar: Sequence[Day]) -> MealPlan:
    """Compile kitchens and what services say of delivery."""
    points, modes = [p.id for p in scenario.points], list(scenario.travel.modes)
    behind: list[list[list[int]]] = [[[] for _ in points] for _ in scenario.services]
    for number, row in enumerate(scenario.kitchens):
        for service, at in zip(scenario.services, behind, strict=True):
            if service.mode == ServiceMode.DELIVERY and row.fills(service.id):
                for name in dict.fromkeys(row.supplies):
                    at[points.index(name)].append(number)
    kitchens = tuple(
        Kitchen(
            points.index(row.point), row.capacity_per_day,
            tuple(without(open_spans(row.open, calendar), point_shut(scenario, row.point))),
            modes.index(row.mode) if row.mode else 0, row.collect_prob, row.carry_prob,
        )
        for row in scenario.kitchens
    )
    return MealPlan(
        kitchens=kitchens,
        behind=tuple(tuple(map(tuple, at)) for at in behind),
        rules=tuple(
            Rules(
                service.round_size, round(service.round_wait_min * MINUTE),
                round(service.lead_h * HOUR),
                DAY if service.cut_off is None else service.cut_off,
                service.late_orders == LateOrders.REFUSE,
            )
            for service in scenario.services
        ),
        less={
            (number, points.index(name)): tuple(without(kitchens[number].spans, shut))
            for number, row in enumerate(scenario.kitchens) for name in row.supplies
            if name != row.point and (shut := point_shut(scenario, name))
        },
    )
