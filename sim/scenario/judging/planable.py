"""Whether care plans can be kept: somebody is enrolled, and a visit has time to begin."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.sections.plans import DAYS_IN
from sim.words.kinds import ServiceMode

MAX_VISITS = 50_000_000


def plans(parts: Parts) -> Iterator[Finding]:
    """Dates, hours, the service and the number of visits of each plan."""
    for row_id, plan in parts.rows["plans"].items():
        most = {"week": 7, "month": 31, "year": 366}[plan.per]
        if plan.visits > most:
            yield Finding(
                ("plans", row_id, "visits"), str(plan.visits),
                Words(
                    f"at most {most} in a {plan.per}, one a date",
                    f"每{_PERIOD[plan.per]}最多 {most} 次，每天一次",
                ))
        if plan.closes <= plan.opens:
            yield Finding(
                ("plans", row_id, "closes"), _clock(plan.closes),
                Words(
                    f"a time after opens, {_clock(plan.opens)}",
                    f"晚于 opens，即 {_clock(plan.opens)}",
                ))
        service = parts.rows["services"].get(plan.service)
        if service and service.mode != ServiceMode.VISIT:
            yield Finding(
                ("plans", row_id, "service"), shown(plan.service),
                Words("a service of mode visit", "方式为 visit 的服务"))
        yield from _people(parts, row_id)


def _people(parts: Parts, row_id: str) -> Iterator[Finding]:
    plan, time = parts.rows["plans"][row_id], parts.sections.get("time")
    if not parts.whole("zones", "groups") or plan.group not in (parts.names["groups"] or ()):
        return
    people = sum(zone.pop.get(plan.group, 0) for zone in parts.rows["zones"].values())
    if not people:
        yield Finding(
            ("plans", row_id, "group"), shown(plan.group),
            Words(
                "a group of which somebody lives in some zone",
                "某个镇街有人的人群",
            ))
    elif time:
        days = time.warm_up_days + time.days + time.cool_down_days
        if plan.per_day(people) * max(days, DAYS_IN[plan.per]) > MAX_VISITS:
            yield Finding(
                ("plans", row_id, "visits"), str(plan.visits),
                Words(
                    f"at most {MAX_VISITS:,} visits in {days:,} days",
                    f"{days:,} 天里最多 {MAX_VISITS:,} 次上门",
                ))


def _clock(time: int) -> str:
    return f"{time // 3_600_000:02d}:{time // 60_000 % 60:02d}"


_PERIOD = {"week": "周", "month": "月", "year": "年"}
