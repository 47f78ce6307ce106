"""What an orders log taught, as a scenario: streams, services, travel, units on duty."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.calibrate.arrivals import SLOTS
from sim.calibrate.dispatch.crews import stretches, whole_units
from sim.calibrate.dispatch.learn import OrdersLearned
from sim.calibrate.folder import write_folder
from sim.calibrate.learn import Duration, slug
from sim.calibrate.log import Floats, Ints
from sim.calibrate.scenario import PLENTY_LINES, Raw, distribution
from sim.scenario.sections.quantities import WEEKDAYS

BASE, UNITS, TEAM = "base", "units", "team"
NEVER_MIN = 100_000.0
"""A limit that the log does not have."""
CHINA = (35.0, 105.0)
"""Coordinates are of no use beside a table of travel times; they are put here."""
RECENT_DAYS = 28
"""Units on duty in a week to come are those of so many last days."""
OVERTIME_JOBS = 2.0
"""A unit sets out if the job ends within so many mean jobs of the end of its shift."""


def orders_scenario(
    learned: OrdersLearned, name: str, start: dt.date, days: int, level: float = 1.0
) -> Raw:
    """The raw scenario of ``days`` from ``start``; ``level`` multiplies every rate."""
    log = learned.log
    zones, of_zone = _zones(learned)
    shapes, requests = _streams(learned, zones, of_zone)
    groups, shifts = roster_rows(*weekly_units(learned))
    end = log.first + dt.timedelta(days=log.days - 1)
    cv = learned.arrivals.busy_cv
    return {
        "name": name,
        "about": {
            "title_zh": f"由工单记录校准：{log.name}",
            "title_en": f"Calibrated from an orders log: {log.name}",
            "story_zh": f"{log.first} 至 {end} 的 {len(log)} 个诉求；记录中没有电话。",
            "story_en": f"{len(log)} requests from {log.first} to {end}; the log has no calls.",
        },
        "time": {"start": start.isoformat(), "days": days, "cool_down_days": 1},
        "demand": {"growth": level, "busy_day_cv": {"orders": _rounded(cv)}, "shapes": shapes},
        "groups": {"clients": {"name_zh": "服务对象", "name_en": "Clients"}},
        "callers": {"client": {
            "name_zh": "本人", "name_en": "The client",
            "talk": {"dist": "constant", "value_s": 0}, "patience": {"dist": "never"},
        }},
        "hotline": {
            "open": "always", "lines": PLENTY_LINES,
            "wrap_up": {"dist": "constant", "value_s": 0},
            "review": {"dist": "constant", "value_s": 0},
        },
        "dispatch": {
            "offer_delay": distribution(learned.delay), "offer_timeout_min": NEVER_MIN,
            "max_offers": 1, "max_travel_min": NEVER_MIN, "when_idle": "stay",
            "overtime_min": _rounded(OVERTIME_JOBS * mean_job_s(learned) / 60),
        },
        "travel": {
            "access_min": _rounded(learned.travel.turnout_s / 60),
            "noise_cv": _rounded(learned.travel.noise_cv),
            "speed_by_hour": [_rounded(1 / f) for f in learned.travel.by_hour],
            "modes": {TEAM: {"name_zh": "出车", "name_en": "By car", "kmh": 30}},
            "matrix": "minutes.csv",
            "minutes": _minutes(learned, list(zones)),
        },
        "targets": {},
        "zones": zones,
        "points": {BASE: {
            "name_zh": "全部队伍", "name_en": "All units", "zone": next(iter(zones)),
            "lat": CHINA[0], "lon": CHINA[1], "open": "always", "services": "all",
        }},
        "caregivers": groups,
        "operators": {},
        "shifts": shifts,
        "services": _services(learned),
        "requests": requests,
        "calendar": _calendar(learned, start, days),
        "sources": {},
    }


def mean_job_s(learned: OrdersLearned) -> float:
    """Mean time that a request keeps a unit busy, the way there included, seconds."""
    travel = learned.travel
    way = float(travel.mean_s[travel.zone_of].mean()) + travel.turnout_s
    total = 0.0
    for c, stay in enumerate(learned.stay):
        share = float((learned.log.priority == c).mean())
        lost = learned.lost[c].value if learned.lost[c].n else 0.0
        total += share * ((1 - lost) * stay.mean_s + lost * learned.door_s[c])
    return way + total


def _zones(learned: OrdersLearned) -> tuple[Raw, list[int]]:
    """Rows of zones.csv; and the priority of each, -1 where it has requests of all."""
    travel, taken = learned.travel, {BASE}
    several = len(learned.log.priorities) > 1
    counts = np.bincount(travel.zone_of, minlength=len(travel.zones))
    rows: Raw = {}
    classes = []
    for number, title in enumerate(travel.zones):
        mine = learned.log.priority[travel.zone_of == number]
        classes.append(int(mine[0]) if several else 0)
        rows[slug(title, taken, "z")] = {
            "name_zh": title, "name_en": title, "lat": CHINA[0], "lon": CHINA[1], "area_km2": 1,
            "population": int(counts[number]), "pop_clients": int(counts[number]),
        }
    return rows, classes


def _minutes(learned: OrdersLearned, zones: Sequence[str]) -> Raw:
    """Travel times: what a zone's trips took on average, from wherever the unit was."""
    to = {zone: _rounded(s / 60) for zone, s in zip(zones, learned.travel.mean_s, strict=True)}
    return {a: {b: to.get(b, 0.0) for b in (*zones, BASE)} for a in (*zones, BASE)}


def _streams(learned: OrdersLearned, zones: Raw, of_zone: list[int]) -> tuple[Raw, Raw]:
    arrivals, log = learned.arrivals, learned.log
    shapes: Raw = {}
    rows: Raw = {}
    for kind in range(len(arrivals.shape)):
        weekdays = [w for w in range(7) if arrivals.classes[w] == kind]
        days = [float(arrivals.level[w]) if w in weekdays else 0.0 for w in range(7)]
        label = "-".join(WEEKDAYS[w].lower() for w in weekdays) if len(weekdays) < 7 else "daily"
        hourly = arrivals.shape[kind].reshape(24, SLOTS // 24).sum(axis=1)
        for c, service in enumerate(services(learned)):
            weights = hourly * arrivals.stream_share[c, kind]
            if weights.sum() <= 0 or max(days) <= 0:
                continue
            name = f"{service}-{label}"
            shapes[name] = {
                "hours": [_rounded(w) for w in 1000 * weights / weights.sum()],
                "days": [_rounded(100 * d / max(days)) for d in days],
            }
            mine = [zone for zone, own in zip(zones, of_zone, strict=True) if own == c]
            rows[name] = {
                "channel": "portal", "service": service, "group": "clients",
                "per_day": _rounded(sum(days) / 7 * float(weights.sum())), "shape": name,
                "busy_group": "orders",
            } | ({"zones": " | ".join(mine)} if len(log.priorities) > 1 else {})
    return shapes, rows


def services(learned: OrdersLearned) -> list[str]:
    """The id of the service of each priority."""
    names = learned.log.priorities
    taken: set[str] = set()
    return ["visit"] if len(names) == 1 else [slug(f"visit {n}", taken, "p") for n in names]


def _services(learned: OrdersLearned) -> Raw:
    rows: Raw = {}
    for c, service in enumerate(services(learned)):
        lost = learned.lost[c]
        row: Raw = {
            "name_zh": f"上门 {learned.log.priorities[c]}".removesuffix(" all"),
            "name_en": f"A visit {learned.log.priorities[c]}".removesuffix(" all"),
            "mode": "visit", "priority": c + 1 if len(learned.log.priorities) > 1 else 5,
            "target_min": _rounded(learned.log.target_s / 60),
            "no_show_prob": _rounded(lost.value if lost.n else 0.0),
            "door_min": _rounded(learned.door_s[c] / 60),
        }
        row |= _folded("duration", learned.stay[c])
        if learned.patience is not None:
            row |= _folded("patience", learned.patience)
        rows[service] = row
    return rows


def _folded(prefix: str, duration: Duration) -> Raw:
    return {f"{prefix}_{key}": value for key, value in distribution(duration).items()}


def weekly_units(learned: OrdersLearned) -> tuple[Ints, Sequence[str]]:
    """(rows, 24) whole units on duty, and the weekday each row is of: those of the last
    ``RECENT_DAYS``; every day alike where the log has fewer than two weeks."""
    crews = learned.crews
    recent = crews.on_duty[-RECENT_DAYS:]
    weekdays = learned.log.weekdays[-RECENT_DAYS:]
    if len(recent) < 14:
        return whole_units(recent.mean(axis=0, keepdims=True) + 0.5 - 1e-6), ["daily"]
    mean = np.array([recent[weekdays == w].mean(axis=0) for w in range(7)])
    return whole_units(mean), WEEKDAYS


def roster_rows(units: Ints, labels: Sequence[str]) -> tuple[Raw, Raw]:
    """Rows of caregivers.csv and shifts.csv that put so many on duty."""
    groups: Raw = {}
    shifts: Raw = {}
    for counts, label in zip(units, labels, strict=True):
        for start, end in stretches(counts):
            shift = f"{label.lower()}-{start:02d}-{end:02d}"
            shifts[shift] = {"start": f"{start:02d}:00", "end": f"{end:02d}:00", "days": label}
            group = f"{UNITS}-{shift}"
            row = groups.setdefault(group, {"point": BASE, "count": 0, "shifts": shift,
                                            "mode": TEAM})
            row["count"] += 1
    return groups, shifts


def trend_factors(learned: OrdersLearned, start: dt.date, days: int) -> Floats:
    """(days,) rate of each day / the calibrated level."""
    return learned.trend.factor(days_ahead(learned, start, days))


def days_ahead(learned: OrdersLearned, start: dt.date, days: int) -> Floats:
    """(days,) the middle of each day from ``start``, in days after the end of the log."""
    first = (start - learned.log.first).days - learned.log.days + 0.5
    return first + np.arange(days, dtype=np.float64)


def _calendar(learned: OrdersLearned, start: dt.date, days: int) -> Raw:
    """The trend, week by week."""
    if learned.trend.slope == 0.0:
        return {}
    factors = trend_factors(learned, start, days + 1)
    rows: Raw = {}
    for first in range(0, days + 1, 7):
        last = min(days, first + 6)
        rows[f"week-{first // 7 + 1}"] = {
            "first": (start + dt.timedelta(days=first)).isoformat(),
            "last": (start + dt.timedelta(days=last)).isoformat(), "kind": "season",
            "name_zh": "趋势", "name_en": "the trend",
            "demand_factor": _rounded(float(factors[first:last + 1].mean())),
        }
    return rows


def sources(learned: OrdersLearned, files: str) -> Raw:
    """Where every figure comes from: the log, or nowhere where a log cannot tell."""
    log = learned.log
    period = f"{log.first}..{log.first + dt.timedelta(days=log.days - 1)}"
    given = {"standing": "derived", "source": f"{files} ({period}); estimates.csv"}
    none = {"standing": "assumed",
            "source": "the log does not say, and nothing rests on it / 记录未载，结果与它无关"}
    rule = {"standing": "given", "source": f"{files}; columns.toml: {log.name}"}
    derived = (
        "time.start", "time.days", "demand.growth", "demand.busy_day_cv.*", "demand.shapes.*.*",
        "dispatch.offer_delay.*", "dispatch.overtime_min", "travel.access_min", "travel.noise_cv",
        "travel.speed_by_hour", "travel.minutes.*.*", "zones.*.population", "zones.*.pop_clients",
        "zones.*.pop.*", "caregivers.*.*", "shifts.*.*", "services.*.*", "requests.*.*",
        "calendar.*.*",
    )
    unknown = (
        "time.cool_down_days", "callers.*.*.*", "hotline.*", "hotline.*.*", "points.*.*",
        "travel.modes.*.*", "dispatch.offer_timeout_min", "dispatch.max_offers",
        "dispatch.max_travel_min", "zones.*.lat", "zones.*.lon", "zones.*.area_km2",
    )
    return {**dict.fromkeys(unknown, none), **dict.fromkeys(derived, given),
            "services.*.target_min": rule}


def write_orders_folder(raw: Raw, folder: Path) -> None:
    """Write a scenario folder, the travel times and what services hold as values in CSVs beside."""
    raw = copy.deepcopy(raw)
    folder.mkdir(parents=True, exist_ok=True)
    minutes = raw["travel"].pop("minutes")
    _csv(folder / raw["travel"]["matrix"], [["from", "to", "minutes"], *(
        [a, b, value] for a, row in minutes.items() for b, value in row.items())])
    for name, service in raw["services"].items():
        for prefix in ("duration", "patience"):
            values = service.pop(f"{prefix}_values_s", None)
            if values is not None:
                weights = service.pop(f"{prefix}_weights", [1] * len(values))
                del service[f"{prefix}_dist"]
                service[f"{prefix}_file"] = f"services-{name}-{prefix}.csv"
                _csv(folder / service[f"{prefix}_file"],
                     [["value_s", "weight"], *map(list, zip(values, weights, strict=True))])
    write_folder(raw, folder)


def _csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _rounded(value: float) -> float:
    """Six significant digits: no file of a county needs more."""
    return 0.0 if not math.isfinite(value) else float(f"{float(value):.6g}")


def merged(calls: Mapping[str, object], orders: Mapping[str, object]) -> Raw:
    """One scenario of a calls log and an orders log: the hotline of the one, the visits of the
    other. Calls and orders are streams of their own: neither log says which call made an order."""
    raw: Raw = copy.deepcopy(dict(calls))
    other: Raw = copy.deepcopy(dict(orders))
    for section in ("groups", "callers", "points", "caregivers", "shifts", "services", "requests",
                    "calendar", "zones"):
        raw[section] = {**raw[section], **other[section]}
    raw["demand"]["busy_day_cv"] |= other["demand"]["busy_day_cv"]
    raw["demand"]["shapes"] |= other["demand"]["shapes"]
    raw["hotline"]["review"] = other["hotline"]["review"]
    raw["dispatch"], raw["travel"] = other["dispatch"], other["travel"]
    minutes = raw["travel"]["minutes"]
    for zone in [z for z in raw["zones"] if z not in minutes]:
        for row in minutes.values():
            row[zone] = 0.0
        minutes[zone] = dict.fromkeys(minutes[BASE], 0.0) | {zone: 0.0}
    raw["sources"] = {**other["sources"], **raw["sources"]}
    return raw
