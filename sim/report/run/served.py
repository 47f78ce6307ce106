"""The card's first half: are people answered, reached, and who is not."""

from __future__ import annotations

import math

from sim.report.wording.readings import (
    Reading,
    Readings,
    duration,
    hundred,
    interval,
    one_in,
    unit_for,
)
from sim.report.wording.text import choose, clock, number, share, wrap
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang

WORST = 3
"""How many of the worst hours, zones and services are named."""


def answered(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """Do callers get through, and how soon?"""
    lines: list[str] = []
    if row := read.all("connection_rate"):
        lines += wrap(choose(
            lang, f"每100次来电，接通{hundred(row, lang)}次。",
            f"Of 100 calls, {hundred(row, lang)} are answered."))
    if row := read.all("service_level"):
        seconds = number(scenario.targets.acceptable_wait_s)
        lines += wrap(choose(
            lang, f"每100次接通或放弃的来电，{hundred(row, lang)}次在{seconds}秒内接通。",
            f"Of 100 calls answered or given up, {hundred(row, lang)} are answered within "
            f"{seconds} s."))
    if sentence := waits(read, "wait_all", "s", "all", lang, callers=True):
        lines += wrap(sentence)
    if row := read.all("reached_rate"):
        lines += wrap(choose(
            lang, f"算上重拨，每100位来电人，{hundred(row, lang)}位最终打通。",
            f"Redials included, {hundred(row, lang)} callers of 100 get through in the end."))
    return lines


def reached(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """Does somebody come, and how soon?"""
    lines: list[str] = []
    if row := read.all("on_time_request"):
        lines += wrap(choose(
            lang, f"每100件上门诉求，{hundred(row, lang)}件按时服务；没打通的也算未按时。",
            f"Of 100 requests for a visit, {hundred(row, lang)} are served on time; callers who "
            "never got through count as missed."))
    if sentence := waits(read, "response", "min", "all", lang, callers=False):
        lines += wrap(sentence)
    ranks = read.by("response_p50_min", "class")
    if len(ranks) > 1:
        for rank in sorted(ranks, key=int):
            sentence = waits(read, "response", "min", f"class={rank}", lang, callers=False)
            lines += wrap(f"- {class_name(scenario, int(rank), lang)}{sentence}", 4, 2)
    if ranks and (booked := _booked(scenario) - {int(rank) for rank in ranks}):
        listed = choose(lang, "、", ", ").join(map(str, sorted(booked)))
        lines += wrap(choose(
            lang, f"- {listed}级是预约，只看是否在约定时段内开始，不算等了多久。",
            f"- Class{'es' if len(booked) > 1 else ''} {listed}: bookings, on time if begun in the "
            "window agreed on; how long they wait is not counted."), 4, 2)
    near, fact = read.all("nominal_coverage"), read.all("effective_coverage")
    if near and fact:
        circle = number(scenario.targets.circle_min)
        lines += wrap(choose(
            lang, f"{circle}分钟服务圈：每100位服务对象{share(near.mean)}位住在圈内；"
            f"每100件尽快上门的诉求，实际{hundred(fact, lang)}件在{circle}分钟内有人到家。",
            f"The {circle}-minute circle holds {share(near.mean)} of 100 clients on paper; in fact "
            f"somebody is there within {circle} minutes for {hundred(fact, lang)} of 100 "
            "requests for help at once."))
    return lines


def worst(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """When, where and in what it is worst."""
    seconds = number(scenario.targets.acceptable_wait_s)
    calls = {hour: row.mean for hour, row in read.by("offered_per_day", "hour").items()}
    least = 0.02 * sum(calls.values())
    hours = {
        clock(int(hour)): row for hour, row in read.by("service_level", "hour").items()
        if calls.get(hour, math.inf) >= least
    }
    zones = {zone.id: getattr(zone, f"name_{lang}") for zone in scenario.zones}
    services = {service.id: getattr(service, f"name_{lang}") for service in scenario.services}
    listed = (
        (choose(lang, f"时段（{seconds}秒内接通率）", f"Hours (answered within {seconds} s)"),
         hours),
        (choose(lang, "镇街（按时率）", "Zones (on time)"),
         {zones.get(k, k): row for k, row in read.by("on_time_request", "zone").items()}),
        (choose(lang, "服务（按时率）", "Services (on time)"),
         {services.get(k, k): row for k, row in read.by("on_time_request", "service").items()}),
    )
    comma, colon = choose(lang, "，", ", "), choose(lang, "：", ": ")
    return [
        line
        for title, rows in listed if rows
        for line in wrap(title + colon + comma.join(_lowest(rows)), hang=2)
    ]


def unserved(read: Readings, lang: Lang) -> list[str]:
    """Who was not served, of a thousand."""
    lines: list[str] = []
    if row := read.all("reached_rate"):
        lines += wrap(choose(
            lang, f"每1000位来电人，{_thousand(1 - row.mean)}位始终没打通（含非工作时间）。",
            f"Of 1,000 callers, {_thousand(1 - row.mean)} never got through (closed hours "
            "included)."))
    done, cancelled, away = (
        read.all(name) for name in ("completion_rate", "cancel_rate", "no_show_rate"))
    if done and cancelled:
        # no_show_rate is of the homes knocked at: those served and the no-shows themselves.
        home = away.mean if away else 0.0
        no_show = done.mean * home / (1 - home) if home < 1 else 1 - cancelled.mean
        poor = read.all("unfunded_rate")
        unfunded = poor.mean if poor else 0.0
        rest = max(0.0, 1 - done.mean - cancelled.mean - no_show - unfunded)
        counts = [_thousand(x) for x in (done.mean, cancelled.mean, no_show, rest)]
        sentence = choose(
            lang, "每1000件工单，办结{}件，取消{}件，上门无人{}件，到期未完{}件。",
            "Of 1,000 orders: {} completed, {} cancelled, {} nobody home, {} unfinished.")
        lines += wrap(sentence.format(*counts))
        if unfunded:
            lines += wrap(choose(
                lang, f"另有{_thousand(unfunded)}件没有资金可付。",
                f"For another {_thousand(unfunded)} nobody paid: they are unfunded."))
    return lines


def class_name(scenario: Scenario, rank: int, lang: Lang) -> str:
    """A priority class with the first of its services."""
    names = [getattr(s, f"name_{lang}") for s in scenario.services if s.priority == rank]
    some = choose(lang, "、", ", ").join(names[:2])
    if lang == "zh":
        return f"{rank}级（{some}{f'等{len(names)}项' if len(names) > 2 else ''}）："
    return f"Class {rank} ({some}{f' and {len(names) - 2} more' if len(names) > 2 else ''}): "


def _booked(scenario: Scenario) -> set[int]:
    """Priority classes of the services asked for in a window."""
    asked = {stream.service for stream in scenario.requests if stream.lead is not None}
    return {service.priority for service in scenario.services if service.id in asked}


def _lowest(rows: dict[str, Reading]) -> list[str]:
    return [
        f"{name} {share(row.mean)}%"
        for name, row in sorted(rows.items(), key=lambda item: item[1].mean)[:WORST]
    ]


def _thousand(value: float) -> str:
    """A share of a thousand; ``<1`` where it is not nobody, but too few to count."""
    return "<1" if 0 < value < 0.0005 else f"{1000 * value:,.0f}"


def waits(
    read: Readings, stem: str, unit_name: str, group: str, lang: Lang, callers: bool
) -> str:
    """``Half wait less than 31 minutes; one in twenty longer than 74``, or who waits for ever, of
    the quantiles ``<stem>_p50_<unit_name>`` and so on of a group; empty where there are none."""
    size = 1 / 60 if unit_name == "s" else 1.0
    rows = {p: read.rows.get((f"{stem}_p{p}_{unit_name}", group)) for p in (50, 90, 95)}
    known = {p: row for p, row in rows.items() if row is not None}
    finite = {p: row for p, row in known.items() if math.isfinite(row.mean)}
    parts = []
    if 50 in finite:
        half = finite[50].mean * size
        parts.append(
            choose(lang, "一半以上不用等", "more than half do not wait") if half * 60 < 0.5
            else choose(lang, f"一半在{duration(half, lang)}内等到",
                        f"half wait under {duration(half, lang)}"))
    if tail := max((p for p in finite if p > 50), default=None):
        time = finite[tail].mean * size
        unit = unit_for(time)
        nobody = time * 60 < 0.5
        band = interval(finite[tail], lang, unit.minutes / size, unit.digits)
        band = band if group == "all" else ""
        who = one_in(100 - tail, lang)
        parts.append(
            choose(lang, f"每{100 // (100 - tail)}位里要等的不到1位", f"fewer than {who} wait")
            if nobody
            else choose(lang, f"{who}要等{duration(time, lang)}以上{band}",
                        f"{who} waits over {duration(time, lang)}{band}"))
    if endless := min((p for p in known if p not in finite), default=None):
        end = "answered" if callers else "reached"
        who = one_in(100 - endless, lang)
        parts.append(choose(lang, f"{who}以上始终没等到", f"more than {who} were never {end}"))
    if not parts:
        return ""
    subject = choose(lang, "来电人" if callers else "老人", "Callers" if callers else "Old people")
    lead = subject + choose(lang, "：", ": ") if group == "all" else ""
    return lead + choose(lang, "，", "; ").join(parts) + choose(lang, "。", ".")
