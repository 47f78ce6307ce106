"""Care plans: services that come again and again without anybody asking."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.sections.quantities import Clock, Count, Days, Frozen, Probability
from sim.scenario.sections.requests import Stream
from sim.words.kinds import DAY, Channel

DAYS_IN = {"week": 7, "month": 365.25 / 12, "year": 365.25}


class CarePlan(Frozen):
    """Recurring visits (照护计划、探访、指导): so many to each client enrolled, in each period. A
    doctor's round or an expert's session (mode ``remote``) and a meal (``delivery``) count, too.

    The visits of a client divide the week, month or calendar year evenly, always on the same days
    of it, and those of all clients are spread evenly over its dates. A visit may begin from its
    first date on; unless it is tied to that date, it may wait for a caregiver without more urgent
    work until the day before the client's next one, at last until the end of the period. If nobody
    has set out, or begun, by then it is missed. File ``plans.csv``.
    """

    id: str
    service: str
    """what is done; its class says how it stands behind other work"""
    group: str
    """population group of the clients"""
    share: Probability = 1.0
    """share of the group that is enrolled; who is, stays so"""
    visits: Annotated[int, Field(ge=1, le=366)]
    """visits to each client in each ``per``; no more than one on a date"""
    per: Literal["week", "month", "year"]
    """the period: the week from Monday, the calendar month or the calendar year"""
    days: Days = tuple(range(7))
    """weekdays on which a visit may be due: ``Mon-Fri``, ``daily``; a holiday is a Sunday"""
    opens: Clock = 0
    """clock time from which a visit may begin on its first date"""
    closes: Clock = DAY
    """clock time by which it is to begin on its last date"""
    within: Literal["period", "day"] = "period"
    """whether it may wait for slack time, or is tied to its first date, as meals are"""
    spare_days: Count = 0
    """last dates of the period that are no visit's first, so that all have time until its end"""
    point: str = ""
    """usual point of visits to the home, asked first where it is near enough; empty: as for other
    orders"""

    def per_day(self, people: float) -> float:
        """Visits a day, on average, to a group of so many people."""
        return people * self.share * self.visits / DAYS_IN[self.per]


def as_stream(plan: CarePlan) -> Stream:
    """Somebody of the plan's group asking for its service; how often, the plan says."""
    return Stream(
        id=plan.id, channel=Channel.PLAN, service=plan.service, group=plan.group, per_day=0)
