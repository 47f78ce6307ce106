"""The page of a sensitivity analysis: what matters, and when the advice changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.wording.sizes import level, named, never, unit
from sim.report.wording.text import WIDTH, choose, table, wrap
from sim.words.glossary import Lang

MOST = 5
"""So many assumptions are named for each measure."""
MOST_REASONS = 8


def page(record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], lang: Lang) -> str:
    """Plain text; ``record`` and ``tables`` as :mod:`sim.experiments.sensitivity.run` makes them.
    """
    n, seed = record["replications"], record["identity"]["seed"]
    title = choose(lang, f"“{record['base']}”：结论靠不靠得住",
                   f"\"{record['base']}\": what the conclusions rest on")
    count = record["assumptions"]
    about = choose(
        lang,
        f"{count}项假设逐一取低值和高值，其余不变，同样的来电与诉求，各模拟{n}次，种子{seed}。",
        f"{count} assumption{'' if count == 1 else 's'}, one at a time at the low and at the high "
        f"value, all else as assumed, on the same workloads; {n} "
        f"replication{'' if n == 1 else 's'} of each, seed {seed}.")
    sections = (
        ("两种不确定，分开看", "Two uncertainties, apart", _ranges(tables["ranges"], lang)),
        ("哪些假设最要紧", "Which assumptions matter most", _tornado(tables["tornado"], lang)),
        ("何时结论会变", "When does the advice change?", _advice(record, tables["advice"], lang)),
        ("没有变动的假设", "Assumptions that were not varied", _left_out(tables["left_out"], lang)),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH, *wrap(about, indent=0)]
    if record["failed"]:
        lines += wrap(choose(
            lang, f"有{len(record['failed'])}种设定未能算完，原因见 failures.csv。",
            f"{len(record['failed'])} settings could not be simulated; the reasons are in "
            "failures.csv."), indent=0)
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _ranges(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Value, range of chance and range over the assumptions, a line for each measure."""
    head = choose(lang, "指标|按原假设|偶然|假设", "measure|as assumed|chance|assumptions")
    lines = [head.split("|")]
    for row in rows.itertuples():
        m = row.measure
        lines.append([
            named(m, row.group, lang), level(row.value, m) + unit(m, lang),
            f"{level(row.chance_low, m)} - {level(row.chance_high, m)}",
            f"{level(row.assumed_low, m)} - {level(row.assumed_high, m)}",
        ])
    infinite = never(rows[["value", "assumed_low", "assumed_high"]], lang)
    return [*table(lines, align="<>>>"), *infinite, *wrap(choose(
        lang, "偶然：假设都成立时的95%置信区间，多模拟几次便会变窄。假设：任一项假设取低值或高值时"
        "的最小与最大，多模拟也不会变窄，只有查实假设才会。",
        "Chance: the 95% interval if every assumption holds; more replications narrow it. "
        "Assumptions: least and greatest with any one of them at its low or high; no replication "
        "narrows that, only finding out does."))]


def _tornado(rows: pd.DataFrame, lang: Lang) -> list[str]:
    lines: list[str] = []
    unmoved = []
    for (measure, group), own in rows.groupby(["measure", "group"], sort=False):
        name = named(measure, group, lang)
        shown = own[own["shown"] == "yes"]
        if shown.empty:
            unmoved.append(name)
            continue
        cells = [
            (row.path, f"{said(row.low)} ; {said(row.high)}",
             f"{_at(row.at_low, measure)} ; {_at(row.at_high, measure)}")
            for row in shown.head(MOST).itertuples()
        ]
        lines += [f"  {name}", *table(cells, align="<>>", indent=4)]
        more, rest = len(shown) - MOST, len(own) - len(shown)
        words = []
        if more > 0:
            words.append(choose(lang, f"另有{more}项有影响", f"{more} more have an effect"))
        if rest:
            words.append(choose(lang, f"其余{rest}项的影响不能与偶然区分",
                                f"the effect of the other {rest} cannot be told from chance"))
        if words:
            text = choose(lang, "；", "; ").join(words)
            lines += wrap(text[0].upper() + text[1:] + choose(lang, "。", "."), indent=4)
    if unmoved:
        names = choose(lang, "、", ", ").join(unmoved)
        lines += wrap(choose(lang, f"没有一项假设的影响能与偶然区分：{names}。",
                             f"Moved by no assumption more than by chance: {names}."), hang=2)
    return lines


def _advice(record: Mapping[str, Any], rows: pd.DataFrame, lang: Lang) -> list[str]:
    """A sentence for each place at which an advice changes, and what is not certain."""
    lines: list[str] = []
    for advice, own in rows.groupby("advice", sort=False):
        lines += wrap(_subject(str(advice), own.iloc[0], lang))
        changes = own[own["status"] == "changes"]
        cells = [
            (row.path, f"{said(row.middle)} -> {said(row.value)}", _interval(row, lang),
             _outcome(str(advice), row.after, lang))
            for row in changes.itertuples()
        ]
        lines += table(cells, align="<><", indent=4)
        known = set(changes["path"])
        unsure = list(dict.fromkeys(
            path for path in own[own["status"] == "not_certain"]["path"] if path not in known))
        if changes.empty:
            lines += wrap(choose(lang, "任何一项假设在其范围内都没有改变它。",
                                 "No assumption changes it within its range."), indent=4)
        if unsure:
            named_ = choose(lang, "、", ", ").join(unsure[:MOST])
            more = "" if len(unsure) <= MOST else choose(
                lang, f" 等{len(unsure)}项", f" and {len(unsure) - MOST} more")
            lines += wrap(choose(
                lang, f"模拟次数不够，不能肯定不变：{named_}{more}。",
                f"Perhaps changed too, for chance leaves it open: {named_}{more}."),
                indent=4, hang=2)
    if lines and record["replications"] > 1:
        lines += wrap(choose(
            lang, "括号内是这一转折点的95%区间；“…”表示延伸到假设范围之外，或越过了原假设的值。",
            "In brackets: the 95% interval of the turning point; \"...\": it reaches past the end "
            "of the range, or back past the value assumed."))
    return lines


def _subject(advice: str, row: Any, lang: Lang) -> str:
    if advice == "choice":
        return choose(
            lang, f"选哪个方案：现为“{row.before}”（未达标项最少，其次最省）",
            f"Which variant: now \"{row.before}\" (fewest targets missed, then cheapest)")
    measure, _, group = advice.partition(":")
    said = named(measure, group or "all", lang)
    return choose(lang, f"目标“{said}”：现为{_outcome(advice, row.before, lang)}",
                  f"Target \"{said}\": now {_outcome(advice, row.before, lang)}")


def _outcome(advice: str, said: str, lang: Lang) -> str:
    if advice == "choice":
        return choose(lang, f"“{said}”", f"\"{said}\"")
    return choose(lang, "达标" if said == "met" else "未达标", said)


def _interval(row: Any, lang: Lang) -> str:
    ends = [said(end, lang) for end in (row.value_from, row.value_to)]
    if row.side == "low":
        ends.reverse()
    return choose(lang, "（{} 至 {}）", "({} to {})").format(*ends)


def _left_out(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """The reasons, each with the assumptions that have it."""
    lines: list[str] = []
    reasons = rows.groupby(choose(lang, "reason_zh", "reason"), sort=False)["path"].apply(list)
    for reason, paths in list(reasons.items())[:MOST_REASONS]:
        comma = choose(lang, "、", ", ")
        lines += wrap(f"{reason}{choose(lang, '：', ': ')}{comma.join(paths)}", hang=2)
    if len(reasons) > MOST_REASONS:
        lines += wrap(choose(lang, "其余见 left_out.csv。", "The rest are in left_out.csv."))
    return lines


def _at(value: float, measure: str) -> str:
    return "?" if math.isnan(value) else level(value, measure)


def said(value: Any, lang: Lang = "en") -> str:
    """A value of an assumption; where cells differ, the least and the greatest."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return choose(lang, "…", "...")
    if isinstance(value, str):
        return " - ".join(f"{float(part):.4g}" for part in value.split(" - "))
    return f"{value:.4g}"
