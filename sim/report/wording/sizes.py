"""Names and sizes of measures as a page writes them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sim.measures.catalogue import CATALOGUE
from sim.measures.counting.definition import DIFFERENCE, SHARE
from sim.report.wording.text import choose, number, share, wrap
from sim.words.glossary import Lang

_ZH = {
    "s": "秒", "min": "分钟", "h": "小时", "h/day": "小时/天", "calls/day": "次/天", "km": "公里",
    "offers": "次", "orders": "件", "visits/day": "次/天", "yuan": "元", "yuan/year": "元/年",
    "orders/day": "件/天", "people": "人", "day": "天", "meals": "份", "meals/day": "份/天",
    "doors/h": "户/小时", "per month": "个/月", "per place-month": "次/位·月", "days": "天",
}


def named(measure: str, group: str, lang: Lang) -> str:
    """``service level``, ``orders served on time (service=bathing)``."""
    about = CATALOGUE[measure]
    name = choose(lang, about.zh, about.en)
    if group == "all":
        return name
    return name + choose(lang, f"（{group}）", f" ({group})")


def level(value: float, measure: str) -> str:
    """A value of the measure, without its unit: ``93.4%``, ``12.5``; a dash where there is none."""
    if math.isnan(value):
        return "-"
    if CATALOGUE[measure].unit == SHARE:
        return f"{share(value)}%"
    return f"{100 * value:.1f}%" if CATALOGUE[measure].unit == DIFFERENCE else number(value)


def apart(value: float, measure: str, lang: Lang) -> str:
    """A difference or a half-width with its unit: ``1.2 points``, ``-12.5 min``."""
    points = CATALOGUE[measure].unit in (SHARE, DIFFERENCE)
    return bare(value, measure) + (
        choose(lang, "个百分点", " points") if points else unit(measure, lang))


def bare(value: float, measure: str) -> str:
    """A difference without its unit; of shares in points of a hundred."""
    if CATALOGUE[measure].unit in (SHARE, DIFFERENCE):
        text = f"{100 * value:.2f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return number(value) if abs(value) >= 10 else f"{value:.3g}"


def never(values: ArrayLike, lang: Lang) -> list[str]:
    """What an infinite value means, where there is one among the values."""
    if not np.isinf(np.asarray(values, dtype=np.float64)).any():
        return []
    return wrap(choose(
        lang, "∞：到这一分位的人始终没有等到。",
        "∞: those at this percentile are never served within the observation."))


def unit(measure: str, lang: Lang) -> str:
    """The unit behind a number, with its space; nothing for shares and ratios."""
    name = CATALOGUE[measure].unit
    if name in (SHARE, DIFFERENCE, "ratio"):
        return ""
    return choose(lang, _ZH[name], f" {name}")
