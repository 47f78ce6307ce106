"""How waits and responses are distributed: not only the mean, but who waits how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.measures.counting.intervals import ratio_interval
from sim.plots.drawing.style import (
    BLACK,
    LINES,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    percent_axis,
    styled,
)
from sim.plots.drawing.text import say
from sim.plots.run.response import class_name
from sim.words.glossary import Lang

_TEXT = {
    "waits": ("来电人等了多久", "How long callers wait"),
    "responses": ("从来电到服务开始有多久", "How long until service starts"),
    "answered": ("等待不超过横轴秒数就接通", "answered within so many seconds"),
    "all": ("等待不超过横轴秒数（接通或放弃）", "answered or hung up within so many seconds"),
    "seconds": ("等待（秒）", "wait (seconds)"),
    "minutes": ("从第一次来电到服务开始", "from the first attempt to the start of service"),
    "of_calls": ("占进入排队的来电", "share of the calls that reached the queue"),
    "of_orders": ("占该级尽快上门的工单", "share of the class's as-soon-as-possible orders"),
    "aim": ("目标 {share:.0%}", "target {share:.0%}"),
    "limit": ("{s:g} 秒", "{s:g} s"),
    "note_waits": (
        "浅色带：95%置信区间；等得比图上更久的占 {share:.1%}",
        "shaded: 95 % interval; {share:.1%} wait longer than is shown"),
    "note_responses": (
        "圆圈：该级各项服务的响应时限；浅色带：95%置信区间；有工单始终等不到时，曲线到不了 100%",
        "rings: response targets of the class's services; shaded: 95 % interval; with orders never "
        "served a line ends below 100 %"),
    "no_calls": ("没有来电", "no calls"),
    "no_orders": ("没有尽快上门的工单", "no as-soon-as-possible orders"),
}
_MINUTES = {
    1: ("1分", "1 min"), 2: ("2分", "2 min"), 5: ("5分", "5 min"), 10: ("10分", "10 min"),
    20: ("20分", "20 min"), 30: ("30分", "30 min"), 60: ("1小时", "1 h"), 120: ("2小时", "2 h"),
    240: ("4小时", "4 h"), 480: ("8小时", "8 h"), 1440: ("1天", "1 day"), 2880: ("2天", "2 days"),
    5760: ("4天", "4 days"), 11520: ("8天", "8 days"),
}
"""Ticks of a logarithmic axis of minutes."""


def shares_within(
    samples: pd.DataFrame, sample: str, group: str, at: Sequence[float] | NDArray[np.float64],
    of: str = "",
) -> pd.DataFrame:
    """At each value of ``at``, the share of a sample that does not exceed it.

    ``samples``: the samples of :class:`sim.measures.measured.Measured`, of one or many replications
    together. ``of`` names the sample whose size is the whole, by default the same one. Columns
    ``at``, ``share``, ``low``, ``high`` (95 % interval over replications; NaN with one). Empty
    where the whole is.
    """
    def counts(name: str) -> tuple[pd.DataFrame, pd.Series]:
        rows = samples[(samples["sample"] == name) & (samples["group"] == group)]
        return rows, rows.groupby("replication")["count"].sum()

    rows, _ = counts(sample)
    _, whole = counts(of or sample)
    points = np.asarray(at, dtype=float)
    if whole.empty:
        return pd.DataFrame(columns=["at", "share", "low", "high"], dtype=float)
    num = np.zeros((len(points), len(whole)))
    for column, replication in enumerate(whole.index):
        own = rows[rows["replication"] == replication].sort_values("value")
        reached = np.concatenate([[0.0], np.cumsum(own["count"].to_numpy(dtype=float))])
        # a value is stored as a rounded multiple of its step, which no tick may miss by a last bit
        within = np.searchsorted(own["value"].to_numpy() - 1e-9, points, "right")
        num[:, column] = reached[within]
    den = np.broadcast_to(whole.to_numpy(dtype=float), num.shape)
    found = ratio_interval(num, den)
    return pd.DataFrame({
        "at": points, "share": found.mean,
        "low": np.clip(found.low, 0, 1), "high": np.clip(found.high, 0, 1),
    })


@styled
def waits(
    samples: pd.DataFrame, lang: Lang, acceptable_wait_s: float = 15,
    service_level: float | None = None,
) -> Figure:
    """Share of callers answered, and answered or gone, within so many seconds.

    The line of the answered passes through the service level at ``acceptable_wait_s``;
    ``service_level`` is its target. ``samples`` as for :func:`shares_within`.
    """
    figure = new_figure(8.6, 5.4)
    heading(figure, say(_TEXT, "waits", lang))
    rows = samples[(samples["sample"] == "wait_all_s") & (samples["group"] == "all")]
    if rows.empty:
        return nothing(figure, say(_TEXT, "no_calls", lang))
    longest = _quantile(rows, 0.99)
    last = float(max(4 * acceptable_wait_s, longest))
    at = np.unique(np.append(np.linspace(0, last, 241), acceptable_wait_s))
    axes = figure.subplots()
    curves = {
        "answered": shares_within(samples, "wait_s", "all", at, of="wait_all_s"),
        "all": shares_within(samples, "wait_all_s", "all", at),
    }
    for number, (name, curve) in enumerate(curves.items()):
        _curve(axes, curve, number, say(_TEXT, name, lang))
    _limit(axes, acceptable_wait_s, say(_TEXT, "limit", lang, s=acceptable_wait_s))
    if service_level is not None:
        _aim(axes, service_level, lang)
        level = curves["answered"].set_index("at")["share"][acceptable_wait_s]
        _ring(axes, acceptable_wait_s, float(level))
    axes.set_xlim(0, last)
    lowest = min(float(curve["share"].min()) for curve in curves.values())
    percent_axis(axes, max(0.0, np.floor(10 * min(lowest, service_level or 1.0) - 1) / 10))
    axes.grid(axis="both")
    axes.set_xlabel(say(_TEXT, "seconds", lang))
    axes.set_ylabel(say(_TEXT, "of_calls", lang))
    beyond = 1 - float(curves["all"]["share"].iloc[-1])
    handles, _ = axes.get_legend_handles_labels()
    foot(figure, say(_TEXT, "note_waits", lang, share=beyond), handles, 2)
    return figure


@styled
def responses(
    samples: pd.DataFrame, services: pd.DataFrame, lang: Lang, on_time: float | None = None
) -> Figure:
    """Share of as-soon-as-possible orders of each class begun within so long.

    ``services``: the reference table, which names the classes and has the response targets;
    ``on_time``: the share that should be begun by then.
    """
    figure = new_figure(9.6, 6.0)
    heading(figure, say(_TEXT, "responses", lang))
    rows = samples[(samples["sample"] == "response_min") & np.isfinite(samples["value"])]
    classes = sorted(
        {group for group in rows["group"].astype(str) if group.startswith("class=")},
        key=lambda group: int(group.removeprefix("class=")))
    if not classes:
        return nothing(figure, say(_TEXT, "no_orders", lang))
    last = max(_quantile(rows[rows["group"] == group], 0.995) for group in classes)
    first = 1.0
    at = np.geomspace(first, max(last, 60.0), 241)
    axes = figure.subplots()
    for number, group in enumerate(classes):
        rank = group.removeprefix("class=")
        _curve(axes, shares_within(samples, "response_min", group, at), number,
               class_name(rank, services, lang))
        own = services[services["priority"] == int(rank)]
        targets = np.sort(own["target_min"].dropna().unique())
        for limit, share in zip(
            targets, shares_within(samples, "response_min", group, targets)["share"], strict=True
        ):
            _ring(axes, float(limit), float(share))
    if on_time is not None:
        _aim(axes, on_time, lang)
    axes.set_xscale("log")
    axes.set_xlim(first, at[-1])
    shown = {minutes: texts for minutes, texts in _MINUTES.items() if minutes <= at[-1]}
    axes.set_xticks(list(shown), [zh if lang == "zh" else en for zh, en in shown.values()])
    axes.set_xticks([], minor=True)
    percent_axis(axes)
    axes.grid(axis="both")
    axes.set_xlabel(say(_TEXT, "minutes", lang))
    axes.set_ylabel(say(_TEXT, "of_orders", lang))
    handles, _ = axes.get_legend_handles_labels()
    foot(figure, say(_TEXT, "note_responses", lang), handles, 2)
    return figure


def _quantile(rows: pd.DataFrame, q: float) -> float:
    """The pooled quantile of the values that came; 0 where none did."""
    came = rows[np.isfinite(rows["value"])].sort_values("value")
    if came.empty:
        return 0.0
    reached = came["count"].cumsum().to_numpy()
    return float(came["value"].to_numpy()[np.searchsorted(reached, q * reached[-1])])


def _curve(axes: Axes, curve: pd.DataFrame, number: int, name: str) -> None:
    colour, marker, dashes = LINES[number % len(LINES)]
    axes.fill_between(curve["at"], curve["low"], curve["high"], step="post", color=colour,
                      alpha=0.2, linewidth=0)
    axes.plot(curve["at"], curve["share"], drawstyle="steps-post", color=colour, linestyle=dashes,
              linewidth=1.7, marker=marker, markersize=5, label=name,
              markevery=(10 * number % 40, 40))


def _aim(axes: Axes, share: float, lang: Lang) -> None:
    axes.axhline(share, color=RED, linestyle="--", linewidth=1.2)
    axes.annotate(say(_TEXT, "aim", lang, share=share), (0.995, share), xytext=(0, -3),
                  xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
                  va="top", color=RED, fontsize=9)


def _limit(axes: Axes, at: float, name: str) -> None:
    axes.axvline(at, color=RED, linestyle=":", linewidth=1.2)
    axes.annotate(name, (at, 0.01), xycoords=("data", "axes fraction"), xytext=(4, 0),
                  textcoords="offset points", color=RED, fontsize=9)


def _ring(axes: Axes, at: float, share: float) -> None:
    axes.scatter([at], [share], s=90, facecolor="none", edgecolor=BLACK, linewidth=1.3, zorder=5)
    axes.annotate(f"{share:.0%}", (at, share), xytext=(8, -4), textcoords="offset points",
                  va="top", fontsize=9, zorder=6)
