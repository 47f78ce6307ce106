"""The page of ``hotline staff``: who works when, whether it holds, what it costs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sim.experiments.staffing.cover import coverable
from sim.experiments.staffing.judge import ABANDONMENT, SERVICE_LEVEL
from sim.experiments.staffing.outcome import (
    ERLANG_C,
    FOUND,
    GIVEN,
    HELD,
    MISSED,
    OPEN,
    UNCOVERED,
    Outcome,
    Roster,
)
from sim.experiments.staffing.stretches import FEWEST_CALLS
from sim.experiments.staffing.week import HOLIDAY, KINDS
from sim.report.wording.shifts import DAYS_ZH, day_name, worked_in
from sim.report.wording.text import WIDTH, choose, number, share, table, wrap
from sim.words.glossary import Lang
from sim.words.kinds import MINUTE

MOST_LINES = 12
"""Intervals that are listed one by one."""
NAMES = {
    FOUND: ("求得", "found"),
    GIVEN: ("原有", "as it is"),
    ERLANG_C: ("逐时Erlang C", "hourly Erlang C"),
}


def page(found: Outcome, lang: Lang) -> str:
    """Plain text, at most :data:`sim.report.wording.text.WIDTH` columns wide but for names."""
    about = found.scenario.about
    title = choose(lang, f"接线员配多少、怎么排：{about.title_zh}",
                   f"How many operators, on which shifts: {about.title_en}")
    sections = (
        ("结论", "The answer", _answer(found, lang)),
        ("谁上什么班", "Who works when", _patterns(found, lang)),
        ("站得住吗", "Does it hold?", _held(found, lang)),
        ("与别的排法比", "Beside other rosters", _beside(found, lang)),
        ("从排班到编制", "From the roster to the payroll", _payroll(found, lang)),
        ("怎么求的", "How it was found", _method(found, lang)),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH]
    for zh, en, body in sections:
        lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _answer(found: Outcome, lang: Lang) -> list[str]:
    pay, words = found.roster.payroll, found.verdicts(found.roster)
    judged = len(words) - words.count(UNCOVERED)
    lines = wrap(choose(
        lang,
        f"排班要{pay.rostered}名接线员，每周{number(pay.hours)}工时；加上休假、培训、顶班和空缺，"
        f"编制{pay.people}人，工资社保每年{_ten_thousand(pay.yuan_per_year)}万元。",
        f"{pay.rostered} operators on the roster, {number(pay.hours)} hours a week; with leave, "
        f"training, stand-ins and empty posts {pay.people} people on the payroll, "
        f"{_ten_thousand(pay.yuan_per_year)} ten thousand yuan of pay and insurance a year."))
    if MISSED in words:
        many = words.count(MISSED)
        return lines + wrap(choose(
            lang, f"站不住：换一批来电，{judged}个时段中有{many}个没有达到目标（见下）。",
            f"IT DOES NOT HOLD: on fresh workloads {many} of {judged} intervals miss a target "
            "(below)."))
    sure = words.count(HELD)
    return lines + wrap(choose(
        lang,
        f"换一批来电，{judged}个时段都达到目标，其中{sure}个的整个95%区间都达标。",
        f"On fresh workloads all {judged} intervals meet their targets, {sure} of them with the "
        "whole 95 % interval."))


def _patterns(found: Outcome, lang: Lang) -> list[str]:
    shifts = {shift.id: shift for shift in found.scenario.shifts}
    head = choose(
        lang, "班组|原有|求得|每人周工时|班次", "group|as it is|found|hours a week|shifts")
    given = next(roster for roster in found.rosters if roster.name == GIVEN)
    rows = [tuple(head.split("|"))]
    for n, group in enumerate(found.scenario.operators):
        hours = number(found.week.patterns[n].hours)
        counts = str(given.counts[n]), str(found.roster.counts[n])
        worked = [worked_in(shifts[name], lang) for name in group.shifts]
        rows.append((group.id, *counts, hours, worked[0]))
        rows += [("", "", "", "", more) for more in worked[1:]]
    return table(rows, align="<>>><")


def _held(found: Outcome, lang: Lang) -> list[str]:
    targets, words = found.scenario.targets, found.verdicts(found.roster)
    lines = wrap(choose(
        lang,
        f"目标，对一周里每个时段：{targets.acceptable_wait_s:g}秒内接起的至少"
        f"{share(targets.service_level)}%，排队挂断的至多{share(targets.abandonment)}%。另取"
        f"{found.fresh}次重复（求解时没有用过）来检验：",
        "Targets, in each interval of the week: at least "
        f"{share(targets.service_level)}% answered within {targets.acceptable_wait_s:g} s, at most "
        f"{share(targets.abandonment)}% hang up. Judged on {found.fresh} replications that the "
        "search has not seen:"))
    said = (
        (HELD, "个时段达标，整个95%区间都达标", "meet them with the whole 95 % interval"),
        (OPEN, "个时段均值达标，区间还够不着", "meet them in the mean; the interval reaches past"),
        (MISSED, "个时段未达标", "MISS one in the mean"),
        (UNCOVERED, "个时段没有班可排，不作要求", "have hours that no group works: not asked for"),
    )
    lines += table([
        (str(words.count(word)), choose(lang, zh, en)) for word, zh, en in said if word in words
    ], align="><", indent=4)
    doubtful = [n for n, word in enumerate(words) if word != HELD]
    if doubtful:
        lines += _listed(found, found.roster, doubtful, words, lang)
    return lines


def _listed(
    found: Outcome, roster: Roster, numbers: Sequence[int], words: Sequence[str], lang: Lang
) -> list[str]:
    """The intervals that do not surely hold, the worst first."""
    order = {MISSED: 0, UNCOVERED: 1, OPEN: 2}
    stood = roster.standing
    level = np.nan_to_num(stood.mean[SERVICE_LEVEL], nan=1.0)
    chosen = sorted(numbers, key=lambda n: (order[words[n]], level[n]))
    head = choose(lang, "时段|结论|服务水平|放弃率", "interval|verdict|service level|abandonment")
    said = {
        MISSED: ("未达标", "missed"), UNCOVERED: ("没有班", "no group"), OPEN: ("不确定", "open")}
    rows = [tuple(head.split("|"))]
    rows += [
        (_named(found, n, lang), choose(lang, *said[words[n]]),
         *(_with_interval(stood.mean[m, n], stood.low[m, n], stood.high[m, n])
           for m in (SERVICE_LEVEL, ABANDONMENT)))
        for n in chosen[:MOST_LINES]
    ]
    lines = table(rows, indent=4)
    if (more := len(chosen) - MOST_LINES) > 0:
        lines += wrap(choose(lang, f"另有{more}个，见 intervals.csv。",
                             f"and {more} more, in intervals.csv"), indent=4)
    return lines


def _with_interval(mean: float, low: float, high: float) -> str:
    return "-" if np.isnan(mean) else f"{share(mean)}% ({share(low)}-{share(high)})"


def _beside(found: Outcome, lang: Lang) -> list[str]:
    head = choose(
        lang, "排法|人|编制|年工资社保|达标|不确定|未达标|最低服务水平|最高放弃率",
        "roster|people|payroll|pay|held|open|missed|in time|hang up")
    rows = [tuple(head.split("|"))]
    for roster in found.rosters:
        pay, words, stood = roster.payroll, found.verdicts(roster), roster.standing
        least = float(np.nan_to_num(stood.mean[SERVICE_LEVEL], nan=1.0).min())
        most = float(np.nan_to_num(stood.mean[ABANDONMENT]).max())
        rows.append((
            choose(lang, *NAMES[roster.name]), str(pay.rostered), str(pay.people),
            _ten_thousand(pay.roster_yuan_per_year),
            *(str(words.count(word)) for word in (HELD, OPEN, MISSED)),
            f"{share(least)}%", f"{share(most)}%",
        ))
    return table(rows, align="<>>>>>>>>") + wrap(choose(
        lang, "都在同一批新的来电上检验；工资社保只算排班上的人，万元；末两列是最差的时段。逐时"
        "Erlang C：按惯例逐时独立计算席位，再用同样的班次覆盖。",
        "All judged on the same fresh workloads. Pay: a year's pay and insurance of the roster "
        "alone, ten thousand yuan. In time, hang up: service level and abandonment of the worst "
        "interval. Hourly Erlang C: the usual rule, each hour by itself, covered by the same "
        "shifts."))


def _payroll(found: Outcome, lang: Lang) -> list[str]:
    pay, terms = found.roster.payroll, found.scenario.staffing
    return wrap(choose(
        lang,
        f"每周要有人上{number(pay.worked)}小时（含顶替缺勤）。每人每周{terms.hours_per_week:g}小时，"
        f"扣去每年{terms.leave_days_per_year:g}天休假、{terms.training_days_per_year:g}天培训，以及"
        f"离职率{share(terms.turnover_per_year)}%、每次空缺{terms.weeks_to_fill:g}周，可排时间占"
        f"{share(pay.available)}%：编制{pay.people}人，平均空缺{number(pay.empty)}人，每年招"
        f"{number(pay.hires)}人，工资社保{_ten_thousand(pay.yuan_per_year)}万元。这些扣除多为假设，"
        "见场景的 [staffing]。",
        f"{number(pay.worked)} hours have to be worked a week, stand-ins for absence included. "
        f"Each works {terms.hours_per_week:g} hours; {terms.leave_days_per_year:g} days of leave, "
        f"{terms.training_days_per_year:g} of training, {share(terms.turnover_per_year)}% leaving "
        f"a year and posts empty for {terms.weeks_to_fill:g} weeks leave {share(pay.available)}% "
        f"of that: {pay.people} posts, {number(pay.empty)} of them empty on average, "
        f"{number(pay.hires)} to hire a year, {_ten_thousand(pay.yuan_per_year)} ten thousand yuan "
        "of pay and insurance. Most of these deductions are assumed: [staffing] of the scenario."))


def _method(found: Outcome, lang: Lang) -> list[str]:
    best = found.found
    tried = sum(trial.counts is not None for trial in found.trials)
    joined = sum(part.last > part.first for part in found.parts)
    minutes = found.week.slot_ms // MINUTE
    lines = wrap(choose(
        lang,
        f"训练用{found.replications}次重复，种子{found.seed}。先按修正话务量和Erlang A估席位，再用"
        f"模拟修正{len(found.trials) - tried}次，用整数规划选最省的排班，模拟了{tried}种排班。"
        f"每个时段{minutes}分钟；来电太少的相邻时段并作一段（{joined}段），使训练里每段约有"
        f"{FEWEST_CALLS}个以上来电。全县一起模拟，催单和回访都在内。",
        f"{found.replications} replications for training, seed {found.seed}. Seats from the "
        f"modified offered load and Erlang A, corrected in {len(found.trials) - tried} runs, then "
        f"the cheapest cover by integer programming; {tried} rosters were simulated. An interval "
        f"is {minutes} minutes; where few call, neighbours are joined ({joined} are), so that each "
        f"holds about {FEWEST_CALLS} calls or more in training. The whole county is simulated, "
        "chasing calls and call-backs included."))
    if not best.feasible:
        lines += wrap(choose(
            lang, "没有找到在训练中全部达标的排班；这是试过的里面差得最少的。",
            "NO ROSTER was found that meets every target in training; this one misses least."))
    elif best.proven:
        lines += wrap(choose(
            lang, "只要多一人不会让任何时段变差，就没有更省的排班能在训练中全部达标。",
            "No cheaper roster meets every target in training, provided that more people never "
            "make an interval worse."))
    else:
        gap = f"{100 * (1 - best.bound / best.cost):.0f}"
        lines += wrap(choose(
            lang, f"更省的排班至多还能省{gap}%（在试到限额时停下）。",
            f"A cheaper roster could save {gap}% at most (the search stopped at its limit)."))
    unseen = [day for day in range(HOLIDAY) if day not in found.week.kinds]
    if unseen:
        names = choose(lang, "、", ", ").join(day_name(day, lang) for day in unseen)
        lines += wrap(choose(
            lang, f"注意：统计期里没有{names}，这些天没有检验。",
            f"Mind: no {names} among the counted days; those days are not judged."))
    if not (can := coverable(found.week)[0]).all():
        slots = np.flatnonzero(~can)
        names = choose(lang, "、", ", ").join(
            _days_named(found.week.name(slot, slot), lang) for slot in slots[:MOST_LINES].tolist())
        lines += wrap(choose(
            lang, f"注意：operators.csv 里没有班组在这些时候上班（{len(slots)}个时段）：{names}。",
            f"Mind: no group of operators.csv works at these times ({len(slots)} slots): {names}."))
    return lines + wrap(choose(
        lang, "可排的班就是 operators.csv 的各行，人数为0的也算。要运行：hotline run，后面写本结果"
        "里的 scenario 文件夹。",
        "The patterns allowed are the rows of operators.csv, those of count 0 included. To run it: "
        "hotline run RESULT/scenario."))


def _named(found: Outcome, number_: int, lang: Lang) -> str:
    return _days_named(found.named(found.parts[number_]), lang)


def _days_named(text: str, lang: Lang) -> str:
    """``Mon 09:00-10:00`` in the language."""
    if lang == "en":
        return text
    return re.sub("|".join(KINDS), lambda day: DAYS_ZH[KINDS.index(day[0])], text)


def _ten_thousand(yuan: float) -> str:
    return number(yuan / 10_000)
