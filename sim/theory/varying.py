"""Hours that differ: M_t/M/s_t+M, a hotline whose calls and staff change with the time of day.

The day is a row of stretches, each with its own rate of calls and number of servers. Within one,
Kolmogorov's forward equations of the number waiting or served are solved exactly
(:mod:`sim.theory.transient`).

Shift ends are exhaustive (A. Ingolfsson 2005, "Modeling the M(t)/M/s(t) queue with an exhaustive
discipline"): who leaves finishes the call in hand and takes no other. Everybody on duty is equally
likely to be the one who is busy, so of b busy among s a hypergeometric number leaves with a call.
These calls end beside the chain, which goes on with those who stay, those who come and the queue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import comb

from sim.theory.chains import Floats
from sim.theory.patience import served_within
from sim.theory.transient import advance

QUEUE = 8
"""Places in the queue at least; doubled until they are practically never all taken."""
LARGEST = 5000
FULL = 1e-10
SETTLED = 1e-11
PASSES = 5000
Rates = float | Sequence[float] | Floats


@dataclass(frozen=True)
class Staffed:
    """M_t/M/s_t+M; one entry a stretch in every array."""

    lengths: Floats
    offered: Floats
    """expected number who ring"""
    blocked: Floats
    """expected number who find every place taken; 0 where places are not limited"""
    answered: Floats
    """expected number whose talk begins in the stretch"""
    abandoned: Floats
    """expected number who hang up in the stretch"""
    waits: Floats
    """share of those let in who find nobody free"""
    queue: Floats
    """mean number waiting"""
    service_level: Floats
    """share of those let in who are answered within the time asked for"""
    busy: Floats
    """mean number busy, those who finish a call after their time included"""
    late: Floats
    """mean number of those who have gone off duty and still finish a call"""
    kept: Floats
    """expected number kept busy by a call at the moment they go off duty, as the stretch begins"""
    servers: Floats
    """on duty"""
    service: Floats

    @property
    def wait(self) -> Floats:
        """Mean wait: time waited in the stretch, by whomever, for each one let in during it."""
        let_in = self.offered - self.blocked
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(let_in > 0, self.queue * self.lengths / let_in, np.nan)

    @property
    def occupancy(self) -> Floats:
        """Time busy / time signed in, those who finish late in both; NaN without anybody."""
        signed_in = self.servers + self.late
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(signed_in > 0, self.busy / signed_in, np.nan)

    @property
    def overtime(self) -> float:
        """Expected time spent finishing calls after going off duty, over all stretches."""
        return float((self.kept / self.service).sum())


def staffed(
    arrivals: Sequence[float] | Floats,
    staff: Sequence[int],
    service: Rates,
    impatience: Rates,
    *,
    lengths: Rates = 1.0,
    leaving: Sequence[int] | None = None,
    within: float = 0.0,
    places: int | None = None,
    repeats: bool = True,
) -> Staffed:
    """M_t/M/s_t+M over a row of stretches; see the head of this file.

    ``arrivals`` (calls per unit of time), ``staff``, and ``service``, ``impatience``, ``lengths``
    where they differ: one a stretch. ``leaving``: how many of those on duty leave as the stretch
    begins, the rest of its staff being new; if not given, nobody but those of whom there are fewer.
    ``within``: the time of the service level. ``places``: at most so many wait or are served
    (trunk lines); a late call no longer takes a place. ``repeats``: the row repeats itself for
    ever (a day, a week) and the first stretch follows the last; else it starts empty, with nobody
    on duty before.

    Exact but for: who of those on duty is busy (exact if all leave, or if they have long been
    mixed); ``service_level``, where those who ring less than ``within`` before the staff changes
    are judged by the staff they meet; and service or patience that changes between stretches,
    which is taken to change for calls in hand too. Raises ``ValueError`` where lengths differ, more
    leave than are there, or the queue grows for ever.
    """
    rates = np.asarray(arrivals, dtype=float)
    n = len(rates)
    duty = np.asarray(staff, dtype=np.int64)
    mu, theta, length = (np.broadcast_to(np.asarray(x, dtype=float), n)
                         for x in (service, impatience, lengths))
    before = np.roll(duty, 1)
    if not repeats:
        before[0] = 0
    gone = np.maximum(before - duty, 0) if leaving is None else np.asarray(leaving, dtype=np.int64)
    if len(duty) != n or len(gone) != n:
        raise ValueError("one entry a stretch in every series")
    if (rates < 0).any() or (duty < 0).any() or (mu <= 0).any() or (theta < 0).any():
        raise ValueError("rates and staff cannot be negative, service must be positive")
    if (gone > before).any() or (gone < before - duty).any():
        raise ValueError("leaving lies between the fall in staff and the staff before")
    if repeats and places is None and not theta.any() and (
        (rates * length / mu).sum() >= (duty * length).sum()
    ):
        raise ValueError("the queue grows for ever: nobody gives up and servers cannot keep up")
    rows = list(zip(rates.tolist(), duty.tolist(), mu.tolist(), theta.tolist(), length.tolist(),
                    before.tolist(), gone.tolist(), strict=True))
    queue = max(QUEUE, _fluid(rows, repeats), *(_deep(*row[:4]) for row in set(rows)))
    while True:
        size = int(duty.max()) + queue
        if places is not None and places <= min(size, LARGEST):
            return _solve(rows, places, within, repeats)
        if size > LARGEST:
            raise ValueError(f"more than {LARGEST} wait: hardly anybody gives up")
        found = _solve(rows, size, within, repeats)
        if found.blocked.max() <= FULL * max(1.0, float(found.offered.max())):
            return found
        queue *= 2


def relieved(staff: Sequence[int]) -> list[int]:
    """``leaving`` for :func:`staffed` where a change in the number on duty means that everybody is
    relieved by a new shift; the row repeats itself."""
    return [
        before if now != before else 0
        for before, now in zip([staff[-1], *staff[:-1]], staff, strict=True)
    ]


Row = tuple[float, int, float, float, float, int, int]
"""Arrivals, servers, service, impatience, length, servers before, how many of them leave."""


def _solve(rows: Sequence[Row], size: int, within: float, repeats: bool) -> Staffed:
    """With at most ``size`` waiting or served."""
    n = np.arange(size + 1)
    p, late = np.eye(1, size + 1)[0], 0.0
    if repeats:
        p, late = _settled(rows, p)
    found = []
    for rate, s, mu, theta, d, before, gone in rows:
        in_hand = float(p @ np.minimum(n, before))
        p, kept = _relieved(p, before, gone)
        taken = float(p @ np.minimum(n, s)) - (in_hand - kept)
        p, spent = advance(p, rate, s, mu, theta, d)
        during = spent / d
        late += kept
        finishing = late * -math.expm1(-mu * d) / (mu * d)
        late *= math.exp(-mu * d)
        free, full = float(during[: min(s, size)].sum()), float(during[-1])
        queue = float(during @ np.maximum(n - s, 0))
        started = rate * free + s * mu * float(during[s + 1 :].sum())
        ahead = np.arange(max(0, size - s), dtype=float)
        soon = float(during[s : s + len(ahead)] @ served_within(ahead, s, mu, theta, within))
        found.append((
            d, rate * d, rate * full * d, taken + started * d, theta * queue * d,
            (1 - free - full) / (1 - full), queue, (free + soon) / (1 - full),
            float(during @ np.minimum(n, s)) + finishing, finishing, kept, s, mu,
        ))
    return Staffed(*np.array(found).T)


def _settled(rows: Sequence[Row], p: Floats) -> tuple[Floats, float]:
    """The state before the first stretch, and who finishes late then, once the row repeats."""
    late = 0.0
    for _ in range(PASSES):
        start, start_late = p, late
        for rate, s, mu, theta, d, before, gone in rows:
            p, kept = _relieved(p, before, gone)
            p, _ = advance(p, rate, s, mu, theta, d)
            late = (late + kept) * math.exp(-mu * d)
        if np.abs(p - start).sum() + abs(late - start_late) < SETTLED:
            return p, late
    raise ValueError(f"the day does not settle within {PASSES} of them")


def _relieved(p: Floats, before: int, gone: int) -> tuple[Floats, float]:
    """What is left when ``gone`` of those on duty leave, and how many calls go with them."""
    if gone == 0:
        return p, 0.0
    busy = np.minimum(np.arange(len(p)), before)
    left, kept = np.zeros(len(p)), 0.0
    for calls in range(gone + 1):
        part = p * comb(busy, calls) * comb(before - busy, gone - calls) / comb(before, gone)
        left[: len(p) - calls] += part[calls:]
        kept += calls * float(part.sum())
    return left, kept


def _deep(arrival: float, servers: int, service: float, impatience: float) -> int:
    """A queue that is hardly ever exceeded if the stretch lasts, up to 100."""
    ahead = np.arange(1, 101)
    leave = np.maximum(servers * service + ahead * impatience, 1e-300)
    weight = np.cumsum(np.log(max(arrival, 1e-300) / leave))
    return int(np.count_nonzero(weight > max(0.0, float(weight.max())) - 28))


def _fluid(rows: Sequence[Row], repeats: bool) -> int:
    """A queue longer than any there would be if calls and services flowed evenly."""
    queue = longest = 0.0
    for rate, s, mu, theta, d, _, _ in [*rows, *rows] if repeats else rows:
        gain = rate - s * mu
        if theta > 0:
            queue = gain / theta + (queue - gain / theta) * math.exp(-theta * d)
        else:
            queue += gain * d
        queue = max(0.0, queue)
        longest = max(longest, queue)
    return math.ceil(longest + 6 * math.sqrt(longest))
