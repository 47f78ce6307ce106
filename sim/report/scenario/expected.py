"""What theory expects of a scenario, beside it: the hotline by the hour, the points at their
busiest, and what theory leaves out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.report.wording.text import choose, clock, number, table, wrap
from sim.scenario.faults import Words
from sim.scenario.schema import Scenario
from sim.theory.assumptions import not_holding, not_holding_at_points
from sim.theory.day import by_hour_of_day
from sim.theory.points import expected_points
from sim.words.glossary import Lang

NONE = "-"


def hotline(scenario: Scenario, lang: Lang) -> list[str]:
    """A line an hour of the day in which somebody rings, then what theory leaves out."""
    try:
        hours = by_hour_of_day(scenario)
    except ValueError:
        return wrap(choose(
            lang, "排队只增不减：来电人一直等，接线员接不完，理论给不出数。",
            "The queue grows for ever: callers wait for ever and operators cannot keep up; theory "
            "has no figures."))
    hours = hours[hours["offered"] > 0]
    if hours.empty:
        return []
    seconds = number(scenario.targets.acceptable_wait_s)
    head = choose(lang, f"时段|来电|话务量|接线员|{seconds}秒内|放弃|等待|占用",
                  f"hour|calls|erlangs|operators|in {seconds} s|abandoned|wait|busy")
    rows = [head.split("|")]
    for row in hours.itertuples():
        rows.append([
            clock(int(row.hour)), f"{row.offered:.2f}", f"{row.offered_load_erlang:.2f}",
            f"{row.operators:.1f}", _share(row.service_level), _share(row.abandonment),
            _amount(row.wait_s, choose(lang, "秒", " s")), _share(row.occupancy),
        ])
    return [
        *table(rows, align="<>>>>>>>"),
        *wrap(choose(
            lang,
            "算法：M_t/M/s_t+M（逐刻的爱尔兰A），缺勤和休息已扣除。比例都以打进来的为分母，"
            "等待是所有人的平均。",
            "By M_t/M/s_t+M (Erlang A from moment to moment), absences and breaks taken off. "
            "Shares are of the calls that got in, the wait is the mean of all of them.")),
        *_left_out(not_holding(scenario), lang),
    ]


def points(scenario: Scenario, lang: Lang) -> list[str]:
    """A line a point with caregivers: its busiest hour of the week, then what theory leaves out."""
    hours = expected_points(scenario)
    staffed = hours[hours["caregivers"] >= 1]
    if staffed.empty or not (staffed["offered_load_erlang"] > 0).any():
        return []
    names = {point.id: choose(lang, point.name_zh, point.name_en) for point in scenario.points}
    days = choose(lang, "一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun")
    day = [f"周{name}" for name in days] if lang == "zh" else days.split()
    head = choose(lang, "站点|最忙时段|在忙|在岗|负荷|要等|平均等待",
                  "point|busiest hour|busy|on duty|load|waits|mean wait")
    rows = [head.split("|")]
    busiest = staffed.loc[staffed.groupby("point", sort=False)["load"].idxmax()]
    for row in busiest.itertuples():
        rows.append([
            names[row.point], f"{day[int(row.weekday)]} {clock(int(row.hour))}",
            f"{row.offered_load_erlang:.2f}", f"{row.caregivers:.1f}", _share(row.load),
            _share(row.waits), _amount(row.wait_min, choose(lang, "分", " min")),
        ])
    return [
        *table(rows, align="<<>>>>>"),
        *wrap(choose(
            lang,
            "在忙＝从不需要等时同时在外的护理员（M_t/G/∞）；要等、平均等待按同样负荷的M/M/c。",
            "Busy: caregivers out at once if nobody ever waited (M_t/G/inf); wait and mean wait by "
            "M/M/c at that load.")),
        *_left_out(not_holding_at_points(scenario), lang),
    ]


def _left_out(found: Mapping[str, Words], lang: Lang) -> list[str]:
    """What does not hold, a line each."""
    if not found:
        return []
    lines = wrap(choose(lang, "理论与这里不符之处：", "Where theory does not fit:"))
    for words in found.values():
        lines += wrap("- " + choose(lang, words.zh, words), hang=2)
    return lines


def _share(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:.0%}"


def _amount(value: float, unit: str) -> str:
    if math.isnan(value):
        return NONE
    return "∞" if math.isinf(value) else f"{value:,.1f}{unit}"
