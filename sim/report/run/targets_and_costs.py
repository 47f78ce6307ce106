"""The card's second half: targets, staff, money, and what all of it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from rich.cells import cell_len

from sim.measures.catalogue import CATALOGUE
from sim.report.wording.fields import unit
from sim.report.wording.readings import Reading, Readings
from sim.report.wording.text import WIDTH, choose, number, pad, share, table, wrap
from sim.scenario.schema import Scenario
from sim.scenario.sections.targets import Targets
from sim.scenario.sources import Figure, figures
from sim.words.glossary import Lang

STANDINGS = {
    "given": ("给定", "given"),
    "cited": ("引用", "cited"),
    "derived": ("推算", "derived"),
    "assumed": ("假设", "assumed"),
    "unstated": ("未注明来源", "without a source"),
}


LOAD_BEARING = (
    "demand.growth", "requests.*.per_day", "requests.*.per_1000_per_month", "callers.*.talk.mean*",
    "callers.*.patience.mean*", "callers.*.redial_first_prob", "hotline.wrap_up.mean*",
    "services.*.duration_mean*", "travel.modes.*.kmh", "points.*.accept_prob",
)
"""Figures of the world, not decisions, that every result rests on."""

UNITS_ZH = {
    "seconds": "秒", "minutes": "分钟", "hours": "小时", "days": "天", "per day": "个/天",
    "per month": "个/千人·月", "km/h": "公里/小时",
}
"""Units of the figures named, in Chinese."""

MOST_LINES = 10
"""Points beyond so many in a column, or of one word, are left out."""


def targets(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """How many are met; then one line a target: met or missed, by how much, how often."""
    rows, verdicts = [], []
    for name, measure in CATALOGUE.items():
        row = read.all(name)
        if not measure.target or row is None:
            continue
        low, high = bounds(name, scenario.targets)
        wanted = {"high": f"≥{100 * low:g}%", "low": f"≤{100 * high:g}%"}.get(
            measure.better, f"{100 * low:g}-{100 * high:g}%")
        met = low <= row.mean <= high
        clear = not row.has_interval or _clear(row, low, high)
        verdicts.append(met)
        times = round(row.p_meet * row.n) if row.p_meet == row.p_meet else None
        rows.append((
            measure.zh if lang == "zh" else measure.en,
            wanted,
            f"{share(row.mean)}%",
            f"{share(row.low)}-{share(row.high)}" if row.has_interval else "",
            _verdict(row, low, high, lang) + ("" if clear else "?"),
            "" if times is None else f"{times}/{row.n}",
        ))
    if not rows:
        return []
    missed = verdicts.count(False)
    head = choose(lang, "指标|目标|结果|95%区间|结论|达标次数",
                  "measure|target|result|95% interval|verdict|met in")
    return wrap(choose(
        lang, f"{len(rows)}项目标，{missed}项未达标。" if missed else f"{len(rows)}项目标都达标。",
        f"Of {len(rows)} targets {missed or 'none'} {'is' if missed <= 1 else 'are'} missed.",
    )) + table([head.split("|"), *rows], align="<>>><>", indent=4)


def bounds(measure: str, wanted: Targets) -> tuple[float, float]:
    """Least and greatest share that meets the measure's target."""
    about = CATALOGUE[measure]
    if about.better == "band":
        return getattr(wanted, f"{about.target}_low"), getattr(wanted, f"{about.target}_high")
    goal = getattr(wanted, about.target)
    return (goal, 1.0) if about.better == "high" else (0.0, goal)


def _verdict(row: Reading, low: float, high: float, lang: Lang) -> str:
    if low <= row.mean <= high:
        return choose(lang, "达标", "met")
    if 0 < low < high < 1:
        under = row.mean < low
        return choose(lang, "偏低" if under else "偏高", "TOO LOW" if under else "TOO HIGH")
    return choose(lang, "未达标", "MISSED")


def _clear(row: Reading, low: float, high: float) -> bool:
    """Whether the whole interval lies on one side of every end of the target."""
    return all(not row.low < end < row.high for end in (low, high))


def busy(read: Readings, scenario: Scenario, lang: Lang) -> list[str]:
    """How busy operators, and the caregivers of each point, are: a number and a word."""
    lines: list[str] = []
    wanted = scenario.targets
    if row := read.all("occupancy"):
        apart = "" if read.all("utilisation") is None else choose(
            lang, "；上面的目标按付薪工时算，缺勤也在内",
            "; the target above is of paid time, absences included")
        lines += wrap(choose(
            lang,
            f"接线员：签入时间的{share(row.mean)}%在忙（{_word(row, wanted, lang)}）{apart}。",
            f"Operators: busy {share(row.mean)}% of the time signed in "
            f"({_word(row, wanted, lang)}){apart}."))
    if row := read.all("caregiver_utilisation"):
        visits = read.all("visits_per_caregiver_day")
        more = "" if visits is None else choose(
            lang, f"，每人每天上门{number(visits.mean)}次", f", {number(visits.mean)} visits each "
            "a day")
        lines += wrap(choose(
            lang, f"护理员：在岗时间的{share(row.mean)}%在忙（{_word(row, wanted, lang)}）{more}。",
            f"Caregivers: busy {share(row.mean)}% of the time on duty "
            f"({_word(row, wanted, lang)}){more}."))
    names = {point.id: getattr(point, f"name_{lang}") for point in scenario.points}
    points = read.by("caregiver_utilisation", "point")
    busiest = sorted(points.items(), key=lambda item: -item[1].mean)
    cells = [
        (names.get(point, point), f"{row.mean:.0%}", _word(row, wanted, lang))
        for point, row in busiest
    ]
    return lines + (_two_columns(table(cells, align="<><", indent=0)) or _by_word(cells, lang))


def money(read: Readings, lang: Lang) -> list[str]:
    """What a year costs, of what, and each order."""
    total = read.all("cost_per_year_yuan")
    if total is None:
        return []
    parts = [
        (read.all(f"cost_{part}_yuan"), choose(lang, zh, en)) for part, zh, en in (
            ("pay", "工资社保", "pay"), ("overtime", "加班", "overtime"),
            ("travel", "交通", "travel"), ("lines", "线路", "lines"), ("seats", "席位", "seats"),
            ("contract", "租用或外包", "rented seats or contractor"))
    ]
    listed = choose(lang, "，", ", ").join(
        name + choose(lang, "", " ") + _ten_thousand(row.mean)
        for row, name in parts if row is not None and row.mean > 0)
    lines = wrap(choose(
        lang, f"每年{_ten_thousand(total.mean)}万元（{listed}）。",
        f"{_ten_thousand(total.mean)} ten thousand yuan a year ({listed})."))
    done, in_time = read.all("cost_per_completed_yuan"), read.all("cost_per_on_time_yuan")
    if done:
        also = "" if in_time is None else choose(
            lang, f"，每件按时工单{number(in_time.mean, 0)}元",
            f", {number(in_time.mean, 0)} yuan for each one on time")
        lines += wrap(choose(
            lang, f"每件办结工单{number(done.mean, 0)}元{also}。",
            f"{number(done.mean, 0)} yuan for each completed order{also}."))
    return lines


def assumptions(raw: Mapping[str, Any], lang: Lang, most: int = 4) -> list[str]:
    """How many figures stand on what, and the assumed ones of which least is known."""
    found = figures(raw)
    if not found:
        return []
    counts = Counter(figure.standing for figure in found)
    listed = choose(lang, "，", ", ").join(
        choose(lang, f"{STANDINGS[standing][0]}{counts[standing]}个",
               f"{counts[standing]} {STANDINGS[standing][1]}")
        for standing in STANDINGS if counts[standing])
    total = len(found)
    lines = wrap(choose(lang, f"共{total}个数：{listed}。", f"{total} figures: {listed}."))
    if widest := widest_assumed(found)[:most]:
        ranges = choose(lang, "，", ", ").join(
            _with_range(figure, raw, lang) for figure in widest)
        lines += wrap(choose(lang, f"最没把握的假设（最低-最高）：{ranges}。",
                             f"Least known (lowest-highest): {ranges}."), hang=2)
    return lines


def widest_assumed(found: Sequence[Figure]) -> list[Figure]:
    """Assumed figures on which much rests, one for each range, the least known first."""
    ranges: dict[tuple[str, float, float], Figure] = {}
    for figure in found:
        assumed = figure.standing == "assumed" and any(
            fnmatchcase(figure.path, pattern) for pattern in LOAD_BEARING)
        if assumed and figure.low is not None and figure.high is not None:
            ranges.setdefault((figure.source, figure.low, figure.high), figure)
    return sorted(ranges.values(), key=_spread, reverse=True)


def certainty(read: Readings, scenario: Scenario, seed: int | None, lang: Lang) -> list[str]:
    """How the numbers came about and what their intervals mean."""
    days, warm_up = scenario.time.days, scenario.time.warm_up_days
    drawn = "" if seed is None else choose(lang, f"，种子{seed}", f", seed {seed}")
    n = read.n
    before = "" if warm_up == 0 else choose(
        lang, f"（另有{warm_up}天预热）", f" (after {warm_up} days of warm-up)")
    lines = wrap(choose(
        lang, f"模拟{n}次，每次统计{days}天{before}{drawn}。",
        f"{n} replication{'' if n == 1 else 's'} of {days} days{before}{drawn}."))
    if n == 1:
        return lines + wrap(choose(
            lang, "只模拟了1次，没有置信区间：不能据此下结论，请用 --replications 多算几次。",
            "One replication has no interval: draw no conclusion from it; ask for more with "
            "--replications."))
    return lines + wrap(choose(
        lang, "括号内是95%置信区间，只反映偶然，不反映假设的对错；“?”表示区间跨过目标。",
        "In brackets: 95% intervals of chance alone, as if the assumptions held. \"?\": the "
        "interval reaches across the target."))


def _word(row: Reading, wanted: Targets, lang: Lang) -> str:
    if row.mean < wanted.utilisation_low:
        return choose(lang, "清闲", "idle")
    if row.mean > wanted.utilisation_high:
        return choose(lang, "紧张", "strained")
    return choose(lang, "适中", "healthy")


def _two_columns(lines: list[str], indent: int = 4) -> list[str]:
    """Lines side by side, read downwards; empty where they do not fit or are very many."""
    half = (len(lines) + 1) // 2
    width = max((cell_len(line) for line in lines), default=0)
    if indent + 2 * width + 4 > WIDTH or half > MOST_LINES:
        return []
    right = [*lines[half:], *[""] * (2 * half - len(lines))]
    return [
        (" " * indent + pad(a, width + 4) + b).rstrip()
        for a, b in zip(lines[:half], right, strict=True)
    ]


def _by_word(cells: Sequence[tuple[str, str, str]], lang: Lang) -> list[str]:
    """``idle (3): Ertun 38%, ...``: a paragraph a word, the busiest points first, not all of them
    where they are very many."""
    lines: list[str] = []
    for word, group in groupby(cells, key=lambda cell: cell[2]):
        points = [f"{name} {busy}" for name, busy, _ in group]
        more = ["..."] if len(points) > MOST_LINES else []
        lines += wrap(
            choose(lang, "{}（{}个）：{}", "{} ({}): {}").format(
                word, len(points),
                choose(lang, "，", ", ").join(points[:MOST_LINES] + more)), indent=4, hang=2)
    return lines


def _ten_thousand(yuan: float) -> str:
    return number(yuan / 10_000)


def _with_range(figure: Figure, raw: Mapping[str, Any], lang: Lang) -> str:
    """``callers.device.patience.mean_s (emergency button) 300 seconds (60-900)``."""
    section, key, *rest = figure.path.split(".")
    rows = raw.get(section)
    row = rows.get(key) if rest and isinstance(rows, Mapping) else None
    name = row.get(f"name_{lang}", "") if isinstance(row, Mapping) else ""
    said = unit(figure.path.rsplit(".", 1)[-1])
    measured = choose(lang, UNITS_ZH.get(said, ""), f" {said}" if said in UNITS_ZH else "")
    path = figure.path + (choose(lang, f"（{name}）", f" ({name})") if name else "")
    range_ = f"{_plain(figure.low)}-{_plain(figure.high)}"
    return f"{path} {_plain(figure.value)}{measured} ({range_})"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _spread(figure: Figure) -> float:
    low, high = float(figure.low or 0), float(figure.high or 0)
    middle = abs(figure.value) if isinstance(figure.value, int | float) else 0
    return (high - low) / (middle or (high + low) / 2 or 1)
