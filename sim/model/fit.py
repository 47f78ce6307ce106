"""Who can go to which order: the service, and perhaps the home's zone and the client's gender.

An order's *kind* is its service and, where it matters to anybody, the zone and whether the client
is a woman. Kinds are numbered so that without such limits a kind is its service.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sim.model.plan import Plan
from sim.scenario.schema import Scenario
from sim.workload.clients import women
from sim.workload.roster import Person
from sim.workload.tables import Workload


class Fit:
    """Orders' kinds, and for each caregiver which kinds he or she can do."""

    def __init__(self, scenario: Scenario, plan: Plan, workload: Workload) -> None:
        self.able = plan.able
        self.services = len(plan.crew)
        self.zones = len(scenario.zones) if any(g.zones for g in scenario.caregivers) else 1
        self.allowed = [
            [not g.zones or zone.id in g.zones for zone in scenario.zones][: self.zones]
            for g in scenario.caregivers
        ]
        """[group][zone]"""
        self.required = [s.same_gender == "require" for s in scenario.services]
        self.preferred = [s.same_gender == "prefer" for s in scenario.services]
        genders = any(self.required)
        self.limited = self.zones > 1 or genders
        """whether anything but the service matters"""
        self.mean_service = plan.mean_service * (self.zones * (2 if genders else 1))
        """[kind] -> mean milliseconds at the home"""
        self.women: Sequence[bool] = ()
        """[request] -> whether the client is a woman; empty where it matters to nobody"""
        if genders or any(self.preferred):
            self.women = women(scenario, workload.group, workload.client).tolist()
        self.genders = genders
        self.can = lru_cache(maxsize=None)(self._can)

    def kind(self, request: int, service: int, zone: int) -> int:
        """The kind of an order."""
        found = service
        if self.zones > 1:
            found += self.services * zone
        if self.genders and self.women[request]:
            found += self.services * self.zones
        return found

    def of(self, person: Person) -> Sequence[bool]:
        """[kind] -> whether this caregiver can do it."""
        return self.can(person.group, person.woman) if self.limited else self.able[person.group]

    def _can(self, group: int, woman: bool) -> tuple[bool, ...]:
        able, allowed = self.able[group], self.allowed[group]
        if not self.genders:
            return tuple(able[s] and there for there in allowed for s in range(self.services))
        return tuple(
            able[s] and there and (not self.required[s] or client == woman)
            for client in (False, True) for there in allowed for s in range(self.services)
        )
