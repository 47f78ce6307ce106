"""Kitchens and delivery rounds: every measure of meals, none where nothing is delivered.

Orders count by their request, rounds by their departure and kitchens by the dates they cook for, if
these lie in the counted days. ``point`` is the meal point; of ``kitchen_use`` the kitchen's own.
"""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import SHARE, Kind, Measure, quantiles
from sim.measures.counting.groups import Block, Flags, Floats, Groups, Ints, Ratio, sample
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.words.kinds import DAY, HOUR, MINUTE, CancelReason, Hand, OrderState, ServiceMode

_BY = ("all", "zone", "service", "point")
_ROUNDS = ("all", "service", "point")
_HANDED = "orders for delivery handed over (carried and collected ones too)"
_HOT = "started - left of meals brought to the door, by a caregiver or a cadre"

MEASURES = (
    Measure(
        "meals_per_day", "meals/day", "日供餐份数", "meals a day", Kind.VALUE, _BY,
        f"{_HANDED} / counted days", "high",
    ),
    Measure(
        "meal_lateness_min", "min", "送餐平均迟到", "mean lateness of meals", Kind.RATIO, _BY,
        f"sum of max(0, started - due) / {_HANDED} that have a due time", "low",
    ),
    Measure(
        "hot_meal_min", "min", "出锅到家时间", "kitchen to door", Kind.RATIO, _BY,
        f"mean of {_HOT}", "low",
    ),
    *quantiles("hot_meal_min", "min", "出锅到家时间", "kitchen to door", ("all", "service"),
               f"{_HOT}, in steps of 0.01 min"),
    Measure(
        "next_day_share", SHARE, "顺延份额", "meals put off", Kind.RATIO, _BY,
        "orders filled on a later day than wished / orders that a kitchen took", "low",
    ),
    Measure(
        "meals_refused_share", SHARE, "拒单份额", "meals refused", Kind.RATIO, _BY,
        "cancelled as too late or because the kitchens were full / orders for delivery", "low",
    ),
    Measure(
        "meals_lost_share", SHARE, "停餐未送达份额", "meals lost when the kitchen stopped",
        Kind.RATIO, _BY, "cancelled because the kitchen stopped / orders that a kitchen took",
        "low",
    ),
    Measure(
        "kitchen_use", SHARE, "厨房供餐能力利用率", "kitchen capacity used", Kind.RATIO,
        ("all", "point"), "orders taken for the counted dates / capacity of these dates",
    ),
    Measure(
        "round_size_mean", "meals", "平均每趟份数", "meals a round", Kind.RATIO, _ROUNDS,
        "orders on rounds that left / rounds that left", "high",
    ),
    Measure(
        "deliveries_per_caregiver_hour", "doors/h", "每小时送达户数", "doors an hour on the way",
        Kind.RATIO, _ROUNDS, "doors reached / hours from leaving the point to the last door",
        "high",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of meals; none where nothing is delivered."""
    if "meals" not in seen.result.more:
        return []
    return [_orders(seen), _rounds(seen), _kitchens(seen)]


def _orders(seen: Observed) -> Block:
    everything, services = seen.result.orders, seen.result.reference["services"]
    delivered = set(services["service"][services["mode"] == ServiceMode.DELIVERY.value])
    mine = everything["service"].isin(delivered).to_numpy() & seen.counted(
        seen.times(everything, "requested"))
    orders, meals = everything[mine], seen.result.more["meals"]
    groups = seen.groups(orders, by=("zone", "service", "point"))
    total = groups.total
    meal = rows_of(meals["order"].to_numpy(), orders["order"].to_numpy()) if len(meals) else (
        np.full(len(orders), -1))
    taken = meal >= 0
    left = np.append(seen.times(meals, "left"), np.nan)[meal]
    hand = np.append(enum_codes(meals["hand"], Hand), -1)[meal]
    started, due, opens, created = (
        seen.times(orders, name) for name in ("started", "due", "window_open", "created"))
    state = enum_codes(orders["state"], OrderState)
    reason = enum_codes(orders["reason"], CancelReason)
    handed = ~np.isnan(started) & (state != OrderState.NO_SHOW)
    timed = handed & ~np.isnan(due)
    hot = handed & np.isin(hand, (Hand.DELIVERED, Hand.CARRIED))
    wished = np.where(np.isnan(opens), created, opens)
    # what would leave after the run's end has no time, and is late for sure
    day = np.where(np.isnan(left), np.inf, np.floor(left / DAY))
    later = taken & (day > np.floor(wished / DAY))
    refused = np.isin(reason, (CancelReason.AFTER_CUT_OFF, CancelReason.KITCHENS_FULL))
    minutes = (started - left) / MINUTE
    days = np.full(len(groups.labels), float(seen.days))
    count = total(taken)
    return Block(
        groups,
        [
            Ratio("meals_per_day", total(handed), days),
            Ratio("meal_lateness_min",
                  total(np.maximum(0, np.nan_to_num(started - due)) / MINUTE, timed),
                  total(timed)),
            Ratio("hot_meal_min", total(np.nan_to_num(minutes), hot), total(hot)),
            Ratio("next_day_share", total(later), count),
            Ratio("meals_refused_share", total(refused), total(np.ones(len(orders)))),
            Ratio("meals_lost_share", total(reason == CancelReason.KITCHEN_STOPPED), count),
        ],
        [sample("hot_meal_min", groups.only(hot), minutes[hot] * 100, 100)],
    )


def _rounds(seen: Observed) -> Block:
    rounds, meals = seen.result.more["rounds"], seen.result.more["meals"]
    departed, ended = seen.times(rounds, "departed"), seen.times(rounds, "ended")
    gone = seen.counted(departed)
    groups = seen.groups(rounds, by=("service", "point"))
    on: Ints = meals["round"].to_numpy()[meals["stop"].to_numpy() >= 0]
    size = np.bincount(on, minlength=len(rounds))[: len(rounds)]
    doors = np.bincount(on[_reached(seen)], minlength=len(rounds))[: len(rounds)]
    over = gone & ~np.isnan(ended)
    hours: Floats = np.nan_to_num(ended - departed) / HOUR
    total = groups.total
    return Block(groups, [
        Ratio("round_size_mean", total(size, gone), total(gone)),
        Ratio("deliveries_per_caregiver_hour", total(doors, over), total(hours, over)),
    ])


def _reached(seen: Observed) -> Flags:
    """Of each meal that left on a round, whether somebody knocked at the door."""
    orders, meals = seen.result.orders, seen.result.more["meals"]
    left = meals["order"].to_numpy()[meals["stop"].to_numpy() >= 0]
    arrived = seen.times(orders, "arrived")
    return np.asarray(~np.isnan(arrived[rows_of(orders["order"].to_numpy(), left)]))


def _kitchens(seen: Observed) -> Block:
    kitchens, meals = seen.result.reference["kitchens"], seen.result.more["meals"]
    counted = meals["kitchen"].astype(str)[seen.counted(seen.times(meals, "left"))]
    sold = counted.value_counts().reindex(kitchens["kitchen"], fill_value=0).to_numpy()
    groups: Groups = seen.groups(kitchens, by=("point",))
    capacity = kitchens["capacity_per_day"].to_numpy() * seen.days
    return Block(groups, [Ratio("kitchen_use", groups.total(sold), groups.total(capacity))])
