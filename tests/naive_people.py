"""Second implementation: whom caregivers are for, and clients' usual caregivers.

As :mod:`tests.naive_county`, with lists that are looked through anew at every decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.naive_county import Dispatch
from tests.naive_facts import Carer, Job, Outing
from tests.naive_offers import FAR


@dataclass
class People:
    """Who is whom."""

    clients: list[int]
    """of each task"""
    women: list[bool]
    """of each task: the client is one"""
    zones: dict[int, set[int]] = field(default_factory=dict)
    """caregiver -> the only zones, where there are any"""
    women_caring: set[int] = field(default_factory=set)
    same_gender: Sequence[str] = ()
    """of each service"""
    last: bool = False
    """the usual caregiver is whoever came last"""


class WithPeople(Dispatch):
    """Dispatch that looks at people."""

    def __init__(self, people: People, *given: Any) -> None:
        self.people = people
        self.came: list[tuple[int, int]] = []
        """(client, caregiver) of each visit done by one caregiver, in order"""
        super().__init__(*given)

    def _same(self, carer: Carer, order: Job) -> bool:
        woman = carer.number in self.people.women_caring
        return woman == self.people.women[order.request]

    def _can(self, carer: Carer, order: Job) -> bool:
        task = self.tasks[order.request]
        there = task.zone in self.people.zones.get(carer.number, {task.zone})
        required = self.people.same_gender[task.service] == "require"
        return super()._can(carer, order) and there and (not required or self._same(carer, order))

    def _best_crew(self, order: Job, free: list[Carer]) -> list[Carer]:
        service = self.tasks[order.request].service
        if self.people.same_gender[service] == "prefer" and self._crew_size(order) == 1:
            same = [carer for carer in free if self._same(carer, order)]
            return super()._best_crew(order, same) or super()._best_crew(order, free)
        return super()._best_crew(order, free)

    def _is_usual(self, carer: Carer, order: Job) -> bool:
        client = self.people.clients[order.request]
        mine = [who for whom, who in self.came if whom == client]
        if not mine:
            return False
        if self.people.last:
            return mine[-1] == carer.number
        often = {who: mine.count(who) for who in mine}
        most = [who for who in mine if often[who] == max(often.values())]
        return most[-1] == carer.number

    def _carer_score(self, carer: Carer, order: Job) -> float:
        if self.rules.choose_caregiver == "usual":
            away = self._planned(carer, order) / 60_000
            return away + (0 if self._is_usual(carer, order) else FAR)
        return super()._carer_score(carer, order)

    def _weighed(self, order: Job, carer: Carer) -> float:
        usual = self.rules.order_weights.get("usual", 0.0) * self._is_usual(carer, order)
        return super()._weighed(order, carer) + usual

    def _visit_over(self, outing: Outing) -> None:
        order = self.orders[outing.order]
        if outing.turned < 0 and self._crew_size(order) == 1 and order.state == "completed":
            self.came.append((self.people.clients[order.request], outing.caregiver))
        super()._visit_over(outing)
