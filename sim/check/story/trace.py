"""The story of one request, from the tables, with who was doing what while it waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.ground.facts import Facts
from sim.check.story.calls import calls
from sim.check.story.order import order_story
from sim.check.story.shock import asked_during
from sim.check.story.voice import Voice
from sim.log import Result
from sim.words.glossary import Lang
from sim.words.kinds import Channel, ServiceMode
from sim.words.state_names import label

ASKING = ("first", "redial", "message")
"""Calls about the need itself; chases and call-backs come after."""


def trace(result: Result, request: int, lang: Lang = "en") -> str:
    """The story of one request as lines of text, in Chinese or English.

    Raises ``ValueError`` with a clear line where the result has no such request.
    """
    voice = Voice(Facts.of(result), lang)
    rows = result.requests[result.requests["request"] == request]
    if rows.empty:
        raise ValueError(_not_there(voice, request))
    asked = rows.iloc[0]
    mine = result.calls[result.calls["request"] == request].sort_values(["arrived", "call"])
    orders = result.orders[result.orders["request"] == request]
    after = mine[~mine["kind"].isin(ASKING)]
    lines = [
        voice.say(f"诉求 {request} 的经过", f"The story of request {request}"), "",
        *_opening(voice, asked),
        *calls(voice, mine[mine["kind"].isin(ASKING)], asked),
    ]
    if orders.empty:
        lines += _no_order(voice, asked, mine)
    else:
        lines += order_story(voice, orders.iloc[0])
    if len(after):
        lines += ["", voice.say("此后的电话", "Calls afterwards"), *calls(voice, after, asked)]
    return "\n".join(lines)


def _not_there(voice: Voice, request: int) -> str:
    numbers = voice.facts.result.requests["request"]
    if numbers.empty:
        return voice.say("这份结果里没有任何诉求", "there is no request in this result")
    first, last = numbers.min(), numbers.max()
    return voice.say(
        f"没有诉求 {request}：这份结果里的诉求编号从 {first} 到 {last}",
        f"there is no request {request}: requests in this result are numbered {first} to {last}",
    )


def _opening(voice: Voice, asked: Any) -> Iterator[str]:
    channel = label(Channel(asked.channel), voice.lang)
    service, zone = voice.name("services", asked.service), voice.name("zones", asked.zone)
    group, caller = voice.name("groups", asked.group), voice.name("callers", asked.caller)
    when = voice.at(asked.requested)
    yield voice.say(
        f"{when}，{zone}的 {asked.client} 号服务对象（人群：{group}）需要“{service}”，"
        f"渠道：{channel}，由{caller}提出。",
        f"{when}: client {asked.client} (group: {group}) in {zone} needs {service}; "
        f"channel: {channel}, asked for by: {caller}.",
    )
    if asked.false_alarm:
        yield voice.say("这是一次误报，并没有需要。",
                        "It is a false alarm: there is no need behind it.")
    elif pd.notna(asked.window_open):
        opens, closes = voice.at(asked.window_open), voice.at(asked.window_close)
        yield voice.say(f"预约在 {opens} 至 {closes} 之间开始。",
                        f"It is booked to begin between {opens} and {closes}.")
    elif pd.notna(asked.due):
        yield voice.say(f"尽快办理，应在 {voice.at(asked.due)} 之前开始。",
                        f"As soon as possible; it should begin by {voice.at(asked.due)}.")
    yield from asked_during(voice, asked.requested)


def _no_order(voice: Voice, asked: Any, mine: pd.DataFrame) -> Iterator[str]:
    """How it ended where no order came of it."""
    yield ""
    heard = mine["answered"].notna().any()
    above = voice.facts.result.more.get("passed")
    if above is not None:
        ended = above[above["call"].isin(mine["call"]) & above["answered"].notna()]
        if ended["settled"].any():
            yield voice.say("由上级热线办结，没有工单。",
                            "Settled by a tier above; there is no order.")
            return
        heard = heard or len(ended) > 0
    if heard and (asked.false_alarm or asked["mode"] == ServiceMode.ADVICE):
        yield voice.say("在电话里办结，没有工单。", "Settled on the phone; there is no order.")
    elif heard or mine.empty:
        yield voice.say("模拟结束时还没有受理成工单。",
                        "No order was written before the run ended.")
    else:
        yield voice.say("始终没有接通，没有工单。", "Never answered; there is no order.")
