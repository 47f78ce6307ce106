"""What the schema classes say when a value is wrong, as allowed values in both languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from sim.scenario.faults import Words, narrow, nearest
from sim.scenario.sections.quantities import WEEKDAYS


class Message(NamedTuple):
    """A message of the schema, what it allows in both languages, and the columns it is about."""

    pattern: str
    en: str
    zh: str
    columns: tuple[str, ...] = ()
    """columns, or what their names begin with, where the message is about several of a row"""


MESSAGES = (
    Message(r"a clock time is written (.*)", r"a clock time \1", "时刻 HH:MM，例如 08:30"),
    Message(
        r"a clock time lies between 00:00 and 24:00",
        "a clock time from 00:00 to 24:00",
        "00:00 到 24:00 之间的时刻",
    ),
    Message(
        r"a date is written YYYY-MM-DD, for example (.*)",
        r"a date YYYY-MM-DD, for example \1",
        r"日期 YYYY-MM-DD，例如 \1",
    ),
    Message(
        r"a moment is written YYYY-MM-DD HH:MM, for example (.*)",
        r"a moment YYYY-MM-DD HH:MM, for example \1",
        r"日期和时刻 YYYY-MM-DD HH:MM，例如 \1",
    ),
    Message(
        r"a moment lies on the hour, for example (.*)",
        r"a full hour, for example \1",
        r"整点，例如 \1",
    ),
    Message(r"no such day in the calendar", "a day of the calendar", "日历上有的日期"),
    Message(r".* is not a day; days are (.*) or daily", r"days: \1 or daily", r"星期：\1 或 daily"),
    Message(
        r"opening hours are text, for example (.*)",
        r"opening hours such as \1",
        r"开放时间，例如 \1",
    ),
    Message(
        r"opening hours are written (.*), (.*) or 'always'",
        r"opening hours such as \1, \2 or 'always'",
        r"开放时间，例如 \1、\2 或 'always'",
    ),
    Message(r"a distribution is written (.*)", r"a distribution such as \1", r"分布，例如 \1"),
    Message(
        r"(\w+) is given twice, in two units", r"\1 once, in one unit", r"\1 只用一种单位写一次"
    ),
    Message(
        r"(\w+) needs its unit: one of (.*)",
        r"\1 with its unit: one of \2",
        r"\1 要带单位：\2 之一",
    ),
    Message(r"(\w+) needs (.*)", r"\1 with \2", r"\1 需要 \2"),
    Message(r"(\w+) takes no (.*)", r"\1 without \2", r"\1 不带 \2"),
    Message(
        r"a length of time cannot be negative", "a length of time, not negative", "不小于 0 的时长"
    ),
    Message(r"longer than ten years", "at most ten years", "不超过十年的时长"),
    Message(
        r"a mean of 0: write (.*)", r"a mean above 0; for 0 write \1", r"均值大于 0；为 0 时写成 \1"
    ),
    Message(
        r"low, mode and high must rise", "low, mode and high that rise", "low、mode、high 依次增大"
    ),
    Message(
        r"empirical needs one weight a value, not all zero",
        "one weight a value, not all zero",
        "每个数值一个权重，不全为 0",
    ),
    Message(r"(\w+) must be a (finite )?number", r"\1 is a finite number", r"\1 是有限的数"),
    Message(
        r"a break is written (.*) \(window/minutes\)",
        r"a break such as \1 (window/minutes)",
        r"休息，例如 \1（时段/分钟）",
    ),
    Message(
        r"a break lasts longer than 0 minutes",
        "a break longer than 0 minutes",
        "时长大于 0 分钟的休息",
    ),
    Message(
        r"an expert needs a duration: (.*)",
        r"a duration, as an expert serves so long: \1",
        r"专家服务的时长：\1",
        ("duration",),
    ),
    Message(
        r"a visit needs a duration: (.*)",
        r"a duration, as it is a visit: \1",
        r"上门服务的时长：\1",
        ("duration",),
    ),
    Message(
        r"a delivery needs a duration: (.*)",
        r"a duration, the time at the door, as it is a delivery: \1",
        r"送到门口的时长：\1",
        ("duration",),
    ),
    Message(
        r"a delivery has a crew of 1", "1, as it is a delivery", "1，因为送餐送物一人即可",
        ("crew",),
    ),
    Message(
        r"give exactly one of per_day and per_1000_per_month",
        "exactly one of per_day and per_1000_per_month",
        "per_day 和 per_1000_per_month 只填一个",
        ("per_day", "per_1000_per_month"),
    ),
    Message(
        r"vary and goal go together",
        "both vary and goal, or neither",
        "vary 和 goal 都填，或都不填",
        ("vary", "goal"),
    ),
    Message(
        r"give change or vary, not both",
        "change or vary, not both",
        "change 和 vary 只填一个",
        ("change", "vary"),
    ),
    Message(
        r"a given figure needs its source",
        "the source of a given figure",
        "给出的数字的来源",
        ("given", "source"),
    ),
    Message(
        r"braces that do not close in .*",
        "a sentence whose braces close",
        "花括号成对的句子",
        ("answer",),
    ),
    Message(
        r"in braces only (.*)", r"in braces only \1", r"花括号里只写 \1", ("answer",)
    ),
    Message(
        r"a booked stream needs both lead_\.\.\. and slots; others neither",
        "both lead_... and slots where clients book, neither where not",
        "预约的需求 lead_... 和 slots 都填，不预约的都不填",
        ("lead", "slots"),
    ),
)
"""Tried in this order."""


def find(text: str) -> Message | None:
    """The entry for a message of the schema."""
    return next((entry for entry in MESSAGES if re.fullmatch(entry.pattern, text)), None)


def words(text: str) -> Words:
    """What a message of the schema allows, in both languages."""
    text = re.sub(r", found .*$", "", text, flags=re.DOTALL)
    entry = find(text)
    if entry is None:
        return Words(text)
    zh = re.sub(r"(?<=[a-z]) and (?=[a-z])", "、", re.sub(entry.pattern, entry.zh, text))
    return Words(re.sub(entry.pattern, entry.en, text), zh)


def meant(value: object, text: str) -> str:
    """What a value that is not as a message wants was probably meant to be; '' if unclear."""
    if not isinstance(value, str):
        return ""
    if "HH:MM" in text and re.fullmatch(r"\d{1,2}[.:：]\d{2}", value):
        return re.sub("[.：]", ":", value)
    near = narrow(value)
    if "is not a day" in text or "opening hours are written" in text:
        near = _SPAN.sub("-", near).replace("每天", "daily").strip("| ")
        near = _DAY_ZH.sub(lambda day: WEEKDAYS[min("一二三四五六日天".index(day[1]), 6)], near)
    if "is not a day" in text:
        near = re.sub(r"[^\W\d]+", lambda word: _weekday(word[0]), near)
    return near if near != value else ""


_SPAN = re.compile(r"\s*[–—~至到]\s*")
_DAY_ZH = re.compile(r"(?:周|星期)([一二三四五六日天])")


def _weekday(word: str) -> str:
    if word[:3].capitalize() in WEEKDAYS or word.lower() == "daily":
        return word
    return nearest(word, [*WEEKDAYS, "daily"]) or nearest(word[:3], WEEKDAYS) or word
