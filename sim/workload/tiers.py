"""Draws for calls that are passed to the tiers above; none where the scenario has no tiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import Scenario
from sim.streams import Purpose
from sim.workload.sampling import Dice


def widths(scenario: Scenario) -> dict[str, int]:
    """A column for each tier."""
    names = ("tier_transfer", "settle_coin", "hand_down_delay")
    return dict.fromkeys(names, len(scenario.tiers))


def columns(scenario: Scenario, dice: Dice) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of one stream of calls; every tier has generators of its own."""
    above = list(enumerate(scenario.tiers.values()))
    if not above:
        return
    yield "tier_transfer", np.column_stack([
        dice.times(tier.transfer, Purpose.TIER_TRANSFER, k) for k, tier in above])
    yield "settle_coin", dice.coin_matrix(Purpose.SETTLE_COIN, len(above))
    yield "hand_down_delay", np.column_stack([
        dice.times(tier.hand_down, Purpose.HAND_DOWN_DELAY, k) for k, tier in above])
