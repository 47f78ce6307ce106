"""What Erlang C and Erlang A say of each hour, on the inputs that the simulation has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.calibrate.cells import HOUR_S, MEASURES, Cells
from sim.calibrate.log import Floats
from sim.theory.erlang import erlang_c, erlang_c_longer, erlang_c_quantile, erlang_c_wait
from sim.theory.patience import erlang_a

LONGEST_S = HOUR_S
"""Where Erlang C knows no steady state, the waits it is given."""
FINE = 200
"""Rates and talk are told apart to one part in so many, so that like hours are computed once."""
GRID = np.concatenate([[0.0], np.geomspace(1.0, 7200.0, 26)])
"""Times at which the share still waiting is computed; between them it falls exponentially."""


@dataclass(frozen=True)
class Inputs:
    """What does not differ between hours."""

    talk_s: tuple[float, ...]
    """(24,) mean talk of calls that come in each hour of the day"""
    not_ready_s: float
    impatience_per_s: float
    acceptable_wait_s: float


def erlang_cells(
    rates: Floats, staff: Floats, talk_by_day: Floats, inputs: Inputs, groups: int,
    with_patience: bool,
) -> Cells:
    """(groups + 1, days, 24) of each measure by Erlang A (``with_patience``) or Erlang C.

    ``rates``: (groups + 1, days, 24) expected calls an hour, all together last; ``staff``: (days,
    24) on duty; ``talk_by_day``: (days,) factors on the talk. The formula is for all queues
    together: a group gets its hour's figures.
    """
    total = rates[-1]
    size = total.shape
    found = np.full((len(MEASURES), *size), np.nan)
    for day, hour in zip(*np.nonzero(total > 0), strict=True):
        found[:, day, hour] = _hour(
            float(total[day, hour]), float(staff[day, hour]),
            inputs.talk_s[hour] * float(talk_by_day[day]), inputs, with_patience,
        )
    values = {
        name: np.broadcast_to(found[n], (groups + 1, *size)).copy()
        for n, name in enumerate(MEASURES)
    }
    values["arrivals"] = rates.copy()
    values["occupancy"][:-1] = np.nan
    return Cells(values, rates)


def _hour(
    rate: float, staff: float, talk: float, inputs: Inputs, with_patience: bool
) -> tuple[float, ...]:
    """Each measure of an hour, between those of the whole numbers of staff around ``staff``."""
    near, spoken = _near(rate), _near(talk)
    low = math.floor(staff)
    part = staff - low
    formula = _erlang_a if with_patience else _erlang_c
    below = formula(low, near, spoken, inputs)
    if part < 1e-6:
        return below
    above = formula(low + 1, near, spoken, inputs)
    return tuple((1 - part) * a + part * b for a, b in zip(below, above, strict=True))


def _near(value: float) -> float:
    """``value`` to one part in ``FINE``, or better."""
    scale = float(10.0 ** (math.floor(math.log10(value)) - math.log10(FINE / 10)))
    return round(value / scale) * scale


@lru_cache(maxsize=20_000)
def _erlang_a(servers: int, rate: float, talk: float, inputs: Inputs) -> tuple[float, ...]:
    arrival, service = rate / HOUR_S, 1 / (talk + inputs.not_ready_s)
    queue = erlang_a(servers, arrival, service, max(inputs.impatience_per_s, 1e-7))
    waiting = np.array([queue.longer(t) for t in GRID])
    p50, p90 = (_reached(waiting, 1 - share) for share in (0.5, 0.9))
    busy = (1 - queue.abandoned) * arrival * talk / servers if servers else math.nan
    return (rate, queue.within(inputs.acceptable_wait_s), queue.abandoned, queue.wait, p50, p90,
            busy)


@lru_cache(maxsize=20_000)
def _erlang_c(servers: int, rate: float, talk: float, inputs: Inputs) -> tuple[float, ...]:
    arrival, service = rate / HOUR_S, 1 / (talk + inputs.not_ready_s)
    if servers * service <= arrival:
        busy = min(1.0, talk * service) if servers else math.nan
        return rate, 0.0, 0.0, LONGEST_S, LONGEST_S, LONGEST_S, busy
    late = erlang_c_longer(servers, arrival, service, inputs.acceptable_wait_s)
    waits = erlang_c(servers, arrival / service)
    quantiles = [
        0.0 if waits <= 1 - share
        else min(LONGEST_S, erlang_c_quantile(servers, arrival, service, share))
        for share in (0.5, 0.9)
    ]
    wait = min(LONGEST_S, erlang_c_wait(servers, arrival, service))
    return (rate, 1 - late, 0.0, wait, *quantiles, arrival * talk / servers)


def _reached(waiting: Floats, share: float) -> float:
    """The time at which the share still waiting has fallen to ``share``."""
    if waiting[0] <= share:
        return 0.0
    place = int(np.searchsorted(-waiting, -share))
    if place >= len(GRID):
        return float(GRID[-1])
    a, b = waiting[place - 1], max(float(waiting[place]), 1e-300)
    way = math.log(a / share) / math.log(a / b) if a > b else 1.0
    return float(GRID[place - 1] + way * (GRID[place] - GRID[place - 1]))
