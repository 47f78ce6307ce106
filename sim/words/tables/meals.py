"""Columns of the tables of meals, delivery rounds and kitchens."""

from __future__ import annotations

from sim.words.tables.column import Column

MEALS = (
    Column("order", "id", "工单号", "order for delivery that a kitchen took"),
    Column("kitchen", "name", "供餐厨房", "kitchen that fills it", "kitchens"),
    Column("left", "time", "出餐", "leaves the kitchen; NaT after the run's end"),
    Column("ready", "time", "到助餐点", "is at the meal point, orders.point; NaT after the run's "
           "end"),
    Column("hand", "code", "取送方式", "who brings it, or whether it is eaten there", "Hand"),
    Column("round", "id", "送餐趟号", "round that it left on, or -1"),
    Column("stop", "id", "第几户", "0 first home of the round, 1 second, ...; -1 none"),
)
ROUNDS = (
    Column("round", "id", "送餐趟号", "row number"),
    Column("point", "name", "服务站点", "meal point it leaves from", "points"),
    Column("kitchen", "name", "供餐厨房", "kitchen that filled the orders", "kitchens"),
    Column("service", "name", "服务项目", "what is delivered", "services"),
    Column("opened", "time", "开始装", "the first order joined it"),
    Column("closed", "time", "装好", "nothing more joins it: it may leave"),
    Column("cause", "code", "装好原因", "why it was closed", "RoundCause"),
    Column("caregiver", "name", "护理员", "who delivers", "staff"),
    Column("departed", "time", "出发", "left the point; NaT if it never did"),
    Column("ended", "time", "送完",
           "the last door closed, or turned back; if it never left: all its orders cancelled"),
    Column("meals", "count", "份数", "orders on it as it was closed; some may have been cancelled "
           "before it left"),
    Column("planned_min", "number", "计划用时",
           "noise-free travel and mean time at the doors, minutes; 0 if it never left"),
)
KITCHENS = (
    Column("kitchen", "text", "供餐厨房", "row of kitchens.csv"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("point", "text", "所在站点", "where it cooks"),
    Column("meal_points", "text", "助餐点", "points it supplies, a|b"),
    Column("services", "text", "供应项目", "deliveries it fills, a|b, or all"),
    Column("capacity_per_day", "count", "每日供餐量", "orders it can fill on one date"),
    Column("kmh", "number", "运送车速", "speed from the kitchen to other meal points"),
)
KITCHEN_HOURS = (
    Column("kitchen", "text", "供餐厨房", "row of kitchens.csv"),
    Column("start", "time", "开始供餐", "meals may leave and be handed over from then"),
    Column("end", "time", "停餐", "until then"),
)
