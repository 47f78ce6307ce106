"""Draws for remote services; none where the scenario has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from sim.scenario.schema import Scenario
from sim.streams import Purpose
from sim.words.kinds import ServiceMode
from sim.workload.sampling import Dice


def widths(scenario: Scenario) -> dict[str, int]:
    """A coin for each time that a client is tried."""
    used = any(service.mode == ServiceMode.REMOTE for service in scenario.services)
    return {"remote_coin": scenario.remote.tries if used else 0}


def columns(scenario: Scenario, dice: Dice) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of one stream of requests."""
    if wide := widths(scenario)["remote_coin"]:
        yield "remote_coin", dice.coin_matrix(Purpose.REMOTE_COIN, wide)
