"""Which service point is offered an order."""

from __future__ import annotations

import numpy as np

from sim.rules.features import FAR, POINT_FEATURES, wait_min, weighted_sum
from sim.rules.registry import rule
from sim.rules.views import OrderView, PointsView, Scores
from sim.scenario.sections.weights import PointWeights


@rule("choose_point", "nearest", fixed=True)
def nearest(order: OrderView | None, points: PointsView) -> Scores:
    """The least planned travel."""
    return points.travel_min


@rule("choose_point", "own_town", fixed=True)
def own_town(order: OrderView | None, points: PointsView) -> Scores:
    """The nearest point in the client's own zone; without one, the nearest of all."""
    return np.where(points.own_town, points.travel_min, points.travel_min + FAR)


@rule("choose_point", "nearest_free")
def nearest_free(order: OrderView, points: PointsView) -> Scores:
    """The nearest point with somebody free who can do it; without one, the nearest of all."""
    return np.where(points.free > 0, points.travel_min, points.travel_min + FAR)


@rule("choose_point", "least_delay")
def least_delay(order: OrderView, points: PointsView) -> Scores:
    """Travel plus the expected wait for a free caregiver: ``max(0, q + 1 - f) b / m``."""
    return points.travel_min + wait_min(order, points)


@rule("choose_point", "score", weighted=True)
def score(order: OrderView, points: PointsView, weights: PointWeights) -> Scores:
    """The least weighted sum of features."""
    return weighted_sum(POINT_FEATURES, weights, order, points)
