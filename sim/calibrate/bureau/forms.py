"""The forms a bureau fills in: one CSV each, with Chinese or English headers."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.faults import NOTHING, Fault, Words, listed, nearest, shown
from sim.scenario.reading.files import is_file, number, read_grid, repaired
from sim.words.glossary import Lang

LIMITS = {"count": (0, 100_000_000), "north": (3, 54), "east": (73, 136)}
"""China lies between 3 and 54 degrees north, 73 and 136 degrees east."""


class Column(NamedTuple):
    """A column of a form."""

    key: str
    zh: str
    en: str
    kind: str = "text"
    """``text``, or a number within :data:`LIMITS`"""
    needed: bool = False


class Form(NamedTuple):
    """A file a bureau may fill in."""

    name: str
    columns: tuple[Column, ...]
    what: Words
    needed: bool = False


FORMS = (
    Form("villages.csv", (
        Column("name", "名称", "name", needed=True),
        Column("name_en", "英文名", "name in English"),
        Column("lat", "纬度", "latitude", "north"),
        Column("lon", "经度", "longitude", "east"),
        Column("area_km2", "面积（平方公里）", "area_km2", "count"),
        Column("population", "常住人口", "residents", "count"),
        Column("pop_60", "60岁及以上", "aged 60 and over", "count"),
        Column("pop_80", "80岁及以上", "aged 80 and over", "count"),
        Column("pop_infants", "不满三岁", "under three", "count"),
        Column("pop_dependent", "失能半失能", "dependent", "count"),
        Column("pop_hardship", "特殊困难", "in hardship", "count"),
    ), Words(
        "villages or towns: one row each; what is not known stays empty",
        "村居或镇街，一行一个；不知道的空着",
    ), needed=True),
    Form("points.csv", (
        Column("name", "名称", "name", needed=True),
        Column("name_en", "英文名", "name in English"),
        Column("village", "所在村居", "village", needed=True),
        Column("lat", "纬度", "latitude", "north"),
        Column("lon", "经度", "longitude", "east"),
        Column("open", "开放时间", "open"),
        Column("organisation", "主办单位", "organisation"),
    ), Words(
        "service points; empty: one is put in the middle of each village",
        "服务站点；空着则在每个村居中间放一个",
    )),
    Form("staff.csv", (
        Column("role", "岗位", "role", needed=True),
        Column("point", "站点", "point"),
        Column("count", "人数", "people", "count", needed=True),
        Column("shift", "班次", "shift", needed=True),
        Column("skills", "技能", "skills"),
        Column("grade", "等级", "grade", "count"),
        Column("pay", "月工资（元）", "yuan per month", "count"),
    ), Words(
        "present staff: role 接线员 (operator) or 护理员 (caregiver); empty: counted from the work",
        "现有人员：岗位写接线员或护理员；空着则按工作量估",
    )),
    Form("tickets.csv", (
        Column("time", "时间", "time", needed=True),
    ), Words(
        "a year of 12345 tickets, one row each with its time; empty: a daily number is asked for",
        "一年的 12345 工单，一行一件、写明时间；空着则问每天多少",
    )),
    Form("prices.csv", (
        Column("service", "服务项目", "service", needed=True),
        Column("price_yuan", "单价（元）", "price_yuan", "count", needed=True),
    ), Words("contract prices; empty: as published", "合同单价；空着用公布价")),
)
BY_NAME = {form.name: form for form in FORMS}

Row = dict[str, Any]


@dataclass
class Filled:
    """What the forms of a folder hold: rows of each form by its name, in order."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)

    def of(self, name: str) -> list[Row]:
        return self.rows.get(name, [])


def lay_out(folder: Path, lang: Lang) -> list[Path]:
    """Write the forms that ``folder`` does not hold yet, headers only; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for form in FORMS:
        path = folder / form.name
        if not path.exists():
            header = ",".join(c.zh if lang == "zh" else c.en for c in form.columns)
            aside = path.with_name(path.name + ".new")
            aside.write_text(header + "\n", encoding="utf-8-sig", newline="\n")
            os.replace(aside, path)
            written.append(path)
    return written


def read(folder: Path) -> Filled:
    """Every form of ``folder`` that is there, and all that is wrong with them."""
    filled = Filled()
    for form in FORMS:
        path = folder / form.name
        if is_file(path):
            _read(form, path, filled)
        rows = filled.of(form.name)
        if form.needed and not rows and not filled.faults:
            allowed = Words("at least one row", "至少一行")
            filled.faults.append(Fault(form.name, "", NOTHING, allowed))
    _unique("villages.csv", filled)
    _unique("points.csv", filled)
    return filled


def _read(form: Form, path: Path, filled: Filled) -> None:
    grid = read_grid(path, form.name)
    filled.faults += grid.faults
    filled.notes += grid.notes
    if grid.unusable:
        return
    known = {title: c for c in form.columns for title in (c.key, c.zh, c.en)}
    for title in grid.columns:
        if title not in known:
            place = Words("row 1", "第 1 行")
            near = nearest(title, known)
            filled.faults.append(Fault(form.name, place, shown(title), _titles(form), near))
    there = {known[c].key for c in grid.columns if c in known}
    for missing in (c for c in form.columns if c.needed and c.key not in there):
        place = Words("row 1", "第 1 行")
        allowed = Words(f'a column "{missing.en}"', f"“{missing.zh}”一列")
        filled.faults.append(Fault(form.name, place, NOTHING, allowed))
    rows = filled.rows.setdefault(form.name, [])
    for at, cells in grid.rows:
        row: Row = {"row": at}
        for column in form.columns:
            text = next((cells[t] for t in (column.zh, column.en, column.key) if t in cells), "")
            value = _value(form, column, at, text, filled)
            if value is not None:
                row[column.key] = value
        rows.append(row)


def _value(form: Form, column: Column, at: int, text: str, filled: Filled) -> Any:
    place = Words(f"row {at} {column.en}", f"第 {at} 行 {column.zh}")
    if not text:
        if column.needed:
            allowed = Words("a value", "要填")
            filled.faults.append(Fault(form.name, place, NOTHING, allowed))
        return None
    if column.kind == "text":
        return text
    value = number(text)
    low, high = LIMITS[column.kind]
    if isinstance(value, str) or not low <= value <= high:
        allowed = Words(f"a number from {low} to {high:,}", f"{low} 到 {high:,} 的数")
        filled.faults.append(Fault(form.name, place, shown(text), allowed, repaired(text)))
        return None
    return value


def _unique(name: str, filled: Filled) -> None:
    seen: set[str] = set()
    for row in filled.of(name):
        if row.get("name") in seen:
            place = Words(f"row {row['row']} name", f"第 {row['row']} 行 名称")
            allowed = Words("each name once", "名称不重复")
            filled.faults.append(Fault(name, place, shown(row["name"]), allowed))
        seen.add(row.get("name", ""))


def pick(
    name: str, row: Row, key: str, choices: Collection[str], faults: list[Fault]
) -> str:
    """The choice that a cell names; a fault where it names none."""
    text = str(row.get(key, ""))
    if text in choices:
        return text
    title = next(c for c in BY_NAME[name].columns if c.key == key)
    place = Words(f"row {row['row']} {title.en}", f"第 {row['row']} 行 {title.zh}")
    faults.append(Fault(name, place, shown(text), listed(list(choices)), nearest(text, choices)))
    return ""


def _titles(form: Form) -> Words:
    return Words(
        ", ".join(c.en for c in form.columns), "、".join(c.zh for c in form.columns)
    )
