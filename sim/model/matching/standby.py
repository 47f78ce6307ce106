"""Caregivers kept free for emergencies.

``reserve`` is how many of a point's caregivers who can do all its emergency services stay free of
orders that are no emergency: whoever of them is free goes to such an order only if so many others
of them are free too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.words.kinds import IdleReason

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.order import Order
    from sim.model.point import Point

STANDBY = IdleReason.STANDBY


class Standby:
    """The part of a point that keeps caregivers free for emergencies."""

    def __init__(self, point: Point, number: int) -> None:
        self.point = point
        self.number = number
        self.emergency = point.plan.emergency

    def spare(self, order: Order, everybody: int) -> int:
        """How many of the free caregivers who are ready for emergencies may go to the order;
        ``everybody`` where it is one."""
        if self.emergency[order.service]:
            return everybody
        ready = sum(me.ready for me in self.point.free.values())
        return max(0, ready - self.number)

    def keeps(self, me: Caregiver, order: Order) -> bool:
        """Whether a free caregiver has to stay rather than go to the order."""
        return me.ready and not self.spare(order, 1)

    def stays(self, me: Caregiver) -> None:
        """The caregiver could go but for the reserve."""
        me.kept = True
        self.point.mark(me, STANDBY)

    def on_duty(self) -> int:
        """How many of those ready for emergencies could ever go to other orders in this shift."""
        ready = sum(me.ready for me in self.point.on_duty)
        return max(0, ready - self.number)

    def relieved_by(self, me: Caregiver) -> None:
        """One more is free: any other who is ready, and may have had to stay, looks again."""
        free = self.point.free
        for number in sorted(free):
            other = free.get(number)
            if other is not None and other.ready and other is not me:
                self.point.rematch(other)
