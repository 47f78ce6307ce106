"""Who pays for an order: the funds and the self-payers, and what a service is charged at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sim.scenario.sections.quantities import Date, Frozen, Names, NonNegative
from sim.words.kinds import FEN

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

SELF = "self"
"""The payer that is no fund: the client."""


class Fund(Frozen):
    """Money that pays for services (资金): a purchase budget, an insurance, a card with points.

    An order asks the funds in the order of their rows. Each one that covers its service and group
    reserves the price when the order is written, if its limits leave room; it pays when the service
    is done and is free again when the order is cancelled or nobody is at home. Where points charge
    differently it reserves what the dearest that may do it charges, and pays what the one that did
    it does. File ``funds.csv``.
    """

    id: str
    name_zh: str
    name_en: str
    services: Names = ()
    """services it pays for; empty: all"""
    groups: Names = ()
    """population groups it pays for; empty: all"""
    yuan_per_year: NonNegative | None = None
    """what it has for one of its years; empty: no limit"""
    yuan_per_client_year: NonNegative | None = None
    """most for one client in one of its years; empty: no limit"""
    yuan_per_client_month: NonNegative | None = None
    """most for one client in a calendar month (of points on a card: one yuan each); empty: no
    limit"""
    yuan_per_client_day: NonNegative | None = None
    """most for one client on one date, as an insurance pays by the day; empty: no limit"""
    part: Literal["yes", "no"] = "no"
    """whether it pays a part of a price where the whole is more than its limits leave"""
    first_month: Annotated[int, Field(ge=1, le=12)] = 1
    """the month in which its year begins"""
    release: Literal["year", "month"] = "year"
    """whether the year's money is there at once, or one twelfth more on the 1st of each month"""
    start: Date | None = None
    """pays for orders written from this date on; empty: always"""
    spent_yuan: NonNegative = 0.0
    """what it had spent, before the run, of the year in which the run begins"""

    def covers(self, service: str, group: str) -> bool:
        """Whether it pays for this service to people of this group."""
        return (not self.services or service in self.services) and (
            not self.groups or group in self.groups)


def decides(scenario: Scenario) -> bool:
    """Whether it has to be decided who pays: somebody else does, or somebody does not."""
    payment = scenario.payment
    return bool(scenario.funds) or payment.self_pay_prob < 1 or any(
        prob < 1 for prob in payment.self_pay_by_group.values())


def fen(yuan: float) -> int:
    """Yuan in whole fen."""
    return round(yuan * FEN)
