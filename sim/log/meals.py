"""From the journal's lines to what the tables say of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.words.kinds import MINUTE, NEVER, NONE, Hand

Columns = dict[str, NDArray[Any]]


def rounds(lines: Mapping[str, NDArray[Any]]) -> Columns:
    """Columns of the table of rounds."""
    return {**lines, "planned_min": lines["planned"] / MINUTE}


def not_called_away(orders: NDArray[Any], meals: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Which of these orders are no deliveries: whose caregiver turned back for an emergency."""
    return ~np.isin(orders, meals["order"])


def arrive_without_caregiver(orders: Columns, meals: Mapping[str, NDArray[Any]]) -> None:
    """Carried and collected meals are there when they are handed over; no visit says so."""
    rows = meals["order"][(meals["hand"] != Hand.DELIVERED)]
    started = orders["started"][rows]
    orders["arrived"][rows] = np.where(started < NEVER, started, NONE)
