"""Orders and caregivers matched all at once, at the least cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from sim.words.kinds import NONE

UNMATCHED = 10.0**12
"""Cost of leaving an order without anybody, in milliseconds (thirty years): as many orders as
possible are matched, and then at the least cost."""


def least_cost(cost: NDArray[np.float64]) -> NDArray[Any]:
    """For each order (row) the caregiver (column) it is matched with, -1 where none.

    ``cost`` in milliseconds, infinite where a pair is not permitted; an order without anybody costs
    :data:`UNMATCHED`. No matching costs less in all (Kuhn's assignment problem, solved by scipy's
    modified Jonker-Volgenant algorithm).
    """
    orders, caregivers = cost.shape
    alone = np.full((orders, orders), np.inf)
    np.fill_diagonal(alone, UNMATCHED)
    _, chosen = linear_sum_assignment(np.hstack([cost, alone]))
    return np.where(chosen < caregivers, chosen, NONE)
