"""Which waiting order a free caregiver takes."""

from __future__ import annotations

from sim.rules.features import ORDER_FEATURES, weighted_sum
from sim.rules.registry import rule
from sim.rules.views import CaregiverView, OrdersView, Scores
from sim.scenario.sections.weights import OrderWeights

CLASS_GAP = 1e13
"""More than any time in milliseconds (about 300 years), so that the class decides first."""


@rule("choose_order", "priority", fixed=True)
def priority(caregiver: CaregiverView | None, orders: OrdersView) -> Scores:
    """The best class, then first come first served."""
    return orders.priority * CLASS_GAP + orders.created


@rule("choose_order", "fcfs", fixed=True)
def fcfs(caregiver: CaregiverView | None, orders: OrdersView) -> Scores:
    """First come first served, whatever the class."""
    return orders.created


@rule("choose_order", "earliest_due", fixed=True)
def earliest_due(caregiver: CaregiverView | None, orders: OrdersView) -> Scores:
    """The order soonest due; those without a target last."""
    return orders.due


@rule("choose_order", "nearest")
def nearest(caregiver: CaregiverView, orders: OrdersView) -> Scores:
    """The least planned travel from where the caregiver is."""
    return orders.travel_min


@rule("choose_order", "score", weighted=True)
def score(caregiver: CaregiverView, orders: OrdersView, weights: OrderWeights) -> Scores:
    """The least weighted sum of features; ageing, if its weight is below 0, lets none starve."""
    return weighted_sum(ORDER_FEATURES, weights, caregiver, orders)
