"""The smallest county: what every case of the battery starts from."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.writing import write

Raw = dict[str, Any]
Changes = dict[str, Any]
NAMES = {"name_zh": "甲", "name_en": "A"}
DAY = 1440
"""Minutes: cases count in minutes and calls a minute."""

_PLACE = {"lat": 37.45, "lon": 116.3}
SMALLEST: Raw = {
    "name": "ground",
    "about": {"title_zh": "最小的县", "title_en": "The smallest county"},
    "time": {"start": "2026-03-02", "days": 2, "warm_up_days": 0, "cool_down_days": 1},
    "demand": {"growth": 1.0},
    "groups": {"elder": NAMES},
    "callers": {
        "client": {**NAMES, "talk": {"dist": "exponential", "mean_s": 180},
                   "patience": {"dist": "never"}},
    },
    "hotline": {"number": "12343", "open": "always", "lines": 100,
                "wrap_up": {"dist": "constant", "value_s": 0}},
    "travel": {"modes": {"ebike": {**NAMES, "kmh": 12.0}}},
    "zones": {"town": {**NAMES, **_PLACE, "area_km2": 9.0, "population": 10000,
                       "pop_elder": 2000}},
    "points": {"station": {**NAMES, **_PLACE, "zone": "town", "open": "always",
                           "services": "all"}},
    "caregivers": {"team": {"point": "station", "count": 2, "shifts": "round", "mode": "ebike"}},
    "operators": {"desk": {"count": 2, "shifts": "round"}},
    "shifts": {"round": {"start": "00:00", "end": "24:00"}},
    "services": {"help": {**NAMES, "mode": "visit", "duration_dist": "constant",
                          "duration_value_min": 30, "target_min": 60}},
    "requests": {"calls": {"channel": "phone", "service": "help", "group": "elder", "per_day": 24,
                           "share_client": 1}},
}
"""One of everything, always open: callers wait for ever, nobody redials, a visit takes 30 minutes
exactly, so that a case states only what it is about."""


def changed(changes: Mapping[str, Any]) -> Raw:
    """The smallest county with dotted keys set; None takes a key, a row or a table away."""
    out: Raw = copy.deepcopy(SMALLEST)
    for key, value in changes.items():
        *parents, last = key.split(".")
        node = out
        for part in parents:
            node = node.setdefault(part, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = copy.deepcopy(value)
    return out


def lay_out(changes: Mapping[str, Any], folder: Path) -> Path:
    """Write the county of a case as a scenario folder, which is returned."""
    write(changed(changes), folder)
    return folder


def exponential(minutes: float) -> Changes:
    return {"dist": "exponential", "mean_min": minutes}


def hotline(operators: int, arrival: float, talk: Any, days: int, /, **more: Any) -> Changes:
    """Only a hotline: ``arrival`` calls a minute, all settled on the phone."""
    return {
        "time.days": days, "time.warm_up_days": 1,
        "services.help": None,
        "services.ask": {**NAMES, "mode": "advice"},
        "requests.calls.service": "ask",
        "requests.calls.per_day": arrival * DAY,
        "callers.client.talk": talk,
        "hotline.lines": 100_000,
        "operators.desk.count": operators,
        **more,
    }


NO_TRAVEL: Changes = {
    "travel.modes.ebike.kmh": 1e9,
    "zones.town.area_km2": 1e-6,
}
"""Homes at the point's door: every trip takes 0 ms."""


def visits(caregivers: int, arrival: float, days: int, /, **more: Any) -> Changes:
    """Only one point: ``arrival`` planned orders a minute, no call, no travel unless said."""
    return {
        "time.days": days, "time.warm_up_days": 1,
        "requests.calls.channel": "plan",
        "requests.calls.per_day": arrival * DAY,
        "operators.desk.count": 1,
        "caregivers.team.count": caregivers,
        "dispatch.overtime_min": 1_000_000,
        "services.help": {**NAMES, "mode": "visit", "target_min": 60},
        **NO_TRAVEL,
        **more,
    }
