"""How a story is told: times, spans, names and tables, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from sim.check.ground.facts import Facts
from sim.words.glossary import Lang


@dataclass(frozen=True)
class Voice:
    """A language, and the names people know places and services by."""

    facts: Facts
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def name(self, table: str, key: str) -> str:
        """The name of a zone, point, service, group or caller, in this language."""
        rows = self.facts.table(table)
        found = rows.loc[rows.iloc[:, 0].astype(str) == key, f"name_{self.lang}"]
        return str(found.iloc[0]) if len(found) else key

    def at(self, moment: datetime) -> str:
        """A wall-clock time, to the second."""
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def span(self, since: datetime, until: datetime) -> str:
        """The time from one moment to another: ``40 s``, ``3 min 5 s``, ``2 h 5 min``."""
        seconds = round((until - since).total_seconds())
        hours, minutes = seconds // 3600, seconds // 60 % 60
        if hours and minutes:
            return self.say(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
        if hours:
            return self.say(f"{hours} 小时", f"{hours} h")
        if minutes and seconds % 60:
            return self.say(f"{minutes} 分 {seconds % 60} 秒", f"{minutes} min {seconds % 60} s")
        if minutes:
            return self.say(f"{minutes} 分钟", f"{minutes} min")
        return self.say(f"{seconds} 秒", f"{seconds} s")

    def listed(self, parts: Sequence[str]) -> str:
        return self.say("、", ", ").join(parts)


def columns(rows: Sequence[Sequence[str]], indent: int) -> list[str]:
    """Rows as lines in columns; a Chinese character is two wide."""
    widths = [max(cell_len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        (" " * indent + "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )).rstrip()
        for row in rows
    ]
