"""Every column of every output table: the data dictionary that docs and readers are made from.

A column's ``kind`` says how it is stored:

========== =====================================================================
``id``      whole number naming a row, here or in another table; -1 where nothing
``count``   whole number
``number``  float
``yes``     boolean
``time``    ``datetime64[ms]``, local wall clock; NaT where it never happened
``code``    categorical over the members of an enum of :mod:`sim.words.kinds` (``of``)
``name``    categorical over ids of the scenario's table or section ``of``
``text``    text, in reference tables only
========== =====================================================================
"""

from __future__ import annotations

from sim.words.column import Column as Column
from sim.words.money import FUNDS
from sim.words.plans import PLANS

REQUESTS = (
    Column("request", "id", "诉求编号", "row number of the request in its workload"),
    Column("stream", "name", "需求来源", "row of requests.csv that produced it", "requests"),
    Column("channel", "name", "渠道", "how it came", "channels"),
    Column("service", "name", "服务项目", "what is asked for", "services"),
    Column("mode", "name", "服务方式", "visit, advice, place or delivery", "modes"),
    Column("priority", "count", "优先级", "class of the service; 0 goes first"),
    Column("group", "name", "人群", "population group of the client", "groups"),
    Column("zone", "name", "镇街", "zone of the client's home", "zones"),
    Column("client", "id", "服务对象", "the client's number"),
    Column("caller", "name", "来电人", "who rings: client, relative, cadre, device", "callers"),
    Column("x_km", "number", "东距", "home, km east of the county's centre"),
    Column("y_km", "number", "北距", "home, km north of the county's centre"),
    Column("requested", "time", "诉求时间", "first attempt, or portal or plan entry"),
    Column("window_open", "time", "预约开始", "booked: earliest wished start; else NaT"),
    Column("window_close", "time", "预约结束", "booked: latest wished start; else NaT"),
    Column("due", "time", "应到时限", "response target or window's close; NaT if neither"),
    Column("false_alarm", "yes", "误报", "a button press with no need behind it"),
)

CALLS = (
    Column("call", "id", "通话编号", "row number"),
    Column("request", "id", "诉求编号", "request the call is about"),
    Column("attempt", "count", "第几次",
           "0 first attempt, 1 first redial, ...; of a chase: its number"),
    Column("kind", "code", "类型", "first, redial, chase; outbound call_back, message", "CallKind"),
    Column("channel", "name", "渠道", "channel of the request", "channels"),
    Column("skill", "name", "技能", "operator skill needed", "skills"),
    Column("priority", "count", "队列级别", "queue class; 0 button, 1 other inbound, 2 outbound"),
    Column("caller", "name", "来电人", "who rings", "callers"),
    Column("arrived", "time", "呼入", "came in (outbound: was put on the list)"),
    Column("answered", "time", "接通",
           "an operator (or the duty phone) began to talk; NaT if nobody"),
    Column("talk_end", "time", "挂机", "end of the talk"),
    Column("wrap_up_end", "time", "话后完毕", "operator free again; NaT on the duty phone"),
    Column("left", "time", "离线",
           "line freed: talk end, abandonment, blocking, closing; NaT if still there"),
    Column("outcome", "code", "结果", "how the attempt ended", "CallOutcome"),
    Column("operator", "name", "接线员", "who answered", "staff"),
)

ORDERS = (
    Column("order", "id", "工单号", "row number"),
    Column("request", "id", "诉求编号", "request it serves"),
    Column("client", "id", "服务对象", "the client's number"),
    Column("zone", "name", "镇街", "zone of the home", "zones"),
    Column("group", "name", "人群", "population group", "groups"),
    Column("service", "name", "服务项目", "service ordered", "services"),
    Column("channel", "name", "渠道", "how the request came", "channels"),
    Column("priority", "count", "优先级", "class; 0 goes first"),
    Column("crew", "count", "人数", "caregivers needed at once"),
    Column("requested", "time", "诉求时间", "first attempt, or portal or plan entry"),
    Column("call_arrived", "time", "呼入",
           "the attempt that was answered came in; else = requested"),
    Column("answered", "time", "接通", "that attempt was answered; else = call_arrived"),
    Column("created", "time", "受理", "order written"),
    Column("offered", "time", "派单", "first offer; NaT if never offered"),
    Column("accepted", "time", "接单", "a point accepted; NaT if none"),
    Column("eligible", "time", "可派时间",
           "joined the waiting list: accepted, or booked: window opening minus planned travel"),
    Column("gathering", "time", "召集",
           "whoever goes is found, or the gathering of a crew begins; = departed where nobody is "
           "held"),
    Column("departed", "time", "出发", "the crew left"),
    Column("arrived", "time", "签到", "the last of the crew was at the home"),
    Column("started", "time", "开始", "service began (no_show: somebody knocked)"),
    Column("ended", "time", "办结", "service (no_show: door time) ended"),
    Column("called_back", "time", "回访", "call-back talk ended"),
    Column("cancelled", "time", "取消", "cancelled"),
    Column("window_open", "time", "预约开始", "booked: earliest wished start"),
    Column("window_close", "time", "预约结束", "booked: latest wished start"),
    Column("due", "time", "应到时限", "response target or window's close"),
    Column("point", "name", "服务站点", "point that accepted", "points"),
    Column("offers", "count", "派单次数", "offers made, escalation included"),
    Column("rejected", "count", "退单次数", "offers rejected"),
    Column("timed_out", "count", "超时次数", "offers timed out"),
    Column("escalated", "yes", "督办", "handed to a point that must take it"),
    Column("borrowed", "yes", "跨站", "done by a caregiver of another point"),
    Column("preempted", "count", "被抢次数",
           "caregivers on the way to it who were turned around for an emergency"),
    Column("chases", "count", "催单次数", "chasing calls made"),
    Column("state", "code", "状态", "the last state reached", "OrderState"),
    Column("reason", "code", "取消原因", "why cancelled", "CancelReason"),
)

OFFERS = (
    Column("order", "id", "工单号", "order offered"),
    Column("offer", "count", "第几次", "0 first offer, 1 second, ..."),
    Column("point", "name", "服务站点", "point asked", "points"),
    Column("offered", "time", "派单", "offer made"),
    Column("closed", "time", "答复", "offer answered, timed out or withdrawn; NaT if open"),
    Column("result", "code", "结果", "how it ended", "OfferResult"),
)

VISITS = (
    Column("visit", "id", "上门编号", "row number; one row per order and caregiver"),
    Column("order", "id", "工单号", "order visited"),
    Column("caregiver", "name", "护理员", "who went", "staff"),
    Column("point", "name", "所属站点", "the caregiver's own point", "points"),
    Column("held", "time", "预留", "began to be held for this order; = departed if not held"),
    Column("departed", "time", "出发", "left"),
    Column("arrived", "time", "签到", "reached the home"),
    Column("started", "time", "开始", "service began (no_show: knocked)"),
    Column("ended", "time", "结束", "free again"),
    Column("turned_back", "time", "中途折返",
           "called away to an emergency on the way there (of a round: the kitchen stopped); NaT if "
           "not"),
    Column("from_x_km", "number", "出发东距", "left from, km east of the county's centre"),
    Column("from_y_km", "number", "出发北距", "left from, km north of the county's centre"),
    Column("km", "number", "公里",
           "road distance to the home (turned back: as much of it as by plan lay behind)"),
    Column("planned_min", "number", "计划路程", "noise-free travel time, minutes"),
    Column("no_show", "yes", "无人在家", "nobody was at home"),
)

TIMESHEET = (
    Column("staff", "name", "人员", "operator or caregiver", "staff"),
    Column("role", "code", "岗位", "operator or caregiver", "StaffRole"),
    Column("point", "name", "站点", "the caregiver's own point", "points"),
    Column("shift_date", "time", "班次日期", "date on which the shift began"),
    Column("state", "code", "状态", "what this person was doing", "StaffState"),
    Column("reason", "code", "空闲原因", "why idle", "IdleReason"),
    Column("start", "time", "开始", "from"),
    Column("end", "time", "结束", "until"),
    Column("overtime", "yes", "加班", "after the rostered end of the shift"),
    Column("order", "id", "工单号", "order worked on, or -1"),
    Column("call", "id", "通话编号", "call worked on, or -1"),
    Column("km", "number", "公里", "road distance, travel and return only"),
)

ROSTER = (
    Column("staff", "name", "人员", "operator or caregiver", "staff"),
    Column("role", "code", "岗位", "operator or caregiver", "StaffRole"),
    Column("staff_group", "name", "班组", "row of operators.csv or caregivers.csv", "staff_groups"),
    Column("point", "name", "站点", "the caregiver's own point", "points"),
    Column("shift", "name", "班次", "row of shifts.csv", "shifts"),
    Column("shift_date", "time", "班次日期", "date on which the shift begins"),
    Column("start", "time", "上班", "rostered start"),
    Column("end", "time", "下班", "rostered end"),
    Column("absent", "yes", "缺勤", "did not come"),
    Column("signed_in", "time", "签入", "came on duty; NaT if absent"),
    Column("signed_out", "time", "签出", "left; NaT if absent or still there"),
    Column("breaks", "count", "应休次数", "breaks due"),
    Column("breaks_missed", "count", "未休次数", "breaks for which no free moment came"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "requests": REQUESTS,
    "calls": CALLS,
    "orders": ORDERS,
    "offers": OFFERS,
    "visits": VISITS,
    "timesheet": TIMESHEET,
    "roster": ROSTER,
}
"""Table name -> its columns, in file order."""

ZONES = (
    Column("zone", "text", "镇街", "row of zones.csv"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("x_km", "number", "东距", "centroid, km east of the county's centre"),
    Column("y_km", "number", "北距", "centroid, km north of the county's centre"),
    Column("area_km2", "number", "面积", "area, km2"),
    Column("road_factor", "number", "道路系数", "multiplies road distances here"),
    Column("population", "count", "人口", "all residents"),
)

POINTS = (
    Column("point", "text", "服务站点", "row of points.csv"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("zone", "text", "镇街", "zone it stands in"),
    Column("x_km", "number", "东距", "km east of the county's centre"),
    Column("y_km", "number", "北距", "km north of the county's centre"),
    Column("level", "text", "层级", "county, town or village"),
    Column("organisation", "text", "运营方", "who runs it"),
    Column("services", "text", "服务项目", "ids of the services offered, a|b"),
    Column("kmh", "number", "车速", "speed by which its distance is judged"),
)

ORGANISATIONS = (
    Column("organisation", "text", "运营机构", "row of organisations.csv"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("zones", "text", "服务区域", "ids of the zones of its territory, a|b; empty: all"),
)

PRICES = (
    Column("point", "text", "服务站点", "row of points.csv"),
    Column("service", "text", "服务项目", "row of services.csv"),
    Column("price_yuan", "number", "价格",
           "price of an order done by this point, yuan; only where it is not the service's own"),
)

SERVICES = (
    Column("service", "text", "服务项目", "row of services.csv"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
    Column("mode", "text", "服务方式", "visit, advice, place or delivery"),
    Column("skill", "text", "技能", "caregiver skill needed"),
    Column("grade", "count", "等级", "least caregiver grade"),
    Column("crew", "count", "人数", "caregivers needed at once"),
    Column("priority", "count", "优先级", "class; 0 goes first"),
    Column("target_min", "number", "响应时限", "response target, minutes; NaN if none"),
    Column("window_min", "number", "预约时段", "width of the booked window, minutes; NaN if none"),
    Column("price_yuan", "number", "价格", "price, yuan"),
    Column("mean_min", "number", "平均时长", "mean minutes at the home"),
    Column("round_size", "count", "每趟份数", "delivery: orders of a round at most"),
    Column("round_wait_min", "number", "等装满", "delivery: minutes that a round waits to fill up"),
    Column("lead_h", "number", "提前小时", "booked: least time between order and window"),
    Column("cut_off_min", "number", "截止时刻",
           "orders later than this, in minutes after midnight, are too late for the day; NaN if "
           "none"),
    Column("late_orders", "text", "迟到的订单", "next_day or refuse"),
)

STAFF = (
    Column("staff", "text", "人员", "group and number in it: xinhu-day-3"),
    Column("role", "text", "岗位", "operator or caregiver"),
    Column("staff_group", "text", "班组", "row of operators.csv or caregivers.csv"),
    Column("point", "text", "站点", "home point; empty for operators"),
    Column("kind", "text", "类别", "staff, peer or volunteer"),
    Column("skills", "text", "技能", "a|b"),
    Column("grade", "count", "等级", "1 lowest"),
    Column("mode", "text", "交通方式", "travel mode; empty for operators"),
    Column("pay_yuan_per_month", "number", "月工资", "wage, yuan a month"),
    Column("yuan_per_km", "number", "每公里费用", "cost of the travel mode"),
    Column("kmh", "number", "车速", "speed of the travel mode"),
)

SETTINGS = (
    Column("key", "text", "键", "dotted key of scenario.toml"),
    Column("value", "text", "值", "its value, as JSON"),
)

COVERAGE = (
    Column("zone", "text", "镇街", "zone of the homes"),
    Column("group", "text", "人群", "population group"),
    Column("service", "text", "服务项目", "service"),
    Column("clients", "number", "人数", "people of the group"),
    Column("near", "number", "圈内人数", "those with a point offering it within circle_min"),
)

OPEN = (
    Column("what", "text", "何处", "hotline, or a point"),
    Column("start", "time", "开", "opens"),
    Column("end", "time", "关", "closes"),
)

DAYS = (
    Column("date", "time", "日期", "a simulated date"),
    Column("weekday", "count", "按星期几", "0 Monday; a holiday counts as a Sunday"),
    Column("holiday", "yes", "节假日", "calendar holiday"),
    Column("speed_factor", "number", "车速系数", "multiplies every travel speed"),
)

MINUTES = (
    Column("start", "text", "起点", "zone or point"),
    Column("end", "text", "终点", "zone or point"),
    Column("minutes", "number", "分钟", "noise-free travel, only where the scenario has a matrix"),
)

BREAKS = (
    Column("shift", "text", "班次", "row of shifts.csv"),
    Column("opens_min", "number", "窗口开始", "window, minutes after midnight of the shift's date"),
    Column("closes_min", "number", "窗口结束", "its end; past 1440 on the next day"),
    Column("length_min", "number", "时长", "length of the break, minutes"),
)

GROUPS = (
    Column("group", "text", "人群", "population group"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
)

CALLERS = (
    Column("caller", "text", "来电人", "kind of caller"),
    Column("name_zh", "text", "中文名", "Chinese name"),
    Column("name_en", "text", "英文名", "English name"),
)

REFERENCE: dict[str, tuple[Column, ...]] = {
    "zones": ZONES,
    "points": POINTS,
    "organisations": ORGANISATIONS,
    "prices": PRICES,
    "services": SERVICES,
    "staff": STAFF,
    "settings": SETTINGS,
    "coverage": COVERAGE,
    "open": OPEN,
    "days": DAYS,
    "minutes": MINUTES,
    "breaks": BREAKS,
    "groups": GROUPS,
    "callers": CALLERS,
    "funds": FUNDS,
    "plans": PLANS,
}
"""Tables that a run does not make but that reading one needs; stored as ``reference-<name>``."""
