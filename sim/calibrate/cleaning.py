"""From the rows of a log to a :class:`CallLog`: every row is kept, mended or counted as dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibrate.log import DAY_S, CallLog, Dropped, Flags, Floats
from sim.calibrate.mapping import TIMES, Mapping, Stamp
from sim.calibrate.tables import read_tables
from sim.calibrate.times import read_times
from sim.scenario.faults import BadInput, Fault, Words, shown

SKEW_S = 5.0
"""Clocks of two systems differ by so much: an interval down to minus this counts as 0."""
UNREAD = 0.02
"""A larger share of cells that are no times is a fault of the column."""
USUAL_AT_ONCE = (5.0, 0.2)
"""A wait of at most so many seconds that at least this share of the answered have is the system's
own time to connect."""
GENERAL = "general"


def read_calls(
    paths: Sequence[Path],
    mapping: Mapping,
    sign_ins: Sequence[Path] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> tuple[CallLog, list[Words]]:
    """The calls of some files from ``first`` to ``last`` (all by default), and what to note.

    Raises :class:`BadInput` with every fault: files, columns, times, months without a call.
    """
    columns = [name for stamp in mapping.times.values() for name in stamp.columns]
    columns += [*mapping.texts.values(), *(drop.column for drop in mapping.drops)]
    rows, notes = read_tables(paths, columns)
    faults: list[Fault] = []
    times = {
        name: _stamped(rows, stamp, mapping, faults) for name, stamp in mapping.times.items()
    }
    signed, noted = _sign_ins(sign_ins, mapping, faults)
    if faults:
        raise BadInput(faults)
    cleaner = _Cleaner(rows, mapping, times)
    cleaner.rules()
    cleaner.mend()
    log = cleaner.log(signed, first, last)
    _require_calls(log, paths, first, last)
    return log, [*notes, *noted]


def _stamped(
    rows: pd.DataFrame, stamp: Stamp, mapping: Mapping, faults: list[Fault]
) -> pd.Series:
    """A time of every row; NaT where it is empty or a filler."""
    form = mapping.rules.time_format
    column = rows[stamp.column]
    if stamp.date:
        clock = column.astype(str).str.strip()
        column = rows[stamp.date].map(_date_text).str.cat(clock, sep=" ")
        column = column.where(clock.str.len() > 0, "")
    # The files of one log may differ in how they write a time.
    pieces = [read_times(piece, form) for _, piece in column.groupby(rows["file"], sort=False)]
    for piece, (name, cells) in zip(pieces, column.groupby(rows["file"], sort=False), strict=True):
        unread = piece.unread
        if unread.any() and (piece.other or unread.mean() > UNREAD):
            examples = cells[unread].iloc[:1].map(shown).iloc[0]
            where = Words(f"column {stamp.column}", f"{stamp.column} 列")
            if piece.other:
                found = Words(
                    f"two ways to write a time: {int((~unread).sum())} rows as {piece.format}, "
                    f"{int(unread.sum())} as {piece.other}, such as {examples}",
                    f"两种时间写法：{int((~unread).sum())} 行按 {piece.format}，"
                    f"{int(unread.sum())} 行按 {piece.other}，如 {examples}",
                )
            else:
                found = Words(
                    f"{int(unread.sum())} cells that are no times, such as {examples}",
                    f"{int(unread.sum())} 个不是时间的单元格，如 {examples}",
                )
            allowed = Words(
                f"one way in the whole column ({piece.format or 'none fits'}), or say "
                "rules.time_format in the mapping",
                f"整列一种写法（{piece.format or '都不合'}），或在对照文件里写 rules.time_format",
            )
            faults.append(Fault(str(name), where, found, allowed))
    times = pd.concat([piece.times for piece in pieces]).reindex(rows.index)
    if mapping.rules.midnight_is_empty:
        times = times.where(times != times.dt.normalize())
    return times


def _date_text(value: object) -> str:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value).strip()


def _sign_ins(
    paths: Sequence[Path], mapping: Mapping, faults: list[Fault]
) -> tuple[pd.DataFrame, list[Words]]:
    """Columns ``agent`` (text), ``start``, ``end``."""
    none = pd.DataFrame({"agent": pd.Series(dtype=str), "start": pd.Series(dtype="datetime64[ms]"),
                         "end": pd.Series(dtype="datetime64[ms]")})
    if not paths:
        return none, []
    if not mapping.sign_ins:
        allowed = Words("a section [sign_ins] in the mapping", "对照文件里有 [sign_ins] 一节")
        faults.append(Fault(mapping.name, "sign_ins", Words("nothing", "没有写"), allowed))
        return none, []
    columns = [name for stamp in mapping.sign_ins.values() for name in stamp.columns]
    try:
        rows, notes = read_tables(paths, columns)
    except BadInput as bad:
        faults += bad.faults
        return none, []
    start = _stamped(rows, mapping.sign_ins["start"], mapping, faults)
    end = _stamped(rows, mapping.sign_ins["end"], mapping, faults)
    agent = rows[mapping.sign_ins["agent"].column].astype(str).str.strip()
    whole = start.notna() & end.notna() & (end > start)
    found = pd.DataFrame({"agent": agent, "start": start, "end": end})[whole]
    return found.reset_index(drop=True), notes


class _Cleaner:
    """One pass over the rows; ``keep`` says which are still in."""

    def __init__(
        self, rows: pd.DataFrame, mapping: Mapping, times: dict[str, pd.Series]
    ) -> None:
        self.rows, self.mapping, self.times = rows, mapping, times
        self.keep: Flags = np.ones(len(rows), dtype=bool)
        self.dropped: list[Dropped] = []
        self.texts = {
            name: rows[column].map(_text).to_numpy(dtype=object)
            for name, column in mapping.texts.items()
        }
        self.seconds: dict[str, Floats] = {}

    def _drop(self, flags: Flags, en: str, zh: str) -> None:
        out = flags & self.keep
        if out.any():
            self.dropped.append(Dropped(en, zh, int(out.sum())))
            self.keep &= ~out

    def _mended(self, flags: Flags, en: str, zh: str) -> None:
        if (flags & self.keep).any():
            self.dropped.append(Dropped(en, zh, int((flags & self.keep).sum())))

    def rules(self) -> None:
        """The mapping's own rules, rows without an arrival, duplicates."""
        for drop in self.mapping.drops:
            cells = self.rows[drop.column].map(_text).to_numpy(dtype=object)
            self._drop(np.isin(cells, drop.values), drop.reason, drop.reason)
        self._drop(self.times["arrived"].isna().to_numpy(), "no time of arrival", "没有呼入时间")
        own = [column for column in self.rows.columns if column != "file"]
        again = self.rows[own].astype(str).duplicated().to_numpy()
        # The same call told twice is a copy; two calls in one second by two agents are not.
        self._drop(again, "duplicates of another row", "与另一行完全相同")

    def mend(self) -> None:
        """Times in seconds that never run backwards, or the row goes."""
        self.origin = self.times["arrived"][self.keep].min().normalize()
        for name in TIMES:
            if name in self.times:
                gap = self.times[name] - self.origin
                self.seconds[name] = (gap.dt.total_seconds()).to_numpy(dtype=np.float64).copy()
            else:
                self.seconds[name] = np.full(len(self.rows), np.nan)
        seconds = self.seconds
        arrived = seconds["arrived"]
        for name in ("answered", "released", "ended", "left", "wrapped"):
            # A date of the arrival beside a time of day after midnight.
            late = seconds[name] < arrived - DAY_S / 2
            split = name in self.mapping.times and self.mapping.times[name].date
            if split:
                seconds[name][late] += DAY_S
        self.served = self._served()
        answered, ended = seconds["answered"], seconds["ended"]
        left = np.where(np.isnan(seconds["left"]), ended, seconds["left"])
        left = np.where(self.served, answered, left)
        if "queued" in self.mapping.times:
            never = ~self.served & np.isnan(seconds["queued"])
            self._drop(never, "hung up before the queue", "进入队列之前挂断")
        self._drop(self.served & np.isnan(ended), "answered without an end", "接通但无结束时间")
        endless = ~self.served & np.isnan(left)
        self._drop(endless, "not answered, without an end", "未接通且无结束时间")
        self._drop(left < arrived - SKEW_S, "negative wait", "等待为负")
        self._drop(self.served & (ended < answered - SKEW_S), "negative talk", "通话为负")
        self.left = np.maximum(left, arrived)
        self.answered = np.where(self.served, self.left, np.nan)
        ended = np.fmax(ended, self.answered)
        longest = self.mapping.rules.longest_talk_h * 3600
        clipped = self.served & (ended - self.answered > longest)
        hours = f"{longest / 3600:g}"
        self._mended(clipped, f"talk clipped to {hours} h", f"通话截至 {hours} 小时")
        ended = np.fmin(ended, self.answered + longest)
        released = seconds["released"]
        between = (released >= self.answered) & (released <= ended)
        self.released = np.where(self.served, np.where(between, released, ended), np.nan)
        wrapped = seconds["wrapped"]
        bad = self.served & (wrapped < self.released)
        self._mended(bad, "wrap-up that ends before the talk, left out", "话后早于挂机，弃用")
        self.wrapped = np.where(self.served & ~bad, wrapped, np.nan)

    def _served(self) -> Flags:
        there = ~np.isnan(self.seconds["answered"])
        good, lost = self.mapping.values.get("answered"), self.mapping.values.get("abandoned")
        if "outcome" not in self.texts or not (good or lost):
            return there
        outcome = self.texts["outcome"]
        if good and lost:
            known = np.isin(outcome, (*good, *lost))
            self._drop(~known, "an outcome that the mapping does not name", "对照文件未列的结果")
        served = np.isin(outcome, good) if good else ~np.isin(outcome, lost or ())
        self._drop(served & ~there, "answered without a time", "接通但无接通时间")
        return np.asarray(served & there)

    def log(
        self, signed: pd.DataFrame, first: dt.date | None, last: dt.date | None
    ) -> CallLog:
        """What is left, in order of arrival."""
        rows = np.flatnonzero(self.keep)
        rows = rows[np.argsort(self.seconds["arrived"][rows], kind="stable")]
        served = self.served[rows]
        wait = self.left[rows] - self.seconds["arrived"][rows]
        if "queued" in self.mapping.times:
            wait = np.where(served & np.isnan(self.seconds["queued"][rows]), 0.0, wait)
        given = self.mapping.rules.at_once_s
        at_once = _at_once(wait[served]) if given is None else given
        wait = np.where(served, np.maximum(wait - at_once, 0.0), wait)
        queue, queues = self._codes("queue", rows, GENERAL)
        kind, kinds = self._codes("kind", rows, "")
        agent, agents = self._codes("agent", rows, "", self.mapping.values.get("no_agent", ()))
        agent = np.where(served, agent, -1)
        caller, _ = self._codes("caller", rows, "", self.mapping.values.get("no_caller", ()))
        priority = self.texts.get("priority")
        ahead = self.mapping.values.get("first_class", ())
        first_class = (
            np.zeros(len(rows), dtype=bool) if priority is None
            else np.isin(priority[rows], ahead)
        )
        known = {name: n for n, name in enumerate(agents)}
        here = signed[signed["agent"].isin(known)] if len(signed) else signed
        at = {c: (here[c] - self.origin).dt.total_seconds() for c in ("start", "end")}
        places = here["agent"].map(known).astype(np.int64)
        begin = self.origin.date()
        arrived = self.seconds["arrived"][rows]
        log = CallLog(
            name=self.mapping.name, first=begin,
            days=int(arrived.max(initial=0) // DAY_S) + 1,
            arrived=arrived, answered=self.answered[rows], released=self.released[rows],
            left=arrived + wait if at_once else self.left[rows], wrapped=self.wrapped[rows],
            wait=wait, queue=queue, kind=kind, agent=agent, caller=caller,
            first_class=first_class, queues=queues, kinds=kinds, agents=agents,
            acceptable_wait_s=self.mapping.rules.acceptable_wait_s,
            redial_within_s=self.mapping.rules.redial_within_min * 60, at_once_s=at_once,
            sign_ins=pd.DataFrame({"agent": places, **at}),
            dropped=tuple(self.dropped), read=len(self.rows),
        )
        if first is None and last is None:
            return log
        end = log.first + dt.timedelta(days=log.days - 1)
        return log.between(first or log.first, last or end)

    def _codes(
        self, name: str, rows: np.ndarray, empty: str, missing: Sequence[str] = ()
    ) -> tuple[np.ndarray, tuple[str, ...]]:
        """Codes and names of a text column; -1 where empty, unless ``empty`` is a name."""
        if name not in self.texts:
            if empty:
                return np.zeros(len(rows), dtype=np.int64), (empty,)
            return np.full(len(rows), 0 if name == "kind" else -1), ("",) if name == "kind" else ()
        texts = self.texts[name][rows]
        texts = np.where(texts == "", empty, texts)
        gone = (texts == "") | np.isin(texts, missing)
        if name == "kind":
            gone = np.zeros(len(rows), dtype=bool)
        names = tuple(sorted({str(text) for text in texts[~gone]}))
        places = {text: n for n, text in enumerate(names)}
        return np.array([places.get(text, -1) for text in texts], dtype=np.int64), names


def _text(value: object) -> str:
    """A cell as text; a whole number that a spreadsheet made a float is a whole number again."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def _at_once(wait: Floats) -> float:
    """The recorded wait of those who did not wait: the system's own time to connect."""
    longest, share = USUAL_AT_ONCE
    short = np.rint(wait[wait <= longest + 0.5])
    if not len(short):
        return 0.0
    values, counts = np.unique(short, return_counts=True)
    best = int(np.argmax(counts))
    return float(values[best]) if counts[best] >= share * len(wait) else 0.0


def _require_calls(
    log: CallLog, paths: Sequence[Path], first: dt.date | None, last: dt.date | None
) -> None:
    """Raise where nothing is left, or a whole month inside has no call."""
    label = ", ".join(path.name for path in paths)
    if not len(log):
        period = f"{first or '...'} .. {last or '...'}"
        found = Words(f"no call in {period}", f"{period} 没有来电")
        raise BadInput([Fault(label, "", found, Words("a period with calls", "有来电的时段"))])
    seen = {(log.first + dt.timedelta(days=int(day))).replace(day=1) for day in np.unique(log.day)}
    faults = []
    month = min(seen)
    while month < max(seen):
        if month not in seen:
            found = Words(f"no call in {month:%Y-%m}", f"{month:%Y-%m} 没有来电")
            allowed = Words(
                "calls in every month, or --from and --to that leave it out",
                "每月都有来电，或用 --from、--to 避开",
            )
            faults.append(Fault(label, "", found, allowed))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    if faults:
        raise BadInput(faults)

