"""The counties of a province, each a scenario of its own: what is drawn depends on its number."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.geography import KM_PER_DEGREE
from sim.scenario.sections.province import SEEDS
from sim.streams import hashed_uniform, key

Raw = dict[str, Any]
OWN = ""
"""Name of the typical county that the province's own files describe."""
SHARED = ("time", "targets")
"""Sections that every county has of the province."""


@dataclass(frozen=True)
class Lot:
    """What falls to one county."""

    number: int
    """1, 2, ..."""
    typical: str
    """whose likeness it is; empty: of the province's own files"""
    factor: float
    """its residents / the typical county's"""
    small: int
    """small points that come to the typical county's own"""


def typical(raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The typical counties of a resolved province, raw, by name."""
    others = raw["province"].get("typical", {})
    return {OWN: raw} | {name: json.loads(row["book"]) for name, row in others.items()}


def lots(raw: Mapping[str, Any]) -> list[Lot]:
    """What falls to each county of a resolved province.

    The likeness and the size of a county depend on its number alone; residents and facilities, if
    the province says how many, are then shared out, facilities in whole numbers.
    """
    province = raw["province"]
    kinds = typical(raw)
    names = list(kinds)
    rows = province.get("typical", {})
    weights = [float((rows[n] if n else province).get("weight", 1.0)) for n in names]
    numbers = np.arange(1, province["counties"] + 1, dtype=np.int64)
    coins = hashed_uniform(key("county"), numbers)
    kind = np.searchsorted(np.cumsum(weights) / sum(weights), coins, side="right")
    sizes = 1 + province.get("spread", 0.0) * (2 * hashed_uniform(key("size"), numbers) - 1)
    own = np.array([_residents(kinds[name]) for name in names], dtype=float)[kind]
    total = province.get("residents", 0)
    residents = total * sizes / sizes.sum() if total else own * sizes
    points = np.array([len(kinds[name]["points"]) for name in names])[kind]
    small = np.zeros(len(numbers), dtype=np.int64)
    if province.get("facilities", 0):
        small = _shared(province["facilities"] - int(points.sum()), residents)
    return [
        Lot(int(n), names[k], float(people / before), int(more))
        for n, k, people, before, more in zip(numbers, kind, residents, own, small, strict=True)
    ]


def seed_of(seed: int, number: int) -> int:
    """The seed with which a county of the province's ``seed`` is drawn."""
    return seed * SEEDS + number


def county(raw: Mapping[str, Any], lot: Lot) -> Raw:
    """One county of a resolved province, raw: to be run like any other scenario."""
    made: Raw = copy.deepcopy(dict(typical(raw)[lot.typical]))
    province = raw["province"]
    row = province["typical"][lot.typical] if lot.typical else province
    made.pop("province", None)
    made.pop("answers", None)
    made |= {section: raw[section] for section in SHARED if section in raw}
    made["name"] = f"{raw['name'][:40]}-{lot.number:04d}"
    _scale(made, lot)
    _add_points(made, lot, str(row.get("small_point", "")), province.get("staffed", 1.0))
    return made


def _residents(raw: Mapping[str, Any]) -> int:
    return sum(zone["population"] for zone in raw["zones"].values())


def _shared(total: int, residents: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A whole number in parts proportional to ``residents``: no part is off by one or more."""
    ends = np.floor(total * np.cumsum(residents) / residents.sum() + 0.5).astype(np.int64)
    ends[-1:] = total
    return np.diff(ends, prepend=0)


def _scale(made: Raw, lot: Lot) -> None:
    factor = lot.factor
    for zone in made["zones"].values():
        for column in zone:
            if column == "population" or column.startswith("pop_"):
                zone[column] = round(zone[column] * factor)
    for stream in made["requests"].values():
        if "per_day" in stream:
            stream["per_day"] = stream["per_day"] * factor
    for table in ("operators", "caregivers"):
        for name, group in made[table].items():
            coin = float(hashed_uniform(key(table), lot.number, key(name)))
            # Two stay, or what needs a crew could no longer be done at that point.
            group["count"] = max(math.floor(group["count"] * factor + coin),
                                 min(group["count"], 2))
    hotline = made["hotline"]
    for lines in ("lines", "lines_for_buttons"):
        if lines in hotline:
            hotline[lines] = math.ceil(hotline[lines] * factor)
    for fund in made.get("funds", {}).values():
        for money in ("yuan_per_year", "spent_yuan"):
            if money in fund:
                fund[money] = fund[money] * factor


def _add_points(made: Raw, lot: Lot, model: str, staffed: float) -> None:
    if not lot.small:
        return
    zones = list(made["zones"].values())
    ids = list(made["zones"])
    people = np.cumsum([zone["population"] for zone in zones], dtype=float)
    places = np.arange(lot.small, dtype=np.int64)
    where, east, north, coin = (
        hashed_uniform(key(what), lot.number, places) for what in ("zone", "east", "north", "staff")
    )
    chosen = np.searchsorted(people / people[-1], where, side="right")
    groups = {name: row for name, row in made["caregivers"].items() if row["point"] == model}
    for place in range(lot.small):
        zone = zones[chosen[place]]
        half = math.sqrt(zone["area_km2"]) / 2 / KM_PER_DEGREE
        lat = zone["lat"] + (2 * north[place] - 1) * half
        lon = zone["lon"] + (2 * east[place] - 1) * half / math.cos(math.radians(zone["lat"]))
        name = f"{model}-{place + 1:04d}"
        point = made["points"][model] | {
            "zone": ids[chosen[place]], "lat": round(float(lat), 5), "lon": round(float(lon), 5)}
        if coin[place] < staffed:
            for group, row in groups.items():
                made["caregivers"][f"{group}-{place + 1:04d}"] = row | {"point": name}
        else:
            point["services"] = ""
        made["points"][name] = point
