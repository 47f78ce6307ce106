"""Columns of the tables of remote services: consults and an expert's tries."""

from __future__ import annotations

from sim.words.tables.column import Column

CONSULTS = (
    Column("order", "id", "工单号", "order for a remote service"),
    Column("joined", "time", "可接诊时间",
           "written, or booked: the window opens; its place in the experts' queue by this"),
    Column("tries", "count", "联系次数",
           "times that the client was tried, the one reached included"),
    Column("started", "time", "开始", "the last try began; NaT between two tries"),
    Column("ended", "time", "结束", "served, or the last try given up"),
)

SESSIONS = (
    Column("order", "id", "工单号", "order for a remote service"),
    Column("number", "count", "第几次", "0 first try, 1 second, ..."),
    Column("expert", "name", "专家", "who tried", "staff"),
    Column("started", "time", "开始", "began"),
    Column("ended", "time", "结束", "over; NaT if not yet"),
    Column("reached", "yes", "联系上", "the client was there and was served"),
)
