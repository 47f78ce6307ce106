"""The hotline, and the calls of clients whose order is late."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import (
    Count,
    Distribution,
    Frozen,
    Positive,
    Probability,
    WeeklyHours,
)
from sim.words.kinds import AtClosing, WhenClosed


class Hotline(Frozen):
    """The hotline (热线)."""

    number: str = ""
    """the number people dial"""
    open: WeeklyHours
    """when operators answer; outside, ``when_closed``"""
    lines: Annotated[int, Field(ge=1, le=100_000)]
    """trunk lines (中继线), held from arrival to hang-up"""
    lines_for_buttons: Count = 0
    """of these, kept for emergency buttons"""
    when_closed: WhenClosed = WhenClosed.RECORDING
    """what a caller meets outside opening hours"""
    at_closing: AtClosing = AtClosing.SERVE
    """whether calls still waiting at closing time are served"""
    wrap_up: Distribution
    """after-call work (话后处理)"""
    verify_talk: Distribution = Distribution(dist="exponential", mean_s=60)  # type: ignore[call-arg]
    """talk of a button press that proves false"""
    review: Distribution = Distribution(dist="constant", value_min=3)  # type: ignore[call-arg]
    """portal: entry to order"""
    call_back_prob: Probability = 0.0
    """share of completed orders called back (回访)"""
    call_back_talk: Distribution = Distribution(dist="exponential", mean_s=60)  # type: ignore[call-arg]
    """talk of a call-back"""
    overflow_after_s: Positive | None = None
    """a call, chasing calls apart, that has waited so long is passed to the first of the ``tiers``;
    empty: never"""
    handed_down_prob: Probability = 1.0
    """closed, handed to 12345, no ``tiers``: share that comes back as an order"""
    handed_down_delay: Distribution = Distribution(dist="constant", value_h=2)  # type: ignore[call-arg]
    """closed, handed to 12345, no ``tiers``: call to order; channel ``tier``: request to order"""


class Chasing(Frozen):
    """Calls of clients whose order is late (催单)."""

    prob: Probability = 0.0
    """chance of a call at each interval"""
    every_min: Positive = 30.0
    """interval between two chances to ring"""
    max_calls: Annotated[int, Field(ge=0, le=20)] = 0
    """intervals, from the time it is due, in which the client of one order may ring"""
    caller: str = ""
    """kind of caller whose talk and patience they have"""
