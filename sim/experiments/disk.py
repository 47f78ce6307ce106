"""What a disk does to a result, told as faults: no room, no right to write, damaged files."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from sim import log
from sim.log import Result
from sim.log.result import REFERENCE as PREFIX
from sim.scenario.faults import BadInput, Fault, Words
from sim.words.tables import REFERENCE, TABLES, WHERE_USED

REASONS = {
    errno.ENOSPC: Words("no space left on the disk", "磁盘已满"),
    errno.EROFS: Words("a disk that cannot be written", "只读的磁盘"),
    errno.EIO: Words("a disk that fails", "磁盘读写出错"),
    errno.EFBIG: Words("a file too large for the disk", "文件超出磁盘允许的大小"),
    errno.EACCES: Words("a folder that may not be written", "没有写入权限的文件夹"),
    errno.EPERM: Words("a folder that may not be written", "没有写入权限的文件夹"),
    errno.ENOENT: Words("a place that does not exist", "不存在的位置"),
    errno.ENOTDIR: Words("a file in the place of a folder", "路径中有一段是文件，不是文件夹"),
    errno.ENAMETOOLONG: Words("a name that is too long", "名称过长"),
}
MIDWAY = (errno.ENOSPC, errno.EROFS, errno.EIO, errno.EFBIG, errno.EACCES, errno.EPERM)
"""What can happen to a folder that could be written when the run began."""
BROKEN = (OSError, ValueError, KeyError, RecursionError)
"""What readers raise at damaged files."""


def unusable(out: Path, found: str) -> BadInput:
    """The fault of an output folder that cannot be one."""
    allowed = Words("a new folder, or a result to be replaced", "新文件夹，或可以替换的旧结果")
    return BadInput([Fault("--out", str(out), found, allowed)])


def unwritable(out: Path, error: OSError) -> BadInput:
    """The fault of an output folder that the disk refuses."""
    found = REASONS.get(error.errno or 0, error.strerror or str(error))
    allowed = Words(
        "a folder that can be written, on a disk with room", "可以写入、磁盘有空间的文件夹"
    )
    return BadInput([Fault("--out", str(out), found, allowed)])


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turn what the disk does meanwhile into a fault of ``out``."""
    try:
        yield
    except OSError as error:
        if error.errno not in MIDWAY:
            raise
        raise unwritable(out, error) from error


def read_kpis(path: Path) -> pd.DataFrame:
    """The measures of a result. Raises :class:`BadInput` where the file is damaged."""
    try:
        kpis = pd.read_csv(path)
    except BROKEN:
        raise damaged(path) from None
    if not {"measure", "group", "mean"} <= set(kpis):
        raise damaged(path)
    return kpis


def read_line(path: Path) -> str:
    """A file of one line. Raises :class:`BadInput` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except BROKEN:
        raise damaged(path) from None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises :class:`BadInput` where the file holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except BROKEN:
        raise damaged(path) from None
    if not isinstance(found, dict):
        raise damaged(path)
    return found


def read_tables(folder: Path) -> Result:
    """The kept tables of a replication. Raises :class:`BadInput` naming the first damaged file."""
    columns = {**TABLES, **{f"{PREFIX}-{name}": own for name, own in REFERENCE.items()}}
    columns |= {
        name: own for name, own in WHERE_USED.items() if (folder / f"{name}.parquet").exists()
    }
    for name, own in columns.items():
        path = folder / f"{name}.parquet"
        try:
            there = pd.read_parquet(path).columns
        except BROKEN:
            raise damaged(path) from None
        if not {column.name for column in own} <= set(there):
            raise damaged(path)
    try:
        return log.read(folder)
    except BROKEN:
        raise damaged(folder) from None


def damaged(path: Path) -> BadInput:
    """The fault of a file that is not as a run left it."""
    found = Words(
        "a file that is damaged, missing or of another version", "损坏、缺失或另一版本的文件"
    )
    allowed = Words("the file as hotline run left it", "运行时留下的原文件")
    return BadInput([Fault(str(path), "", found, allowed)])
