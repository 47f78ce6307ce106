"""The page of ``hotline tune``: the rules chosen, how sure that is, what they change."""

from __future__ import annotations

import math

import pandas as pd

from sim.experiments.tune import tables
from sim.experiments.tune.outcome import Outcome
from sim.experiments.tune.plan import BLOCK
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.report.study.compare import VERDICTS, differences
from sim.report.wording.sizes import apart, level, named
from sim.report.wording.text import WIDTH, choose, number, share, table, wrap
from sim.words.glossary import Lang

MOST_LINES = 20
"""Candidates and settings that are listed one by one."""


def page(found: Outcome, lang: Lang) -> str:
    """Plain text, at most :data:`~sim.report.wording.text.WIDTH` columns wide, but for names."""
    about = found.plan.base.scenario.about
    title = found.plan.study.titles.get(choose(lang, "title_zh", "title_en")) or choose(
        lang, f"派单规则：{about.title_zh}", f"Dispatch rules: {about.title_en}")
    sections = (
        ("选定的规则", "The rules chosen", _chosen(found, lang)),
        ("与现行规则相比", "Against the default", _against(found, lang)),
        ("怎么选出来的", "How they were chosen", _choice(found, lang)),
        ("搜索", "The search", _search(found, lang)),
        ("取舍", "What can be traded", _front(found, lang)),
        ("说明", "To know", _method(found, lang)),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH]
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _chosen(found: Outcome, lang: Lang) -> list[str]:
    plan, one = found.plan, found.candidates[found.chosen]
    lines = wrap(one.name + choose(lang, "：", ": ") + (
        "  ".join(one.settings) or choose(lang, "方案原样", "the scenario as it is")), hang=2)
    main = plan.objectives[0]
    size = apart(plan.indifference, main.measure, lang)
    what = named(main.measure, main.group, lang)
    others = len(found.finalists) - 1
    if not others:
        return lines + wrap(choose(lang, "只有这一个，没有可选的。", "There was no other one."))
    if found.choice.certain:
        return lines + wrap(choose(
            lang,
            f"在{others + 1}个候选里按“{what}”选出：至少有{share(plan.confidence)}%的把握，它是最好"
            f"的，或与最好的相差不到{size}。",
            f"The best of {others + 1} by {what}: with at least {share(plan.confidence)}% "
            f"probability it is the best, or within {size} of the best."))
    left = "、" if lang == "zh" else ", "
    names = left.join(found.candidates[found.finalists[n]].name for n in found.choice.left)
    return lines + wrap(choose(
        lang,
        f"不作保证：重复{plan.most}次（max_replications）仍分不出。这是剩下几个（{names}）里"
        f"“{what}”均值最好的。",
        f"NOT PROMISED: {plan.most} replications (max_replications) did not tell them apart. Of "
        f"those still in it ({names}) it has the best mean of {what}."))


def _against(found: Outcome, lang: Lang) -> list[str]:
    plan = found.plan
    lines = wrap(choose(
        lang,
        f"对照是“{plan.default}”，用{len(plan.held)}次留出的重复（第{plan.held.start}次起，搜索和"
        "挑选都没有用过），括号内是差值的95%置信区间：",
        f"The default is \"{plan.default}\"; on {len(plan.held)} held-out replications (from "
        f"number {plan.held.start}; neither search nor choice has seen them), with the 95% "
        "interval of the difference:"))
    if found.chosen == found.default:
        lines += wrap(choose(lang, "选定的就是它，不用改。",
                             "It is the one that was chosen: nothing changes."))
    names = list(dict.fromkeys(found.comparison["variant"]))
    for name in names:
        own = found.comparison[found.comparison["variant"] == name]
        head = choose(lang, f"“{name}”", f"\"{name}\"")
        if name == found.candidates[found.chosen].name:
            head += choose(lang, "（选定）", " (chosen)")
        elif found.best_searched is not None and name == found.candidates[found.best_searched].name:
            head += choose(lang, "（搜索到的最好的）", " (the best that was searched)")
        lines.append(f"  {head}")
        for verdict, (zh, en) in VERDICTS.items():
            rows = own[own["verdict"] == verdict]
            if len(rows):
                lines += [f"    {choose(lang, zh, en)}", *differences(rows, lang)]
    return lines


def _choice(found: Outcome, lang: Lang) -> list[str]:
    if len(found.finalists) < 2:
        return []
    plan, main = found.plan, found.plan.objectives[0]
    picked = tables.selection(found).sort_values(
        ["chosen", "n", "mean"], ascending=[False, False, CATALOGUE[main.measure].better == "low"],
        kind="stable")
    head = choose(lang, f"候选|重复次数|{named(main.measure, main.group, lang)}|出局",
                  f"candidate|replications|{named(main.measure, main.group, lang)}|out")
    rows = [tuple(head.split("|"))]
    for row in picked.head(MOST_LINES).itertuples():
        rows.append((
            str(row.candidate), str(row.n), level(float(row.mean), main.measure),
            _out(row.out_after, row.out_by, lang)))
    lines = table(rows, align="<>><")
    if (more := len(picked) - MOST_LINES) > 0:
        lines += wrap(choose(lang, f"另有{more}个，见 selection.csv。",
                             f"and {more} more, in selection.csv"))
    return lines + wrap(choose(
        lang,
        f"KN程序（Kim与Nelson 2001），各候选遇到同样的来电与诉求，无差异区"
        f"{apart(plan.indifference, main.measure, lang)}，先各看{plan.first}次，再逐次淘汰；从第"
        f"{BLOCK}次重复起。",
        "Procedure KN (Kim and Nelson 2001) on common workloads, indifference zone "
        f"{apart(plan.indifference, main.measure, lang)}, {plan.first} replications of each first, "
        f"then one at a time; from replication {BLOCK} on."))


def _out(after: object, by: object, lang: Lang) -> str:
    if pd.isna(after):
        return ""
    behind = "" if pd.isna(by) else choose(lang, f"，不如{by}", f", behind {by}")
    return choose(lang, f"第{after}次后{behind}", f"after {after}{behind}")


def _search(found: Outcome, lang: Lang) -> list[str]:
    plan = found.plan
    trials = [n for n, one in enumerate(found.candidates) if one.searched]
    if plan.search is None or not trials:
        return []
    main, sign = plan.objectives[0], plan.signs[0]
    best = max(trials, key=lambda place: sign * found.mean(place)[0])
    count = len(plan.training)
    lines = wrap(choose(
        lang,
        f"试了{len(trials)}组数，各{count}次训练重复；最好的{plan.search.keep}组进入挑选。训练里最好"
        f"的是{found.candidates[best].name}：{level(found.mean(best)[0], main.measure)}（训练里的数"
        "偏好，要看留出的）。",
        f"{len(trials)} trials, {count} training replications each; the best {plan.search.keep} "
        f"joined the choice. Best in training: {found.candidates[best].name}, "
        f"{level(found.mean(best)[0], main.measure)} (training flatters: see the held-out "
        "figures)."))
    shown = found.best_searched if found.best_searched is not None else best
    head = choose(lang, f"数|范围|{found.candidates[shown].name}",
                  f"number|range|{found.candidates[shown].name}")
    own = dict(setting.split("=", 1) for setting in found.candidates[shown].settings)
    rows = [tuple(head.split("|"))]
    rows += [
        (one.key, f"{one.low:g} – {one.high:g}" + (" log" if one.log else ""), own[one.key])
        for one in plan.search.ranges
    ]
    return lines + table(rows, align="<<>")


def _front(found: Outcome, lang: Lang) -> list[str]:
    if not found.fronts:
        return []
    plan = found.plan
    names = [named(row.measure, row.group, lang) for row in plan.objectives]
    kept = tables.front(found)
    rows: list[tuple[str, ...]] = [(choose(lang, "候选", "candidate"), *names)]
    shown = kept[kept[f"held_out_{plan.objectives[0]}"].notna()]
    for _, row in shown.iterrows():
        rows.append((
            str(row["candidate"]),
            *(_with_interval(row, objective) for objective in plan.objectives)))
    lines = wrap(choose(
        lang, f"训练里没有别的候选在每项目标上都不差而有一项更好的，共{len(kept)}个；"
        "留出重复上的值：",
        f"{len(kept)} candidates that no other beats in training: none is as good at every "
        "objective and better at one. On held-out replications:"))
    return lines + table(rows, align="<" + ">" * len(names))


def _with_interval(row: pd.Series, objective: Chosen) -> str:
    mean, low, high = (
        float(row[f"held_out_{objective}{end}"]) for end in ("", "_ci_low", "_ci_high"))
    if math.isnan(low):
        return level(mean, objective.measure)
    ends = "-".join(level(x, objective.measure).rstrip("%") for x in (low, high))
    return f"{level(mean, objective.measure)} ({ends})"


def _method(found: Outcome, lang: Lang) -> list[str]:
    plan = found.plan
    return wrap(choose(
        lang,
        f"三组来电与诉求互不相同：第0次起{len(plan.training)}次用来训练，第{BLOCK}次起用来挑选，第"
        f"{plan.held.start}次起{len(plan.held)}次用来检验；种子{plan.study.seed}。候选共模拟"
        f"{number(found.spent)}次，全部候选见 tried.csv。目标先在每次重复里算，再取平均。运行："
        "hotline run 本结果/scenario",
        f"Three sets of workloads that share no draw: {len(plan.training)} from replication 0 for "
        f"training, from {BLOCK} for the choice, {len(plan.held)} from {plan.held.start} held out; "
        f"seed {plan.study.seed}. {number(found.spent)} replications in all; every candidate is in "
        "tried.csv. An objective is taken in each replication, then averaged. To run it: hotline "
        "run RESULT/scenario"))
