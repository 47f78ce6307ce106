"""Recorded orders as a workload."""

from __future__ import annotations

import numpy as np

from sim.calibrate.dispatch.log import CANCELLED, NO_SHOW, OrderLog
from sim.calibrate.dispatch.recorded import RecordedOrders, orders_workload
from sim.calibrate.learn import slug
from sim.calibrate.log import Ints
from sim.scenario.faults import BadInput, Fault, Words, listed, shown
from sim.scenario.schema import Scenario
from sim.words.kinds import Channel, ServiceMode
from sim.workload.tables import Workload


def recorded_orders(log: OrderLog, scenario: Scenario) -> RecordedOrders:
    """The log's requests as streams and zones of the scenario know them.

    Raises :class:`BadInput` with every place that the scenario has no zone for, or where it has
    no stream that makes an order without a call.
    """
    modes = {service.id: service.mode for service in scenario.services}
    ranks = {service.id: service.priority for service in scenario.services}
    visits = [(n, s) for n, s in enumerate(scenario.requests)
              if modes[s.service] == ServiceMode.VISIT and s.channel is Channel.PORTAL]
    visits = visits or [(n, s) for n, s in enumerate(scenario.requests)
                        if modes[s.service] == ServiceMode.VISIT]
    if not visits:
        found = Words("no stream of visits", "没有上门服务的需求")
        allowed = Words("a scenario calibrated from an orders log", "由工单记录校准的方案")
        raise BadInput([Fault("SCENARIO", "requests", found, allowed)])
    by_rank: list[int] = []
    for _, stream in sorted(visits, key=lambda pair: ranks[pair[1].service]):
        if ranks[stream.service] not in by_rank:
            by_rank.append(ranks[stream.service])
    stream_of = np.array([
        next(n for n, s in visits if ranks[s.service] == by_rank[min(c, len(by_rank) - 1)])
        for c in range(len(log.priorities))
    ], dtype=np.int64)
    delay = log.accepted - log.requested
    gone = np.where(log.outcome == CANCELLED, log.cancelled - log.requested, np.nan)
    came = np.isfinite(log.arrived)
    known = {
        "offer_delay": delay,
        "duration": np.where(log.outcome == NO_SHOW, np.nan,
                             log.ended - np.where(np.isnan(log.started), log.arrived,
                                                  log.started)),
        "order_patience": gone,
        "no_show": np.where(came, (log.outcome == NO_SHOW).astype(float), np.nan),
    }
    return RecordedOrders(log.requested, stream_of[log.priority], _zones(log, scenario), known)


def replayed_orders(
    log: OrderLog, scenario: Scenario, seed: int, replication: int
) -> Workload:
    """The workload of a replication: request, duration, answer of the point, who was not at home
    and who gave up as recorded; travel noise, and what is not known, drawn."""
    return orders_workload(scenario, recorded_orders(log, scenario), seed, replication)


def _zones(log: OrderLog, scenario: Scenario) -> Ints:
    known = {zone.id: n for n, zone in enumerate(scenario.zones)}
    titles = {title: n for n, zone in enumerate(scenario.zones)
              for title in (zone.name_zh, zone.name_en)}
    out = np.zeros(len(log), dtype=np.int64)
    faults = []
    for place, name in enumerate(log.places):
        for c, priority in enumerate(log.priorities):
            mine = (log.place == place) & (log.priority == c)
            if not mine.any():
                continue
            names = (f"{name} {priority}", name)
            number = next((titles[n] for n in names if n in titles), None)
            if number is None:
                number = next((known[i] for i in (slug(n, set(), "z") for n in names)
                               if i in known), None)
            if number is None:
                faults.append(Fault("--orders", "", Words(f"place {shown(name)}",
                                                          f"地点 {shown(name)}"), listed(known)))
                continue
            out[mine] = number
    if faults:
        raise BadInput(faults)
    return out
