"""What a year costs, and what an order costs: staff, overtime, travel, lines, seats.

A hotline that others run costs what they charge: then operators, lines and seats cost nothing.

What depends on the run - overtime, kilometres, orders - is taken from the counted days and scaled
to a year of 365.25 days; pay, lines and seats are the year's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measures.counting.definition import ALL, Kind, Measure
from sim.measures.counting.groups import Block, Floats, Ratio
from sim.measures.counting.observed import Observed, enum_codes, text_codes
from sim.measures.counting.stretches import most_at_once
from sim.measures.orders.requests import Orders, read_orders
from sim.measures.staff_and_money.employed import paid_by_visit, share_employed
from sim.words.kinds import (
    HOUR,
    MINUTE,
    CallKind,
    CaregiverKind,
    HotlineRun,
    OrderState,
    StaffRole,
)

DAYS_A_YEAR = 365.25
MONTHS = 12

_YEAR = "yuan/year"

MEASURES = (
    Measure(
        "cost_per_year_yuan", _YEAR, "年成本", "cost per year", Kind.VALUE, ALL,
        "pay + pay for visits + overtime + travel + lines + seats + contract", "low",
    ),
    Measure(
        "cost_pay_yuan", _YEAR, "年工资及社保", "pay and insurance", Kind.VALUE, ALL,
        "12 x pay_yuan_per_month x (1 + insurance_rate) of everybody employed; volunteers 0, and "
        "operators where others run the hotline", "low",
    ),
    Measure(
        "cost_visits_yuan", _YEAR, "年计次报酬", "pay for visits", Kind.VALUE, ALL,
        "visits begun in the counted days x pay_yuan_per_visit of who goes, scaled to a year; only "
        "where somebody is paid so", "low",
    ),
    Measure(
        "cost_overtime_yuan", _YEAR, "年加班费", "overtime", Kind.VALUE, ALL,
        "overtime hours x pay_yuan_per_month / hours_per_month x overtime_factor; volunteers 0, "
        "and operators where others run the hotline", "low",
    ),
    Measure(
        "cost_travel_yuan", _YEAR, "年交通费", "travel", Kind.VALUE, ALL,
        "km to homes and back x yuan_per_km of the caregiver's travel mode", "low",
    ),
    Measure(
        "cost_lines_yuan", _YEAR, "年线路费", "lines", Kind.VALUE, ALL,
        "12 x lines x line_yuan_per_month; 0 where others run the hotline", "low",
    ),
    Measure(
        "cost_seats_yuan", _YEAR, "年席位费", "seats", Kind.VALUE, ALL,
        "12 x most operators rostered at once in the counted days x seat_yuan_per_month; 0 where "
        "others run the hotline", "low",
    ),
    Measure(
        "cost_contract_yuan", _YEAR, "年租用或外包费", "rented seats or contractor", Kind.VALUE,
        ALL,
        "seats: 12 x most operators rostered at once x rented_seat_yuan_per_month; outsourced: "
        "answered and outbound calls x outsourced_yuan_per_call + minutes of talk x "
        "outsourced_yuan_per_min", "low",
    ),
    Measure(
        "cost_hotline_yuan", _YEAR, "热线年成本", "cost of the hotline", Kind.VALUE, ALL,
        "operators' pay, insurance and overtime + lines + seats + contract", "low",
    ),
    Measure(
        "cost_per_answered_yuan", "yuan", "每通接听成本", "cost per answered call", Kind.RATIO, ALL,
        "cost_hotline_yuan / answered inbound calls a year", "low",
    ),
    Measure(
        "cost_per_client_yuan", "yuan", "每位受益人成本", "cost per client served", Kind.RATIO, ALL,
        "cost_per_year_yuan, for the counted days / clients with a completed order in them", "low",
    ),
    Measure(
        "cost_per_completed_yuan", "yuan", "每办结工单成本", "cost per completed order", Kind.RATIO,
        ALL, "cost_per_year_yuan / completed orders a year", "low",
    ),
    Measure(
        "cost_per_on_time_yuan", "yuan", "每按时工单成本", "cost per on-time order", Kind.RATIO,
        ALL, "cost_per_year_yuan / orders served on time a year", "low",
    ),
)


@dataclass(frozen=True)
class Costs:
    """Yuan a year."""

    pay: float
    visits: float
    overtime: float
    travel: float
    lines: float
    seats: float
    contract: float
    operators: float
    """of pay and overtime, the operators'"""

    @property
    def total(self) -> float:
        return (
            self.pay + self.visits + self.overtime + self.travel + self.lines + self.seats
            + self.contract
        )

    @property
    def hotline(self) -> float:
        return self.operators + self.lines + self.seats + self.contract


def blocks(seen: Observed) -> list[Block]:
    """Every measure of money; pay for visits only where somebody is paid so."""
    costs = yearly_costs(seen)
    everybody = seen.groups(seen.result.orders.iloc[:0])
    items = {
        "cost_per_year_yuan": costs.total,
        "cost_pay_yuan": costs.pay,
        "cost_overtime_yuan": costs.overtime,
        "cost_travel_yuan": costs.travel,
        "cost_lines_yuan": costs.lines,
        "cost_seats_yuan": costs.seats,
        "cost_contract_yuan": costs.contract,
        "cost_hotline_yuan": costs.hotline,
    }
    if costs.visits:
        items["cost_visits_yuan"] = costs.visits
    orders = read_orders(seen)
    spent = np.array([costs.total * seen.days / DAYS_A_YEAR])
    on_calls = np.array([costs.hotline * seen.days / DAYS_A_YEAR])
    return [
        Block(
            everybody,
            [
                *(Ratio(name, np.array([yuan]), np.ones(1)) for name, yuan in items.items()),
                Ratio("cost_per_completed_yuan", spent, np.array([completed(orders)])),
                Ratio("cost_per_on_time_yuan", spent, np.array([on_time(orders, seen.end)])),
                Ratio("cost_per_answered_yuan", on_calls, np.array([answered(seen)])),
                Ratio("cost_per_client_yuan", spent, np.array([clients_served(orders)])),
            ],
        )
    ]


DONE = (OrderState.COMPLETED, OrderState.CALLED_BACK)


def completed(orders: Orders) -> float:
    """Counted orders whose service was done."""
    return float(np.count_nonzero(np.isin(orders.state, DONE)))


def clients_served(orders: Orders) -> float:
    """Clients with such an order."""
    return float(orders.table["client"][np.isin(orders.state, DONE)].nunique())


def answered(seen: Observed) -> float:
    """Inbound calls of the counted days that were answered."""
    calls = seen.result.calls
    kind = enum_codes(calls["kind"], CallKind)
    inbound = (kind != CallKind.CALL_BACK) & (kind != CallKind.MESSAGE)
    heard = ~np.isnan(seen.times(calls, "answered"))
    return float(np.count_nonzero(heard & inbound & seen.counted(seen.times(calls, "arrived"))))


def on_time(orders: Orders, end: int) -> float:
    """Counted orders begun by when they were due."""
    due = orders.time["due"]
    return float(np.count_nonzero((due <= end) & (orders.time["started"] <= due)))


def yearly_costs(seen: Observed) -> Costs:
    """The year's bill."""
    staff, prices = seen.result.reference["staff"], seen.settings
    unpaid = np.asarray(staff["kind"] == CaregiverKind.VOLUNTEER.value, dtype=bool)
    monthly = np.where(unpaid, 0, staff["pay_yuan_per_month"].to_numpy(dtype=np.float64))
    operator = np.asarray(staff["role"] == StaffRole.OPERATOR.name.lower(), dtype=bool)
    run = HotlineRun(prices["money.hotline_run"])
    own = run is HotlineRun.OWN
    monthly = np.where(operator & (not own), 0, monthly)
    hourly = monthly / prices["money.hours_per_month"]
    per_km = np.nan_to_num(staff["yuan_per_km"].to_numpy(dtype=np.float64))
    overtime, km = overtime_and_km(seen)
    years = seen.days / DAYS_A_YEAR
    paid = monthly * MONTHS * (1 + prices["money.insurance_rate"]) * share_employed(seen)
    extra = overtime * hourly * prices["money.overtime_factor"] / years
    lines = prices["hotline.lines"] * prices["money.line_yuan_per_month"] * MONTHS
    room = seats(seen) * prices["money.seat_yuan_per_month"] * MONTHS
    return Costs(
        pay=float(paid.sum()),
        visits=paid_by_visit(seen) / years,
        overtime=float(extra.sum()),
        travel=float(km @ per_km) / years,
        lines=lines if own else 0.0,
        seats=room if own else 0.0,
        contract=_contract(seen, run, years),
        operators=float((paid + extra)[operator].sum()),
    )


def _contract(seen: Observed, run: HotlineRun, years: float) -> float:
    """What whoever runs the hotline for the county charges a year."""
    prices = seen.settings
    if run is HotlineRun.SEATS:
        return float(seats(seen) * prices["money.rented_seat_yuan_per_month"] * MONTHS)
    if run is HotlineRun.OWN:
        return 0.0
    calls = seen.result.calls
    began, ended = seen.times(calls, "answered"), seen.times(calls, "talk_end")
    mine = seen.counted(began)
    talk = np.where(np.isnan(ended), seen.end, ended) - began
    minutes = float(talk[mine].sum()) / MINUTE
    fee = np.count_nonzero(mine) * prices["money.outsourced_yuan_per_call"]
    return float(fee + minutes * prices["money.outsourced_yuan_per_min"]) / years


def overtime_and_km(seen: Observed) -> tuple[Floats, Floats]:
    """Hours of overtime and kilometres on the road of each member of staff, counted days only."""
    sheet = seen.result.timesheet
    who = text_codes(sheet["staff"], seen.staff)
    begun = seen.times(sheet, "start")
    start, end = seen.clipped(begun, seen.times(sheet, "end"))
    late = np.where(sheet["overtime"].to_numpy(dtype=bool), (end - start) / HOUR, 0)
    km = np.where(seen.counted(begun), np.nan_to_num(sheet["km"].to_numpy(dtype=np.float64)), 0)
    size = len(seen.staff)
    hours: Floats = np.bincount(who, late, size).astype(np.float64)
    return hours, np.bincount(who, km, size).astype(np.float64)


def seats(seen: Observed) -> int:
    """Most operators rostered at once in the counted days, absent ones included."""
    roster = seen.result.roster
    roster = roster[enum_codes(roster["role"], StaffRole) == StaffRole.OPERATOR]
    start, end = seen.clipped(seen.times(roster, "start"), seen.times(roster, "end"))
    return most_at_once(start, end)
