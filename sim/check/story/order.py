"""The part of a story that happens to the order: offers, waiting, travel, visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from sim.check.story.consult import consult_story
from sim.check.story.meal import meal_story, turned_back
from sim.check.story.money import payments
from sim.check.story.place import place_story
from sim.check.story.shock import meanwhile
from sim.check.story.shown import shown_to_all
from sim.check.story.staff import caregivers
from sim.check.story.voice import Voice
from sim.words.kinds import CancelReason, OfferResult, OrderState, ServiceMode
from sim.words.state_names import label


def order_story(voice: Voice, order: Any) -> Iterator[str]:
    """From the writing of the order to its end, and how that compares with its target."""
    number, written = order.order, voice.at(order.created)
    yield ""
    yield voice.say(f"工单 {number}：{written} 受理。", f"Order {number}: written at {written}.")
    yield from payments(voice, order)
    mode = _mode(voice, order)
    if mode == ServiceMode.REMOTE:
        yield from consult_story(voice, order)
    else:
        yield from _offers(voice, number)
        yield from place_story(voice, order)
        yield from meanwhile(voice, order, _over(voice, order.started, order.cancelled))
        if pd.notna(order.accepted) and mode != ServiceMode.PLACE:
            yield from meal_story(voice, order)
            yield from _waiting(voice, order)
        yield from _visits(voice, order)
        yield from _service(voice, order)
    yield from _end(voice, order)


def _mode(voice: Voice, order: Any) -> str:
    """How it is done: somebody goes to the home, the client comes, ..."""
    services = voice.facts.table("services")
    mode = services.loc[services["service"].astype(str) == order.service, "mode"]
    return str(mode.iloc[0]) if len(mode) else str(ServiceMode.VISIT)


def _offers(voice: Voice, order: int) -> Iterator[str]:
    rows = voice.facts.result.offers
    for offer in rows[rows["order"] == order].sort_values("offer").itertuples():
        if offer.result in ("grabbed", "untaken", "pooled") or pd.isna(offer.point):
            yield from shown_to_all(voice, offer)
            continue
        point, when = voice.name("points", offer.point), voice.at(offer.offered)
        result = label(OfferResult[offer.result.upper()], voice.lang)
        text = voice.say(f"  {when} 第 {offer.offer + 1} 次派单，派给{point}",
                         f"  {when} offer {offer.offer + 1}, to {point}")
        if pd.isna(offer.closed):
            yield text + voice.say(f"：{result}。", f": {result}.")
        elif offer.closed == offer.offered:
            yield text + voice.say(f"：立刻{result}。", f": {result} at once.")
        else:
            took = voice.span(offer.offered, offer.closed)
            yield text + voice.say(f"：{took}后{result}（{voice.at(offer.closed)}）。",
                                   f": {result} after {took}, at {voice.at(offer.closed)}.")


def _over(voice: Voice, *moments: datetime) -> datetime:
    """The first of the moments that came, else the run's end."""
    facts = voice.facts
    came = [moment for moment in moments if pd.notna(moment)]
    return min(came) if came else pd.Timestamp(facts.origin + facts.horizon, unit="ms")


def _waiting(voice: Voice, order: Any) -> Iterator[str]:
    if pd.isna(order.point):
        yield voice.say("  在全县统一队列里等，没有等到人。",
                        "  It waits in the county's one queue; nobody took it.")
        return
    point = voice.name("points", order.point)
    if pd.isna(order.eligible):
        yield voice.say("  预约时段未到，还没有开始找人。",
                        "  Its window had not come; nobody was looked for.")
        return
    visits = voice.facts.result.visits
    first = visits.loc[visits["order"] == order.order, "held"].min()
    taken = _over(voice, first if order.preempted else order.gathering, order.cancelled)
    since, until = voice.at(order.eligible), voice.at(taken)
    yield voice.say(f"  {since} 起在{point}等待派人。", f"  From {since} it waits at {point}.") + (
        _others(voice, order))
    if taken > order.eligible:
        yield voice.say(f"  等了 {voice.span(order.eligible, taken)}，到 {until}。",
                        f"  It waited {voice.span(order.eligible, taken)}, until {until}.")
    yield "  " + voice.say(f"其间{point}的护理员：", f"Meanwhile the caregivers of {point}:")
    leaving = _over(voice, order.departed, order.cancelled)
    yield from caregivers(voice, str(order.point), order.eligible, leaving, int(order.request))


def _others(voice: Voice, order: Any) -> str:
    """How many other orders were waiting at the point when this one joined them."""
    orders = voice.facts.result.orders
    ended = orders["gathering"].fillna(orders["cancelled"])
    there = orders[
        (orders["point"] == order.point) & (orders["order"] != order.order)
        & (orders["eligible"] <= order.eligible) & (ended.isna() | (ended > order.eligible))]
    if there.empty:
        return voice.say("没有别的工单在等。", " No other order was waiting there.")
    return voice.say(f"同时在等的还有 {len(there)} 张工单。",
                     f" {len(there)} other orders were waiting there.")


def _visits(voice: Voice, order: Any) -> Iterator[str]:
    everybody = voice.facts.result.visits
    rows = list(everybody[everybody["order"] == order.order].itertuples())
    for number, visit in enumerate(rows):
        who = visit.caregiver
        if visit.held < visit.departed:
            held = voice.span(visit.held, visit.departed)
            yield voice.say(f"  {voice.at(visit.held)} {who} 为此留下，等了 {held}。",
                            f"  {voice.at(visit.held)} {who} is held for it, for {held}.")
        yield _setting_out(voice, visit, everybody)
        if pd.notna(visit.turned_back) and not order.preempted:
            yield turned_back(voice, visit)
        elif pd.notna(visit.turned_back):
            later = [other.held for other in rows[number + 1:number + 2]]
            yield from _called_away(voice, order, visit, everybody, later)
        elif pd.notna(visit.arrived):
            way = voice.span(visit.departed, visit.arrived)
            text = voice.say(f"  {voice.at(visit.arrived)} {who} 到达，路上用了 {way}",
                             f"  {voice.at(visit.arrived)} {who} is there, after {way} on the road")
            if pd.notna(visit.started) and visit.started > visit.arrived:
                early = voice.span(visit.arrived, visit.started)
                text += voice.say(f"，早到，等了 {early}", f"; early, waits {early}")
            yield text + voice.say("。", ".")


def _setting_out(voice: Voice, visit: Any, everybody: pd.DataFrame) -> str:
    """Who sets out, from where; perhaps from the way to another order."""
    who, own = visit.caregiver, voice.name("points", visit.point)
    when, road = voice.at(visit.departed), ""
    if pd.isna(visit.turned_back):
        road = voice.say(f"路程 {visit.km:.1f} 公里，", f"{visit.km:.1f} km, ")
    left = everybody[(everybody["caregiver"] == who)
                     & (everybody["turned_back"] == visit.departed)
                     & (everybody["order"] != visit.order)]
    if len(left):
        other = left["order"].iloc[0]
        start = voice.say(f"  {when} {who}（{own}）正在去工单 {other} 的路上，掉头赶来，",
                          f"  {when} {who} ({own}), on the way to order {other}, turns around for "
                          "it: ")
    else:
        start = voice.say(f"  {when} {who}（{own}）出发，", f"  {when} {who} ({own}) sets out: ")
    return start + road + voice.say(f"计划 {visit.planned_min:.0f} 分钟。",
                                    f"planned {visit.planned_min:.0f} min.")


def _called_away(
    voice: Voice, order: Any, visit: Any, everybody: pd.DataFrame, later: list[datetime]
) -> Iterator[str]:
    """Why the caregiver never came, and how long the order then waited again."""
    turned = visit.turned_back
    goes = everybody[(everybody["caregiver"] == visit.caregiver)
                     & (everybody["held"] == turned) & everybody["turned_back"].isna()]
    other = goes["order"].iloc[0]
    yield voice.say(
        f"  {voice.at(turned)} {visit.caregiver} 走了约 {visit.km:.1f} 公里，被调去紧急工单 "
        f"{other}；本单退回，排在同级首位。",
        f"  {voice.at(turned)} {visit.caregiver} is called away after some {visit.km:.1f} km, to "
        f"the emergency of order {other}; this order is first of its class again.")
    until = _over(voice, *later, order.cancelled)
    if until > turned:
        yield voice.say(f"  又等了 {voice.span(turned, until)}，到 {voice.at(until)}。",
                        f"  It waited another {voice.span(turned, until)}, until "
                        f"{voice.at(until)}.")


def _service(voice: Voice, order: Any) -> Iterator[str]:
    if pd.notna(order.started):
        knocked = order.state == "no_show"
        yield (voice.say(f"  {voice.at(order.started)} 敲门，无人在家。",
                         f"  {voice.at(order.started)} knocked: nobody at home.") if knocked else
               voice.say(f"  {voice.at(order.started)} 开始服务。",
                         f"  {voice.at(order.started)} the service begins."))
    if pd.notna(order.ended):
        took = voice.span(order.started, order.ended)
        yield voice.say(f"  {voice.at(order.ended)} 结束，用了 {took}。",
                        f"  {voice.at(order.ended)} it ends, after {took}.")


def _end(voice: Voice, order: Any) -> Iterator[str]:
    if order.state == "refused":
        why = label(CancelReason.NO_PLACE, voice.lang)
        yield voice.say(f"  {voice.at(order.cancelled)} 未能入住：{why}。",
                        f"  {voice.at(order.cancelled)} refused: {why}.")
    elif pd.notna(order.cancelled) and order.state != "unfunded":
        why = label(CancelReason[order.reason.upper()], voice.lang)
        yield voice.say(f"  {voice.at(order.cancelled)} 取消：{why}。",
                        f"  {voice.at(order.cancelled)} cancelled: {why}.")
    if order.borrowed:
        yield "  " + voice.say("由别的站点的护理员完成。", "Done by another point's caregiver.")
    yield from _parts(voice, order)
    yield _against_target(voice, order)
    state = label(OrderState[order.state.upper()], voice.lang)
    yield voice.say(f"最后状态：{state}。", f"Last state: {state}.")


def _parts(voice: Voice, order: Any) -> Iterator[str]:
    """What the response time of an order as soon as possible is made of."""
    if pd.isna(order.started) or pd.notna(order.window_open):
        return
    parts = [
        ("重拨", "redials", order.requested, order.call_arrived),
        ("等接通", "hotline", order.call_arrived, order.answered),
        ("通话或审核", "talk or review", order.answered, order.created),
        ("派单", "offers", order.created, order.accepted),
        ("等人", "queue", order.accepted, order.gathering),
        ("召集", "gathering", order.gathering, order.departed),
        ("路上", "travel", order.departed, order.arrived),
    ]
    shown = [f"{voice.say(zh, en)} {voice.span(since, until)}"
             for zh, en, since, until in parts if until > since]
    whole = voice.span(order.requested, order.started)
    yield voice.say(f"从提出到开始共 {whole}：{voice.listed(shown)}。",
                    f"From asking to the start: {whole} ({voice.listed(shown)}).")


def _against_target(voice: Voice, order: Any) -> str:
    if pd.isna(order.due):
        return voice.say("没有时限。", "It has no target.")
    if pd.isna(order.started):
        over = _over(voice, order.cancelled)
        if over > order.due:
            late = voice.span(order.due, over)
            return voice.say(f"始终没有开始，到最后已逾期 {late}。",
                             f"It never began; in the end it was overdue by {late}.")
        return voice.say("还没有开始，也还没到时限。", "It had not begun, nor was it due.")
    if order.started > order.due:
        late = voice.span(order.due, order.started)
        return voice.say(f"比时限晚 {late}。", f"Late by {late}.")
    return voice.say(f"按时，离时限还有 {voice.span(order.started, order.due)}。",
                     f"On time, {voice.span(order.started, order.due)} to spare.")
