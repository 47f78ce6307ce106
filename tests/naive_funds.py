"""Who pays, the slow and obvious way: every promise is kept in a list and added up each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.sections.funds import Fund
from sim.scenario.sections.organisations import Organisation


@dataclass
class Promise:
    order: int
    payer: str
    fen: int
    client: int
    written: dt.datetime
    wanted: dt.datetime
    free_again: int | None
    """millisecond from which on it no longer counts"""


@dataclass
class Purse:
    """All funds, and who of the groups pays the rest."""

    funds: Sequence[Fund]
    prices: dict[str, int]
    """listed, in fen"""
    run_by: Sequence[Organisation | None]
    """of each point"""
    payers: set[str]
    """groups that pay themselves"""
    start: dt.datetime
    promises: list[Promise] = field(default_factory=list)

    def at(self, service: str, point: int) -> int:
        """What a point charges."""
        one = self.run_by[point]
        if one is None:
            return self.prices[service]
        if service in one.yuan:
            return round(one.yuan[service] * 100)
        return round(self.prices[service] * one.price_factor)

    def at_most(self, order: dict[str, Any]) -> int:
        """What the dearest point that is allowed to do it charges; an expert has no point."""
        service = order["service"]
        asked = [] if order["remote"] else [
            self.at(service, point) for point, one in enumerate(self.run_by)
            if one is None or not one.services or service in one.services
        ]
        return max(asked, default=self.prices[service])

    def asks(self, order: dict[str, Any], free_again: int | None, done: int | None) -> str:
        """The reason why nobody pays, or ``none``; ``free_again``: if all of the promise comes
        back; ``done``: if the service was done, when."""
        now, wanted = self.when(order["created"]), self.when(order["wanted"])
        price = left = self.at_most(order)
        due = 0
        if done is not None:
            due = self.at(order["service"], order["point"]) if order["point"] >= 0 else (
                self.prices[order["service"]])
        found = []
        covering = [f for f in self.funds if covers(f, order)]
        for fund in covering:
            room = self.room(fund, order, now, wanted)
            give = left if room >= left else room if fund.part == "yes" else 0
            if give > 0:
                found.append((fund.id, give))
                left -= give
        if left and order["group"] in self.payers:
            found.append(("self", left))
            left = 0
        if left:
            if not covering:
                return "not_covered"
            rich = any(self.left_in_all(f, order, now) >= price for f in covering)
            return "share_used_up" if rich else "fund_empty"
        for payer, fen in found:
            paid = min(fen, due)
            due -= paid
            for part, until in ((paid, None), (fen - paid, free_again if done is None else done)):
                if part:
                    self.promises.append(Promise(
                        order["order"], payer, part, order["client"], now, wanted, until))
        return "none"

    def room(
        self, fund: Fund, order: dict[str, Any], now: dt.datetime, wanted: dt.datetime
    ) -> int:
        rooms = [self.left_in_all(fund, order, now)]
        mine = [p for p in self.counting(fund, order) if p.client == order["client"]]
        for cap, same in (
            (fund.yuan_per_client_year, lambda p: year(fund, p.written) == year(fund, now)),
            (fund.yuan_per_client_month,
             lambda p: (p.wanted.year, p.wanted.month) == (wanted.year, wanted.month)),
            (fund.yuan_per_client_day, lambda p: p.wanted.date() == wanted.date()),
        ):
            if cap is not None:
                rooms.append(round(cap * 100) - sum(p.fen for p in mine if same(p)))
        return max(0, min(rooms))

    def left_in_all(self, fund: Fund, order: dict[str, Any], now: dt.datetime) -> int:
        if fund.start is not None and now.date() < fund.start:
            there = 0
        elif fund.yuan_per_year is None:
            return 10**15
        else:
            there = round(fund.yuan_per_year * 100)
            if fund.release == "month":
                months = next(
                    n for n in range(12) if (fund.first_month + n - 1) % 12 + 1 == now.month)
                there = there * (months + 1) // 12
        before = round(fund.spent_yuan * 100) if year(fund, now) == year(fund, self.start) else 0
        return there - before - sum(
            p.fen for p in self.counting(fund, order) if year(fund, p.written) == year(fund, now))

    def counting(self, fund: Fund, order: dict[str, Any]) -> list[Promise]:
        return [
            p for p in self.promises
            if p.payer == fund.id and (p.free_again is None or p.free_again > order["created"])
        ]

    def when(self, ms: int) -> dt.datetime:
        return self.start + dt.timedelta(milliseconds=ms)


def covers(fund: Fund, order: dict[str, Any]) -> bool:
    return (not fund.services or order["service"] in fund.services) and (
        not fund.groups or order["group"] in fund.groups)


def year(fund: Fund, when: dt.datetime) -> int:
    """The fund's years are numbered by the first of January or later on which they begin."""
    return when.year if when.month >= fund.first_month else when.year - 1
