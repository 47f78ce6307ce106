"""What was learned, as a scenario: sections and tables as a scenario folder holds them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.calibrate.arrivals import SLOTS
from sim.calibrate.learn import STEPS, Duration, Learned, slug
from sim.scenario.load import rebuild
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WEEKDAYS

Raw = dict[str, Any]

PLENTY_LINES = 100_000
"""The log says nothing of trunk lines: as good as no limit."""
MOST_REDIALS = 20


@dataclass(frozen=True)
class Names:
    """A title in both languages."""

    zh: str
    en: str


def raw_scenario(
    learned: Learned, name: str, start: dt.date, days: int,
    operators: Mapping[str, Raw], shifts: Mapping[str, Raw], *, recorded: bool = False,
) -> Raw:
    """The raw scenario: callers with their talk and patience, streams with their hours of the
    week, operators and shifts as given. ``recorded``: one row of requests a stream, in the order
    of ``learned.streams`` and without hours, and nobody meets a closed door: arrivals and roster
    will be given to the model."""
    log, arrivals = learned.log, learned.arrivals
    people = max(1, int(log.caller.max(initial=-1)) + 1, math.ceil(arrivals.expected.max()))
    shapes, requests = ({}, _plain_streams(learned)) if recorded else _streams(learned)
    about = {
        "title_zh": f"由通话记录校准：{log.name}",
        "title_en": f"Calibrated from a call log: {log.name}",
        "story_zh": f"{log.first} 起 {log.days} 天、{len(log)} 个来电的记录。",
        "story_en": f"A log of {len(log)} calls over {log.days} days from {log.first}.",
    }
    return {
        "name": name,
        "about": about,
        "time": {"start": start.isoformat(), "days": days, "cool_down_days": 1},
        "demand": {
            "growth": 1.0,
            "busy_day_cv": {"all": _rounded(arrivals.busy_cv)},
            "shapes": shapes,
        },
        "groups": {"callers": {"name_zh": "来电人", "name_en": "Callers"}},
        "callers": _callers(learned),
        "hotline": {
            "open": "always" if recorded else opening(arrivals.rates),
            "lines": PLENTY_LINES,
            "wrap_up": distribution(learned.not_ready),
        },
        "travel": {"modes": {"none": {"name_zh": "不上门", "name_en": "No visits", "kmh": 10}}},
        "targets": {"acceptable_wait_s": log.acceptable_wait_s},
        "zones": {"all": {
            "name_zh": "全部来电", "name_en": "All callers", "lat": 35, "lon": 105, "area_km2": 1,
            "population": people, "pop_callers": people,
        }},
        "points": {},
        "caregivers": {},
        "operators": dict(operators),
        "shifts": dict(shifts),
        "services": {"advice": {"name_zh": "咨询", "name_en": "Advice", "mode": "advice"}},
        "requests": requests,
        "calendar": {} if recorded else _calendar(learned, start, days),
        "sources": {},
    }


def built(raw: Raw) -> Scenario:
    """The checked scenario of a raw one."""
    return rebuild(raw)


def skill_names(learned: Learned) -> tuple[str, ...]:
    """The skill of each queue; one queue alone asks for none."""
    if len(learned.log.queues) == 1:
        return ("",)
    taken: set[str] = set()
    return tuple(slug(name, taken, "q") for name in learned.log.queues)


def distribution(duration: Duration) -> Raw:
    """A duration as a scenario writes it, in seconds."""
    fit = duration.fit
    if fit is None:
        return {"dist": "empirical", "values_s": [_rounded(v) for v in duration.values],
                "weights": [_rounded(w) for w in duration.weights]}
    if fit.atom > 0:
        values = fit.quantile((np.arange(STEPS) + 0.5) / STEPS)
        return {"dist": "empirical", "values_s": [_rounded(v) for v in values],
                "weights": [1.0] * len(values)}
    out: Raw = {"dist": fit.family, "mean_s": _rounded(fit.mean_s)}
    if fit.family != "exponential":
        out["cv"] = _rounded(min(20.0, fit.cv))
    return out


def opening(rates: Any) -> str:
    """Opening hours: the whole hours in which calls come, weekday by weekday."""
    parts: list[str] = []
    for weekday in range(7):
        hours = rates(weekday).reshape(24, SLOTS // 24).sum(axis=1)
        busy = np.flatnonzero(hours > 1e-3 * hours.sum()) if hours.sum() > 0 else np.zeros(0)
        if len(busy):
            parts.append(f"{WEEKDAYS[weekday]} {busy[0]:02d}:00-{_clock(busy[-1] + 1)}")
    return " | ".join(parts)


def _clock(hour: int) -> str:
    return f"{hour % 24:02d}:00"


def _streams(learned: Learned) -> tuple[Raw, Raw]:
    """Shapes and rows of requests.csv: one a stream and kind of weekday."""
    arrivals = learned.arrivals
    shapes: Raw = {}
    rows: Raw = {}
    for kind in range(len(arrivals.shape)):
        weekdays = [w for w in range(7) if arrivals.classes[w] == kind]
        days = [float(arrivals.level[w]) if w in weekdays else 0.0 for w in range(7)]
        label = "-".join(WEEKDAYS[w].lower() for w in weekdays)
        hourly = arrivals.shape[kind].reshape(24, SLOTS // 24).sum(axis=1)
        for number, stream in enumerate(learned.streams):
            weights = hourly * arrivals.stream_share[number, kind]
            if weights.sum() <= 0:
                continue
            name = f"{stream.id}-{label}"
            mean = sum(days) / 7 * float(weights.sum())
            shapes[name] = {
                "hours": [_rounded(w) for w in 1000 * weights / weights.sum()],
                "days": [_rounded(100 * d / max(days)) for d in days],
            }
            rows[name] = _row(learned, number) | {
                "per_day": _rounded(mean), "shape": name, "busy_group": "all",
            }
    return shapes, rows


def _plain_streams(learned: Learned) -> Raw:
    total = max(1, len(learned.stream_of))
    share = np.bincount(learned.stream_of, minlength=len(learned.streams)) / total
    mean = float(learned.arrivals.level.mean())
    return {
        stream.id: _row(learned, number) | {"per_day": _rounded(mean * share[number])}
        for number, stream in enumerate(learned.streams)
    }


def _row(learned: Learned, number: int) -> Raw:
    stream, skill = learned.streams[number], skill_names(learned)
    row: Raw = {
        "channel": "button" if stream.first_class else "phone", "service": "advice",
        "group": "callers", f"share_{learned.voices[stream.voice]}": 1,
    }
    return row | ({"skill": skill[stream.queue]} if skill[stream.queue] else {})


def _callers(learned: Learned) -> Raw:
    redials = learned.redials
    rows: Raw = {}
    for number, voice in enumerate(learned.voices):
        row: Raw = {
            "name_zh": voice, "name_en": voice, "talk": distribution(learned.talk[number]),
            "patience": distribution(learned.patience[number]),
        }
        if redials and redials.delays:
            later = redials.later.value
            best = redials.delays[0]
            row |= {
                "redial_first_prob": _rounded(redials.coverage * redials.first.value),
                "redial_later_prob": _rounded(
                    0.0 if math.isnan(later) else redials.coverage * later),
                "redial_delay": {"dist": best.family, "mean_s": _rounded(best.mean_s)}
                | ({} if best.family == "exponential" else {"cv": _rounded(best.cv)}),
                "max_redials": min(MOST_REDIALS, redials.most),
            }
        rows[voice] = row
    return rows


def _calendar(learned: Learned, start: dt.date, days: int) -> Raw:
    """The exceptional days of the log, and the course of the month, where the scenario covers
    them."""
    arrivals, log = learned.arrivals, learned.log
    rows: Raw = {}
    for day, date in enumerate(log.dates):
        due = arrivals.level[arrivals.weekdays[day]]
        if due <= 0 or not start <= date < start + dt.timedelta(days=days):
            continue
        if arrivals.usual[day]:
            if abs(arrivals.phases[day] - 1) > 1e-6:
                rows[f"day-{date:%m%d}"] = {
                    "first": date.isoformat(), "last": date.isoformat(), "kind": "season",
                    "name_zh": "月内的起伏", "name_en": "the course of the month",
                    "demand_factor": _rounded(float(arrivals.phases[day])),
                }
            continue
        rows[f"day-{date:%m%d}"] = {
            "first": date.isoformat(), "last": date.isoformat(), "kind": "festival",
            "name_zh": "记录中的特殊日", "name_en": "an exceptional day of the log",
            "demand_factor": _rounded(float(arrivals.counts[day].sum()) / due),
        }
    return rows


def _rounded(value: float) -> float:
    """Six significant digits: no file of a county needs more."""
    return float(f"{float(value):.6g}")


