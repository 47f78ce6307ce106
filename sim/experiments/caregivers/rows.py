"""Whom one may hire: the rows of ``caregivers.csv``, between bounds, and copies of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from sim.measures.staff_and_money.money import MONTHS
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.load import Resolved, rebuild
from sim.scenario.sections.staff import CaregiverGroup
from sim.scenario.sources import figures
from sim.words.kinds import CaregiverKind

MOST = 10
"""The most people of one row where nothing says how many there can be."""

Counts = tuple[int, ...]
"""People of each row, in the order of the rows."""


@dataclass(frozen=True)
class Row:
    """Like caregivers at one point: same skills, grade, shifts and pay."""

    id: str
    point: str
    yuan: float
    """what one of them costs a year, insurance included"""
    low: int
    high: int
    copied: str = ""
    """the row of the scenario it is a copy of; empty where it is in the scenario itself"""


def rows(resolved: Resolved, limits: Sequence[str], copies: Sequence[str]) -> tuple[Row, ...]:
    """The rows that may change, with their bounds.

    ``limits``: ``"duty-*=1:3"``, from 1 to 3 people in each of these rows, the last that fits
    counts. Without one, the bounds are the assumed low and high of ``sources.csv``, else 0 and
    :data:`MOST`; a row that has more people today may keep them. ``copies``:
    ``"ertun-centre=xinhu-day"``, a further row at Ertun, empty today, of people like those of the
    row xinhu-day. Raises :class:`BadInput` with every fault.
    """
    county = resolved.scenario
    groups = {group.id: group for group in county.caregivers}
    points = [point.id for point in county.points]
    faults: list[Fault] = []
    wanted = {group.id: (group, "") for group in county.caregivers}
    for text in copies:
        copy = _copy(text, groups, points)
        if isinstance(copy, Fault):
            faults.append(copy)
        elif copy.id in wanted:
            twice = Words("it twice", "写了两次")
            allowed = Words("each copy once, none of a row's own id", "每项只写一次，不同名")
            faults.append(Fault("--copy", text, twice, allowed))
        else:
            wanted[copy.id] = copy, text.partition("=")[2].strip()
    asked = [_limit(text, list(wanted)) for text in limits]
    faults += [limit for limit in asked if isinstance(limit, Fault)]
    if faults:
        raise BadInput(faults)
    assumed = {
        figure.path.removeprefix("caregivers.").removesuffix(".count"): (figure.low, figure.high)
        for figure in figures(resolved.raw)
        if figure.path.startswith("caregivers.") and figure.path.endswith(".count")
    }
    found = []
    for group, source in wanted.values():
        low, high = assumed.get(source or group.id, (None, None))
        least = min(int(low or 0), group.count)
        most = max(MOST if high is None else int(high), group.count)
        for limit in asked:
            if not isinstance(limit, Fault) and fnmatchcase(group.id, limit[0]):
                _, least, most = limit
        found.append(Row(group.id, group.point, _yuan(group, resolved), least, most, source))
    return tuple(found)


def today(resolved: Resolved, known: Sequence[Row]) -> Counts:
    """How many there are of each row."""
    counts = {group.id: group.count for group in resolved.scenario.caregivers}
    return tuple(0 if row.copied else counts[row.id] for row in known)


def within(counts: Counts, known: Sequence[Row]) -> Counts:
    """The counts nearest to these inside the bounds."""
    return tuple(
        min(max(count, row.low), row.high) for count, row in zip(counts, known, strict=True)
    )


def cost(counts: Counts, known: Sequence[Row]) -> float:
    """Pay and insurance of so many caregivers, yuan a year."""
    return sum(count * row.yuan for count, row in zip(counts, known, strict=True))


def staffed(resolved: Resolved, known: Sequence[Row], counts: Counts) -> Resolved:
    """The county with so many caregivers of each row; copies that nobody is in are left out."""
    table: dict[str, Any] = dict(resolved.raw["caregivers"])
    for row, count in zip(known, counts, strict=True):
        if row.copied and count:
            table[row.id] = {**table[row.copied], "point": row.point, "count": count}
        elif not row.copied:
            table[row.id] = {**table[row.id], "count": count}
    raw: Mapping[str, Any] = {**resolved.raw, "caregivers": table}
    return replace(resolved, raw=dict(raw), scenario=rebuild(raw))


def _yuan(group: CaregiverGroup, resolved: Resolved) -> float:
    if group.kind == CaregiverKind.VOLUNTEER:
        return 0.0
    money = resolved.scenario.money
    return group.pay_yuan_per_month * MONTHS * (1 + money.insurance_rate)


def _copy(
    text: str, groups: Mapping[str, CaregiverGroup], points: Sequence[str]
) -> CaregiverGroup | Fault:
    point, sign, source = (part.strip() for part in text.partition("="))
    option = "--copy"
    if not sign:
        allowed = Words(
            "POINT=ROW, for example ertun-centre=xinhu-day", "站点=行，例如 ertun-centre=xinhu-day"
        )
        return Fault(option, "", shown(text), allowed)
    if point not in points:
        return Fault(option, text, shown(point), listed(points), nearest(point, points))
    if source not in groups:
        return Fault(option, text, shown(source), listed(groups), nearest(source, groups))
    new = {"id": f"{source}-at-{point}", "point": point, "count": 0}
    return groups[source].model_copy(update=new)


def _limit(text: str, ids: Sequence[str]) -> tuple[str, int, int] | Fault:
    pattern, _, span = (part.strip() for part in text.partition("="))
    found = re.fullmatch(r"(\d{1,3}):(\d{1,3})", span)
    if not found or int(found[1]) > int(found[2]):
        allowed = Words("ROW=LOW:HIGH, for example duty-*=1:3", "行=最少:最多，例如 duty-*=1:3")
        return Fault("--bounds", "", shown(text), allowed)
    if not any(fnmatchcase(row, pattern) for row in ids):
        near = nearest(pattern, ids)
        return Fault("--bounds", text, shown(pattern), listed(ids), near)
    return pattern, int(found[1]), int(found[2])
