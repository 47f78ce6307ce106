"""The tables of stays and of the waitlist, from the journal's lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def stays(lines: Mapping[str, Ints], rows: tuple[Ints, Ints]) -> dict[str, NDArray[Any]]:
    """Columns of the stays, numbered in the order in which the places were given.

    ``rows``: the point and the kind of each row of places.csv.
    """
    point, kind = rows
    row = lines["row"]
    return {**lines, "stay": np.arange(len(row)), "point": point[row], "kind": kind[row]}


def waitlist(lines: Mapping[str, Ints]) -> dict[str, NDArray[Any]]:
    """Columns of the waitlist, by order."""
    by_order = np.argsort(lines["order"], kind="stable")
    return {name: column[by_order] for name, column in lines.items()}
