"""Figures of a calibration and of a backtest of an orders log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.calibrate.arrivals import SLOTS
from sim.calibrate.dispatch.whole import DispatchCalibration
from sim.calibrate.fits import kaplan_meier
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
from sim.words.glossary import Lang

SHOWN = 0.99
"""Share of a distribution that a panel shows."""


def choose(lang: Lang, zh: str, en: str) -> str:
    """The text in the reader's language."""
    return zh if lang == "zh" else en


def save_orders(done: DispatchCalibration, folder: Path, lang: Lang) -> list[Path]:
    """Draw every figure of a calibration into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"week": week(done, lang), "durations": durations(done, lang)}
    return [save(figure, folder / f"{name}.png") for name, figure in drawn.items()]


def save_response(hours: pd.DataFrame, folder: Path, lang: Lang) -> list[Path]:
    """Draw predicted against observed by hour, a figure a forecast."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        save(by_hour(hours[hours["table"] == name], lang), folder / f"{name}.png")
        for name in hours["table"].unique()
    ]


@styled
def week(done: DispatchCalibration, lang: Lang) -> Figure:
    """Requests an hour, and units on duty with jobs under way, by hour of the day."""
    learned = done.learned
    figure = new_figure(9, 3.6)
    axes = figure.add_subplot(1, 2, 1)
    arrivals = learned.arrivals
    for kind in range(len(arrivals.shape)):
        days = [w for w in range(7) if arrivals.classes[w] == kind]
        hourly = np.mean([arrivals.rates(w).reshape(24, SLOTS // 24).sum(axis=1) for w in days],
                         axis=0)
        colour, marker, dash = LINES[kind % len(LINES)]
        axes.plot(range(24), hourly, color=colour, marker=marker, linestyle=dash, markersize=3,
                  label=choose(lang, f"形状 {kind + 1}", f"shape {kind + 1}"))
    axes.set_xlabel(choose(lang, "时", "hour"))
    axes.set_ylabel(choose(lang, "每小时诉求", "requests an hour"))
    axes.legend()
    axes = figure.add_subplot(1, 2, 2)
    crews = learned.crews
    middle, off = crews.on_duty.mean(axis=0), crews.unsure.mean(axis=0)
    axes.fill_between(range(24), np.maximum(0, middle - off), middle + off, color=BLUE, alpha=0.2)
    axes.plot(range(24), middle, color=BLUE, label=choose(lang, "在岗队伍", "units on duty"))
    axes.plot(range(24), crews.load.mean(axis=0), color=ORANGE, linestyle=(0, (5, 1.5)),
              label=choose(lang, "进行中的任务", "jobs under way"))
    axes.set_xlabel(choose(lang, "时", "hour"))
    axes.set_ylim(0, None)
    axes.legend()
    heading(figure, choose(lang, "诉求与队伍", "Requests and units"))
    return figure


@styled
def durations(done: DispatchCalibration, lang: Lang) -> Figure:
    """What was seen and the two best families: before dispatch, and on scene."""
    learned = done.learned
    panels = [(choose(lang, "派单前", "before dispatch"), learned.delay)]
    panels += [(choose(lang, f"现场 {name}", f"on scene {name}"), stay) for name, stay in zip(
        learned.log.priorities, learned.stay, strict=True)][:5]
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure = new_figure(3.4 * columns, 2.8 * rows + 0.6)
    for place, (title, duration) in enumerate(panels, 1):
        axes = figure.add_subplot(rows, columns, place)
        times, shares = kaplan_meier(duration.seen)
        axes.set_title(title)
        if not len(times):
            continue
        end = float(times[min(np.searchsorted(shares, SHOWN * shares[-1]), len(times) - 1)])
        axes.step(times / 60, shares, where="post", color=GREY, label=choose(lang, "所见", "seen"))
        grid = np.linspace(0, end, 200)
        for fit, colour, dash in zip(duration.fits[:2], (BLUE, ORANGE), ("-", (0, (5, 1.5))),
                                     strict=False):
            axes.plot(grid / 60, fit.cdf(grid), color=colour, linestyle=dash,
                      label=f"{fit.family} {fit.distance:.3f}")
        axes.set_xlim(0, end / 60)
        percent_axis(axes)
        axes.set_xlabel(choose(lang, "分钟", "minutes"))
        axes.legend(fontsize=7)
    heading(figure, choose(lang, "时长", "Durations"))
    return figure


PANELS = (
    ("requests", "每天诉求", "requests a day"),
    ("mean_min", "响应平均（分）", "mean response, min"),
    ("p90_min", "响应九成位（分）", "90 % response, min"),
    ("within_target", "时限内到达", "within the target"),
)


@styled
def by_hour(hours: pd.DataFrame, lang: Lang) -> Figure:
    """Predicted against observed by hour of the day, with M/M/c."""
    figure = new_figure(9, 6)
    rows = hours[hours["hour"] >= 0]
    for place, (name, zh, en) in enumerate(PANELS, 1):
        axes = figure.add_subplot(2, 2, place)
        mine = rows[rows["measure"] == name]
        axes.fill_between(mine["hour"], mine["low"], mine["high"], color=BLUE, alpha=0.2)
        axes.plot(mine["hour"], mine["predicted"], color=BLUE,
                  label=choose(lang, "预测（95%）", "predicted (95 %)"))
        axes.plot(mine["hour"], mine["observed"], color=ORANGE, marker="s", markersize=3,
                  linestyle="none", label=choose(lang, "实际", "observed"))
        axes.plot(mine["hour"], mine["mmc"], color=GREEN, linestyle=(0, (5, 1.5)), label="M/M/c")
        axes.set_title(choose(lang, zh, en))
        if place == 1:
            axes.legend()
    heading(figure, choose(lang, "各时段：预测与实际", "Predicted and observed by hour"))
    return figure
