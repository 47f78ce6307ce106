"""What a scenario holds, before it is run: the county, its load, and every number's source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len

from sim.report.run.targets_and_costs import STANDINGS
from sim.report.scenario import expected
from sim.report.scenario.loads import hotline_load, point_load, staff
from sim.report.scenario.standing_orders import plans_and_funds
from sim.report.wording.text import WIDTH, choose, clock, number, table, wrap
from sim.scenario.load import Resolved
from sim.scenario.schema import Scenario
from sim.scenario.sources import Figure, figures
from sim.words.glossary import Lang
from sim.words.kinds import StaffRole

LONG = 24
"""Lists wider than this get lines of their own."""


def show(resolved: Resolved, lang: Lang) -> str:
    """The whole page as plain text; tables are as wide as the names in them need."""
    scenario = resolved.scenario
    sections = (
        ("里面有什么", "What is in it", _content(scenario, lang)),
        ("人员", "Staff", _staff(scenario, lang)),
        ("热线负荷（预计，每天平均）", "Load of the hotline (expected, mean day)",
         _hotline(scenario, lang)),
        ("站点负荷（预计，每天平均）", "Load of the points (expected, mean day)",
         _points(scenario, lang)),
        ("理论怎么看热线", "The hotline in theory", expected.hotline(scenario, lang)),
        ("理论怎么看站点", "The points in theory", expected.points(scenario, lang)),
        ("改动", "Changes", [line for each in resolved.changes for line in wrap(each, hang=2)]),
        ("提示", "Notes", [line for each in resolved.notes for line in wrap(each, hang=2)]),
        ("每个数的来源", "Every number and its source", sources(resolved.raw, lang)),
    )
    about = scenario.about
    lines = [
        "=" * WIDTH,
        *wrap(choose(lang, about.title_zh, about.title_en), 0),
        *wrap(choose(lang, about.story_zh, about.story_en), 0),
        *wrap(choose(lang, about.question_zh, about.question_en), 0),
        "=" * WIDTH,
    ]
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def sources(raw: Mapping[str, Any], lang: Lang) -> list[str]:
    """How many figures stand on what; then one line a figure: path, value, standing, source."""
    found = figures(raw)
    counts = Counter(figure.standing for figure in found)
    comma = choose(lang, "，", ", ")
    total = comma.join(
        choose(lang, f"{zh}{counts[standing]}个", f"{counts[standing]} {en}")
        for standing, (zh, en) in STANDINGS.items() if counts[standing])
    lines = wrap(choose(lang, f"共{len(found)}个：{total}。", f"{len(found)} figures: {total}."))
    rows: list[tuple[str, ...]] = []
    lists: dict[int, list[str]] = {}
    for figure in found:
        zh, en = STANDINGS[figure.standing]
        value = plain(figure.value)
        if cell_len(value) > LONG and isinstance(figure.value, list | tuple):
            lists[len(rows)] = wrap(value, indent=6)
            value = choose(lang, "（{}个，见下）", "({}, below)").format(len(figure.value))
        known = figure.low is not None and figure.high is not None
        rows.append((
            figure.path,
            value,
            choose(lang, zh, en),
            f"{plain(figure.low)}-{plain(figure.high)}" if known else "",
            _source(figure, lang),
        ))
    for place, line in enumerate(table(rows, align="<><<<")):
        lines += [line, *lists.get(place, ())]
    return lines


def _source(figure: Figure, lang: Lang) -> str:
    """Where it comes from; the bare tag of a fact that was given is said to be one."""
    tag = figure.standing == "given" and re.fullmatch(r"[\w-]+", figure.source, re.ASCII)
    return choose(lang, "给定：", "given: ") + figure.source if tag else figure.source


def plain(value: Any) -> str:
    """A figure as it is written in the scenario's files."""
    if isinstance(value, list | tuple):
        return " | ".join(plain(each) for each in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _content(scenario: Scenario, lang: Lang) -> list[str]:
    time, hotline, dispatch = scenario.time, scenario.hotline, scenario.dispatch
    always = hotline.open.text.strip().lower() == "always"
    opening = choose(lang, "全天", "always open") if always else hotline.open.text
    people = sum(zone.population for zone in scenario.zones)
    groups = choose(lang, "，", ", ").join(
        choose(lang, group.name_zh, group.name_en)
        + f" {sum(zone.pop.get(key, 0) for zone in scenario.zones):,}"
        for key, group in scenario.groups.items())
    lines = (
        choose(
            lang,
            f"时间：{time.start}起，预热{time.warm_up_days}天，统计{time.days}天，"
            f"收尾{time.cool_down_days}天。",
            f"Time: from {time.start}, {time.warm_up_days} days of warm-up, {time.days} counted, "
            f"{time.cool_down_days} of cool-down."),
        choose(
            lang,
            f"县域：{len(scenario.zones)}个镇街，{people:,}人（{groups}），"
            f"{len(scenario.points)}个服务站点。",
            f"County: {people:,} residents ({groups}); zones: {len(scenario.zones)}; service "
            f"points: {len(scenario.points)}."),
        choose(
            lang,
            f"服务：{len(scenario.services)}项，{len(scenario.requests)}路需求。",
            f"Services: {len(scenario.services)}; streams of requests: {len(scenario.requests)}."),
        choose(
            lang,
            f"热线{hotline.number}：{opening}，{hotline.lines}条中继线。",
            f"Hotline {hotline.number}: {opening}, {hotline.lines} lines."),
        choose(
            lang,
            f"派单：选站点 {dispatch.choose_point}，选工单 {dispatch.choose_order}，"
            f"选护理员 {dispatch.choose_caregiver}。",
            f"Dispatch: point by {dispatch.choose_point}, order by {dispatch.choose_order}, "
            f"caregiver by {dispatch.choose_caregiver}."),
        *([choose(
            lang,
            f"紧急工单（级别不超过{dispatch.emergency_priority}）：每站备勤{dispatch.reserve}人，"
            f"{'可' if dispatch.preempt else '不'}叫回路上的护理员。",
            f"Emergencies (classes up to {dispatch.emergency_priority}): in reserve at each point: "
            f"{dispatch.reserve}; who is on the way is {'' if dispatch.preempt else 'not '}"
            "called away.",
        )] if dispatch.reserve or dispatch.preempt else []),
        *plans_and_funds(scenario, lang),
    )
    return [piece for line in lines for piece in wrap(line, hang=2)]


def _staff(scenario: Scenario, lang: Lang) -> list[str]:
    names = {point.id: choose(lang, point.name_zh, point.name_en) for point in scenario.points}
    roles = {
        StaffRole.OPERATOR: choose(lang, "接线员", "operators"),
        StaffRole.CAREGIVER: choose(lang, "护理员", "caregivers"),
    }
    if scenario.experts:
        roles[StaffRole.EXPERT] = choose(lang, "专家", "experts")
    head = choose(lang, "岗位|班组|站点|人数|每人每周|班次",
                  "role|group|point|people|h/week each|shifts")
    rows = [head.split("|")]
    groups = staff(scenario)
    for row in groups.itertuples():
        rows.append([
            roles[row.role], row.id, names.get(row.point, ""), str(row.count),
            number(row.hours_per_week) + choose(lang, "小时", ""), row.shifts,
        ])
    lines = table(rows, align="<<<>><")
    for role, name in roles.items():
        mine = groups[groups["role"] == role]
        hours = float((mine["count"] * mine["hours_per_week"]).sum())
        lines += wrap(choose(
            lang, f"{name}共{mine['count'].sum()}人，每周{number(hours, 0)}小时。",
            f"{mine['count'].sum()} {name}, {number(hours, 0)} hours a week."))
    return lines


def _hotline(scenario: Scenario, lang: Lang) -> list[str]:
    load = hotline_load(scenario)
    load = load[(load["calls"] > 0) | (load["operators"] > 0)]
    head = choose(lang, "时段|来电|话务量|接线员|每人话务量|开放",
                  "hour|calls|erlangs|operators|erlangs each|open")
    rows = [head.split("|")]
    for row in load.itertuples():
        each = f"{row.erlangs / row.operators:.2f}" if row.operators > 0 else "-"
        rows.append([clock(int(row.hour)), f"{row.calls:.2f}", f"{row.erlangs:.2f}",
                     f"{row.operators:.1f}", each, f"{row.open:.0%}"])
    return [
        *table(rows, align="<>>>>>"),
        *wrap(choose(
            lang,
            f"每天来电{number(load['calls'].sum())}次。只计首次来电；重拨、催单、回访另加。"
            "话务量＝来电×（通话＋话后处理）；每人话务量超过1就接不完。",
            f"{number(load['calls'].sum())} calls a day: first attempts only; redials, chasing "
            "calls and call-backs come on top. Erlangs = calls x (talk + wrap-up); above 1 each, "
            "operators cannot keep up.")),
    ]


def _points(scenario: Scenario, lang: Lang) -> list[str]:
    load = point_load(scenario)
    load = load[(load["point"] != "") | (load["visits"] > 0)]
    names = {point.id: choose(lang, point.name_zh, point.name_en) for point in scenario.points}
    nobody = choose(lang, "（无站点可及）", "(no point in reach)")
    head = choose(lang, "站点|上门次数|服务小时|路上小时|排班小时|负荷",
                  "point|visits|service h|travel h|rostered h|load")
    rows = [head.split("|")]
    for row in load.itertuples():
        ratio = "-" if row.ratio != row.ratio else f"{row.ratio:.0%}"
        rows.append([names.get(row.point, nobody), *(
            f"{hours:,.1f}" for hours in (
                row.visits, row.visit_hours, row.travel_hours, row.rostered_hours)), ratio])
    return [
        *table(rows, align="<>>>>>"),
        *wrap(choose(
            lang,
            "按就近站点分摊；路上只计去程；多人服务按人时计；负荷＝（服务＋路上）/排班。",
            "Homes are laid to their nearest point; travel is the way out only; crews count in "
            "person-hours; load = (service + travel) / rostered.")),
    ]
