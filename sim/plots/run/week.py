"""The hotline through the week: who is there, what comes in, how long it waits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.log import Result
from sim.measures.counting.groups import Flags, Floats
from sim.measures.counting.intervals import mean_interval, ratio_interval
from sim.measures.counting.observed import Observed, enum_codes, observe
from sim.measures.counting.stretches import per_hour
from sim.measures.hotline.calls import read_calls
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    SKY,
    foot,
    heading,
    new_figure,
    nothing,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import DAY, HOUR, SECOND, StaffRole, StaffState

HOURS = 168
_TEXT = {
    "title": ("热线一周：人手、来电与等待", "The hotline through the week: people, calls, waits"),
    "people": ("接线员（人）", "Operators"),
    "on_duty": ("在岗", "on duty, breaks taken off"),
    "busy": ("在忙（通话、话后处理、回访）", "at work (talk, wrap-up, call-back)"),
    "offered": ("每小时呼入量（个）", "Calls offered per hour"),
    "wait": ("来电人平均等待（秒）", "Mean wait of callers (seconds)"),
    "note": ("浅色带：95%置信区间；法定节假日算作星期日；统计期里没有的日子留空",
             "shaded: 95 % interval; a public holiday counts as a Sunday; a day that is not among "
             "the counted ones stays empty"),
    "none": ("没有统计期", "no counted days"),
}
_DAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WORK = (StaffState.TALK, StaffState.WRAP_UP, StaffState.CALL_BACK)


def hours_of_week(results: Sequence[Result]) -> pd.DataFrame:
    """The 168 hours of the week from Monday 0:00, means over the counted days of replications.

    Columns: ``on_duty``, operators signed in and not on a break; ``busy``, those at work;
    ``offered``, inbound attempts an hour; ``wait_s``, mean wait of those who reached the queue
    (as ``wait_all_s``); of the last two also ``_low`` and ``_high``, 95 % intervals, NaN with one
    replication. NaN where no such hour is counted; a public holiday is a Sunday.
    """
    sums = [_sums(observe(result)) for result in results]
    days, on_duty, busy, offered, waited, callers = (
        np.column_stack([one[part] for one in sums]) for part in range(6)
    )
    calls = mean_interval(np.where(days > 0, offered / np.maximum(days, 1), np.nan))
    waits = ratio_interval(waited, callers)
    there = np.where(days.sum(axis=1) > 0, days.sum(axis=1), np.nan)
    return pd.DataFrame({
        "on_duty": on_duty.sum(axis=1) / there,
        "busy": busy.sum(axis=1) / there,
        "offered": calls.mean,
        "offered_low": np.maximum(calls.low, 0),
        "offered_high": calls.high,
        "wait_s": waits.mean,
        "wait_s_low": np.maximum(waits.low, 0),
        "wait_s_high": waits.high,
    })


def _sums(seen: Observed) -> tuple[Floats, ...]:
    """Of each hour of the week: days counted, hours on duty and at work, calls, seconds waited,
    callers who reached the queue."""
    table = seen.result.reference["days"]
    weekday = table["weekday"].to_numpy()
    number = seen.times(table, "date") // DAY
    counted = weekday[(number >= seen.start // DAY) & (number < seen.stop // DAY)]
    of_day = np.zeros(int(number.max()) + 1, dtype=np.int64)
    of_day[number.astype(np.int64)] = weekday

    def total(times: Floats, weights: Floats) -> Floats:
        hour = (times // HOUR).astype(np.int64)
        place = of_day[hour // 24] * 24 + hour % 24
        return np.asarray(np.bincount(place, weights, HOURS), dtype=np.float64)

    sheet = seen.result.timesheet
    sheet = sheet[enum_codes(sheet["role"], StaffRole) == StaffRole.OPERATOR]
    state = enum_codes(sheet["state"], StaffState)
    start, end = seen.clipped(seen.times(sheet, "start"), seen.times(sheet, "end"))
    row, since, length = per_hour(start, end)

    def hours(who: Flags) -> Floats:
        return total(since, np.where(who[row], length / HOUR, 0.0))

    calls = read_calls(seen)
    queued = ~np.isnan(calls.wait)
    return (
        np.repeat(np.bincount(counted, minlength=7), 24).astype(float),
        hours(state != StaffState.BREAK),
        hours(np.isin(state, _WORK)),
        total(calls.arrived, np.ones(len(calls.arrived))),
        total(calls.arrived, np.where(queued, calls.wait, 0.0) / SECOND),
        total(calls.arrived, queued.astype(float)),
    )


@styled
def week(hours: pd.DataFrame, lang: Lang) -> Figure:
    """Operators on duty and at work, calls offered, mean wait, hour by hour of the week.

    ``hours``: the table of :func:`hours_of_week`.
    """
    figure = new_figure(13.0, 7.2)
    heading(figure, say(_TEXT, "title", lang))
    if not len(hours) or hours["on_duty"].isna().all():
        return nothing(figure, say(_TEXT, "none", lang))
    people, calls, waits = figure.subplots(3, sharex=True, height_ratios=[1.2, 1, 1])
    edges = np.arange(len(hours) + 1)
    people.stairs(hours["busy"], edges, fill=True, color=SKY, hatch="////", edgecolor=BLUE,
                  linewidth=0, label=say(_TEXT, "busy", lang))
    people.stairs(hours["on_duty"], edges, color=BLACK, linewidth=1.6,
                  label=say(_TEXT, "on_duty", lang))
    people.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    people.set_ylim(0, 1.25 * max(1.0, float(hours["on_duty"].max())))
    people.legend(loc="upper right", ncols=2)
    _line(calls, hours, "offered", BLUE)
    _line(waits, hours, "wait_s", GREEN)
    for axes, name in ((people, "people"), (calls, "offered"), (waits, "wait")):
        axes.set_title(say(_TEXT, name, lang))
        axes.grid(axis="y")
        for midnight in range(24, HOURS, 24):
            axes.axvline(midnight, color=GREY, linewidth=0.7)
    waits.set_xlim(0, HOURS)
    waits.set_xticks(range(0, HOURS + 1, 6), minor=True)
    waits.tick_params(axis="x", which="minor", length=3)
    waits.set_xticks(
        [24 * day + hour for day in range(7) for hour in (0, 12)],
        [text for name in _DAYS[lang] for text in (f"0:00\n{name}", "12:00")])
    foot(figure, say(_TEXT, "note", lang))
    return figure


def _line(axes: Axes, hours: pd.DataFrame, name: str, colour: str) -> None:
    """Hourly values at the middle of their hours; the band is cut off far above them."""
    middle = np.arange(len(hours)) + 0.5
    low, high = hours[f"{name}_low"], hours[f"{name}_high"]
    axes.bar(middle, high - low, bottom=low, width=1, color=colour, alpha=0.25, linewidth=0)
    axes.plot(middle, hours[name], color=colour, linewidth=1.2, marker=".", markersize=3.5)
    highest = float(np.nanmax([0.0, *hours[name]]))
    reach = float(np.nanmax([highest, *high]))
    axes.set_ylim(0, max(min(reach, 1.8 * highest) * 1.05, 1e-9 + highest, 0.1))
