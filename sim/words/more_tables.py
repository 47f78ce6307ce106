"""Columns of the output tables that only runs with their mechanism have; as in
:mod:`sim.words.tables`."""

from __future__ import annotations

from sim.words.column import Column
from sim.words.grabs import GRABS
from sim.words.money import PAYMENTS
from sim.words.places import ADMISSIONS, PLACE_OPEN, PLACES, STAYS, WAITLIST
from sim.words.tables import TABLES

PASSED = (
    Column("call", "id", "通话编号", "call passed to the tier"),
    Column("tier", "name", "上级热线", "entry of [tiers]", "tiers"),
    Column("passed", "time", "转来", "passed on by the county or by the tier below"),
    Column("joined", "time", "进入队列", "could be answered: the transfer was over"),
    Column("answered", "time", "接通", "a seat began to talk"),
    Column("talk_end", "time", "挂机", "end of the talk"),
    Column("wrap_up_end", "time", "话后完毕", "the seat was free again"),
    Column("left", "time", "离开",
           "talk end, hang-up or passed to the next tier; NaT if still there"),
    Column("outcome", "code", "结果", "answered, abandoned, overflowed to the next tier, waiting",
           "CallOutcome"),
    Column("settled", "yes", "当场办结", "settled by the tier: nothing comes down"),
    Column("handed_down", "time", "转办",
           "comes down to the county; an order where it needs a visit"),
)

HELD = (
    Column("call", "id", "通话编号", "call whose caller went on virtual hold"),
    Column("held", "time", "挂机保留", "hung up, keeping the place in the queue"),
)

DIALS = (
    Column("call", "id", "通话编号", "call on virtual hold"),
    Column("number", "count", "第几次", "0 first try, 1 second, ...; in vain, all of them"),
    Column("operator", "name", "接线员", "who phoned", "staff"),
    Column("start", "time", "拨打", "began to ring"),
    Column("end", "time", "作罢", "nobody had picked up; NaT if still ringing"),
)

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

MORE: dict[str, tuple[Column, ...]] = {
    "payments": PAYMENTS,
    "stays": STAYS,
    "waitlist": WAITLIST,
    "passed": PASSED,
    "held": HELD,
    "dials": DIALS,
    "consults": CONSULTS,
    "sessions": SESSIONS,
    "meals": MEALS,
    "rounds": ROUNDS,
    "grabs": GRABS,
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

MORE_REFERENCE: dict[str, tuple[Column, ...]] = {
    "shocks": SHOCKS,
    "people": PEOPLE,
    "gaps": GAPS,
    "places": PLACES,
    "place_open": PLACE_OPEN,
    "admissions": ADMISSIONS,
    "kitchens": KITCHENS,
    "kitchen_hours": KITCHEN_HOURS,
}
"""Reference tables that only scenarios with their mechanism have, stored as
``reference-<name>``."""
