"""What no other beats at every objective."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.measures.counting.groups import Flags


def undominated(values: ArrayLike) -> Flags:
    """Of each row, whether no other is as good in every column and better in one; greater is
    better. Equal rows stand or fall together."""
    rows = np.asarray(values, dtype=np.float64)
    beaten = [
        bool(((rows >= row).all(axis=1) & (rows > row).any(axis=1)).any()) for row in rows
    ]
    return ~np.array(beaten, dtype=bool)
