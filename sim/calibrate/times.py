"""Times as logs write them, read in the one format that fits a column.

Both orders of day and month may fit; then the one that leaves the rows in order is taken. A time
with an offset (``2026-03-02T09:00:00+08:00``) is the clock it shows, one that ends in Z or counts
seconds or milliseconds from 1970 is UTC, unless a time zone is named: then each is the clock there.
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
ZONED = re.compile(r"(.*\d)\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})", re.ASCII)
"""A time of day (``:``) with what it is ahead of UTC."""
EPOCH = {"epoch seconds": re.compile(r"1\d{9}(\.\d+)?", re.ASCII),
         "epoch milliseconds": re.compile(r"1\d{12}(\.0+)?", re.ASCII)}
"""Counted from 1970; so many digits in 2001-2033."""
INSTANTS = (*EPOCH, "zoned")
"""Formats that name a moment anywhere, not what a clock shows."""


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


def read_times(column: pd.Series, wanted: str = "", zone: str = "") -> Read:
    """Read a column; ``wanted``: the format to use, empty: find it; ``zone``: the time zone whose
    clock is meant where the column names moments."""
    if pd.api.types.is_datetime64_any_dtype(column):
        if column.dt.tz is not None:
            column = (column.dt.tz_convert(zone) if zone else column).dt.tz_localize(None)
        return Read(column.astype("datetime64[ms]"), "", pd.Series(False, index=column.index))
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    typed = column.map(lambda value: isinstance(value, pd.Timestamp) or hasattr(value, "hour"))
    if typed.any():
        times = pd.to_datetime(column.where(typed), errors="coerce").astype("datetime64[ms]")
        return Read(times, "", column.notna() & ~typed & (column.astype(str) != ""))
    texts = column.fillna("").astype(str).str.strip()
    filled = texts != ""
    best = wanted or _instants(texts[filled]) or _best(texts[filled])
    times = _moments(texts, best, zone) if best in INSTANTS else parsed(texts, best)
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
    times = pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[ms]")
    odd = times.isna() & (texts != "")
    if "%S" in form and odd.any():
        # Many programs leave out a fraction that is 0.
        other = form.replace("%S.%f", "%S") if "%f" in form else form.replace("%S", "%S.%f")
        more = pd.to_datetime(texts[odd], format=other, errors="coerce")
        times[odd] = more.astype("datetime64[ms]")
    return times


def _instants(texts: pd.Series) -> str:
    """The format of :data:`INSTANTS` that most of some cells have; empty: none."""
    if texts.empty:
        return ""
    sample = texts.drop_duplicates()
    sample = sample.iloc[::max(1, len(sample) // SAMPLE)]
    for name, pattern in EPOCH.items():
        if sample.map(lambda t, p=pattern: bool(p.fullmatch(t))).mean() > 0.5:
            return name
    split = sample.str.extract(ZONED.pattern + "$")
    return "zoned" if (split[1].notna() & sample.str.contains(":")).mean() > 0.5 else ""


def _moments(texts: pd.Series, form: str, zone: str) -> pd.Series:
    """Moments as a clock shows them; NaT where they do not fit."""
    if form == "zoned":
        split = texts.str.extract(ZONED.pattern + "$")
        shown = parsed(split[0].fillna(""), _best(split[0].dropna()))
        if not zone:
            return shown
        ahead = pd.to_timedelta(split[1].map(_ahead_min), unit="min")
        utc = (shown - ahead).dt.tz_localize("UTC")
    else:
        fits = texts.map(lambda text: bool(EPOCH[form].fullmatch(text)))
        ms = pd.to_numeric(texts.where(fits)) * (1000 if form == "epoch seconds" else 1)
        utc = pd.to_datetime(ms.round(), unit="ms", utc=True)
    return utc.dt.tz_convert(zone or "UTC").dt.tz_localize(None).astype("datetime64[ms]")


def _ahead_min(offset: object) -> float:
    text = str(offset)
    if text[:1] not in "+-":
        return 0.0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return float(-minutes if text[0] == "-" else minutes)


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
