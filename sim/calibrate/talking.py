"""Talk times, and how they differ by the hour and from day to day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.calibrate.log import DAY_S, CallLog, Flags, Floats, Ints

STEADY = 50
"""So many calls of ordinary length steady the mean talk of an hour."""


def talks(log: CallLog, who: Flags) -> Floats:
    """Talk of the calls of some that were answered, to a tenth of a second."""
    mine = who & log.served
    return np.asarray(np.round(log.released[mine] - log.answered[mine], 1))


def by_hour(log: CallLog, voice_of: Ints, means: Sequence[float]) -> Floats:
    """(24,): talk of calls that come in an hour over the ``means`` of their voices."""
    own, due, _ = _beside(log, voice_of, means)
    hour = np.floor(log.arrived[log.served] % DAY_S / 3600).astype(np.int64)
    had, expected = (np.bincount(hour, weights=w, minlength=24)[:24] for w in (own, due))
    steady = STEADY * float(due.mean()) if len(due) else 1.0
    return np.asarray((had + steady) / (expected + steady))


def by_day(log: CallLog, voice_of: Ints, means: Sequence[float], hours: Floats) -> Floats:
    """(days,): talk of the calls of a day over what their voices and ``hours`` bring, as far as
    that is more than the chance of which calls came: drawn towards the mean of all days."""
    own, due, day = _beside(log, voice_of, means)
    hour = np.floor(log.arrived[log.served] % DAY_S / 3600).astype(np.int64)
    due = due * hours[hour]
    if not len(own):
        return np.ones(log.days)
    n = np.bincount(day, minlength=log.days)[:log.days]
    had, expected = (np.bincount(day, weights=w, minlength=log.days)[:log.days]
                     for w in (own, due))
    mean = float(had.sum() / expected.sum())
    ratio = np.where(n > 0, had / np.maximum(expected, 1e-9) / mean, 1.0)
    chance = float((own / due / mean).var()) / np.maximum(n, 1)
    between = float((n * ((ratio - 1) ** 2 - chance)).sum() / n.sum())
    certain = max(0.0, between) / (max(0.0, between) + chance)
    return np.asarray(mean * (1 + certain * (ratio - 1)))


def _beside(
    log: CallLog, voice_of: Ints, means: Sequence[float]
) -> tuple[Floats, Floats, Ints]:
    """Talk of each answered call, that of its voice, and its day."""
    mine = log.served
    due = np.asarray(means, dtype=np.float64)[voice_of[mine]]
    return log.released[mine] - log.answered[mine], due, log.day[mine]
