"""How many units are on duty when: from sign-ins, from the units' own activity, or, where the log
does not name units, from how many jobs are under way at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.log import DAY_S, Floats
from sim.calibrate.presence import Presence, covered

OFF_DUTY_S = 4 * 3600.0
"""A unit without a job for so long was off duty."""
WINDOW_DAYS = 14
"""Where units are not named, the load of an hour is the mean over so many days before and after."""
SIDE_WEIGHT = 0.25
"""And over the hours before and after it, with this weight each."""
GOLDEN = 0.6180339887498949
"""Spreads part of a unit evenly over days (the golden ratio's sequence)."""


@dataclass(frozen=True, eq=False)
class Crews:
    """Units on duty."""

    on_duty: Floats
    """(days, 24) mean number in each hour of each day"""
    presence: Presence | None
    """stretches on duty; None where units are not named"""
    counted: bool
    """from sign-ins or named units; else inferred from the load"""
    load: Floats
    """(days, 24) mean number of jobs under way, smoothed"""
    spare: float
    """units beyond those seen: where units are named, so many that left no trace, for want of a
    job; else beyond the load, in square roots of it"""
    unsure: Floats
    """(days, 24) how far the number may lie from ``on_duty``"""


def learn_crews(log: OrderLog) -> Crews:
    """Units on duty, as far as the log tells."""
    load = smooth_load(log)
    if len(log.sign_ins):
        signs = log.sign_ins.sort_values(["unit", "start"])
        start, end = signs["start"].to_numpy(float), signs["end"].to_numpy(float)
        presence = Presence(signs["unit"].to_numpy(np.int64), start, end, True,
                            np.zeros(len(start)))
    elif (log.unit >= 0).any():
        presence = _by_activity(log)
    else:
        return spared(Crews(load, None, False, load, 0.0, np.zeros_like(load)), 1.0)
    on_duty = covered(presence.start, presence.end, log.days, 3600.0)
    unsure = np.zeros_like(on_duty)
    for moments in (presence.start, presence.end):
        at = np.clip((moments // 3600).astype(np.int64), 0, log.days * 24 - 1)
        np.add.at(unsure.reshape(-1), at, presence.unsure_s / 3600.0)
    return Crews(on_duty, presence, True, load, 0.0, unsure)


def spared(crews: Crews, spare: float) -> Crews:
    """With so many units beyond those seen.

    Where units are not named: for the load and ``spare`` square roots of it beyond, at least one
    wherever jobs were under way (the square-root rule: W. Whitt 1992, Management Science 38).
    """
    if crews.counted:
        more = np.where(crews.on_duty > 0, spare - crews.spare, 0.0)
        return replace(crews, on_duty=crews.on_duty + more, spare=spare)
    wanted = crews.load + spare * np.sqrt(crews.load)
    there = crews.load > 1e-3
    return replace(crews, on_duty=np.where(there, np.maximum(1.0, wanted), 0.0), spare=spare)


def under_way(log: OrderLog, moments: Floats) -> Floats:
    """How many jobs are under way at each moment, those that begin just then not counted."""
    start, end = log.busy
    before = np.searchsorted(np.sort(start), moments, side="left")
    over = np.searchsorted(np.sort(end), moments, side="right")
    return np.asarray((before - over).astype(np.float64))


def smooth_load(log: OrderLog) -> Floats:
    """(days, 24) mean number of jobs under way, over nearby days and hours."""
    start, end = log.busy
    hours = covered(start, end, log.days, 3600.0)
    side = SIDE_WEIGHT * (np.roll(hours.ravel(), 1) + np.roll(hours.ravel(), -1))
    hours = ((1 - 2 * SIDE_WEIGHT) * hours.ravel() + side).reshape(hours.shape)
    sums = np.vstack([np.zeros(24), np.cumsum(hours, axis=0)])
    days = np.arange(log.days)
    low = np.maximum(0, days - WINDOW_DAYS)
    high = np.minimum(log.days, days + WINDOW_DAYS + 1)
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None])


def whole_units(on_duty: Floats) -> np.ndarray:
    """(days, 24) whole numbers; a part of a unit is there on that part of the days."""
    low = np.floor(on_duty + 1e-9)
    coin = (np.arange(len(on_duty)) * GOLDEN) % 1.0
    return np.asarray((low + (coin[:, None] < on_duty - low - 1e-9)).astype(np.int64))


def stretches(counts: np.ndarray) -> list[tuple[int, int]]:
    """Hours (first, end) that single units work so that ``counts`` (hours,) are on duty: who came
    first leaves first."""
    on: list[int] = []
    found = []
    for hour, wanted in enumerate([*counts.tolist(), 0]):
        while len(on) > wanted:
            found.append((on.pop(0), hour))
        on += [hour] * (wanted - len(on))
    return sorted(found)


def _by_activity(log: OrderLog) -> Presence:
    """A unit is on duty from one job to the next unless ``OFF_DUTY_S`` lie between; before the
    first and after the last as long as it usually waits for a job, half of it each."""
    unit = np.concatenate([log.unit, log.others["unit"].to_numpy(np.int64)])
    sent = np.concatenate([log.dispatched, log.others["dispatched"].to_numpy(float)])
    done = np.concatenate([log.ended, log.others["ended"].to_numpy(float)])
    done = np.where(np.isnan(done), sent, done)
    known = (unit >= 0) & np.isfinite(sent)
    order = np.flatnonzero(known)[np.lexsort((sent[known], unit[known]))]
    unit, sent, done = unit[order], sent[order], done[order]
    new = np.append(True, (unit[1:] != unit[:-1]) | (sent[1:] - done[:-1] > OFF_DUTY_S))
    first = np.flatnonzero(new)
    last = np.append(first[1:] - 1, len(unit) - 1)
    idle = (sent[1:] - done[:-1])[~new[1:]]
    usual = float(np.median(idle[idle > 0])) if (idle > 0).any() else 0.0
    end = np.maximum.reduceat(done, first) if len(first) else done
    return Presence(unit[first], np.maximum(0.0, sent[first] - usual / 2),
                    np.minimum(end + usual / 2, log.days * DAY_S + DAY_S),
                    False, np.full(len(last), usual / 2))
