"""Shocks and openings among the requests, without moving a draw of any other request.

A shock that multiplies a rate by f above 1 adds an independent Poisson process of f - 1 times the
rate, drawn by generators of its own: by superposition the sum is a Poisson process of f times the
rate. One with f below 1 keeps each request with probability f, and an opening keeps each with the
share of the demand that there is by then: a thinned Poisson process is one again. Each shock finds
what those before it in the file have made, so that factors multiply. The requests of an ordinary
day are drawn as ever, which makes a paired comparison with and without a shock a close one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.days import Day
from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import as_stream
from sim.scenario.sections.quantities import Interval
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.shocks import Shock
from sim.scenario.shock_effects import acting, at_time, hits, meets
from sim.streams import Purpose, generator, key
from sim.words.kinds import HOUR
from sim.workload.arrivals import arrivals, busy_days, ordinary_per_hour, people
from sim.workload.clients import draw_zones
from sim.workload.sampling import Dice
from sim.workload.tables import Floats, Ints

ALL = slice(None)


@dataclass(eq=False)
class Part:
    """Requests of a stream that come about in one way: as on any day, or by one shock."""

    time: Ints
    zone: Ints
    dice: Dice
    kept: Any = field(default_factory=lambda: ALL)
    """which of them come to be: all, or a yes or no each; every one keeps its row of the draws"""

    @property
    def size(self) -> int:
        return len(self.time[self.kept])

    def thin(self, chance: Floats, purpose: Purpose, *child: int) -> None:
        """Keep each with its own chance."""
        keeps = self.dice.coins(purpose, *child) < chance
        self.kept = keeps if self.kept is ALL else self.kept & keeps


def parts_of(
    scenario: Scenario, stream: Stream, days: Sequence[Day], seed: int, replication: int
) -> list[Part]:
    """The stream's requests: those of any day first, then what each shock adds."""
    time = arrivals(scenario, stream, days, seed, replication)
    dice = Dice(seed, replication, stream.id, len(time))
    found = [Part(time, draw_zones(scenario, stream, dice), dice)]
    before: list[tuple[Shock, Interval]] = []
    for name, shock, when in acting(scenario):
        if shock.demand_factor == 1 or not meets(shock, stream):
            continue
        if shock.demand_factor < 1:
            meant = np.array(hits(shock, scenario))
            for part in found:
                during = (part.time >= when[0]) & (part.time < when[1]) & meant[part.zone]
                part.thin(np.where(during, shock.demand_factor, 1.0), Purpose.SHOCK_COIN, key(name))
        else:
            rates, first = _rates(scenario, stream, days, seed, replication, when, before)
            rates *= np.where(hits(shock, scenario), shock.demand_factor - 1, 0.0)
            found.append(_extra(f"{stream.id}|{name}", rates, first, seed, replication))
        before.append((shock, when))
    if scenario.opening.ramp_days:
        for part in found:
            share = [at_time(scenario, stream, since) for since in part.time.tolist()]
            part.thin(np.array(share), Purpose.OPENING_COIN)
    return found


def stretch(scenario: Scenario, columns: dict[str, NDArray[Any]]) -> None:
    """Make talks and services longer or shorter where a shock does, in place."""
    for _, shock, (begins, ends) in acting(scenario):
        for name, factor in (("talk", shock.talk_factor), ("duration", shock.service_factor)):
            if factor == 1:
                continue
            asking = (*scenario.requests, *map(as_stream, scenario.plans))
            meant = np.array([meets(shock, stream) for stream in asking], dtype=bool)
            there = np.array(hits(shock, scenario))
            rows = (columns["time"] >= begins) & (columns["time"] < ends)
            rows &= meant[columns["stream"]] & there[columns["zone"]]
            columns[name][rows] = np.rint(columns[name][rows] * factor).astype(np.int64)


def _rates(
    scenario: Scenario, stream: Stream, days: Sequence[Day], seed: int, replication: int,
    when: Interval, before: Sequence[tuple[Shock, Interval]],
) -> tuple[Floats, int]:
    """Expected requests of each hour (row) of a shock and zone, with what the shocks ``before`` it
    made of them; and the first hour."""
    every = ordinary_per_hour(scenario, stream, days)
    every *= np.repeat(busy_days(scenario, stream, seed, replication, len(days)), 24)
    first, last = max(0, when[0] // HOUR), max(0, min(len(every), when[1] // HOUR))
    asking = people(scenario, stream)
    rates = np.outer(every[first:last], asking / max(1, asking.sum()))
    hours = np.arange(first, first + len(rates)) * HOUR
    for shock, (begins, ends) in before:
        during = (hours >= begins) & (hours < ends)
        rates[np.ix_(during, np.array(hits(shock, scenario)))] *= shock.demand_factor
    return rates, first


def _extra(name: str, rates: Floats, first: int, seed: int, replication: int) -> Part:
    """What a shock adds: so many requests in each hour and zone, at moments even in the hour."""
    numbers = generator(seed, replication, Purpose.SHOCK_NUMBER, name).poisson(rates)
    hour, zone = np.nonzero(numbers)
    counts = numbers[hour, zone]
    hours = np.repeat(hour + first, counts).astype(np.int64)
    zones = np.repeat(zone, counts).astype(np.int64)
    moment = generator(seed, replication, Purpose.SHOCK_MOMENT, name).integers(0, HOUR, len(hours))
    time = hours * HOUR + moment
    order = np.argsort(time, kind="stable")
    return Part(time[order], zones[order], Dice(seed, replication, name, len(time)))
