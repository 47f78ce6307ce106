"""The files of a calls log, read and handed on to be cleaned, or told what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.calibrate.cleaning import Cleaner
from sim.calibrate.log import CallLog
from sim.calibrate.mapping import Mapping, Stamp
from sim.calibrate.required import require_calls
from sim.calibrate.tables import read_tables
from sim.calibrate.times import read_times
from sim.scenario.faults import BadInput, Fault, Words, shown

UNREAD = 0.02
"""A larger share of cells that are no times is a fault of the column."""


def read_calls(
    paths: Sequence[Path],
    mapping: Mapping,
    sign_ins: Sequence[Path] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    whole: Sequence[tuple[dt.date, dt.date]] | None = None,
) -> tuple[CallLog, list[Words]]:
    """The calls of some files from ``first`` to ``last`` (all by default), and what to note.

    Raises :class:`BadInput` with every fault: files, columns, times, months without a call (within
    the periods ``whole`` where those are given).
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
    cleaner = Cleaner(rows, mapping, times)
    cleaner.rules()
    cleaner.mend()
    log = cleaner.log(signed, first, last)
    require_calls(log, ", ".join(path.name for path in paths), first, last, whole)
    return log, [*notes, *noted]


def _stamped(
    rows: pd.DataFrame, stamp: Stamp, mapping: Mapping, faults: list[Fault]
) -> pd.Series:
    """A time of every row; NaT where it is empty or a filler."""
    form, zone = mapping.rules.time_format, mapping.rules.time_zone
    column = rows[stamp.column]
    if stamp.date:
        clock = column.astype(str).str.strip()
        column = rows[stamp.date].map(_date_text).str.cat(clock, sep=" ")
        column = column.where(clock.str.len() > 0, "")
    # The files of one log may differ in how they write a time.
    parts = column.groupby(rows["file"], sort=False)
    pieces = [read_times(piece, form, zone) for _, piece in parts]
    for piece, (name, cells) in zip(pieces, parts, strict=True):
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
