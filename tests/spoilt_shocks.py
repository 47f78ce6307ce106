"""What may be said of a shock that did nothing, and the statement that is broken by it."""

from __future__ import annotations

from typing import Any

OF_SHOCKS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "lines that were in order": ({"lines_out_of_order"}, {"lines_down": 100}),
    "a hotline that was open": ({"shut_by_a_shock"}, {"hotline_closed": True}),
    "a point that took offers": ({"shut_by_a_shock"}, {"points_closed": "station"}),
}
