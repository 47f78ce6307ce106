"""A workload of recorded requests: what the log knows is as recorded, the rest is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.calibrate.log import Floats, Ints
from sim.scenario.schema import Scenario
from sim.streams import Purpose, generator
from sim.words.kinds import DAY, MINUTE, NEVER, SECOND
from sim.workload.clients import client_offsets, homes
from sim.workload.sampling import sample, sample_factor
from sim.workload.tables import Workload
from sim.workload.widths import widths

LABEL = "recorded orders"


@dataclass(frozen=True, eq=False)
class RecordedOrders:
    """Requests as they were; one entry each, in order of time."""

    time_s: Floats
    """from the scenario's first midnight"""
    stream: Ints
    zone: Ints
    known: Mapping[str, Floats] = field(default_factory=dict)
    """seconds, NaN where to be drawn: ``offer_delay``, ``duration``, ``order_patience``;
    ``no_show``: 1 or 0; ``noise_out``: the way there over what the scenario's table has"""


def orders_workload(
    scenario: Scenario, orders: RecordedOrders, seed: int, replication: int
) -> Workload:
    """Requests that need no call, at their recorded times; what is not recorded is drawn for the
    request's place in the list."""
    n = len(orders.time_s)
    wide = widths(scenario)
    names = [service.id for service in scenario.services]
    groups = list(scenario.groups)
    service_of = np.array([names.index(s.service) for s in scenario.requests], dtype=np.int64)
    group_of = np.array([groups.index(s.group) for s in scenario.requests], dtype=np.int64)
    service, group = service_of[orders.stream], group_of[orders.stream]

    def rng(purpose: Purpose, *child: int) -> np.random.Generator:
        return generator(seed, replication, purpose, LABEL, *child)

    def by_service(what: str, purpose: Purpose, nothing: int) -> Ints:
        out = np.full(n, nothing)
        for code, row in enumerate(scenario.services):
            distribution = getattr(row, what)
            if distribution is not None:
                # Everybody draws from every service's, so that no request moves another's draw.
                drawn = sample(distribution, rng(purpose, code), n)
                out = np.where(service == code, drawn, out)
        return out

    def recorded(name: str, drawn: Ints) -> Ints:
        values = orders.known.get(name)
        if values is None:
            return drawn
        whole = np.rint(np.nan_to_num(values) * SECOND).astype(np.int64)
        return np.where(np.isnan(values), drawn, whole)

    time = np.rint(orders.time_s * SECOND).astype(np.int64)
    target = np.array([NEVER if s.target_min is None else round(s.target_min * MINUTE)
                       for s in scenario.services], dtype=np.int64)[service]
    coin = rng(Purpose.NO_SHOW_COIN).random(n)
    missed = orders.known.get("no_show")
    if missed is not None:
        coin = np.where(np.isnan(missed), coin, np.where(missed > 0, 0.0, 1.0))
    delays = np.column_stack([
        sample(scenario.dispatch.offer_delay, rng(Purpose.OFFER_DELAY, k), n)
        for k in range(wide["offer_delay"])
    ])
    delays[:, 0] = recorded("offer_delay", delays[:, 0])
    people = client_offsets(scenario)
    size = np.array([zone.pop.get(groups[0], 1) for zone in scenario.zones], dtype=np.int64)
    rank = (rng(Purpose.CLIENT).random(n) * np.maximum(1, size[orders.zone])).astype(np.int64)
    client = people[orders.zone, group] + rank
    x, y = homes(scenario, client)
    zeros, none = np.zeros(n, dtype=np.int64), np.zeros(n)

    def matrix(name: str, kind: type) -> np.ndarray:
        return np.zeros((n, wide[name]), dtype=kind)

    cv = scenario.travel.noise_cv
    noise = sample_factor(cv, rng(Purpose.NOISE_OUT), n)
    factor = orders.known.get("noise_out", np.full(n, np.nan))
    return Workload(
        seed=seed, replication=replication, horizon=scenario.horizon_days * DAY, time=time,
        stream=orders.stream, service=service, group=group, zone=orders.zone, client=client,
        caller=zeros, x_km=x, y_km=y, false_alarm=np.zeros(n, dtype=bool),
        patience=matrix("patience", np.int64), redial_coin=matrix("redial_coin", np.float64),
        redial_delay=matrix("redial_delay", np.int64), talk=zeros, wrap_up=zeros,
        review=sample(scenario.hotline.review, rng(Purpose.REVIEW), n),
        handed_down_coin=none, handed_down_delay=zeros, window_open=np.full(n, NEVER),
        window_close=np.full(n, NEVER), due=np.where(target == NEVER, NEVER, time + target),
        order_patience=recorded(
            "order_patience", by_service("patience", Purpose.ORDER_PATIENCE, NEVER)),
        offer_delay=delays, offer_coin=matrix("offer_coin", np.float64),
        noise_out=np.where(np.isnan(factor), noise, factor),
        noise_back=sample_factor(cv, rng(Purpose.NOISE_BACK), n),
        duration=recorded("duration", by_service("duration", Purpose.DURATION, 0)),
        no_show_coin=coin, call_back_coin=np.ones(n), call_back_talk=zeros,
        call_back_wrap_up=zeros, chase_coin=np.ones((n, wide["chase_coin"])),
        chase_patience=matrix("chase_patience", np.int64),
        chase_talk=matrix("chase_talk", np.int64),
        chase_wrap_up=matrix("chase_wrap_up", np.int64),
    )


def together(one: Workload, other: Workload) -> Workload:
    """Two workloads of one scenario as one, in order of time, those of ``one`` first at ties."""
    order = np.argsort(np.concatenate([one.time, other.time]), kind="stable")
    columns = other.columns()
    return Workload(one.seed, one.replication, one.horizon, **{
        name: np.concatenate([column, columns[name]])[order]
        for name, column in one.columns().items()
    })
