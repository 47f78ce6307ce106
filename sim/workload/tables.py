"""The workload: everything random that could happen to each request, as arrays.

One row a request, sorted by time (then by stream, then by order within the stream). Child columns
are matrices: their k-th column belongs to the k-th call attempt, offer or chasing call.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _no_ints() -> Ints:
    return np.zeros((0, 0), dtype=np.int64)


def _no_floats() -> Floats:
    return np.zeros((0, 0))


@dataclass(frozen=True, eq=False)
class Workload:
    """Times and lengths in milliseconds, :data:`sim.words.kinds.NEVER` where there is no limit.

    Uniforms ("coins") meet the probability of the point, operator or moment at run time.
    Codes (``stream``, ``service``, ``zone``, ``caller``, ``group``) are positions in the scenario.
    """

    seed: int
    replication: int
    horizon: int
    """end of the run, warm-up and cool-down included"""

    time: Ints
    """the request: first attempt, portal entry or planned order"""
    stream: Ints
    service: Ints
    group: Ints
    zone: Ints
    client: Ints
    """number of the person within the county, a function of zone, group and rank"""
    caller: Ints
    """position in ``scenario.callers``"""
    x_km: Floats
    y_km: Floats
    """home, km east and north of the county's centre"""

    false_alarm: NDArray[np.bool_]
    patience: Ints
    """(n, attempts) time held in the queue, per attempt"""
    redial_coin: Floats
    """(n, attempts)"""
    redial_delay: Ints
    """(n, attempts)"""
    talk: Ints
    """talk time of the attempt that is answered (verifying talk where a false alarm)"""
    wrap_up: Ints
    review: Ints
    """portal: entry to order"""
    handed_down_coin: Floats
    handed_down_delay: Ints

    window_open: Ints
    """booked: window; NEVER where the request is for as soon as possible"""
    window_close: Ints
    due: Ints
    """time + target, or the window's close; NEVER where the service has no target"""
    order_patience: Ints
    """how long the client waits for a departure, from order (booked: from the window's close)"""
    offer_delay: Ints
    """(n, offers)"""
    offer_coin: Floats
    """(n, offers)"""
    noise_out: Floats
    """factor on the travel time to the home"""
    noise_back: Floats
    """factor on the travel time back to the point"""
    duration: Ints
    """time at the home"""
    no_show_coin: Floats
    call_back_coin: Floats
    call_back_talk: Ints
    call_back_wrap_up: Ints
    chase_coin: Floats
    """(n, chases)"""
    chase_patience: Ints
    """(n, chases)"""
    chase_talk: Ints
    """(n, chases)"""
    chase_wrap_up: Ints
    """(n, chases)"""
    assessment: Ints = field(default_factory=_no_ints)
    """(n, 1) from a place's order to the end of its assessment; (n, 0): there are no places"""
    grade: Ints = field(default_factory=_no_ints)
    """(n, 1) assessed grade, 1 to 5; 0 where nobody is assessed; (n, 0) as above"""
    hand_coin: Floats = field(default_factory=_no_floats)
    """(n, 1) who brings a meal, or whether it is eaten at the canteen; (n, 0): none is delivered"""
    carry_delay: Ints = field(default_factory=_no_ints)
    """(n, 1) a cadre's time from the meal point to the door; (n, 0) as above"""

    tier_transfer: Ints = field(default_factory=_no_ints)
    """(n, tiers) from being passed to a tier until a seat there could answer"""
    settle_coin: Floats = field(default_factory=_no_floats)
    """(n, tiers)"""
    hand_down_delay: Ints = field(default_factory=_no_ints)
    """(n, tiers) end of the tier's talk to order"""
    hold_coin: Floats = field(default_factory=_no_floats)
    """(n, attempts) whether virtual hold, if offered, is accepted"""
    hold_answer_coin: Floats = field(default_factory=_no_floats)
    """(n, tries) whether the caller then picks up"""
    hold_ring: Ints = field(default_factory=_no_ints)
    """(n, tries) how long the phone rings where nobody picks up"""
    remote_coin: Floats = field(default_factory=_no_floats)
    """(n, tries) whether the client of a remote service is not reached"""
    reaction: Ints = field(default_factory=_no_ints)
    """(n, 1) where orders are grabbed, else (n, 0): the number from which the reaction of each
    point and caregiver follows, see :mod:`sim.workload.reactions`"""

    def __len__(self) -> int:
        return len(self.time)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Every array by name, in the order above; a matrix without columns is none."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: value for name, value in values.items()
            if isinstance(value, np.ndarray) and value.shape[1:] != (0,)
        }

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self.columns().values())
