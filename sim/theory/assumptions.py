"""Which assumptions of the theory do not hold in a scenario, and what follows from that.

Each is a sentence in English that carries its Chinese, under a short name, those first that usually
matter most. None is an error: they say where simulation and theory may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words
from sim.scenario.schema import Scenario
from sim.scenario.sections import organisations
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.services import Service
from sim.theory.demand import RINGS, callers
from sim.words.kinds import AtClosing, ServiceMode, WhenClosed

Found = Iterator[tuple[str, Words]]

TIGHT = 20
"""So many lines more than operators make a busy tone rare."""


def not_holding(scenario: Scenario) -> dict[str, Words]:
    """Of :func:`sim.theory.day.expected_hours`: what the hotline has and the theory has not.

    Keys, of those that apply: redials, busy_days, chasing, overflow, hold, call_backs, messages,
    skills,
    buttons, handling, patience, lines, breaks, closing.
    """
    return dict([*_more_calls(scenario), *_other_rules(scenario), *_other_laws(scenario)])


def not_holding_at_points(scenario: Scenario) -> dict[str, Words]:
    """Of :func:`sim.theory.points.expected_points`.

    Keys, of those that apply: plans, booked, skills, help, crews, priorities, patience, visits.
    """
    wanted = {service for service, _ in scenario.asked}
    visits = [s for s in scenario.services if s.mode == ServiceMode.VISIT and s.id in wanted]
    return dict(_at_points(scenario, visits)) if visits else {}


def _more_calls(scenario: Scenario) -> Found:
    hotline, chasing = scenario.hotline, scenario.chasing
    used = [scenario.callers[name] for name in _who_rings(scenario)]
    most = max((c.max_redials for c in used if c.redial_first_prob > 0), default=0)
    if most:
        yield "redials", Words(
            f"Callers who do not get through redial, up to {most} times; theory counts first "
            "attempts only and is too hopeful where many fail.",
            f"打不通的人会重拨，最多{most}次；理论只计首次来电，打不通的多时偏乐观。",
        )
    spread = max(
        (scenario.demand.busy_day_cv.get(s.busy_group, 0.0) for s in _ringing(scenario)),
        default=0.0,
    )
    if spread:
        yield "busy_days", Words(
            f"Some days are busier than others (coefficient of variation up to {spread:g}); theory "
            "takes the mean day and is too hopeful.",
            f"有忙日有闲日（变异系数至多{spread:g}）；理论按平均的一天算，偏乐观。",
        )
    if chasing.prob and chasing.max_calls:
        yield "chasing", Words(
            "Clients whose order is late ring again; theory leaves these calls out.",
            "工单迟了会来电催单；理论没有算这些来电。",
        )
    if hotline.overflow_after_s is not None:
        yield "overflow", Words(
            f"Who has waited {hotline.overflow_after_s:g} s is passed to the tier above; in theory "
            "everybody stays.",
            f"等满{hotline.overflow_after_s:g}秒的来电转上级；理论中都留下来等。",
        )
    if scenario.hold.prob:
        yield "hold", Words(
            "Callers on virtual hold keep their place without waiting on the line; in theory "
            "everybody stays on it until patience ends.",
            "虚拟排队的来电人挂机保留位置；理论中都在线上等，等不及就挂断。",
        )
    if hotline.call_back_prob:
        yield "call_backs", Words(
            f"Operators call back {hotline.call_back_prob:.0%} of completed orders when nobody "
            "waits; theory leaves that work out.",
            f"没有人等的时候，接线员回访{hotline.call_back_prob:.0%}的办结工单；理论没有算这项工作。",
        )
    always = hotline.open.text.strip().lower() == "always"
    if not always and hotline.when_closed == WhenClosed.CALL_BACK:
        yield "messages", Words(
            "Messages left while the hotline is closed are answered after it opens; theory leaves "
            "that work out.",
            "关闭时的留言在开放后回电；理论没有算这项工作。",
        )
    if not always and hotline.at_closing == AtClosing.RELEASE:
        yield "closing", Words(
            "Callers who wait at closing time are let go; in theory they stay.",
            "关闭时还在等的来电被放掉；理论中他们继续等。",
        )


def _other_rules(scenario: Scenario) -> Found:
    hotline = scenario.hotline
    skills = {stream.skill for stream in _ringing(scenario) if stream.skill}
    lacking = [g.id for g in scenario.operators if g.count and not skills <= set(g.skills)]
    if lacking:
        yield "skills", Words(
            "Not every operator takes every call; in theory each does, which is too hopeful.",
            "不是每个接线员什么来电都能接；理论中都能接，偏乐观。",
        )
    if {stream.channel for stream in _ringing(scenario)} >= set(RINGS):
        yield "buttons", Words(
            "Emergency buttons go before phone calls; theory gives the mean of both.",
            "一键呼叫先于电话；理论给出两者的平均。",
        )
    lines = hotline.lines - hotline.lines_for_buttons
    if lines < sum(group.count for group in scenario.operators) + TIGHT:
        yield "lines", Words(
            f"A line is free again when the talk ends; theory lets {lines} calls in, and the mean "
            "number being written up besides.",
            f"通话一结束线路就空出；理论按{lines}个来电加上平均正在话后处理的个数封顶。",
        )
    shifts = {name for group in scenario.operators if group.count for name in group.shifts}
    if any(shift.breaks for shift in scenario.shifts if shift.id in shifts):
        yield "breaks", Words(
            "A break begins at the first free moment of its window; in theory, when it opens.",
            "休息从时段内第一个空闲时刻开始；理论按时段一到就休息。",
        )


def _other_laws(scenario: Scenario) -> Found:
    used = [scenario.callers[name] for name in _who_rings(scenario)]
    talks = {(c.talk.dist, c.talk.mean_ms) for c in used}
    written = scenario.hotline.wrap_up.mean_ms > 0
    if written or len(talks) > 1 or any(dist != "exponential" for dist, _ in talks):
        yield "handling", Words(
            "Talk and wrap-up together are not exponential; theory takes them so, which matters "
            "little where callers give up.",
            "通话加话后处理不是指数分布；理论按指数算，来电人会放弃时影响不大。",
        )
    waits = {(c.patience.dist, c.patience.mean_ms) for c in used}
    if len(waits) > 1 or any(d not in ("exponential", "never") for d, _ in waits):
        yield "patience", Words(
            "Patience differs between callers or is not exponential; theory takes one exponential "
            "for all.",
            "各类来电人的耐心不同，或不是指数分布；理论对所有人用同一个指数分布。",
        )


def _at_points(scenario: Scenario, visits: list[Service]) -> Found:
    ids = {service.id for service in visits}
    if any(plan.service in ids for plan in scenario.plans):
        yield "plans", Words(
            "Visits of care plans wait for slack time; theory lets them come evenly over their "
            "hours.",
            "照护计划的上门等空闲时做；理论按在规定钟点内均匀到来算。",
        )
    if any(stream.lead is not None for stream in scenario.requests if stream.service in ids):
        yield "booked", Words(
            "Booked visits begin at set hours, and many may wait for their window without harm; "
            "theory lets visits come at random.",
            "预约的上门集中在固定时点，窗口之内早晚无妨；理论按随机到来算。",
        )
    groups = [group for group in scenario.caregivers if group.count]
    if any(
        group.grade < service.grade or (service.skill and service.skill not in group.skills)
        for group in groups for service in visits
    ):
        yield "skills", Words(
            "Not every caregiver can do every visit; in theory each can, which is too hopeful.",
            "不是每个护理员什么都能做；理论中都能做，偏乐观。",
        )
    helping = scenario.dispatch.borrow_km > 0 or scenario.dispatch.choose_point != "nearest"
    by = zip(scenario.points, organisations.of_points(scenario), strict=True)
    if helping or any(organisations.acceptance(*point) < 1 for point in by):
        yield "help", Words(
            "Points help each other or refuse offers; in theory each serves the homes nearest to "
            "it, alone.",
            "站点之间互相支援或会退单；理论中各管就近的住户。",
        )
    if any(service.crew > 1 for service in visits):
        yield "crews", Words(
            "Some visits need several caregivers at once, who wait for each other; theory counts "
            "their hours only.",
            "有的上门需要多人同去，要互相等；理论只计工时。",
        )
    if len({service.priority for service in visits}) > 1:
        yield "priorities", Words(
            "Urgent visits go first; theory gives the mean wait of all.",
            "紧急的先去；理论给出所有上门的平均等待。",
        )
    if any(service.patience is not None or service.no_show_prob for service in visits):
        yield "patience", Words(
            "Clients give up or are not at home; in theory every visit takes place.",
            "有人等不及取消，有人不在家；理论中每次都上门。",
        )
    yield "visits", Words(
        "Travel is from wherever the caregiver is, at the hour's speed, and a visit that cannot "
        "end in time is not begun; theory takes the mean way from the point, and hours as if they "
        "lasted.",
        "出发点是护理员所在处，车速随钟点变，下班前做不完的不出发；理论按从站点出发的平均路程算，"
        "并把每个钟点当作一直如此。",
    )


def _ringing(scenario: Scenario) -> list[Stream]:
    return [stream for stream in scenario.requests if stream.channel in RINGS]


def _who_rings(scenario: Scenario) -> set[str]:
    return {name for stream in _ringing(scenario) for name in callers(stream)}
