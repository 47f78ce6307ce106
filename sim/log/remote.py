"""From the journal's lines to what the tables say of remote services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
Sessions = Mapping[str, NDArray[Any]]


def serve_without_travel(orders: Columns, sessions: Sessions) -> None:
    """Nobody is on the road: a remote service has arrived when it begins."""
    tried = sessions["order"]
    orders["arrived"][tried] = orders["started"][tried]


def mark_unreached(no_show: NDArray[np.bool_], sessions: Sessions) -> None:
    """Mark the orders whose clients were tried and never reached."""
    no_show[sessions["order"]] = True
    no_show[sessions["order"][sessions["reached"] == 1]] = False
