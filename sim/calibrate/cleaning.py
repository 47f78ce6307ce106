"""From the rows of a log to a :class:`CallLog`: every row is kept, mended or counted as dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.calibrate.log import DAY_S, CallLog, Dropped, Flags, Floats
from sim.calibrate.mapping import TIMES, Mapping

SKEW_S = 5.0
"""Clocks of two systems differ by so much: an interval down to minus this counts as 0."""
USUAL_AT_ONCE = (5.0, 0.2)
"""A wait of at most so many seconds that at least this share of the answered have is the system's
own time to connect."""
GENERAL = "general"


class Cleaner:
    """One pass over the rows; ``keep`` says which are still in."""

    def __init__(
        self, rows: pd.DataFrame, mapping: Mapping, times: dict[str, pd.Series]
    ) -> None:
        self.rows, self.mapping, self.times = rows, mapping, times
        self.keep: Flags = np.ones(len(rows), dtype=bool)
        self.dropped: list[Dropped] = []
        self.texts = {
            name: rows[column].map(cell_text).to_numpy(dtype=object)
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
            cells = self.rows[drop.column].map(cell_text).to_numpy(dtype=object)
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


def cell_text(value: object) -> str:
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
