"""Whether what clients ask for can be done: offered somewhere, by somebody who is able."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, listed, nearest, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.judging.references import CALLING
from sim.scenario.sections.organisations import offers as organised
from sim.words.kinds import ServiceMode

BY_CAREGIVERS = (ServiceMode.VISIT, ServiceMode.DELIVERY)


def offers(parts: Parts) -> Iterator[Finding]:
    """A visit that a stream asks for is offered somewhere, by who is contracted for it."""
    if not parts.whole("points", "services", "requests", "organisations"):
        return
    points, organisations = parts.rows["points"].values(), parts.rows["organisations"]
    offered = {
        service.id for service in parts.rows["services"].values()
        if any(organised(service, p, organisations.get(p.organisation)) for p in points)
    }
    for table, row_id, stream in (
        (asking, *item) for asking in ("requests", "plans") for item in parts.rows[asking].items()
    ):
        service = parts.rows["services"].get(stream.service)
        if service and service.mode == ServiceMode.VISIT and service.id not in offered:
            yield Finding(
                (table, row_id, "service"),
                shown(stream.service),
                Words(
                    "a service that some point of points.csv offers, its organisation contracted "
                    "for it" if organisations else "a service that some point of points.csv offers",
                    "points.csv 里有站点提供、其机构也签了约的服务" if organisations
                    else "points.csv 里有站点提供的服务",
                ),
            )


def skills(parts: Parts) -> Iterator[Finding]:
    """A skill or grade that is asked for is there among the staff of the county."""
    if parts.whole("caregivers", "services"):
        carers = parts.rows["caregivers"].values()
        known = {skill for group in carers for skill in group.skills}
        for row_id, service in parts.rows["services"].items():
            if service.mode not in BY_CAREGIVERS:
                continue
            if service.skill and service.skill not in known:
                yield _no_skill(("services", row_id, "skill"), service.skill, known)
                continue
            grades = [g.grade for g in carers if not service.skill or service.skill in g.skills]
            if grades and max(grades) < service.grade:
                yield Finding(
                    ("services", row_id, "grade"),
                    str(service.grade),
                    Words(
                        f"at most {max(grades)}, the highest grade of who could do it",
                        f"不超过 {max(grades)}，能做的人最高是这一级",
                    ),
                )
    if parts.whole("operators", "requests"):
        known = {skill for group in parts.rows["operators"].values() for skill in group.skills}
        for row_id, stream in parts.rows["requests"].items():
            if stream.channel in CALLING and stream.skill and stream.skill not in known:
                yield _no_skill(("requests", row_id, "skill"), stream.skill, known)


def _no_skill(path: tuple[str, ...], skill: str, skills: set[str]) -> Finding:
    choices = sorted(skills)
    have = listed(choices)
    return Finding(
        path,
        shown(skill),
        Words(f"a skill that somebody has: {have}", f"有人会的技能：{have.zh}"),
        nearest(skill, choices),
    )


def emergencies(parts: Parts) -> Iterator[Finding]:
    """Who keeps caregivers for emergencies, or calls them away to one, has visits that are."""
    dispatch = parts.sections.get("dispatch")
    if dispatch is None or not parts.whole("services"):
        return
    visits = (s for s in parts.rows["services"].values() if s.mode == ServiceMode.VISIT)
    best, worst = min((s.priority for s in visits), default=0), dispatch.emergency_priority
    for key, off in (("reserve", "0"), ("preempt", "false")):
        asked = getattr(dispatch, key)
        if asked and best > worst:
            yield Finding(
                ("dispatch", key),
                shown(asked),
                Words(
                    f"{off}, as no visit has a class up to {worst}; or dispatch.emergency_priority "
                    f"of {best} or more",
                    f"{off}，因为没有级别不超过 {worst} 的上门服务；或把 "
                    f"dispatch.emergency_priority 设为不小于 {best}",
                ),
            )


def crews(parts: Parts) -> Iterator[Finding]:
    """A service for a crew is offered by one point, or more, that has so many able caregivers.

    Where nobody in the county is able, :func:`skills` has said so.
    """
    if not parts.whole("points", "caregivers", "services"):
        return
    for row_id, service in parts.rows["services"].items():
        points = [p.id for p in parts.rows["points"].values() if {row_id, "all"} & set(p.services)]
        if service.mode != ServiceMode.VISIT or service.crew < 2 or not points:
            continue
        fit = [
            group
            for group in parts.rows["caregivers"].values()
            if (not service.skill or service.skill in group.skills) and group.grade >= service.grade
        ]
        able = {point: sum(g.count for g in fit if g.point == point) for point in points}
        if fit and max(able.values()) < service.crew:
            best = max(able.values())
            yield Finding(
                ("services", row_id, "crew"),
                str(service.crew),
                Words(
                    f"at most {best}, the most able caregivers at a point that offers it",
                    f"不超过 {best}，即提供它的站点里能做的最多人数",
                ),
            )
