"""A request's draws as the processes read them: plain numbers, a block of requests at a time.

Reading one number out of an array costs four times what reading it out of a tuple does. What only
redials, later offers and chasing calls need stays in the workload's matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.geography import Place
from sim.words.kinds import NONE
from sim.workload.tables import Workload

BLOCK = 512
"""Requests read at once: few enough to stay in the processor's cache until they are used."""


class Draws(NamedTuple):
    """One request; meaning and units as in :class:`sim.workload.tables.Workload`."""

    time: int
    stream: int
    service: int
    zone: int
    false_alarm: bool
    talk: int
    wrap_up: int
    due: int
    window_open: int
    window_close: int
    order_patience: int
    noise_out: float
    noise_back: float
    duration: int
    no_show_coin: float
    call_back_coin: float
    patience: int
    """of the first attempt"""
    offer_delay: int
    """of the first offer"""
    offer_coin: float
    """of the first offer"""
    home: Place


SPENT = Draws._make([NONE] * (len(Draws._fields) - 1) + [Place(0, 0, NONE)])
"""In place of the draws of an order whose crew has left, when nothing drawn is still to come: an
order on the road should take no more room than it needs."""

_PLAIN = Draws._fields[:-4]
_FIRST = Draws._fields[-4:-1]


def requests(workload: Workload, place: int) -> Iterator[tuple[int, int, int, Draws]]:
    """Time, place (``place`` and the number), number and draws of every request, in order of
    time."""
    for first in range(0, len(workload), BLOCK):
        rows = slice(first, first + BLOCK)
        columns: list[Any] = [_plain(getattr(workload, name)[rows]) for name in _PLAIN]
        columns += [_plain(getattr(workload, name)[rows, 0]) for name in _FIRST]
        homes = (workload.x_km[rows], workload.y_km[rows], workload.zone[rows])
        corners = zip(*(part.tolist() for part in homes), strict=True)
        columns.append(map(partial(tuple.__new__, Place), corners))
        rows_of = map(partial(tuple.__new__, Draws), zip(*columns, strict=True))
        times = columns[0]
        numbers = range(first, first + len(times))
        places = range(place + first, place + first + len(times))
        yield from zip(times, places, numbers, rows_of, strict=True)


def _plain(column: NDArray[Any]) -> list[Any]:
    """The values; one object for all of them where all are the same, as many columns are."""
    first = column[0]
    return [first.item()] * len(column) if (column == first).all() else column.tolist()
