"""Requests of a log as another log's calibration knows them: its streams, its zones, and, where
wanted, each trip and each stay as recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibrate.dispatch.learn import OrdersLearned, stays
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.recorded import RecordedOrders
from sim.calibrate.dispatch.scenario import orders_scenario
from sim.calibrate.log import Floats, Ints
from sim.calibrate.scenario import Raw


@dataclass(frozen=True, eq=False)
class Told:
    """Requests of a log, one entry each."""

    requests: RecordedOrders
    priority: Ints
    """as the calibration numbers priorities; -1: unknown there"""
    zone: tuple[str, ...]
    """name of the zone, known to the calibration or not"""


def told(learned: OrdersLearned, log: OrderLog, with_times: bool = False) -> Told:
    """The requests of ``log``; a place that the calibration does not know is taken for the
    commonest one.

    ``with_times``: each trip, stay and trip for nothing as recorded too; the trips count from
    being sent, and as multiples of the zone's mean in a scenario that :func:`plain_roads` made.
    """
    several = len(learned.log.priorities) > 1
    code = positions(log.priorities, learned.log.priorities)[log.priority]
    titles = [
        f"{log.places[p]} {log.priorities[c]}" if several else log.places[p]
        for p, c in zip(log.place.tolist(), log.priority.tolist(), strict=True)
    ]
    usual = int(np.bincount(learned.travel.zone_of).argmax())
    zone = positions(tuple(titles), learned.travel.zones)
    zone = np.where(zone < 0, usual, zone)
    raw = orders_scenario(learned, "told", learned.log.first, 1)
    names = list(raw["services"])
    first: dict[int, int] = {}
    for n, row in enumerate(raw["requests"].values()):
        first.setdefault(names.index(row["service"]), n)
    stream = np.array([first.get(int(c), 0) for c in np.maximum(code, 0)], dtype=np.int64)
    known = _times(learned, log, zone) if with_times else {}
    return Told(RecordedOrders(log.requested, stream, zone, known), code, tuple(titles))


def plain_roads(raw: Raw) -> Raw:
    """The scenario with the same trips at every hour and nothing before setting out."""
    return raw | {"travel": raw["travel"] | {"speed_by_hour": [1.0] * 24, "access_min": 0.0}}


def positions(names: Sequence[str], wanted: Sequence[str]) -> Ints:
    """Where each of ``names`` stands in ``wanted``; -1 where it does not."""
    at = {name: n for n, name in enumerate(wanted)}
    return np.array([at.get(name, -1) for name in names], dtype=np.int64)


def _times(learned: OrdersLearned, log: OrderLog, zone: Ints) -> dict[str, Floats]:
    trip = np.maximum(log.arrived - log.dispatched, 0.0)
    mean = learned.travel.mean_s[zone]
    lost = log.lost_trip
    came = np.isfinite(log.arrived) & ~lost
    return {
        "noise_out": np.where((mean > 0) & ~lost, trip / np.where(mean > 0, mean, 1.0), np.nan),
        "duration": np.where(came, stays(log), np.nan),
        "no_show": np.where(lost, 1.0, np.where(came, 0.0, np.nan)),
    }
