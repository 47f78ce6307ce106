"""What a first scenario rests on: what was given, what was answered, what is assumed."""

from __future__ import annotations

from sim.calibrate.bureau.build import Built
from sim.calibrate.bureau.questions import Answer
from sim.report.wording.text import WIDTH, choose, wrap
from sim.words.glossary import Lang


def page(built: Built, lang: Lang) -> str:
    """One page in ``lang``."""
    raw, about = built.raw, built.raw["about"]
    used = [built.answers[name] for name in built.used if name in built.answers]
    people = {
        table: sum(row["count"] for row in raw[table].values())
        for table in ("operators", "caregivers")
    }
    what = choose(
        lang,
        f"{len(raw['zones'])} 个村居，{len(raw['points'])} 个站点，"
        f"接线员 {people['operators']} 人，护理员 {people['caregivers']} 人。",
        f"{len(raw['zones'])} villages or towns, {len(raw['points'])} points, "
        f"{people['operators']} operators, {people['caregivers']} caregivers.",
    )
    lines = [*wrap(choose(lang, about["title_zh"], about["title_en"]), indent=0), "=" * WIDTH,
             *wrap(what, indent=0)]
    parts = (
        ("取自您的表格", "From your forms", list(built.forms)),
        ("您回答的", "As you answered", [_line(a, lang) for a in used if a.given]),
        ("没有人知道，取中值的假设（低—高）", "Assumed, the middle of what is likely (low to high)",
         [_line(a, lang) for a in used if not a.given]),
    )
    for zh, en, body in parts:
        if body:
            lines.append(choose(lang, f"【{zh}】", f"[{en}]"))
            for line in body:
                lines += wrap(line, hang=2)
    rest = choose(
        lang, "服务项目、时长、班次、派单规则沿用德城方案；逐个数的来历：hotline show。",
        "Services, durations, shifts and rules are those of Decheng; hotline show tells where each "
        "number comes from.",
    )
    return "\n".join([*lines, *wrap(rest, indent=0)]) + "\n"


def _line(answer: Answer, lang: Lang) -> str:
    q = answer.question
    said = choose(lang, q.zh, q.en)
    if q.text or answer.given:
        source = f"（{answer.source}）" if answer.source else ""
        return f"{said}：{answer.value}{source}" if lang == "zh" else (
            f"{said}: {answer.value}" + (f" ({answer.source})" if answer.source else ""))
    ends = "" if answer.low is None or answer.high is None else (
        f" ({_short(answer.low)}-{_short(answer.high)})")
    return f"{said}{choose(lang, '：', ': ')}{_short(answer.number)}{ends}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
