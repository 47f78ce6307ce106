"""The part of a story that happens to whoever comes to a point for a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice


def place_story(voice: Voice, order: Any) -> Iterator[str]:
    """The waitlist and the stay of one order; nothing where it is for a visit."""
    more = voice.facts.result.more
    if "stays" not in more:
        return
    listed = more["waitlist"]
    for row in listed[listed["order"] == order.order].itertuples():
        yield _waiting(voice, row)
    stays = more["stays"]
    mine = stays[stays["order"] == order.order]
    if not len(mine):
        return
    point = voice.name("points", mine["point"].iloc[0])
    places = voice.listed([
        voice.say(f"{row.kind} {row.place} 号", f"{row.kind} no. {row.place}")
        for row in mine.itertuples()
    ])
    yield voice.say(f"  {voice.at(order.departed)} 前往{point}，为其留位：{places}。",
                    f"  {voice.at(order.departed)} sets out for {point}, which keeps {places}.")
    if pd.notna(order.arrived):
        way = voice.span(order.departed, order.arrived)
        yield voice.say(f"  {voice.at(order.arrived)} 到站，路上用了 {way}。",
                        f"  {voice.at(order.arrived)} is there, after {way} on the road.")


def _waiting(voice: Voice, row: Any) -> str:
    grade = voice.say(f"（评估等级 {row.grade}）", f" (grade {row.grade})") if row.grade else ""
    text = voice.say(f"  {voice.at(row.listed)} 没有空位，列入轮候{grade}",
                     f"  {voice.at(row.listed)} no place is free: on the waitlist{grade}")
    if pd.isna(row.unlisted):
        return text + voice.say("，模拟结束时仍在轮候。", "; still there when the run ended.")
    waited = voice.span(row.listed, row.unlisted)
    return text + voice.say(f"，等了 {waited}，到 {voice.at(row.unlisted)}。",
                            f" for {waited}, until {voice.at(row.unlisted)}.")
