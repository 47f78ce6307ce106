"""Text and tables as people save them: UTF-8 or GBK, commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario.faults import NOTHING, Fault, Words, narrow, shown
from sim.scenario.shape import Shape

WIDE_DELIMITERS = re.compile(r"[，；、]")
INVISIBLE = re.compile("[\ufeff\u200b\u2060]")
"""Marks without width that get into text by copying from a web page."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass
class Grid:
    """A CSV as read: named columns and rows that fit them; what is wrong with the rest."""

    columns: tuple[str, ...] = ()
    top: int = 1
    """row number of the header"""
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """row number as Excel shows it, and the cells that are not blank"""
    notes: list[Words] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    uneven: set[int] = field(default_factory=set)
    """numbers of the rows with too few or too many cells"""
    unsure: bool = False
    """which column is which is not known"""
    unusable: bool = False
    """so wrong that no row can be trusted"""


def read_text(path: Path, label: str) -> tuple[str | None, list[Words], list[Fault]]:
    """The file's text, a note where it is not UTF-8, or None and the fault."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        there = isinstance(error, PermissionError) or path.is_dir()
        found = (
            Words("a file that cannot be opened", "打不开的文件")
            if there
            else Words("a link that leads nowhere", "失效的链接")
            if path.is_symlink()
            else Words("no such file", "没有这个文件")
        )
        return None, [], [Fault(label, "", found, Words("a file that can be read", "能读取的文件"))]
    for encoding in ("utf-8-sig", "gbk"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            text = INVISIBLE.sub("", text)
            gbk = Words(f"{label} read as GBK", f"{label} 按 GBK 读取")
            return text, [gbk] if encoding == "gbk" else [], []
    found = Words("undecodable bytes", "无法解码的字节")
    return None, [], [Fault(label, "", found, Words("text in UTF-8 or GBK", "UTF-8 或 GBK 文本"))]


def read_grid(path: Path, label: str) -> Grid:
    """The table in a CSV file; never raises, whatever the file holds."""
    text, notes, faults = read_text(path, label)
    if text is None:
        return Grid(notes=notes, faults=faults, unusable=True)
    if not text.strip():
        found = Words("an empty file", "空文件")
        allowed = Words("a header row with column names", "有列名的表头")
        return Grid(notes=notes, faults=[Fault(label, "", found, allowed)], unusable=True)
    delimiter, name = _delimiter(text)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return Grid(
            notes=notes, faults=[_broken_quotes(text, delimiter, label, error)], unusable=True
        )
    if len(lines[0]) == 1 and WIDE_DELIMITERS.search(lines[0][0]):
        return Grid(notes=notes, faults=[_wide_header(label, lines[0][0])], unusable=True)
    grid = _fill(lines, label)
    grid.notes = notes
    if delimiter != ",":
        if any(len(lines[n - 1]) == 1 and "," in lines[n - 1][0] for n in grid.uneven):
            return Grid(notes=notes, faults=[_mixed(label, name)], unusable=True)
        grid.notes.append(
            Words(f"{label} read with {name} between cells", f"{label} 以{name.zh}分列读取")
        )
    return grid


def is_file(path: Path) -> bool:
    """Whether there is such a file; a path that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def cell(text: str, shape: Shape | None) -> int | float | str | list[int | float | str]:
    """A cell as its column's shape takes it: a number where it is one, otherwise the text."""
    if shape is not None and shape.kind == "list":
        return [number(part.strip()) for part in text.split("|") if part.strip()]
    return number(text) if shape is not None and shape.kind == "number" else text


def number(text: str) -> int | float | str:
    """``"8"`` -> 8, ``"8.5"`` -> 8.5; anything else stays text."""
    if not NUMBER.fullmatch(text):
        return text
    if re.fullmatch(r"[+-]?\d{1,18}", text):
        return int(text)
    return float(text)


def repaired(text: str) -> str:
    """The number that a text such as ``80%``, ``1,200``, ``0,5``, ``¥80``, ``3人`` or ``40万元`` is
    meant to be, or ''."""
    text = re.sub(r"^[¥￥$]|[元块人名个次]$", "", text.strip().replace(" ", ""))
    if text.endswith("万"):
        tens = number(text.removesuffix("万"))
        return "" if isinstance(tens, str) else f"{tens * 10_000:.12g}"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text, re.ASCII):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    share = text.endswith("%")
    value = number(text.removesuffix("%"))
    if isinstance(value, str) or not math.isfinite(value):
        return ""
    return f"{value / 100:.12g}" if share else str(value)


def _delimiter(text: str) -> tuple[str, Words]:
    header = text.lstrip("\r\n").splitlines()[0]
    if "," not in header:
        if ";" in header:
            return ";", Words("semicolons", "分号")
        if "\t" in header:
            return "\t", Words("tabs", "制表符")
    return ",", Words("commas", "逗号")


def _fill(lines: list[list[str]], label: str) -> Grid:
    table = [
        (n, [c.strip() for c in line])
        for n, line in enumerate(lines, 1)
        if any(map(str.strip, line))
    ]
    top, header = table[0]
    while not header[-1]:
        header.pop()
    grid = Grid(tuple(name for name in header if name), top)
    for index, name in enumerate(header):
        place = Words(f"row {top} column {index + 1}", f"第 {top} 行第 {index + 1} 列")
        if not name:
            grid.faults.append(Fault(label, place, NOTHING, Words("a column name", "列名")))
            grid.unsure = True
        elif name in header[:index]:
            allowed = Words("each column name once", "列名不重复")
            grid.faults.append(Fault(label, place, shown(name), allowed))
            grid.unsure = True
    for number_, cells in table[1:]:
        if len(cells) < len(header) or any(cells[len(header) :]):
            place = Words(f"row {number_}", f"第 {number_} 行")
            found = Words(_cells(len(cells)), f"{len(cells)} 个单元格")
            allowed = Words(
                f"{_cells(len(header))}, as in the header", f"{len(header)} 个，与表头一致"
            )
            grid.faults.append(Fault(label, place, found, allowed))
            grid.uneven.add(number_)
        row: dict[str, str] = {}
        for name, value in zip(header, cells, strict=False):
            if name and value:
                row.setdefault(name, value)
        grid.rows.append((number_, row))
    return grid


def _cells(number_: int) -> str:
    return "1 cell" if number_ == 1 else f"{number_} cells"


def _broken_quotes(text: str, delimiter: str, label: str, error: csv.Error) -> Fault:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 1
    try:
        for _ in reader:
            row += 1
    except csv.Error:
        pass
    place = Words(f"row {row}", f"第 {row} 行")
    allowed = Words(
        'cells whose quotes " are closed and doubled inside', '引号 " 成对、单元格内的引号写两次'
    )
    return Fault(
        label, place, Words(f"a cell that cannot be read ({error})", "读不出的单元格"), allowed
    )


def _wide_header(label: str, header: str) -> Fault:
    allowed = Words("column names between half-width commas", "列名之间用半角逗号")
    near = narrow(header).replace(";", ",")
    return Fault(label, Words("row 1", "第 1 行"), shown(header), allowed, near)


def _mixed(label: str, name: Words) -> Fault:
    found = Words(
        f"{name} between the cells of the header, not of every row",
        f"表头以{name.zh}分列，有的行不是",
    )
    return Fault(
        label,
        Words("row 1", "第 1 行"),
        found,
        Words("commas between cells in every row", "每行都以逗号分列"),
    )
