"""Rows of ``caregivers.csv`` and ``operators.csv``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.posts import Post
from sim.scenario.sections.quantities import Count, Names, NonNegative, Probability
from sim.words.kinds import CaregiverKind


class CaregiverGroup(Post):
    """A group of like caregivers (护理员). File ``caregivers.csv``."""

    id: str
    point: str
    """home point"""
    count: Count
    """how many people"""
    skills: Names = ()
    """what they can do, by the words used in ``services.csv``"""
    grade: Annotated[int, Field(ge=1, le=5)] = 1
    """1 lowest; a service asks for a least grade"""
    shifts: Names
    """shifts that each of them works"""
    mode: str
    """travel mode, a key of ``travel.modes``"""
    kind: CaregiverKind = CaregiverKind.STAFF
    """staff, people in hardship hired to help, or volunteers"""
    services: Names = ()
    """only these services; empty: all they have the skill and the grade for"""
    zones: Names = ()
    """only homes in these zones (villages); empty: anywhere"""
    women_share: Probability = 0.5
    """share of women among them; matters where a service looks to the client's gender"""
    come_prob: Probability = 1.0
    """volunteers: chance of coming to a shift, besides absence"""
    max_hours_per_week: NonNegative = 0.0
    """hours of shifts from Monday to Sunday, at most; a shift that would exceed it is not worked;
    0: no limit"""
    max_hours_per_month: NonNegative = 0.0
    """hours of shifts in a calendar month, at most; 0: no limit"""
    pay_yuan_per_visit: NonNegative = 0.0
    """paid for each visit, besides the wage; volunteers too"""
    pay_yuan_per_month: NonNegative = 0.0
    """wage, without insurance"""
    absence_prob: Probability = 0.0
    """chance of missing one shift"""


class OperatorGroup(Post):
    """A group of like operators (接线员). File ``operators.csv``."""

    id: str
    count: Count
    """how many people"""
    skills: Names = ()
    """calls that ask for one of these; a call without a skill is for everybody"""
    shifts: Names
    """shifts that each of them works"""
    pay_yuan_per_month: NonNegative = 0.0
    """wage, without insurance"""
    absence_prob: Probability = 0.0
    """chance of missing one shift"""
