"""Cases drawn from a seed: ten times faster than Hypothesis draws them piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from tests.naive import Shift
from tests.row_kit import SECOND

T = TypeVar("T")
STEPS = (-1.0, -0.5, 0.25, 0.5, 1.0, 2.0)
"""of weights"""
seeds = st.integers(0, 2**32)


class Chance:
    """A case drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one_of(self, *choices: Any) -> Any:
        return choices[self.rng.integers(len(choices))]

    def coin(self) -> bool:
        return self.one_of(False, True)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def seconds(self, low: int, high: int) -> int:
        """Whole seconds, in milliseconds."""
        return self.number(low, high) * SECOND

    def several(self, one: Callable[[], T], most: int) -> list[T]:
        return [one() for _ in range(self.number(0, most))]

    def shifts(self, longest: int = 10) -> list[Shift]:
        """Up to three that do not overlap, each with breaks in rising windows; in seconds."""
        found = []
        time = self.seconds(0, 8)
        for _ in range(self.number(0, 3)):
            end = time + self.seconds(1, longest)
            breaks = []
            start = time
            for _ in range(self.number(0, 2)):
                first = start + self.seconds(0, longest // 2)
                last = first + self.seconds(1, 3)
                breaks.append((first, last, self.seconds(1, 3)))
                start = last
            found.append(Shift(time, end, breaks))
            time = end + self.seconds(0, 4)
        return found


def aged(weights: Mapping[str, float], ageing: str) -> dict[str, float]:
    """The weights, where the feature named ``ageing`` counts for an order only."""
    return {n: -abs(w) if n == ageing else w for n, w in weights.items()}


shifts = seeds.map(lambda seed: Chance(seed).shifts())
