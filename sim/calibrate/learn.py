"""Everything that a call log teaches about a hotline."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from sim.calibrate.arrivals import Arrivals, learn_arrivals
from sim.calibrate.fits import AT_RISK, Fit, Observed, at_risk, fit_all, kaplan_meier, observed
from sim.calibrate.log import CallLog, Flags, Floats, Ints
from sim.calibrate.presence import BREAK_S, Staff, learn_staff
from sim.calibrate.redials import Redials, learn_redials
from sim.calibrate.required import require_agents
from sim.calibrate.skills import Skills, learn_skills
from sim.calibrate.talking import by_day, by_hour, talks
from sim.calibrate.turnbull import turnbull

SMALL_QUEUE = 0.005
"""Queues with a smaller share of the calls are put together."""
OWN_PATIENCE = 300
"""So many hang-ups let a kind of caller have its own patience; the others share one."""
OWN_TALK = 100
"""Likewise of talks."""
FIRST_S = 2.0
"""Who hangs up within so many seconds of having to wait may have had no patience at all."""
FAR = 0.04
"""A family further than this from what was seen is not used: the seen distribution itself is."""
STEPS = 300
"""Values that stand for a distribution of no family."""
OTHER = "other"


@dataclass(frozen=True, eq=False)
class Duration:
    """A duration's distribution: the observations, the families fitted, and what is used."""

    seen: Observed
    fits: list[Fit]
    """the best first; empty where too little was seen"""
    values: Floats
    """where no family is near enough: values that stand for the distribution; else empty"""
    weights: Floats

    @property
    def fit(self) -> Fit | None:
        """The family used; None: ``values`` are."""
        return self.fits[0] if self.fits and not len(self.values) else None

    @property
    def mean_s(self) -> float:
        if self.fit is not None:
            return (1 - self.fit.atom) * self.fit.mean_s
        return float((self.values * self.weights).sum() / self.weights.sum())


@dataclass(frozen=True)
class Source:
    """A stream of calls."""

    id: str
    queue: int
    voice: int
    """whose talk and patience its callers have"""
    first_class: bool


@dataclass(frozen=True, eq=False)
class Learned:
    """What a log taught."""

    log: CallLog
    arrivals: Arrivals
    streams: tuple[Source, ...]
    stream_of: Ints
    """[call] -> stream"""
    voices: tuple[str, ...]
    talk: tuple[Duration, ...]
    """[voice]"""
    talk_by_hour: Floats
    """(24,): talk of calls that come in an hour / talk that their streams have on the whole"""
    talk_by_day: Floats
    """(days of the log,): likewise of the calls of a day, drawn towards 1"""
    patience: tuple[Duration, ...]
    """[voice]"""
    impatience_per_s: float
    """hang-ups per second waited, all callers together"""
    redials: Redials | None
    not_ready: Duration
    """time from the end of a call until ready for the next"""
    pressed: Duration | None
    """the same while somebody waits; None where it was recorded, or seldom seen"""
    skills: Skills
    staff: Staff


def learn(log: CallLog) -> Learned:
    """Learn a scenario's numbers from a log."""
    require_agents(log)
    log = pooled(log)
    skills = learn_skills(log)
    staff = learn_staff(log, skills)
    redials = learn_redials(log)
    fresh = ~redials.again if redials else np.ones(len(log), dtype=bool)
    voices, voice_of = _voices(log)
    streams, stream_of = _streams(log, voice_of)
    spoken = [observed(talks(log, voice_of == v)) for v in range(len(voices))]
    everybody = observed(talks(log, np.ones(len(log), dtype=bool)))
    shared_talk = _duration(everybody)
    talk = tuple(_duration(t) if t.n >= OWN_TALK else shared_talk for t in spoken)
    means = [duration.mean_s for duration in talk]
    hours = by_hour(log, voice_of, means)
    return Learned(
        log=log, arrivals=learn_arrivals(log, fresh, stream_of, len(streams)), streams=streams,
        stream_of=stream_of, voices=voices, talk=talk,
        talk_by_hour=hours, talk_by_day=by_day(log, voice_of, means, hours),
        patience=learn_patience(log, voice_of, len(voices)),
        impatience_per_s=impatience(log), redials=redials,
        not_ready=_duration(staff.not_ready, longest_s=None if staff.wrapped else BREAK_S),
        pressed=_duration(staff.pressed, longest_s=BREAK_S) if staff.pressed else None,
        skills=skills, staff=staff,
    )


def learn_patience(log: CallLog, voice_of: Ints, voices: int) -> tuple[Duration, ...]:
    """The patience of each voice; ``voice_of``: of each call."""
    waits = [_patience(log, voice_of == v) for v in range(voices)]
    shared = _duration(_patience(log, np.ones(len(log), dtype=bool)), FIRST_S)
    return tuple(
        _duration(w, FIRST_S) if w.seen >= OWN_PATIENCE or voices == 1 else shared for w in waits
    )


def impatience(log: CallLog) -> float:
    """Hang-ups per second waited."""
    waited = float(log.wait.sum())
    return float((~log.served).sum()) / waited if waited else 0.0


def pooled(log: CallLog) -> CallLog:
    """The log with its small queues put together."""
    share = np.bincount(log.queue, minlength=len(log.queues)) / max(1, len(log))
    small = share < SMALL_QUEUE
    if small.sum() < 2:
        return log
    names = [name for name, little in zip(log.queues, small, strict=True) if not little]
    place = np.where(small, len(names), np.cumsum(~small) - 1)
    return replace(log, queue=place[log.queue], queues=(*names, OTHER))


def slug(name: str, taken: set[str], prefix: str) -> str:
    """A scenario's id for a name of the log."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not plain or plain[0].isdigit():
        plain = f"{prefix}-{plain}".strip("-")
    found, n = plain, 1
    while found in taken:
        n += 1
        found = f"{plain}-{n}"
    taken.add(found)
    return found


def _voices(log: CallLog) -> tuple[tuple[str, ...], Ints]:
    """Whose talk and patience are learned apart: kinds of caller if the log has them, or queues."""
    names = log.kinds if any(log.kinds) else log.queues
    taken: set[str] = set()
    return tuple(slug(name or "caller", taken, "q") for name in names), voices_of(log)


def voices_of(log: CallLog) -> Ints:
    """[call] -> voice: whose talk and patience it has."""
    return log.kind if any(log.kinds) else log.queue


def _streams(log: CallLog, voice_of: Ints) -> tuple[tuple[Source, ...], Ints]:
    triples, of = np.unique(
        np.column_stack([log.queue, voice_of, log.first_class]), axis=0, return_inverse=True
    )
    taken: set[str] = set()
    by_kind = any(log.kinds)
    found = []
    for queue, voice, ahead in triples.tolist():
        name = log.queues[queue] + (f" {log.kinds[voice] or 'caller'}" if by_kind else "")
        found.append(Source(slug(name, taken, "q"), queue, voice, bool(ahead)))
    return tuple(found), of.ravel()


def _patience(log: CallLog, who: Flags) -> Observed:
    """Waits of those who had to wait: seen in whole where they hung up, cut off where answered."""
    mine = who & log.queued
    wait = np.round(log.wait[mine], 1)
    return observed(wait, np.where(log.served[mine], np.inf, wait))


def _duration(
    seen: Observed, first_s: float | None = None, longest_s: float | None = None
) -> Duration:
    fits = fit_all(seen, first_s)
    none = np.zeros(0)
    if not fits:
        if not seen.n:
            return Duration(seen, [], np.array([0.0]), np.array([1.0]))
        return Duration(seen, [], *_steps(seen, longest_s))
    # Chance alone brings about this much.
    near = fits[0].distance <= FAR + 1 / math.sqrt(max(1, seen.seen))
    # A mean beyond all that was watched is the family's, not the log's.
    known = fits[0].mean_s <= float(seen.low.max())
    if near and known:
        return Duration(seen, fits, none, none)
    return Duration(seen, fits, *_steps(seen, longest_s))


def _steps(
    seen: Observed, longest_s: float | None = None
) -> tuple[Floats, Floats]:
    """Values and weights that stand for what was seen; beyond what enough were watched for, ends
    come as they did of late; with ``longest_s`` nothing from there on."""
    between = ~seen.exact & np.isfinite(seen.high)
    if between.any():
        longest = float(seen.high[np.isfinite(seen.high)].max())
        edges = np.unique(np.round(np.concatenate(
            [np.arange(0.0, 12.0), np.geomspace(12.0, max(13.0, min(longest, BREAK_S)), 50)]
        )))
        values, weights = turnbull(seen, edges)
        some = weights > 1e-7
        return values[some], weights[some]
    times, shares = kaplan_meier(seen)
    if not len(times):
        never = float(seen.low.max(initial=0.0)) + 1.0
        return np.array([never]), np.array([1.0])
    sound = times[at_risk(seen, times) >= AT_RISK]
    end = float(sound[-1]) if len(sound) else float(times[-1])
    top = float(shares[times <= end][-1])
    middles = (np.arange(STEPS) + 0.5) / STEPS
    body = times[np.minimum(np.searchsorted(shares, middles * top), len(times) - 1)]
    values, weights = body, np.full(STEPS, top / STEPS)
    if longest_s is not None:
        keep = values < longest_s
        values, weights = values[keep], weights[keep]
    elif top < 1:
        tail = end - np.log1p(-(np.arange(50) + 0.5) / 50) / _late_hazard(seen)
        values = np.concatenate([values, tail])
        weights = np.concatenate([weights, np.full(50, (1 - top) / 50)])
    values, where = np.unique(np.round(values, 1), return_inverse=True)
    return values, np.asarray(np.bincount(where.ravel(), weights=weights), dtype=np.float64)



def _late_hazard(seen: Observed) -> float:
    """Ends per second after the moment by which half of all ends had come."""
    ended = seen.weight * seen.exact
    order = np.argsort(seen.low, kind="stable")
    half = np.searchsorted(np.cumsum(ended[order]), ended.sum() / 2)
    since = float(seen.low[order][min(half, len(order) - 1)])
    late = seen.low > since
    spent = float((seen.weight * (seen.low - since))[late].sum())
    return float(ended[late].sum()) / spent if spent > 0 and ended[late].any() else 1 / 60.0
