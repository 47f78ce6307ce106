"""What the funds pay, when they run out, and who is left waiting.

What was ordered in the counted days counts. A client is *eligible* who ordered something that a
fund covers. Where there are no funds these measures have no rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.log.funding import Entries, Fund
from sim.log.prices import at_most
from sim.measures.counting.definition import ALL, FUNDS, ORDERS, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Floats, Ints, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.measures.orders.requests import read_orders
from sim.words.kinds import DAY, FEN, CancelReason, OrderState, PaymentState

_DONE = (OrderState.COMPLETED, OrderState.CALLED_BACK)
_WANT = (CancelReason.FUND_EMPTY, CancelReason.SHARE_USED_UP)

MEASURES = (
    Measure(
        "unfunded_rate", SHARE, "无资金工单比例", "orders unfunded", Kind.RATIO, ORDERS,
        "unfunded / orders written, where there are funds or not everybody pays", "low",
    ),
    Measure(
        "eligible_clients", "people", "可享资金的服务对象", "eligible clients", Kind.VALUE, ALL,
        "clients with an order that a fund covers",
    ),
    Measure(
        "waiting_clients", "people", "待下年资金的服务对象", "clients waiting for the next year",
        Kind.VALUE, ALL,
        "eligible clients with an order that is unfunded because the fund has not enough left, in "
        "all or for them", "low",
    ),
    Measure(
        "unserved_clients", "people", "未获服务的服务对象", "eligible clients never served",
        Kind.VALUE, ALL, "eligible clients without any completed order", "low",
    ),
    Measure(
        "funded_clients", "people", "资金服务到的人数", "clients a fund paid for", Kind.VALUE,
        FUNDS,
        "clients with an order that the fund paid for, in whole or part", "high",
    ),
    Measure(
        "fund_paid_yuan", "yuan", "资金支付金额", "paid by funds", Kind.VALUE, FUNDS,
        "paid_yuan of the counted orders",
    ),
    Measure(
        "self_paid_yuan", "yuan", "本人支付金额", "paid by clients", Kind.VALUE, ALL,
        "paid_yuan of the counted orders, payer self",
    ),
    Measure(
        "fund_used_share", SHARE, "资金使用率", "share of the fund used", Kind.RATIO, FUNDS,
        "spent_yuan + promised or paid by the end of the counted days, of the year's money / "
        "released by then; funds without a yearly amount left out",
    ),
    Measure(
        "fund_ran_out", SHARE, "资金用完的可能", "chance that the fund runs out", Kind.VALUE,
        ("fund",),
        "1 if in the counted days an order that the fund covers found less than its price left in "
        "all, else 0", "low",
    ),
    Measure(
        "fund_runs_out_day", "day", "资金用完之日", "day on which the fund runs out", Kind.VALUE,
        ("fund",),
        "the first such day, 1 for the first counted one; no row where it never ran out", "high",
    ),
    Measure(
        "fund_yuan_per_completed", "yuan", "每办结工单资金支出", "funds' money per funded order",
        Kind.RATIO, FUNDS, "fund_paid_yuan / completed orders that the fund paid for", "low",
    ),
    Measure(
        "fund_yuan_per_on_time", "yuan", "每按时工单资金支出",
        "funds' money per funded order on time", Kind.RATIO, FUNDS,
        "fund_paid_yuan / orders that the fund paid for and that were served on time", "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of funds; none of them where nothing has to be decided."""
    if "payments" not in seen.result.more:
        return []
    counted = read_orders(seen)
    unfunded = counted.state == OrderState.UNFUNDED
    total = counted.groups.total
    rate = Ratio("unfunded_rate", total(unfunded), total(np.ones(len(unfunded))))
    return [Block(counted.groups, [rate]), *(_of_funds(seen) if seen.funds else [])]


def _of_funds(seen: Observed) -> list[Block]:
    books = _Books(seen)
    funds = seen.result.reference["funds"]
    everybody = seen.groups(funds.iloc[:0])
    by_fund = seen.groups(funds, by=("fund",))
    eligible = books.eligible
    served = np.isin(books.state, _DONE)
    waits = eligible & (books.state == OrderState.UNFUNDED) & np.isin(books.reason, _WANT)
    unserved = np.setdiff1d(books.client[eligible], books.client[served])
    one = np.ones(1)
    people = [
        Ratio(name, np.array([float(len(np.unique(who)))]), one)
        for name, who in (
            ("eligible_clients", books.client[eligible]),
            ("waiting_clients", books.client[waits]),
            ("unserved_clients", unserved),
        )
    ]
    own = books.mine & (books.payer == "self")
    people.append(Ratio("self_paid_yuan", np.array([float(books.paid[own].sum())]), one))
    return [Block(everybody, people), Block(by_fund, _fund_ratios(books, by_fund.labels))]


def _fund_ratios(books: _Books, labels: tuple[str, ...]) -> list[Ratio]:
    """All funds together first, then each."""
    names = [label.removeprefix("fund=") for label in labels]
    by_a_fund = books.payer != "self"
    took = [
        books.mine & (books.paid > 0) & (by_a_fund if n == 0 else books.payer == name)
        for n, name in enumerate(names)
    ]
    once = np.ones(len(names))
    paid = np.array([books.paid[rows].sum() for rows in took])
    orders = [np.unique(books.row[rows]) for rows in took]
    used = [books.used(fund) for fund in books.funds]
    out = [books.out(fund) for fund in books.funds]
    ran = np.array([np.nan, *(day is not None for day in out)])
    return [
        Ratio("funded_clients",
              np.array([float(len(np.unique(books.client[rows]))) for rows in orders]), once),
        Ratio("fund_paid_yuan", paid, once),
        Ratio("fund_used_share", *(
            np.array([sum(pair[end] for pair in used), *(pair[end] for pair in used)])
            for end in (0, 1))),
        Ratio("fund_ran_out", np.nan_to_num(ran), once),
        Ratio("fund_runs_out_day", np.array([0.0, *(day or 0.0 for day in out)]),
              np.nan_to_num(ran)),
        Ratio("fund_yuan_per_completed", paid, np.array([float(len(rows)) for rows in orders])),
        Ratio("fund_yuan_per_on_time", paid,
              np.array([float(np.count_nonzero(books.on_time[rows])) for rows in orders])),
    ]


def money_left(seen: Observed, at: Ints) -> pd.DataFrame:
    """What each fund has promised or paid, and has left, at moments of the run: fund, at (ms since
    the run's start), used_yuan of the moment's year, left_yuan of what is released by then; the
    latter NaN where the year's money has no limit."""
    books = _Books(seen)
    return pd.concat([
        pd.DataFrame({"fund": fund.name, "at": at, "used_yuan": used, "left_yuan": left})
        for fund in books.funds for used, left in [books.left(fund, at)]
    ], ignore_index=True)


def days_out(seen: Observed) -> dict[str, float]:
    """Fund -> the day on which it runs out, as ``fund_runs_out_day``; those that do."""
    books = _Books(seen)
    found = {fund.name: books.out(fund) for fund in books.funds}
    return {name: day for name, day in found.items() if day is not None}


class _Books:
    """Orders and payments side by side."""

    def __init__(self, seen: Observed) -> None:
        orders, payments = seen.result.orders, seen.result.more["payments"]
        self.seen = seen
        self.funds = [
            Fund(row, seen.midnight) for _, row in seen.result.reference["funds"].iterrows()]
        self.client = orders["client"].to_numpy()
        self.state = enum_codes(orders["state"], OrderState)
        self.reason = enum_codes(orders["reason"], CancelReason)
        self.service = orders["service"].astype(str).to_numpy(dtype=object)
        self.group = orders["group"].astype(str).to_numpy(dtype=object)
        self.on_time: Flags = seen.times(orders, "started") <= seen.times(orders, "due")
        self.written = seen.times(orders, "created").astype(np.int64)
        self.counted = seen.counted(seen.times(orders, "requested"))
        covered = np.zeros(len(orders), dtype=bool)
        for fund in self.funds:
            covered |= fund.covers(self.service, self.group)
        self.eligible: Flags = covered & self.counted
        """counted orders that a fund covers"""
        self.row = rows_of(orders["order"].to_numpy(), payments["order"].to_numpy())
        """of each payment: its order"""
        self.mine: Flags = self.counted[self.row]
        """payments for counted orders"""
        self.payer = payments["payer"].astype(str).to_numpy(dtype=object)
        self.paid: Floats = payments["paid_yuan"].to_numpy(dtype=np.float64)
        self.fen = np.rint(payments["yuan"].to_numpy(dtype=np.float64) * FEN).astype(np.int64)
        paid = np.rint(self.paid * FEN).astype(np.int64)
        still = enum_codes(payments["state"], PaymentState) == PaymentState.RESERVED
        self.back: Ints = np.where(still, 0, self.fen - paid)
        """of each payment what came back, in fen"""
        self.closed = np.nan_to_num(seen.times(payments, "closed")).astype(np.int64)

    def used(self, fund: Fund) -> tuple[float, float]:
        """Promised or paid, and released, of the year's money at the end of the counted days."""
        total, left = self.left(fund, np.array([self.seen.stop - 1]))
        return (0.0, 0.0) if np.isnan(left[0]) else (float(total[0]), float(total[0] + left[0]))

    def left(self, fund: Fund, at: Ints) -> tuple[Floats, Floats]:
        """Promised or paid of the year's money at each moment, and what is left; yuan."""
        total, there = self._entries(fund).year_total(fund, at, True), fund.released(at)
        endless = np.isnan(fund.row["yuan_per_year"])
        left = np.full(len(at), np.nan) if endless else (there - total) / FEN
        return np.asarray(total / FEN, dtype=np.float64), np.asarray(left, dtype=np.float64)

    def out(self, fund: Fund) -> float | None:
        """The counted day on which an order found too little in the fund; None: never."""
        asked = np.flatnonzero(self.counted & fund.covers(self.service, self.group))
        orders = self.seen.result.orders.iloc[asked]
        price = at_most(self.seen.result.reference, orders)
        at = self.written[asked]
        given = np.zeros(len(self.written), dtype=bool)
        given[self.row[self.payer == fund.name]] = True
        left = fund.released(at) - self._entries(fund).year_total(fund, at, False)
        empty: Ints = at[(left < price) & ~given[asked]]
        return float((empty.min() - self.seen.start) // DAY + 1) if len(empty) else None

    def _entries(self, fund: Fund) -> Entries:
        mine = np.flatnonzero(self.payer == fund.name)
        back = mine[self.back[mine] > 0]
        rows = np.concatenate([mine, back])
        written = self.written[self.row]
        when = np.concatenate([written[mine], self.closed[back]])
        amount = np.concatenate([self.fen[mine], -self.back[back]])
        return Entries(written[rows], written[rows], self.client[self.row][rows], when, amount)
