"""In which order the homes of a round are visited: always on to the nearest one left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Homes(NamedTuple):
    """Where the homes are: arrays of the same length."""

    x: Floats
    """kilometres east of the county's centre"""
    y: Floats
    """kilometres north"""
    road: Floats
    """road kilometres for each straight kilometre on the way there"""
    row: Ints
    """row of the travel matrix"""


def nearest_first(
    homes: Homes, start: tuple[float, float, int], size: int, matrix: Floats | None
) -> list[list[int]]:
    """Rounds of ``size`` homes (the last of what is left), each as places in ``homes``.

    Each goes from ``start`` (kilometres east and north, row of the matrix) to the home that is
    nearest by road, from there to the nearest of those left, and so on; the first among equals.
    ``matrix``: minutes from row to row, which then decide instead of kilometres. (The
    nearest-neighbour rule: Rosenkrantz, Stearns and Lewis, SIAM J. Comput. 6 (1977) 563.)
    """
    done = np.zeros(len(homes.x))
    """infinite where a round goes there already"""
    rounds: list[list[int]] = []
    x, y, row = start
    for number in range(len(homes.x)):
        if number % size == 0:
            rounds.append([])
            x, y, row = start
        if matrix is None:
            dx, dy = homes.x - x, homes.y - y
            far = np.sqrt(dx * dx + dy * dy) * homes.road
        else:
            far = matrix[row][homes.row]
        nearest = int((far + done).argmin())
        done[nearest] = np.inf
        rounds[-1].append(nearest)
        x, y, row = float(homes.x[nearest]), float(homes.y[nearest]), int(homes.row[nearest])
    return rounds
