"""Measures as a page reads them: one row by name, the rows of a grouping, and numbers in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from sim.report.wording.text import choose, number, share
from sim.words.glossary import Lang


@dataclass(frozen=True)
class Reading:
    """One row of ``kpis``; NaN where a cell is empty."""

    measure: str
    mean: float
    low: float
    high: float
    """the 95 % interval"""
    n: int
    target: float
    p_meet: float

    @property
    def has_interval(self) -> bool:
        return not (math.isnan(self.low) or math.isnan(self.high))


@dataclass(frozen=True)
class Readings:
    """A ``kpis`` table, looked up by measure and group."""

    rows: Mapping[tuple[str, str], Reading]

    def all(self, measure: str) -> Reading | None:
        """The row for everybody; ``None`` where nothing happened."""
        return self.rows.get((measure, "all"))

    def by(self, measure: str, key: str) -> dict[str, Reading]:
        """Value of the group -> row, in the order of the table."""
        prefix = f"{key}="
        return {
            group.removeprefix(prefix): row
            for (name, group), row in self.rows.items()
            if name == measure and group.startswith(prefix)
        }

    @property
    def n(self) -> int:
        """Replications."""
        return max((row.n for row in self.rows.values()), default=0)


def readings(kpis: pd.DataFrame) -> Readings:
    """Index a ``kpis`` table; rows without a mean are left out, as if nothing had happened."""
    columns = ["mean", "ci_low", "ci_high", "n", "target", "p_meet"]
    names = kpis[["measure", "group"]].astype(str).itertuples(index=False)
    values = kpis[columns].astype(float).itertuples(index=False)
    return Readings({
        (measure, group): Reading(measure, mean, low, high, int(n), target, p_meet)
        for (measure, group), (mean, low, high, n, target, p_meet) in zip(
            names, values, strict=True)
        if not math.isnan(mean)
    })


def interval(row: Reading, lang: Lang, size: float = 1.0, digits: int = 1) -> str:
    """`` (90.2-91.9)`` in units of ``size``, a space before it; empty where there is none.

    For what cannot be negative: an interval that reaches below 0 is cut off there.
    """
    if not row.has_interval:
        return ""
    low = number(max(0.0, row.low) / size, digits)
    if math.isinf(row.high):
        return choose(lang, f"（{low}至始终没等到）", f" ({low} to never)")
    return choose(lang, "（{}-{}）", " ({}-{})").format(low, number(row.high / size, digits))


def hundred(row: Reading, lang: Lang) -> str:
    """A share of 100 with its interval: ``93.4 (92.8-94.0)``."""
    if not row.has_interval:
        return share(row.mean)
    return share(row.mean) + choose(lang, "（{}-{}）", " ({}-{})").format(
        share(row.low), share(row.high))


class Unit(NamedTuple):
    """A unit of time as people use it."""

    least: float
    """lengths from so many minutes on are said in it"""
    minutes: float
    zh: str
    en: str
    digits: int


UNITS = (
    Unit(4320, 1440, "天", "day", 1),
    Unit(180, 60, "小时", "hour", 1),
    Unit(2, 1, "分钟", "minute", 0),
    Unit(0, 1 / 60, "秒", "second", 0),
)


def unit_for(minutes: float) -> Unit:
    """The unit in which such a length of time is said."""
    return next(unit for unit in UNITS if minutes >= unit.least)


def duration(minutes: float, lang: Lang) -> str:
    """A length of time in words: ``74 minutes``, ``5.2 hours``."""
    unit = unit_for(minutes)
    zh, en = unit.zh, unit.en
    said = number(minutes / unit.minutes, unit.digits)
    return choose(lang, f"{said}{zh}", f"{said} {en}{'' if said == '1' else 's'}")


def one_in(percent: int, lang: Lang) -> str:
    """``5`` -> one in twenty."""
    zh = {50: "每2位有1位", 10: "每10位有1位", 5: "每20位有1位"}
    en = {50: "half", 10: "one in ten", 5: "one in twenty"}
    return choose(lang, zh[percent], en[percent])
