"""Times as logs write them, read in the one format that fits a column.

Both orders of day and month may fit; then the one that leaves the rows in order is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

FORMATS = tuple(
    f"{date}{gap}{clock}"
    for date in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
                 "%d.%m.%Y", "%y%m%d", "%d/%m/%y", "%m/%d/%y", "%Y年%m月%d日")
    for gap, clock in ((" ", "%H:%M:%S"), ("T", "%H:%M:%S"), (" ", "%H:%M:%S.%f"),
                       ("T", "%H:%M:%S.%f"), (" ", "%H:%M"), (" ", "%I:%M:%S %p"),
                       (" ", "%I:%M %p"), ("", "%H%M%S"), (" ", "%H%M%S"), ("", ""),
                       (" ", "%H时%M分%S秒"), (" ", "%H时%M分"))
)
SAMPLE = 400
"""Different texts that decide on a format."""
FEW = 8
"""Of these, so many that a format must fit one of to be tried on all."""
EXCEL_EPOCH = "1899-12-30"
"""Day 0 of a spreadsheet's serial numbers."""
SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Read:
    """A column of times as read."""

    times: pd.Series
    """``datetime64[ms]``; NaT where empty or not read"""
    format: str
    """the format used; empty where the file holds times as such"""
    unread: pd.Series
    """flags of cells that hold something that the format does not fit"""
    other: str = ""
    """another format that fits many of the unread cells"""


def read_times(column: pd.Series, wanted: str = "") -> Read:
    """Read a column; ``wanted``: the format to use, empty: find it."""
    if pd.api.types.is_datetime64_any_dtype(column):
        plain = column.dt.tz_localize(None) if column.dt.tz is not None else column
        return Read(plain.astype("datetime64[ms]"), "", pd.Series(False, index=column.index))
    typed = column.map(lambda value: isinstance(value, pd.Timestamp) or hasattr(value, "hour"))
    if typed.any():
        times = pd.to_datetime(column.where(typed), errors="coerce").astype("datetime64[ms]")
        return Read(times, "", column.notna() & ~typed & (column.astype(str) != ""))
    texts = column.fillna("").astype(str).str.strip()
    filled = texts != ""
    best = wanted or _best(texts[filled])
    times = parsed(texts, best)
    unread = filled & times.isna()
    other = ""
    if unread.any():
        other = _best(texts[unread])
        if not other or parsed(texts[unread], other).isna().mean() > 0.5:
            other = ""
    return Read(times, best, unread, other)


def parsed(texts: pd.Series, form: str) -> pd.Series:
    """Texts read in one format; NaT where it does not fit."""
    if form == "serial":
        days = pd.to_numeric(texts.where(texts.map(lambda t: bool(SERIAL.fullmatch(t)))))
        ms = np.rint(days * 86_400_000)
        return pd.to_datetime(ms, unit="ms", origin=EXCEL_EPOCH).astype("datetime64[ms]")
    if not form:
        return pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ms]")
    return pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[ms]")


def _best(texts: pd.Series) -> str:
    """The format that fits most texts; of several, the one that leaves fewest steps back."""
    if texts.empty:
        return ""
    unique = texts.drop_duplicates()
    step = max(1, len(unique) // SAMPLE)
    sample = unique.iloc[::step]
    scored: list[tuple[float, float, int, str]] = []
    few = sample.iloc[:: max(1, len(sample) // FEW)].tolist()
    for place, form in enumerate((*FORMATS, "serial")):
        if form != "serial" and not any(_fits(text, form) for text in few):
            continue
        times = parsed(sample, form)
        fits = float(times.notna().mean())
        if fits > 0:
            back = float((times.dropna().diff() < pd.Timedelta(0)).mean())
            scored.append((-round(fits, 3), round(back, 3), place, form))
    return min(scored)[3] if scored else ""


def _fits(text: str, form: str) -> bool:
    try:
        dt.datetime.strptime(text, form)
    except ValueError:
        return False
    return True
