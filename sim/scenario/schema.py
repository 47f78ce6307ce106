"""The scenario: every section of ``scenario.toml`` and the tables beside it."""

from __future__ import annotations

from typing import Literal

from sim.scenario.sections.about import About, Time
from sim.scenario.sections.answers import Answer
from sim.scenario.sections.calendar import CalendarRow
from sim.scenario.sections.demand import Caller, Demand, Group
from sim.scenario.sections.dispatching import Dispatch
from sim.scenario.sections.experts import ExpertGroup, Remote
from sim.scenario.sections.funds import Fund
from sim.scenario.sections.hold import VirtualHold
from sim.scenario.sections.hotline import Chasing, Hotline
from sim.scenario.sections.kitchens import Kitchen
from sim.scenario.sections.money import Money, Payment
from sim.scenario.sections.organisations import Organisation
from sim.scenario.sections.place_rows import Admission, PlaceRow
from sim.scenario.sections.plans import CarePlan
from sim.scenario.sections.province import Province
from sim.scenario.sections.quantities import Frozen
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.services import Service
from sim.scenario.sections.shifts import Shift
from sim.scenario.sections.shocks import Opening, Shock
from sim.scenario.sections.sources import Source
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.scenario.sections.targets import Staffing, Targets
from sim.scenario.sections.tiers import Tier
from sim.scenario.sections.travel import Travel
from sim.scenario.sections.zones_and_points import Point, Zone


class Scenario(Frozen):
    """A whole county, as resolved: base, overrides and tables together."""

    name: str
    """the scenario's name"""
    schema_version: Literal[1] = 1
    """version of these files' layout"""
    about: About
    time: Time
    demand: Demand
    groups: dict[str, Group]
    callers: dict[str, Caller]
    hotline: Hotline
    tiers: dict[str, Tier] = {}
    hold: VirtualHold = VirtualHold()
    remote: Remote = Remote()
    chasing: Chasing = Chasing()
    dispatch: Dispatch = Dispatch()
    travel: Travel
    targets: Targets = Targets()
    money: Money = Money()
    payment: Payment = Payment()
    staffing: Staffing = Staffing()
    shocks: dict[str, Shock] = {}
    opening: Opening = Opening()
    province: Province = Province()
    zones: tuple[Zone, ...]
    points: tuple[Point, ...]
    caregivers: tuple[CaregiverGroup, ...]
    operators: tuple[OperatorGroup, ...]
    experts: tuple[ExpertGroup, ...] = ()
    shifts: tuple[Shift, ...]
    services: tuple[Service, ...]
    requests: tuple[Stream, ...]
    places: tuple[PlaceRow, ...] = ()
    admissions: tuple[Admission, ...] = ()
    kitchens: tuple[Kitchen, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
    answers: tuple[Answer, ...] = ()
    plans: tuple[CarePlan, ...] = ()
    funds: tuple[Fund, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """Service and group of every stream of requests, then of every care plan."""
        return (
            *((stream.service, stream.group) for stream in self.requests),
            *((plan.service, plan.group) for plan in self.plans),
        )

    @property
    def horizon_days(self) -> int:
        return self.time.warm_up_days + self.time.days + self.time.cool_down_days
