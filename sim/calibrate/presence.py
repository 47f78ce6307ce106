"""Who is on duty when: from sign-in records, or inferred from who talks when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.fits import Observed, observed
from sim.calibrate.gaps import Gaps, Turns, learn_gaps, turns
from sim.calibrate.log import DAY_S, CallLog, Flags, Floats, Ints
from sim.calibrate.skills import Skills

BREAK_S = 900.0
"""Not ready for so long or longer: off duty. Shorter absences are part of the work after a call."""
ROUNDING_S = 1.0
"""Logs round to the second."""
FEW = 200
"""So many gaps in which somebody waited tell enough of the time not ready."""
INTERVAL_S = 900.0
"""Staff are counted by intervals of so many seconds."""


@dataclass(frozen=True, eq=False)
class Presence:
    """Stretches on duty, one entry each; seconds."""

    agent: Ints
    start: Floats
    end: Floats
    signed: bool
    """from sign-in records; else inferred"""
    unsure_s: Floats
    """how far the start may lie earlier or the end later, seconds; 0 where signed"""

    def within(self, start: float, end: float) -> Presence:
        """The parts between two moments, counted from the first."""
        keep = (self.end > start) & (self.start < end)
        return Presence(
            self.agent[keep], np.maximum(self.start[keep], start) - start,
            np.minimum(self.end[keep], end) - start, self.signed, self.unsure_s[keep],
        )

    def of(self, agents: Flags) -> Presence:
        """The stretches of some agents only; ``agents`` has a flag for each."""
        keep = agents[self.agent]
        return Presence(self.agent[keep], self.start[keep], self.end[keep], self.signed,
                        self.unsure_s[keep])

    def counts(self, days: int, interval_s: float = INTERVAL_S) -> Floats:
        """(days, intervals): mean number on duty in each interval of each day."""
        return covered(self.start, self.end, days, interval_s)


@dataclass(frozen=True, eq=False)
class Staff:
    """What the log says of the agents' time."""

    presence: Presence
    not_ready: Observed
    """time from the end of a call until ready for the next, absences of ``BREAK_S`` or more left
    out"""
    pressed: Observed | None
    """the same where somebody waited all the while, each gap watched as long as somebody did; None
    where it was recorded, or too few were seen"""
    longest_idle: float
    """see :class:`Gaps`"""
    wrapped: bool
    """``not_ready`` was recorded; else inferred"""


def covered(start: Floats, end: Floats, days: int, interval_s: float = INTERVAL_S) -> Floats:
    """(days, intervals): how much of each interval the stretches cover, all together."""
    per_day = round(DAY_S / interval_s)
    size = days * per_day
    edges = np.zeros(size + 2)
    for moments, sign in ((start, 1.0), (end, -1.0)):
        at = np.clip(moments / interval_s, 0.0, float(size))
        place = np.floor(at).astype(np.int64)
        part = at - place
        np.add.at(edges, place, sign * (1 - part))
        np.add.at(edges, place + 1, sign * part)
    # Sums of fractions leave dust of either sign.
    return np.asarray(np.round(np.cumsum(edges)[:size], 9).reshape(days, per_day)) + 0.0


def learn_staff(log: CallLog, skills: Skills) -> Staff:
    """Time not ready after calls, and stretches on duty."""
    taken = turns(log)
    gaps = learn_gaps(log, skills, taken)
    wrapped = log.wrapped[taken.rows]
    recorded = bool(len(wrapped)) and float(np.isfinite(wrapped).mean()) > 0.9
    off = (gaps.low >= BREAK_S) | (gaps.exact & (gaps.high >= BREAK_S))
    if recorded:
        known = np.isfinite(wrapped)
        not_ready = observed(np.maximum(0.0, wrapped - log.released[taken.rows])[known])
        pressed = None
    else:
        high = np.minimum(gaps.high, BREAK_S)
        low = np.where(gaps.exact, high, gaps.low)
        not_ready = observed(np.rint(low[~off]), np.rint(high[~off]))
        pressed = _pressed(gaps, off)
    if len(log.sign_ins):
        signs = log.sign_ins.sort_values(["agent", "start"])
        start, end = signs["start"].to_numpy(float), signs["end"].to_numpy(float)
        presence = Presence(signs["agent"].to_numpy(np.int64), start, end, True,
                            np.zeros(len(start)))
    else:
        presence = _inferred(log, taken, gaps, off)
    return Staff(presence, not_ready, pressed, gaps.longest_idle, recorded)


def _pressed(gaps: Gaps, off: Flags) -> Observed | None:
    """Gaps that begin with somebody waiting, each watched as long as somebody does.

    Agents take longer where nobody waits for them, so that these are shorter than all gaps.
    """
    wanted = ~off & (gaps.needed_s > 0)
    watched = np.minimum(gaps.needed_s, BREAK_S)
    seen = gaps.high <= watched + ROUNDING_S
    if (wanted & seen).sum() < FEW:
        return None
    low = np.where(seen, gaps.high, watched)
    high = np.where(seen, gaps.high, np.inf)
    return observed(np.rint(low[wanted]), np.rint(high[wanted]))


def _inferred(log: CallLog, taken: Turns, gaps: Gaps, off: Flags) -> Presence:
    """Periods of work, less the gaps off duty.

    Somebody whose first call after an absence had waited came back with that call; another had
    been idle before it, as long as others are then. Likewise at the end of the last call.
    """
    idle = _usual_idle(gaps, off)
    first = np.concatenate([[True], taken.last[:-1]]) if len(taken.last) else taken.last
    inner = np.flatnonzero(~taken.last)
    parts_after = np.zeros(len(taken.rows), dtype=bool)
    parts_after[inner[off]] = True
    begins = first | np.concatenate([[False], parts_after[:-1]])[: len(first)]
    ends = taken.last | parts_after
    waited = log.wait[taken.rows] > 0
    answered, released = taken.start[begins], taken.end[ends]
    before = np.where(waited[begins], 0.0, idle(answered))
    # After an absence: not before the last sign of it.
    floor = np.full(len(taken.rows), -np.inf)
    after = inner[off] + 1
    floor[after] = gaps.start[off] + gaps.low[off]
    start = np.maximum(answered - before, np.minimum(floor[begins], answered))
    beyond = idle(released) / 2
    ceiling = np.full(len(taken.rows), np.inf)
    ceiling[inner[off]] = gaps.start[off]
    end = np.maximum(released, np.minimum(released + beyond, ceiling[ends]))
    order = np.lexsort((start, taken.agent[begins]))
    return Presence(taken.agent[begins][order], start[order], end[order], False,
                    (before / 2 + beyond)[order])


class _usual_idle:
    """Idle time that ready agents usually had before a call at some moment: the median over those
    of the same half hour of that day, of all days' half hour where there are few."""

    HALF_HOUR_S = 1800.0
    FEW = 5

    def __init__(self, gaps: Gaps, off: Flags) -> None:
        ready = ~off & ~gaps.exact
        span = np.minimum(gaps.high - gaps.low, 3600.0)[ready]
        slot = np.floor(gaps.end[ready] / self.HALF_HOUR_S).astype(np.int64)
        self.all = float(np.median(span)) if len(span) else 0.0
        per_day = round(DAY_S / self.HALF_HOUR_S)
        self.by_slot = _medians(slot, span, self.FEW)
        self.by_clock = _medians(slot % per_day, span, self.FEW)
        self.per_day = per_day

    def __call__(self, moments: Floats) -> Floats:
        slots = np.floor(moments / self.HALF_HOUR_S).astype(np.int64)
        return np.array([
            self.by_slot.get(slot, self.by_clock.get(slot % self.per_day, self.all))
            for slot in slots.tolist()
        ])


def _medians(keys: Ints, values: Floats, fewest: int) -> dict[int, float]:
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    names, first = np.unique(keys, return_index=True)
    pieces = np.split(values, first[1:])
    return {
        int(name): float(np.median(piece))
        for name, piece in zip(names, pieces, strict=True) if len(piece) >= fewest
    }
