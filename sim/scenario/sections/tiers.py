"""The hotlines above the county's own: city and province 12345 (省市县三级)."""

from __future__ import annotations

from sim.scenario.sections.quantities import Count, Distribution, Frozen, Positive, Probability


class Tier(Frozen):
    """A hotline above the county's (上级热线), the nearest first: city, then province. It takes the
    calls that waited too long below, and with ``when_closed = handed_to_12345`` those that the
    county does not answer at night; it is always open."""

    name_zh: str
    name_en: str
    seats: Count = 0
    """calls it can have in hand at once, after-call work included; 0: as many as come"""
    transfer: Distribution = Distribution(dist="constant", value_s=0)  # type: ignore[call-arg]
    """from being passed on until a seat could answer: menu, transfer, greeting"""
    overflow_after_s: Positive | None = None
    """who has waited so long here is passed to the next tier; empty: stays"""
    settle_prob: Probability = 0.0
    """share of the calls it answers that it settles itself; the others come down as orders"""
    hand_down: Distribution = Distribution(dist="constant", value_h=2)  # type: ignore[call-arg]
    """end of its talk to order in the county"""
