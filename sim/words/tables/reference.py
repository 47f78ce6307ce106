"""Columns of the tables that a run does not make but that reading one needs."""

from __future__ import annotations

from sim.words.tables.column import Column
from sim.words.tables.money import FUNDS
from sim.words.tables.plans import PLANS

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
