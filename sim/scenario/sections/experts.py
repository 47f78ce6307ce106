"""Experts and doctors who serve by video, or in the house they work in (专家、驻点医生)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.posts import Post
from sim.scenario.sections.quantities import Count, Frozen, Names, NonNegative, Probability


class ExpertGroup(Post):
    """A group of like experts (专家): they serve the orders of mode ``remote``, by video or, with
    doctors of a house, at the bedside; nobody travels. File ``experts.csv``."""

    id: str
    count: Count
    """how many people"""
    skills: Names = ()
    """what they can do, by the words used in ``services.csv``"""
    grade: Annotated[int, Field(ge=1, le=5)] = 1
    """1 lowest; a service asks for a least grade"""
    shifts: Names
    """shifts that each of them works"""
    pay_yuan_per_month: NonNegative = 0.0
    """wage, without insurance"""
    absence_prob: Probability = 0.0
    """chance of missing one shift"""


class Remote(Frozen):
    """Clients of a remote service who cannot be reached, as ``no_show_prob`` of the service says;
    the expert then loses its ``door_min``."""

    tries: Annotated[int, Field(ge=1, le=10)] = 2
    """times that one client is tried, at most"""
    retry_min: NonNegative = 60.0
    """from a try in vain until the client is back in the same place of the queue"""

