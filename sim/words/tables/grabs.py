"""Columns of the table of reactions to orders that are shown to everybody in range."""

from __future__ import annotations

from sim.words.tables.column import Column

GRABS = (
    Column("order", "id", "工单号", "order that was shown"),
    Column("point", "name", "服务站点", "point that reacted, or the caregiver's own", "points"),
    Column("caregiver", "name", "护理员", "caregiver who reacted; none where it was a point",
           "staff"),
    Column("shown", "time", "公开时间", "shown to everybody in range"),
    Column("reacted", "time", "响应时间", "reacted"),
    Column("won", "yes", "抢到", "could take it at that moment, and so took it"),
)
