"""The part of a story in which an expert serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice
from sim.words.glossary import label
from sim.words.kinds import CancelReason, OrderState


def consult_story(voice: Voice, request: int) -> Iterator[str]:
    """From the writing of a remote order to its end; nothing where there is none."""
    more = voice.facts.result.more
    if "consults" not in more:
        return
    consults, sessions = more["consults"], more["sessions"]
    for row in consults[consults["request"] == request].itertuples():
        yield ""
        yield voice.say(f"会诊 {row.consult}：{voice.at(row.created)} 受理，排队等专家。",
                        f"Consult {row.consult}: written at {voice.at(row.created)}, in the "
                        "experts' queue.")
        for session in sessions[sessions["consult"] == row.consult].itertuples():
            yield _session(voice, row, session)
        if pd.notna(row.cancelled):
            why = label(CancelReason[row.reason.upper()], voice.lang)
            yield voice.say(f"  {voice.at(row.cancelled)} 取消：{why}。",
                            f"  {voice.at(row.cancelled)} cancelled: {why}.")
        state = label(OrderState[row.state.upper()], voice.lang)
        yield voice.say(f"最后状态：{state}。", f"Last state: {state}.")


def _session(voice: Voice, row: Any, session: Any) -> str:
    waited = voice.span(row.joined, session.started)
    text = voice.say(f"  {voice.at(session.started)} {session.expert} 接诊（排队后 {waited}）",
                     f"  {voice.at(session.started)} {session.expert} begins, {waited} after it "
                     "joined the queue")
    if pd.isna(session.ended):
        return text + voice.say("，模拟结束时还没完。", "; not over when the run ended.")
    took = voice.span(session.started, session.ended)
    if session.reached:
        return text + voice.say(f"，用了 {took}。", f"; it takes {took}.")
    return text + voice.say(f"，联系不上，花了 {took}。", f"; nobody is reached in {took}.")
