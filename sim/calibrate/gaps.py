"""What agents do between two calls: not ready, or ready and idle.

Two things betray who is not ready. A caller waits whom this agent could serve; and, where calls go
to whoever is idle the longest, a call goes past this agent to one who was freed later. So the time
not ready after a call is known exactly where the next call had waited (the agent took it the moment
it was ready), and otherwise lies between the last such sign and the next call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.log import CallLog, Flags, Floats, Ints
from sim.calibrate.skills import Skills

SLACK_S = 3.0
"""Calls that wait no longer were being connected, and say nothing about who was ready."""
LONGEST_IDLE = 0.75
"""At least this share of successive calls in the order in which their agents were freed: the log's
calls go to whoever is idle the longest."""
LONGEST_GAP_S = 5 * 3600.0
"""A longer gap parts two periods of work, whatever the signs."""


@dataclass(frozen=True, eq=False)
class Gaps:
    """One entry a gap: from the end of an agent's call to its next call of the same period of
    work; seconds."""

    agent: Ints
    start: Floats
    """the agent has left the call before"""
    end: Floats
    """the next call is answered"""
    low: Floats
    """at least so long not ready"""
    exact: Flags
    """the next call had waited: not ready up to ``end``"""
    needed_s: Floats
    """for so long from ``start``, without a pause, somebody waited whom the agent could serve"""
    longest_idle: float
    """share of successive calls at once in the order in which their agents were freed; 0.5 would
    be chance"""

    @property
    def high(self) -> Floats:
        """At most so long not ready."""
        return self.end - self.start


@dataclass(frozen=True, eq=False)
class Turns:
    """The calls of known agents, by agent and then by time."""

    rows: Ints
    """positions in the log"""
    agent: Ints
    start: Floats
    end: Floats
    """the agent has left the call, and not yet answered another"""
    last: Flags
    """the last call of a period of work"""


def turns(log: CallLog) -> Turns:
    """The calls of each agent in order, parted into periods of work."""
    rows = np.flatnonzero(log.served & (log.agent >= 0))
    rows = rows[np.lexsort((log.answered[rows], log.agent[rows]))]
    agent, start, end = log.agent[rows], log.answered[rows], log.released[rows]
    same = np.append(agent[1:] == agent[:-1], False)
    following = np.append(start[1:], np.inf)
    last = ~same | (following - end > LONGEST_GAP_S)
    # Nobody talks to two callers: the first talk had ended when the second began.
    end = np.where(same, np.minimum(end, np.maximum(following, start)), end)
    return Turns(rows, agent, start, end, last)


def learn_gaps(log: CallLog, skills: Skills, taken: Turns) -> Gaps:
    """Every gap inside the periods of work, with what is known of the time not ready."""
    here = np.flatnonzero(~taken.last)
    agent, start, end = taken.agent[here], taken.end[here], taken.start[here + 1]
    waited = log.wait[taken.rows[here + 1]] > 0
    freed = np.full(len(log), np.nan)
    freed[taken.rows[here + 1]] = start
    in_order = _in_order(log, freed)
    low, needed = np.zeros(len(here)), np.zeros(len(here))
    group = skills.of_agent[agent]
    for number in np.unique(group):
        mine = group == number
        covered = skills.sets[number][log.queue]
        signs = _waiting_until(log, covered, start[mine], end[mine])
        if in_order >= LONGEST_IDLE:
            signs = np.maximum(signs, _passed_over(log, covered, freed, start[mine], end[mine]))
        low[mine] = signs - start[mine]
        needed[mine] = _needed(log, covered, start[mine])
    span = end - start
    return Gaps(agent, start, end, np.clip(low, 0.0, span), waited, needed, in_order)


def _in_order(log: CallLog, freed: Floats) -> float:
    """Of two successive calls of one queue answered at once: how often the agent freed first is
    asked first."""
    good = total = 0
    for queue in range(len(log.queues)):
        rows = np.flatnonzero((log.queue == queue) & log.served & (log.wait <= 0))
        since = freed[rows[np.argsort(log.answered[rows], kind="stable")]]
        since = since[~np.isnan(since)]
        good += int((np.diff(since) > 0).sum())
        total += max(0, len(since) - 1)
    return good / total if total else 0.5


def _waiting_until(log: CallLog, covered: Flags, start: Floats, end: Floats) -> Floats:
    """For each gap: the last moment before its end at which a caller it covers waited and was
    then served by another, or hung up; the gap's start if none."""
    who = np.flatnonzero(covered & (log.wait > SLACK_S))
    if not len(who):
        return start.copy()
    since, until = log.arrived[who], log.left[who]
    order = np.argsort(until, kind="stable")
    until, since = until[order], since[order]
    place = np.searchsorted(until, end - SLACK_S, side="left") - 1
    there = place >= 0
    latest = np.where(there, until[np.maximum(place, 0)], -np.inf)
    # A caller who came after the gap's start and left before its end; the latest to leave is enough
    # unless it left before the gap began.
    return np.where(latest > start + SLACK_S, latest, start)


def _needed(log: CallLog, covered: Flags, start: Floats) -> Floats:
    """How long from each moment on somebody waited without a pause; 0 where nobody did."""
    who = np.flatnonzero(covered & (log.wait > SLACK_S))
    if not len(who):
        return np.zeros(len(start))
    since, until = log.arrived[who], np.maximum.accumulate(log.left[who])
    # Waits one after the other that overlap are one stretch.
    new = np.concatenate([[True], since[1:] > until[:-1]])
    first = since[new]
    last = until[np.concatenate([np.flatnonzero(new)[1:] - 1, [len(who) - 1]])]
    place = np.searchsorted(first, start, side="right") - 1
    inside = (place >= 0) & (last[np.maximum(place, 0)] > start)
    return np.where(inside, last[np.maximum(place, 0)] - start, 0.0)


def _passed_over(
    log: CallLog, covered: Flags, freed: Floats, start: Floats, end: Floats
) -> Floats:
    """For each gap: the last call at once within it that went to an agent freed later."""
    rows = np.flatnonzero(covered & log.served & (log.wait <= 0) & ~np.isnan(freed))
    rows = rows[np.argsort(log.answered[rows], kind="stable")]
    when, since = log.answered[rows], freed[rows]
    found = start.copy()
    last = np.searchsorted(when, end - SLACK_S, side="left") - 1
    first = np.searchsorted(when, start, side="right")
    open_ = np.flatnonzero(last >= first)
    at = last[open_]
    while len(open_):
        later = since[at] > start[open_] + SLACK_S
        found[open_[later]] = when[at[later]]
        at = at - 1
        going = ~later & (at >= first[open_])
        open_, at = open_[going], at[going]
    return found
