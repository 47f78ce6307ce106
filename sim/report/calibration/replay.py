"""The page of a replay: the log beside it."""

from __future__ import annotations

import pandas as pd

from sim.report.wording.text import choose, number, table, wrap
from sim.words.glossary import Lang

NAMES = {
    "calls": ("来电", "calls"), "abandonment": ("放弃率", "abandonment"),
    "service_level": ("服务水平", "service level"), "wait_s": ("平均等待（秒）", "mean wait, s"),
    "wait_p90_s": ("等待九成位（秒）", "90 % wait, s"), "orders": ("工单", "orders"),
    "response_min": ("响应平均（分）", "mean response, min"),
    "response_p90_min": ("响应九成位（分）", "90 % response, min"),
    "within_target": ("时限内到达", "within the target"),
}


def replay_page(beside: pd.DataFrame, recorded_staff: bool, lang: Lang) -> str:
    """The log and its replay; ``recorded_staff``: under the staffing that there was, so that the
    two should agree."""
    lines = [choose(lang, "记录重演", "Replay of a log"), "=" * 40]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("指标", "measure"), ("记录", "log"), ("重演", "replay"), ("各次重复", "replications")))]
    for row in beside.itertuples():
        share = row.unit == "share"
        text = [_shown(float(str(v)), share) for v in (row.log, row.replay, row.low, row.high)]
        rows.append((choose(lang, *NAMES[str(row.measure)]), *text[:2], f"{text[2]}..{text[3]}"))
    lines += table(rows, "<>>>")
    if recorded_staff:
        lines += wrap(choose(
            lang, "人手与记录相同：两栏越近，此方案对这段时期的描述越可信；差别来自推断的人手、"
            "未记录的休息与话后处理。",
            "Staff as recorded: the nearer the two columns, the better this scenario describes the "
            "period; what differs is staff that had to be inferred, breaks and work after calls "
            "that were not recorded.",
        ))
    else:
        lines += wrap(choose(
            lang, "人手或规则与记录不同：与“人手不变”的重演相比（而不是与记录相比），"
            "才是改变的效果。",
            "Staff or rules differ from the record: compare with the replay under the recorded "
            "staff, not with the log itself, to see what the change does.",
        ))
    lines += wrap(choose(
        lang, "来电、通话与已挂断者的耐心照记录；接通者若等得更久会不会挂断，按校准的分布抽取。",
        "Calls, talk and the patience of who hung up are as recorded; whether somebody who was "
        "answered would have held longer is drawn from the calibrated distribution.",
    ))
    return "\n".join(lines) + "\n"


def _shown(value: float, share: bool) -> str:
    if pd.isna(value):
        return "-"
    return f"{100 * value:.1f}%" if share else number(value)
