"""Whether care plans can be kept: somebody is enrolled, and a visit has time to begin."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.sections.plans import DAYS_IN, CarePlan
from sim.scenario.sections.services import Service
from sim.words.kinds import HOUR, ServiceMode

MAX_VISITS = 50_000_000
PLANABLE = (ServiceMode.VISIT, ServiceMode.REMOTE, ServiceMode.DELIVERY)


def plans(parts: Parts) -> Iterator[Finding]:
    """Dates, hours, the service and the number of visits of each plan."""
    for row_id, plan in parts.rows["plans"].items():
        most = _most(plan)
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
        if service:
            yield from _of_mode(row_id, plan, service)
        yield from _people(parts, row_id)


def _most(plan: CarePlan) -> int:
    """Dates of the longest period that fall on its days; any, on which a holiday may fall, where
    Sundays count."""
    dates = {"week": 7, "month": 31, "year": 366}[plan.per]
    if 6 in plan.days:
        return dates
    weeks, more = divmod(dates, 7)
    return weeks * len(set(plan.days)) + min(more, len(set(plan.days)))


def _of_mode(row_id: str, plan: CarePlan, service: Service) -> Iterator[Finding]:
    """What can come again and again, and how."""
    if service.mode not in PLANABLE:
        yield Finding(
            ("plans", row_id, "service"), shown(plan.service),
            Words("a service of mode visit, remote or delivery",
                  "方式为 visit、remote 或 delivery 的服务"))
    elif service.mode != ServiceMode.VISIT and plan.point:
        yield Finding(
            ("plans", row_id, "point"), shown(plan.point),
            Words("nothing, as nobody goes out from a usual point to a service of mode "
                  f"{service.mode}", f"留空：方式为 {service.mode} 的服务没有固定站点上门"))
    if service.mode != ServiceMode.DELIVERY:
        return
    if plan.within != "day":
        yield Finding(
            ("plans", row_id, "within"), shown(plan.within),
            Words("day, as a delivery is for its date", "day，送餐只送当天的"))
    if plan.opens < service.lead_h * HOUR:
        yield Finding(
            ("plans", row_id, "opens"), _clock(plan.opens),
            Words(
                f"at least lead_h, {service.lead_h:g} hours, after midnight, when it is ordered",
                f"零点下单，至少提前 lead_h 即 {service.lead_h:g} 小时",
            ))


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
