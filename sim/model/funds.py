"""Who pays: reserved when an order is written, paid when it is done, free again if it is not."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim.model.order import Order
from sim.rules.payers import share_price
from sim.scenario.seasons import fund_year, released_fen
from sim.scenario.sections.funds import decides, fen, price_fen
from sim.streams import Purpose, hashed_uniform
from sim.words.kinds import DAY, NEVER, NONE, CancelReason, PaymentState
from sim.words.tables import REFERENCE

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.scenario.schema import Scenario
    from sim.scenario.sections.funds import Fund
    from sim.workload.tables import Workload

RESERVED, PAID, RELEASED = map(int, PaymentState)
UNLIMITED = NEVER


Account = tuple[int, ...]
"""What money is counted by: a fund and its year; also the client; or the client and a month or a
date."""


class Share(NamedTuple):
    """What one payer gives for one order."""

    payer: int
    fen: int
    accounts: list[Account]
    """what it counts against"""


class Funds:
    """What every fund has given or promised so far, in fen."""

    def __init__(self, scenario: Scenario, workload: Workload, journal: Journal) -> None:
        self.funds = scenario.funds
        self.start = scenario.time.start
        self.lines = journal.payments
        self.client = workload.client
        self.group = workload.group
        self.price = [price_fen(scenario, n) for n in range(len(scenario.services))]
        self.covering = {
            (s, g): tuple(n for n, fund in enumerate(self.funds) if fund.covers(service.id, group))
            for s, service in enumerate(scenario.services)
            for g, group in enumerate(scenario.groups)
        }
        probs = [scenario.payment.prob(group) for group in scenario.groups]
        coins = hashed_uniform(
            Purpose.SELF_PAY, workload.seed, workload.replication, workload.client)
        self.willing = [
            coin < probs[g] for coin, g in zip(coins.tolist(), workload.group.tolist(), strict=True)
        ]
        """of each request: whether its client pays what no fund does"""
        self.used: defaultdict[tuple[int, ...], int] = defaultdict(int)
        """given or promised: by fund and year, also by client and year, month and date"""
        for n, fund in enumerate(self.funds):
            self.used[n, fund_year(fund, self.start)] = fen(fund.spent_yuan)
        self.caps = [_caps(fund) for fund in self.funds]
        self.years: dict[tuple[int, int], tuple[int | None, int]] = {}
        """by fund and day of the run, once asked for"""
        self.open: dict[int, list[Share]] = {}
        """promised to each order that is not yet closed"""
        self.since: dict[int, int] = {}

    def reserve(self, order: Order, now: int) -> CancelReason:
        """Promise the price of an order that is being written; the reason if nobody does."""
        price = self.price[order.service]
        if not price:
            return CancelReason.NONE
        request = order.request
        client, group = self.client.item(request), self.group.item(request)
        asked = self.covering[order.service, group]
        limits = [self._limits(n, client, now, order.wanted) for n in asked]
        shares = share_price(
            price,
            [*map(self._room, limits), price if self.willing[request] else 0],
            [*(self.funds[n].part == "yes" for n in asked), True],
        )
        if sum(shares) < price:
            return self._why_not(asked, price, now)
        payers = [*asked, len(self.funds)]
        given = [
            Share(payer, give, [entry for _, entry in own])
            for payer, give, own in zip(payers, shares, [*limits, []], strict=True) if give
        ]
        for share in given:
            for entry in share.accounts:
                self.used[entry] += share.fen
        self.open[order.number] = given
        self.since[order.number] = now
        return CancelReason.NONE

    def settle(self, order: Order, now: int) -> None:
        """A visit is over: paid for if the service was done, free again if nobody was at home."""
        if order.no_show:
            self.release(order, now)
        else:
            self._close(order, now, PAID)

    def release(self, order: Order, now: int) -> None:
        """The order came to nothing: what was promised is free again."""
        for share in self._close(order, now, RELEASED):
            for entry in share.accounts:
                self.used[entry] -= share.fen

    def closing_books(self) -> None:
        """Write down what is still promised when the run ends."""
        for number, shares in self.open.items():
            self._write(number, shares, NONE, RESERVED)

    def _close(self, order: Order, now: int, state: int) -> list[Share]:
        shares = self.open.pop(order.number, [])
        self._write(order.number, shares, now, state)
        self.since.pop(order.number, None)
        return shares

    def _write(self, number: int, shares: list[Share], closed: int, state: int) -> None:
        lines = self.lines
        for share in shares:
            lines.add(lines.pack(
                number, share.payer, share.fen, self.since[number], closed, state))

    def _limits(self, n: int, client: int, now: int, wanted: int) -> list[tuple[int, Account]]:
        """What limits a fund's money for this client now, and what it counts against: its year,
        the client's year, and the month and the date for which the service is wanted."""
        there, year = self._this_year(n, now // DAY)
        limits: list[tuple[int, Account]] = [] if there is None else [(there, (n, year))]
        a_year, a_month, a_day = self.caps[n]
        if a_year is not None:
            limits.append((a_year, (n, client, year)))
        if a_month is not None or a_day is not None:
            date = self._date(wanted // DAY)
            if a_month is not None:
                limits.append((a_month, (n, client, date.year, date.month)))
            if a_day is not None:
                limits.append((a_day, (n, client, date.year, date.month, date.day)))
        return limits

    def _room(self, limits: list[tuple[int, Account]]) -> int:
        """The most that a fund can promise within its limits."""
        used = self.used
        return max(0, min([limit - used[entry] for limit, entry in limits], default=UNLIMITED))

    def _this_year(self, n: int, today: int) -> tuple[int | None, int]:
        """Of the fund's money what is there on this day of the run, and of which year it is."""
        if (n, today) not in self.years:
            date = self._date(today)
            self.years[n, today] = released_fen(self.funds[n], date), fund_year(self.funds[n], date)
        return self.years[n, today]

    def _why_not(self, asked: tuple[int, ...], price: int, now: int) -> CancelReason:
        if not asked:
            return CancelReason.NOT_COVERED
        for n in asked:
            there, year = self._this_year(n, now // DAY)
            if there is None or there - self.used[n, year] >= price:
                return CancelReason.SHARE_USED_UP
        return CancelReason.FUND_EMPTY

    def _date(self, day: int) -> dt.date:
        return self.start + dt.timedelta(days=day)


def _caps(fund: Fund) -> tuple[int | None, int | None, int | None]:
    """Most for one client in a year, a month and on a date; None: no limit."""
    caps = (fund.yuan_per_client_year, fund.yuan_per_client_month, fund.yuan_per_client_day)
    year, month, day = (None if cap is None else fen(cap) for cap in caps)
    return year, month, day


def funds_of(scenario: Scenario, workload: Workload, journal: Journal) -> Funds | None:
    """The funds of a run; None where every client pays and nothing has to be decided."""
    return Funds(scenario, workload, journal) if decides(scenario) else None


def fund_table(scenario: Scenario) -> pd.DataFrame:
    """The terms of every fund, for whoever reads the payments."""
    rows = [
        (f.id, f.name_zh, f.name_en, "|".join(f.services), "|".join(f.groups), f.yuan_per_year,
         f.yuan_per_client_year, f.yuan_per_client_month, f.yuan_per_client_day, f.part == "yes",
         f.first_month, f.release == "month", f.start, f.spent_yuan)
        for f in scenario.funds
    ]
    columns = REFERENCE["funds"]
    types = {
        "text": "str", "number": float, "yes": bool, "count": "int64", "time": "datetime64[ms]",
    }
    return pd.DataFrame(rows, columns=[column.name for column in columns]).astype(
        {column.name: types[column.kind] for column in columns})
