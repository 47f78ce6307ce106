"""Pages of a calibration and of a backtest of an orders log, for people."""

from __future__ import annotations

import numpy as np

from sim.calibrate.dispatch.whole import DispatchCalibration
from sim.calibrate.learn import Duration
from sim.report.wording.text import choose, number, share, table, wrap
from sim.words.glossary import Lang

FAMILIES = {
    "exponential": ("指数", "exponential"), "lognormal": ("对数正态", "lognormal"),
    "gamma": ("伽马", "gamma"), "weibull": ("韦布尔", "Weibull"),
}
def orders_page(done: DispatchCalibration, lang: Lang) -> str:
    """What the log held, what was left out or mended, and what was learned."""
    learned = done.learned
    whole, log = learned.whole, learned.log
    lines = [choose(lang, "工单记录校准报告", "Calibration from an orders log"), "=" * 40]
    lines += wrap(choose(
        lang,
        f"读取 {whole.read} 行，采用 {len(whole)} 个诉求（{whole.first} 起 {whole.days} 天）。",
        f"{whole.read} rows read, {len(whole)} requests used ({whole.days} days from "
        f"{whole.first}).",
    ))
    for item in whole.dropped:
        lines.append(f"    {item.rows:>8}  {choose(lang, item.reason_zh, item.reason_en)}")
    if log is not whole:
        lines += wrap(choose(
            lang, f"记录有中断，只用其后一段：{log.first} 起 {log.days} 天、{len(log)} 个诉求。",
            f"The log has a hole; learned from what follows it: {log.days} days from {log.first}, "
            f"{len(log)} requests.",
        ))
    trend = learned.trend
    lines += ["", choose(lang, "[诉求]", "[Requests]")]
    per_day = f"{len(log) / max(1, log.days):.1f}"
    growth = 100 * (np.exp(30 * trend.slope) - 1)
    lines += wrap(choose(
        lang, f"每天 {per_day} 个；忙闲日变异系数 {learned.arrivals.busy_cv:.2f}；"
        + (f"每 30 天增减 {growth:+.0f}%，向后延续并逐渐减弱。" if trend.slope else "看不出趋势。"),
        f"{per_day} a day; spread of like days (CV) {learned.arrivals.busy_cv:.2f}; "
        + (f"{growth:+.0f} % every 30 days, carried on and fading." if trend.slope
           else "no trend shown."),
    ))
    lines += ["", choose(lang, "[时长]", "[Durations]")]
    rows = [tuple(choose(lang, *pair) for pair in (
        ("什么", "what"), ("分布", "distribution"), ("分钟", "minutes"), ("偏离", "off by"),
        ("例数", "seen")))]
    rows.append((choose(lang, "派单前（有空闲队伍时）", "before dispatch, units free"),
                 *_told(learned.delay, lang)))
    for name, stay in zip(log.priorities, learned.stay, strict=True):
        rows.append((choose(lang, f"现场 {name}", f"on scene {name}"), *_told(stay, lang)))
    if learned.patience is not None:
        rows.append((choose(lang, "等候耐心", "patience"), *_told(learned.patience, lang)))
    lines += table(rows, "<<>>>")
    travel = learned.travel
    mean = float(np.average(travel.mean_s, weights=np.maximum(1, travel.n))) / 60
    lines += wrap(choose(
        lang, f"路上平均 {mean:.1f} 分钟，同区同时段的差别（变异系数）{travel.noise_cv:.2f}；"
        f"空跑 {share(_lost(done))}%。",
        f"On the road {mean:.1f} minutes on average, spread within zone and hour (CV) "
        f"{travel.noise_cv:.2f}; {share(_lost(done))} % of trips for nothing.",
    ))
    if travel.kmh is not None:
        value, low, high, n = travel.kmh
        lines += wrap(choose(
            lang, f"直线速度 {value:.0f}（{low:.0f}-{high:.0f}）公里/时，{n} 趟连续出车。",
            f"Straight-line speed {value:.0f} ({low:.0f}-{high:.0f}) km/h, {n} trips from one job "
            "to the next.",
        ))
    lines += ["", choose(lang, "[队伍]", "[Units]"), *_units(done, lang)]
    return "\n".join(lines) + "\n"


def _lost(done: DispatchCalibration) -> float:
    lost = done.learned.lost
    n = sum(s.n for s in lost)
    return sum(s.value * s.n for s in lost if s.n) / n if n else 0.0


def _units(done: DispatchCalibration, lang: Lang) -> list[str]:
    crews = done.learned.crews
    mean = crews.on_duty.mean(axis=0)
    signed = crews.presence is not None and crews.presence.signed
    how = (
        choose(lang, "取自签入签出记录", "from sign-in records") if signed
        else choose(lang, "由各队的出车推断", "inferred from the units' jobs") if crews.counted
        else choose(lang, "由同时进行的任务数推断", "inferred from how many jobs are under way")
    )
    lines = wrap(choose(
        lang, f"在岗队伍数{how}：平均 {mean.mean():.1f}，最少时 {mean.min():.1f}，最多时 "
        f"{mean.max():.1f}。", f"Units on duty {how}: {mean.mean():.1f} on average, "
        f"{mean.min():.1f} at the hour of least, {mean.max():.1f} of most."))
    if done.tried:
        lines += wrap(choose(
            lang, f"闲着的队伍不留痕迹：另加 {crews.spare:.1f}"
            + ("队" if crews.counted else " 倍负荷平方根")
            + f"，使重算的派出前时间（{number(done.simulated_delay_s)} 秒）与记录"
            f"（{number(done.recorded_delay_s)} 秒）相符。",
            f"Idle units leave no trace: {crews.spare:.1f} "
            + ("more" if crews.counted else "square roots of the load more")
            + f" make the time to dispatch come out as {number(done.simulated_delay_s)} s, against "
            f"{number(done.recorded_delay_s)} s recorded.",
        ))
    return lines


def _told(duration: Duration, lang: Lang) -> tuple[str, str, str, str]:
    fit = duration.fits[0] if duration.fits else None
    name = choose(lang, "照录", "as seen")
    if duration.fit is not None:
        name = choose(lang, *FAMILIES[duration.fit.family])
    off = f"{fit.distance:.3f}" if fit else ""
    return name, f"{duration.mean_s / 60:.1f}", off, str(duration.seen.n)
