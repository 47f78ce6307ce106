"""Measures as a page reads them: one row by name, the rows of a grouping, and numbers in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.report.text import choose, number, share
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


def interval(row: Reading, lang: Lang, factor: float = 1.0) -> str:
    """`` (90.2-91.9)``, in brackets with a space before them; empty where there is none."""
    if not row.has_interval:
        return ""
    low = number(row.low * factor)
    if math.isinf(row.high):
        return choose(lang, f"（{low}以上）", f" ({low} or more)")
    return choose(lang, "（{}-{}）", " ({}-{})").format(low, number(row.high * factor))


def hundred(row: Reading, lang: Lang) -> str:
    """A share of 100 with its interval: ``93.4 (92.8-94.0)``."""
    if not row.has_interval:
        return share(row.mean)
    return share(row.mean) + choose(lang, "（{}-{}）", " ({}-{})").format(
        share(row.low), share(row.high))


def minutes(value: float, lang: Lang) -> str:
    """A length of time, given in minutes, in the unit that people use for it."""
    for unit, size, least in (("天", 1440, 4320), ("小时", 60, 180), ("分钟", 1, 2), ("秒", 1 / 60, 0)):
        if value >= least:
            said = number(value / size, 1 if size > 1 else 0)
            en = {"天": "day", "小时": "hour", "分钟": "minute", "秒": "second"}[unit]
            return choose(lang, f"{said}{unit}", f"{said} {en}{'' if said == '1' else 's'}")
    raise ValueError(f"a length of time cannot be {value}")


def one_in(percent: int, lang: Lang) -> str:
    """``5`` -> one in twenty."""
    zh = {50: "每2位有1位", 10: "每10位有1位", 5: "每20位有1位"}
    en = {50: "half", 10: "one in ten", 5: "one in twenty"}
    return choose(lang, zh[percent], en[percent])
