"""Which queues each agent answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from sim.calibrate.log import CallLog, Flags, Ints

KNOWN_CALLS = 50
"""An agent with so many calls shows what it can do; who has fewer is put to the likeliest set."""
MISSED = 5.0
"""Calls of a queue that an agent of many skills would have had: none of so many means it cannot."""
STRAY = 0.1
"""An agent whose share of a queue's calls is below this part of its due took them by exception."""


@dataclass(frozen=True, eq=False)
class Skills:
    """Agents by what they answer."""

    sets: Flags
    """(sets, queues): which queues each set of skills covers"""
    of_agent: Ints
    """[agent] -> set; -1: took no call"""

    def covers(self, agent: int) -> Flags:
        """The queues of an agent's set."""
        return np.asarray(self.sets[self.of_agent[agent]])


def learn_skills(log: CallLog) -> Skills:
    """Sets of skills from who answered what.

    An agent has a skill if its calls of that queue are at least ``STRAY`` of what its share of all
    calls would bring. Sets that differ only in queues so rare that an agent might have met none by
    chance are one: the agent is given the largest set that its calls do not speak against.
    """
    known = (log.agent >= 0) & log.served
    shape = (len(log.agents), len(log.queues))
    counts = np.zeros(shape)
    np.add.at(counts, (log.agent[known], log.queue[known]), 1)
    share = counts.sum(axis=0) / max(1.0, counts.sum())
    total = counts.sum(axis=1)
    due = total[:, None] * share
    has = counts >= np.maximum(1.0, STRAY * due)
    unsure = (counts == 0) & (due < MISSED)
    sets: list[Flags] = []
    of_agent = np.full(len(log.agents), -1)
    order = np.argsort(-total, kind="stable")
    for agent in order[total[order] > 0]:
        fits = [
            n for n, chosen in enumerate(sets)
            if (has[agent] <= chosen).all() and (chosen <= (has[agent] | unsure[agent])).all()
        ]
        if not fits and total[agent] < KNOWN_CALLS:
            fits = [n for n, chosen in enumerate(sets) if (has[agent] <= chosen).all()]
        if fits:
            chances = [_fit(counts[agent], sets[n], share) for n in fits]
            of_agent[agent] = fits[int(np.argmax(chances))]
        else:
            of_agent[agent] = len(sets)
            sets.append(has[agent] | (unsure[agent] & _rare(share)))
    kept = np.array(sets) if sets else np.zeros((0, len(log.queues)), dtype=bool)
    return Skills(kept, of_agent)


def _rare(share: np.ndarray) -> Flags:
    """Queues so small that hardly anybody shows by calls whether they are covered."""
    return np.asarray(share < 0.002)


def _fit(counts: np.ndarray, chosen: Flags, share: np.ndarray) -> float:
    """Log-likelihood of an agent's calls if it took its queues in proportion."""
    covered = np.where(chosen, share, 0.0)
    return float(xlogy(counts, covered / covered.sum()).sum()) if covered.sum() else -np.inf
