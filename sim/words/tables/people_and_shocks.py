"""Columns of the reference tables of single people, empty posts and shocks."""

from __future__ import annotations

from sim.words.tables.column import Column

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
    Column("attendance_factor", "number", "到岗系数", "multiplies the chance to come to a shift"),
    Column("staff", "text", "涉及人员", "groups of staff whose chance it multiplies, a|b"),
)
PEOPLE = (
    Column("staff", "text", "人员", "group and number in it"),
    Column("services", "text", "限做服务", "only these services, a|b; empty: all"),
    Column("zones", "text", "限去镇街", "only homes in these zones, a|b; empty: anywhere"),
    Column("woman", "yes", "女性", "a woman"),
    Column("pay_yuan_per_visit", "number", "每次报酬", "yuan for each visit"),
    Column("max_hours_per_week", "number", "每周上限", "hours of shifts; NaN: none"),
    Column("max_hours_per_month", "number", "每月上限", "hours of shifts; NaN: none"),
)
GAPS = (
    Column("staff", "text", "人员", "whose post it is"),
    Column("first", "time", "空缺开始", "nobody works in it from this date on"),
    Column("hired", "time", "招到人", "a recruit is in training from this date on"),
    Column("last", "time", "空缺结束", "somebody works in it again from this date on"),
)
