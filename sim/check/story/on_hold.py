"""The part of a story in which a caller is on virtual hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice


def on_hold(voice: Voice, call: Any) -> Iterator[str]:
    """When the caller hung up, keeping the place, and each call of ours in vain."""
    more = voice.facts.result.more
    if "held" not in more:
        return
    for row in more["held"][more["held"]["call"] == call.call].itertuples():
        yield voice.say(f"  {voice.at(row.held)} 选择虚拟排队，挂机等打回。",
                        f"  {voice.at(row.held)} hangs up, to be phoned when the turn comes.")
    for row in more["dials"][more["dials"]["call"] == call.call].itertuples():
        text = voice.say(f"  {voice.at(row.start)} {row.operator} 打回",
                         f"  {voice.at(row.start)} {row.operator} phones")
        if pd.isna(row.end):
            yield text + voice.say("，模拟结束时还在响铃。", "; still ringing when the run ended.")
        else:
            rang = voice.span(row.start, row.end)
            yield text + voice.say(f"，响了 {rang}，无人接。", f"; nobody picks up for {rang}.")
