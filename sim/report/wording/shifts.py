"""Days and shifts in words."""

from __future__ import annotations

from sim.experiments.staffing.week import KINDS
from sim.report.wording.text import choose
from sim.scenario.sections.shifts import Shift
from sim.words.glossary import Lang
from sim.words.kinds import HOUR, MINUTE

DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")


def worked_in(shift: Shift, lang: Lang) -> str:
    """``Mon Tue Wed 16:00-24:00``."""
    days = choose(lang, "、", " ").join(day_name(day, lang) for day in shift.days)
    end = shift.end % (24 * HOUR) or 24 * HOUR
    return f"{days} {_clock(shift.start)}-{_clock(end)}"


def day_name(day: int, lang: Lang) -> str:
    """0 Monday ... 6 Sunday, 7 a holiday."""
    return choose(lang, DAYS_ZH[day], KINDS[day])


def _clock(time: int) -> str:
    return f"{time // HOUR:02}:{time % HOUR // MINUTE:02}"
