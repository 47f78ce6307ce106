"""How orders find caregivers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.sections.grabbing import Grab
from sim.scenario.sections.quantities import Count, Distribution, Frozen, NonNegative, Positive
from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import OfferMode, WhenIdle


class Dispatch(Frozen):
    """How orders find caregivers."""

    offer_mode: OfferMode = OfferMode.ASSIGN
    """assign: offered to one point after another (派单). grab: shown to all in range, the first to
    react takes it, after a time-out it is assigned (抢单). pool: one queue for the county, from
    which whoever is free takes the best order near by; those for several caregivers are assigned.
    hybrid: emergencies (``emergency_priority``) are assigned, the others grabbed"""
    grab: Grab = Grab()
    reoptimise_every_min: Annotated[float, Field(ge=0, le=10_080)] = 0.0
    """so often all waiting orders for one caregiver, delivery rounds apart, and all free
    caregivers, of whatever point that offers the service and serves the zone, within
    ``max_travel_min`` as planned then, are matched at once: as many orders as possible, at the
    least sum of planned travel and lateness. With a ``reserve``, who may be kept for emergencies
    takes no part; 0: never"""
    pool_km: Positive = 10.0
    """pool: how far from where a caregiver is a home may lie that he is sent to, crow-fly"""
    choose_point: str = "nearest"
    """rule that picks the point to offer an order to"""
    choose_order: str = "priority"
    """rule that picks the order for a free caregiver"""
    choose_caregiver: str = "nearest"
    """rule that picks the caregiver for an order where several are free"""
    point_weights: PointWeights = PointWeights()
    order_weights: OrderWeights = OrderWeights()
    reserve: Count = 0
    """of each point's caregivers who can do all its emergency services, so many are kept free of
    orders that are no emergency; 0: none"""
    preempt: bool = False
    """whether an emergency turns around a caregiver who is on the way to an order that is none"""
    emergency_priority: Count = 0
    """orders of this class and of better ones are emergencies"""
    module: str = ""
    """a Python file in the scenario folder that registers further policies"""
    code: str = ""
    """the text of that file, as read"""
    offer_delay: Distribution = Distribution(dist="constant", value_s=0)  # type: ignore[call-arg]
    """a point's time to answer an offer"""
    offer_timeout_min: Positive = 15.0
    """an offer not answered by then goes on to the next point"""
    max_offers: Annotated[int, Field(ge=1, le=10)] = 3
    """offers a round; there are two rounds, then escalation (督办)"""
    retry_min: Positive = 30.0
    """pause between the rounds"""
    max_travel_min: Positive = 60.0
    """planned travel, at speed factor 1, beyond which a point is no candidate"""
    borrow_km: NonNegative = 0.0
    """idle caregivers help other points' homes this near to their own point, crow-fly; 0: never"""
    gather_after_min: NonNegative = 30.0
    """a crew order waiting this long reserves caregivers one by one"""
    overtime_min: NonNegative = 0.0
    """how far past the shift's end a visit may be planned to end"""
    when_idle: WhenIdle = WhenIdle.RETURN
    """whether a caregiver with nothing to do goes back to the point"""
    usual: Literal["most", "last"] = "most"
    """who is a client's usual caregiver: who came most often (of several, the latest), or last"""
