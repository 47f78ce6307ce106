"""Meals day by day: what became of the orders, what the kitchens can cook, how warm they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.log import Result
from sim.measures.counting.groups import Flags, Floats, Ints
from sim.measures.counting.observed import Observed, enum_codes, observe, rows_of
from sim.plots.drawing.dates import date_axis
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    RED,
    SKY,
    heading,
    new_figure,
    nothing,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import DAY, MINUTE, CancelReason, Hand, OrderState, ServiceMode

LOOKS: dict[str, tuple[str, str]] = {
    "collected": (SKY, ""),
    "carried": (GREEN, "...."),
    "delivered": (BLUE, "////"),
    "unwanted": (PALE, ""),
    "lost": (RED, "xxxx"),
    "refused": (ORANGE, "\\\\\\\\"),
}
"""Colour and hatch of what became of an order, from the bottom of the stack."""
_TEXT = {
    "title": ("助餐：每天多少份，准不准时", "Meals day by day: how many, how late"),
    "orders": ("每天的订餐（份，各次重复的平均）", "orders of each day (mean of the replications)"),
    "minutes": ("分钟（各次重复合计）", "minutes (all replications together)"),
    "collected": ("到助餐点吃", "eaten at the meal point"),
    "carried": ("村社干部捎带", "carried by a village cadre"),
    "delivered": ("送到家", "brought home by a caregiver"),
    "unwanted": ("其他（没人在家、取消、未完成）", "other (nobody home, cancelled, not finished)"),
    "lost": ("停餐前没送到", "not at the door when the kitchen stopped"),
    "refused": ("没订上（太晚或满额）", "refused (too late, or kitchens full)"),
    "capacity": ("厨房当天最多供餐", "what the kitchens can cook that day"),
    "half": ("出锅到家：一半的饭不超过", "kitchen to door: half of the meals within"),
    "most": ("出锅到家：九成的饭不超过", "kitchen to door: nine in ten within"),
    "late": ("比应送到时间平均晚", "mean lateness after the time due"),
    "many": ("能供 {capacity:,.0f} 份，高出图外", "capacity {capacity:,.0f}, above the picture"),
    "none": ("没有助餐", "no meals"),
}
_FAR = 2.5
"""A capacity so many times the orders is written, not drawn."""


def meal_days(results: Sequence[Result]) -> pd.DataFrame:
    """Each counted day of each replication: replication, date, capacity (of the kitchens open that
    day), and the orders for delivery of the day by what became of them, a column for each of
    :data:`LOOKS`.

    The day of an order that a kitchen took is that on which it leaves the kitchen, that of one
    refused the day for which it was wanted.
    """
    return pd.concat(map(_days, results), ignore_index=True)


def meal_minutes(results: Sequence[Result]) -> pd.DataFrame:
    """Meals handed over: date (as in :func:`meal_days`), minutes from the kitchen to the door (NaN
    where it is eaten at the meal point), minutes late (NaN where nothing is due)."""
    return pd.concat(map(_minutes, results), ignore_index=True)


class _Meals:
    """Orders for delivery, each with its meal."""

    def __init__(self, result: Result) -> None:
        self.seen: Observed = observe(result)
        services, meals = result.reference["services"], result.more["meals"]
        mine = set(services["service"][services["mode"] == ServiceMode.DELIVERY.value])
        self.orders = result.orders[result.orders["service"].isin(mine)]
        row = rows_of(meals["order"].to_numpy(), self.orders["order"].to_numpy())
        self.taken: Flags = row >= 0
        self.left: Floats = np.append(self.seen.times(meals, "left"), np.nan)[row]
        self.hand: Ints = np.append(enum_codes(meals["hand"], Hand), -1)[row]
        self.reason = enum_codes(self.orders["reason"], CancelReason)
        self.started = self.seen.times(self.orders, "started")
        state = enum_codes(self.orders["state"], OrderState)
        self.handed: Flags = ~np.isnan(self.started) & (state != OrderState.NO_SHOW)
        opens, created = (
            self.seen.times(self.orders, name) for name in ("window_open", "created"))
        at = np.where(self.taken, self.left, np.where(np.isnan(opens), created, opens))
        # what would leave after the run's end has no day
        self.counted = self.seen.counted(at)
        self.day = np.where(self.counted, at, 0).astype(np.int64) // DAY

    @property
    def dates(self) -> Any:
        return self.seen.midnight + (self.day * DAY).astype("timedelta64[ms]")


def _days(result: Result) -> pd.DataFrame:
    meals = _Meals(result)
    seen, taken = meals.seen, meals.taken
    lost = taken & (meals.reason == CancelReason.KITCHEN_STOPPED)
    refused = np.isin(meals.reason, (CancelReason.AFTER_CUT_OFF, CancelReason.KITCHENS_FULL))
    by = {
        key: meals.handed & (meals.hand == hand) for key, hand in (
            ("collected", Hand.COLLECTED), ("carried", Hand.CARRIED), ("delivered", Hand.DELIVERED))
    }
    groups = {
        **by, "unwanted": taken & ~meals.handed & ~lost, "lost": lost, "refused": refused}
    first, end = seen.start // DAY, seen.stop // DAY
    table = pd.DataFrame({
        key: np.bincount(meals.day[groups[key] & meals.counted], minlength=end)[first:end]
        for key in LOOKS
    })
    days = np.arange(first, end)
    return table.assign(
        replication=result.replication,
        date=seen.midnight + (days * DAY).astype("timedelta64[ms]"),
        capacity=_capacity(seen, end)[first:],
    )


def _capacity(seen: Observed, days: int) -> Ints:
    """Of each day of the run, what the kitchens open then can cook."""
    kitchens, open_ = (seen.result.reference[name] for name in ("kitchens", "kitchen_hours"))
    opened = pd.DataFrame({
        "kitchen": open_["kitchen"].astype(str), "day": seen.times(open_, "start") // DAY,
    }).drop_duplicates()
    most = dict(zip(kitchens["kitchen"].astype(str), kitchens["capacity_per_day"], strict=True))
    total = np.bincount(
        opened["day"].to_numpy(dtype=np.int64), opened["kitchen"].map(most), minlength=days)
    return total[:days].astype(np.int64)


def _minutes(result: Result) -> pd.DataFrame:
    meals = _Meals(result)
    due = meals.seen.times(meals.orders, "due")
    hot = np.isin(meals.hand, (Hand.DELIVERED, Hand.CARRIED))
    table = pd.DataFrame({
        "date": meals.dates,
        "kitchen_to_door": np.where(hot, (meals.started - meals.left) / MINUTE, np.nan),
        "late": np.maximum(meals.started - due, 0) / MINUTE,
    })
    return table[meals.handed & meals.counted]


@styled
def meals(days: pd.DataFrame, minutes: pd.DataFrame, lang: Lang) -> Figure:
    """What became of each day's orders under what the kitchens can cook; below, how long the meals
    take to the door and how late they are.

    ``days``, ``minutes``: the tables of :func:`meal_days` and :func:`meal_minutes`.
    """
    figure = new_figure(11.0, 7.4)
    heading(figure, say(_TEXT, "title", lang))
    if not days[list(LOOKS)].to_numpy().any():
        return nothing(figure, say(_TEXT, "none", lang))
    above, below = figure.subplots(2, sharex=True, height_ratios=[1.6, 1])
    _orders(above, days.groupby("date").mean(), lang)
    _late(below, minutes, lang)
    first, last = days["date"].min(), days["date"].max()
    date_axis(below, first, last + pd.Timedelta(days=1))
    return figure


def _orders(axes: Axes, daily: pd.DataFrame, lang: Lang) -> None:
    edges = daily.index.append(daily.index[-1:] + pd.Timedelta(days=1))
    bottom = np.zeros(len(daily))
    for key, (colour, hatch) in LOOKS.items():
        height = daily[key].to_numpy()
        if height.any():
            axes.stairs(bottom + height, edges, baseline=bottom, fill=True, facecolor=colour,
                        hatch=hatch, edgecolor="white", linewidth=0, label=say(_TEXT, key, lang))
            bottom = bottom + height
    capacity = daily["capacity"].to_numpy(dtype=float)
    if capacity.max() <= _FAR * bottom.max():
        axes.stairs(capacity, edges, baseline=None, color=BLACK, linewidth=1.8,
                    label=say(_TEXT, "capacity", lang))
        axes.set_ylim(0, 1.08 * max(bottom.max(), capacity.max()))
    else:
        axes.set_ylim(0, 1.12 * bottom.max())
        axes.annotate(say(_TEXT, "many", lang, capacity=capacity.max()), (0.5, 1),
                      xycoords="axes fraction", ha="center", va="top", fontsize=9, color=GREY)
    axes.set_title(say(_TEXT, "orders", lang))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.grid(axis="y")
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1, 0.5),
                handleheight=1.4)


def _late(axes: Axes, minutes: pd.DataFrame, lang: Lang) -> None:
    by_day = minutes.groupby("date")
    lines = (
        ("most", by_day["kitchen_to_door"].quantile(0.9, interpolation="higher"), BLUE, "s", "--"),
        ("half", by_day["kitchen_to_door"].median(), SKY, "o", "-"),
        ("late", by_day["late"].mean(), RED, "^", ":"),
    )
    top = 1.0
    for key, values, colour, marker, dashes in lines:
        if values.notna().any():
            axes.plot(values.index + pd.Timedelta(hours=12), values, color=colour, marker=marker,
                      linestyle=dashes, markeredgecolor="black", markersize=6,
                      label=say(_TEXT, key, lang))
            top = max(top, float(values.max()))
    axes.set_ylim(0, 1.12 * top)
    axes.set_title(say(_TEXT, "minutes", lang))
    axes.grid(axis="both")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
