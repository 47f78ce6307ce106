"""The books of the funds, from the tables of a run: whose money, what for, and how much is left.

Amounts are whole fen, times milliseconds since the run's start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.log.ledger import standing
from sim.words.kinds import DAY, FEN

Ints = NDArray[np.int64]
LIMITS = ("client_year", "client_month", "client_day")
UNLIMITED = np.int64(2) ** 60


@dataclass(frozen=True, eq=False)
class Fund:
    """One fund's terms, as the reference table ``funds`` keeps them."""

    row: pd.Series
    midnight: np.datetime64
    """model time 0"""

    @property
    def name(self) -> str:
        return str(self.row["fund"])

    def covers(self, service: NDArray[np.object_], group: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Which orders it pays for, by service and group."""
        yes = np.ones(len(service), dtype=bool)
        for words, column in ((service, "services"), (group, "groups")):
            known = [word for word in str(self.row[column]).split("|") if word]
            yes &= np.isin(words.astype(str), known) | (not known)
        return yes

    def year(self, when: Ints) -> Ints:
        """The calendar year in which the fund's year of each moment began."""
        months = _months(self.midnight, when)
        return (months - (int(self.row["first_month"]) - 1)) // 12

    def released(self, when: Ints) -> Ints:
        """Of the year's money, what is there at each moment."""
        if np.isnan(self.row["yuan_per_year"]):
            there = np.full(len(when), UNLIMITED)
        else:
            whole = round(float(self.row["yuan_per_year"]) * FEN)
            begun = (_months(self.midnight, when) - (int(self.row["first_month"]) - 1)) % 12 + 1
            there = whole * begun // 12 if self.row["monthly"] else np.full(len(when), whole)
        if not pd.isna(self.row["start"]):
            dates = (self.midnight + when.astype("timedelta64[ms]")).astype("datetime64[D]")
            there = np.where(dates < np.datetime64(self.row["start"], "D"), 0, there)
        return np.asarray(there, dtype=np.int64)

    def cap(self, limit: str) -> int | None:
        """Most for one client, by one of :data:`LIMITS`; None: there is none."""
        yuan = float(self.row[f"yuan_per_{limit}"])
        return None if np.isnan(yuan) else round(yuan * FEN)

    def accounts(self, limit: str, client: Ints, written: Ints, wanted: Ints) -> Ints:
        """The number of the account that each order counts against under a limit."""
        if limit == "client_year":
            return client * 10_000 + self.year(written)
        if limit == "client_month":
            return client * 100_000 + _months(self.midnight, wanted)
        return client * 1_000_000 + wanted // DAY


@dataclass(frozen=True, eq=False)
class Entries:
    """What one fund promised, and what of it came back: an entry each, in any order."""

    written: Ints
    """the order's writing, which says in which year"""
    wanted: Ints
    """from when on the service was wanted"""
    client: Ints
    when: Ints
    amount: Ints
    """promised; negative where it came back"""

    def year_total(self, fund: Fund, at: Ints, including: bool) -> Ints:
        """Promised and not come back at each moment, of the money of that moment's year."""
        before = round(float(fund.row["spent_yuan"]) * FEN)
        begins = fund.year(np.zeros(1, dtype=np.int64))[0]
        year = fund.year(at)
        total = standing(fund.year(self.written), self.when, self.amount, year, at, including)
        return np.asarray(total + np.where(year == begins, before, 0), dtype=np.int64)

    def client_total(
        self, fund: Fund, limit: str, order: tuple[Ints, Ints, Ints], at: Ints, including: bool
    ) -> Ints:
        """The same of one client's share; ``order``: client, writing and wanted time of each."""
        mine = fund.accounts(limit, self.client, self.written, self.wanted)
        return standing(mine, self.when, self.amount, fund.accounts(limit, *order), at, including)


def _months(midnight: np.datetime64, when: Ints) -> Ints:
    """Months since the year 0."""
    stamps = midnight + when.astype("timedelta64[ms]")
    return np.asarray(stamps.astype("datetime64[M]").astype(np.int64) + 1970 * 12)
