"""Columns of the output tables that only runs with their mechanism have; as in
:mod:`sim.words.tables`."""

from __future__ import annotations

from sim.words.column import Column
from sim.words.money import PAYMENTS
from sim.words.tables import TABLES

MORE: dict[str, tuple[Column, ...]] = {
    "payments": PAYMENTS,
}
"""Table name -> its columns, in file order."""

EVERY: dict[str, tuple[Column, ...]] = {**TABLES, **MORE}
"""The tables that every run has, then those that some have."""

SHOCKS = (
    Column("shock", "text", "冲击", "key of the section shocks"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("on", "yes", "发生", "whether it happened in this run"),
    Column("begins", "time", "开始", "its first moment"),
    Column("ends", "time", "结束", "its end"),
    Column("speed_factor", "number", "车速系数", "multiplies every travel speed"),
    Column("points_closed", "text", "关闭站点", "points that take no offers, a|b"),
    Column("hotline_closed", "yes", "热线关闭", "whether the hotline is closed"),
    Column("lines_down", "count", "中断线路", "trunk lines out of order"),
)

MORE_REFERENCE: dict[str, tuple[Column, ...]] = {"shocks": SHOCKS}
"""Reference tables that only scenarios with their mechanism have, stored as
``reference-<name>``."""
