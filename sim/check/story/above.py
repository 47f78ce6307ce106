"""The part of a story that happens on the hotlines above the county's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice


def on_tiers(voice: Voice, call: Any) -> Iterator[str]:
    """What each tier did with a call that was passed to it."""
    rows = voice.facts.result.more.get("passed")
    if rows is None:
        return
    for row in rows[rows["call"] == call.call].itertuples():
        name = voice.facts.settings["tiers"][row.tier][f"name_{voice.lang}"]
        opening = voice.say(f"  {voice.at(row.passed)} 转到{name}",
                            f"  {voice.at(row.passed)} passed to {name}")
        yield opening + (_heard(voice, call, row) if pd.notna(row.answered) else {
            "abandoned": voice.say("，没等到接听就挂断了。", ": hung up before it answered."),
            "overflowed": voice.say("，没等到接听，再转上一级。", ": no answer, passed on."),
            "waiting": voice.say("，模拟结束时还在等。", ": still waiting when the run ended."),
        }[row.outcome])


def _heard(voice: Voice, call: Any, row: Any) -> str:
    waited = voice.span(call.arrived, row.answered)
    text = voice.say(f"，来电{waited}后接通", f": answered {waited} after it rang")
    if pd.isna(row.talk_end):
        return text + voice.say("，模拟结束时还在通话。", "; still talking when the run ended.")
    talk = voice.span(row.answered, row.talk_end)
    text += voice.say(f"，通话 {talk}", f"; talk {talk}")
    if row.settled:
        return text + voice.say("，当场办结。", "; settled there.")
    if pd.isna(row.handed_down):
        return text + voice.say("，模拟结束时还没有转回县里。",
                                "; not yet handed down when the run ended.")
    return text + voice.say(f"，{voice.at(row.handed_down)} 转回县里。",
                            f"; handed down to the county at {voice.at(row.handed_down)}.")
