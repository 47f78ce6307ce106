"""Are people reached in time: every measure of requests, orders and offers.

What was requested in the counted days counts, followed to the end of observation. ``point`` is the
point that accepted (of offers: the point asked).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.measures.counting.definition import CALLS, ORDERS, SHARE, WAITING, Kind, Measure, quantiles
from sim.measures.counting.groups import Block, Flags, Floats, Groups, Ints, Ratio, Sample, sample
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.words.kinds import MINUTE, OfferResult, OrderState, ServiceMode

PARTS = (
    ("redial", "重拨间隔", "redial gaps", "requested", "call_arrived"),
    ("hotline", "等待接听", "wait at the hotline", "call_arrived", "answered"),
    ("talk", "通话或审核", "talk or portal review", "answered", "created"),
    ("offers", "派单接单", "offers", "created", "accepted"),
    ("queue", "等候护理员", "queue for a caregiver", "accepted", "gathering"),
    ("gathering", "召集同伴", "gathering the crew", "gathering", "departed"),
    ("travel", "路途", "travel", "departed", "arrived"),
    ("early_wait", "早到等候", "early wait", "arrived", "started"),
)
"""The parts of a response in the order in which they happen: name, labels, from, until."""

_SERVED = "as-soon-as-possible orders whose service began (a no-show: somebody knocked)"

MEASURES = (
    Measure(
        "on_time_request", SHARE, "诉求按时率", "requests served on time", Kind.RATIO, CALLS,
        "service started by due / requests for a visit, a delivery or an expert due by the end of "
        "observation; callers lost at the hotline and unfinished orders missed, false alarms left "
        "out",
        "high", "on_time_request",
    ),
    Measure(
        "on_time", SHARE, "工单按时率", "orders served on time", Kind.RATIO, ORDERS,
        "service started by due / orders due by the end of observation; cancelled, unfunded and "
        "unfinished missed", "high", "on_time",
    ),
    Measure(
        "response_min", "min", "平均响应时间", "mean response", Kind.RATIO, ORDERS,
        f"sum of (started - requested) / {_SERVED}", "low",
    ),
    *(
        Measure(
            f"response_{part}_min", "min", f"响应时间：{zh}", f"response: {en}", Kind.RATIO, ORDERS,
            f"sum of ({until} - {since}) / {_SERVED}", "low",
        )
        for part, zh, en, since, until in PARTS
    ),
    *quantiles(
        "response_min", "min", "响应时间", "response", ("all", "zone", "service", "class"),
        "started - requested of as-soon-as-possible orders, in steps of 0.01 min; unserved counts "
        "as infinite",
    ),
    Measure(
        "lateness_min", "min", "预约平均迟到", "mean lateness of booked orders", Kind.RATIO, ORDERS,
        "sum of max(0, started - window_close) / booked orders whose service began", "low",
    ),
    Measure(
        "completion_rate", SHARE, "办结率", "orders completed", Kind.RATIO, ORDERS,
        "completed / orders whose window (if booked) closed by the end of observation", "high",
    ),
    Measure(
        "visits_per_day", "visits/day", "日完成上门次数", "home visits done a day", Kind.VALUE,
        WAITING, "completed orders for a home visit (a crew's visit is one) / counted days",
    ),
    Measure(
        "cancel_rate", SHARE, "取消率", "orders cancelled", Kind.RATIO, ORDERS,
        "cancelled / orders whose window (if booked) closed by the end of observation", "low",
    ),
    Measure(
        "no_show_rate", SHARE, "无人在家比例", "nobody at home", Kind.RATIO, ORDERS,
        "no-shows / orders at whose home somebody knocked, or whose client an expert tried to "
        "reach", "low",
    ),
    Measure(
        "callback_rate", SHARE, "回访率", "orders called back", Kind.RATIO, ORDERS,
        "called back / completed orders", "high",
    ),
    Measure(
        "offers_mean", "offers", "平均派单次数", "offers per order", Kind.RATIO, ORDERS,
        "offers, escalations included / orders ever offered", "low",
    ),
    Measure(
        "reject_rate", SHARE, "退单率", "offers rejected", Kind.RATIO, ORDERS,
        "rejected / offers accepted, rejected or timed out; by the point asked", "low",
    ),
    Measure(
        "escalated_rate", SHARE, "督办率", "orders escalated", Kind.RATIO, ORDERS,
        "escalated / orders ever offered", "low",
    ),
    Measure(
        "borrowed_share", SHARE, "跨站服务比例", "done by another point", Kind.RATIO, ORDERS,
        "done by a caregiver of another point / orders for which somebody departed",
    ),
    Measure(
        "preempted_share", SHARE, "中途被放下比例", "left behind for an emergency", Kind.RATIO,
        ORDERS, "orders whose caregiver was turned around on the way / orders for which somebody "
        "ever departed", "low", expert=True,
    ),
)


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders requested in the counted days; times in milliseconds, NaN for what never happened."""

    table: pd.DataFrame
    groups: Groups
    state: Ints
    time: dict[str, Floats]
    ripe: Flags
    """not booked for after the end of observation"""


def read_orders(seen: Observed) -> Orders:
    """The counted orders."""
    everything = seen.result.orders
    counted = seen.counted(seen.times(everything, "requested"))
    table = everything if counted.all() else everything[counted]
    steps = ("requested", *(until for *_, until in PARTS), "window_close", "due")
    time = {step: seen.times(table, step) for step in steps}
    by = ("zone", "service", "class", "point", "channel", "organisation")
    return Orders(
        table,
        seen.groups(table, hour=time["requested"], by=by),
        enum_codes(table["state"], OrderState),
        time,
        ~(time["window_close"] > seen.end),
    )


def blocks(seen: Observed) -> list[Block]:
    """Every measure of requests, orders and offers."""
    orders = read_orders(seen)
    return [
        requests_on_time(seen),
        Block(
            orders.groups,
            [
                *response_ratios(orders), *order_ratios(orders, seen.end),
                visits_done(orders, seen),
            ],
            [response_sample(orders)],
        ),
        offers_block(seen),
    ]


def requests_on_time(seen: Observed) -> Block:
    """The headline: of all who were owed a visit by now, who had one in time?"""
    requests, orders = seen.result.requests, seen.result.orders
    requested, due = seen.times(requests, "requested"), seen.times(requests, "due")
    rows = rows_of(requests["request"].to_numpy(), orders["request"].to_numpy())
    started = np.full(len(requests), np.nan)
    started[rows] = seen.times(orders, "started")
    wanted = ServiceMode.VISIT.value, ServiceMode.DELIVERY.value, ServiceMode.REMOTE.value
    real = requests["mode"].isin(wanted).to_numpy() & ~requests["false_alarm"].to_numpy(dtype=bool)
    owed = seen.counted(requested) & (due <= seen.end) & real
    groups = seen.groups(
        requests, hour=requested, by=("zone", "service", "class", "channel")
    )
    on_time = groups.total(started <= due, owed)
    return Block(groups, [Ratio("on_time_request", on_time, groups.total(owed))])


def wants_visit(requests: pd.DataFrame) -> Flags:
    """Requests with a need behind them that somebody must come for."""
    visit = requests["mode"] == ServiceMode.VISIT.value
    return np.asarray(visit & ~requests["false_alarm"], dtype=bool)


def response_ratios(orders: Orders) -> list[Ratio]:
    """Mean response of the served and its parts, which sum to it."""
    total, time = orders.groups.total, orders.time
    served = _soon(orders) & ~np.isnan(time["started"])
    count = total(served)

    def mean(name: str, since: str, until: str) -> Ratio:
        return Ratio(name, total((time[until] - time[since]) / MINUTE, served), count)

    return [
        mean("response_min", "requested", "started"),
        *(mean(f"response_{part}_min", since, until) for part, _, _, since, until in PARTS),
    ]


def response_sample(orders: Orders) -> Sample:
    """Responses in hundredths of a minute, infinite where the service never began."""
    soon = _soon(orders)
    response = (orders.time["started"] - orders.time["requested"])[soon]
    hundredths = np.where(np.isnan(response), np.inf, response) / (MINUTE / 100)
    return sample("response_min", orders.groups.only(soon), hundredths, 100)


def order_ratios(orders: Orders, end: int) -> list[Ratio]:
    """What became of the orders."""
    total, time, state, table = orders.groups.total, orders.time, orders.state, orders.table
    began = ~np.isnan(time["started"])
    booked = ~_soon(orders)
    late = np.maximum(0, time["started"] - time["window_close"]) / MINUTE
    due = time["due"] <= end
    called_back = state == OrderState.CALLED_BACK
    completed = (state == OrderState.COMPLETED) | called_back
    offers = table["offers"].to_numpy()
    offered, ripe = offers > 0, total(orders.ripe)
    departed = ~np.isnan(time["departed"])
    preempted = table["preempted"].to_numpy() > 0
    return [
        Ratio("on_time", total(time["started"] <= time["due"], due), total(due)),
        Ratio("lateness_min", total(late, booked & began), total(booked & began)),
        Ratio("completion_rate", total(completed, orders.ripe), ripe),
        Ratio("cancel_rate", total(state == OrderState.CANCELLED, orders.ripe), ripe),
        Ratio("no_show_rate", total(state == OrderState.NO_SHOW), total(began)),
        Ratio("callback_rate", total(called_back), total(completed)),
        Ratio("offers_mean", total(offers), total(offered)),
        Ratio("escalated_rate", total(table["escalated"].to_numpy(dtype=bool)), total(offered)),
        Ratio(
            "borrowed_share", total(table["borrowed"].to_numpy(dtype=bool), departed),
            total(departed),
        ),
        Ratio("preempted_share", total(preempted), total(departed | preempted)),
    ]


def visits_done(orders: Orders, seen: Observed) -> Ratio:
    """How many homes were visited, and the service done, on a day."""
    services = seen.result.reference["services"]
    at_home = services["service"][services["mode"] == ServiceMode.VISIT]
    done = (orders.state == OrderState.COMPLETED) | (orders.state == OrderState.CALLED_BACK)
    done &= np.asarray(orders.table["service"].isin(list(at_home)).to_numpy(), dtype=bool)
    count = orders.groups.total(done)
    return Ratio("visits_per_day", count, np.full(len(count), float(seen.days)))


def offers_block(seen: Observed) -> Block:
    """What points answered to the offers of the counted orders."""
    offers, orders = seen.result.offers, seen.result.orders
    result = enum_codes(offers["result"], OfferResult)
    answer = (
        (result == OfferResult.ACCEPTED)
        | (result == OfferResult.REJECTED)
        | (result == OfferResult.TIMED_OUT)
    )
    rows = rows_of(orders["order"].to_numpy(), offers["order"].to_numpy())
    requested = seen.times(orders, "requested")[rows]
    mine = answer & seen.counted(requested)
    about = orders[["zone", "service", "priority", "channel"]].iloc[rows[mine]]
    about = about.assign(point=offers["point"].array[mine])
    groups = seen.groups(
        about, hour=requested[mine],
        by=("zone", "service", "class", "point", "channel", "organisation"),
    )
    rejected = groups.total(result[mine] == OfferResult.REJECTED)
    return Block(groups, [Ratio("reject_rate", rejected, groups.total(np.ones(len(about))))])


def _soon(orders: Orders) -> Flags:
    """Orders for as soon as possible: without a window."""
    return np.isnan(orders.time["window_close"])
