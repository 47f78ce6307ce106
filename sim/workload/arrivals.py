"""When requests come, and when they want to be served."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.scenario.days import Day, demand_factor
from sim.scenario.schema import Scenario
from sim.scenario.sections.demand import Shape
from sim.scenario.sections.requests import DAYS_PER_MONTH, Stream
from sim.scenario.shock_effects import acting, hits, known, meets
from sim.streams import Purpose, generator
from sim.words.kinds import DAY, HOUR
from sim.workload.tables import Floats, Ints


def people(scenario: Scenario, stream: Stream) -> Ints:
    """Per zone: how many people of the stream's group may ask; 0 where it does not apply."""
    return np.array(
        [
            zone.pop.get(stream.group, 0) if not stream.zones or zone.id in stream.zones else 0
            for zone in scenario.zones
        ],
        dtype=np.int64,
    )


def per_day(scenario: Scenario, stream: Stream) -> float:
    """Requests a day on a day of factor 1, growth included, averaged over the week.

    Raises ``ValueError`` where requests are wanted of a group of which nobody lives there.
    """
    asking = int(people(scenario, stream).sum())
    if stream.per_day is not None:
        if stream.per_day > 0 and asking == 0:
            raise ValueError(f"requests.{stream.id}: nobody of group {stream.group!r} lives there")
        return stream.per_day * scenario.demand.growth
    thousands = asking / 1000
    return (stream.per_1000_per_month or 0.0) * thousands / DAYS_PER_MONTH * scenario.demand.growth


def expected_per_hour(scenario: Scenario, stream: Stream, days: Sequence[Day]) -> Floats:
    """Expected requests in each hour of ``days``, hour 0 first: rate, shape, calendar, shocks, and
    how many know the number of a new hotline."""
    rates = ordinary_per_hour(scenario, stream, days)
    if scenario.opening.ramp_days:
        rates = rates * np.array(known(scenario, stream, days))
    if not scenario.shocks:
        return rates
    first = np.array([(day.date - scenario.time.start).days * DAY for day in days])
    hours = (first[:, None] + np.arange(24) * HOUR).ravel()
    asking = people(scenario, stream)
    level = np.ones((len(hours), len(asking)))
    for _, shock, (begins, ends) in acting(scenario):
        if meets(shock, stream):
            during = (hours >= begins) & (hours < ends)
            level[np.ix_(during, np.array(hits(shock, scenario)))] *= shock.demand_factor
    return rates * (level @ (asking / max(1, asking.sum())) if asking.any() else 1.0)


def ordinary_per_hour(scenario: Scenario, stream: Stream, days: Sequence[Day]) -> Floats:
    """The same without shocks, and as if everybody knew the number."""
    shape = scenario.demand.shapes[stream.shape] if stream.shape else Shape(hours=(1.0,) * 24)
    day_total = math.fsum(shape.hours)
    week_mean = math.fsum(shape.days) / 7
    hours = np.array(shape.hours) / day_total
    factors = np.array(
        [
            shape.days[day.weekday] / week_mean * demand_factor(scenario, stream, day.date)
            for day in days
        ]
    )
    return (per_day(scenario, stream) * factors[:, None] * hours).ravel()


def busy_days(scenario: Scenario, stream: Stream, seed: int, replication: int, n: int) -> Floats:
    """The stream's factor of each of ``n`` days: gamma, mean 1, shared by its busy group."""
    cv = scenario.demand.busy_day_cv[stream.busy_group] if stream.busy_group else 0.0
    if cv == 0:
        return np.ones(n)
    rng = generator(seed, replication, Purpose.BUSY_DAY, stream.busy_group)
    return rng.gamma(1 / (cv * cv), cv * cv, n)


def arrivals(
    scenario: Scenario, stream: Stream, days: Sequence[Day], seed: int, replication: int
) -> Ints:
    """Times of the stream's requests but for shocks and an opening, rising: a Poisson process whose
    rate changes by the hour.

    Exact: given the rate, the number in an hour is Poisson and their moments are independent and
    uniform in it.
    """
    rates = ordinary_per_hour(scenario, stream, days)
    rates *= np.repeat(busy_days(scenario, stream, seed, replication, len(days)), 24)
    numbers = generator(seed, replication, Purpose.REQUESTS_PER_HOUR, stream.id).poisson(rates)
    hours = np.repeat(np.arange(len(rates), dtype=np.int64), numbers)
    rng = generator(seed, replication, Purpose.MOMENT, stream.id)
    return np.sort(hours * HOUR + rng.integers(0, HOUR, len(hours)))


def booked_window(
    time: Ints,
    lead: Ints,
    slots: Sequence[int],
    least_lead: int,
    cut_off: int | None,
    width: int,
) -> tuple[Ints, Ints]:
    """Opening and close of the window each booked request gets.

    The client wishes ``time + lead``; the service needs ``least_lead`` from the request, or from
    the midnight after it where the request comes later in the day than ``cut_off``. The window
    opens at the first of the daily ``slots`` not before both, and lasts ``width``.
    """
    counted = time
    if cut_off is not None:
        counted = np.where(time % DAY > cut_off, time - time % DAY + DAY, time)
    wanted = np.maximum(time + lead, counted + least_lead)
    clocks = sorted({slot % DAY for slot in slots})
    openings = np.array([*clocks, clocks[0] + DAY], dtype=np.int64)
    clock = wanted % DAY
    opens = wanted - clock + openings[np.searchsorted(openings, clock)]
    return opens, opens + width
