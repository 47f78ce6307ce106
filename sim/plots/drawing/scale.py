"""Measures on an axis: what they are called, in which unit they are shown, how a value reads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from sim.measures.catalogue import CATALOGUE
from sim.measures.counting.definition import DIFFERENCE, SHARE, Better
from sim.words.glossary import Lang

_UNITS: dict[str, tuple[float, str, str]] = {
    "share": (100, "%", "%"),
    "difference": (100, "百分点", "percentage points"),
    "ratio": (1, "倍", "ratio"),
    "s": (1, "秒", "seconds"),
    "min": (1, "分钟", "minutes"),
    "h": (1, "小时", "hours"),
    "h/day": (1, "小时/天", "hours a day"),
    "km": (1, "公里", "km"),
    "calls/day": (1, "个/天", "calls a day"),
    "visits/day": (1, "次/天", "visits a day"),
    "orders": (1, "单", "orders"),
    "orders/day": (1, "单/天", "orders a day"),
    "per place-month": (1, "次/位·月", "per place and month"),
    "days": (1, "天", "days"),
    "per month": (1, "个/月", "a month"),
    "offers": (1, "次", "offers"),
    "people": (1, "人", "people"),
    "day": (1, "天", "days"),
    "meals": (1, "份", "meals"),
    "meals/day": (1, "份/天", "meals a day"),
    "doors/h": (1, "户/小时", "doors an hour"),
    "yuan": (1, "元", "yuan"),
    "yuan/year": (1e-4, "万元/年", "10,000 yuan a year"),
}
"""Unit of the catalogue -> factor to the unit shown, and that unit's name."""


@dataclass(frozen=True)
class Scale:
    """How a measure is shown: ``factor`` times its value, in ``unit``."""

    name: str
    unit: str
    factor: float
    better: Better
    signed: bool = False
    """whether values can be negative"""

    @property
    def title(self) -> str:
        """Name and unit, as over a panel."""
        chinese = any(letter >= "\u4e00" for letter in self.name)
        return f"{self.name}（{self.unit}）" if chinese else f"{self.name} ({self.unit})"

    def said(self, value: float) -> str:
        """A value with three digits that say something: ``93.4``, ``1,240``, ``0.021``."""
        return three_digits(value * self.factor)

    def meets(self, values: pd.Series, target: pd.Series) -> pd.Series:
        """Whether values meet their targets; never where a value or a target is missing."""
        return values.le(target) if self.better == "low" else values.ge(target)


def scale(measure: str, lang: Lang) -> Scale:
    """How a measure of the catalogue is shown; KeyError if it is none."""
    declared = CATALOGUE[measure]
    factor, zh, en = _UNITS[declared.unit]
    name, unit = (declared.zh, zh) if lang == "zh" else (declared.en, en)
    return Scale(name, unit, factor, declared.better, declared.unit == DIFFERENCE)


def differences(measure: str, lang: Lang) -> Scale:
    """How differences of a measure are shown: those of shares in percentage points."""
    own = scale(measure, lang)
    declared = CATALOGUE[measure].unit
    _, zh, en = _UNITS[DIFFERENCE if declared == SHARE else declared]
    return Scale(own.name, zh if lang == "zh" else en, own.factor, own.better, True)


def three_digits(value: float) -> str:
    """A number with about three digits, thousands parted by commas."""
    if math.isinf(value):
        return "∞"
    size = abs(value)
    decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
    if 0 < size < 0.1:
        return f"{value:.2g}"
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_in(axis: Axis, shown: Scale) -> None:
    """Write an axis that holds values of the catalogue's unit in the unit shown."""
    axis.set_major_formatter(lambda value, _: three_digits(value * shown.factor))


def from_zero(axes: Axes, shown: Scale, top: float) -> None:
    """A vertical axis from 0: shares to 1 at most, all else to ``top`` and a little room."""
    room = top * 1.08 or 1.0
    axes.set_ylim(0, min(room, 1.03) if shown.factor == 100 else room)
    show_in(axes.yaxis, shown)

