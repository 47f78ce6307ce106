"""The page of ``hotline caregivers``: whom to hire, where, what it costs, whether it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.experiments.caregivers.goals import HEADLINE, Goal, Value
from sim.experiments.caregivers.marginal import Marginal
from sim.experiments.caregivers.outcome import FOUND, Compared, Kept, Outcome
from sim.experiments.caregivers.search import Phase
from sim.measures.catalogue import CATALOGUE, labels
from sim.measures.chosen import Chosen
from sim.report.wording.text import WIDTH, choose, number, share, table, wrap
from sim.words.glossary import Lang

NOTABLE = 0.005
"""A share that matters enough to be told as a reason."""


def page(found: Outcome, lang: Lang) -> str:
    """Plain text, at most :data:`sim.report.wording.text.WIDTH` columns wide but for names."""
    about = found.scenario.about
    title = choose(lang, f"护理员配多少、放在哪：{about.title_zh}",
                   f"How many caregivers, and where: {about.title_en}")
    sections = (
        ("结论", "The answer", _answer(found, lang)),
        ("哪里加、哪里减", "Where", _where(found, lang)),
        ("站得住吗", "Does it hold?", _holds(found, lang)),
        ("谁会因此变差", "Does anybody lose?", _losers(found, lang)),
        ("还差什么", "What is still missed", _missed(found, lang)),
        ("再多一人值多少", "What one more would be worth", _one_more(found, lang)),
        ("怎么求的", "How it was found", _method(found, lang)),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH]
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _answer(found: Outcome, lang: Lang) -> list[str]:
    people, before = sum(found.found), sum(found.today)
    yuan, was = found.yuan(found.found), found.yuan(found.today)
    more, less = (
        sum(max(0, sign * (b - a)) for a, b in zip(found.today, found.found, strict=True))
        for sign in (1, -1))
    lines = wrap(choose(
        lang,
        f"要{people}名护理员（现有{before}名，加{more}名、减{less}名），工资社保每年"
        f"{_ten_thousand(yuan)}万元（现在{_ten_thousand(was)}万元）。",
        f"{people} caregivers (today {before}; {more} more, {less} fewer), "
        f"{_ten_thousand(yuan)} ten thousand yuan of pay and insurance a year (today "
        f"{_ten_thousand(was)})."))
    head = found.headline
    change = head.difference
    lines += wrap(choose(
        lang,
        f"按时上门的诉求由{share(head.today)}%变为{share(head.found)}%，"
        f"差{_points(change, lang)}。",
        f"Requests served on time go from {share(head.today)}% to {share(head.found)}%: "
        f"{_points(change, lang)}."))
    if found.met:
        lines += wrap(choose(
            lang, f"换一批来电和诉求，各项目标都达到，把握{share(found.confidence)}%。",
            f"On fresh workloads every goal is reached, with {share(found.confidence)}% "
            "confidence."))
    else:
        lines += wrap(choose(
            lang, "换一批来电和诉求，不是每项目标都有把握达到，见下。",
            "NOT EVERY GOAL is reached with confidence on fresh workloads: see below."))
    if found.exhausted:
        lines += wrap(choose(
            lang, f"模拟次数用到了上限（--budget {found.budget}），可能还有更省的。",
            f"The search stopped at its limit (--budget {found.budget}); there may be cheaper "
            "ones."))
    return lines


def _where(found: Outcome, lang: Lang) -> list[str]:
    names = {point.id: choose(lang, point.name_zh, point.name_en)
             for point in found.scenario.points}
    head = choose(lang, "站点|班组|现在|求得|增减|每人每年（万元）",
                  "point|group|today|found|change|each a year")
    rows = [tuple(head.split("|"))]
    for row, before, after in zip(found.known, found.today, found.found, strict=True):
        if before == after and not before:
            continue
        change = f"{after - before:+d}" if after != before else ""
        rows.append(
            (names[row.point], row.id, str(before), str(after), change, _ten_thousand(row.yuan)))
    return table(rows, align="<<>>>>")


def _holds(found: Outcome, lang: Lang) -> list[str]:
    lines = wrap(choose(
        lang,
        f"求解没有用过的{len(found.fresh)}次重复（第{found.fresh.start}次起）上，括号内为95%置信区间：",
        f"On {len(found.fresh)} replications that the search has not seen (from number "
        f"{found.fresh.start}), with 95 % intervals:"))
    several = [kept for kept in found.kept if kept.goal.row.group != "all"]
    single = [kept for kept in found.kept if kept.goal.row.group == "all"]
    head = choose(lang, "目标|现在|求得|结论", "goal|today|found|verdict")
    rows = [tuple(head.split("|"))]
    rows += [_kept(kept, found, lang) for kept in single]
    rows += [_kept(kept, found, lang) for kept in several if not kept.met]
    lines += table(rows, indent=4)
    good = [kept for kept in several if kept.met]
    if good:
        lines += wrap(choose(
            lang, f"另有{len(good)}项分站点、服务或镇街的目标都有把握达到，见 goals.csv。",
            f"{len(good)} goals of single points, services or zones are surely reached: "
            "goals.csv."), indent=4)
    return lines


def _kept(kept: Kept, found: Outcome, lang: Lang) -> tuple[str, str, str, str]:
    said = (
        choose(lang, "达到", "reached") if kept.met
        else choose(lang, "未达到", "MISSED") if _beyond(kept.goal, kept.value.mean)
        else choose(lang, "没有把握", "not surely")
    )
    return (
        _goal(kept.goal, found, lang), _size(kept.today, kept.goal.row),
        _between(kept.value, kept.goal.row), said)


def _beyond(goal: Goal, value: float) -> bool:
    return value < goal.value if goal.least else value > goal.value


def _losers(found: Outcome, lang: Lang) -> list[str]:
    """Services and zones that are surely served on time less than today."""
    enough = found.scenario.targets.on_time_request
    worse = [x for x in found.floors if x.difference.high < 0 and x.found < enough]
    beyond = [x for x in worse if x.difference.mean < -found.worse]
    if not worse:
        return wrap(choose(lang, "没有哪项服务、哪个镇街比现在差（在低于目标的里面）。",
                           "No service or zone below the target is served worse than today."))
    lines = wrap(choose(
        lang, f"低于目标而比现在差的（按时比例，允许差{share(found.worse)}个百分点）：",
        f"Below the target and worse than today (on time; {share(found.worse)} points are "
        "allowed):"))
    lines += table([_compared(x, x in beyond, found, lang) for x in worse], indent=4)
    return lines


def _compared(one: Compared, beyond: bool, found: Outcome, lang: Lang) -> tuple[str, str, str]:
    mark = choose(lang, "，超出允许", ", MORE than allowed") if beyond else ""
    return (
        _row(one.row, found, lang), f"{share(one.today)}% → {share(one.found)}%",
        f"{_points(one.difference, lang)}{mark}")


def _missed(found: Outcome, lang: Lang) -> list[str]:
    """What is not reached, and why."""
    fate, lines = found.fate, []
    lines += wrap(choose(
        lang,
        f"每100件要上门的诉求：{_hundred(fate.on_time)}件按时，{_hundred(fate.late)}件迟到、取消或"
        f"未完，{_hundred(fate.no_order)}件没有成单（电话没打通等）。",
        f"Of 100 requests for a visit {_hundred(fate.on_time)} are on time, "
        f"{_hundred(fate.late)} late, cancelled or unfinished, and {_hundred(fate.no_order)} never "
        "became an order (callers who did not get through, above all)."))
    for kept in found.kept:
        if kept.sought != kept.goal:
            lines += wrap(choose(
                lang,
                f"{_goal(kept.goal, found, lang)}：护理员再多也达不到；求的是他们能做到的九成"
                f"（{_size(kept.sought.value, kept.goal.row)}）。",
                f"{_goal(kept.goal, found, lang)}: no number of caregivers reaches it; nine tenths "
                f"of what they can do was searched for ({_size(kept.sought.value, kept.goal.row)})."
            ))
    if fate.no_order > NOTABLE and not found.met:
        lines += wrap(choose(
            lang, "没有成单的，要靠接线员和线路，加护理员没有用：hotline staff。",
            "What never became an order is for operators and lines, not for caregivers: "
            "hotline staff."))
    low = _services_below(found)
    if low:
        lines += wrap(choose(
            lang, "按时比例仍低于目标的服务：" + "、".join(
                f"{_row(x.row, found, lang)}{share(x.found)}%" for x in low) + "。",
            "Services still below the target: " + ", ".join(
                f"{_row(x.row, found, lang)} {share(x.found)}%" for x in low) + "."))
    return lines


def _services_below(found: Outcome) -> list[Compared]:
    enough = found.scenario.targets.on_time_request
    low = [x for x in found.floors if x.row.group.startswith("service=") and x.found < enough]
    return sorted(low, key=lambda x: x.found)


def _one_more(found: Outcome, lang: Lang) -> list[str]:
    """The best row of each point."""
    best: dict[str, Marginal] = {}
    for one in found.marginal:
        if one.staffing == FOUND:
            known = best.get(one.row.point)
            if known is None or one.yuan_each.mean < known.yuan_each.mean:
                best[one.row.point] = one
    if not best:
        return wrap(choose(lang, "模拟次数不够，没有算。", "No replications were left for this."))
    names = {p.id: choose(lang, p.name_zh, p.name_en) for p in found.scenario.points}
    head = choose(lang, "站点|最值的班组|每年多按时（件）|每件多花（元）",
                  "point|best group|more on time a year|yuan for each")
    rows = [tuple(head.split("|"))]
    for one in sorted(best.values(), key=lambda one: one.yuan_each.mean):
        mean, low, high = one.requests
        rows.append((
            names[one.row.point], one.row.id,
            f"{number(mean)} ({number(low)}–{number(high)})",
            choose(lang, "看不出", "none shown") if low <= 0 else _range(one.yuan_each),
        ))
    count = next(iter(best.values())).replications
    return table(rows, align="<<>>") + wrap(choose(
        lang, f"在求得的配备上各加一人，{count}次重复配对比较；各行见 marginal.csv。",
        f"One more beside those found, paired over {count} replications; every row is in "
        "marginal.csv."))


def _method(found: Outcome, lang: Lang) -> list[str]:
    tried = len(found.trials)
    added = sum(t.kept and t.phase == Phase.ADD for t in found.trials)
    goes = f"{found.looks}/{found.most_looks}"
    lines = wrap(choose(
        lang,
        f"训练用{found.replications}次重复，种子{found.seed}，共模拟{found.spent}次。先按每元最能补足"
        f"差额的加人（{added}步），再减去多余的，再试换人；同一批诉求上配对比较，候选先看少数几次，"
        f"难分的再多看。判定了{tried}种配备（tried.csv）。检验用了{goes}批新的诉求，每批的把握提高到"
        f"使合计不低于{share(found.confidence)}%。这是搜索，不证明没有更省的。",
        f"{found.replications} replications for training, seed {found.seed}; {found.spent} "
        "simulated in all. People are added where a yuan makes good most of what is lacking "
        f"({added} steps), those not needed taken away, exchanges tried; all are compared in pairs "
        "on the same workloads, on few replications first and on more where it is close. "
        f"{tried} staffings were judged (tried.csv). {goes} fresh sets were looked at, each at a "
        f"confidence that keeps {share(found.confidence)}% over all of them. It is a search: that "
        "nothing is cheaper is not proved."))
    return lines + wrap(choose(
        lang, "费用只算护理员的工资社保；加班和路费的变化见 points.csv。运行：hotline run "
        "本结果/scenario",
        "Costs are pay and insurance of caregivers; for overtime and travel see points.csv. To run "
        "it: hotline run RESULT/scenario"))


def _goal(goal: Goal, found: Outcome, lang: Lang) -> str:
    return f"{_row(goal.row, found, lang)} {'≥' if goal.least else '≤'} " \
        f"{_size(goal.value, goal.row)}"


def _row(row: Chosen, found: Outcome, lang: Lang) -> str:
    """``诉求按时率：上门做饭``; of the headline only the group."""
    kind, _, name = row.group.partition("=")
    named = {
        "service": found.scenario.services, "zone": found.scenario.zones,
        "point": found.scenario.points,
    }
    rows: Sequence[object] = named.get(kind, ())
    group = next(
        (getattr(x, f"name_{lang}") for x in rows if getattr(x, "id", None) == name), row.group)
    label = labels(lang)[row.measure]
    if row.group == "all":
        return label
    return str(group) if row.measure == HEADLINE else f"{label}{choose(lang, '：', ': ')}{group}"


def _size(value: float, row: Chosen) -> str:
    if math.isnan(value):
        return "-"
    return f"{share(value)}%" if CATALOGUE[row.measure].unit == "share" else number(value, 2)


def _between(value: Value, row: Chosen) -> str:
    mean, low, high = value
    if math.isnan(mean):
        return "-"
    if CATALOGUE[row.measure].unit == "share":
        return f"{share(mean)}% ({share(max(low, 0.0))}-{share(min(high, 1.0))})"
    return f"{number(mean, 2)} ({number(low, 2)}-{number(high, 2)})"


def _points(change: Value, lang: Lang) -> str:
    """A difference of shares in percentage points, with its interval."""
    mean, low, high = (f"{100 * x:+.1f}" for x in change)
    return choose(lang, f"{mean}个百分点（{low}至{high}）", f"{mean} points ({low} to {high})")


def _range(value: Value) -> str:
    mean, low, high = value
    return f"{number(mean)} ({number(low)}-{number(high)})"


def _hundred(value: float) -> str:
    return f"{100 * value:.1f}"


def _ten_thousand(yuan: float) -> str:
    return number(yuan / 10_000)
