"""Rows of ``services.csv``: what can be asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.scenario.sections.quantities import (
    Clock,
    Distribution,
    Frozen,
    NonNegative,
    Positive,
    Probability,
    fold,
)
from sim.words.kinds import LateOrders, ServiceMode


class Service(Frozen):
    """A service item (服务项目). File ``services.csv``."""

    id: str
    name_zh: str
    name_en: str
    mode: ServiceMode
    """whether somebody goes to the home, an expert serves, the call settles it or it is brought on
    a round"""
    skill: str = ""
    """caregiver skill needed; empty: anybody"""
    grade: Annotated[int, Field(ge=1, le=5)] = 1
    """least caregiver grade"""
    crew: Annotated[int, Field(ge=1, le=10)] = 1
    """caregivers needed at once"""
    priority: Annotated[int, Field(ge=0, le=9)] = 5
    """class; 0 goes first"""
    duration: Distribution | None = None
    """time at the home, or with an expert; columns ``duration_dist``, ``duration_mean_min``,
    ``duration_cv`` ..."""
    target_min: Positive | None = None
    """as soon as possible: response target, request to service start"""
    window_min: NonNegative | None = None
    """booked: width of the wished window"""
    lead_h: NonNegative = 0.0
    """booked: least time between request and window"""
    cut_off: Clock | None = None
    """booked: later requests of the day count from the next midnight; delivery: and orders written
    later than this are too late for the day"""
    patience: Distribution | None = None
    """how long the client waits for somebody to set out; empty: for ever"""
    door_min: NonNegative = 5.0
    """time lost at the door when nobody is at home"""
    no_show_prob: Probability = 0.0
    """chance that nobody is at home"""
    price_yuan: NonNegative = 0.0
    """what the service is charged at"""
    same_gender: Literal["no", "prefer", "require"] = "no"
    """whether the caregiver is of the client's gender: never mind; where several are free for an
    order for one, who is goes first; or nobody else goes"""
    round_size: Annotated[int, Field(ge=1, le=200)] = 1
    """delivery: orders that one caregiver takes along at most"""
    round_wait_min: NonNegative = 0.0
    """delivery, as soon as possible: how long a round waits to fill up; booked: none waits"""
    late_orders: LateOrders = LateOrders.NEXT_DAY
    """delivery: what becomes of orders after the cut-off, or when the kitchens are full"""
    carry: Distribution | None = None
    """delivery: from a cadre's fetching it to the door; columns ``carry_dist`` ..."""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["duration", "patience", "carry"])

    @model_validator(mode="after")
    def _has_duration(self) -> Service:
        if self.mode == ServiceMode.VISIT and self.duration is None:
            raise ValueError("a visit needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.REMOTE and self.duration is None:
            raise ValueError("an expert needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.DELIVERY and self.duration is None:
            raise ValueError("a delivery needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.DELIVERY and self.crew > 1:
            raise ValueError("a delivery has a crew of 1")
        return self
