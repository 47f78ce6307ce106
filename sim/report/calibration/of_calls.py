"""Pages of a calibration and of a backtest, for people."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from sim.calibrate.learn import Duration
from sim.calibrate.whole import Calibration
from sim.experiments.backtest.whole import TABLES, VARIANTS, Backtest
from sim.report.wording.text import choose, number, share, table, wrap
from sim.scenario.sections.quantities import WEEKDAYS
from sim.words.glossary import Lang

NAMES: Mapping[str, tuple[str, str]] = {
    "arrivals": ("来电（每天）", "calls a day"),
    "service_level": ("服务水平", "service level"),
    "abandonment": ("放弃率", "abandonment"),
    "wait_s": ("平均等待（秒）", "mean wait, s"),
    "wait_p50_s": ("等待中位数（秒）", "median wait, s"),
    "wait_p90_s": ("等待九成位（秒）", "90 % wait, s"),
    "occupancy": ("坐席占用率", "occupancy"),
}
FAMILIES: Mapping[str, tuple[str, str]] = {
    "exponential": ("指数", "exponential"), "lognormal": ("对数正态", "lognormal"),
    "gamma": ("伽马", "gamma"), "weibull": ("韦布尔", "Weibull"),
}
STAFF: Mapping[str, tuple[str, str]] = {
    "blind": ("全凭过去：人手沿用校准时段同一星期几",
              "Blind: staff as on like weekdays of the fitted period"),
    "given_sign_ins": ("已知人手：由被预测时段的通话推断",
                       "Staff known: inferred from the predicted period's own calls"),
}
PARTS: Mapping[str, tuple[str, str]] = {
    "blind": ("全凭过去", "nothing"),
    "given_sign_ins": ("人手", "staff"),
    "true_arrivals": ("来电", "arrivals"),
    "true_talk": ("每天的平均通话时长", "mean talk of each day"),
    "true_patience": ("耐心", "patience"),
    "true_arrivals_staff": ("来电、人手", "arrivals, staff"),
    "true_arrivals_staff_talk": ("来电、人手、每天的时长", "arrivals, staff, mean talk"),
    "true_all": ("来电、人手、每通的时长、耐心", "arrivals, staff, each talk, patience"),
}


def calibration_page(done: Calibration, lang: Lang) -> str:
    """What the log held, what was left out, and what was learned."""
    learned = done.learned
    log, arrivals = learned.log, learned.arrivals
    lines = [choose(lang, "校准报告", "Calibration"), "=" * 40]
    lines += wrap(choose(
        lang,
        f"读取 {log.read} 行，{log.first} 起 {log.days} 天，采用 {len(log)} 个来电。",
        f"{log.read} rows read, {log.days} days from {log.first}, {len(log)} calls used.",
    ))
    for item in log.dropped:
        lines.append(f"    {item.rows:>8}  {choose(lang, item.reason_zh, item.reason_en)}")
    lines += ["", choose(lang, "[来电]", "[Calls]")]
    days = [
        (WEEKDAYS[w], number(float(arrivals.level[w])),
         choose(lang, "不开", "closed") if arrivals.classes[w] < 0
         else choose(lang, f"形状 {arrivals.classes[w] + 1}", f"shape {arrivals.classes[w] + 1}"))
        for w in range(7)
    ]
    lines += table(days, "<><")
    unusual = [f"{date}" for date, usual, count in zip(
        log.dates, arrivals.usual, arrivals.counts.sum(axis=1), strict=True)
        if not usual and count]
    zh = f"忙闲日变异系数 {arrivals.busy_cv:.3f}；特殊日：{'、'.join(unusual) or '无'}。"
    en = f"Spread of like days (CV) {arrivals.busy_cv:.3f}; exceptional days: " + (
        ", ".join(unusual) or "none") + "."
    lines += wrap(choose(lang, zh, en))
    lines += ["", choose(lang, "[通话与耐心]", "[Talk and patience]")]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("类别", "kind"), ("通话", "talk"), ("秒", "s"), ("偏离", "off by"), ("耐心", "patience"),
        ("秒", "s"), ("偏离", "off by")))]
    for voice, talk, patience in zip(
        learned.voices, learned.talk, learned.patience, strict=True
    ):
        rows.append((voice, *_told(talk, lang), *_told(patience, lang)))
    lines += table(rows, "<<>><>>")
    lines += ["", choose(lang, "[接线员]", "[Agents]")]
    ready = number(learned.not_ready.mean_s)
    lines += wrap(choose(lang, f"挂机后平均 {ready} 秒才能再接。",
                         f"Not ready for {ready} s on average after a call."))
    if not math.isnan(done.settled.mixed):
        lines += wrap(choose(
            lang,
            f"其中有人等待时的与不论何时的按 {1 - done.settled.mixed:.2f} 比 "
            f"{done.settled.mixed:.2f} 混合，使记录时段重算后的平均等待与实际"
            f"（{number(done.settled.recorded_wait_s)} 秒）相符。",
            f"It mixes what was seen while somebody waited and what was seen at any time, "
            f"{1 - done.settled.mixed:.2f} to {done.settled.mixed:.2f}, so that the log's own "
            f"period comes out with its mean wait of {number(done.settled.recorded_wait_s)} s.",
        ))
    source = learned.staff.presence.signed
    lines += wrap(choose(
        lang,
        f"在岗人数取自{'签入签出记录' if source else '通话活动的推断'}；"
        f"{len(learned.skills.sets)} 种技能组合，{len(log.agents)} 人。",
        f"Staff on duty {'from sign-in records' if source else 'inferred from who talks when'}; "
        f"{len(learned.skills.sets)} sets of skills, {len(log.agents)} agents. Calls go to the "
        f"longest idle in {share(learned.staff.longest_idle)} % of pairs.",
    ))
    if learned.redials:
        r = learned.redials
        lines += wrap(choose(
            lang, f"放弃后重拨：首次 {share(r.first.value)}%（{r.first.n} 例）。",
            f"Ring again after hanging up: {share(r.first.value)} % ({r.first.n} seen).",
        ))
    return "\n".join(lines) + "\n"


def _told(duration: Duration, lang: Lang) -> tuple[str, str, str]:
    fit = duration.fits[0] if duration.fits else None
    if fit is None:
        return choose(lang, "太少", "too few"), number(duration.mean_s), ""
    name = choose(lang, *FAMILIES[fit.family])
    if duration.fit is None:
        name = choose(lang, "照录", "as seen")
    return name, number(duration.mean_s), f"{fit.distance:.3f}"


def backtest_page(
    found: Backtest, hours: pd.DataFrame, skills: pd.DataFrame, errors: pd.DataFrame, lang: Lang
) -> str:
    """Predicted against observed, skill over Erlang A, and where the error comes from."""
    lines = [choose(lang, "回测", "Backtest"), "=" * 40]
    lines += wrap(choose(
        lang,
        f"用 {found.fit.text} 校准，预测 {found.predict.text}；{found.members} 次模拟，"
        f"种子 {found.seed}。",
        f"Calibrated on {found.fit.text}, predicting {found.predict.text}; {found.members} "
        f"members, seed {found.seed}.",
    ))
    for name in TABLES:
        lines += ["", f"[{choose(lang, *STAFF[name])}]"]
        rows = [tuple(choose(lang, *pair) for pair in (
            ("指标", "measure"), ("实际", "observed"), ("预测", "predicted"), ("95%", "95 %"),
            ("Erlang C", "Erlang C"), ("Erlang A", "Erlang A")))]
        gains = [tuple(choose(lang, *pair) for pair in (
            ("胜过 Erlang A", "skill over Erlang A"), ("每时一个数", "one figure an hour"),
            ("同一批输入", "the same draws"), ("模型若为真", "were it true")))]
        here = hours[(hours["table"] == name) & (hours["group"] == "all") & (hours["hour"] == -1)]
        for row in here.itertuples():
            s = skills[(skills["table"] == name) & (skills["group"] == "all")
                       & (skills["measure"] == row.measure)].iloc[0]
            show = _shown(str(row.measure))
            rows.append((
                choose(lang, *NAMES[str(row.measure)]), show(row.observed), show(row.predicted),
                f"{show(row.low)}..{show(row.high)}", show(row.erlang_c), show(row.erlang_a),
            ))
            gains.append((choose(lang, *NAMES[str(row.measure)]), _interval(s, "skill_formula_a"),
                          _interval(s), f"{s['true_model_a']:+.2f}"))
        lines += [*table(rows, "<>>>>>"), *table(gains, "<>>>")]
    lines += ["", choose(lang, "[误差从哪来：换上真值以后的 CRPS]",
                         "[Whose error: CRPS with the truth put in]")]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("换上的真值", "truth put in"), NAMES["service_level"], NAMES["abandonment"],
        NAMES["wait_s"], ("等待：胜过 Erlang A", "wait: skill over Erlang A")))]
    for variant in VARIANTS:
        mine = errors[errors["variant"] == variant].set_index("measure")["crps"]
        wait = skills[(skills["table"] == variant) & (skills["group"] == "all")
                      & (skills["measure"] == "wait_s")]
        over = "" if wait.empty else _interval(wait.iloc[0])
        rows.append((choose(lang, *PARTS[variant]), f"{mine['service_level']:.3f}",
                     f"{mine['abandonment']:.4f}", f"{mine['wait_s']:.1f}", over))
    lines += table(rows, "<>>>>")
    lines += wrap(choose(
        lang,
        "胜过：1 减去两者 CRPS 之比，0 为相当，1 为完美；括号内为按日重抽的 95% 区间。Erlang "
        "公式用同样的来电、人手、时长与耐心，逐小时计算：“每时一个数”用输入的平均值；“同一批输入”"
        "对每次抽取的输入各算一次，所以也带着输入的全部不确定，只差模型本身；“模型若为真”是把某"
        "次模拟当作实际时，后者是多少。",
        "Skill: 1 less the ratio of the two CRPS; 0 is as good, 1 perfect; in brackets the 95 % "
        "interval by resampling days. The formulas have the same arrivals, staff, times and "
        "patience, hour by hour: one figure an hour, from the mean of the inputs; or computed for "
        "each draw of the inputs, and so with the whole uncertainty of these, lacking only the "
        "model itself. Were it true: what the latter is with a member in the place of what "
        "happened.",
    ))
    return "\n".join(lines) + "\n"


def _interval(row: pd.Series, name: str = "skill_a") -> str:
    return f"{row[name]:+.2f} ({row[f'{name}_low']:+.2f}..{row[f'{name}_high']:+.2f})"


def _shown(measure: str) -> Callable[[float], str]:
    if measure in ("service_level", "abandonment", "occupancy"):
        return lambda value: "-" if pd.isna(value) else f"{100 * value:.1f}%"
    return lambda value: "-" if pd.isna(value) else number(float(value))
