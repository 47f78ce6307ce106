"""The year of a fund: which one a date lies in, and how much of its money is there."""

from __future__ import annotations

import datetime as dt

from sim.scenario.sections.funds import Fund, fen

MONTHS = 12


def fund_year(fund: Fund, date: dt.date) -> int:
    """The calendar year in which the fund's year of ``date`` began."""
    return date.year - (date.month < fund.first_month)


def released_fen(fund: Fund, date: dt.date) -> int | None:
    """Of the year's money, what is there on ``date``; None: there is no limit."""
    if fund.start is not None and date < fund.start:
        return 0
    if fund.yuan_per_year is None:
        return None
    whole = fen(fund.yuan_per_year)
    if fund.release == "year":
        return whole
    begun = (date.month - fund.first_month) % MONTHS + 1
    return whole * begun // MONTHS
