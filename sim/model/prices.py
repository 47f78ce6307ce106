"""What an order is charged at: known when it is known who does it, at most so much before."""

from __future__ import annotations

from functools import lru_cache

from sim.model.plan import Plan
from sim.scenario.schema import Scenario
from sim.scenario.sections.funds import fen
from sim.words.kinds import NONE, ServiceMode


class Prices:
    """Prices of a scenario's services, in fen."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.plan = plan
        self.listed = [fen(service.price_yuan) for service in scenario.services]
        """[service]"""
        self.at_points = [
            service.mode not in (ServiceMode.REMOTE, ServiceMode.ADVICE)
            for service in scenario.services
        ]
        """[service] -> whether a point does it, at its own price"""
        self.most = lru_cache(maxsize=None)(self._most)

    def of(self, service: int, point: int) -> int:
        """What is paid for a service done by a point; NONE: by nobody's, as by an expert."""
        if point == NONE:
            return self.listed[service]
        return fen(self.plan.price[service][point])

    def _most(self, service: int, zone: int) -> int:
        """What the dearest point that may do it charges at a home in a zone."""
        points = self.plan.candidates(service, zone) if self.at_points[service] else ()
        return max((self.of(service, int(p)) for p in points), default=self.listed[service])
