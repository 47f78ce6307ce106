"""The part of a story that happens on the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from sim.check.story.above import on_tiers
from sim.check.story.on_hold import on_hold
from sim.check.story.shock import because, out_of_order
from sim.check.story.staff import at_desks
from sim.check.story.voice import Voice
from sim.words.kinds import CallKind
from sim.words.state_names import label

OUTBOUND = ("call_back", "message")


def calls(voice: Voice, rows: pd.DataFrame, asked: Any) -> Iterator[str]:
    """Each call in turn: what became of it, who was ahead, what the operators were doing."""
    # a chase's own number also counts the intervals at which the client did not ring
    chases = (rows["kind"] == "chase").cumsum().to_numpy()
    for call, chase in zip(rows.itertuples(), chases, strict=True):
        yield ""
        yield _what_happened(voice, call, chase if call.kind == "chase" else call.attempt + 1)
        yield from on_tiers(voice, call)
        yield from on_hold(voice, call)
        if call.outcome == "blocked":
            yield _lines_in_use(voice, call.arrived)
        if call.outcome not in ("closed", "blocked"):
            yield _ahead(voice, call)
        if call.outcome != "closed":
            skill = "" if call.kind in OUTBOUND or pd.isna(call.skill) else str(call.skill)
            yield "  " + voice.say("其间各接线员：", "Meanwhile the operators:")
            yield from at_desks(
                voice, "operator", call.arrived, _waited_until(voice, call), int(asked.request),
                skill)


def _waited_until(voice: Voice, call: Any) -> datetime:
    facts = voice.facts
    moment: datetime = pd.Timestamp(facts.origin + facts.horizon, unit="ms")
    for earlier in (call.left, call.answered):
        if pd.notna(earlier):
            moment = earlier
    return moment


def _what_happened(voice: Voice, call: Any, number: int) -> str:
    kind = label(CallKind[call.kind.upper()], voice.lang)
    when, until = voice.at(call.arrived), _waited_until(voice, call)
    wait = voice.span(call.arrived, until)
    if call.kind in OUTBOUND:
        opening = voice.say(f"{when} 列入{kind}名单", f"{when} on the list for: {kind}")
    elif call.kind == "chase":
        opening = voice.say(f"{when} {kind}，第 {number} 次", f"{when} {kind} no. {number}")
    else:
        opening = voice.say(f"{when} 第 {number} 次来电（{kind}）",
                            f"{when} attempt {number} ({kind})")
    if call.outcome == "answered":
        return opening + _answered(voice, call, wait)
    if call.outcome == "closed":
        return opening + _closed(voice, call, wait)
    ending = {
        "abandoned": voice.say(f"：等了 {wait}，没人接，挂断了。",
                               f": hung up after waiting {wait}."),
        "blocked": voice.say("：占线，打不进来。", ": blocked, no line was free."),
        "overflowed": voice.say(f"：等了 {wait}，转到上级。", f": passed on after {wait}."),
        "waiting": voice.say(f"：等了 {wait}，模拟结束时仍未接通。",
                             f": still waiting after {wait} when the run ended."),
    }
    return opening + ending[call.outcome]


def _answered(voice: Voice, call: Any, wait: str) -> str:
    waited, after = voice.say(f"等了 {wait}，", ""), voice.say("", f" after {wait}")
    if call.answered == call.arrived:
        waited, after = "", voice.say("", " at once")
    text = voice.say(f"：{waited}{call.operator} {'' if waited else '立刻'}接通",
                     f": answered by {call.operator}{after}")
    if call.kind in OUTBOUND:
        text = voice.say(f"：{waited}{call.operator} {'' if waited else '立刻'}打出",
                         f": made by {call.operator}{after}")
    if pd.isna(call.talk_end):
        return text + voice.say("，模拟结束时还在通话。", "; still talking when the run ended.")
    talk = voice.span(call.answered, call.talk_end)
    text += voice.say(f"，通话 {talk}", f"; talk {talk}")
    if pd.notna(call.wrap_up_end):
        wrap = voice.span(call.talk_end, call.wrap_up_end)
        text += voice.say(f"，话后处理 {wrap}", f", wrap-up {wrap}")
    return text + voice.say("。", ".")


def _closed(voice: Voice, call: Any, wait: str) -> str:
    if pd.notna(call.answered):
        talk = "" if pd.isna(call.talk_end) else voice.span(call.answered, call.talk_end)
        why = because(voice, call.arrived, "hotline_closed")
        return voice.say(f"：热线不开放{why}，值班电话接听，通话 {talk}。",
                         f": the hotline was closed{why}; the duty phone answered, talk {talk}.")
    if call.left > call.arrived:
        return voice.say(f"：等了 {wait}，热线下班，请改日再打。",
                         f": let go at closing time after waiting {wait}.")
    why = because(voice, call.arrived, "hotline_closed")
    return voice.say(f"：热线不开放{why}。", f": the hotline was closed{why}.")


def _lines_in_use(voice: Voice, moment: datetime) -> str:
    calls = voice.facts.result.calls
    elsewhere = calls["kind"].isin(OUTBOUND) | (calls["outcome"] == "blocked") | (
        (calls["outcome"] == "closed") & calls["answered"].notna())
    on = calls[~elsewhere & (calls["arrived"] <= moment)
               & (calls["left"].isna() | (calls["left"] > moment))]
    lines = voice.facts.settings["hotline.lines"]
    kept = voice.facts.settings["hotline.lines_for_buttons"]
    text = voice.say(f"  {lines} 条中继线中有 {len(on)} 条在用",
                     f"  {len(on)} of {lines} lines were in use")
    if kept:
        text += voice.say(f"，{kept} 条留给一键呼叫", f", {kept} kept for buttons")
    return text + out_of_order(voice, moment) + voice.say("。", ".")


def _ahead(voice: Voice, call: Any) -> str:
    """Calls that were waiting when this one came and would be taken before it."""
    calls = voice.facts.result.calls
    ended = calls["answered"].fillna(calls["left"])
    there = (calls["arrived"] <= call.arrived) & (ended.isna() | (ended > call.arrived))
    earlier = (calls["arrived"] < call.arrived) | (calls["call"] < call.call)
    before = (calls["priority"] < call.priority) | ((calls["priority"] == call.priority) & earlier)
    ahead = calls[there & before & (calls["call"] != call.call)]
    if ahead.empty:
        return "  " + voice.say("前面没有人排队。", "Nobody was ahead in the queue.")
    who = [
        voice.say(f"诉求 {row.request}（已等 {voice.span(row.arrived, call.arrived)}）",
                  f"request {row.request} (waiting {voice.span(row.arrived, call.arrived)})")
        for row in ahead.sort_values(["priority", "arrived"]).head(10).itertuples()
    ]
    more = len(ahead) - len(who)
    rest = voice.say(f"等 {len(ahead)} 个", f" and {more} more") if more else ""
    return "  " + voice.say(f"前面有 {len(ahead)} 个电话在等：{voice.listed(who)}{rest}。",
                            f"{len(ahead)} ahead in the queue: {voice.listed(who)}{rest}.")
