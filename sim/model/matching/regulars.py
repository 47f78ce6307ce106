"""Clients' usual caregivers: who has come most often so far, or last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.words.kinds import NEVER, NONE

if TYPE_CHECKING:
    from sim.model.order import Order
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Workload


class Regulars:
    """Remembers who came to whom: visits for one caregiver that were not in vain."""

    def __init__(self, clients: Sequence[int], last: bool) -> None:
        self.clients = clients
        """[request] -> the client's number"""
        self.last = last
        """whether the last one to come is the usual one, however often others came"""
        self.usual: dict[int, int] = {}
        """client -> caregiver"""
        self.visits: dict[tuple[int, int], int] = {}
        """(client, caregiver) -> visits so far"""

    def of(self, request: int) -> int:
        """The usual caregiver of a request's client; NONE where nobody has come yet."""
        return self.usual.get(self.clients[request], NONE)

    def visited(self, order: Order, caregiver: int) -> None:
        """A visit, or a whole round, is over: remember to whom this caregiver came, not in vain."""
        if order.crew == 1:
            for done in order.stops or (order,):
                if not done.no_show and done.started < NEVER:
                    self.came(done.request, caregiver)

    def came(self, request: int, caregiver: int) -> None:
        """A client was visited. Of several who came most often, the latest is the usual one."""
        client = self.clients[request]
        visits = self.visits.get((client, caregiver), 0) + 1
        self.visits[client, caregiver] = visits
        usual = self.usual.get(client, NONE)
        if self.last or visits >= self.visits.get((client, usual), 0):
            self.usual[client] = caregiver


def regulars_of(scenario: Scenario, workload: Workload) -> Regulars | None:
    """Usual caregivers are remembered where a rule may ask for them."""
    dispatch = scenario.dispatch
    weighed = dispatch.choose_order == "score" and dispatch.order_weights.usual
    if dispatch.choose_caregiver == "usual" or weighed or dispatch.code:
        return Regulars(workload.client.tolist(), dispatch.usual == "last")
    return None
