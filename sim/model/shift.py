"""What operators and caregivers have in common: a shift ends, a break falls due."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.clock import Clock, Turn, key
from sim.words.kinds import Entity, Rank

if TYPE_CHECKING:
    from sim.workload.roster import Duty

LEAVE = "leave"
BREAK = "break"
"""What somebody free may be told to do, other than work."""


class Worker:
    """An operator or a caregiver on duty, as far as the shift goes."""

    def __init__(
        self, clock: Clock, number: int, entity: Entity, duties: list[tuple[int, Duty]]
    ) -> None:
        self.turn = Turn(clock)
        """what this worker's process waits for"""
        self.number = number
        self.duties = duties
        """(number in the roster, duty), in order of time"""
        self.place = key(Rank.RELEASE, entity, number)
        self.roster_place = key(Rank.ROSTER, entity, number)
        self.break_place = key(Rank.EXPIRY, entity, number)
        self.ends = 0
        """rostered end of the shift"""
        self.breaks: list[tuple[int, int, int]] = []
        """still to come: window's start and end, length"""
        self.missed = 0
        self.rest = 0
        """length of the break about to begin"""

    def begin(
        self,
        clock: Clock,
        duty: Duty,
        shift_ends: Callable[[Event], None],
        break_due: Callable[[Event], None],
    ) -> None:
        """Come on duty: from now on the clock reminds of the shift's end and of breaks."""
        self.ends = duty.end
        self.breaks = list(duty.breaks)
        self.missed = 0
        if duty.end > clock.now:
            clock.alarm(duty.end, self.roster_place, shift_ends, self)
        for start, _, _ in duty.breaks:
            if start > clock.now:
                clock.alarm(start, self.break_place, break_due, self)

    def takes_break(self, now: int) -> bool:
        """Whether a break is due now; ``rest`` is then its length. Passed windows are missed."""
        breaks = self.breaks
        while breaks and breaks[0][1] < now:
            breaks.pop(0)
            self.missed += 1
        if breaks and breaks[0][0] <= now:
            self.rest = breaks.pop(0)[2]
            return True
        return False

    @property
    def breaks_missed(self) -> int:
        """Of the shift that ends now."""
        return self.missed + len(self.breaks)

