"""A point's waiting list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from sim.model.order import Order
from sim.rules.registry import Rule
from sim.rules.views import OrdersView
from sim.words.kinds import MINUTE

Entry = tuple[Any, int, Order]
"""Score under a fixed rule (else 0), number, order."""


class WaitingList:
    """Accepted orders that nobody has taken yet, a heap for each kind (:mod:`sim.model.fit`).

    Orders that have left are passed over when they come to the top, so that leaving costs nothing.
    """

    def __init__(self, rule: Rule, mean_service: Sequence[int]) -> None:
        self.rule = rule
        self.mean_min = [mean / MINUTE for mean in mean_service]
        """[service] -> mean minutes at the home"""
        self.heaps: dict[int, list[Entry]] = {}
        self.size = 0
        self.behind = 0
        """how many of them were left behind by their caregiver"""

    def add(self, order: Order) -> None:
        if self.rule.fixed:
            order.score = self.rule.score(None, tuple.__new__(OrdersView, (
                order.number, order.service, order.priority, order.created, order.due, 0.0, False,
                order.wanted, self.mean_min[order.service], False,
            )))
        order.waiting = True
        self.size += 1
        self.behind += order.preempted
        heappush(self.heaps.setdefault(order.kind, []), (order.score, order.number, order))

    def remove(self, order: Order) -> None:
        order.waiting = False
        self.size -= 1
        self.behind -= order.preempted

    def first(self, able: Sequence[bool]) -> Order | None:
        """The best order of the kinds that are ``able``; None if there is none, or if that needs
        a closer look: at all of them together, as :meth:`in_order` does."""
        best: Entry | None = None
        if self.rule.fixed and not self.behind:
            for kind, heap in self.heaps.items():
                if able[kind] and _top(heap) and (best is None or heap[0] < best):
                    best = heap[0]
        return best[2] if best else None

    def in_order(
        self, able: Callable[[int], bool], score: Callable[[list[Order]], Any]
    ) -> Iterator[tuple[Any, Order]]:
        """(score, order) for the kinds that ``able`` admits, best first.

        ``score`` scores a list of orders, for rules that are not fixed. An order left behind by its
        caregiver goes before the others of its class, with the score of the one whose place it has.
        """
        heaps = [heap for kind, heap in self.heaps.items() if _top(heap) and able(kind)]
        if not heaps:
            return
        if self.behind or not self.rule.fixed:
            entries = sorted({e for h in heaps for e in h if e[2].waiting})
            ranked = [(entry[0], entry[2]) for entry in entries]
            if not self.rule.fixed:
                scores = score([order for _, order in ranked])
                by_score = np.argsort(scores, kind="stable").tolist()
                ranked = [(scores[i], ranked[i][1]) for i in by_score]
            yield from _left_behind_first(ranked) if self.behind else ranked
            return
        first = heaps[0][0] if len(heaps) == 1 else min(heap[0] for heap in heaps)
        yield first[0], first[2]
        for entry in sorted(entry for heap in heaps for entry in heap if entry[2].waiting):
            if entry[2] is not first[2] and entry[2].waiting:
                yield entry[0], entry[2]


def _left_behind_first(ranked: list[tuple[Any, Order]]) -> Iterator[tuple[Any, Order]]:
    behind: dict[int, list[Order]] = {}
    for _, order in ranked:
        if order.preempted:
            behind.setdefault(order.priority, []).append(order)
    for score, order in ranked:
        for left in behind.pop(order.priority, ()):
            yield score, left
        if not order.preempted:
            yield score, order


def _top(heap: list[Entry]) -> bool:
    """Clear the top of a heap of orders that have left; whether any is left."""
    while heap and not heap[0][2].waiting:
        heappop(heap)
    return bool(heap)
