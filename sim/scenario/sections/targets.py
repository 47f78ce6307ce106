"""What the county wants, and how many people a roster takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Frozen, NonNegative, Positive, Probability


class Targets(Frozen):
    """What the county wants; every measure named here is marked met or missed."""

    acceptable_wait_s: Positive = 15.0
    """a call answered within this counts for ``service_level``"""
    short_abandon_s: NonNegative = 0.0
    """hang-ups sooner than this are left out of connection_rate; 0: none"""
    service_level: Probability = 0.8
    """least share answered within ``acceptable_wait_s``"""
    connection_rate: Probability = 0.95
    """least share of calls offered that are answered"""
    abandonment: Probability = 0.05
    """greatest share of callers who hang up in the queue"""
    on_time: Probability = 0.9
    """least share of orders started on time"""
    on_time_request: Probability = 0.9
    """least share of requests served on time, lost callers included"""
    circle_min: Positive = 15.0
    """the 15-minute circle: planned travel that counts as near"""
    utilisation_low: Probability = 0.4
    """least share of paid time at work; below it staff are idle"""
    utilisation_high: Probability = 0.85
    """greatest share of paid time at work; above it staff are strained"""


class Staffing(Frozen):
    """From seats to people on the payroll, what a roster does not show; for ``hotline staff``."""

    hours_per_week: Annotated[float, Field(gt=0, le=84)] = 40.0
    """hours that one person works in an ordinary week"""
    leave_days_per_year: Annotated[float, Field(ge=0, le=120)] = 18.0
    """working days a person is on leave, public holidays included"""
    training_days_per_year: Annotated[float, Field(ge=0, le=60)] = 5.0
    """working days a person is in training"""
    absence_prob: Annotated[float, Field(ge=0, le=0.9)] = 0.03
    """chance of missing one shift where somebody always stands in: in groups whose own
    ``absence_prob`` is 0"""
    turnover_per_year: Annotated[float, Field(ge=0, le=2)] = 0.3
    """people who leave in a year, as a share of all posts"""
    weeks_to_fill: Annotated[float, Field(ge=0, le=25)] = 8.0
    """weeks a post is empty after somebody left, until the next one can work"""
