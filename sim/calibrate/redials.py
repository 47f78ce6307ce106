"""Who rings again after hanging up, where the log tells callers apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.calibrate.fits import Fit, Z, fit_all, observed
from sim.calibrate.log import CallLog, Flags, Floats

FEWEST = 20
"""So many abandoned calls of known callers, at least."""


@dataclass(frozen=True)
class Share:
    """A probability with its interval (Wilson 1927)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, eq=False)
class Redials:
    """Ringing again after an abandoned call."""

    again: Flags
    """which calls of the log are redials"""
    first: Share
    """after the first attempt"""
    later: Share
    """after later ones"""
    delays: list[Fit]
    """from hanging up to the next attempt, the best fit first"""
    most: int
    """attempts after the first, at most, as seen"""
    coverage: float
    """share of abandoned calls whose caller is known: only of these are redials told apart, so a
    model that is given all other calls as fresh ones lets only this share ring again"""


def wilson(hits: float, n: int) -> Share:
    """A share of ``n`` with its 95 % interval; NaN where ``n`` is 0."""
    if n == 0:
        return Share(math.nan, 0.0, 1.0, 0)
    p, z2 = hits / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Share(p, max(0.0, middle - half), min(1.0, middle + half), n)


def learn_redials(log: CallLog) -> Redials | None:
    """None where callers are not known, or too few of them hung up.

    A redial is the next call of the same caller within ``redial_within_s`` of hanging up. Callers
    who were answered ring again too, by chance or with another matter: the share of those who do
    is taken off.
    """
    none = np.zeros(len(log), dtype=bool)
    known = np.flatnonzero(log.caller >= 0)
    order = known[np.lexsort((log.arrived[known], log.caller[known]))]
    if len(order) < 2:
        return None
    served = log.served[order]
    left = np.where(served, log.released[order], log.left[order])
    same = log.caller[order][1:] == log.caller[order][:-1]
    gap = log.arrived[order][1:] - left[:-1]
    soon = same & (gap >= 0) & (gap <= log.redial_within_s)
    follows = np.append(soon, False)
    # The end of the log hides who would have rung again.
    seen = left < log.days * 86_400.0 - log.redial_within_s
    lost = ~served & seen
    if lost.sum() < FEWEST:
        return None
    chance = float(follows[served & seen].mean()) if (served & seen).any() else 0.0
    redial = np.concatenate([[False], _beyond_chance(soon & ~served[:-1], gap, chance,
                                                     int(lost.sum()))])
    attempt = np.zeros(len(order), dtype=np.int64)
    for place in np.flatnonzero(redial):
        attempt[place] = attempt[place - 1] + 1
    shares = []
    for who in (lost & (attempt == 0), lost & (attempt > 0)):
        raw = wilson(float(follows[who].sum()), int(who.sum()))
        value, low, high = (_less(x, chance) for x in (raw.value, raw.low, raw.high))
        shares.append(Share(value, low, high, raw.n))
    delays = gap[redial[1:]]
    again = none.copy()
    again[order[redial]] = True
    return Redials(again, shares[0], shares[1], fit_all(observed(np.round(delays, 1))),
                   int(attempt.max(initial=0)), float((log.caller[~log.served] >= 0).mean()))


def _beyond_chance(soon: Flags, gap: Floats, chance: float, lost: int) -> Flags:
    """Of the calls that follow an abandoned one soon, so many as chance does not account for; the
    soonest."""
    places = np.flatnonzero(soon)
    keep = max(0, len(places) - round(chance * lost))
    out = np.zeros(len(soon), dtype=bool)
    out[places[np.argsort(gap[places], kind="stable")[:keep]]] = True
    return out


def _less(share: float, chance: float) -> float:
    """A share with what comes by chance taken off."""
    if math.isnan(share) or chance >= 1:
        return share
    return min(1.0, max(0.0, (share - chance) / (1 - chance)))
