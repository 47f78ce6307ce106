"""Time sheets: every millisecond of everybody's duty in exactly one state.

What somebody did comes from calls, visits, ways back and breaks; what is left of a duty is idle,
cut where its reason changes. All of it works on whole columns at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.words.kinds import NONE, CallKind, IdleReason, StaffState

Ints = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]

SPAN = 2**41
"""More milliseconds than any run has: staff * SPAN + time sorts by person, then time."""


def timesheet(
    lines: Mapping[str, Mapping[str, Ints]],
    duties: Mapping[str, Ints],
    horizon: int,
) -> Columns:
    """Columns of the time sheet, ordered by person and time.

    ``lines``: the journal's columns by kind. ``duties``: columns ``staff, role, point, date, end,
    signed_in, signed_out`` of duties begun, sorted by staff and sign-in. Times in milliseconds;
    what is under way at the end of the run is cut there.
    """
    done = _together([
        *_talks(lines["calls"]),
        _part(lines["sessions"], "started", "ended", StaffState.SESSION,
              order=lines["sessions"]["order"]),
        _part(lines["dials"], "start", "end", StaffState.RINGING, call=lines["dials"]["call"]),
        *_visits(lines["visits"]),
        _part(lines["holds"], "since", "until", _held(lines["holds"]["gathered"]),
              order=lines["holds"]["order"], reserved=1 - lines["holds"]["gathered"]),
        _part(lines["returns"], "departed", "until", StaffState.RETURN,
              km=lines["returns"]["km"]),
        _part(lines["breaks"], "start", "end", StaffState.BREAK),
        _part(lines["care"], "start", "end", StaffState.CARE),
    ])
    done["end"] = np.where(done["end"] < 0, horizon, np.minimum(done["end"], horizon))
    done = _take(done, (done["start"] >= 0) & (done["start"] < done["end"]))
    done = _take(done, np.argsort(done["staff"] * SPAN + done["start"], kind="stable"))
    begins = duties["staff"] * SPAN + duties["signed_in"]
    done["duty"] = np.searchsorted(begins, done["staff"] * SPAN + done["start"], "right") - 1
    sheet = _together([done, _cut_by_reason(_idle(done, duties), lines["reasons"])])
    sheet = _cut_at_shift_end(sheet, duties)
    sheet = _take(sheet, np.argsort(sheet["staff"] * SPAN + sheet["start"], kind="stable"))
    duty = sheet.pop("duty")
    sheet["role"] = duties["role"][duty]
    sheet["point"] = duties["point"][duty]
    sheet["shift_date"] = duties["date"][duty]
    sheet["overtime"] = sheet["start"] >= duties["end"][duty]
    return sheet


def _part(
    lines: Mapping[str, Ints], start: str, end: str, state: Any, **more: Any
) -> Columns:
    who = next(name for name in ("staff", "caregiver", "operator", "expert") if name in lines)
    size = len(lines[who])
    part: Columns = {
        "staff": lines[who],
        "state": np.broadcast_to(np.asarray(state, dtype=np.int64), size),
        "start": lines[start],
        "end": lines[end],
        "order": np.full(size, NONE),
        "call": np.full(size, NONE),
        "km": np.zeros(size),
    }
    reserved = more.pop("reserved", np.zeros(size, dtype=np.int64))
    part["reason"] = np.where(reserved, IdleReason.RESERVED, IdleReason.NONE)
    part["duty"] = np.full(size, NONE)
    part |= more
    return part


def _held(gathered: Ints) -> Ints:
    return np.where(gathered, StaffState.GATHERING, StaffState.IDLE)


def _talks(calls: Mapping[str, Ints]) -> list[Columns]:
    taken = {name: column[calls["operator"] >= 0] for name, column in calls.items()}
    talk = np.where(
        taken["kind"] == CallKind.CALL_BACK, StaffState.CALL_BACK, StaffState.TALK
    )
    after = {name: column[taken["talk_end"] >= 0] for name, column in taken.items()}
    return [
        _part(taken, "answered", "talk_end", talk, call=taken["call"]),
        _part(after, "talk_end", "wrap_up_end", StaffState.WRAP_UP, call=after["call"]),
    ]


def _visits(visits: Mapping[str, Ints]) -> list[Columns]:
    order = visits["order"]
    return [
        _part(visits, "held", "departed", _held(visits["gathered"]), order=order,
              reserved=1 - visits["gathered"]),
        _part(visits, "departed", "left_road", StaffState.TRAVEL, order=order,
              km=visits["km"]),
        _part(visits, "arrived", "started", StaffState.EARLY_WAIT, order=order),
        _part(visits, "started", "ended", StaffState.SERVICE, order=order),
    ]


def _together(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _take(columns: Columns, which: NDArray[Any]) -> Columns:
    return {name: column[which] for name, column in columns.items()}


def _idle(done: Columns, duties: Mapping[str, Ints]) -> Columns:
    """The gaps: before, between and after what was done in each duty."""
    number = np.arange(len(duties["staff"]))
    duty = np.concatenate([done["duty"], number])
    closes = np.concatenate([done["start"], duties["signed_out"]])
    opens = np.concatenate([done["end"], duties["signed_out"]])
    last = np.concatenate([np.zeros(len(done["duty"]), bool), np.ones(len(number), bool)])
    order = np.lexsort((opens, closes, last, duty))
    duty, closes, opens = duty[order], closes[order], opens[order]
    first = np.ones(len(duty), dtype=bool)
    first[1:] = duty[1:] != duty[:-1]
    start = np.where(first, duties["signed_in"][duty], np.roll(opens, 1))
    gap = start < closes
    idle = _part(
        {"staff": duties["staff"][duty][gap], "start": start[gap], "end": closes[gap]},
        "start", "end", StaffState.IDLE,
    )
    idle["duty"] = duty[gap]
    return idle


def _cut_by_reason(idle: Columns, reasons: Mapping[str, Ints]) -> Columns:
    """Cut idle stretches of caregivers where the noted reason changes."""
    at = reasons["caregiver"] * SPAN + reasons["time"]
    order = np.argsort(at, kind="stable")
    at, reason = at[order], reasons["reason"][order]
    begin = idle["staff"] * SPAN + idle["start"]
    finish = idle["staff"] * SPAN + idle["end"]
    first = np.searchsorted(at, begin, "right")
    count = np.searchsorted(at, finish, "left") - first
    pieces = _take(idle, np.repeat(np.arange(len(begin)), count + 1))
    ordinal = np.arange(len(pieces["staff"])) - np.repeat(
        np.cumsum(count + 1) - (count + 1), count + 1
    )
    mark = np.repeat(first, count + 1) + ordinal - 1
    known = mark >= 0
    if len(at):
        own = known & (at[np.maximum(mark, 0)] // SPAN == pieces["staff"])
        pieces["reason"] = np.where(own, reason[np.maximum(mark, 0)], IdleReason.NONE)
        cut = at[np.maximum(mark, 0)] % SPAN
        pieces["start"] = np.where(ordinal > 0, cut, pieces["start"])
        following = np.append(ordinal[1:] > 0, False)
        pieces["end"] = np.where(following, np.append(pieces["start"][1:], 0), pieces["end"])
    return _take(pieces, pieces["start"] < pieces["end"])


def _cut_at_shift_end(sheet: Columns, duties: Mapping[str, Ints]) -> Columns:
    """Cut what runs past the rostered end in two, sharing the kilometres by time."""
    end = duties["end"][sheet["duty"]]
    crosses = (sheet["start"] < end) & (sheet["end"] > end)
    over = _take(sheet, crosses)
    share = (over["end"] - end[crosses]) / (over["end"] - over["start"])
    over["start"] = end[crosses]
    over["km"] = over["km"] * share
    within = dict(sheet)
    within["end"] = np.where(crosses, end, sheet["end"])
    within["km"] = sheet["km"].copy()
    within["km"][crosses] *= 1 - share
    return _together([within, over])

