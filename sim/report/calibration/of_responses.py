"""The page of a backtest of an orders log, for people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.backtest.response.errors import ITSELF
from sim.experiments.backtest.response.tables import MEASURES
from sim.experiments.backtest.response.whole import ResponseBacktest
from sim.report.wording.text import choose, share, table, wrap
from sim.words.glossary import Lang

NAMES = {
    "requests": ("诉求（每天）", "requests a day"),
    "served": ("办到（每天）", "served a day"),
    "lost_trips": ("空跑（每天）", "trips for nothing a day"),
    "never_reached": ("未出动（每天）", "never set out for, a day"),
    "mean_min": ("响应平均（分）", "mean response, min"),
    "p50_min": ("响应中位（分）", "median response, min"),
    "p90_min": ("响应九成位（分）", "90 % response, min"),
    "within_target": ("时限内到达", "within the target"),
    "response_min": ("每个诉求的响应", "each request's response"),
    "day_requests": ("每天的诉求数", "each day's requests"),
    "day_mean_min": ("每天的平均响应", "each day's mean response"),
    "day_within_target": ("每天的时限内比例", "each day's share within the target"),
}
VARIANTS = {
    "blind": ("全凭过去：队伍数沿用校准时段", "Blind: units as in the fitted period's last weeks"),
    "given_sign_ins": ("已知队伍数：由被预测时段的活动推断",
                       "Units known: inferred from the predicted period's own jobs"),
    "true_requests": ("再换上真实的诉求", "The recorded requests put in too"),
}
PARTS = {
    "blind": ("什么都没换", "nothing"),
    "given_sign_ins": ("队伍数", "units"),
    "true_arrivals": ("诉求", "requests"),
    "true_travel": ("路程快慢", "how long ways take"),
    "true_stay": ("现场时长与空跑", "stays, trips for nothing"),
    "true_delay": ("有空闲队伍时多久派出", "delay while units are free"),
    "true_requests": ("队伍数+诉求", "units, requests"),
    "true_requests_times": ("队伍数+诉求+以上各时长", "units, requests, all those times"),
    "settled_units": ("再按派出时间定队伍数", "and units settled on the time to dispatch"),
    "true_all": ("再换每趟路程与现场时长", "and each way and stay"),
    ITSELF: ("（实际响应的分布本身）", "(the observed distribution itself)"),
}


def response_page(
    found: ResponseBacktest, hours: pd.DataFrame, skills: pd.DataFrame, errors: pd.DataFrame,
    lang: Lang,
) -> str:
    """Predicted against observed, and the skill over what is easily had."""
    lines = [choose(lang, "响应时间回测", "Backtest of response times"), "=" * 40]
    lines += wrap(choose(
        lang, f"用 {found.fit.text} 校准，预测 {found.predict.text}；{found.members} 次模拟，"
        f"种子 {found.seed}。",
        f"Calibrated on {found.fit.text}, predicting {found.predict.text}; {found.members} "
        f"members, seed {found.seed}."))
    for variant, title in VARIANTS.items():
        lines += ["", f"[{choose(lang, *title)}]"]
        rows = [tuple(choose(lang, *pair) for pair in (
            ("指标", "measure"), ("实际", "observed"), ("预测", "predicted"), ("95%", "95 %"),
            ("M/M/c", "M/M/c"), ("校准时段", "fitted period")))]
        here = hours[(hours["table"] == variant) & (hours["hour"] == -1)].set_index("measure")
        for measure in MEASURES:
            if measure not in here.index:
                continue
            row = here.loc[measure]
            text = [_shown(measure, row[c]) for c in (
                "observed", "predicted", "low", "high", "mmc", "past")]
            rows.append((choose(lang, *NAMES[measure]), *text[:2], f"{text[2]}..{text[3]}",
                         *text[4:]))
        lines += table(rows, "<>>>>>")
    lines += ["", choose(lang, "[得分：CRPS 与胜过程度]", "[Scores: CRPS and skill]")]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("预测", "forecast"), ("什么", "what"), ("CRPS", "CRPS"), ("胜过 M/M/c", "over M/M/c"),
        ("胜过带分布的", "over it with spread"), ("胜过过去", "over the past"),
        ("落在 95% 内", "inside 95 %")))]
    for row in skills.itertuples():
        rows.append((str(row.table), choose(lang, *NAMES[str(row.measure)]), f"{row.crps:.3g}",
                     _skill(row.skill_mmc, row.skill_mmc_low, row.skill_mmc_high),
                     _skill(row.skill_spread, row.skill_spread_low, row.skill_spread_high),
                     _skill(row.skill_past, row.skill_past_low, row.skill_past_high),
                     f"{share(float(str(row.within_95)))}%"))
    lines += table(rows, "<<>>>>>")
    lines += wrap(choose(
        lang,
        "胜过：1 减去两者 CRPS 之比，0 为相当；括号内为按日重抽的 95% 区间。M/M/c 用同样的诉求与"
        "队伍数，派出前时间与路程取平均；“带分布的”是同一公式，派出前时间与路程各按校准所得的分布；"
        "“过去”是校准时段里同一优先级（换上真实诉求时为同一区域）的全部响应。",
        "Skill: 1 less the ratio of the two CRPS, 0 is as good; in brackets the 95 % interval by "
        "resampling days. M/M/c has the same requests and units, delay and way at their means; "
        "with spread: the same formula, delay and way with the calibration's distributions; the "
        "past is all responses of the fitted period of the same priority (with the recorded "
        "requests: of the same zone).",
    ))
    return "\n".join([*lines, *_whose(errors, lang)]) + "\n"


def _whose(errors: pd.DataFrame, lang: Lang) -> list[str]:
    lines = ["", choose(lang, "[误差从哪来：每次多换上一部分真值]",
                        "[Whose error: the truth in the place of more and more]")]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("换上的真值", "truth put in"), ("响应偏差（分）", "response: bias, min"),
        ("CRPS", "CRPS"), ("派出偏差（分）", "dispatch: bias, min"),
        ("每天平均：CRPS", "daily mean: CRPS")))]
    by = errors.set_index(["variant", "measure"])
    for variant, name in PARTS.items():
        cells = [f"{by.loc[(variant, measure), column]:{form}}"
                 if (variant, measure) in by.index else "-"
                 for measure, column, form in (
                     ("response_min", "bias", "+.1f"), ("response_min", "crps", ".3g"),
                     ("dispatch_min", "bias", "+.1f"), ("day_mean_min", "crps", ".3g"))]
        rows.append((choose(lang, *name), *cells))
    return [*lines, *table(rows, "<>>>>")]


def _skill(value: object, low: object, high: object) -> str:
    numbers = [float(str(x)) for x in (value, low, high)]
    if not np.isfinite(numbers).all():
        return "-"
    return "{:+.2f} ({:+.2f}..{:+.2f})".format(*numbers)


def _shown(measure: str, value: float) -> str:
    if pd.isna(value):
        return "-"
    return f"{100 * value:.1f}%" if measure == "within_target" else f"{value:.1f}"
