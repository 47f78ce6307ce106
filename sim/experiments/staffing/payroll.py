"""From people on a roster to people on the payroll, and what they cost a year.

A roster says who works an ordinary week. Behind it are people on leave, in training, posts that are
empty since somebody left, and those who stand in for the sick; and nobody works more than the hours
of a week.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.experiments.staffing.week import Pattern
from sim.scenario.sections.money import Money
from sim.scenario.sections.targets import Staffing

WEEKS = 365.25 / 7
WORKDAYS_A_WEEK = 5
MONTHS = 12


@dataclass(frozen=True)
class Payroll:
    """What a roster means for those who employ."""

    rostered: int
    """people on the roster"""
    hours: float
    """rostered in an ordinary week"""
    worked: float
    """hours to be worked in an ordinary week, by those who stand in for others too"""
    available: float
    """share of a post's paid time in which somebody is there to be rostered: neither on leave nor
    in training, and the post not empty"""
    people: int
    """posts on the payroll, empty ones included"""
    empty: float
    """of these, empty on average"""
    hires: float
    """people to be hired in a year, to fill the posts of those who leave"""
    yuan_per_year: float
    """pay and insurance of all posts, as if none were ever empty"""
    roster_yuan_per_year: float
    """the same of those on the roster alone"""


def payroll(
    patterns: Sequence[Pattern], counts: Sequence[int], terms: Staffing, money: Money
) -> Payroll:
    """Posts needed for so many people of each pattern.

    Where somebody always stands in for who stays away, those hours are worked twice: once in pay,
    once on duty. Elsewhere absence is part of what was simulated.
    """
    rostered = sum(counts)
    hours = sum(count * pattern.hours for count, pattern in zip(counts, patterns, strict=True))
    relieved = sum(
        count * pattern.hours
        for count, pattern in zip(counts, patterns, strict=True) if pattern.relieved
    )
    worked = hours + relieved * (1 / (1 - terms.absence_prob) - 1)
    here = 1 - (terms.leave_days_per_year + terms.training_days_per_year) / (
        WEEKS * WORKDAYS_A_WEEK)
    vacancy = min(1.0, terms.turnover_per_year * terms.weeks_to_fill / WEEKS)
    available = max(0.0, here) * (1 - vacancy)
    people = max(rostered, math.ceil(worked / (terms.hours_per_week * available) - 1e-9))
    pay = sum(count * pattern.pay for count, pattern in zip(counts, patterns, strict=True))
    mean_pay = pay / rostered if rostered else 0.0
    return Payroll(
        rostered=rostered,
        hours=hours,
        worked=worked,
        available=available,
        people=people,
        empty=people * vacancy,
        hires=people * terms.turnover_per_year,
        yuan_per_year=people * mean_pay * MONTHS * (1 + money.insurance_rate),
        roster_yuan_per_year=pay * MONTHS * (1 + money.insurance_rate),
    )
