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

    A place that the scenario has no zone for is taken for the commonest of those it has
    (:func:`strange_places` says which). Raises :class:`BadInput` with every such place where most
    requests come from them, or where the scenario has no stream of visits.
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


def strange_places(log: OrderLog, scenario: Scenario) -> list[Words]:
    """What to tell of places that the scenario has no zone for."""
    zone = _known_zones(log, scenario)
    rows = [(name, int(((log.place == n) & (zone < 0)).sum())) for n, name in enumerate(log.places)]
    return [
        Words(f"place {shown(name)}: not a zone of the scenario, its {count} requests are taken "
              "for ones of the commonest zone",
              f"地点 {shown(name)} 不是方案里的区域，其 {count} 个诉求按最常见的区域算")
        for name, count in rows if count
    ]


def _zones(log: OrderLog, scenario: Scenario) -> Ints:
    zone = _known_zones(log, scenario)
    strange = zone < 0
    if 2 * strange.sum() > len(log):
        known = [item.id for item in scenario.zones]
        raise BadInput([
            Fault("--orders", "", Words(f"place {shown(log.places[n])}",
                                        f"地点 {shown(log.places[n])}"), listed(known))
            for n in np.unique(log.place[strange]).tolist()
        ])
    if strange.any():
        zone = np.where(strange, int(np.bincount(zone[~strange]).argmax()), zone)
    return zone


def _known_zones(log: OrderLog, scenario: Scenario) -> Ints:
    """[request] -> zone; -1: none of that name."""
    known = {zone.id: n for n, zone in enumerate(scenario.zones)}
    titles = {title: n for n, zone in enumerate(scenario.zones)
              for title in (zone.name_zh, zone.name_en)}
    out = np.full(len(log), -1)
    for place, name in enumerate(log.places):
        for c, priority in enumerate(log.priorities):
            names = (f"{name} {priority}", name)
            number = next((titles[n] for n in names if n in titles), None)
            if number is None:
                number = next((known[i] for i in (slug(n, set(), "z") for n in names)
                               if i in known), -1)
            out[(log.place == place) & (log.priority == c)] = number
    return out
