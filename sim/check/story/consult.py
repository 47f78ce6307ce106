"""The part of a story in which an expert serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.staff import at_desks
from sim.check.story.voice import Voice


def consult_story(voice: Voice, order: Any) -> Iterator[str]:
    """The queue and every try of a remote order; nothing for one that nobody pays for."""
    more = voice.facts.result.more
    if "consults" not in more or order.state == "unfunded":
        return
    if pd.isna(order.eligible):
        yield voice.say("  预约时段未到，还没有排队等专家。",
                        "  Its window had not come: not yet in the experts' queue.")
        return
    yield voice.say(f"  {voice.at(order.eligible)} 排队等专家。",
                    f"  {voice.at(order.eligible)} in the experts' queue.")
    sessions = more["sessions"]
    tries = sessions[sessions["order"] == order.order]
    for session in tries.itertuples():
        yield _session(voice, order, session)
    until = pd.Timestamp(voice.facts.origin + voice.facts.horizon, unit="ms")
    for moment in (order.cancelled, tries["started"].min()):
        if pd.notna(moment):
            until = moment
    yield "  " + voice.say("其间各专家：", "Meanwhile the experts:")
    services = voice.facts.table("services").set_index("service")
    yield from at_desks(
        voice, "expert", order.eligible, until, int(order.request),
        str(services["skill"].get(order.service, "")))


def _session(voice: Voice, order: Any, session: Any) -> str:
    waited = voice.span(order.eligible, session.started)
    text = voice.say(f"  {voice.at(session.started)} {session.expert} 接诊（排队后 {waited}）",
                     f"  {voice.at(session.started)} {session.expert} begins, {waited} after it "
                     "joined the queue")
    if pd.isna(session.ended):
        return text + voice.say("，模拟结束时还没完。", "; not over when the run ended.")
    took = voice.span(session.started, session.ended)
    if session.reached:
        return text + voice.say(f"，用了 {took}。", f"; it takes {took}.")
    return text + voice.say(f"，联系不上，花了 {took}。", f"; nobody is reached in {took}.")
