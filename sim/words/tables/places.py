"""Columns of the tables of places: stays, the waitlist, and what there is."""

from __future__ import annotations

from sim.words.tables.column import Column

STAYS = (
    Column("stay", "id", "入住编号", "row number; one row per order and kind of place"),
    Column("order", "id", "工单号", "order; -1: was there when the run started"),
    Column("point", "name", "服务站点", "point the place is at", "points"),
    Column("kind", "name", "类别", "kind of place", "place_kinds"),
    Column("place", "count", "位号", "which of them, from 1"),
    Column("held", "time", "留位", "given to the client, who sets out; or there at the start"),
    Column("entered", "time", "入住", "the client was there and the place begun to be used"),
    Column("left", "time", "离开", "left; NaT if still there"),
)

WAITLIST = (
    Column("order", "id", "工单号", "order that found every place within reach taken"),
    Column("grade", "count", "评估等级", "assessed grade, 1 to 5; 5 needs a place the most"),
    Column("listed", "time", "列入轮候", "put on the waitlist"),
    Column("unlisted", "time", "退出轮候", "given a place, or gave up; NaT if still waiting"),
)

PLACES = (
    Column("place_row", "text", "床位托位", "row of places.csv"),
    Column("point", "text", "服务站点", "point they are at"),
    Column("kind", "text", "类别", "kind of place"),
    Column("count", "count", "数量", "how many"),
    Column("places_per_carer", "count", "每名照护人数", "places per caregiver; 0: none needed"),
    Column("carer_skill", "text", "照护技能", "skill those caregivers need; empty: anybody"),
)

PLACE_OPEN = (
    Column("place_row", "text", "床位托位", "row of places.csv"),
    Column("start", "time", "开", "opens"),
    Column("end", "time", "关", "closes; the run's end where it closes later"),
)

ADMISSIONS = (
    Column("service", "text", "服务项目", "service of mode place"),
    Column("kinds", "text", "类别", "kinds of places taken at once, a|b"),
    Column("waitlist", "text", "轮候", "none, fcfs or grade"),
)
