"""The page of ``hotline advise``: what to do, what it costs, what it is worth, how sure it is."""

from __future__ import annotations

from sim.experiments.advise.asked import GROWTH
from sim.experiments.advise.outcome import (
    ADVISED,
    CAREGIVERS,
    GROWN,
    MORE,
    OPERATORS,
    TODAY,
    Advice,
)
from sim.experiments.staffing.outcome import HELD, MISSED, OPEN, UNCOVERED
from sim.report.run.served import waits
from sim.report.study.advice_certainty import certainty, resting_on
from sim.report.study.advice_numbers import (
    budget_of,
    marked,
    measured,
    missed_targets,
    of_hundred,
    target_of,
    thousand,
    times_met,
    to_hire,
    wan,
    wanted,
)
from sim.report.wording import rules
from sim.report.wording.shifts import worked_in
from sim.report.wording.sizes import level, named
from sim.report.wording.text import WIDTH, choose, number, share, table, wrap
from sim.words.glossary import Lang

HEADLINE = "on_time_request"
MOST_ROWS = 12
"""Points with other people than today that are listed one by one."""


def page(found: Advice, lang: Lang) -> str:
    """Plain text, at most :data:`sim.report.wording.text.WIDTH` columns wide but for names."""
    about = found.scenario.about
    title = choose(lang, f"怎么办：{about.title_zh}", f"What to do: {about.title_en}")
    sections = (
        ("一句话", "In short", _short(found, lang)),
        ("接线员：每班几人", "Operators on each shift", _operators(found, lang)),
        ("护理员：每站几人", "Caregivers at each point", _caregivers(found, lang)),
        ("派单规则", "The dispatch rule", _rule(found, lang)),
        ("要招的人、要花的钱", "People to hire, money to spend", _money(found, lang)),
        ("目标", "Targets", _targets(found, lang)),
        ("谁还等不到", "Who is not served", _unserved(found, lang)),
        ("需求再多一半", "Half as much demand again", _grown(found, lang)),
        ("最要紧的三项假设", "The three assumptions that matter most", resting_on(found, lang)),
        ("每一条有多大把握", "How sure each line is", certainty(found, lang)),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH]
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _short(found: Advice, lang: Lang) -> list[str]:
    today, advised = budget_of(found, TODAY), budget_of(found, ADVISED)
    lines = wrap(choose(
        lang,
        f"接线员编制{advised.operators_payroll}人（现有{today.operators_rostered}人，"
        f"{to_hire(advised.operators_to_hire, lang)}），护理员编制{advised.caregivers_payroll}人"
        f"（现有{today.caregivers_rostered}人，{to_hire(advised.caregivers_to_hire, lang)}），每年"
        f"{wan(advised.budget_yuan)}万元，现在{wan(today.budget_yuan)}万元。",
        f"{advised.operators_payroll} operators on the payroll (today "
        f"{today.operators_rostered}: {to_hire(advised.operators_to_hire, lang)}), "
        f"{advised.caregivers_payroll} caregivers (today {today.caregivers_rostered}: "
        f"{to_hire(advised.caregivers_to_hire, lang)}), {wan(advised.budget_yuan)} ten thousand "
        f"yuan a year, today {wan(today.budget_yuan)}."))
    was, then = (target_of(found, name, HEADLINE) for name in (TODAY, ADVISED))
    if was is not None and then is not None:
        lines += wrap(choose(
            lang,
            f"这样每100件上门诉求按时{of_hundred(then, lang)}件，现在{of_hundred(was, lang)}件。",
            f"Then {of_hundred(then, lang)} of 100 requests for a visit are served on time, today "
            f"{of_hundred(was, lang)}."))
    missed = missed_targets(found, ADVISED, lang)
    if not missed:
        return lines + wrap(choose(lang, "各项目标都达到。", "Every target is met."))
    return lines + wrap(choose(
        lang, f"这样仍未达到的目标：{'、'.join(missed)}。",
        f"STILL MISSED, even so: {', '.join(missed)}."))


def _operators(found: Advice, lang: Lang) -> list[str]:
    county, people = found.scenario, found.tables["people"]
    counts = people[people["role"] == "operators"].set_index("row")
    shifts = {shift.id: shift for shift in county.shifts}
    head = choose(lang, "班组|现有|建议|班次", "group|today|advised|shifts")
    rows = [tuple(head.split("|"))]
    for group in county.operators:
        own = counts.loc[group.id]
        worked = [worked_in(shifts[name], lang) for name in group.shifts]
        rows.append((group.id, str(own[TODAY]), str(own[ADVISED]), worked[0]))
        rows += [("", "", "", more) for more in worked[1:]]
    record = found.records[OPERATORS]
    lines = table(rows, align="<>><")
    if not record["feasible"]:
        lines += wrap(choose(
            lang, "没有一种排班能使每个时段都达标；这是试过的里面差得最少的。",
            "NO ROSTER of these shifts meets the targets in every interval; of those tried this "
            "one misses least."))
    verdicts, targets = record["verdicts"], county.targets
    words = (
        (HELD, "有把握达标", "that meet them for sure"), (OPEN, "只是均值达标", "in the mean only"),
        (MISSED, "未达标", "that MISS one"), (UNCOVERED, "没有班可排", "without a shift to work"))
    said = choose(lang, "，", "; ").join(
        choose(lang, f"{zh}的{verdicts[word]}个", f"{en}: {verdicts[word]}")
        for word, zh, en in words if verdicts.get(word))
    return lines + wrap(choose(
        lang,
        f"要求一周每个时段都达标（{targets.acceptable_wait_s:g}秒内接起≥"
        f"{share(targets.service_level)}%，放弃≤{share(targets.abandonment)}%）。共"
        f"{sum(verdicts.values())}个时段，{said}。",
        f"Asked for in every interval of the week: {share(targets.service_level)}% answered within "
        f"{targets.acceptable_wait_s:g} s, at most {share(targets.abandonment)}% hang up. Of "
        f"{sum(verdicts.values())}, intervals {said}."))


def _caregivers(found: Advice, lang: Lang) -> list[str]:
    if CAREGIVERS not in found.records:
        return []
    people = found.tables["people"]
    own = people[people["role"] == "caregivers"]
    by_point = own.groupby("point", sort=False)[[TODAY, ADVISED]].sum()
    names = {point.id: getattr(point, f"name_{lang}") for point in found.scenario.points}
    other = by_point[by_point[TODAY] != by_point[ADVISED]]
    kept = by_point[by_point[TODAY] == by_point[ADVISED]]
    lines: list[str] = []
    if len(other):
        head = choose(lang, "站点|现有|建议|哪些班组", "point|today|advised|which groups")
        rows = [tuple(head.split("|"))]
        for point, row in other.head(MOST_ROWS).iterrows():
            mine = own[(own["point"] == point) & (own[TODAY] != own[ADVISED])]
            groups = choose(lang, "，", ", ").join(
                f"{one.row} {one.advised - one.today:+d}" for one in mine.itertuples())
            rows.append((names[point], str(row[TODAY]), str(row[ADVISED]), groups))
        lines += table(rows, align="<>><")
        if (more := len(other) - MOST_ROWS) > 0:
            lines += wrap(choose(lang, f"另有{more}个站点，见 people.csv。",
                                 f"and {more} more points, in people.csv"))
    if len(kept):
        space = choose(lang, "", " ")
        listed = choose(lang, "，", ", ").join(
            f"{names[point]}{space}{row[ADVISED]}" for point, row in kept.iterrows())
        lines += wrap(choose(lang, f"不变：{listed}。", f"As today: {listed}."), hang=2)
    return lines + _goals(found, lang)


def _goals(found: Advice, lang: Lang) -> list[str]:
    """Whether the search reached what it was asked for."""
    record, goals = found.records[CAREGIVERS], found.goals[found.goals["what"] == "goal"]
    missed = goals[goals["met"].astype(str) != "True"]
    lines: list[str] = []
    sure = share(record["confidence"])
    if missed.empty:
        lines += wrap(choose(
            lang, f"护理员的{len(goals)}项目标都有{sure}%的把握达到。",
            f"All {len(goals)} goals set for caregivers are reached with {sure}% confidence."))
    else:
        said = choose(lang, "；", "; ").join(
            f"{named(str(row.measure), str(row.group), lang)} "
            f"{level(float(row.found), str(row.measure))}{choose(lang, '，目标', ', target ')}"
            f"{'≥' if row.at == 'least' else '≤'}{level(float(row.target), str(row.measure))}"
            for row in missed.head(3).itertuples())
        lines += wrap(choose(
            lang, f"护理员的{len(goals)}项目标中有{len(missed)}项没有{sure}%的把握达到：{said}。",
            f"{len(missed)} of {len(goals)} goals set for caregivers are NOT reached with {sure}% "
            f"confidence: {said}."))
    if record["exhausted"]:
        lines += wrap(choose(
            lang, f"模拟次数（{record['budget']}次）用完时搜索还没有结束，可能还有更省的。",
            f"The search had used up its {record['budget']} replications; there may be a cheaper "
            "one."))
    return lines


def _rule(found: Advice, lang: Lang) -> list[str]:
    if CAREGIVERS not in found.records:
        return []
    now = rules.in_words(found.scenario.dispatch, lang)
    if not found.adopted:
        return wrap(choose(
            lang, f"照旧：{now}。没有哪套现成规则有把握比它更好。",
            f"As it is: {now}. No other of the usual rules is better for sure."))
    then = rules.in_words(found.counties[ADVISED].dispatch, lang)
    return wrap(choose(lang, f"改为：{then}。现在：{now}。",
                       f"Change it to: {then}. Now: {now}."))


def _money(found: Advice, lang: Lang) -> list[str]:
    today, advised = budget_of(found, TODAY), budget_of(found, ADVISED)
    head = choose(lang, "|现有|建议|要招", "|today|advised|to hire")
    people = [tuple(head.split("|"))]
    for role, zh, en in (
        ("operators", "接线员", "operators"), ("caregivers", "护理员", "caregivers"),
    ):
        was, then = (getattr(row, f"{role}_rostered") for row in (today, advised))
        if was or then:
            people.append((
                choose(lang, f"{zh}，在班表上", f"{en} on the roster"), str(was), str(then), ""))
            people.append((
                choose(lang, f"{zh}，编制", f"{en} on the payroll"), "",
                str(getattr(advised, f"{role}_payroll")),
                f"{getattr(advised, f'{role}_to_hire'):+d}"))
    lines = table(people, align="<>>>")
    interval = choose(lang, "（{}-{}）", " ({}-{})").format(
        wan(advised.run_ci_low), wan(advised.run_ci_high))
    return lines + wrap(choose(
        lang,
        f"每年{wan(advised.budget_yuan)}万元：在班的人连同加班、交通、线路{wan(advised.run_yuan)}"
        f"{interval}，休假、培训、空缺要多备的编制{wan(advised.relief_yuan)}。现在"
        f"{wan(today.budget_yuan)}万元，只算现有的人，没有后备。",
        f"{wan(advised.budget_yuan)} ten thousand yuan a year: {wan(advised.run_yuan)}{interval} "
        "for those on the roster, with overtime, travel and lines, and "
        f"{wan(advised.relief_yuan)} for the posts behind them (leave, training, posts empty for "
        f"a while). Today {wan(today.budget_yuan)}: those who are there, nobody behind them."))


def _targets(found: Advice, lang: Lang) -> list[str]:
    targets = found.tables["targets"]
    head = choose(lang, "目标||现有|建议|达标次数", "target||today|advised|met in")
    rows = [tuple(head.split("|"))]
    for measure in dict.fromkeys(targets["measure"]):
        was, then = (target_of(found, name, str(measure)) for name in (TODAY, ADVISED))
        if then is None:
            continue
        rows.append((
            named(str(measure), "all", lang), wanted(then),
            "-" if was is None else marked(was), marked(then), times_met(then)))
    return table(rows, align="<>>>>") + wrap(choose(
        lang, "百分数，括号内为95%区间；“!”未达标，“?”区间跨过目标。达标次数：按建议模拟的各次里"
        "达标几次。",
        "In per cent, with 95% intervals. \"!\": missed. \"?\": the interval reaches across the "
        "target. Met in: so many of the replications, as advised."))


def _unserved(found: Advice, lang: Lang) -> list[str]:
    rows = found.tables["unserved"].set_index(["variant", "what"])
    names = {
        kind: {one.id: getattr(one, f"name_{lang}") for one in many}
        for kind, many in (("zone", found.scenario.zones), ("service", found.scenario.services))
    }

    def worst(variant: str, kind: str) -> str:
        row = rows.loc[(variant, kind)]
        name = names[kind][str(row["group"]).partition("=")[2]]
        return choose(lang, f"{name}每100件按时{share(row['mean'])}件",
                      f"{name}, {share(row['mean'])} of 100 on time")

    lines: list[str] = []
    for kind, zh, en in (
        ("zone", "最差的镇街", "Worst zone"), ("service", "最差的服务", "Worst service")
    ):
        if (ADVISED, kind) in rows.index and (TODAY, kind) in rows.index:
            lines += wrap(choose(
                lang, f"{zh}：{worst(ADVISED, kind)}（现在{worst(TODAY, kind)}）。",
                f"{en}: {worst(ADVISED, kind)} (today {worst(TODAY, kind)})."))
    for variant, zh, en in ((ADVISED, "按建议", "As advised"), (TODAY, "现在", "Today")):
        read = measured(found, variant)
        callers = waits(read, "wait_all", "s", "all", lang, callers=True)
        visits = waits(read, "response", "min", "all", lang, callers=False)
        lines += wrap(f"{choose(lang, zh, en)}{choose(lang, '。', '. ')}"
                      f"{choose(lang, '', ' ').join(filter(None, [callers, visits]))}", hang=2)
    lost = [rows["mean"].get((name, "reached_rate")) for name in (ADVISED, TODAY)]
    done = [rows["mean"].get((name, "completion_rate")) for name in (ADVISED, TODAY)]
    if None not in lost:
        after, before = (thousand(1 - float(value)) for value in lost)
        lines += wrap(choose(
            lang, f"每1000位来电人始终没打通：{after}位（现在{before}位）。",
            f"Of 1,000 callers {after} never get through (today {before})."))
    if None not in done:
        after, before = (thousand(1 - float(value)) for value in done)
        lines += wrap(choose(
            lang,
            f"每1000件工单没有办成（取消、上门无人、到期未完）：{after}件（现在{before}件）。",
            f"Of 1,000 orders {after} are never done: cancelled, nobody home, unfinished (today "
            f"{before})."))
    return lines


def _grown(found: Advice, lang: Lang) -> list[str]:
    broken, times = missed_targets(found, GROWN, lang), number(GROWTH)
    if broken:
        listed = choose(lang, "、", ", ").join(broken)
        lines = wrap(choose(
            lang, f"需求为现在的{times}倍、人手按建议不变，未达到的目标：{listed}。",
            f"At {times} times today's demand the advised staff misses: {listed}."))
    else:
        lines = wrap(choose(
            lang, f"需求为现在的{times}倍，按建议的人手各项目标仍都达到。",
            f"At {times} times today's demand the advised staff still meets every target."))
    more, advised = budget_of(found, MORE), budget_of(found, ADVISED)
    lines += wrap(choose(
        lang,
        f"要应付它，大约要{more.operators_rostered}名接线员、{more.caregivers_rostered}名护理员在班"
        f"（按建议是{advised.operators_rostered}和{advised.caregivers_rostered}），每年"
        f"{wan(more.budget_yuan)}万元，再多{wan(more.budget_yuan - advised.budget_yuan)}万元。",
        f"To meet it takes about {more.operators_rostered} operators and "
        f"{more.caregivers_rostered} caregivers on the roster (advised: "
        f"{advised.operators_rostered} and {advised.caregivers_rostered}), "
        f"{wan(more.budget_yuan)} ten thousand yuan a year, "
        f"{wan(more.budget_yuan - advised.budget_yuan)} more."))
    if missed := missed_targets(found, MORE, lang):
        lines += wrap(choose(
            lang, f"即使这样仍未达到：{'、'.join(missed)}。",
            f"Even then missed: {', '.join(missed)}."))
    return lines
