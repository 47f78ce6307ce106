"""How orders fare that are shown to everybody in range."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ORDERS, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.measures.orders.requests import read_orders
from sim.words.kinds import MINUTE, NONE, OfferResult

MEASURES = (
    Measure(
        "grab_min", "min", "平均抢单时长", "mean time to grab", Kind.RATIO, ORDERS,
        "sum of (grabbed - shown) / orders grabbed", "low",
    ),
    Measure(
        "grabbed_share", SHARE, "抢单成功率", "orders grabbed", Kind.RATIO, ORDERS,
        "grabbed / orders shown to everybody in range", "high",
    ),
    Measure(
        "fallback_share", SHARE, "抢单转派率", "orders assigned after nobody grabbed them",
        Kind.RATIO, ORDERS,
        "grabbed by nobody before the time-out / orders shown to everybody in range", "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of grabbing; the first offer of an order is its showing, if it was shown."""
    orders, offers = read_orders(seen), seen.result.offers
    result = enum_codes(offers["result"], OfferResult)
    untaken = result == OfferResult.UNTAKEN
    unsettled = np.isin(result, (OfferResult.WITHDRAWN, OfferResult.OPEN))
    shown = (result == OfferResult.GRABBED) | untaken | (
        unsettled & offers["point"].isna().to_numpy())
    first = rows_of(
        offers["order"].to_numpy()[shown], orders.table["order"].to_numpy()
    )
    mine = np.flatnonzero(shown)
    row = np.append(mine, NONE)[first]
    was_shown = first != NONE
    grabbed = was_shown & (np.append(result, NONE)[row] == OfferResult.GRABBED)
    fell_back = was_shown & (np.append(result, NONE)[row] == OfferResult.UNTAKEN)
    took = seen.times(offers, "closed") - seen.times(offers, "offered")
    minutes = np.where(grabbed, np.append(took, np.nan)[row] / MINUTE, 0)
    total = orders.groups.total
    return [Block(orders.groups, [
        Ratio("grab_min", total(minutes), total(grabbed)),
        Ratio("grabbed_share", total(grabbed), total(was_shown)),
        Ratio("fallback_share", total(fell_back), total(was_shown)),
    ])]
