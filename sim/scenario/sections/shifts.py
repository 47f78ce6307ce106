"""Rows of ``shifts.csv``: when people work, and when they rest."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from sim.scenario.sections.quantities import Clock, Days, Frozen, parse_clock
from sim.words.kinds import DAY


class Break(Frozen):
    """A break within a shift: begins at the first free moment of its window; milliseconds."""

    start: int
    """clock time at which the window opens"""
    end: int
    """clock time at which it closes"""
    length: int

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        try:
            window, minutes = str(value).split("/")
            start, end = window.split("-")
            length = round(float(minutes) * 60_000)
        except (ValueError, OverflowError):
            raise ValueError(
                f"a break is written 11:30-13:00/30 (window/minutes), found {value!r}"
            ) from None
        return {"start": parse_clock(start), "end": parse_clock(end), "length": length}

    @model_validator(mode="after")
    def _positive(self) -> Break:
        if self.length <= 0:
            raise ValueError("a break lasts longer than 0 minutes")
        return self

    def window(self, begins: int) -> tuple[int, int]:
        """Opening and close, from the midnight of the date on which its shift ``begins``.

        A clock time before the shift's beginning can only mean the next day.
        """
        opens = self.start if self.start >= begins else self.start + DAY
        return opens, opens + (self.end - self.start) % DAY


def _breaks(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value


class Shift(Frozen):
    """A shift (班次); an end not after its start is on the next day. File ``shifts.csv``."""

    id: str
    start: Clock
    """clock time at which it begins"""
    end: Clock
    """clock time at which it ends; ``24:00`` is midnight"""
    days: Days = tuple(range(7))
    """weekdays on which it begins: ``Mon-Fri``, ``Sat Sun``, ``daily``"""
    on_holidays: Literal["yes", "no"] = "yes"
    """whether it runs on calendar holidays"""
    breaks: tuple[Break, ...] = ()
    """``11:30-13:00/30 | 16:00-17:00/10``: window/minutes"""

    @model_validator(mode="before")
    @classmethod
    def _split(cls, row: Any) -> Any:
        if isinstance(row, dict) and "breaks" in row:
            return {**row, "breaks": _breaks(row["breaks"])}
        return row

    @property
    def until(self) -> int:
        """Its end, in milliseconds from the midnight of the date it begins."""
        return self.end if self.end > self.start else self.end + DAY

    @property
    def rests(self) -> tuple[tuple[int, int, int], ...]:
        """Window's opening and close, and length, of each break, the earliest first; from the same
        midnight."""
        return tuple(sorted((*rest.window(self.start), rest.length) for rest in self.breaks))

    def runs(self, weekday: int, holiday: bool) -> bool:
        """Whether it begins on a date that follows this weekday (Monday 0)."""
        return weekday in self.days and not (holiday and self.on_holidays == "no")
