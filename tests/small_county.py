"""The smallest county with one of everything that the workload and the roster look at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sim.scenario.schema import Scenario

PER_DAY = 40.0
BIKE = {"name_zh": "电动车", "name_en": "E-bike", "kmh": 15}


def raw(**sections: Any) -> dict[str, Any]:
    """The county as nested dicts; ``sections`` replace whole sections or tables."""
    base: dict[str, Any] = {
        "name": "test",
        "about": {"title_zh": "试验", "title_en": "Test"},
        "time": {"start": dt.date(2025, 3, 3), "days": 7, "cool_down_days": 0},
        "demand": {
            "shapes": {
                "office": {
                    "hours": [0] * 8 + [3, 6, 5, 4, 2, 2, 4, 5, 4, 3] + [1] * 6,
                    "days": [1.3, 1.1, 1, 1, 1, 0.6, 0.4],
                }
            },
            "busy_day_cv": {"all": 0.0},
        },
        "groups": {
            "elders": {"name_zh": "老人", "name_en": "Elders", "call_rate_cv": 2},
            "infants": {"name_zh": "婴幼儿", "name_en": "Infants"},
        },
        "callers": {
            "client": {
                "name_zh": "本人",
                "name_en": "Client",
                "talk": {"dist": "lognormal", "mean_s": 240, "cv": 0.8},
                "patience": {"dist": "exponential", "mean_s": 90},
                "redial_delay": {"dist": "exponential", "mean_min": 10},
                "max_redials": 2,
            },
            "relative": {
                "name_zh": "家属",
                "name_en": "Relative",
                "talk": {"dist": "constant", "value_s": 100},
                "patience": {"dist": "weibull", "mean_s": 60, "cv": 0.7},
            },
        },
        "hotline": {
            "open": "always",
            "lines": 10,
            "wrap_up": {"dist": "exponential", "mean_s": 45},
        },
        "chasing": {"prob": 0.5, "max_calls": 2, "caller": "relative"},
        "dispatch": {"offer_delay": {"dist": "exponential", "mean_min": 3}},
        "travel": {
            "noise_cv": 0.3,
            "modes": {"bike": {"name_zh": "车", "name_en": "b", "kmh": 15}},
        },
        "zones": [
            zone("a", 37.45, 116.30, 9.0, elders=3000, infants=500),
            zone("b", 37.40, 116.35, 4.0, elders=1000, infants=700),
        ],
        "points": [
            {
                "id": "p",
                "name_zh": "站",
                "name_en": "Point",
                "zone": "a",
                "lat": 37.45,
                "lon": 116.3,
                "open": "always",
                "services": "all",
            }
        ],
        "caregivers": [{"id": "carers", "point": "p", "count": 2, "shifts": "day", "mode": "bike"}],
        "operators": [{"id": "ops", "count": 2, "shifts": "day"}],
        "shifts": [{"id": "day", "start": "08:00", "end": "18:00"}],
        "services": [
            {
                "id": "bath",
                "name_zh": "助浴",
                "name_en": "Bath",
                "mode": "visit",
                "duration_dist": "gamma",
                "duration_mean_min": 60,
                "duration_cv": 0.4,
                "target_min": 120,
                "patience_dist": "exponential",
                "patience_mean_h": 6,
                "window_min": 90,
                "lead_h": 2,
                "cut_off": "16:00",
            },
            {
                "id": "ask",
                "name_zh": "咨询",
                "name_en": "Advice",
                "mode": "advice",
                "duration_mean_min": 5,
            },
        ],
        "requests": [
            request("phone", share_client=3, share_relative=1),
            request("ask", service="ask", share_client=1),
            request("button", channel="button", share_relative=1, false_prob=0.7),
            request("portal", channel="portal", group="infants"),
            request("plan", channel="plan", shape=""),
            request("book", lead_dist="exponential", lead_mean_h=20, slots="08:00|10:30|15:00"),
        ],
    }
    return {**base, **sections}


def zone(name: str, lat: float, lon: float, area: float, **pop: int) -> dict[str, Any]:
    row = {"id": name, "name_zh": name, "name_en": name, "lat": lat, "lon": lon, "area_km2": area}
    return {**row, "population": sum(pop.values()), **{f"pop_{g}": n for g, n in pop.items()}}


def request(name: str, **columns: Any) -> dict[str, Any]:
    row = {"id": name, "channel": "phone", "service": "bath", "group": "elders", "shape": "office"}
    if "per_1000_per_month" not in columns:
        row["per_day"] = PER_DAY
    return {**row, **columns}


def county(**sections: Any) -> Scenario:
    return Scenario.model_validate(raw(**sections))


def one_stream(**columns: Any) -> Scenario:
    return county(requests=[request("only", share_client=1, **columns)])
