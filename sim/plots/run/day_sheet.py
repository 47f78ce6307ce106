"""A point's day, caregiver by caregiver: who was where, doing what, for which order."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.plots.drawing.style import (
    BLACK,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    YELLOW,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import IdleReason, StaffState, codes
from sim.words.state_names import label

LOOKS = {
    "service": (SKY, ""),
    "travel": (ORANGE, "////"),
    "care": (SKY, "**"),
    "return": (YELLOW, "\\\\\\\\"),
    "early_wait": (GREEN, "oo"),
    "gathering": (PURPLE, "xxxx"),
    "break": ("#C4C7CB", "...."),
    "idle": ("white", ""),
    "shift_end": ("white", "---"),
    "reserved": ("white", "|||"),
    "standby": ("white", "++"),
}
"""Colour and hatch of each state of a caregiver, and of idleness with a reason of its own."""
_TEXT = {
    "title": ("{point}：{date}的一天", "{point}: the day of {date}"),
    "absent": ("缺勤", "absent"),
    "roster": ("排定上班", "rostered hours"),
    "over": ("排定下班后（加班）", "after the rostered end (overtime)"),
    "note": ("服务条上的数字是工单号；第 {replication} 次重复", "numbers: orders; replication "
             "{replication}"),
    "hour": ("时刻", "time of day"),
    "none": ("这一天没有人排班", "nobody is rostered on that day"),
}
_HOUR = np.timedelta64(3_600_000, "ms")


def busiest(timesheet: pd.DataFrame) -> tuple[str, dt.date] | None:
    """The point and date (of its shifts) with most visits; ``None`` without any."""
    served = timesheet[timesheet["state"] == "service"]
    if served.empty:
        return None
    visits = served.groupby([served["point"].astype(str), "shift_date"]).size()
    point, date = visits.index[int(np.argmax(visits.to_numpy()))]
    return point, date.date()


@styled
def day_sheet(
    timesheet: pd.DataFrame, roster: pd.DataFrame, points: pd.DataFrame, point: str,
    date: dt.date, lang: Lang, replication: int = 0,
) -> Figure:
    """One row a caregiver of ``point`` with a shift that begins on ``date``, a bar a state.

    ``timesheet`` and ``roster`` are tables of one replication, ``points`` the reference table.
    """
    day = np.datetime64(date, "ms")
    sheet = _of_the_day(timesheet, point, day)
    duties = _of_the_day(roster, point, day).sort_values(["start", "staff"])
    people = list(dict.fromkeys(duties["staff"].astype(str)))
    figure = new_figure(13.0, 2.0 + 0.46 * max(2, len(people)))
    names = dict(zip(points["point"].astype(str), points[f"name_{lang}"].astype(str), strict=True))
    heading(figure, say(_TEXT, "title", lang, point=short(names[point]), date=date.isoformat()))
    if not people:
        return nothing(figure, say(_TEXT, "none", lang))
    axes = figure.subplots()
    rows = {staff: row for row, staff in enumerate(people)}
    _shifts(axes, duties, rows, day, lang)
    found = _bars(axes, sheet, rows, day)
    axes.set_yticks(range(len(people)), people)
    axes.set_ylim(len(people) - 0.5, -0.5)
    first = float(np.floor(_hours(duties["start"], day).min()))
    ends = np.concatenate([_hours(duties["end"], day), _hours(sheet["end"], day)])
    last = float(np.ceil(ends.max()))
    _numbers(axes, sheet, rows, day, last - first)
    step = 1 if last - first <= 16 else 2
    ticks = np.arange(first, last + 1, step)
    axes.set_xlim(first, last)
    axes.set_xticks(ticks, [f"{int(hour) % 24}:00" for hour in ticks])
    axes.grid(axis="x")
    axes.set_xlabel(say(_TEXT, "hour", lang))
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=BLACK, linewidth=0.5,
              label=_named(kind, lang))
        for kind, (colour, hatch) in LOOKS.items() if kind in found
    ]
    handles.append(Patch(facecolor=PALE, edgecolor=GREY, label=say(_TEXT, "roster", lang)))
    if sheet["overtime"].any():
        handles.append(Patch(facecolor="none", edgecolor=BLACK, linewidth=2,
                             label=say(_TEXT, "over", lang)))
    note = say(_TEXT, "note", lang, replication=replication)
    foot(figure, note, handles, 5, handlelength=2.2, handleheight=1.2)
    return figure


def _of_the_day(table: pd.DataFrame, point: str, day: np.datetime64) -> pd.DataFrame:
    mine = (table["point"].astype(object) == point) & (table["role"] == "caregiver")
    return table[mine & (table["shift_date"] == day)]


def _hours(times: pd.Series, day: np.datetime64) -> NDArray[np.float64]:
    """Hours since the midnight of the day; past 24 on the next."""
    return np.asarray((times.to_numpy() - day) / _HOUR, dtype=np.float64)


def _shifts(
    axes: Axes, duties: pd.DataFrame, rows: dict[str, int], day: np.datetime64, lang: Lang
) -> None:
    starts, ends = _hours(duties["start"], day), _hours(duties["end"], day)
    for staff, absent, start, end in zip(
        duties["staff"].astype(str), duties["absent"], starts, ends, strict=True
    ):
        axes.broken_barh([(start, end - start)], (rows[staff] - 0.45, 0.9), facecolor=PALE,
                         edgecolor=GREY, linewidth=0.8, zorder=1)
        if absent:
            axes.annotate(say(_TEXT, "absent", lang), ((start + end) / 2, rows[staff]),
                          ha="center", va="center", color=GREY)


def _bars(
    axes: Axes, sheet: pd.DataFrame, rows: dict[str, int], day: np.datetime64
) -> set[str]:
    """Draw every line of the time sheet; what is to be seen on it."""
    kinds = _kinds(sheet)
    for kind, staff, over, since, until in zip(
        kinds, sheet["staff"].astype(str), sheet["overtime"], _hours(sheet["start"], day),
        _hours(sheet["end"], day), strict=True
    ):
        colour, hatch = LOOKS[kind]
        axes.broken_barh(
            [(since, until - since)], (rows[staff] - 0.36, 0.72), facecolor=colour, hatch=hatch,
            edgecolor=BLACK, linewidth=1.8 if over else 0.5, zorder=3)
    return set(kinds)


def _kinds(sheet: pd.DataFrame) -> list[str]:
    """The key of each line's look: its state, or of idleness the reason if that has a look."""
    pairs = zip(sheet["state"].astype(str), sheet["reason"].astype(str), strict=True)
    return [reason if state == "idle" and reason in LOOKS else state for state, reason in pairs]


def _named(kind: str, lang: Lang) -> str:
    if kind in codes(StaffState):
        return label(StaffState[kind.upper()], lang)
    return f"{label(StaffState.IDLE, lang)}: {label(IdleReason[kind.upper()], lang)}"


def _numbers(
    axes: Axes, sheet: pd.DataFrame, rows: dict[str, int], day: np.datetime64, hours: float
) -> None:
    """The order's number on the longest piece of each service that has room for it."""
    served = sheet[sheet["state"] == "service"]
    served = served.assign(length=served["end"] - served["start"]).sort_values("length")
    served = served.drop_duplicates(["staff", "order"], keep="last")
    start, end = _hours(served["start"], day), _hours(served["end"], day)
    for staff, order, since, until in zip(
        served["staff"].astype(str), served["order"], start, end, strict=True
    ):
        # a digit takes some 5 of the sheet's 800 points
        if until - since > len(str(order)) * hours * 5.5 / 800:
            axes.annotate(str(order), ((since + until) / 2, rows[staff]), ha="center",
                          va="center", fontsize=8, zorder=4)
