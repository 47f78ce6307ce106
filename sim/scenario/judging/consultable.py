"""Whether remote services that are asked for can be given."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.words.kinds import ServiceMode


def remote(parts: Parts) -> Iterator[Finding]:
    """A remote service that is asked for has an expert who can do it, one for each client."""
    if not parts.whole("experts", "services", "requests", "plans"):
        return
    groups = parts.rows["experts"].values()
    asked = {row.service for table in ("requests", "plans") for row in parts.rows[table].values()}
    for row_id, service in parts.rows["services"].items():
        if service.mode != ServiceMode.REMOTE:
            continue
        if service.crew > 1:
            yield Finding(
                ("services", row_id, "crew"), shown(service.crew),
                Words("1, as one expert serves a client", "1，一位专家服务一位对象"))
        able = any(
            group.count and group.grade >= service.grade
            and (not service.skill or service.skill in group.skills)
            for group in groups
        )
        if row_id in asked and not able:
            yield Finding(
                ("services", row_id, "mode"), shown("remote"),
                Words("somebody in experts.csv who has its skill and grade",
                      "experts.csv 里有具备其技能和等级的人"))
