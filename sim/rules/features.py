"""The features that ``score`` weighs: each a number a candidate, in the unit its name ends with.

Their weights are keys of the same names in ``[dispatch.point_weights]`` and
``[dispatch.order_weights]``, where each is explained; :mod:`sim.scenario.sections.weights`
has the defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.rules.views import CaregiverView, OrdersView, OrderView, PointsView, Scores
from sim.scenario.sections.weights import Weights
from sim.words.kinds import MINUTE

FAR = 1e6
"""Minutes that put a candidate behind every other one, yet in order among its like."""
LONGEST_SLACK_MIN = 1440.0

Feature = Callable[[Any, Any], Scores]


def wait_min(order: OrderView | None, points: PointsView) -> Scores:
    """The expected wait for a free caregiver, ``max(0, q + 1 - f) b / m``: whoever is ahead in the
    queue, shared among those on duty."""
    ahead = np.maximum(0, points.queued + 1 - points.free)
    share = ahead * points.busy_min / np.maximum(points.on_duty, 1)
    return np.where(points.on_duty > 0, share, FAR)


def _expected_late_min(order: OrderView, points: PointsView) -> Scores:
    begins = points.travel_min + wait_min(order, points)
    return np.maximum(0.0, (order.now - order.due) / MINUTE + begins)


def _slack_min(caregiver: CaregiverView, orders: OrdersView) -> Scores:
    left = (orders.due - caregiver.now) / MINUTE - orders.travel_min
    return np.clip(left, 0.0, LONGEST_SLACK_MIN)


POINT_FEATURES: Mapping[str, Feature] = {
    "travel_min": lambda order, points: points.travel_min,
    "wait_min": wait_min,
    "late_min": _expected_late_min,
    "border": lambda order, points: ~points.own_town,
    "load": lambda order, points: points.queued / np.maximum(points.on_duty, 1),
    "not_free": lambda order, points: points.free == 0,
}
ORDER_FEATURES: Mapping[str, Feature] = {
    "travel_min": lambda caregiver, orders: orders.travel_min,
    "age_min": lambda caregiver, orders: np.maximum(0, caregiver.now - orders.wanted) / MINUTE,
    "late_min": lambda caregiver, orders: np.maximum(0, caregiver.now - orders.due) / MINUTE,
    "slack_min": _slack_min,
    "priority": lambda caregiver, orders: orders.priority,
    "border": lambda caregiver, orders: ~orders.own_town,
    "mean_service_min": lambda caregiver, orders: orders.mean_service_min,
    "usual": lambda caregiver, orders: orders.usual,
}


def weighted_sum(
    features: Mapping[str, Feature], weights: Weights, subject: Any, candidates: Any
) -> Scores:
    """The sum of weight x feature, added up in the features' order; weights of 0 are left out."""
    scores = np.zeros(len(candidates.travel_min))
    for name, feature in features.items():
        if weight := getattr(weights, name):
            scores = scores + weight * feature(subject, candidates)
    return scores
