"""What must be true of money: who pays for what, and that no fund gives more than it has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, take
from sim.check.ground.findings import Broken, rows_where
from sim.log.funding import LIMITS, Entries, Fund
from sim.log.prices import at_most, done_at
from sim.words.kinds import FEN, NONE, CancelReason, OrderState, PaymentState

DONE = (OrderState.COMPLETED, OrderState.CALLED_BACK)
WANT_OF_MONEY = (CancelReason.FUND_EMPTY, CancelReason.SHARE_USED_UP)


def payments_make_the_price(f: Facts) -> Iterator[Broken]:
    """Every order is promised in whole what the dearest point that may do it charges, an unfunded
    one nothing; a done one is paid what its point charges, first promised first."""
    if "payments" not in f.result.more:
        return
    order, promised = _order_of(f), _promised(f)
    total = np.zeros(len(f.table("orders")), dtype=np.int64)
    np.add.at(total, order[order != NONE], promised[order != NONE])
    owed = np.where(_unfunded(f), 0, _price(f))
    yield from rows_where("orders", total != owed, "service", "state",
                          promised=total / FEN, price=_price(f) / FEN)
    yield from rows_where("payments", promised <= 0, "yuan")
    state = take(f.code("orders", "state", OrderState), order, NONE)
    done = np.isin(state, DONE)
    due = np.where(done, take(done_at(f.result.reference, f.table("orders")), order, 0), 0)
    first = np.lexsort((np.arange(len(order)), order))
    before = np.zeros(len(order), dtype=np.int64)
    for one, then in pairwise(first.tolist()):
        if order[one] == order[then]:
            before[then] = before[one] + promised[one]
    owed_here = np.clip(due - before, 0, promised)
    yield from rows_where("payments", _paid(f) != owed_here, "payer", "yuan", "paid_yuan",
                          owed=owed_here / FEN)


def payments_follow_orders(f: Facts) -> Iterator[Broken]:
    """Reserved when the order is written, paid when it is done, released when it is cancelled or
    nobody was at home, all at that very moment; open while the order is."""
    if "payments" not in f.result.more:
        return
    order = _order_of(f)
    state = take(f.code("orders", "state", OrderState), order, NONE)
    done = np.isin(state, DONE)
    nothing = np.isin(state, (OrderState.CANCELLED, OrderState.NO_SHOW, OrderState.REFUSED))
    over = np.where(_paid(f) > 0, PaymentState.PAID, PaymentState.RELEASED)
    should = np.select([done, nothing], [over, np.full(len(over), PaymentState.RELEASED)],
                       default=PaymentState.RESERVED)
    ended = take(f.ms("orders", "ended"), order, NAT)
    closed = np.select(
        [np.isin(state, (OrderState.CANCELLED, OrderState.REFUSED)), done | nothing],
        [take(f.ms("orders", "cancelled"), order, NAT), ended], default=NAT)
    wrong = (f.code("payments", "state", PaymentState) != should) | (
        f.ms("payments", "closed") != closed) | (
        f.ms("payments", "reserved") != take(f.ms("orders", "created"), order, NAT))
    yield from rows_where("payments", wrong, "payer", "state", "reserved", "closed", "paid_yuan")


def funds_cover(f: Facts) -> Iterator[Broken]:
    """A fund pays only for its services and groups; who pays is a fund or the client."""
    if "payments" not in f.result.more:
        return
    payer, order = f.text("payments", "payer"), _order_of(f)
    service, group = (take(f.text("orders", name), order, "") for name in ("service", "group"))
    known = payer == "self"
    for fund in _funds(f):
        known |= (payer == fund.name) & fund.covers(service, group)
    yield from rows_where("payments", ~known, "payer", service=service, group=group)


def funds_never_overpay(f: Facts) -> Iterator[Broken]:
    """Whenever a fund promises, all that stands promised or paid lies within what it has for the
    year so far, and within what it has for the client.

    What comes back at the very moment may have come back before.
    """
    if "payments" not in f.result.more:
        return
    payer, order = f.text("payments", "payer"), _order_of(f)
    for fund in _funds(f):
        mine = np.flatnonzero((payer == fund.name) & (order != NONE))
        entries = _entries(f, fund)
        about = _about(f, order[mine])
        at = about[1]
        over = entries.year_total(fund, at, True) > fund.released(at)
        for limit in LIMITS:
            cap = fund.cap(limit)
            if cap is not None:
                over |= entries.client_total(fund, limit, about, at, True) > cap
        yield from rows_where("payments", _marked(mine[over], len(payer)), "payer", "yuan")


def unfunded_for_want_of_money(f: Facts) -> Iterator[Broken]:
    """No fund that covers an unfunded order could have paid the whole of it.

    What was promised at the very moment may have been promised before, and what came back later.
    """
    if "payments" not in f.result.more:
        return
    unfunded = np.flatnonzero(_unfunded(f))
    reason = f.code("orders", "reason", CancelReason)
    service, group = f.text("orders", "service"), f.text("orders", "group")
    about, price = _about(f, unfunded), _price(f)[unfunded]
    at, wrong = about[1], np.zeros(len(unfunded), dtype=bool)
    covered = np.zeros(len(unfunded), dtype=bool)
    for fund in _funds(f):
        mine = fund.covers(service[unfunded], group[unfunded])
        covered |= mine
        entries = _entries(f, fund, late=True)
        could = fund.released(at) - entries.year_total(fund, at, True) >= price
        for limit in LIMITS:
            cap = fund.cap(limit)
            if cap is not None:
                could &= cap - entries.client_total(fund, limit, about, at, True) >= price
        wrong |= mine & could
    wrong |= covered != np.isin(reason[unfunded], WANT_OF_MONEY)
    yield from rows_where(
        "orders", _marked(unfunded[wrong], len(service)), "service", "group", "created", "reason")


def _entries(f: Facts, fund: Fund, late: bool = False) -> Entries:
    """What the fund promised and what came back; ``late``: a millisecond after it did."""
    payer, order = f.text("payments", "payer"), _order_of(f)
    mine = np.flatnonzero((payer == fund.name) & (order != NONE))
    promised = _promised(f)
    closed = f.code("payments", "state", PaymentState) != PaymentState.RESERVED
    free = np.where(closed, promised - _paid(f), 0)
    back = mine[free[mine] > 0]
    rows = np.concatenate([mine, back])
    client, written, wanted = _about(f, order[rows])
    returned = f.ms("payments", "closed")[back] + late
    when = np.concatenate([f.ms("payments", "reserved")[mine], returned])
    return Entries(written, wanted, client, when, np.concatenate([promised[mine], -free[back]]))


def _about(f: Facts, orders: Ints) -> tuple[Ints, Ints, Ints]:
    """Client, writing and wanted time of orders."""
    written = f.ms("orders", "created")[orders]
    wanted = np.maximum(written, f.ms("orders", "window_open")[orders])
    return f.column("orders", "client")[orders], written, wanted


def _marked(rows: Ints, size: int) -> Yes:
    marks = np.zeros(size, dtype=bool)
    marks[rows] = True
    return marks


def _funds(f: Facts) -> list[Fund]:
    midnight = np.datetime64(f.origin, "ms")
    return [Fund(row, midnight) for _, row in f.table("funds").iterrows()]


def _order_of(f: Facts) -> Ints:
    return f.row_of("payments", "order", "orders")


def _promised(f: Facts) -> Ints:
    return np.asarray(np.rint(f.column("payments", "yuan") * FEN), dtype=np.int64)


def _paid(f: Facts) -> Ints:
    return np.asarray(np.rint(f.column("payments", "paid_yuan") * FEN), dtype=np.int64)


def _price(f: Facts) -> Ints:
    """Of every order, in fen, what has to be promised."""
    return f.once("promised prices", lambda f: at_most(f.result.reference, f.table("orders")))


def _unfunded(f: Facts) -> Yes:
    return np.asarray(f.code("orders", "state", OrderState) == OrderState.UNFUNDED)
