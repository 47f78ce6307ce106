"""What a scenario is, for people, and which days are simulated."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Count, Date, Frozen


class About(Frozen):
    """What the scenario is, for people."""

    title_zh: str
    """one line"""
    title_en: str
    """one line"""
    story_zh: str = ""
    """what is described"""
    story_en: str = ""
    """what is described"""
    question_zh: str = ""
    """what it is to answer"""
    question_en: str = ""
    """what it is to answer"""


class Time(Frozen):
    """What is simulated and what of it is counted."""

    start: Date
    """first date; model time 0 is its midnight"""
    days: Annotated[int, Field(ge=1, le=3660)]
    """days counted"""
    warm_up_days: Count = 0
    """days simulated before them and not counted"""
    cool_down_days: Count = 1
    """days simulated after them, so that what was counted can end"""
