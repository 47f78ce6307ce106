"""Whether a province can be made of its typical counties."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.faults import NOTHING, Words, listed, nearest, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts


def province_rows(raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries of ``province.typical`` that are such, as written."""
    section = raw.get("province")
    rows = section.get("typical") if isinstance(section, dict) else None
    return {
        name: row for name, row in rows.items() if isinstance(row, dict)
    } if isinstance(rows, dict) else {}


def province(parts: Parts) -> Iterator[Finding]:
    """Small points are made after one that is there."""
    section = parts.sections.get("province")
    if section is None or not parts.whole("province"):
        return
    if not section.counties:
        for name in section.typical:
            allowed = Words("province.counties above 0", "province.counties 大于 0")
            yield Finding(("province", "typical", name), "counties = 0", allowed)
        return
    books = {name: json.loads(row.book) for name, row in section.typical.items()}
    yield from _small(parts, books)


def _small(parts: Parts, books: Mapping[str, Any]) -> Iterator[Finding]:
    section = parts.sections["province"]
    own: tuple[str, ...] = ("province",)
    rows = [(own, section, parts.raw)]
    rows += [((*own, "typical", name), section.typical[name], raw) for name, raw in books.items()]
    most = 0
    for path, row, raw in rows:
        points = raw.get("points")
        if not isinstance(points, dict):
            return
        most = max(most, len(points))
        if section.facilities and row.small_point not in points:
            yield Finding(
                (*path, "small_point"), shown(row.small_point) if row.small_point else NOTHING,
                Words(f"one of its points: {listed(points)}", f"它的站点之一：{listed(points).zh}"),
                nearest(row.small_point, points),
            )
        if section.facilities and raw.get("travel", {}).get("matrix"):
            yield Finding(
                (*own, "facilities"), str(section.facilities),
                Words("0 where travel times are a matrix", "行程为矩阵时只能是 0"),
            )
    if 0 < section.facilities < (least := most * section.counties):
        yield Finding(
            (*own, "facilities"), str(section.facilities),
            Words(
                f"0, or {least} or more: the typical counties' own points",
                f"0，或不小于 {least}（典型县自己的站点）",
            ),
        )
