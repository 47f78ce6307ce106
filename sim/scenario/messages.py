"""What the schema classes say when a value is wrong, as allowed values in both languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from sim.scenario.faults import Words


class Message(NamedTuple):
    """A message of the schema, its Chinese, and the columns it is about where it names several."""

    pattern: str
    zh: str
    columns: tuple[str, ...] = ()


MESSAGES = (
    Message(r"a clock time is written HH:MM, for example 08:30", "时刻 HH:MM，例如 08:30"),
    Message(r"a clock time lies between 00:00 and 24:00", "00:00 到 24:00 之间的时刻"),
    Message(r"a date is written YYYY-MM-DD, for example 2026-03-01", "日期 YYYY-MM-DD，例如 2026-03-01"),
    Message(r"no such day in the calendar", "日历上有的日期"),
    Message(r".* is not a day; days are (.*) or daily", r"星期：\1 或 daily"),
    Message(r"opening hours are text, for example (.*)", r"开放时间写成文字，例如 \1"),
    Message(r"opening hours are written (.*), (.*) or 'always'", r"开放时间写作 \1、\2 或 'always'"),
    Message(r"a distribution is written (.*)", r"分布写作 \1"),
    Message(r"(\w+) is given twice, in two units", r"\1 只用一种单位写一次"),
    Message(r"(\w+) needs its unit: one of (.*)", r"\1 要带单位：\2 之一"),
    Message(r"(\w+) needs (.*)", r"\1 需要 \2"),
    Message(r"(\w+) takes no (.*)", r"\1 不带 \2"),
    Message(r"a length of time cannot be negative", "不小于 0 的时长"),
    Message(r"longer than ten years", "不超过十年的时长"),
    Message(r"a mean of 0: write dist constant, value 0", "均值为 0 时写成 dist constant、value 0"),
    Message(r"low, mode and high must rise", "low、mode、high 依次增大"),
    Message(r"empirical needs one weight a value, not all zero", "empirical 每个数值一个权重，不全为 0"),
    Message(r"(\w+) must be a (finite )?number", r"\1 是有限的数"),
    Message(r"a break is written 11:30-13:00/30 \(window/minutes\)", "休息写作 11:30-13:00/30（时段/分钟）"),
    Message(r"a break lasts longer than 0 minutes", "休息时长大于 0 分钟"),
    Message(r"a visit needs a duration: (.*)", r"上门服务要有时长：\1", ("duration",)),
    Message(r"give exactly one of per_day and per_1000_per_month",
            "per_day 和 per_1000_per_month 只填一个", ("per_day", "per_1000_per_month")),
    Message(r"a booked stream needs both lead_\.\.\. and slots; others neither",
            "预约类需求 lead_... 和 slots 都填，其他都不填", ("lead", "slots")),
)
"""Tried in this order."""


def find(text: str) -> Message | None:
    """The entry for a message of the schema."""
    return next((entry for entry in MESSAGES if re.fullmatch(entry.pattern, text)), None)


def words(text: str) -> Words:
    """A message of the schema in both languages, without what it says was found."""
    text = re.sub(r", found .*$", "", text, flags=re.DOTALL)
    entry = find(text)
    english = {"longer than ten years": "at most ten years",
               "a length of time cannot be negative": "a length of time, not negative",
               "no such day in the calendar": "a day of the calendar",
               "low, mode and high must rise": "low, mode and high that rise"}.get(text, text)
    return Words(english, re.sub(entry.pattern, entry.zh, text) if entry else text)
