"""Villages into zones, points onto the map, people counted where nobody has counted them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.calibrate.bureau.forms import Filled, Row, pick
from sim.calibrate.bureau.questions import Answer
from sim.geography import KM_PER_DEGREE
from sim.scenario.faults import NOTHING, Fault, Words

Raw = dict[str, Any]
GOLDEN = math.pi * (3 - math.sqrt(5))
"""Turning by this angle, points on a spiral lie evenly (Vogel 1979)."""
SKILLS = ("care", "bathing", "escort", "child", "visiting", "emergency", "rehab", "night")
WEEK_H, VISIT_TRAVEL_MIN = 40.0, 20.0
"""Paid hours a week; minutes on the road for a visit, by which caregivers are counted."""
ROLES = {"接线员": "operator", "operator": "operator", "护理员": "caregiver",
         "caregiver": "caregiver"}


def residents(villages: Sequence[Row], county: float | None, faults: list[Fault]) -> None:
    """Fill in the residents of villages without a figure: equal shares of what is left."""
    blank = [row for row in villages if "population" not in row]
    if not blank:
        return
    known = sum(row["population"] for row in villages if "population" in row)
    if county is None or county <= known:
        place = Words(f"row {blank[0]['row']} residents", f"第 {blank[0]['row']} 行 常住人口")
        allowed = Words(
            "residents of every village, or county_population answered in questions.csv, more "
            "than those known", "每个村居都填常住人口，或在 questions.csv 回答 county_population，"
            "且大于已填之和",
        )
        faults.append(Fault("villages.csv", place, NOTHING, allowed))
    for row in blank:
        row["population"] = round(max(0.0, (county or 0) - known) / len(blank))
        row["spread"] = True


def places(villages: Sequence[Row], faults: list[Fault]) -> None:
    """Put villages without coordinates on a spiral around the others, evenly spaced."""
    known = [row for row in villages if "lat" in row and "lon" in row]
    if not known:
        row = villages[0]["row"]
        place = Words(f"row {row} latitude", f"第 {row} 行 纬度")
        allowed = Words(
            "coordinates of at least one village, in degrees (a map shows them)",
            "至少一个村居的经纬度（地图上可查）",
        )
        faults.append(Fault("villages.csv", place, NOTHING, allowed))
        return
    lat = sum(row["lat"] for row in known) / len(known)
    lon = sum(row["lon"] for row in known) / len(known)
    blank = [row for row in villages if "lat" not in row or "lon" not in row]
    for number, row in enumerate(blank, 1):
        away = math.sqrt(number * sum(r["area_km2"] for r in villages) / len(villages))
        angle = number * GOLDEN
        row["lat"] = round(lat + away * math.sin(angle) / KM_PER_DEGREE, 4)
        row["lon"] = round(
            lon + away * math.cos(angle) / KM_PER_DEGREE / math.cos(math.radians(lat)), 4
        )
        row["laid_out"] = True


def groups(row: Row, answers: Mapping[str, Answer]) -> dict[str, float]:
    """Residents of a village by the groups of the base scenario, which do not overlap; sets in
    ``row`` which of them were worked out by shares."""
    share = {name: answer.number for name, answer in answers.items() if not answer.question.text}
    worked_out = []

    def of(key: str, whole: float, name: str) -> float:
        if key in row:
            return float(row[key])
        worked_out.append(name)
        return whole * share[name]

    old = of("pop_60", row["population"], "share_60")
    oldest = of("pop_80", old, "share_80_of_60")
    dependent = of("pop_dependent", old, "share_dependent")
    hardship = of("pop_hardship", old, "share_hardship")
    infants = of("pop_infants", row["population"], "share_infants")
    row["shares"] = worked_out
    aged80 = max(0.0, oldest - 0.4 * (dependent + hardship))
    return {
        "pop_elders": round(max(0.0, old - aged80 - dependent - hardship)),
        "pop_aged80": round(aged80),
        "pop_dependent": round(dependent),
        "pop_hardship": round(hardship),
        "pop_infants": round(infants),
    }


def operators(base: Raw, calls_per_day: float, talk_s: float, wrap_up_s: float) -> Raw:
    """The base's weekly roster, each group as often as the busiest hour asks for: the load and its
    square root (the square-root rule), over the four seats the roster has by day."""
    weights = base["demand"]["shapes"]["calls"]["hours"]
    busiest = calls_per_day * 1.15 * max(weights) / sum(weights)
    load = busiest * (talk_s + wrap_up_s) / 3600
    by_day = max(1, math.ceil((load + math.sqrt(load)) / 4))
    rows = {}
    for name, row in base["operators"].items():
        day = name.startswith(("early", "mid", "late"))
        rows[name] = {**row, "count": by_day if day else max(1, math.ceil(by_day / 2))}
    return rows


def work_h(raw: Raw, groups_of: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Hours of visits and travel a week that the streams of ``raw`` ask for, by zone; the night's
    companions apart."""
    hours = dict.fromkeys(groups_of, 0.0)
    for stream in raw["requests"].values():
        service = raw["services"][stream["service"]]
        if service["mode"] != "visit" or stream["service"] == "night":
            continue
        group = f"pop_{stream['group']}"
        total = sum(own[group] for own in groups_of.values()) or 1.0
        per_day = stream.get("per_day")
        if per_day is None:
            per_day = stream["per_1000_per_month"] * total / 1000 / 30.4
        needed = per_day * (1 - stream.get("false_prob", 0.0))
        minutes = (_mean_min(service) + VISIT_TRAVEL_MIN) * service.get("crew", 1)
        for zone, own in groups_of.items():
            hours[zone] += float(7 * needed * own[group] / total * minutes / 60)
    return hours


def _mean_min(service: Raw) -> float:
    if "duration_mean_min" in service:
        return float(service["duration_mean_min"])
    return float(sum(service[f"duration_{end}_min"] for end in ("low", "mode", "high")) / 3)


def caregivers(
    points: Mapping[str, Raw], hours: Mapping[str, float], pay: float, absence: float, busy: float
) -> Raw:
    """Caregivers of every point: as many as keep the share ``busy`` of their hours at work, two at
    the least, half of them working Thursday to Monday, half Saturday to Wednesday."""
    at: dict[str, list[str]] = {}
    for name, point in points.items():
        at.setdefault(point["zone"], []).append(name)
    rows: Raw = {}
    for zone, names in at.items():
        each = max(2, math.ceil(hours[zone] / len(names) / (WEEK_H * busy)))
        for name in names:
            for shift, count in (("thu-mon", each - each // 2), ("sat-wed", each // 2)):
                rows[f"{name}-{shift}"] = {
                    "point": name, "count": count, "grade": 3, "shifts": shift, "mode": "ebike",
                    "skills": _joined(s for s in SKILLS if s != "night"), "kind": "staff",
                    "pay_yuan_per_month": pay, "absence_prob": absence,
                }
    return rows


def _joined(names: Iterable[str]) -> str:
    return " | ".join(names)


def staff(
    filled: Filled, raw: Raw, names: Mapping[str, str], answers: Mapping[str, Answer],
    faults: list[Fault],
) -> tuple[Raw, Raw]:
    """Operators and caregivers as the bureau's own list has them; ``names``: point -> id."""
    rows: dict[str, Raw] = {"operator": {}, "caregiver": {}}
    skills = [*SKILLS, "elder"]
    for number, row in enumerate(filled.of("staff.csv"), 1):
        role = ROLES.get(pick("staff.csv", row, "role", ROLES, faults), "")
        shift = pick("staff.csv", row, "shift", list(raw["shifts"]), faults)
        own = [s.strip() for s in str(row.get("skills", "")).replace("、", "|").split("|")]
        own = [pick("staff.csv", {**row, "skills": s}, "skills", skills, faults) for s in own if s]
        pay = row.get("pay", answers[f"{role}_pay"].number if role else 0)
        common = {"count": round(row.get("count", 0)), "shifts": shift, "pay_yuan_per_month": pay}
        if role == "operator":
            rows[role][f"operators-{number}"] = {
                **common, "skills": _joined(own or ("elder", "child")), "absence_prob": 0.0,
            }
        elif role:
            at = pick("staff.csv", row, "point", names, faults)
            rows[role][f"caregivers-{number}"] = {
                "point": names.get(at, ""), **common, "grade": round(row.get("grade", 2)),
                "skills": _joined(own or (s for s in SKILLS if s not in ("night", "rehab"))),
                "mode": "ebike", "kind": "staff", "absence_prob": answers["absence"].number,
            }
    return rows["operator"], rows["caregiver"]
