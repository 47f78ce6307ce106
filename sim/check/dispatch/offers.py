"""What must be true of every offer, and of what an order says of its offers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.roads import TOLERANCE, Homes, Roads
from sim.check.dispatch.territory import territories
from sim.check.ground.deliveries import brought
from sim.check.ground.experts import remote
from sim.check.ground.facts import NAT, Facts, Floats, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.words.kinds import MINUTE, NEVER, NONE, OfferResult

BINDING = (
    OfferResult.ACCEPTED, OfferResult.ESCALATED, OfferResult.GRABBED, OfferResult.POOLED,
)
"""Results after which an order has found its point, or its queue."""


def in_sequence(f: Facts) -> Iterator[Broken]:
    """Numbered from 0, one at a time, none after the order was accepted."""
    order, number = f.column("offers", "order"), f.column("offers", "offer")
    made, closed = f.ms("offers", "offered"), f.ms("offers", "closed")
    result = f.code("offers", "result", OfferResult)
    rows = np.lexsort((number, order))
    again = np.append(False, order[rows[1:]] == order[rows[:-1]])[: len(rows)]
    before = rows[np.maximum(np.arange(len(rows)) - 1, 0)]
    declined = np.isin(
        result[before], (OfferResult.REJECTED, OfferResult.TIMED_OUT, OfferResult.UNTAKEN))
    follows = (number[rows] == number[before] + 1) & declined & (made[rows] >= closed[before])
    right = np.where(again, follows, number[rows] == 0)
    unanswered = result[rows] == OfferResult.OPEN
    right &= np.where(has(closed[rows]), closed[rows] >= made[rows], unanswered)
    wrong = np.zeros(len(order), dtype=bool)
    wrong[rows[~right]] = True
    yield from rows_where("offers", wrong, "point", "offered", "closed", "result")


def end_as_they_should(f: Facts) -> Iterator[Broken]:
    """A time-out comes at the limit, an answer no later, an escalation at once.

    What is shown to everybody has a limit of its own; what is pooled is so at once.
    """
    timeout = np.where(shown(f), round(grab_timeout(f)), round(
        f.settings["dispatch.offer_timeout_min"] * MINUTE))
    result = f.code("offers", "result", OfferResult)
    took = f.until("offers", "closed") - f.ms("offers", "offered")
    right = np.select(
        [np.isin(result, (OfferResult.TIMED_OUT, OfferResult.UNTAKEN)),
         np.isin(result, (OfferResult.ESCALATED, OfferResult.POOLED)), result == NONE],
        [took == timeout, took == 0, np.zeros(len(took), dtype=bool)],
        default=took <= timeout,
    )
    yield from rows_where("offers", ~right, "offered", "closed", "result")


def make_the_order(f: Facts) -> Iterator[Broken]:
    """The order's counts, its first offer, its point and its acceptance are those of its offers."""
    order = f.column("orders", "order")
    of = find(order, f.column("offers", "order"))
    result = f.code("offers", "result", OfferResult)

    def counted(*results: OfferResult) -> Ints:
        rows = of[np.isin(result, results) & (of != NONE)]
        return np.bincount(rows, minlength=len(order))

    offered = f.column("offers", "order")
    binding = np.isin(result, BINDING)
    taken = find(np.where(binding, offered, NONE), order)
    first = find(np.where(f.column("offers", "offer") == 0, offered, NONE), order)
    wrong = counted(*OfferResult) != f.column("orders", "offers")
    wrong |= counted(OfferResult.REJECTED) != f.column("orders", "rejected")
    wrong |= counted(OfferResult.TIMED_OUT) != f.column("orders", "timed_out")
    wrong |= (counted(OfferResult.ESCALATED) > 0) != f.column("orders", "escalated")
    wrong |= take(f.ms("offers", "offered"), first, NAT) != f.ms("orders", "offered")
    wrong |= take(f.ms("offers", "closed"), taken, NAT) != f.ms("orders", "accepted")
    wrong |= take(f.text("offers", "point"), taken, "") != f.text("orders", "point")
    yield from rows_where("orders", wrong, "offers", "rejected", "timed_out", "offered", "accepted",
                          "point")


def offered_to_candidates(f: Facts) -> Iterator[Broken]:
    """A point asked offers the service, is near enough, and is open: at that moment, or for a
    booking at some time in what is left of the window, if some candidate is.

    Whoever grabs an order is so when grabbing it; what nobody took has no point. From the county's
    queue an order goes to a point that offers it, however far and whether or not it is open; who
    grabs it for himself must be near, wherever his point is.
    """
    result = f.code("offers", "result", OfferResult)
    order = f.row_of("offers", "order", "orders")
    point = f.place("offers", "point", "points")
    grabbed, pooled = result == OfferResult.GRABBED, result == OfferResult.POOLED
    made = np.where(grabbed, f.ms("offers", "closed"), f.ms("offers", "offered"))
    services = [set(text.split("|")) for text in f.text("points", "services")]
    wanted = take(f.text("orders", "service"), order, "")
    wrong = np.array([
        p == NONE or s not in services[p] for p, s in zip(point, wanted, strict=True)
    ], dtype=bool)
    nobody = (point == NONE) & (shown(f) & ~grabbed | pooled & ~has(
        take(f.ms("orders", "gathering"), order, NAT)))
    wrong &= ~nobody
    limit = f.settings["dispatch.max_travel_min"] * MINUTE
    for_oneself = np.isin(order, _grabbed_by_caregivers(f))
    far = ~(_way(f, order, point, None) <= limit + TOLERANCE)
    wrong |= far & ~nobody & ~pooled & ~(grabbed & for_oneself)
    opens, closes = (
        take(f.ms("orders", name), order, NAT) for name in ("window_open", "window_close"))
    ahead = has(opens) & (made <= closes)
    by_hours = ~take(brought(f), order, False).astype(bool)  # else the kitchen's own decide
    by_hours &= ~nobody & ~pooled
    ahead &= ~(grabbed & for_oneself)
    wrong |= ~ahead & by_hours & ~open_at(f, point, made)
    known = ahead & by_hours & (closes < f.horizon)
    shut = known & ~_open_between(f, point, np.maximum(made, opens), closes)
    wrong |= shut & ~open_at(f, point, made)
    rows = np.flatnonzero(shut & ~wrong)
    for other in range(len(services)) if len(rows) else ():
        asked = np.full(len(rows), other)
        near = np.array([name in services[other] for name in wanted[rows]], dtype=bool)
        near &= _way(f, order[rows], asked, None) <= limit - TOLERANCE
        wrong[rows] |= near & _open_between(
            f, asked, np.maximum(made[rows], opens[rows]), closes[rows])
    yield from rows_where("offers", wrong, "point", "offered")


def _way(f: Facts, order: Ints, point: Ints, leaving: Ints | None) -> Floats:
    """Planned milliseconds from each point to the home of each order; None: at speed factor 1."""
    roads, homes = Roads.of(f), Homes.of(f)
    x, y = (take(f.column("points", axis), point, np.nan) for axis in ("x_km", "y_km"))
    zone = take(homes.zone, order, NONE)
    km = roads.km(x, y, take(homes.x, order, np.nan), take(homes.y, order, np.nan), zone)
    kmh = take(f.column("points", "kmh"), point, np.nan)
    return roads.planned(km, len(f.table("zones")) + point, zone, kmh, leaving)


def _open_between(f: Facts, point: Ints, since: Ints, until: Ints) -> Yes:
    """Whether each point is open at some time from ``since`` until and with ``until``."""
    what = f.place("open", "what", "points")
    found = np.zeros(len(point), dtype=bool)
    for number in np.unique(point[point >= 0]):
        spans = np.flatnonzero(what == number)
        here = np.flatnonzero(point == number)
        opens, closes = f.ms("open", "start")[spans], f.ms("open", "end")[spans]
        by_time = np.argsort(opens)
        opens, closes = opens[by_time], np.append(closes[by_time], NEVER)
        first = np.searchsorted(closes, since[here], "right")
        found[here] = np.append(opens, NEVER)[np.minimum(first, len(opens))] <= until[here]
    return found


def open_at(f: Facts, point: Ints, moments: Ints) -> Yes:
    """Whether each point is open at each moment."""
    what = f.place("open", "what", "points")
    opens, closes = f.ms("open", "start"), f.ms("open", "end")
    is_open = np.zeros(len(moments), dtype=bool)
    for number in np.unique(point):
        hours = what == number
        rows = np.flatnonzero(point == number)
        begun = np.searchsorted(np.sort(opens[hours]), moments[rows], side="right")
        over = np.searchsorted(np.sort(closes[hours]), moments[rows], side="right")
        is_open[rows] = begun > over
    return is_open


def eligible_in_time(f: Facts) -> Iterator[Broken]:
    """An order waits from its acceptance; a booked one from its opening less the planned way."""
    accepted, opens = f.ms("orders", "accepted"), f.ms("orders", "window_open")
    eligible = f.ms("orders", "eligible")
    point = f.place("orders", "point", "points")
    way = _way(f, np.arange(len(accepted)), point, np.where(has(opens), opens, 0))
    pooled = in_pool(f)
    way[pooled] = _least_way(f, np.flatnonzero(pooled), opens)
    due = np.where(has(opens), np.maximum(accepted, opens - way), accepted)
    to_homes = ~brought(f)
    known = has(accepted) & ((point != NONE) | pooled) & to_homes
    over = np.minimum(f.until("orders", "cancelled"), f.horizon)
    wrong = has(eligible) & to_homes & ~(known & (np.abs(eligible - due) <= TOLERANCE))
    wrong |= known & ~has(eligible) & (due < over - TOLERANCE)
    yield from rows_where("orders", wrong, "accepted", "window_open", "eligible", "point")


def grab_timeout(f: Facts) -> float:
    """Milliseconds for which an order is shown to everybody."""
    return float(f.settings.get("dispatch.grab", {"timeout_min": 0})["timeout_min"] * MINUTE)


def shown(f: Facts) -> Yes:
    """Which offers were made to everybody in range at once."""
    result = f.code("offers", "result", OfferResult)
    unsettled = np.isin(result, (OfferResult.OPEN, OfferResult.WITHDRAWN))
    nobody = f.place("offers", "point", "points") == NONE
    settled = np.isin(result, (OfferResult.GRABBED, OfferResult.UNTAKEN))
    return np.asarray(settled | (unsettled & nobody))


def in_pool(f: Facts) -> Yes:
    """Which orders went into the county's one queue; experts have another."""
    pooled = f.code("offers", "result", OfferResult) == OfferResult.POOLED
    here = np.isin(f.column("orders", "order"), f.column("offers", "order")[pooled])
    return np.asarray(here & ~remote(f))


def _grabbed_by_caregivers(f: Facts) -> Ints:
    """Rows of the orders that a caregiver took for himself."""
    if "grabs" not in f.result.tables:
        return np.zeros(0, dtype=np.int64)
    mine = f.column("grabs", "won").astype(bool) & (f.text("grabs", "caregiver") != "")
    return np.asarray(f.row_of("grabs", "order", "orders")[mine])


def _least_way(f: Facts, orders: Ints, opens: Ints) -> Floats:
    """The shortest planned way to each of these orders' homes from a point that may do it."""
    within, leaving = territories(f), np.where(has(opens), opens, 0)[orders]
    wanted, zone = f.text("orders", "service")[orders], f.place("orders", "zone", "zones")[orders]
    best = np.full(len(orders), np.inf)
    for number, text in enumerate(f.text("points", "services")):
        may = np.isin(wanted, text.split("|")) & within[zone, number]
        way = _way(f, orders, np.full(len(orders), number), leaving)
        best = np.where(may, np.minimum(best, way), best)
    return best
