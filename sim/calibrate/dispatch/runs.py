"""The orders of a run, as a log would hold them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.log import Flags, Floats
from sim.log import Result
from sim.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class SeenOrders:
    """One entry an order; seconds from the scenario's first midnight."""

    requested: Floats
    delay_s: Floats
    """request to dispatch; NaN: never"""
    response_s: Floats
    """request to arrival; NaN: nobody came"""
    served: Flags
    lost: Flags
    """somebody was sent for nothing"""
    cancelled: Flags
    priority: np.ndarray


def seen_orders(result: Result, scenario: Scenario) -> SeenOrders:
    """The orders that were requested within the counted days."""
    orders = result.orders
    start = np.datetime64(scenario.time.start, "ms")

    def seconds(name: str) -> Floats:
        gap = orders[name].to_numpy() - start
        return np.where(np.isnat(gap), np.nan, gap.astype("timedelta64[ms]").astype(float) / 1000)

    requested, departed, started = (seconds(c) for c in ("requested", "departed", "started"))
    inside = requested < scenario.time.days * 86_400.0
    state = orders["state"].astype(str).to_numpy()
    found = SeenOrders(
        requested, departed - requested, started - requested,
        np.isin(state, ("completed", "called_back")), state == "no_show", state == "cancelled",
        orders["priority"].to_numpy(),
    )
    return SeenOrders(**{name: getattr(found, name)[inside] for name in found.__dict__})
