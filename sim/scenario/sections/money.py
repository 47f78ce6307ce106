"""What things cost that are not in the tables, and who pays for orders."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.sections.quantities import Frozen, NonNegative, Positive, Probability
from sim.words.kinds import HotlineRun


class Money(Frozen):
    """Prices of what is not in the tables."""

    insurance_rate: NonNegative = 0.0
    """employer's social insurance, as a share of pay"""
    hours_per_month: Positive = 174.0
    """paid hours of a monthly wage"""
    overtime_factor: Annotated[float, Field(ge=1, le=10)] = 1.5
    """pay of an hour of overtime / pay of an ordinary hour"""
    line_yuan_per_month: NonNegative = 0.0
    """rent of one trunk line"""
    seat_yuan_per_month: NonNegative = 0.0
    """equipment and room, for each operator seat used at once"""
    hotline_run: HotlineRun = HotlineRun.OWN
    """own centre (pay, insurance, overtime, lines, seats), staffed seats rented at 12345, or calls
    handed to a contractor; of the latter two only their price is paid"""
    rented_seat_yuan_per_month: NonNegative = 0.0
    """``seats``: rent of a staffed seat, lines included, for each seat used at once"""
    outsourced_yuan_per_call: NonNegative = 0.0
    """``outsourced``: price of an answered or outbound call"""
    outsourced_yuan_per_min: NonNegative = 0.0
    """``outsourced``: price of a minute of talk"""


class Payment(Frozen):
    """What clients pay themselves, after all funds."""

    self_pay_prob: Probability = 1.0
    """share of people who pay what no fund pays; of the others the order is unfunded"""
    self_pay_by_group: dict[str, Probability] = {}
    """the same of single population groups"""

    def prob(self, group: str) -> float:
        """Share of people of a group who pay themselves."""
        return self.self_pay_by_group.get(group, self.self_pay_prob)
