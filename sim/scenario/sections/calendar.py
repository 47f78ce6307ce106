"""Rows of ``calendar.csv``: dates that differ."""

from __future__ import annotations

from sim.scenario.sections.quantities import Date, Frozen, Names, NonNegative, Positive, Probability
from sim.words.kinds import DayKind


class CalendarRow(Frozen):
    """Dates that differ (日历). File ``calendar.csv``."""

    id: str
    first: Date
    """first date"""
    last: Date
    """last date, included"""
    kind: DayKind
    """``holiday``: shaped like a Sunday, shifts with ``on_holidays = no`` rest;
    ``adjusted_workday``: shaped and rostered like a Wednesday"""
    name_zh: str = ""
    name_en: str = ""
    demand_factor: NonNegative = 1.0
    """multiplies demand"""
    speed_factor: Positive = 1.0
    """multiplies travel speed"""
    attendance_factor: Probability = 1.0
    """multiplies the chance that a rostered person comes"""
    streams: Names = ()
    """streams whose demand it multiplies; empty: all"""
