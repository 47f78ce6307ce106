"""Who pays: against the slow second implementation, row by row, and by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_kit import GROUPS, PRICES, START, asked, county, roster, verified
from row_kit import played

from sim.check import trace, verify
from sim.measures.measured import measure
from sim.model import simulate
from sim.scenario.sections.funds import Fund
from sim.scenario.sections.organisations import Organisation
from sim.words.kinds import DAY, HOUR, MINUTE, NEVER, HotlineRun
from tests.naive_funds import Purse
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

YUAN = (0, 25, 50, 60, 80, 130, 200)


class Chance:
    """A case drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one_of(self, *choices: Any) -> Any:
        return choices[self.rng.integers(len(choices))]

    def yuan(self) -> float | None:
        return self.one_of(None, None, *map(float, YUAN))

    def fund(self, name: str) -> Fund:
        a_year = self.one_of(None, 50.0, 130.0, 160.5, 300.0, 800.0)
        return Fund(
            id=name, name_zh="资金", name_en="Fund",
            services=self.one_of((), ("help", "bed"), ("bath",), ("bed", "rehab")),
            groups=self.one_of((), (), ("poor",)),
            yuan_per_year=a_year, yuan_per_client_year=self.yuan(),
            yuan_per_client_month=self.yuan(), yuan_per_client_day=self.yuan(),
            part=self.one_of("yes", "no"), first_month=self.one_of(1, 1, 12, 4),
            release=self.one_of("year", "year", "month"),
            start=self.one_of(None, None, dt.date(2026, 12, 31)),
            spent_yuan=min(a_year or 0.0, self.one_of(0.0, 0.0, 50.0)),
        )

    def run_by(self) -> tuple[Organisation, ...]:
        """Nobody, one organisation or two, with prices and contracts of their own."""
        every = [
            Organisation(
                id=name, name_zh="机构", name_en="Organisation",
                services=self.one_of((), (), ("help", "bed"), ("bath", "help")),
                price_factor=self.one_of(1.0, 0.5, 1.3),
                yuan=self.one_of({}, {"help": 65.0}, {"bath": 0.0, "bed": 90.5}),
            )
            for name in "ab"
        ]
        return self.one_of((), (every[0], every[0]), tuple(every))

    def orders(self) -> list[dict[str, Any]]:
        found = []
        for _ in range(14):
            time = int(self.rng.integers(0, 72)) * HOUR
            row = asked(
                time, self.one_of(*PRICES), self.one_of(*GROUPS), int(self.rng.integers(4)),
                duration=self.one_of(0, HOUR, 9 * HOUR), y_km=self.one_of(0.0, 4.0),
                remote_coin=[self.one_of(0.0, 0.9), self.one_of(0.0, 0.9)],
                order_patience=self.one_of(NEVER, 0, 3 * HOUR),
                no_show_coin=self.one_of(0.0, 0.9, 0.9),
            )
            if self.rng.random() < 0.4:
                opens = time + self.one_of(0, 5 * HOUR, 30 * HOUR)
                row |= {"window_open": opens, "window_close": opens + HOUR, "due": opens + HOUR}
            found.append(row)
        return found


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_the_slow_purse_promises_the_same(seed: int) -> None:
    chance = Chance(seed)
    funds = tuple(chance.fund(f"f{n}") for n in range(chance.one_of(1, 2, 3)))
    probs = {group: chance.one_of(0.0, 0.0, 1.0) for group in GROUPS}
    run_by = chance.run_by()
    scenario = county(funds, probs, run_by)
    log = played(scenario, workload(scenario, chance.orders()), roster(scenario))
    payers = {group for group, prob in probs.items() if prob == 1}
    purse = Purse(
        funds, {s: 100 * p for s, p in PRICES.items()}, run_by or (None, None), payers, START)
    nobody_pays_nothing = bool(funds) or len(payers) < len(GROUPS)
    assert nobody_pays_nothing
    names = [*(fund.id for fund in funds), "self"]
    expected, reasons = [], []
    for order in log["orders"]:
        order["group"] = GROUPS[order["group"]]
        order["service"] = list(PRICES)[order["service"]]
        order["wanted"] = max(order["created"], order["window_open"] % NEVER)
        order["remote"] = order["service"] == "rehab"
        free = order["cancelled"] if order["state"] in ("cancelled", "refused") else (
            order["ended"] if order["state"] == "no_show" else None)
        done = order["ended"] if order["state"] == "completed" else None
        reason = purse.asks(order, free, done)
        reasons.append(reason)
        if order["state"] == "unfunded":
            assert (order["cancelled"], order["offers"]) == (order["created"], 0)
        mine = [p for p in purse.promises if p.order == order["order"]]
        for payer in dict.fromkeys(p.payer for p in mine):
            parts = [p for p in mine if p.payer == payer]
            paid = sum(p.fen for p in parts if p.free_again is None) if done is not None else 0
            over = done if free is None else free
            state = "reserved" if over is None else "paid" if paid else "released"
            expected.append((
                order["order"], payer, sum(p.fen for p in parts) / 100, order["created"],
                -1 if over is None else over, state, paid / 100))
    assert [
        order["reason"] if order["state"] == "unfunded" else "none" for order in log["orders"]
    ] == reasons
    assert expected == [
        (p["order"], names[p["payer"]], p["yuan"], p["reserved"], p["closed"], p["state"],
         p["paid_yuan"])
        for p in log["payments"]
    ]
    within(purse)


def within(purse: Purse) -> None:
    """Whoever adds up what was paid, or is still promised, finds no fund beyond its limits."""
    for fund in purse.funds:
        total: dict[tuple[Any, ...], int] = {}
        for p in purse.promises:
            if p.payer == fund.id and p.free_again is None:
                mine = p.written.year - (p.written.month < fund.first_month)
                for key in (  # what limits it, and whose account it is
                    (fund.yuan_per_year, mine), (fund.yuan_per_client_year, p.client, mine),
                    (fund.yuan_per_client_month, p.client, p.wanted.year, p.wanted.month),
                    (fund.yuan_per_client_day, p.client, p.wanted.date()),
                ):
                    total[key] = total.get(key, 0) + p.fen
        assert all(limit is None or fen <= round(limit * 100) for (limit, *_), fen in total.items())


@pytest.mark.parametrize("seed", range(12))
def test_every_statement_holds_in_a_random_county(seed: int) -> None:
    chance = Chance(seed)
    funds = tuple(chance.fund(f"f{n}") for n in range(3))
    verified(county(funds, {"poor": 0.5, "others": 1.0}, chance.run_by()), chance.orders())


PURCHASE = Fund(
    id="purchase", name_zh="政府购买", name_en="Purchase", groups=("poor",), yuan_per_year=200,
    yuan_per_client_year=100, first_month=12,
)


@lru_cache
def purchased() -> Any:
    """A fund of 200 yuan, 100 a client, at 50 yuan a visit: clients 0 and 1 ask three times each,
    client 2 once, and client 9 of another group."""
    scenario = county((PURCHASE,), {"poor": 0.0, "others": 0.0})
    rows = [
        asked(hour * HOUR, "help", "others" if client == 9 else "poor", client, duration=HOUR)
        for hour, client in enumerate((0, 0, 0, 1, 1, 1, 2, 9))
    ]
    return scenario, verified(scenario, rows)


def test_a_fund_runs_out_and_clients_wait() -> None:
    _, result = purchased()
    assert result.orders["reason"].tolist() == [
        "none", "none", "share_used_up", "none", "none", "fund_empty", "fund_empty", "not_covered"]
    found = {
        (str(r.measure), str(r.group)): r.num / r.den
        for r in measure(result).ratios.itertuples() if r.den > 0
    }
    expected = {
        ("unfunded_rate", "all"): 4 / 8, ("eligible_clients", "all"): 3,
        ("waiting_clients", "all"): 3, ("unserved_clients", "all"): 1,
        ("funded_clients", "all"): 2, ("funded_clients", "fund=purchase"): 2,
        ("fund_paid_yuan", "fund=purchase"): 200, ("self_paid_yuan", "all"): 0,
        ("fund_used_share", "fund=purchase"): 1, ("fund_ran_out", "fund=purchase"): 1,
        ("fund_runs_out_day", "fund=purchase"): 1,
        ("fund_yuan_per_completed", "fund=purchase"): 50,
        ("fund_yuan_per_on_time", "all"): 50,
    }
    assert {key: found[key] for key in expected} == expected


def test_more_money_on_the_same_workload_buys_more() -> None:
    scenario, before = purchased()
    richer = scenario.model_copy(update={"funds": (
        PURCHASE.model_copy(update={"yuan_per_year": 250.0}),)})
    rows = [
        asked(hour * HOUR, "help", "poor", client, duration=HOUR)
        for hour, client in enumerate((0, 0, 0, 1, 1, 1, 2))
    ]
    after = verified(richer, rows)
    assert after.orders["state"].tolist().count("completed") == 5
    assert before.orders["state"].tolist().count("completed") == 4


def test_the_year_begins_anew() -> None:
    """The run begins on 30 December: on 1 January there is a whole year's money again."""
    fund = PURCHASE.model_copy(update={"yuan_per_year": 50.0, "first_month": 1})
    scenario = county((fund,), {"poor": 0.0})
    result = verified(scenario, [
        asked(time, "help", "poor", 0, duration=HOUR) for time in (0, HOUR, 2 * DAY, 2 * DAY + HOUR)
    ])
    assert result.orders["state"].tolist() == ["completed", "unfunded"] * 2


def test_insurance_pays_a_part_by_the_day_and_the_client_the_rest() -> None:
    insurance = Fund(
        id="ltci", name_zh="长护险", name_en="Care insurance", yuan_per_client_day=30, part="yes")
    scenario = county((insurance,), {"poor": 1.0})
    result = verified(scenario, [
        asked(time, "help", "poor", 0, duration=HOUR) for time in (0, HOUR, DAY)])
    shares = result.more["payments"][["order", "payer", "yuan"]].itertuples(index=False)
    assert [(order, str(payer), yuan) for order, payer, yuan in shares] == [
        (0, "ltci", 30), (0, "self", 20), (1, "self", 50), (2, "ltci", 30), (2, "self", 20)]


DEAR = Organisation(id="dear", name_zh="甲", name_en="A", price_factor=1.6, services=("help",))
CHEAP = Organisation(id="cheap", name_zh="乙", name_en="B", yuan={"help": 40.0})


@lru_cache
def settled() -> Any:
    """200 yuan a year and 120 a client, from insurance of 30 a day first: help costs 80 at one
    point and 40 at the other, which is where everybody of this test lives."""
    insurance = Fund(
        id="ltci", name_zh="长护险", name_en="Care insurance", yuan_per_client_day=30, part="yes")
    fund = PURCHASE.model_copy(update={"yuan_per_year": 90.0, "yuan_per_client_year": None})
    scenario = county((insurance, fund), {"poor": 0.0}, (DEAR, CHEAP))
    return verified(scenario, [
        asked(time, "help", "poor", client, duration=HOUR, y_km=4.0)
        for time, client in ((0, 0), (HOUR // 2, 1), (4 * HOUR, 2), (4 * HOUR, 3))
    ])


def test_what_the_dearest_charges_is_reserved_and_what_was_done_is_paid() -> None:
    """The fund has 90: of 80 yuan 50 are promised to the first, so that the second finds too
    little; 10 are paid, which leaves 80 for two more at a time, of whom one needs 50."""
    result = settled()
    assert result.orders["state"].tolist() == ["completed", "unfunded", "completed", "unfunded"]
    shares = result.more["payments"][["order", "payer", "yuan", "paid_yuan"]]
    assert [(o, str(p), y, paid) for o, p, y, paid in shares.itertuples(index=False)] == [
        (0, "ltci", 30, 30), (0, "purchase", 50, 10),
        (2, "ltci", 30, 30), (2, "purchase", 50, 10)]


@pytest.mark.parametrize(("column", "value"), [("paid_yuan", 50.0), ("yuan", 80.0)])
def test_nobody_pays_or_promises_more_than_it_costs(column: str, value: float) -> None:
    rows = settled().more["payments"].copy()
    rows.loc[1, column] = value
    changed = replace(settled(), more={**settled().more, "payments": rows})
    assert "payments_make_the_price" in {v.rule for v in verify(changed)}


def test_a_fund_pays_for_a_stay_and_for_an_expert() -> None:
    """A bed at 120 yuan, a second one at 120, none left for the third client; and rehabilitation by
    an expert, who reaches one client at the second try and never the other."""
    fund = PURCHASE.model_copy(update={"yuan_per_year": 300.0, "yuan_per_client_year": None})
    result = verified(county((fund,), {"poor": 0.0}), [
        *(asked(0, "bed", "poor", client, duration=5 * HOUR) for client in range(3)),
        asked(HOUR, "rehab", "poor", 3, duration=HOUR, remote_coin=[0.0, 0.9]),
        asked(HOUR, "rehab", "poor", 4, duration=HOUR, remote_coin=[0.0, 0.0]),
    ])
    assert result.orders["state"].tolist() == [
        "completed", "completed", "unfunded", "completed", "no_show"]
    payments = result.more["payments"]
    assert payments["paid_yuan"].tolist() == [120, 120, 30, 0]
    assert payments["state"].tolist() == ["paid", "paid", "paid", "released"]
    assert payments["closed"].equals(result.orders["ended"][payments["order"]].reset_index(
        drop=True))


def test_of_the_people_the_stated_share_pays_and_keeps_to_it() -> None:
    scenario = county((), {"poor": 0.3})
    rows = [asked(n * MINUTE // 2, "help", "poor", n % 2000) for n in range(4000)]
    orders = simulate(scenario, workload(scenario, rows), roster(scenario)).orders
    pays = orders["state"].to_numpy() != "unfunded"
    assert (pays[:2000] == pays[2000:]).all()
    # four standard deviations of 2,000 coins
    assert abs(pays.mean() - 0.3) < 4 * (0.3 * 0.7 / 2000) ** 0.5


def test_where_everybody_pays_nothing_is_written_down() -> None:
    result = verified(county((), {}), [asked(0, "help", "poor", 0)])
    assert "payments" not in result.more and result.orders["state"].tolist() == ["completed"]


def test_the_story_says_who_pays() -> None:
    _, result = purchased()
    paid, unfunded = trace(result, 0, "en"), trace(result, 6, "en")
    assert "Reserved from Purchase: 50.00 yuan, paid when it was done." in paid
    assert "Nobody pays for it: the fund has not enough left." in unfunded
    assert "cancelled" not in unfunded and "Last state: unfunded." in unfunded
    assert "政府购买预留 50.00 元，办结时支付。" in trace(result, 0, "zh")
    assert "找不到付款方：资金已用完。" in trace(result, 6, "zh")


def spoilt(table: str, row: int, **cells: Any) -> Any:
    _, result = purchased()
    if table == "funds":
        rows = result.reference["funds"].copy()
        for column, value in cells.items():
            rows[column] = value
        return replace(result, reference={**result.reference, "funds": rows})
    rows = result.tables[table].copy()
    for column, value in cells.items():
        if isinstance(rows[column].dtype, pd.CategoricalDtype):
            rows[column] = rows[column].astype(object)
        rows.loc[row, column] = value
    if table in result.more:
        return replace(result, more={**result.more, table: rows})
    return replace(result, **{table: rows})


SPOILT: dict[str, tuple[set[str], Any]] = {
    "half the price": (
        {"payments_make_the_price"}, lambda: spoilt("payments", 0, yuan=25.0)),
    "paid before it was done": (
        {"payments_follow_orders"},
        lambda: spoilt("payments", 0, closed=pd.Timestamp("2026-12-30 00:10"))),
    "done, yet given back": (
        {"payments_make_the_price", "unfunded_for_want_of_money"},
        lambda: spoilt("payments", 0, state="released", paid_yuan=0.0)),
    "paid, yet said to be given back": (
        {"payments_follow_orders"}, lambda: spoilt("payments", 0, state="released")),
    "for another group": ({"funds_cover"}, lambda: spoilt("funds", 0, groups="others")),
    "more than the year has": (
        {"funds_never_overpay"}, lambda: spoilt("funds", 0, yuan_per_year=150.0)),
    "more than the client's share": (
        {"funds_never_overpay"}, lambda: spoilt("funds", 0, yuan_per_client_year=50.0)),
    "spent before": ({"funds_never_overpay"}, lambda: spoilt("funds", 0, spent_yuan=1.0)),
    "before it pays": (
        {"funds_never_overpay"}, lambda: spoilt("funds", 0, start=pd.Timestamp("2026-12-31"))),
    "there was enough": (
        {"unfunded_for_want_of_money"}, lambda: spoilt("funds", 0, yuan_per_year=500.0)),
    "the client had a share left": (
        {"unfunded_for_want_of_money"},
        lambda: spoilt("funds", 0, yuan_per_year=500.0, yuan_per_client_year=150.0)),
    "a reason that is none": (
        {"last_state"}, lambda: spoilt("orders", 2, reason="gave_up")),
}


@pytest.mark.parametrize("name", SPOILT)
def test_one_corruption_breaks_its_statement(name: str) -> None:
    expected, spoil = SPOILT[name]
    assert {v.rule for v in verify(spoil())} >= expected


def costs(rows: list[dict[str, Any]], **money: Any) -> dict[str, float]:
    """A year's cost of the hotline, and in all, under these keys of ``[money]``; two operators."""
    plain = county((), {})
    scenario = plain.model_copy(update={
        "money": plain.money.model_copy(update=money),
        "operators": tuple(
            g.model_copy(update={"pay_yuan_per_month": 3000.0}) for g in plain.operators),
    })
    ratios = measure(simulate(scenario, workload(scenario, rows), roster(scenario))).ratios
    return {
        str(r.measure): r.num / r.den for r in ratios.itertuples()
        if str(r.measure).startswith("cost_") and r.group == "all" and r.den > 0
    }


OWN: dict[str, Any] = {
    "insurance_rate": 0.25, "line_yuan_per_month": 10.0, "seat_yuan_per_month": 500.0}


def test_own_centre_rented_seats_and_contractor_each_have_their_price() -> None:
    rows = [asked(n * HOUR, "help", "poor", n, duration=HOUR) for n in range(4)]
    own = costs(rows, **OWN)
    people, lines, seats = 2 * 3000 * 12 * 1.25, 100 * 10 * 12, 2 * 500 * 12
    assert own["cost_hotline_yuan"] == pytest.approx(people + lines + seats)
    assert own["cost_contract_yuan"] == 0
    rented = costs(
        rows, **OWN, hotline_run=HotlineRun.SEATS, rented_seat_yuan_per_month=9000.0)
    assert rented["cost_hotline_yuan"] == pytest.approx(2 * 9000 * 12)
    assert rented["cost_per_year_yuan"] == pytest.approx(2 * 9000 * 12)
    assert [rented[f"cost_{part}_yuan"] for part in ("pay", "lines", "seats")] == [0, 0, 0]
    for result in (own, rented):
        assert result["cost_per_client_yuan"] == pytest.approx(
            result["cost_per_year_yuan"] * 3 / 365.25 / 4)


def test_a_contractor_is_paid_by_the_call_and_the_minute() -> None:
    plain = build(raw_small(), **{
        "money": {"hotline_run": "outsourced", "outsourced_yuan_per_call": 4.0,
                  "outsourced_yuan_per_min": 0.5}})
    rows = [{"time": n * HOUR, "talk": 3 * MINUTE, "due": n * HOUR + HOUR} for n in range(5)]
    # the last one rings in the cool-down
    rows.append({"time": 2 * DAY + HOUR, "talk": MINUTE, "due": 2 * DAY + 2 * HOUR})
    ratios = measure(simulate(plain, workload(plain, rows))).ratios
    found = {str(r.measure): r.num / r.den for r in ratios.itertuples()
             if r.group == "all" and r.den > 0}
    bill = 5 * (4 + 3 * 0.5)
    assert found["cost_hotline_yuan"] == pytest.approx(bill * 365.25 / 2)
    assert found["cost_per_answered_yuan"] == pytest.approx(bill / 5)
