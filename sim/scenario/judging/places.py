"""What is wrong between places, admissions, services, points and caregivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.scenario.faults import NOTHING, Words, listed, nearest, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.judging.references import missing, parted
from sim.scenario.sections.quantities import split_list
from sim.words.kinds import ServiceMode


def places(parts: Parts) -> Iterator[Finding]:
    """Everything wrong between places, admissions, services, points and caregivers."""
    names = list(_names(parts))
    yield from names
    parts = replace(parts, doubted=parts.doubted | {finding.path for finding in names})
    if parts.whole("places"):
        yield from _rows(parts)
        yield from _carers(parts)
    if parts.whole("admissions", "services", "requests"):
        yield from _services(parts)


def _names(parts: Parts) -> Iterator[Finding]:
    for row_id, row in parts.clean.get("places", {}).items():
        if "point" in row:
            yield from missing(
                ("places", row_id, "point"), str(row["point"]), parts.names["points"],
                parts.complete("points"),
            )
    kinds = {str(row.get("kind", "")) for row in parts.clean.get("places", {}).values()} - {""}
    for row_id, row in parts.clean.get("admissions", {}).items():
        yield from missing(
            ("admissions", row_id, "id"), row_id, parts.names["services"],
            parts.complete("services"),
        )
        for kind in dict.fromkeys(split_list(row.get("kinds"))):
            if kind not in kinds:
                yield Finding(
                    ("admissions", row_id, "kinds"), shown(kind), listed(sorted(kinds)),
                    parted(kind, sorted(kinds)) or nearest(kind, sorted(kinds)),
                )
    travel = parts.sections.get("travel")
    if travel is not None and travel.client_mode:
        yield from missing(("travel", "client_mode"), travel.client_mode, parts.names["modes"])


def _rows(parts: Parts) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    taken = {k for row in parts.rows["admissions"].values() for k in row.kinds}
    for row_id, row in parts.rows["places"].items():
        first = seen.setdefault((row.point, row.kind), row_id)
        if first != row_id:
            yield Finding(
                ("places", row_id, "kind"),
                shown(row.kind),
                Words(
                    f'a kind that the point does not have yet; row "{first}" has this one',
                    f"该站点还没有的类别；“{first}”一行已是这一类",
                ),
            )
        if "|" in row.kind:
            yield Finding(
                ("places", row_id, "kind"),
                shown(row.kind),
                Words("one kind in a row, without |", "一行一类，不含 |"),
            )
        if row.occupied > row.count:
            yield Finding(
                ("places", row_id, "occupied"),
                str(row.occupied),
                Words(f"at most count, {row.count}", f"不超过 count，即 {row.count}"),
            )
        if row.occupied and row.open.text.strip().lower() != "always":
            yield Finding(
                ("places", row_id, "occupied"),
                str(row.occupied),
                Words(
                    "0 where places close for the night: nobody is there at midnight",
                    "0，因为夜间关闭，零点时无人在内",
                ),
            )
        elif (
            row.occupied and row.remaining is None and row.kind not in taken
            and parts.whole("admissions")
        ):
            yield Finding(
                ("places", row_id, "occupied"),
                str(row.occupied),
                Words(
                    "with it remaining_dist ..., as no service takes this kind",
                    "同时写 remaining_dist 等，因为没有服务占用这一类",
                ),
            )


def _carers(parts: Parts) -> Iterator[Finding]:
    """Places that need caregivers are at a point that has some."""
    if not parts.whole("caregivers"):
        return
    groups = parts.rows["caregivers"].values()
    for row_id, row in parts.rows["places"].items():
        here = [g for g in groups if g.point == row.point and g.count]
        if not row.places_per_carer and not row.carer_skill:
            continue
        skills = sorted({skill for g in here for skill in g.skills})
        if row.carer_skill and row.carer_skill not in skills:
            yield Finding(
                ("places", row_id, "carer_skill"),
                shown(row.carer_skill),
                Words(
                    f"a skill that a caregiver of the point has: {listed(skills)}",
                    f"该站点护理员会的技能：{listed(skills).zh}",
                ),
                nearest(row.carer_skill, skills),
            )
        elif row.places_per_carer and not here:
            yield Finding(
                ("places", row_id, "places_per_carer"),
                str(row.places_per_carer),
                Words("0, as the point has no caregivers", "0，因为该站点没有护理员"),
            )


def _services(parts: Parts) -> Iterator[Finding]:
    admissions, services = parts.rows["admissions"], parts.rows["services"]
    for row_id, row in admissions.items():
        service = services.get(row_id)
        if service is not None and service.mode != ServiceMode.PLACE:
            yield Finding(
                ("admissions", row_id, "id"),
                shown(row_id),
                Words("a service whose mode is place", "mode 为 place 的服务"),
            )
        if not row.kinds or len(set(row.kinds)) < len(row.kinds):
            yield Finding(
                ("admissions", row_id, "kinds"),
                shown(" | ".join(row.kinds)) if row.kinds else NOTHING,
                Words("one kind or more, each once", "一类或几类，每类一次"),
            )
        if not any(row.weights):
            yield Finding(
                ("admissions", row_id, "grade_1"),
                Words("only zeros", "全是 0"),
                Words("one grade above 0 or more", "至少一个等级大于 0"),
            )
    for row_id, service in services.items():
        if service.mode != ServiceMode.PLACE:
            continue
        if row_id not in admissions:
            yield Finding(
                ("services", row_id, "mode"),
                shown("place"),
                Words("with it a row of its id in admissions.csv", "在 admissions.csv 里有同一 id"),
            )
        if service.duration is None:
            yield Finding(
                ("services", row_id, "duration_mean_days"),
                NOTHING,
                Words(
                    "how long a stay lasts: duration_dist, duration_mean_days, ...",
                    "入住多久：duration_dist、duration_mean_days 等",
                ),
            )
        if service.skill or service.crew > 1:
            key = "skill" if service.skill else "crew"
            empty = Words("nothing", "留空") if service.skill else Words("1", "1")
            yield Finding(
                ("services", row_id, key),
                shown(getattr(service, key)),
                Words(
                    f"{empty}, as carer_skill and places_per_carer in places.csv say who looks "
                    "after clients",
                    f"{empty.zh}，由谁照护写在 places.csv 的 carer_skill 和 places_per_carer",
                ),
            )
        if service.no_show_prob:
            yield Finding(
                ("services", row_id, "no_show_prob"),
                str(service.no_show_prob),
                Words("0: it counts for visits only", "0：只用于上门服务"),
            )
    yield from _offered(parts)


def _offered(parts: Parts) -> Iterator[Finding]:
    """What a stream asks for is offered by a point that has places of all its kinds."""
    if not parts.whole("points", "places"):
        return
    has: dict[str, set[str]] = {}
    for row in parts.rows["places"].values():
        has.setdefault(row.point, set()).add(row.kind)
    for row_id, stream in parts.rows["requests"].items():
        admission = parts.rows["admissions"].get(stream.service)
        if admission is None:
            continue
        offering = [
            p for p in parts.rows["points"].values() if {"all", stream.service} & set(p.services)
        ]
        if not any(set(admission.kinds) <= has.get(p.id, set()) for p in offering):
            kinds = ", ".join(admission.kinds)
            yield Finding(
                ("requests", row_id, "service"),
                shown(stream.service),
                Words(
                    f"a service offered by a point with places of every kind it takes: {kinds}",
                    f"由有全部所需类别（{kinds}）的站点提供的服务",
                ),
            )
