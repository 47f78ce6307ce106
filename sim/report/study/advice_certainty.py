"""The advice page's last part: what it rests on, and how sure each line is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.experiments.advise.outcome import (
    CAREGIVERS,
    CHECK,
    DISPATCH,
    MORE_OPERATORS,
    OPERATORS,
    SCREEN,
    SENSITIVITY,
    Advice,
)
from sim.experiments.advise.rules import INDIFFERENCE
from sim.experiments.staffing.outcome import HELD
from sim.report.study.sensitivity import said
from sim.report.wording.sizes import level, named
from sim.report.wording.text import choose, share, table, wrap
from sim.words.glossary import Lang


def resting_on(found: Advice, lang: Lang) -> list[str]:
    """The assumptions that move a target most, and where the advice turns."""
    rows = found.tables["assumptions"]
    if rows.empty:
        return []
    lines: list[str] = []
    for place, row in enumerate(rows.itertuples(), 1):
        measure = str(row.measure)
        name = named(measure, "all", lang)
        low, high = (level(float(value), measure) for value in (row.at_low, row.at_high))
        lines += wrap(choose(
            lang,
            f"{place}. {row.path}（现取{said(row.middle)}）：取{said(row.low)}时{name}{low}，取"
            f"{said(row.high)}时{high}。{_turn(row, lang)}",
            f"{place}. {row.path} (assumed {said(row.middle)}): {name} is {low} at "
            f"{said(row.low)}, {high} at {said(row.high)}. {_turn(row, lang)}"), hang=3)
    return lines


def _turn(row: Any, lang: Lang) -> str:
    """At which value a target turns."""
    if pd.isna(row.advice):
        return choose(lang, "在这个范围里达标与否都不变。",
                      "Within that range no target turns.")
    measure, _, group = str(row.advice).partition(":")
    name = named(measure, group or "all", lang)
    ends = [row.value_from, row.value_to]
    if row.side == "low":
        ends.reverse()
    span = "" if all(map(pd.isna, ends)) else choose(lang, "（{} 至 {}）", " ({} to {})").format(
        *(said(end, lang) for end in ends))
    before, after = (
        choose(lang, "达标" if word == "met" else "未达标", word)
        for word in (str(row.before), str(row.after)))
    return choose(
        lang, f"到{said(row.value)}{span}，“{name}”由{before}变为{after}，建议就要改。",
        f"At {said(row.value)}{span} \"{name}\" turns from {before} to {after}, and the advice "
        "with it.")


def certainty(found: Advice, lang: Lang) -> list[str]:
    """A line for each line of the advice: on how much it was judged, and how sure it is."""
    records = found.records
    checked = records[CHECK]["replications"]
    rows = [
        choose(lang, "哪一条|检验用的新重复|有多大把握",
               "line|fresh replications|how sure").split("|"),
        [choose(lang, "接线员", "operators"), str(_fresh(records[OPERATORS])),
         _of_operators(records[OPERATORS], lang)],
    ]
    if CAREGIVERS in records:
        rows += [
            [choose(lang, "护理员", "caregivers"), str(_fresh(records[CAREGIVERS])),
             _of_caregivers(found, lang)],
            [choose(lang, "派单规则", "dispatch rule"),
             str(_held_out(records[DISPATCH])), _of_rule(found, lang)],
        ]
    rows.append([
        choose(lang, "目标、钱、谁等不到", "targets, money, not served"), str(checked),
        choose(lang, "95%区间如上，只含偶然", "95% intervals as above: chance alone")])
    rows.append([
        choose(lang, "需求再多一半", "half as much again"), str(checked),
        choose(
            lang, f"人数是粗算：每次试算只重复{records[MORE_OPERATORS]['replications']}次",
            f"people roughly: {records[MORE_OPERATORS]['replications']} replications a trial")])
    if SENSITIVITY in records:
        close, wide = records[SENSITIVITY], records[SCREEN]
        rows.append([
            choose(lang, "假设", "assumptions"), str(close["replications"]),
            choose(
                lang,
                f"{wide['assumptions']}项各试{wide['replications']}次，挑出{close['assumptions']}项"
                "细看",
                f"{wide['assumptions']} looked at {wide['replications']} times each, "
                f"{close['assumptions']} of them closely")])
    seed = found.asked.seed
    days = found.scenario.time.days
    return table(rows, align="<><") + wrap(choose(
        lang,
        f"每次重复{days}天；求解用种子{seed}，最后检验用种子{seed + 1}，两者没有相同的来电。区间"
        "只说偶然，不说假设对不对。要运行：hotline run 本结果/scenario",
        f"A replication has {days} days; searched with seed {seed}, judged in the end with seed "
        f"{seed + 1}, which has no call in common. Intervals are of chance, not of the "
        "assumptions. To run it: hotline run RESULT/scenario"))


def _fresh(record: Mapping[str, Any]) -> int:
    start, stop = record["fresh"]
    return int(stop) - int(start)


def _held_out(record: Mapping[str, Any]) -> int:
    start, stop = record["replications"]["held_out"]
    return int(stop) - int(start)


def _of_operators(record: Mapping[str, Any], lang: Lang) -> str:
    verdicts = record["verdicts"]
    sure, every = verdicts.get(HELD, 0), sum(verdicts.values())
    return choose(
        lang, f"{every}个时段中{sure}个的整个95%区间达标",
        f"{sure} of {every} intervals with the whole 95% interval")


def _of_caregivers(found: Advice, lang: Lang) -> str:
    record, goals = found.records[CAREGIVERS], found.goals[found.goals["what"] == "goal"]
    met = int((goals["met"].astype(str) == "True").sum())
    return choose(
        lang, f"{len(goals)}项目标中{met}项有{share(record['confidence'])}%的把握",
        f"{met} of {len(goals)} goals with {share(record['confidence'])}% confidence")


def _of_rule(found: Advice, lang: Lang) -> str:
    record = found.records[DISPATCH]
    if not record["certain"]:
        return choose(lang, "分不出高下：没有保证", "too close to call: nothing is promised")
    points = f"{100 * INDIFFERENCE:g}"
    return choose(
        lang, f"{share(record['confidence'])}%的把握：最好，或与最好的相差不到{points}个百分点",
        f"{share(record['confidence'])}% that none is better by {points} points")
