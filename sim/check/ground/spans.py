"""Stretches of time as two arrays, from and until (half-open): overlaps, numbers present, areas.

Everything sorts and searches, so that a year of a county's stretches takes moments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.words.kinds import NONE

Ints = NDArray[np.int64]


def witness(starts: Ints, ends: Ints, since: Ints, until: Ints) -> Ints:
    """For each stretch ``since, until`` the place of a ``starts, ends`` that overlaps it, or -1.

    Stretches overlap when one begins strictly before the other ends and ends strictly after the
    other begins: with ``since == until`` this asks for a stretch around a moment. Stretches without
    length overlap nothing.
    """
    order = np.flatnonzero(ends > starts)
    if len(order) == 0:
        return np.full(len(since), NONE, dtype=np.int64)
    order = order[np.argsort(starts[order], kind="stable")]
    latest = _place_of_running_maximum(ends[order])
    before = np.searchsorted(starts[order], until, side="left") - 1
    longest = order[latest[np.maximum(before, 0)]]
    return np.where((before >= 0) & (ends[longest] > since), longest, NONE)


def _place_of_running_maximum(values: Ints) -> Ints:
    highest = np.maximum.accumulate(values)
    new = np.append(True, highest[1:] > highest[:-1])
    return np.maximum.accumulate(np.where(new, np.arange(len(values)), 0))


def overlaps(starts: Ints, ends: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints]:
    """Every pair (place in ``starts``, place in ``since``) that shares a positive time."""
    mine = np.flatnonzero(ends > starts)
    others = np.flatnonzero(until > since)
    a = mine[np.argsort(starts[mine], kind="stable")]
    b = others[np.argsort(since[others], kind="stable")]
    first_b, second_a = _begins_within(starts[a], since[b], until[b], "left")
    first_a, second_b = _begins_within(since[b], starts[a], ends[a], "right")
    return (
        np.concatenate([a[second_a], a[first_a]]),
        np.concatenate([b[first_b], b[second_b]]),
    )


def _begins_within(moments: Ints, since: Ints, until: Ints, side: str) -> tuple[Ints, Ints]:
    """Pairs (stretch, moment) with the moment inside the stretch; its start counts if left."""
    low = np.searchsorted(moments, since, side=side)  # type: ignore[call-overload]
    counts = np.maximum(np.searchsorted(moments, until, side="left") - low, 0)
    which = np.repeat(np.arange(len(since)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, np.repeat(low, counts) + offset


def present(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The moments at which the number of stretches changes, and the number from then on."""
    times = np.concatenate([starts, ends])
    steps = np.concatenate([np.ones_like(starts), -np.ones_like(ends)])
    moments, place = np.unique(times, return_inverse=True)
    change = np.bincount(place, weights=steps, minlength=len(moments)).astype(np.int64)
    return moments, np.cumsum(change)


def area(starts: Ints, ends: Ints) -> int:
    """The number present integrated over time."""
    moments, number = present(starts, ends)
    return int((number[:-1] * np.diff(moments)).sum()) if len(moments) else 0


def number_at(starts: Ints, ends: Ints, moments: Ints) -> Ints:
    """How many stretches have begun by each moment and not ended by it."""
    begun = np.searchsorted(np.sort(starts), moments, side="right")
    ended = np.searchsorted(np.sort(ends), moments, side="right")
    return np.asarray(begun - ended, dtype=np.int64)
