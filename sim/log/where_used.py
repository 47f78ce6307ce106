"""The tables of mechanisms that only some scenarios use, from the journal's lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Lines = Mapping[str, Mapping[str, NDArray[Any]]]
Columns = dict[str, NDArray[Any]]

WHERE_USED = {
    "passed": ("call", "tier"), "held": ("call",), "dials": ("call", "number"),
    "consults": ("order",), "sessions": ("order", "number"),
}
"""Table whose rows are the journal's lines of that name -> what it is sorted by."""


def where_used(name: str, lines: Lines) -> Columns:
    """Columns of one of these tables."""
    rows = lines[name]
    order = np.lexsort([rows[key] for key in reversed(WHERE_USED[name])])
    return {column: values[order] for column, values in rows.items()}
