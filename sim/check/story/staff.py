"""Who was doing what: the lines of the time sheet that touch a stretch of time, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from sim.check.story.shock import absent_by
from sim.check.story.voice import Voice, columns
from sim.words.kinds import NONE, IdleReason, StaffState
from sim.words.state_names import label

LONGEST = 40
"""Lines of a table; of a longer one the rest are only counted."""


def at_desks(
    voice: Voice, role: str, since: datetime, until: datetime, request: int, skill: str
) -> list[str]:
    """Every operator, or expert, on duty from one moment to another; who lacks the skill is
    marked."""
    staff = voice.facts.table("staff")
    known = dict(zip(staff["staff"], staff["skills"].str.split("|"), strict=True))
    lacks = voice.say(f"（不具备技能 {skill}）", f" (without the skill {skill})")
    marks = {who: lacks for who, skills in known.items() if skill and skill not in skills}
    sheet = voice.facts.result.timesheet
    return _table(voice, sheet[sheet["role"] == role], since, until, request, marks)


def caregivers(
    voice: Voice, point: str, since: datetime, until: datetime, request: int
) -> list[str]:
    """Every caregiver of a point on duty from one moment to another, and who stayed away."""
    sheet = voice.facts.result.timesheet
    lines = _table(voice, sheet[sheet["point"] == point], since, until, request, {})
    roster = voice.facts.result.roster
    away = roster[(roster["point"] == point) & roster["absent"] & (roster["start"] <= until)
                  & (roster["end"] > since)]
    if len(away):
        who = voice.listed(sorted({
            row.staff + absent_by(voice, row.staff, row.start) for row in away.itertuples()
        }))
        lines.append("    " + voice.say(f"缺勤：{who}", f"absent: {who}"))
    return lines


def _table(
    voice: Voice, sheet: pd.DataFrame, since: datetime, until: datetime, request: int,
    marks: Mapping[str, str],
) -> list[str]:
    until = max(until, since + pd.Timedelta(1, "ms"))
    rows = sheet[(sheet["start"] < until) & (sheet["end"] > since)]
    if rows.empty:
        return ["    " + voice.say("无人在岗。", "Nobody was on duty.")]
    shown = [voice.say("人员|状态|从|到|在办", "who|doing|since|until|on").split("|")]
    for row in rows.head(LONGEST).itertuples():
        shown.append([
            str(row.staff) + marks.get(str(row.staff), ""), _state(voice, row.state, row.reason),
            voice.at(row.start), voice.at(row.end), _job(voice, row.call, row.order, request),
        ])
    lines = columns(shown, indent=4)
    if (more := len(rows) - LONGEST) > 0:
        lines.append("    " + voice.say(f"……另有 {more} 行", f"... and {more} lines more"))
    return lines


def _state(voice: Voice, state: str, reason: str) -> str:
    text = label(StaffState[state.upper()], voice.lang)
    if state != "idle" or reason == "none":
        return text
    why = label(IdleReason[reason.upper()], voice.lang)
    return voice.say(f"{text}（{why}）", f"{text} ({why})")


def _job(voice: Voice, call: int, order: int, request: int) -> str:
    result = voice.facts.result
    if call != NONE:
        about = int(result.calls["request"].to_numpy()[_row(result.calls["call"], call)])
    elif order != NONE:
        about = int(result.orders["request"].to_numpy()[_row(result.orders["order"], order)])
    else:
        return ""
    if about == request:
        return voice.say("本诉求", "this request")
    return voice.say(f"诉求 {about}", f"request {about}")


def _row(numbers: pd.Series, wanted: int) -> int:
    return int(np.flatnonzero(numbers.to_numpy() == wanted)[0])
