"""Which of several free caregivers goes."""

from __future__ import annotations

from sim.rules.features import FAR
from sim.rules.registry import rule
from sim.rules.views import CaregiversView, OrderView, Scores


@rule("choose_caregiver", "nearest", fixed=True)
def nearest(order: OrderView | None, caregivers: CaregiversView) -> Scores:
    """The least planned travel from where each is."""
    return caregivers.travel_min


@rule("choose_caregiver", "longest_idle", fixed=True)
def longest_idle(order: OrderView | None, caregivers: CaregiversView) -> Scores:
    """Whoever has been free the longest."""
    return caregivers.free_since


@rule("choose_caregiver", "least_busy", fixed=True)
def least_busy(order: OrderView | None, caregivers: CaregiversView) -> Scores:
    """Whoever has worked least in this shift."""
    return caregivers.busy_min


@rule("choose_caregiver", "least_skilled", fixed=True)
def least_skilled(order: OrderView | None, caregivers: CaregiversView) -> Scores:
    """Whoever can do the fewest services, so that the versatile stay free."""
    return caregivers.services


@rule("choose_caregiver", "usual", fixed=True)
def usual(order: OrderView | None, caregivers: CaregiversView) -> Scores:
    """The client's usual caregiver; else the least planned travel."""
    return caregivers.travel_min + FAR * (1 - caregivers.usual)
