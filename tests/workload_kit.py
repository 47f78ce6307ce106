"""A workload written out by hand: plain rows, every column not named neutral.

Neutral is: as soon as possible, no patience limit, never redials, every coin at its certain side,
no travel noise, nothing takes any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, NEVER
from sim.workload.tables import Workload
from sim.workload.widths import delivers, widths

NEUTRAL: dict[str, Any] = {
    "time": 0, "stream": 0, "service": 0, "group": 0, "zone": 0, "client": 0, "caller": 0,
    "x_km": 0.0, "y_km": 0.0, "false_alarm": False, "patience": NEVER, "redial_coin": 1.0,
    "redial_delay": 0, "talk": 0, "wrap_up": 0, "review": 0, "handed_down_coin": 0.0,
    "handed_down_delay": 0, "window_open": NEVER, "window_close": NEVER, "due": NEVER,
    "order_patience": NEVER, "offer_delay": 0, "offer_coin": 0.0, "noise_out": 1.0,
    "noise_back": 1.0, "duration": 0, "no_show_coin": 1.0, "call_back_coin": 1.0,
    "call_back_talk": 0, "call_back_wrap_up": 0, "chase_coin": 1.0, "chase_patience": NEVER,
    "chase_talk": 0, "chase_wrap_up": 0, "assessment": 0, "grade": 0, "reaction": 0,
    "remote_coin": 1.0, "hold_coin": 1.0, "hold_answer_coin": 0.0, "hold_ring": 0,
    "tier_transfer": 0, "settle_coin": 1.0, "hand_down_delay": 0,
}
DELIVERED: dict[str, Any] = {"hand_coin": 1.0, "carry_delay": 0}
"""The same of what only a county that delivers knows."""
"""Column of the workload -> its value where a row does not name it."""


def workload(scenario: Scenario, rows: Sequence[Mapping[str, Any]]) -> Workload:
    """The rows, sorted by time (ties as given), as a workload of ``scenario``.

    A column of several values a request (patience by attempt, offers, chasing calls) takes a list,
    filled up with the neutral value, or one number for them all. The service of a row without one
    is that of its stream.
    """
    rows = sorted(rows, key=lambda row: row.get("time", 0))
    services = [service.id for service in scenario.services]
    wide = widths(scenario)
    columns: dict[str, Any] = {}
    known = NEUTRAL | (DELIVERED if delivers(scenario) else {})
    for name, neutral in known.items():
        values = [row.get(name, neutral) for row in rows]
        if name in wide:
            values = [_filled(value, wide[name], neutral) for value in values]
        elif name == "service":
            values = [
                row.get(name, services.index(scenario.requests[row.get("stream", 0)].service))
                for row in rows
            ]
        shape = (len(rows), wide[name]) if name in wide else len(rows)
        columns[name] = np.array(values, dtype=_dtype(neutral)).reshape(shape)
    return Workload(seed=0, replication=0, horizon=scenario.horizon_days * DAY, **columns)


def _filled(value: Any, width: int, neutral: Any) -> list[Any]:
    given = list(value) if isinstance(value, list | tuple) else [value] * width
    return (given + [neutral] * width)[:width]


def _dtype(neutral: Any) -> Any:
    return {bool: np.bool_, int: np.int64, float: np.float64}[type(neutral)]
