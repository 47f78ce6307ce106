"""The columns of tables about care plans."""

from __future__ import annotations

from sim.words.tables.column import Column

PLANS = (
    Column("plan", "text", "照护计划", "row of plans.csv"),
    Column("service", "text", "服务项目", "what is done"),
    Column("group", "text", "人群", "population group"),
    Column("enrolled", "count", "在册人数", "clients enrolled"),
    Column("visits", "count", "每期次数", "visits to each client in each period"),
    Column("per", "text", "周期", "week, month or year"),
    Column("days", "text", "可上门星期", "weekdays on which a visit may be due, 0 Monday, a|b"),
    Column("opens_min", "number", "最早时刻", "minutes after midnight of the first date"),
    Column("closes_min", "number", "最晚时刻", "minutes after midnight of the last date"),
    Column("same_day", "yes", "限当日", "tied to the first date"),
    Column("spare_days", "count", "期末留空", "last dates of the period that are no visit's first"),
)
