"""Virtual hold (虚拟排队): callers hang up, keep their place, and are phoned."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import (
    Count,
    Distribution,
    Frozen,
    NonNegative,
    Positive,
    Probability,
)


class VirtualHold(Frozen):
    """Callers in the queue may hang up and keep their place (虚拟排队); when their turn comes they
    are phoned. Chasing callers are not asked."""

    prob: Probability = 0.0
    """chance that a caller to whom it is offered accepts; 0: it is never offered"""
    after_s: Positive | None = None
    """offered to who has waited so long; empty: only by ``queue``"""
    queue: Count | None = None
    """offered at once to who finds so many callers waiting; empty: only by ``after_s``"""
    answer_prob: Probability = 1.0
    """chance that the caller picks up when phoned"""
    ring: Distribution = Distribution(dist="constant", value_s=25)  # type: ignore[call-arg]
    """operator's time with a phone that is not picked up"""
    tries: Annotated[int, Field(ge=1, le=5)] = 2
    """calls to one caller, at most; after the last the caller counts as abandoned"""
    retry_min: NonNegative = 15.0
    """from a call in vain until the caller is back in the same place"""
