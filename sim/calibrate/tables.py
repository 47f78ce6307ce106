"""A log as people export it - CSV, Excel, Parquet, zipped or not - as a table of texts and times.

Every cell stays as it was written; only Excel and Parquet hand over times as times.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.scenario.faults import NOTHING, BadInput, Fault, Words, listed, nearest, shown

KINDS = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = {"\t": Words("tabs", "制表符"), ";": Words("semicolons", "分号"),
              ",": Words("commas", "逗号")}


def read_tables(
    paths: Sequence[Path], columns: Sequence[str]
) -> tuple[pd.DataFrame, list[Words]]:
    """The rows of several files one after the other, the ``columns`` only; and what to note.

    A column ``file`` names the file of each row. Raises :class:`BadInput` with the faults of all
    files: one that is not there or cannot be read, one without the columns.
    """
    faults: list[Fault] = []
    notes: list[Words] = []
    tables: list[pd.DataFrame] = []
    for path in paths:
        try:
            table, noted = _read(path)
        except BadInput as bad:
            faults += bad.faults
            continue
        notes += noted
        missing = [name for name in columns if name not in table.columns]
        for name in missing:
            there = [str(column) for column in table.columns]
            place, near = Words("header", "表头"), nearest(name, there)
            found = Words(f"no column {shown(name)}", f"没有 {shown(name)} 列")
            faults.append(Fault(path.name, place, found, listed(there, 30), near))
        if not missing and not len(table):
            found = Words("a header and no row", "只有表头，没有一行")
            faults.append(Fault(path.name, "", found, Words("rows below it", "表头之下有数据行")))
        elif not missing:
            kept = table[list(dict.fromkeys(columns))].copy()
            kept["file"] = path.name
            tables.append(kept)
    if not paths:
        allowed = Words("one file or more", "一个或几个文件")
        faults.append(Fault("--calls", "", NOTHING, allowed))
    if faults:
        raise BadInput(faults)
    return pd.concat(tables, ignore_index=True), notes


def _read(path: Path) -> tuple[pd.DataFrame, list[Words]]:
    name = path.name.removesuffix(".gz")
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        allowed = Words(f"a file {listed(KINDS)}, perhaps .gz", f"{listed(KINDS).zh}，可压缩为 .gz")
        raise BadInput([Fault(path.name, "", shown(kind), allowed)])
    data = _bytes(path)
    notes: list[Words] = []
    try:
        if kind == ".parquet":
            return _headed(pd.read_parquet(io.BytesIO(data))), notes
        if kind == ".xlsx":
            return _headed(pd.read_excel(io.BytesIO(data), dtype=object)), notes
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        found = Words(f"a damaged file ({str(error)[:60]})", "损坏的文件")
        allowed = Words(f"a {kind} file", f"{kind} 文件")
        raise BadInput([Fault(path.name, "", found, allowed)]) from None
    text = _text(path, data, notes)
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False,
            skipinitialspace=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        found = Words(f"rows that do not fit the header ({str(error)[:80]})", "与表头不符的行")
        allowed = Words("as many cells in each row as in the header", "每行单元格数与表头一致")
        raise BadInput([Fault(path.name, "", found, allowed)]) from None
    return _headed(table), notes


def _headed(table: pd.DataFrame) -> pd.DataFrame:
    """With headings as texts without space around."""
    table.columns = [str(column).strip() for column in table.columns]
    return table


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.name.endswith(".gz") else data
    except (OSError, EOFError) as error:
        missing = isinstance(error, FileNotFoundError)
        found = (
            Words("no such file", "没有这个文件") if missing
            else Words("a file that cannot be opened", "打不开的文件")
        )
        allowed = Words("a file that can be read", "能读取的文件")
        raise BadInput([Fault(str(path), "", found, allowed)]) from None


def _text(path: Path, data: bytes, notes: list[Words]) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding != ENCODINGS[0]:
            notes.append(Words(f"{path.name} read as GBK", f"{path.name} 按 GBK 读取"))
        return text
    found = Words("neither UTF-8 nor GBK", "既非 UTF-8 也非 GBK 的文字")
    allowed = Words(
        "text in UTF-8 or GBK (in Excel: save as CSV UTF-8)",
        "UTF-8 或 GBK 文字（Excel 里另存为“CSV UTF-8”）",
    )
    raise BadInput([Fault(path.name, "", found, allowed)])
