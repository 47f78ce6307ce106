"""Figures of a calibration and of a backtest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.calibrate.arrivals import SLOTS
from sim.calibrate.fits import kaplan_meier
from sim.calibrate.learn import Duration
from sim.calibrate.whole import Calibration
from sim.plots.drawing.style import (
    BLUE,
    GREEN,
    GREY,
    LINES,
    ORANGE,
    heading,
    new_figure,
    percent_axis,
    save,
    styled,
)
from sim.plots.drawing.text import Texts, say
from sim.scenario.sections.quantities import WEEKDAYS
from sim.words.glossary import Lang

TEXTS: Texts = {
    "hour": ("时", "hour"),
    "per_hour": ("每小时来电", "calls an hour"),
    "rates": ("各星期几的来电", "Calls by weekday and hour"),
    "seen": ("所见", "seen"),
    "seconds": ("秒", "seconds"),
    "on_duty": ("在岗人数", "on duty"),
    "staff": ("在岗人数", "Staff on duty"),
    "predicted": ("预测（95%）", "predicted (95 %)"),
    "observed": ("实际", "observed"),
    "by_hour": ("各时段：预测与实际", "Predicted and observed by hour"),
    "talk": ("通话时长", "Talk times"),
    "patience": ("耐心", "Patience"),
    "arrivals": ("来电（每天）", "calls a day"),
    "service_level": ("服务水平", "service level"),
    "abandonment": ("放弃率", "abandonment"),
    "wait_s": ("平均等待（秒）", "mean wait, s"),
}
MOST_VOICES = 6
SHOWN = 0.99
"""Share of a distribution that a panel shows."""


def save_calibration(done: Calibration, folder: Path, lang: Lang) -> list[Path]:
    """Draw every figure of a calibration into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"rates": rates(done, lang), "talk": durations(done, "talk", lang),
             "patience": durations(done, "patience", lang), "staff": staff(done, lang)}
    return [save(figure, folder / f"{name}.png") for name, figure in drawn.items()]


def save_backtest(hours: pd.DataFrame, folder: Path, lang: Lang) -> list[Path]:
    """Draw predicted against observed by hour, a figure a table."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        save(by_hour(hours[hours["table"] == table], lang), folder / f"{table}.png")
        for table in hours["table"].unique()
    ]


@styled
def rates(done: Calibration, lang: Lang) -> Figure:
    """Expected calls an hour, a line a weekday."""
    figure = new_figure(8, 4)
    axes = figure.add_subplot()
    arrivals = done.learned.arrivals
    for weekday in range(7):
        hourly = arrivals.rates(weekday).reshape(24, SLOTS // 24).sum(axis=1)
        if hourly.any():
            colour, marker, dash = LINES[weekday % len(LINES)]
            axes.plot(range(24), hourly, color=colour, marker=marker, linestyle=dash, markersize=3,
                      label=WEEKDAYS[weekday])
    axes.set_xlabel(say(TEXTS, "hour", lang))
    axes.set_ylabel(say(TEXTS, "per_hour", lang))
    axes.legend(ncols=2)
    heading(figure, say(TEXTS, "rates", lang))
    return figure


@styled
def durations(done: Calibration, what: str, lang: Lang) -> Figure:
    """What was seen (Kaplan-Meier) and what was fitted, a panel a kind of caller."""
    learned = done.learned
    every: tuple[Duration, ...] = learned.talk if what == "talk" else learned.patience
    order = sorted(range(len(every)), key=lambda n: -every[n].seen.n)
    distinct: dict[int, int] = {}
    for n in order:
        distinct.setdefault(id(every[n]), n)
    chosen = list(distinct.values())[:MOST_VOICES]
    columns = min(3, len(chosen))
    rows = -(-len(chosen) // columns)
    figure = new_figure(3.4 * columns, 2.8 * rows + 0.6)
    for place, n in enumerate(chosen, 1):
        axes = figure.add_subplot(rows, columns, place)
        _panel(axes, every[n], lang)
        axes.set_title(learned.voices[n])
    heading(figure, say(TEXTS, what, lang))
    return figure


def _panel(axes: Axes, duration: Duration, lang: Lang) -> None:
    times, shares = kaplan_meier(duration.seen)
    if not len(times):
        return
    enough = np.searchsorted(shares, SHOWN * shares[-1])
    end = float(times[min(enough, len(times) - 1)])
    axes.step(times, shares, where="post", color=GREY, label=say(TEXTS, "seen", lang))
    grid = np.linspace(0, end, 200)
    for fit, colour, dash in zip(duration.fits[:2], (BLUE, ORANGE), ("-", (0, (5, 1.5))),
                                 strict=False):
        axes.plot(grid, fit.cdf(grid), color=colour, linestyle=dash,
                  label=f"{fit.family} {fit.distance:.3f}")
    axes.set_xlim(0, end)
    percent_axis(axes)
    axes.set_xlabel(say(TEXTS, "seconds", lang))
    axes.legend(fontsize=7)


@styled
def staff(done: Calibration, lang: Lang) -> Figure:
    """Mean on duty by hour, a line a weekday, and the range over days."""
    learned = done.learned
    arrivals = learned.arrivals
    hours = learned.staff.presence.counts(learned.log.days, 3600.0)
    figure = new_figure(8, 4)
    axes = figure.add_subplot()
    for weekday in range(7):
        like = arrivals.usual & (arrivals.weekdays == weekday)
        if like.any():
            colour, marker, dash = LINES[weekday % len(LINES)]
            axes.plot(range(24), hours[like].mean(axis=0), color=colour, marker=marker,
                      linestyle=dash, markersize=3, label=WEEKDAYS[weekday])
    axes.set_xlabel(say(TEXTS, "hour", lang))
    axes.set_ylabel(say(TEXTS, "on_duty", lang))
    axes.legend(ncols=2)
    heading(figure, say(TEXTS, "staff", lang))
    return figure


PANELS = ("arrivals", "service_level", "abandonment", "wait_s")


@styled
def by_hour(hours: pd.DataFrame, lang: Lang) -> Figure:
    """Predicted against observed by hour of the day, with Erlang A."""
    figure = new_figure(9, 6)
    rows = hours[(hours["group"] == "all") & (hours["hour"] >= 0)]
    for place, name in enumerate(PANELS, 1):
        axes = figure.add_subplot(2, 2, place)
        mine = rows[rows["measure"] == name]
        axes.fill_between(mine["hour"], mine["low"], mine["high"], color=BLUE, alpha=0.2)
        axes.plot(mine["hour"], mine["predicted"], color=BLUE,
                  label=say(TEXTS, "predicted", lang))
        axes.plot(mine["hour"], mine["observed"], color=ORANGE, marker="s", markersize=3,
                  linestyle="none", label=say(TEXTS, "observed", lang))
        axes.plot(mine["hour"], mine["erlang_a"], color=GREEN, linestyle=(0, (5, 1.5)),
                  label="Erlang A")
        axes.set_title(say(TEXTS, name, lang))
        if place == 1:
            axes.legend()
    heading(figure, say(TEXTS, "by_hour", lang))
    return figure
