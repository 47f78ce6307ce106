"""Places: how full they are, who is refused or waits, and who looks after those who are there.

Groups ``kind=...`` are kinds of places. Times are cut at the ends of the counted days; orders count
by their request.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.counting.definition import PLACES, POINTS, SERVICES, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Floats, Groups, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of, text_codes
from sim.scenario.sections.requests import DAYS_PER_MONTH
from sim.words.kinds import DAY, NONE, CancelReason, OrderState, ServiceMode, StaffState

WANTED = ("all", "hour", "service")
_SETTLED = "orders for a place that were given one, refused or given up"

MEASURES = (
    Measure(
        "place_occupancy", SHARE, "床位托位占用率", "places occupied", Kind.RATIO, PLACES,
        "time that places are occupied / time that they are open",
    ),
    Measure(
        "place_held_share", SHARE, "床位托位留用率", "places given, the way there included",
        Kind.RATIO, PLACES, "time from a place's giving to the end of the stay / time open",
        expert=True,
    ),
    Measure(
        "admissions_per_month", "per month", "每月入住入托人次", "admissions a month", Kind.VALUE,
        PLACES, "stays begun in the counted days / counted days * 365.25 / 12",
    ),
    Measure(
        "place_turnover", "per place-month", "每位每月周转次数", "stays ended per place and month",
        Kind.VALUE, PLACES,
        "stays ended in the counted days / places / counted days * 365.25 / 12",
    ),
    Measure(
        "refused_rate", SHARE, "已满拒收率", "orders refused, no place", Kind.RATIO, WANTED,
        f"refused / {_SETTLED}; by the hour for which the place is wanted (booked: the window's "
        "opening, else the request)", "low",
    ),
    Measure(
        "refused_per_day", "orders/day", "日拒收人次", "refused a day, no place", Kind.VALUE,
        WANTED, "refused / counted days; by the hour for which the place is wanted", "low",
    ),
    Measure(
        "waitlist_length", "orders", "平均轮候人数", "waitlist, mean over time", Kind.VALUE,
        SERVICES, "time average of the orders on the waitlist", "low",
    ),
    Measure(
        "waitlist_days", "days", "平均轮候天数", "days on the waitlist", Kind.RATIO, SERVICES,
        "sum of (unlisted - listed) / orders from the waitlist that were given a place", "low",
    ),
    Measure(
        "waitlist_given_up", SHARE, "轮候中放弃比例", "gave up on the waitlist", Kind.RATIO,
        SERVICES, "given up / orders that left the waitlist", "low",
    ),
    Measure(
        "caregivers_tied", "people", "在站照护人数", "caregivers tied to the house", Kind.VALUE,
        POINTS, "time average of the caregivers who look after occupied places",
    ),
    Measure(
        "caregiver_house_share", SHARE, "护理员在站照护占比", "caregivers' share in the house",
        Kind.RATIO, POINTS, "care in the house / (on duty - breaks)",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of places; nothing where the county has none."""
    if "stays" not in seen.result.more:
        return []
    return [_stays(seen), _orders(seen), _waitlist(seen), _carers(seen)]


def _by_kind(seen: Observed, frame: pd.DataFrame) -> Groups:
    return seen.groups(frame, by=("point", "kind"))


def _length(seen: Observed) -> float:
    return float(seen.stop - seen.start)


def _stays(seen: Observed) -> Block:
    """Time occupied, and stays begun and ended."""
    stays, places = seen.result.more["stays"], seen.result.reference["places"]
    groups = _by_kind(seen, stays)
    since, until = seen.clipped(seen.times(stays, "entered"), seen.times(stays, "left"))
    came = ~np.isnan(seen.times(stays, "entered"))
    held, gone = seen.clipped(seen.times(stays, "held"), seen.times(stays, "left"))
    time = _open_time(seen)
    months = np.full(len(time), _length(seen) / DAY / DAYS_PER_MONTH)
    begun = seen.counted(seen.times(stays, "entered"))
    begun &= stays["order"].to_numpy() != NONE
    ended = seen.counted(seen.times(stays, "left"))
    count = _by_kind(seen, places).total(places["count"].to_numpy())
    return Block(groups, [
        Ratio("place_occupancy", groups.total(until - since, came), time),
        Ratio("place_held_share", groups.total(gone - held), time),
        Ratio("admissions_per_month", groups.total(begun), months),
        Ratio("place_turnover", groups.total(ended), months * count),
    ])


def _open_time(seen: Observed) -> Floats:
    """Milliseconds that places are open in the counted days, by group."""
    opens, places = seen.result.reference["place_open"], seen.result.reference["places"]
    row = text_codes(opens["place_row"], tuple(map(str, places["place_row"])))
    since, until = seen.clipped(seen.times(opens, "start"), seen.times(opens, "end"))
    spans = places.iloc[row]
    return _by_kind(seen, spans).total((until - since) * spans["count"].to_numpy())


def _orders(seen: Observed) -> Block:
    """Of the orders for a place that came to something, how many were refused."""
    orders = seen.result.orders
    counted = seen.counted(seen.times(orders, "requested")) & _for_places(seen, orders)
    orders = orders[counted]
    wanted = np.fmax(seen.times(orders, "requested"), seen.times(orders, "window_open"))
    groups = seen.groups(orders, hour=wanted, by=("service",))
    refused = enum_codes(orders["reason"], CancelReason) == CancelReason.NO_PLACE
    given = ~np.isnan(seen.times(orders, "accepted"))
    gave_up = enum_codes(orders["state"], OrderState) == OrderState.CANCELLED
    settled = groups.total(refused | given | gave_up)
    turned_away = groups.total(refused)
    days = np.full(len(settled), float(seen.days))
    return Block(groups, [
        Ratio("refused_rate", turned_away, settled), Ratio("refused_per_day", turned_away, days),
    ])


def _for_places(seen: Observed, orders: pd.DataFrame) -> Flags:
    services = seen.result.reference["services"]
    mine = services["service"][services["mode"] == ServiceMode.PLACE]
    return np.asarray(orders["service"].isin(list(mine)).to_numpy(), dtype=bool)


def _waitlist(seen: Observed) -> Block:
    """Who waits and for how long."""
    waits, orders = seen.result.more["waitlist"], seen.result.orders
    row = rows_of(orders["order"].to_numpy(), waits["order"].to_numpy())
    mine = orders.iloc[row]
    groups = seen.groups(mine, by=("service",))
    listed, unlisted = seen.times(waits, "listed"), seen.times(waits, "unlisted")
    since, until = seen.clipped(listed, unlisted)
    counted = seen.counted(seen.times(mine, "requested"))
    given = counted & ~np.isnan(seen.times(mine, "accepted"))
    left = counted & ~np.isnan(unlisted)
    days = np.where(given, unlisted - listed, 0) / DAY
    length = np.full(len(groups.labels), _length(seen))
    return Block(groups, [
        Ratio("waitlist_length", groups.total(until - since), length),
        Ratio("waitlist_days", groups.total(days), groups.total(given)),
        Ratio("waitlist_given_up", groups.total(left & ~given), groups.total(left)),
    ])


def _carers(seen: Observed) -> Block:
    """Caregivers tied to the house, of those on duty."""
    sheet = seen.result.timesheet
    sheet = sheet[sheet["point"].notna().to_numpy()]
    state = enum_codes(sheet["state"], StaffState)
    since, until = seen.clipped(seen.times(sheet, "start"), seen.times(sheet, "end"))
    groups = seen.groups(sheet, by=("point",))
    care = groups.total(until - since, state == StaffState.CARE)
    duty = groups.total(until - since, state != StaffState.BREAK)
    return Block(groups, [
        Ratio("caregivers_tied", care, np.full(len(care), _length(seen))),
        Ratio("caregiver_house_share", care, duty),
    ])
