"""Which of several free caregivers goes."""

from __future__ import annotations

from sim.rules.registry import rule
from sim.rules.views import CaregiversView, OrderView, Scores


@rule("choose_caregiver", "nearest")
def nearest(order: OrderView, caregivers: CaregiversView) -> Scores:
    """The least planned travel from where each is."""
    return caregivers.travel_min


@rule("choose_caregiver", "longest_idle")
def longest_idle(order: OrderView, caregivers: CaregiversView) -> Scores:
    """Whoever has been free the longest."""
    return caregivers.free_since


@rule("choose_caregiver", "least_busy")
def least_busy(order: OrderView, caregivers: CaregiversView) -> Scores:
    """Whoever has worked least in this shift."""
    return caregivers.busy_min


@rule("choose_caregiver", "least_skilled")
def least_skilled(order: OrderView, caregivers: CaregiversView) -> Scores:
    """Whoever can do the fewest services, so that the versatile stay free."""
    return caregivers.services
