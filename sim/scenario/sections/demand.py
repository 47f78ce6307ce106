"""Who rings: people, callers, and how demand spreads over the week."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Distribution, Frozen, NonNegative, Probability

Factor = Annotated[float, Field(ge=0, le=1000)]


class Shape(Frozen):
    """How demand spreads over the hours of the week; only proportions matter."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)]
    """weight of each hour of the day"""
    days: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    """weight of each weekday, Monday first"""


class Demand(Frozen):
    """What multiplies the streams of ``requests.csv``."""

    growth: NonNegative = 1.0
    """multiplies every rate"""
    busy_day_cv: dict[str, Factor] = {}
    """busy group -> coefficient of variation of its gamma factor, drawn once a day, mean 1"""
    shapes: dict[str, Shape] = {}


class Group(Frozen):
    """A population group."""

    name_zh: str
    name_en: str
    call_rate_cv: Factor = 0.0
    """spread of people's call rates (gamma): above 1, a few ring daily"""
    women_share: Probability = 0.5
    """share of women; matters where a service looks to the client's gender"""


class Caller(Frozen):
    """A kind of caller: the client, a relative, a village cadre, the button's device."""

    name_zh: str
    name_en: str
    talk: Distribution
    """talk time with an operator"""
    patience: Distribution
    """time held in the queue before hanging up"""
    redial_first_prob: Probability = 0.0
    """chance to redial after the first blocked or abandoned attempt"""
    redial_later_prob: Probability = 0.0
    """the same after later attempts"""
    redial_delay: Distribution = Distribution(dist="constant", value_min=5)  # type: ignore[call-arg]
    """from hanging up, or the busy tone, to the next attempt"""
    max_redials: Annotated[int, Field(ge=0, le=20)] = 0
    """attempts after the first, at most"""
