"""Second implementation of re-optimisation: every matching there is, by permutation."""

from __future__ import annotations

from itertools import permutations
from math import inf

import numpy as np

from sim.rules.matching import UNMATCHED, least_cost
from tests.naive import HOTLINE, NEVER, REACTION
from tests.naive_facts import Carer, Job
from tests.naive_modes import Modes


def total(cost: list[list[float]], chosen: list[int]) -> float:
    """What a matching costs in all; -1 where an order has nobody."""
    return sum(
        cost[row][column] if column >= 0 else UNMATCHED for row, column in enumerate(chosen)
    )


def every_matching(cost: list[list[float]], people: int) -> list[list[int]]:
    """Each order gets one of the people or nobody, nobody twice."""
    orders = len(cost)
    seats = [*range(people), *[-1] * orders]
    return [
        list(chosen) for chosen in sorted(set(permutations(seats, orders)))
        if all(c < 0 or cost[row][c] < inf for row, c in enumerate(chosen))
    ]


class Again(Modes):
    """Matches everybody free with everything that waits, at intervals."""

    epochs: list[tuple[float, float]]
    """cost with and without re-optimisation, at each epoch with something to match"""

    def _asks(self, request: int) -> None:
        if not hasattr(self, "epochs"):
            self._starts()
        super()._asks(request)

    def _starts(self) -> None:
        self.epochs = []
        every = self.rules.reoptimise_every
        first = (self.now // every + 1) * every if self.now % every else self.now or every
        self.agenda.add(first, REACTION, HOTLINE, 0, self._epoch)

    def _epoch(self) -> None:
        self.agenda.add(
            self.now + self.rules.reoptimise_every, REACTION, HOTLINE, 0, self._epoch)
        orders = [o for o in self.orders if o.waiting and self._crew_size(o) == 1]
        free = [
            c for c in self.carers
            if c.doing == "free" and not (self.rules.reserve and self._is_ready(c))
        ]
        if not orders or not free:
            return
        cost = [[self._pair(c, o) for c in free] for o in orders]
        least = min(total(cost, m) for m in every_matching(cost, len(free)))
        chosen = least_cost(np.array(cost)).tolist()
        assert total(cost, chosen) == least
        self.epochs.append((least, total(cost, [-1] * len(orders))))
        for order, column in zip(orders, chosen, strict=True):
            if column >= 0:
                self._send(order, [free[column]])

    def _pair(self, carer: Carer, order: Job) -> float:
        task, way = self.tasks[order.request], self._planned(carer, order)
        if not (
            self._can(carer, order) and self._may_do(carer.point, order)
            and way <= self.rules.max_travel_min * 60_000 and self._make_it([carer], order)
        ):
            return inf
        begins = self.now + way
        if task.window is not None:
            begins = max(begins, task.window[0])
        late = max(0, begins - task.due) if task.due < NEVER else 0
        return way + late
