"""How an order that is shown to many is grabbed: the section ``[dispatch.grab]``."""

from __future__ import annotations

from sim.scenario.sections.quantities import Distribution, Frozen, Positive, Probability
from sim.words.kinds import GrabBy


class Grab(Frozen):
    """Grabbing (抢单): an order is shown to everybody in range, and the first to react takes it.

    Whoever cannot take it at the moment of reacting lets it pass. A point can while it takes
    offers, as for an offer. A caregiver can who is free, able, in time before the shift ends, not
    kept for emergencies, within ``max_travel_min`` of the home as planned at that moment, and whose
    own point could. Orders for several caregivers and booked ones are always shown to points.
    """

    to: GrabBy = GrabBy.POINTS
    """whom orders are shown to: points, or the caregivers themselves"""
    reaction: Distribution = Distribution(dist="exponential", mean_min=3)  # type: ignore[call-arg]
    """from showing to the reaction of each point or caregiver"""
    react_prob: Probability = 1.0
    """chance that one who is shown an order wants it; times the ``accept_prob`` of the point"""
    timeout_min: Positive = 10.0
    """an order grabbed by nobody by then is assigned"""
