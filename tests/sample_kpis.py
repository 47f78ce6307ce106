"""A hand-made ``kpis`` table and the reference tables beside it, for pages and figures."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

ZONES = pd.DataFrame({
    "zone": ["xinhu", "xinhua", "tianqu", "guangchuan", "yunhe", "ertun", "huangheya"],
    "name_zh": ["新湖街道", "新华街道", "天衢街道", "广川街道", "运河街道", "二屯镇", "黄河涯镇"],
    "name_en": ["Xinhu", "Xinhua", "Tianqu", "Guangchuan", "Yunhe", "Ertun", "Huangheya"],
    "x_km": [0.2, 4.0, -1.5, 2.0, -3.0, 1.0, 8.0],
    "y_km": [0.8, 3.0, 4.5, -2.5, -1.5, 11.0, -9.0],
    "area_km2": [10.3, 43.0, 19.8, 10.0, 16.8, 40.0, 105.4],
    "population": [117200, 145700, 113300, 132200, 118800, 21500, 46500],
})
POINTS = pd.DataFrame({
    "point": [*ZONES["zone"], "dongfeng"],
    "name_zh": [*(name[:-2] + "服务中心" for name in ZONES["name_zh"]), "东风社区站"],
    "name_en": [*(f"{name} centre" for name in ZONES["name_en"]), "Dongfeng community"],
    "zone": [*ZONES["zone"], "xinhua"],
    "x_km": [*(ZONES["x_km"] + 0.3), 5.5],
    "y_km": [*(ZONES["y_km"] + 0.2), 1.5],
    "level": ["town"] * 7 + ["village"],
    "organisation": [""] * 8,
})
SERVICES = pd.DataFrame({
    "service": ["rescue", "meal", "clean", "bath", "escort"],
    "name_zh": ["紧急上门", "做饭", "助洁", "助浴", "陪诊"],
    "name_en": ["emergency visit", "cooking", "cleaning", "bathing", "escort to hospital"],
    "mode": ["visit"] * 5,
    "priority": [0, 2, 5, 5, 5],
})
SETTINGS = {
    "time.start": "2026-03-02", "time.days": 28,
    "targets.acceptable_wait_s": 15.0, "targets.circle_min": 15.0,
}


def reference() -> dict[str, pd.DataFrame]:
    """The reference tables of a small county."""
    settings = pd.DataFrame(
        [(key, json.dumps(value)) for key, value in SETTINGS.items()], columns=["key", "value"])
    return {"zones": ZONES, "points": POINTS, "services": SERVICES, "settings": settings}


def row(
    measure: str, mean: float, half: float | None = None, *, group: str = "all", unit: str = "",
    n: int = 20, target: float = math.nan, p_meet: float = math.nan,
) -> dict[str, Any]:
    """One row; the interval reaches ``half`` to both sides, by default 3 % of the mean."""
    half = abs(mean) * 0.03 if half is None else half
    known = n > 1 and math.isfinite(mean)
    return {
        "measure": measure, "group": group, "unit": unit, "n": n, "mean": mean,
        "sd": half * 2 if known else math.nan,
        "ci_low": mean - half if known else math.nan,
        "ci_high": mean + half if known else math.nan,
        "target": target, "p_meet": p_meet,
    }


def hourly() -> list[dict[str, Any]]:
    """The hotline by hour: nobody rings between 1 and 5."""
    found = []
    for hour in range(24):
        if 1 <= hour <= 5:
            continue
        morning, afternoon = (math.exp(-(((hour - peak) / 2) ** 2)) for peak in (10, 15))
        calls = 1.5 + 8 * morning + 7 * afternoon
        level = 0.97 - calls / 60
        group = f"hour={hour}"
        found += [
            row("offered_per_day", calls, group=group),
            row("service_level", level, 0.02, group=group),
            row("wait_all_s", 4 + calls * 1.5, 2, group=group),
        ]
    return found


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows)
