"""The page of a comparison: what each variant does better and worse than the base."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.wording.sizes import apart, bare, level, named, never
from sim.report.wording.text import WIDTH, choose, table, wrap
from sim.words.glossary import Lang

VERDICTS = {
    "better": ("更好", "Better"),
    "worse": ("更差", "Worse"),
    "different": ("不同（无所谓好坏）", "Different, neither better nor worse"),
    "no_difference_shown": ("未见差别", "No difference shown"),
}


def page(record: Mapping[str, Any], comparison: pd.DataFrame, lang: Lang) -> str:
    """Plain text; ``record`` and ``comparison`` as :mod:`sim.experiments.compare` makes them."""
    base, *others = record["variants"]
    title = choose(
        lang, f"与“{base['name']}”相比：{len(others)}个方案",
        f"Against \"{base['name']}\": {len(others)} variant{'' if len(others) == 1 else 's'}")
    lines = [*wrap(title, indent=0), "=" * WIDTH]
    for other in others:
        lines += wrap(choose(lang, f"【{other['name']}】", f"[{other['name']}]") + " "
                      + "  ".join(other["own"]), indent=0, hang=2)
        if other["failed"]:
            lines += wrap(choose(lang, "未能算完，原因见 failures.csv。",
                                 "could not be simulated; the reasons are in failures.csv"))
        own = comparison[comparison["variant"] == other["name"]]
        for verdict, (zh, en) in VERDICTS.items():
            rows = own[own["verdict"] == verdict]
            if len(rows):
                lines += [f"  {choose(lang, zh, en)}", *differences(rows, lang)]
    return "\n".join([*lines, "-" * WIDTH, *_notes(record, comparison, lang)]) + "\n"


def differences(rows: pd.DataFrame, lang: Lang) -> list[str]:
    """``on-time orders  83.4% -> 85.1%  +1.7 points (0.9 to 2.5)``, a line for each."""
    cells = []
    for row in rows.itertuples():
        sign = "+" if row.difference > 0 else ""
        cells.append((
            named(row.measure, row.group, lang),
            f"{level(row.mean_base, row.measure)} -> {level(row.mean_variant, row.measure)}",
            sign + apart(row.difference, row.measure, lang) + _interval(row, lang),
        ))
    return table(cells, align="<><", indent=4)


def _interval(row: Any, lang: Lang) -> str:
    if math.isnan(row.ci_low):
        return ""
    return choose(lang, "（{} 至 {}）", " ({} to {})").format(
        bare(row.ci_low, row.measure), bare(row.ci_high, row.measure))


def _notes(record: Mapping[str, Any], comparison: pd.DataFrame, lang: Lang) -> list[str]:
    n = record["replications"]
    lines = wrap(choose(
        lang, f"各方案都模拟{n}次，种子{record['identity']['seed']}。",
        f"{n} replication{'' if n == 1 else 's'} of each, seed {record['identity']['seed']}."))
    if n == 1:
        lines += wrap(choose(lang, "只模拟了1次，没有置信区间，不能下结论。",
                             "One replication has no interval: no conclusion can be drawn."))
    lines += _workloads(record, lang)
    lines += never(comparison[["mean_base", "mean_variant"]], lang)
    ratio = comparison["variance_ratio"].median()
    if 0 < ratio < 1:
        lines += wrap(choose(
            lang, f"同样的来电与诉求使差值的方差只有各自独立模拟时的{ratio:.2g}倍（中位数）。",
            "Pairing: the variance of a difference is "
            f"{ratio:.2g} of that of independent runs (median)."))
    return lines + wrap(choose(
        lang, "括号内是该差值本身的95%置信区间，只反映偶然。“更好”“更差”按Holm法对全部"
        f"{record['comparisons']}次比较校正：全部判断合起来出错的机会不超过5%；所以区间不含0的"
        "也可能判为“未见差别”。未见差别不等于没有差别。",
        "In brackets: the 95% interval of that difference alone, of chance only. \"Better\" and "
        f"\"worse\" are corrected for all {record['comparisons']} comparisons (Holm): the chance "
        "that any of them is wrong is at most 5%, so that a difference whose interval leaves out 0 "
        "may still not be shown. No difference shown does not mean that there is none."))


def _workloads(record: Mapping[str, Any], lang: Lang) -> list[str]:
    """Whether all met the same workloads; if not, who did not."""
    n = record["replications"]
    others = [v for v in record["variants"] if not v["failed"] and v["same_workloads"] < n]
    if not others:
        return wrap(choose(lang, "各方案遇到的来电与诉求完全相同（已核对）。",
                           "All met exactly the same workloads (checked)."))
    names = choose(lang, "、", ", ").join(v["name"] for v in others)
    return wrap(choose(
        lang, f"注意：{names} 的需求与基准不同，来电与诉求因此不同；随机数仍对应，但配对效果较弱。",
        f"Mind: demand differs from the base in {names}, hence the workloads; the random numbers "
        "still correspond, but pairing is worth less."))
