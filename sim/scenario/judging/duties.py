"""Whether shifts can be worked: one group's shifts never overlap, breaks fit into their shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.scenario.days import effective
from sim.scenario.faults import NOTHING, Words, listed, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.sections.shifts import Shift
from sim.words.kinds import DAY, HOUR, MINUTE

DayType = tuple[int, bool]
"""Weekday that the roster follows, and whether it is a holiday."""


def duties(parts: Parts) -> Iterator[Finding]:
    """Faults of shifts, of their breaks, and of the shifts that a group combines."""
    shifts = parts.rows["shifts"]
    for row_id, shift in shifts.items():
        if shift.start >= DAY:
            yield Finding(
                ("shifts", row_id, "start"),
                '"24:00"',
                Words("a clock time from 00:00 to 23:59", "00:00 到 23:59 的时刻"),
                "00:00",
            )
        else:
            yield from _breaks(shift)
    nights = _nights(parts)
    for table in ("operators", "caregivers", "experts"):
        for row_id, group in parts.rows[table].items():
            if not group.shifts:
                yield Finding((table, row_id, "shifts"), NOTHING, listed(sorted(shifts)))
            worked = [shifts[name] for name in group.shifts if name in shifts]
            yield from _repeated((table, row_id, "shifts"), group.shifts)
            yield from _overlaps((table, row_id, "shifts"), worked, nights)


def _breaks(shift: Shift) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for pause in shift.breaks:
        first, last = pause.window(shift.start)
        said = f"{_clock(pause.start)}-{_clock(pause.end)}/{pause.length / MINUTE:g}"
        path = ("shifts", shift.id, "breaks")
        if last <= first or last + pause.length > shift.until:
            span = f"{_clock(shift.start)}-{_clock(shift.end)}"
            yield Finding(
                path,
                shown(said),
                Words(
                    f"a window inside the shift {span}, its end leaving time for the break",
                    f"时段在班次 {span} 之内，结束后还够休完",
                ),
            )
        elif any(first < b and a < last for a, b in taken):
            yield Finding(
                path, shown(said), Words("break windows that do not overlap", "休息时段互不重叠")
            )
        taken.append((first, last))


def _repeated(path: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Finding]:
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        yield Finding(
            path,
            Words(f'"{name}" twice', f"“{name}”写了两次"),
            Words("each shift once", "每个班次只写一次"),
        )


def _nights(parts: Parts) -> list[tuple[DayType, DayType]]:
    """Which day follows which: the plain week, and what the calendar makes of it."""
    pairs = {((day, False), ((day + 1) % 7, False)): None for day in range(7)}
    time, calendar = parts.sections.get("time"), list(parts.rows["calendar"].values())
    if time is None or not 1970 <= time.start.year <= 2199:
        return list(pairs)
    begin = time.start
    horizon = begin + dt.timedelta(
        days=min(4000, time.warm_up_days + time.days + time.cool_down_days)
    )
    for row in calendar:
        date = max(row.first, begin) - dt.timedelta(days=1)
        while date <= min(row.last, horizon):
            after = date + dt.timedelta(days=1)
            pairs[effective(calendar, date), effective(calendar, after)] = None
            date = after
    return list(pairs)


def _overlaps(
    path: tuple[str, ...], shifts: list[Shift], nights: list[tuple[DayType, DayType]]
) -> Iterator[Finding]:
    for n, one in enumerate(shifts):
        for other in shifts[n + 1 :]:
            if one.id == other.id:
                continue
            if any(
                _clash(a, b, night) for a, b in ((one, other), (other, one)) for night in nights
            ):
                found = Words(f"{_name(one)} and {_name(other)}", f"{_name(one)} 与 {_name(other)}")
                yield Finding(
                    path,
                    found,
                    Words("shifts of one group that do not overlap", "同一班组的班次互不重叠"),
                )


def _clash(one: Shift, other: Shift, night: tuple[DayType, DayType]) -> bool:
    """Whether ``other`` begins, on the same day or on the next, before ``one`` has ended."""
    today, tomorrow = night
    if not one.runs(*today):
        return False
    same = other.runs(*today) and one.start <= other.start < one.until
    return same or (other.runs(*tomorrow) and other.start + DAY < one.until)


def _name(shift: Shift) -> str:
    return f'"{shift.id}" {_clock(shift.start)}-{_clock(shift.end)}'


def _clock(time: int) -> str:
    return f"{time // HOUR:02}:{time % HOUR // MINUTE:02}"
