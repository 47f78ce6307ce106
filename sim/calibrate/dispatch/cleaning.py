"""From the rows of an orders log to an :class:`OrderLog`: every row is kept, mended or counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibrate.dispatch.log import CANCELLED, DECLINED, NO_SHOW, SERVED, TIMES, OrderLog
from sim.calibrate.dispatch.mapping import OrderMapping
from sim.calibrate.log import DAY_S, Dropped, Flags, Floats, Ints
from sim.calibrate.tables import read_tables
from sim.calibrate.times import read_times
from sim.scenario.faults import BadInput, Fault, Words, shown

SKEW_S = 90.0
"""Clocks read to the minute differ by so much: an interval down to minus this counts as 0."""
ANOTHER_YEAR_S = 180 * DAY_S
"""A time so far from the request belongs to another year."""
UNREAD = 0.05
"""Hand-entered times: a larger share of cells that are none is a fault of the column."""
AFTER = {"accepted": "requested", "dispatched": "accepted", "departed": "dispatched",
         "arrived": "departed", "started": "arrived", "ended": "arrived", "cancelled": "requested"}
"""Each time and the one that it may not precede."""
NOWHERE = "all"
PAIR = re.compile(r"(-?\d+\.\d+)\D+?(-?\d+\.\d+)")


def read_orders(
    paths: Sequence[Path], mapping: OrderMapping, sign_ins: Sequence[Path] = (),
    first: dt.date | None = None, last: dt.date | None = None,
) -> tuple[OrderLog, list[Words]]:
    """The requests of some files from ``first`` to ``last`` (all by default), and what to note.

    Raises :class:`BadInput` with every fault: files, columns, times, an empty period.
    """
    columns = [*mapping.times.values(), *mapping.texts.values(),
               *(drop.column for drop in (*mapping.keeps, *mapping.drops))]
    rows, notes = read_tables(paths, columns)
    faults: list[Fault] = []
    times = {name: _times(rows, column, mapping, faults) for name, column in mapping.times.items()}
    signed, noted = _sign_ins(sign_ins, mapping, faults)
    if faults:
        raise BadInput(faults)
    cleaner = _Cleaner(rows, mapping, times)
    log = cleaner.log(signed)
    if first is not None or last is not None:
        end = log.first + dt.timedelta(days=log.days - 1)
        log = log.between(first or log.first, last or end)
    if not len(log):
        label = ", ".join(path.name for path in paths)
        found = Words(f"no request in {first or '...'} .. {last or '...'}",
                      f"{first or '...'} .. {last or '...'} 没有诉求")
        raise BadInput([Fault(label, "", found, Words("a period with requests", "有诉求的时段"))])
    return log, [*notes, *noted]


def _times(
    rows: pd.DataFrame, column: str, mapping: OrderMapping, faults: list[Fault]
) -> pd.Series:
    """A time of every row; NaT where it is empty, a filler, or one of few that cannot be read."""
    pieces = []
    for name, cells in rows.groupby("file", sort=False)[column]:
        piece = read_times(cells, mapping.rules.time_format, mapping.rules.time_zone)
        if piece.unread.mean() > UNREAD:
            example = cells[piece.unread].iloc[:1].map(shown).iloc[0]
            count = int(piece.unread.sum())
            found = Words(f"{count} cells that are no times, such as {example}",
                          f"{count} 个不是时间的单元格，如 {example}")
            allowed = Words(f"one way in the whole column ({piece.format or 'none fits'}), or say "
                            "rules.time_format in the mapping",
                            f"整列一种写法（{piece.format or '都不合'}），或在对照文件里写 "
                            "rules.time_format")
            place = Words(f"column {column}", f"{column} 列")
            faults.append(Fault(str(name), place, found, allowed))
        pieces.append(piece.times)
    return pd.concat(pieces).reindex(rows.index)


def _sign_ins(
    paths: Sequence[Path], mapping: OrderMapping, faults: list[Fault]
) -> tuple[pd.DataFrame, list[Words]]:
    """Columns ``unit`` (text), ``start``, ``end``."""
    none = pd.DataFrame({"unit": [], "start": [], "end": []})
    if not paths:
        return none, []
    if not mapping.sign_ins:
        allowed = Words("a section [sign_ins] in the mapping", "对照文件里有 [sign_ins] 一节")
        faults.append(Fault(mapping.name, "sign_ins", Words("nothing", "没有写"), allowed))
        return none, []
    try:
        rows, notes = read_tables(paths, list(mapping.sign_ins.values()))
    except BadInput as bad:
        faults += bad.faults
        return none, []
    start = _times(rows, mapping.sign_ins["start"], mapping, faults)
    end = _times(rows, mapping.sign_ins["end"], mapping, faults)
    unit = rows[mapping.sign_ins["unit"]].astype(str).str.strip()
    whole = (start.notna() & end.notna() & (end > start)).to_numpy()
    return pd.DataFrame({"unit": unit, "start": start, "end": end})[whole], notes


class _Cleaner:
    """One pass over the rows; ``keep`` says which are still in."""

    def __init__(
        self, rows: pd.DataFrame, mapping: OrderMapping, times: dict[str, pd.Series]
    ) -> None:
        self.rows, self.mapping = rows, mapping
        self.keep: Flags = np.ones(len(rows), dtype=bool)
        self.dropped: list[Dropped] = []
        for chosen in mapping.keeps:
            other = ~np.isin(self._cells(chosen.column), chosen.values)
            self._drop(other, f"other than {chosen.reason}", f"不是 {chosen.reason}")
        for drop in mapping.drops:
            self._drop(np.isin(self._cells(drop.column), drop.values), drop.reason, drop.reason)
        own = [column for column in rows.columns if column != "file"]
        again = rows[own].astype(str).duplicated().to_numpy()
        self._drop(again, "duplicates of another row", "与另一行完全相同")
        asked = times["requested"]
        if "booked" in times:
            asked = asked.where(~(times["booked"] > asked), times["booked"])
        self._drop(asked.isna().to_numpy(), "no time of request", "没有诉求时间")
        self.origin = asked[self.keep].min().normalize() if self.keep.any() else pd.Timestamp(0)
        nothing = np.full(len(rows), np.nan)
        self.at: dict[str, Floats] = {name: nothing.copy() for name in TIMES}
        for name, moments in {**times, "requested": asked}.items():
            if name in self.at:
                gap = (moments - self.origin).dt.total_seconds().to_numpy(dtype=np.float64)
                self.at[name] = np.where(self.keep, gap, np.nan)
        self._fillers()
        self._mend()

    def _cells(self, column: str) -> np.ndarray:
        return np.asarray(self.rows[column].map(_text), dtype=object)

    def _drop(self, flags: Flags, en: str, zh: str) -> None:
        out = flags & self.keep
        if out.any():
            self.dropped.append(Dropped(en, zh, int(out.sum())))
            self.keep &= ~out

    def _count(self, flags: Flags, en: str, zh: str) -> None:
        if (flags & self.keep).any():
            self.dropped.append(Dropped(en, zh, int((flags & self.keep).sum())))

    def _fillers(self) -> None:
        if not self.mapping.rules.midnight_is_empty:
            return
        filler: Flags = np.zeros(len(self.rows), dtype=bool)
        for name, moments in self.at.items():
            # A request at midnight sharp may be one; whoever enters nothing leaves a date alone.
            if name != "requested":
                empty = moments % DAY_S == 0
                filler |= empty
                self.at[name] = np.where(empty, np.nan, moments)
        self._count(filler, "a time at 00:00:00 taken as empty", "时间为 00:00:00，视为空")

    def _mend(self) -> None:
        """No time before the one it follows, or it is left out."""
        asked = self.at["requested"]
        years, moved, negative, long = (np.zeros(len(asked), dtype=bool) for _ in range(4))
        longest = self.mapping.rules.longest_job_h * 3600
        for name, before in AFTER.items():
            floor = asked
            while before != "requested":
                known = ~np.isnan(self.at[before])
                floor = np.where(known & (floor == asked), self.at[before], floor)
                before = AFTER[before]
            found = self.at[name]
            far = np.abs(found - asked) > ANOTHER_YEAR_S
            found = np.where(far, np.nan, found)
            gap = found - floor
            # A time of day after midnight beside the date of the evening before.
            late = (gap < -DAY_S / 2) & (gap + DAY_S >= 0) & (gap + DAY_S <= longest)
            found = np.where(late, found + DAY_S, found)
            gap = found - floor
            back, over = gap < -SKEW_S, gap > longest
            self.at[name] = np.where(back | over, np.nan, np.maximum(found, floor))
            years, moved, negative, long = (
                years | far, moved | late, negative | back, long | over)
        hours = f"{longest / 3600:g}"
        self._count(years, "a time of another year, left out", "某一时间年份有误，弃用")
        self._count(moved, "a time after midnight under the date before, moved a day on",
                    "跨零点未改日期，已后移一天")
        self._count(negative, "a time before the one it follows, left out",
                    "某一时间早于前一步，弃用")
        self._count(long, f"an interval of more than {hours} h, its end left out",
                    f"间隔超过 {hours} 小时，终点弃用")

    def log(self, signed: pd.DataFrame) -> OrderLog:
        """What is left, in order of request."""
        outcome = self._outcome()
        rows = np.flatnonzero(self.keep)
        chosen, others = self._one_a_call(rows)
        chosen = chosen[np.argsort(self.at["requested"][chosen], kind="stable")]
        unit, units = self._codes("unit", "")
        place, places = self._codes("place", NOWHERE)
        priority, priorities = self._codes("priority", NOWHERE)
        ranked = _ranked(priorities, self.mapping.values.get("urgent_first", ()))
        priority = np.array([ranked.index(name) for name in priorities], dtype=np.int64)[priority]
        lat, lon = self._where()
        requested = self.at["requested"][chosen]
        seconds = {c: (pd.to_datetime(signed[c]) - self.origin).dt.total_seconds()
                   for c in ("start", "end")}
        return OrderLog(
            name=self.mapping.name, first=self.origin.date(),
            days=int(requested.max(initial=0) // DAY_S) + 1,
            **{name: self.at[name][chosen] for name in TIMES},
            unit=unit[chosen], place=place[chosen], priority=priority[chosen],
            outcome=outcome[chosen], lat=lat[chosen], lon=lon[chosen], units=units, places=places,
            priorities=tuple(ranked),
            others=pd.DataFrame({
                "unit": unit[others], "dispatched": self.at["dispatched"][others],
                "ended": self.at["ended"][others],
            }),
            sign_ins=pd.DataFrame({"unit": pd.factorize(signed["unit"])[0], **seconds}),
            target_s=self.mapping.rules.target_min * 60, dropped=tuple(self.dropped),
            read=len(self.rows),
        )

    def _outcome(self) -> Ints:
        there = ~np.isnan(self.at["arrived"])
        found = np.where(there, SERVED, CANCELLED)
        if "outcome" in self.mapping.texts:
            cells = self._cells(self.mapping.texts["outcome"])
            for name, code in (("served", SERVED), ("declined", DECLINED), ("no_show", NO_SHOW),
                               ("cancelled", CANCELLED)):
                # Who never arrived was called off, whatever became of the request.
                named = np.isin(cells, self.mapping.values.get(name, ()))
                arrived = there | ~np.isnan(self.at["ended"])
                known = arrived if code in (DECLINED, NO_SHOW) else np.ones_like(there)
                found = np.where(named & known, code, found)
        return np.asarray(found, dtype=np.int64)

    def _one_a_call(self, rows: Ints) -> tuple[Ints, Ints]:
        """The row that stands for each request - the first there, else the first sent - and the
        other units' rows."""
        if "call" not in self.mapping.texts:
            return rows, rows[:0]
        call = self._cells(self.mapping.texts["call"])[rows]
        arrived = np.where(np.isnan(self.at["arrived"][rows]), np.inf, self.at["arrived"][rows])
        sent = np.where(np.isnan(self.at["dispatched"][rows]), np.inf,
                        self.at["dispatched"][rows])
        order = np.lexsort((sent, arrived))
        _, first = np.unique(call[order].astype(str), return_index=True)
        chosen = np.zeros(len(rows), dtype=bool)
        chosen[order[first]] = True
        if not chosen.all():
            self.dropped.append(Dropped(
                "further units sent to the same request: their time counts, not their response",
                "同一诉求另派的队伍：计占用，不计响应", int((~chosen).sum())))
        return rows[chosen], rows[~chosen]

    def _codes(self, name: str, empty: str) -> tuple[Ints, tuple[str, ...]]:
        column = self.mapping.texts.get(name)
        if column is None:
            return np.full(len(self.rows), 0 if empty else -1), (empty,) if empty else ()
        cells = self._cells(column)
        cells = np.where(cells == "", empty, cells)
        names = tuple(sorted({str(cell) for cell in cells[self.keep] if cell}))
        at = {text: n for n, text in enumerate(names)}
        return np.array([at.get(str(cell), -1) for cell in cells], dtype=np.int64), names

    def _where(self) -> tuple[Floats, Floats]:
        texts = self.mapping.texts
        nothing = np.full(len(self.rows), np.nan)
        if "location" in texts:
            pairs = [PAIR.search(str(cell)) for cell in self._cells(texts["location"])]
            found = [(float(p[1]), float(p[2])) if p else (np.nan, np.nan) for p in pairs]
            return np.array([p[0] for p in found]), np.array([p[1] for p in found])
        if "lat" in texts and "lon" in texts:
            lat, lon = (pd.to_numeric(self.rows[texts[c]], errors="coerce").to_numpy(float)
                        for c in ("lat", "lon"))
            return lat, lon
        return nothing, nothing.copy()


def _ranked(names: Sequence[str], first: Sequence[str]) -> list[str]:
    named = [name for name in first if name in names]
    return [*named, *(name for name in names if name not in named)]


def _text(value: object) -> str:
    """A cell as text; a whole number that a spreadsheet made a float is a whole number again."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()
