"""Draws for virtual hold; none where the scenario has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from sim.scenario.schema import Scenario
from sim.streams import Purpose
from sim.workload.sampling import Dice


def widths(scenario: Scenario, attempts: int) -> dict[str, int]:
    """A coin for each attempt of the caller, and what each call of ours needs."""
    hold = scenario.hold
    used = hold.prob > 0
    tries = hold.tries if used else 0
    return {
        "hold_coin": attempts if used else 0, "hold_answer_coin": tries, "hold_ring": tries,
    }


def columns(
    scenario: Scenario, dice: Dice, attempts: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of one stream of calls."""
    hold = scenario.hold
    if not hold.prob:
        return
    yield "hold_coin", dice.coin_matrix(Purpose.HOLD_COIN, attempts)
    yield "hold_answer_coin", dice.coin_matrix(Purpose.HOLD_ANSWER_COIN, hold.tries)
    yield "hold_ring", dice.time_matrix(hold.ring, Purpose.HOLD_RING, hold.tries)
