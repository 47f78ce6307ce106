"""How many columns each matrix of a workload has."""

from __future__ import annotations

from sim.scenario.schema import Scenario
from sim.words.kinds import OfferMode, ServiceMode
from sim.workload import hold, remote, tiers


def widths(scenario: Scenario) -> dict[str, int]:
    """How many columns each matrix of the workload has."""
    attempts = 1 + max((c.max_redials for c in scenario.callers.values()), default=0)
    # There are two rounds of offers before the escalation, which no point can refuse.
    offers = 2 * scenario.dispatch.max_offers
    chases = max(1, scenario.chasing.max_calls)
    assessed = int(bool(scenario.admissions))
    return {
        **dict.fromkeys(("patience", "redial_coin", "redial_delay"), attempts),
        **dict.fromkeys(("offer_delay", "offer_coin"), offers),
        **dict.fromkeys(("assessment", "grade"), assessed),
        **dict.fromkeys(("hand_coin", "carry_delay"), int(delivers(scenario))),
        "reaction": int(scenario.dispatch.offer_mode in (OfferMode.GRAB, OfferMode.HYBRID)),
        **dict.fromkeys(("chase_coin", "chase_patience", "chase_talk", "chase_wrap_up"), chases),
        **tiers.widths(scenario),
        **hold.widths(scenario, attempts),
        **remote.widths(scenario),
    }


def delivers(scenario: Scenario) -> bool:
    """Whether anything is brought on rounds."""
    return any(service.mode == ServiceMode.DELIVERY for service in scenario.services)
