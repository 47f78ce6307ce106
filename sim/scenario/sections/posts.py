"""Posts that are not always filled: people leave, others are looked for, recruits are trained."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Count, Date, Frozen


class Post(Frozen):
    """What the tables of operators, caregivers and experts say of how long people stay."""

    employed_from: Date | None = None
    """first date on which anybody of this group works; empty: from the start. Posts are filled
    then"""
    turnover_per_year: Annotated[float, Field(ge=0, le=10)] = 0.0
    """people who leave in a year, per filled post; 0: everybody stays"""
    weeks_to_fill: Annotated[int, Field(ge=0, le=104)] = 8
    """weeks a post is empty after somebody left, where ``turnover_per_year`` is above 0"""
    recruit_training_days: Count = 0
    """days a recruit is trained, from the day the post is filled, before working"""
    training_days_per_year: Annotated[float, Field(ge=0, le=250)] = 0.0
    """days a year on which a person has training instead of a shift, drawn for each person and
    date"""
