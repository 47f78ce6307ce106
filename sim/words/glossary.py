"""The field's terms, in Chinese and English.

``term("abandonment", "zh")`` is what a person reads. States have their names in
:mod:`sim.words.state_names`, measures in the catalogue of measures, columns in
:mod:`sim.words.tables`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


class Term(NamedTuple):
    """A word of the field: its two names, and what it means."""

    zh: str
    en: str
    meaning_zh: str
    meaning_en: str

    def name(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def meaning(self, lang: Lang) -> str:
        return self.meaning_zh if lang == "zh" else self.meaning_en


TERMS: dict[str, Term] = {
    # calls
    "offered": Term("呼入量", "calls offered", "打进来的电话，重拨和催单都算",
                    "every attempt to ring in, redials and chasing calls included"),
    "answered": Term("接通", "answered", "有接线员开始通话", "an operator began to talk"),
    "abandonment": Term("放弃", "abandonment", "排队时挂断", "hanging up while in the queue"),
    "blocking": Term("占线", "blocked", "中继线全忙，打不进来", "all lines taken: the busy tone"),
    "closed": Term("非工作时间来电", "closed", "热线不开放时打来",
                   "came while the hotline was shut"),
    "overflow": Term("转上级", "overflow", "等得太久，转到市、省12345",
                     "waited too long and was passed to the city's or the province's 12345"),
    "tier": Term("上级热线", "tier above", "县热线之上的市、省12345",
                 "the 12345 of the city or of the province, above the county's hotline"),
    "handed_down": Term("转办", "handed down", "上级接听后转回县里办的工单",
                        "answered above, and sent down to the county as an order"),
    "virtual_hold": Term("虚拟排队", "virtual hold",
                         "来电人先挂机，保留排队位置，轮到时由接线员打回",
                         "the caller hangs up, keeps the place in the queue, and is phoned"),
    "redial": Term("重拨", "redial", "占线或放弃后再打",
                   "ringing again after being blocked or giving up"),
    "lost": Term("未打通者", "lost caller", "打过而始终没人接，不再打了",
                 "rang, was never answered, and stopped trying"),
    "service_level": Term("服务水平", "service level",
                          "在规定秒数内接通的电话占接通与放弃之和的比例",
                          "share of answered and abandoned calls that were answered within the "
                          "acceptable wait"),
    "connection_rate": Term("接通率", "connection rate", "接通的电话占呼入量的比例",
                            "share of calls offered that were answered"),
    "patience": Term("耐心", "patience", "愿意等多久", "how long somebody is willing to wait"),
    "talk": Term("通话", "talk", "接线员与来电人通话的时间",
                 "time in conversation with an operator"),
    "wrap_up": Term("话后处理", "wrap-up", "挂机后填写工单，此时不能接电话",
                    "writing up after the talk; the operator is not free"),
    "occupancy": Term("坐席占用率", "occupancy", "通话、话后处理和回访占签入时间的比例",
                      "talk, wrap-up and call-backs as a share of the time signed in"),
    "erlang": Term("爱尔兰", "erlang", "话务量：平均同时占用的接线员数",
                   "offered load: operators busy at once, on average"),
    "line": Term("中继线", "trunk line", "从打进到挂断占用的线路",
                 "the line a caller holds from ringing in to hanging up"),
    "operator": Term("接线员", "operator", "接电话、开工单、做回访的人",
                     "answers calls, writes orders, makes call-backs"),
    "call_back": Term("回访", "call-back", "办结后打电话问是否满意",
                      "ringing a served client to ask how it went"),
    "chase": Term("催单", "chasing call", "工单迟了，来电催问",
                  "a client whose order is late rings again"),
    # orders
    "request": Term("诉求", "request", "一位服务对象在某时要一项服务",
                    "one client needs one service at one time"),
    "order": Term("工单", "work order", "一位服务对象的一项服务，从受理到办结",
                  "one service for one client, from its writing to completion"),
    "dispatch": Term("派单", "dispatch", "把工单派给一个服务站点",
                     "offering an order to a service point"),
    "accept": Term("接单", "acceptance", "站点同意办理", "the point takes the order"),
    "reject": Term("退单", "rejection", "站点不接，改派别处",
                   "the point declines; it is offered elsewhere"),
    "escalated": Term("督办", "escalated", "多次派不出去，指定一个站点必须办",
                      "nobody took it: one point is told that it must"),
    "grab": Term("抢单", "grabbing", "工单给范围内所有站点或护理员看，谁先响应归谁",
                 "an order is shown to everybody in range; the first to react takes it"),
    "pool": Term("统一排队", "pool", "全县一个队列，谁空了谁就近接",
                 "one queue for the county; whoever is free takes the best order near by"),
    "reoptimise": Term("重新匹配", "re-optimisation",
                       "每隔一段时间把等待的工单与各站空闲护理员整体配对，使路程与迟到之和最小",
                       "at intervals waiting orders and the free caregivers of all points are "
                       "matched at once, at the least sum of travel and lateness"),
    "gathering": Term("召集", "gathering", "等齐所需人数",
                      "holding caregivers until the crew is complete"),
    "score": Term("加权评分", "score", "把各项特征乘以权重相加，和最小者优先",
                  "features times weights, added up; the least sum goes first"),
    "reserve": Term("备勤", "reserve", "站点留着不派普通工单、专等紧急工单的人数",
                    "how many of a point's caregivers are kept free for emergencies"),
    "preempted": Term("中途折返", "called away",
                      "护理员在去普通工单的路上被调去紧急工单，原工单排回同级首位",
                      "a caregiver on the way to an ordinary order is turned around for an "
                      "emergency; the order left behind is first of its class again"),
    "early_wait": Term("早到等候", "early wait", "到得早，等到约定时间或等同伴",
                       "arrived before the agreed time or before the rest of the crew"),
    "response": Term("响应时间", "response time", "从第一次来电到服务开始",
                     "from the first attempt to ring until the service starts"),
    "on_time": Term("按时", "on time", "在时限或预约时段内开始",
                    "started within its target or window"),
    "completion": Term("办结", "completion", "服务做完", "the service was done"),
    "cancelled": Term("取消", "cancelled", "出发前取消", "given up before anybody set out"),
    "no_show": Term("无人在家", "nobody home", "上门时家里没人", "the caregiver knocked in vain"),
    "backlog": Term("积压", "backlog", "已受理而未开始的工单", "orders written and not yet begun"),
    "care_plan": Term("照护计划", "care plan", "不用来电、按周、月、年定期上门的安排",
                      "visits that come again each week, month or year without a call"),
    "unfunded": Term("无资金", "unfunded", "受理时没有资金可付，本人也不付的工单",
                     "an order for which, when it was written, no payer was found"),
    "fund": Term("资金", "fund", "为服务付款的购买经费、保险或积分卡，有年额度和每人限额",
                 "a purchase budget, insurance or card that pays for services, within limits for "
                 "the year and the client"),
    "booked": Term("预约", "booking", "约好时段的服务", "a service wished for in a stated window"),
    "false_alarm": Term("误报", "false alarm", "按了一键呼叫而没有事",
                        "a button press with no need behind it"),
    # people and places
    "expert": Term("专家", "expert", "远程（视频）服务的康复师、医生，或驻点医生",
                   "therapists and doctors who serve by video, or in the house they work in"),
    "client": Term("服务对象", "client", "需要服务的人", "a person who needs care"),
    "caregiver": Term("护理员", "caregiver", "上门服务的人", "goes to the home and does the work"),
    "point": Term("服务站点", "service point", "护理员出发和返回的地方",
                  "where caregivers start from and go back to"),
    "organisation": Term("运营机构", "organisation",
                         "运营服务站点的单位，有自己的服务区域、价格和接单意愿",
                         "runs service points, with a territory, prices and acceptance of its own"),
    "zone": Term("镇街", "zone", "镇、街道、社区或村", "a town, street, community or village"),
    "utilisation": Term("接线员工时利用率", "operators' paid time used",
                        "通话、话后处理和回访占付薪的排班工时（缺勤也算）的比例",
                        "talk, wrap-up and call-back as a share of paid rostered time, absences "
                        "included"),
    "caregiver_utilisation": Term("护理员利用率", "caregivers' utilisation",
                        "上门路上、等候和服务占在岗时间（除休息）的比例",
                        "travel, early waiting and service as a share of time on duty less breaks"),
    "borrowing": Term("跨站支援", "borrowing", "空闲护理员去帮邻近站点",
                      "an idle caregiver helps a neighbouring point"),
    "crew": Term("同行人数", "crew", "一项服务同时需要的护理员",
                 "caregivers needed at the same time"),
    "kitchen": Term("供餐厨房", "kitchen", "做饭并供应助餐点的厨房，每天供餐量有限",
                    "where meals are cooked for its meal points, so many a day"),
    "meal_point": Term("助餐点", "meal point", "饭菜从这里送到家、由村干部捎带或就地用餐",
                       "where meals leave for the homes, are fetched by a cadre, or eaten"),
    "round": Term("一趟送餐", "delivery round", "一人一次出门连送的几户，按就近顺序",
                  "several homes served on one way, the nearest first"),
    "wave": Term("出餐时间", "wave", "一批饭菜离开厨房的时刻",
                 "the time at which the meals of one sitting leave the kitchen"),
    "shift": Term("班次", "shift", "排定的上班时间", "rostered hours of work"),
    "overtime": Term("加班", "overtime", "排定下班之后的工作", "work after the rostered end"),
    "circle": Term("15分钟养老服务圈", "15-minute circle",
                   "从服务站点到家的计划路程不超过规定分钟数",
                   "homes within the stated minutes of planned travel from a point"),
    "nominal_coverage": Term("名义覆盖率", "nominal coverage", "家在服务圈内的人的比例",
                             "share of clients whose home lies within the circle"),
    "effective_coverage": Term("实际覆盖率", "effective coverage",
                               "真正在规定分钟内到达的诉求的比例",
                               "share of requests actually reached within those minutes"),
    # places
    "place": Term("床位与托位", "place", "站点里的床位、日托席位或托位",
                  "a bed, day-care seat or child-care place at a point"),
    "stay": Term("入住", "stay", "从到站占用到离开", "from coming to a place until leaving it"),
    "waitlist": Term("轮候", "waitlist", "没有空位时排队等候，按评估等级或先后",
                     "waiting for a place to fall free, by assessed grade or first come"),
    "refused": Term("已满", "refused", "可及范围内没有空位",
                    "every suitable place within reach was taken"),
    "tied": Term("在站照护", "tied to the house", "照看在站服务对象、不能上门的护理员",
                 "caregivers who look after the occupied places and cannot go out"),
    # the study
    "warm_up": Term("预热期", "warm-up", "先运行而不计入的天数",
                    "days simulated first and not counted"),
    "cool_down": Term("收尾期", "cool-down", "统计期之后继续运行的天数，让已计入的诉求办完",
                      "days simulated after the counted ones, so that what was counted can end"),
    "replication": Term("重复", "replication", "同一方案换一组随机数再算一遍",
                        "the same scenario with another set of chances"),
    "interval": Term("95%置信区间", "95 % interval", "重复更多次，平均值多半落在其中",
                     "where the mean would probably lie after many more replications"),
    "usual": Term("固定护理员", "usual caregiver", "到这位服务对象家次数最多的护理员",
                  "who has come to a client most often"),
    "continuity": Term("服务连续性", "continuity", "再次上门由固定护理员承担的比例",
                       "share of repeat visits by the usual caregiver"),
    "turnover": Term("流动率", "turnover", "一年里离职的人占在岗人数的比例",
                     "people who leave in a year, per filled post"),
    "vacancy": Term("空缺", "vacancy", "有人离职到新人上岗之间",
                    "from a departure until a recruit works"),
    "shock": Term("冲击", "shock", "从某时到某时的意外：流感、热浪、缺人、关站、断线",
                  "what befalls a county for a while: influenza, a heat wave, missing staff, a "
                  "point closed, an outage"),
    "recovery": Term("恢复时间", "recovery", "冲击过后，积压或等待回到平常所需的时间",
                     "time after a shock until backlog or waiting is ordinary again"),
    "opening": Term("开张", "opening", "热线新开，知道号码的人逐周增加",
                    "a new hotline, whose number becomes known over weeks"),
    "scenario": Term("方案", "scenario", "一个县的全部设定", "a whole county, written down"),
}
"""Key -> term. The order is the order of the printed glossary."""


def term(key: str, lang: Lang) -> str:
    """What a term of the field is called; ``KeyError`` if it is not in the glossary."""
    return TERMS[key].name(lang)
