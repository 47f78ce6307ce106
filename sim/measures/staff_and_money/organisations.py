"""Who does how much of the work, and what is paid for it: each point and each organisation."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import Kind, Measure
from sim.measures.counting.groups import Block, Floats, Ratio
from sim.measures.counting.observed import Observed, text_codes
from sim.measures.orders.requests import read_orders
from sim.measures.staff_and_money.money import DAYS_A_YEAR
from sim.words.kinds import OrderState

RUN_BY = ("all", "point", "organisation")

MEASURES = (
    Measure(
        "orders_a_day", "orders", "日均接单量", "orders accepted a day", Kind.VALUE, RUN_BY,
        "orders accepted / counted days",
    ),
    Measure(
        "fees_per_year_yuan", "yuan/year", "年服务费", "service fees per year", Kind.VALUE, RUN_BY,
        "sum of the prices, as the point that accepted charges, of completed orders, scaled to a "
        "year",
    ),
)


def prices(seen: Observed) -> Floats:
    """Yuan for an order of each service (row) done by each point (column)."""
    services = seen.result.reference["services"]
    listed = services.get("price_yuan", np.zeros(len(services)))
    found = np.repeat(np.asarray(listed, dtype=np.float64)[:, None], len(seen.points), axis=1)
    own = seen.result.reference.get("prices")
    if own is not None:
        service, point = (
            text_codes(own[name], of)
            for name, of in (("service", seen.services), ("point", seen.points))
        )
        found[service, point] = own["price_yuan"].to_numpy(dtype=np.float64)
    return found


def blocks(seen: Observed) -> list[Block]:
    """Every measure of who does the work; none where no organisations are told apart."""
    if not seen.organisations[0]:
        return []
    orders = read_orders(seen)
    groups = seen.groups(orders.table, by=RUN_BY[1:])
    service = text_codes(orders.table["service"], seen.services)
    point = text_codes(orders.table["point"], seen.points)
    done = np.isin(orders.state, (OrderState.COMPLETED, OrderState.CALLED_BACK)) & (point >= 0)
    fees = np.where(done, prices(seen)[service, point], 0)
    days = np.ones(len(groups.labels))
    return [Block(groups, [
        Ratio("orders_a_day", groups.total(point >= 0), days * seen.days),
        Ratio("fees_per_year_yuan", groups.total(fees), days * seen.days / DAYS_A_YEAR),
    ])]
