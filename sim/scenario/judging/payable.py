"""Whether the funds can pay: for services and groups that are there, and more than nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.judging.references import missing
from sim.scenario.sections.funds import SELF
from sim.words.kinds import HotlineRun

PRICES = {
    HotlineRun.SEATS: ("rented_seat_yuan_per_month",),
    HotlineRun.OUTSOURCED: ("outsourced_yuan_per_call", "outsourced_yuan_per_min"),
}
"""What a hotline that others run is paid by."""


def payers(parts: Parts) -> Iterator[Finding]:
    """The groups of ``[payment]``, the limits of the funds, and the price of a hired hotline."""
    payment, money = parts.sections.get("payment"), parts.sections.get("money")
    for group in payment.self_pay_by_group if payment else ():
        yield from missing(
            ("payment", "self_pay_by_group", group), group, parts.names["groups"])
    if SELF in parts.rows["funds"]:
        yield Finding(("funds", SELF, "id"), shown(SELF), Words("any other id", "别的 id"))
    for row_id, fund in parts.rows["funds"].items():
        if fund.yuan_per_year is not None and fund.spent_yuan > fund.yuan_per_year:
            most = f"{fund.yuan_per_year:.15g}"
            yield Finding(
                ("funds", row_id, "spent_yuan"), shown(fund.spent_yuan),
                Words(f"at most yuan_per_year, {most}", f"不超过 yuan_per_year，即 {most}"))
    if parts.whole("services"):
        yield from _prices(parts)
    if money:
        keys = PRICES.get(money.hotline_run, ())
        if keys and not any(getattr(money, key) for key in keys):
            names = " or ".join(f"money.{key}" for key in keys)
            yield Finding(
                ("money", "hotline_run"), shown(money.hotline_run),
                Words(f"its price too: {names} above 0", f"并写明价格：{names} 大于 0"))


def _prices(parts: Parts) -> Iterator[Finding]:
    """What a fund is to pay for has a price."""
    services = parts.rows["services"]
    for row_id, fund in parts.rows["funds"].items():
        for name in fund.services:
            if name in services and not services[name].price_yuan:
                yield Finding(
                    ("services", name, "price_yuan"), "0",
                    Words(
                        f'a price above 0, because fund "{row_id}" pays for it',
                        f"大于 0 的价格，因为资金“{row_id}”为它付款",
                    ))
