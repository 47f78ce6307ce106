"""Who pays: reserved when an order is written, paid when it is done, free again if it is not.

Who will do it, and so what it will cost, is not known when it is written: what the dearest charges
is reserved, and what was too much is free again when it is done.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim.model.order import Order
from sim.model.prices import Prices
from sim.rules.payers import share_price
from sim.scenario.seasons import fund_year, released_fen
from sim.scenario.sections.funds import decides, fen
from sim.streams import Purpose, hashed_uniform
from sim.words.kinds import DAY, NEVER, NONE, CancelReason, PaymentState
from sim.words.tables import REFERENCE

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.plan import Plan
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

    def __init__(
        self, scenario: Scenario, plan: Plan, workload: Workload, journal: Journal
    ) -> None:
        self.funds = scenario.funds
        self.start = scenario.time.start
        self.lines = journal.payments
        self.client = workload.client
        self.group = workload.group
        self.prices = Prices(scenario, plan)
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
        price = self.prices.most(order.service, order.zone)
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
        """A service is over: paid for if it was done, free again if nobody was at home."""
        due = 0 if order.no_show else self.prices.of(order.service, order.point)
        self._close(order, now, due)

    def release(self, order: Order, now: int) -> None:
        """The order came to nothing: what was promised is free again."""
        self._close(order, now, 0)

    def closing_books(self) -> None:
        """Write down what is still promised when the run ends."""
        for number, shares in self.open.items():
            for share in shares:
                self._write(number, share, NONE, RESERVED, 0)

    def _close(self, order: Order, now: int, due: int) -> None:
        """Pay what is due, whoever promised first before the others; the rest is free again."""
        number = order.number
        for share in self.open.pop(number, []):
            paid = min(share.fen, due)
            due -= paid
            for entry in share.accounts if paid < share.fen else ():
                self.used[entry] -= share.fen - paid
            self._write(number, share, now, PAID if paid else RELEASED, paid)
        self.since.pop(number, None)

    def _write(self, number: int, share: Share, closed: int, state: int, paid: int) -> None:
        lines = self.lines
        lines.add(lines.pack(
            number, share.payer, share.fen, self.since[number], closed, state, paid))

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


def funds_of(
    scenario: Scenario, plan: Plan, workload: Workload, journal: Journal
) -> Funds | None:
    """The funds of a run; None where every client pays and nothing has to be decided."""
    return Funds(scenario, plan, workload, journal) if decides(scenario) else None


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
