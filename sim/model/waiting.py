"""A point's waiting list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from sim.model.order import Order
from sim.rules.registry import Rule
from sim.rules.views import OrdersView

Entry = tuple[Any, int, Order]
"""Score under a fixed rule (else 0), number, order."""


class WaitingList:
    """Accepted orders that nobody has taken yet, a heap for each service.

    Orders that have left are passed over when they come to the top, so that leaving costs nothing.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.heaps: dict[int, list[Entry]] = {}
        self.size = 0

    def add(self, order: Order) -> None:
        if self.rule.fixed:
            order.score = self.rule.score(None, tuple.__new__(OrdersView, (
                order.number, order.service, order.priority, order.created, order.due, 0.0
            )))
        order.waiting = True
        self.size += 1
        heappush(self.heaps.setdefault(order.service, []), (order.score, order.number, order))

    def remove(self, order: Order) -> None:
        order.waiting = False
        self.size -= 1

    def first(self, able: Sequence[bool]) -> Order | None:
        """The best order of the services that are ``able``; None if there is none, or if the rule
        is not fixed and has to be asked."""
        best: Entry | None = None
        if self.rule.fixed:
            for service, heap in self.heaps.items():
                if able[service] and _top(heap) and (best is None or heap[0] < best):
                    best = heap[0]
        return best[2] if best else None

    def in_order(
        self, able: Callable[[int], bool], score: Callable[[list[Order]], Any]
    ) -> Iterator[tuple[Any, Order]]:
        """(score, order) for the services that ``able`` admits, best first.

        ``score`` scores a list of orders, for rules that are not fixed.
        """
        heaps = [heap for service, heap in self.heaps.items() if _top(heap) and able(service)]
        if not heaps:
            return
        if not self.rule.fixed:
            orders = [e[2] for e in sorted({e for h in heaps for e in h if e[2].waiting})]
            scores = score(orders)
            for i in np.argsort(scores, kind="stable"):
                yield scores[i], orders[i]
            return
        first = heaps[0][0] if len(heaps) == 1 else min(heap[0] for heap in heaps)
        yield first[0], first[2]
        for entry in sorted(entry for heap in heaps for entry in heap if entry[2].waiting):
            if entry[2] is not first[2] and entry[2].waiting:
                yield entry[0], entry[2]


def _top(heap: list[Entry]) -> bool:
    """Clear the top of a heap of orders that have left; whether any is left."""
    while heap and not heap[0][2].waiting:
        heappop(heap)
    return bool(heap)
