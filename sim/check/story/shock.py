"""The part of a story that says which shocks were on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sim.check.story.voice import Voice


def shocks(voice: Voice, since: datetime, until: datetime) -> list[Any]:
    """Rows of those that happened and were on at some time from one moment to another, both
    included."""
    table = voice.facts.result.reference.get("shocks")
    if table is None:
        return []
    rows = table[table["on"] & (table["begins"] <= until) & (table["ends"] > since)]
    return list(rows.itertuples())


def named(voice: Voice, row: Any) -> str:
    """What people call a shock."""
    return str(getattr(row, f"name_{voice.lang}"))


def asked_during(voice: Voice, moment: datetime) -> Iterator[str]:
    """The shocks that were on when somebody asked."""
    for row in shocks(voice, moment, moment):
        since, until = voice.at(row.begins), voice.at(row.ends)
        yield voice.say(f"当时正值{named(voice, row)}（{since} 至 {until}）。",
                        f"{named(voice, row)} is on then, from {since} to {until}.")


def meanwhile(voice: Voice, order: Any, until: datetime) -> Iterator[str]:
    """The shocks that came while an order waited, and those that closed its point."""
    for row in shocks(voice, order.created, until):
        name, since, over = named(voice, row), voice.at(row.begins), voice.at(row.ends)
        if row.begins > order.requested:
            yield voice.say(f"  其间发生{name}（{since} 至 {over}）。",
                            f"  Meanwhile {name} comes, from {since} to {over}.")
        if order.point in row.points_closed.split("|"):
            point = voice.name("points", str(order.point))
            yield voice.say(f"  {point}因{name}停业，{since} 至 {over}。",
                            f"  {point} is closed from {since} to {over}: {name}.")


def because(voice: Voice, moment: datetime, column: str) -> str:
    """In brackets, the shocks on at a moment of which ``column`` says that they had a part in it;
    nothing where there are none."""
    names = [named(voice, row) for row in shocks(voice, moment, moment) if getattr(row, column)]
    return voice.say(f"（{voice.listed(names)}）", f" ({voice.listed(names)})") if names else ""


def out_of_order(voice: Voice, moment: datetime) -> str:
    """How many trunk lines shocks have put out of order."""
    down = sum(row.lines_down for row in shocks(voice, moment, moment))
    if not down:
        return ""
    why = because(voice, moment, "lines_down")
    return voice.say(f"，{down} 条中断{why}", f", {down} out of order{why}")


def absent_by(voice: Voice, staff: str, start: datetime) -> str:
    """In brackets, the shocks for which somebody may have stayed away from a shift."""
    group = staff.rpartition("-")[0]
    names = [
        named(voice, row) for row in shocks(voice, start, start)
        if row.attendance_factor < 1 and group in row.staff.split("|")
    ]
    return voice.say(f"（正值{voice.listed(names)}）",
                     f" (during {voice.listed(names)})") if names else ""
