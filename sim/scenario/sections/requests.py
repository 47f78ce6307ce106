"""Rows of ``requests.csv``: who asks for what, how often and how."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sim.scenario.sections.quantities import (
    Clocks,
    Distribution,
    Frozen,
    Names,
    NonNegative,
    Probability,
    fold,
)
from sim.words.kinds import Channel

DAYS_PER_MONTH = 365.25 / 12


class Stream(Frozen):
    """A stream of requests (需求来源). File ``requests.csv``."""

    id: str
    channel: Channel
    """how they come"""
    service: str
    """what is asked for"""
    group: str
    """population group that asks"""
    per_day: NonNegative | None = None
    """requests a day in the whole county, on a day of factor 1; this or ``per_1000_per_month``"""
    per_1000_per_month: NonNegative | None = None
    """requests a month (365.25/12 days) per 1,000 people of the group"""
    shape: str = ""
    """hours of the week, a key of ``demand.shapes``; empty: even"""
    busy_group: str = ""
    """streams that share one busy-day factor, a key of ``demand.busy_day_cv``; empty: none"""
    share: dict[str, NonNegative] = {}
    """columns ``share_<caller>``: who rings, in proportion"""
    skill: str = ""
    """operator skill the call needs; empty: anybody"""
    false_prob: Probability = 0.0
    """button: share of presses with no need behind them"""
    lead: Distribution | None = None
    """booked: request to wished time, columns ``lead_dist``, ``lead_mean_h`` ...; empty: as soon as
    possible"""
    slots: Clocks = ()
    """booked: clock times at which windows open, ``08:00 | 10:00``"""
    zones: Names = ()
    """only these zones; empty: all"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["share", "lead"])

    @model_validator(mode="after")
    def _one_rate(self) -> Stream:
        if (self.per_day is None) == (self.per_1000_per_month is None):
            raise ValueError("give exactly one of per_day and per_1000_per_month")
        if (self.lead is None) != (not self.slots):
            raise ValueError("a booked stream needs both lead_... and slots; others neither")
        return self
