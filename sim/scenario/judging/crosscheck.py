"""What is sound row by row but makes no sense together."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median_low
from typing import Any

from sim.scenario.faults import Words, shown
from sim.scenario.findings import HEADER, Finding, related
from sim.scenario.judging.able import crews, emergencies, offers, skills
from sim.scenario.judging.consultable import remote
from sim.scenario.judging.delivering import kitchens
from sim.scenario.judging.duties import duties
from sim.scenario.judging.limits import endless, folder_name
from sim.scenario.judging.modes import modes
from sim.scenario.judging.parts import Parts, Policies
from sim.scenario.judging.passing import hold, tiers
from sim.scenario.judging.payable import payers
from sim.scenario.judging.places import places
from sim.scenario.judging.planable import plans
from sim.scenario.judging.provincial import province
from sim.scenario.judging.references import matrix, references, streams
from sim.scenario.judging.shock_faults import shocks
from sim.scenario.sections.requests import DAYS_PER_MONTH
from sim.scenario.sources import figures, winner
from sim.words.kinds import DayKind

FAR_KM = 150
MAX_DAYS = 4000
MAX_REQUESTS = 50_000_000
MAX_STAFF = 100_000
KM_PER_DEGREE = 111.2


def crosscheck(parts: Parts, policies: Policies | None = None) -> list[Finding]:
    """Everything wrong between the parts.

    ``policies`` names what may stand in ``dispatch.choose_point`` and the like; None: not checked.
    """
    checks = (
        folder_name,
        endless,
        _time,
        _hotline,
        tiers,
        hold,
        remote,
        _shapes,
        _targets,
        _places,
        _people,
        _volume,
        offers,
        skills,
        crews,
        emergencies,
        kitchens,
        modes,
        _calendar,
        _ranges,
        matrix,
        streams,
        duties,
        payers,
        shocks,
        plans,
        places,
        province,
    )
    found = list(references(parts, policies))
    parts = replace(parts, doubted=parts.doubted | {finding.path for finding in found})
    return [*found, *(finding for check in checks for finding in check(parts))]


def _time(parts: Parts) -> Iterator[Finding]:
    time = parts.sections.get("time")
    if time is None:
        return
    total = time.warm_up_days + time.days + time.cool_down_days
    if total > MAX_DAYS:
        yield Finding(
            ("time", "days"),
            Words(f"{total:,} days with warm-up and cool-down", f"连同预热和收尾共 {total:,} 天"),
            Words(f"at most {MAX_DAYS:,} days", f"最多 {MAX_DAYS:,} 天"),
        )
    if not 1970 <= time.start.year <= 2199:
        yield Finding(
            ("time", "start"),
            str(time.start),
            Words("a date from 1970-01-01 to 2199-12-31", "1970-01-01 到 2199-12-31 的日期"),
        )


def _hotline(parts: Parts) -> Iterator[Finding]:
    hotline = parts.sections.get("hotline")
    if hotline and hotline.lines_for_buttons > hotline.lines:
        yield Finding(
            ("hotline", "lines_for_buttons"),
            str(hotline.lines_for_buttons),
            Words(
                f"at most hotline.lines, {hotline.lines}",
                f"不超过 hotline.lines，即 {hotline.lines}",
            ),
        )


def _shapes(parts: Parts) -> Iterator[Finding]:
    demand = parts.sections.get("demand")
    for name, shape in (demand.shapes if demand else {}).items():
        for key in ("hours", "days"):
            if not any(getattr(shape, key)):
                yield Finding(
                    ("demand", "shapes", name, key),
                    Words("only zeros", "全是 0"),
                    Words("one weight above 0 or more", "至少一个权重大于 0"),
                )


def _targets(parts: Parts) -> Iterator[Finding]:
    targets = parts.sections.get("targets")
    if targets and targets.utilisation_low > targets.utilisation_high:
        high = targets.utilisation_high
        yield Finding(
            ("targets", "utilisation_low"),
            str(targets.utilisation_low),
            Words(
                f"at most targets.utilisation_high, {high}",
                f"不超过 targets.utilisation_high，即 {high}",
            ),
        )


def _places(parts: Parts) -> Iterator[Finding]:
    """Coordinates far from the rest of the county are probably swapped or mistyped."""
    zones, points = parts.rows["zones"], parts.rows["points"]
    if not zones:
        return
    towns = list(zones.values())
    middle = towns[0] if len(towns) < 3 else None
    lat = middle.lat if middle else median_low(z.lat for z in towns)
    lon = middle.lon if middle else median_low(z.lon for z in towns)
    for table, rows in (("zones", zones), ("points", points)):
        for row_id, row in rows.items():
            east = (row.lon - lon) * KM_PER_DEGREE * math.cos(math.radians(lat))
            km = math.hypot(east, (row.lat - lat) * KM_PER_DEGREE)
            if km > FAR_KM:
                found = Words(
                    f"lat = {row.lat}, lon = {row.lon}, {km:.0f} km away",
                    f"lat = {row.lat}、lon = {row.lon}，相距 {km:.0f} 公里",
                )
                allowed = Words(
                    f"at most {FAR_KM} km from the county's other places",
                    f"与本县其他地点相距不超过 {FAR_KM} 公里",
                )
                yield Finding((table, row_id, "lat"), found, allowed)


def _people(parts: Parts) -> Iterator[Finding]:
    """A stream needs somebody who could ask, in the zones it comes from."""
    zones = parts.rows["zones"]
    if not parts.whole("zones", "groups"):
        return
    zero = Words("0 in every zone", "每个镇街都是 0")
    if not any(zone.population for zone in zones.values()):
        yield Finding(
            ("zones", HEADER, "population"),
            zero,
            Words("people in one zone or more", "至少一个镇街有人口"),
        )
        return
    for row_id, zone in zones.items():
        for group, number in zone.pop.items():
            if number > zone.population:
                yield Finding(
                    ("zones", row_id, f"pop_{group}"),
                    str(number),
                    Words(
                        f"at most the population, {zone.population}",
                        f"不超过总人口，即 {zone.population}",
                    ),
                )
    there = {group for zone in zones.values() for group, number in zone.pop.items() if number}
    for row_id, stream in parts.rows["requests"].items():
        if not (stream.per_day or stream.per_1000_per_month):
            continue
        if stream.group in (parts.names["groups"] or ()) and stream.group not in there:
            there.add(stream.group)
            yield Finding(
                ("zones", HEADER, f"pop_{stream.group}"),
                zero,
                Words(
                    f'people, because stream "{row_id}" asks for this group',
                    f"有人，因为需求“{row_id}”来自这个人群",
                ),
            )
        elif stream.zones and not any(
            zones[z].pop.get(stream.group) for z in stream.zones if z in zones
        ):
            yield Finding(
                ("requests", row_id, "zones"),
                shown(" | ".join(stream.zones)),
                Words(
                    f"zones with people of its group: pop_{stream.group} above 0",
                    f"有这个人群的镇街：pop_{stream.group} 大于 0",
                ),
            )


def _volume(parts: Parts) -> Iterator[Finding]:
    """Numbers so large that no computer holds the run."""
    time, demand = parts.sections.get("time"), parts.sections.get("demand")
    if time and demand:
        days = time.warm_up_days + time.days + time.cool_down_days
        for row_id, stream in parts.rows["requests"].items():
            column = "per_day" if stream.per_day is not None else "per_1000_per_month"
            rate = getattr(stream, column)
            if column == "per_1000_per_month":
                people = sum(z.pop.get(stream.group, 0) for z in parts.rows["zones"].values())
                rate = rate * people / 1000 / DAYS_PER_MONTH
            if rate * demand.growth * days > MAX_REQUESTS:
                allowed = Words(
                    f"at most {MAX_REQUESTS:,} requests in {days:,} days",
                    f"{days:,} 天里最多 {MAX_REQUESTS:,} 件诉求",
                )
                yield Finding(("requests", row_id, column), shown(getattr(stream, column)), allowed)
    for table in ("operators", "caregivers", "experts"):
        for row_id, group in parts.rows[table].items():
            if group.count > MAX_STAFF:
                yield Finding(
                    (table, row_id, "count"),
                    shown(group.count),
                    Words(f"a whole number from 0 to {MAX_STAFF:,}", f"0 到 {MAX_STAFF:,} 的整数"),
                )


def _calendar(parts: Parts) -> Iterator[Finding]:
    rows = list(parts.rows["calendar"].values())
    for row in rows:
        if row.last < row.first:
            yield Finding(
                ("calendar", row.id, "last"),
                shown(str(row.last)),
                Words(f"a date not before first, {row.first}", f"不早于 first，即 {row.first}"),
            )
    rest = [row for row in rows if row.kind == DayKind.HOLIDAY]
    for work in (row for row in rows if row.kind == DayKind.ADJUSTED_WORKDAY):
        for holiday in rest:
            shared: dt.date = max(work.first, holiday.first)
            if shared <= min(work.last, holiday.last):
                yield Finding(
                    ("calendar", work.id, "kind"),
                    Words(
                        f'adjusted_workday on {shared}, a holiday by row "{holiday.id}"',
                        f"{shared} 是调休上班，又是“{holiday.id}”的假日",
                    ),
                    Words(
                        "a date is a holiday or an adjusted workday, not both",
                        "同一天不能既是假日又是调休上班",
                    ),
                )


def _ranges(parts: Parts) -> Iterator[Finding]:
    """Plausible limits of assumed figures include the figure.

    What a scenario puts in place of its base's figure, and what ``--set`` tries, may lie outside.
    """
    sources: Mapping[str, Any] = parts.rows["sources"]
    for row_id, row in sources.items():
        if row.low is not None and row.high is not None and row.low > row.high:
            yield Finding(
                ("sources", row_id, "low"),
                shown(row.low),
                Words(f"at most high, {row.high:.15g}", f"不超过 high，即 {row.high:.15g}"),
            )
    limited = {k: r for k, r in sources.items() if r.low is not None or r.high is not None}
    if not limited or parts.folder is None:
        return
    for figure in figures(parts.raw):
        row = limited.get(winner(figure.path, sources) or "")
        path = tuple(figure.path.split("."))
        if row is None or isinstance(figure.value, str | list | tuple):
            continue
        if parts.folder(path) != parts.folder(("sources", row.id)):
            continue
        if any(related(path, doubtful) for doubtful in parts.doubted):
            continue
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        if low <= high and not low <= figure.value <= high:
            column = "low" if figure.value < low else "high"
            yield Finding(
                ("sources", row.id, column),
                shown(getattr(row, column)),
                Words(
                    f"low and high around {figure.path} = {figure.value}",
                    f"low 和 high 包含 {figure.path} = {figure.value}",
                ),
            )
