"""The weights of ``score``: what a minute, a class, a border counts for, feature by feature."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Frozen

Weight = Annotated[float, Field(ge=-10_000, le=10_000)]
Ageing = Annotated[float, Field(ge=-10_000, le=0)]


class Weights(Frozen):
    """A number a feature. Candidates are ranked by the sum of weight x feature, least first."""


class PointWeights(Weights):
    """``choose_point = "score"`` offers an order to the point with the least sum of weight x
    feature. A positive weight counts against a point, 0 leaves the feature out; with
    ``travel_min`` 1 every weight is in minutes of travel."""

    travel_min: Weight = 1.0
    """planned travel from the point to the home"""
    wait_min: Weight = 1.0
    """expected wait there for a free caregiver: max(0, q + 1 - f) b / m, with q orders waiting, f
    suitable caregivers free, m on duty, b the mean time an order there has taken"""
    late_min: Weight = 0.0
    """expected lateness: how far past its due time the order would begin, after this wait and
    travel"""
    border: Weight = 0.0
    """1 where the point stands in another zone than the home, else 0"""
    load: Weight = 0.0
    """orders waiting there, per suitable caregiver on duty"""
    not_free: Weight = 0.0
    """1 where nobody who can do it is free, else 0"""


class OrderWeights(Weights):
    """``choose_order = "score"`` gives a free caregiver the order with the least sum of weight x
    feature. A positive weight counts against an order, 0 leaves the feature out; with
    ``travel_min`` 1 every weight is in minutes of travel."""

    travel_min: Weight = 1.0
    """planned travel from where the caregiver is"""
    age_min: Ageing = -0.5
    """time since the order was written (booked: since its window opened); below 0 every order is
    first in the end, so that none starves"""
    late_min: Weight = -1.0
    """time past its due time"""
    slack_min: Weight = 0.0
    """time to spare until it is due if somebody set out now, at most 1440, and 1440 without a
    target"""
    priority: Weight = 120.0
    """its class; 0 goes first"""
    border: Weight = 0.0
    """1 where the home lies in another zone than the caregiver's point, else 0"""
    mean_service_min: Weight = 0.0
    """mean length of its service"""
    usual: Weight = 0.0
    """1 where this caregiver is the client's usual one, else 0; below 0 favours it"""
