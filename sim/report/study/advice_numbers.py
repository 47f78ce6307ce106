"""What the advice page says in numbers: rows of its tables, and how a value reads."""

from __future__ import annotations

import math
from typing import Any

from sim.experiments.advise.outcome import Advice
from sim.report.wording.readings import Readings, readings
from sim.report.wording.sizes import named
from sim.report.wording.text import choose, number, share
from sim.words.glossary import Lang


def budget_of(found: Advice, variant: str) -> Any:
    """A row of the table of the budget."""
    budget = found.tables["budget"]
    return next(budget[budget["variant"] == variant].itertuples())


def target_of(found: Advice, variant: str, measure: str) -> Any:
    """A row of the table of targets; None where nothing was measured."""
    targets = found.tables["targets"]
    own = targets[(targets["variant"] == variant) & (targets["measure"] == measure)]
    return next(own.dropna(subset=["mean"]).itertuples(), None)


def missed_targets(found: Advice, variant: str, lang: Lang) -> list[str]:
    """The targets that a variant misses, with what it reaches of them."""
    targets = found.tables["targets"]
    own = targets[(targets["variant"] == variant) & ~targets["met"] & targets["mean"].notna()]
    return [said(row, lang) for row in own.itertuples()]


def said(row: Any, lang: Lang) -> str:
    """``abandonment 6.8! (6.6-7)``; of what has to lie in a band, on which side it lies."""
    name = named(str(row.measure), "all", lang)
    side = ""
    if not (math.isnan(row.least) or math.isnan(row.most)):
        low = row.mean < row.least
        side = choose(lang, "偏低" if low else "偏高", " too low:" if low else " too high:")
    return f"{name}{side} {marked(row)}"


def measured(found: Advice, variant: str) -> Readings:
    """The measures of a variant."""
    points = found.tables["points"]
    return readings(points[points["variant"] == variant])


def wanted(row: Any) -> str:
    """A target: ``≥90``, ``≤5`` or ``40-85``."""
    ends = [row.least, row.most]
    if not any(math.isnan(end) for end in ends):
        return f"{share(ends[0])}-{share(ends[1])}"
    return f"≥{share(ends[0])}" if math.isnan(ends[1]) else f"≤{share(ends[1])}"


def marked(row: Any) -> str:
    """``83.2! (82.9-83.6)``: missed, for sure; ``?`` where the interval reaches across."""
    mark = "" if row.met else "!"
    if math.isnan(row.ci_low):
        return share(row.mean) + mark
    ends = (end for end in (row.least, row.most) if not math.isnan(end))
    across = "?" if any(row.ci_low < end < row.ci_high for end in ends) else ""
    return f"{share(row.mean)}{mark}{across} ({share(row.ci_low)}-{share(row.ci_high)})"


def of_hundred(row: Any, lang: Lang) -> str:
    """``83.2 (82.9-83.6)``, in the brackets of the language."""
    if math.isnan(row.ci_low):
        return share(row.mean)
    return share(row.mean) + choose(lang, "（{}-{}）", " ({}-{})").format(
        share(row.ci_low), share(row.ci_high))


def times_met(row: Any) -> str:
    """In how many of the replications a target is met: ``9/10``; empty where that is unknown."""
    return "" if math.isnan(row.p_meet) else f"{round(row.p_meet * row.n)}/{row.n:.0f}"


def to_hire(count: int, lang: Lang) -> str:
    """How many people more or fewer, in words."""
    if count > 0:
        return choose(lang, f"要招{count}人", f"{count} to hire")
    if count < 0:
        return choose(lang, f"可少{-count}人", f"{-count} fewer will do")
    return choose(lang, "不用招", "none to hire")


def wan(yuan: float) -> str:
    """In ten thousand yuan."""
    return number(yuan / 10_000)


def thousand(value: float) -> str:
    """A share, of a thousand."""
    return "<1" if 0 < value < 0.0005 else f"{1000 * value:,.0f}"
