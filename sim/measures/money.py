"""What a year costs, and what an order costs: staff, overtime, travel, lines, seats.

What depends on the run - overtime, kilometres, orders - is taken from the counted days and scaled
to a year of 365.25 days; pay, lines and seats are the year's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measures.definition import ALL, Kind, Measure
from sim.measures.groups import Block, Floats, Ratio
from sim.measures.observed import Observed, enum_codes, text_codes
from sim.measures.orders import Orders, read_orders
from sim.measures.stretches import most_at_once
from sim.words.kinds import HOUR, CaregiverKind, OrderState, StaffRole

DAYS_A_YEAR = 365.25
MONTHS = 12

_YEAR = "yuan/year"

MEASURES = (
    Measure(
        "cost_per_year_yuan", _YEAR, "年成本", "cost per year", Kind.VALUE, ALL,
        "pay + overtime + travel + lines + seats", "low",
    ),
    Measure(
        "cost_pay_yuan", _YEAR, "年工资及社保", "pay and insurance", Kind.VALUE, ALL,
        "12 x pay_yuan_per_month x (1 + insurance_rate) of everybody employed; volunteers 0", "low",
    ),
    Measure(
        "cost_overtime_yuan", _YEAR, "年加班费", "overtime", Kind.VALUE, ALL,
        "overtime hours x pay_yuan_per_month / hours_per_month x overtime_factor; volunteers 0",
        "low",
    ),
    Measure(
        "cost_travel_yuan", _YEAR, "年交通费", "travel", Kind.VALUE, ALL,
        "km to homes and back x yuan_per_km of the caregiver's travel mode", "low",
    ),
    Measure(
        "cost_lines_yuan", _YEAR, "年线路费", "lines", Kind.VALUE, ALL,
        "12 x lines x line_yuan_per_month", "low",
    ),
    Measure(
        "cost_seats_yuan", _YEAR, "年席位费", "seats", Kind.VALUE, ALL,
        "12 x most operators rostered at once in the counted days x seat_yuan_per_month", "low",
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
    overtime: float
    travel: float
    lines: float
    seats: float

    @property
    def total(self) -> float:
        return self.pay + self.overtime + self.travel + self.lines + self.seats


def blocks(seen: Observed) -> list[Block]:
    """Every measure of money."""
    costs = yearly_costs(seen)
    everybody = seen.groups(seen.result.orders.iloc[:0])
    items = {
        "cost_per_year_yuan": costs.total,
        "cost_pay_yuan": costs.pay,
        "cost_overtime_yuan": costs.overtime,
        "cost_travel_yuan": costs.travel,
        "cost_lines_yuan": costs.lines,
        "cost_seats_yuan": costs.seats,
    }
    orders = read_orders(seen)
    spent = np.array([costs.total * seen.days / DAYS_A_YEAR])
    return [
        Block(
            everybody,
            [
                *(Ratio(name, np.array([yuan]), np.ones(1)) for name, yuan in items.items()),
                Ratio("cost_per_completed_yuan", spent, np.array([completed(orders)])),
                Ratio("cost_per_on_time_yuan", spent, np.array([on_time(orders, seen.end)])),
            ],
        )
    ]


def completed(orders: Orders) -> float:
    """Counted orders whose service was done."""
    done = (OrderState.COMPLETED, OrderState.CALLED_BACK)
    return float(np.count_nonzero(np.isin(orders.state, done)))


def on_time(orders: Orders, end: int) -> float:
    """Counted orders begun by when they were due."""
    due = orders.time["due"]
    return float(np.count_nonzero((due <= end) & (orders.time["started"] <= due)))


def yearly_costs(seen: Observed) -> Costs:
    """The year's bill."""
    staff, prices = seen.result.reference["staff"], seen.settings
    unpaid = np.asarray(staff["kind"] == CaregiverKind.VOLUNTEER.value, dtype=bool)
    monthly = np.where(unpaid, 0, staff["pay_yuan_per_month"].to_numpy(dtype=np.float64))
    hourly = monthly / prices["money.hours_per_month"]
    per_km = np.nan_to_num(staff["yuan_per_km"].to_numpy(dtype=np.float64))
    overtime, km = overtime_and_km(seen)
    years = seen.days / DAYS_A_YEAR
    return Costs(
        pay=float(monthly.sum()) * MONTHS * (1 + prices["money.insurance_rate"]),
        overtime=float(overtime @ hourly) * prices["money.overtime_factor"] / years,
        travel=float(km @ per_km) / years,
        lines=prices["hotline.lines"] * prices["money.line_yuan_per_month"] * MONTHS,
        seats=seats(seen) * prices["money.seat_yuan_per_month"] * MONTHS,
    )


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
