"""Every statement that must always be true, and whether the tables of a run keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.check import agree, totals
from sim.check.dispatch import fit, idle, modes, offers, orders, reserve, territory, urgent, visits
from sim.check.ground.facts import Facts, visits_only
from sim.check.ground.findings import EXAMPLES, Broken, Violation, describe
from sim.check.hotline import calls, hold, shocks, tiers
from sim.check.services import funding, places, plans, remote, rounds, waitlist
from sim.check.staff import duties, sheets
from sim.log import Result


class Statement(NamedTuple):
    """What must be so, in both languages, and how to find the rows where it is not."""

    rule: str
    en: str
    zh: str
    find: Callable[[Facts], Iterator[Broken]]
    visits: bool = False
    """whether it speaks of orders for visits only, and looks at no others"""


STATEMENTS = (
    Statement("ids_unique", "every row has a number of its own", "编号不重复", agree.ids_unique),
    Statement("references_resolve", "what a row refers to exists", "所引用的编号和名称都存在",
              agree.references_resolve),
    Statement("inside_the_run", "nothing happens before the run or after it",
              "所有时间都在模拟期内", orders.inside_the_run),
    Statement("requests_repeat_services",
              "a request's mode, class and time limit are those of its service and window",
              "诉求的方式、级别和时限与服务项目、预约时段一致", agree.requests_with_services),
    Statement("calls_repeat_requests",
              "a call's channel, caller and class are those of its request",
              "通话的渠道、来电人和级别与诉求一致", agree.calls_with_requests),
    Statement("rosters_repeat_staff", "roles, points and groups are those of the staff",
              "岗位、站点和班组与人员一致", agree.staff_with_rosters),
    # the hotline
    Statement("offered_adds_up",
              "calls offered = answered + abandoned + blocked + closed + overflowed + waiting, "
              "hour by hour",
              "每小时呼入量 = 接通 + 放弃 + 占线 + 非工作时间 + 转上级 + 仍在排队",
              calls.offered_adds_up),
    Statement("outcome_fits_times", "a call's outcome agrees with its times and operator",
              "通话结果与各时刻、接线员相符", calls.outcome_fits_times),
    Statement("call_times_rise", "the times of a call never decrease", "通话各时刻先后不颠倒",
              calls.times_rise),
    Statement("one_caller_at_a_time", "an operator talks to one caller at a time",
              "接线员同一时刻只接一个电话", calls.one_caller_at_a_time),
    Statement("operator_can", "who answers is an operator with the skill the call needs",
              "接电话的是具备所需技能的接线员", calls.operator_can),
    Statement("first_come_first_served", "calls of a class are taken first come first served",
              "同级别来电先到先接", calls.first_come_first_served),
    Statement("better_class_first",
              "buttons go before other calls, and callers before outbound calls",
              "一键呼叫优先于其他来电，来电优先于外呼", calls.better_class_first),
    Statement("no_idle_operator", "no operator is idle while a call waits that he could take",
              "有能接的电话在等时，接线员不空闲", calls.no_idle_operator),
    Statement("lines_suffice", "no more lines are in use than there are", "占用的中继线不超过总数",
              calls.lines_suffice),
    Statement("blocked_only_when_full", "a call is blocked only when all lines are taken",
              "只有线路全忙才占线", calls.blocked_only_when_full),
    Statement("lines_out_of_order",
              "while lines are out of order, no more calls are let in than lines are left",
              "线路中断时，打进来的电话不超过剩下的线路", shocks.lines_out_of_order),
    Statement("shut_by_a_shock",
              "a hotline or point that a shock closes takes no calls, no offers",
              "冲击期间关闭的热线不接电话，关闭的站点不接单", shocks.shut_by_a_shock),
    Statement("redials_in_sequence", "a redial follows an attempt that was blocked or given up",
              "重拨只发生在占线或放弃之后，且依次编号", calls.redials_in_sequence),
    Statement("passed_on",
              "a call is passed up when it has waited as long as it may, to one tier after another",
              "来电等满规定时间才转上级，逐级转", tiers.passed_on),
    Statement("tier_times", "what a tier did agrees with its times, and they rise",
              "上级热线的结果与各时刻相符，先后不颠倒", tiers.tier_times),
    Statement("tier_queues",
              "a tier serves first come first served, on no more seats than it has, none idle in "
              "vain",
              "上级热线先到先接，不超坐席数，有人等时坐席不空", tiers.tier_queues),
    Statement("handed_down", "what a tier did not settle comes down as an order",
              "上级未办结的来电转成县里的工单", tiers.handed_down),
    Statement("held_as_offered",
              "who is on virtual hold went there when it was offered, and stays in the queue",
              "虚拟排队在询问时开始，此后位置保留、不转上级", hold.held_as_offered),
    Statement("phoned_in_turn",
              "who does not pick up is phoned again after the pause, as often as is allowed",
              "打回无人接的，隔一段再打，不超过规定次数", hold.phoned_in_turn),
    Statement("answered_once", "a request is answered on one attempt at most",
              "一个诉求最多接通一次", calls.answered_once),
    Statement("outbound_has_a_cause",
              "call-backs follow served orders, chases late ones, and messages a closed hotline",
              "回访在办结之后，催单在逾期之后，留言回电在非工作时间来电之后",
              calls.outbound_has_a_cause),
    # orders and offers
    Statement("order_times_rise", "the times of an order never decrease, and none is skipped",
              "工单各时刻先后不颠倒，不跳步", orders.times_rise),
    Statement("last_state", "an order has exactly one last state, which agrees with its times",
              "工单只有一个最后状态，且与各时刻相符", orders.last_state),
    Statement("orders_repeat_requests", "an order repeats its request and its service faithfully",
              "工单与诉求、服务项目一致", agree.orders_with_requests),
    Statement("order_has_a_cause",
              "one order a request, and only where it was heard and needs a visit",
              "一个诉求最多一张工单，且确已受理、需要上门", orders.has_a_cause),
    Statement("nothing_forgotten",
              "every visit asked for on an answered call, or planned, has its order",
              "接通或计划的上门诉求都有工单", orders.nothing_forgotten),
    Statement("response_adds_up", "the parts of the response time add up to it",
              "响应时间各段之和等于总时间", orders.response_adds_up, visits=True),
    Statement("offers_in_sequence", "offers are made one after another until one is accepted",
              "派单依次进行，接单后不再派", offers.in_sequence),
    Statement("offers_end_as_they_should",
              "an offer is answered within the time-out, or times out exactly then",
              "派单在时限内答复，否则到时限即超时", offers.end_as_they_should),
    Statement("offers_make_the_order",
              "an order's counts, point and acceptance are those of its offers",
              "工单的派单次数、站点和接单时间与派单记录一致", offers.make_the_order),
    Statement("offered_to_candidates",
              "a point asked offers the service, is near enough and, unless for a booking, open",
              "只派给提供该服务、路程不超限且开放的站点", offers.offered_to_candidates,
              visits=True),
    Statement("mode_is_the_countys",
              "orders are shown to all, pooled or offered one by one as the offer mode wants",
              "工单按派单方式公开、统一排队或逐个派单", modes.mode_is_the_countys),
    Statement("first_to_react_wins",
              "an order shown to all is taken by the first to react who can, before the time-out",
              "公开的工单归时限内最先响应且能接的", modes.first_to_react_wins),
    Statement("nobody_is_passed_over",
              "who reacted first and did not get the order could not have taken it",
              "先响应而没抢到的确实接不了", modes.nobody_is_passed_over),
    Statement("pool_within_range",
              "who takes an order from the county's queue is near, and his point offers it",
              "从统一队列接单的人在范围内，且所属站点提供该服务", modes.pool_within_range),
    Statement("no_idle_pool",
              "nobody is free while an order waits in the county's queue that he could do near by",
              "统一队列里有就近能做的工单时，没有人空闲", modes.no_idle_pool),
    Statement("territory_kept",
              "organisations take orders, and send people, inside their territory only",
              "运营机构只在自己的服务区域内接单、派人", territory.territory_kept),
    Statement("eligible_in_time",
              "an order waits from acceptance; a booked one from its opening less the planned way",
              "接单即可派；预约的在时段开始前留出路程时可派", offers.eligible_in_time, visits=True),
    # care plans
    Statement("plans_as_written",
              "planned visits are as many as the plan says, on its dates and at its hours",
              "计划上门的次数、日期和钟点与计划一致", plans.plans_as_written),
    Statement("lapsed_at_the_end",
              "a planned visit for which nobody has set out by the end of its time is missed then",
              "到期仍无人出发的计划上门，到期即记为漏做", plans.lapsed_at_the_end),
    # money
    Statement("payments_make_the_price",
              "an order's price is promised in whole, or the order is unfunded",
              "工单的价款全部有着落，否则即为无资金", funding.payments_make_the_price),
    Statement("payments_follow_orders",
              "money is reserved when an order is written, paid when it is done, and released when "
              "it comes to nothing",
              "受理时预留，办结时支付，未办成即释放", funding.payments_follow_orders),
    Statement("funds_cover", "a fund pays only for its services and groups",
              "资金只支付规定的服务项目和人群", funding.funds_cover),
    Statement("funds_never_overpay",
              "a fund never promises more than it has, in all or for one client",
              "资金的预留与支付不超过总额和每人限额", funding.funds_never_overpay),
    Statement("unfunded_for_want_of_money",
              "an order is unfunded only if no fund that covers it could pay all of it",
              "只有能付的资金都付不起时，工单才无资金", funding.unfunded_for_want_of_money),
    # visits
    Statement("crew_complete", "as many different caregivers go as the order needs",
              "上门人数与所需人数相等，且不重复", visits.crew_complete, visits=True),
    Statement("crew_together", "a crew leaves together and begins when the last of it is there",
              "同行者一起出发，到齐才开始", visits.crew_together, visits=True),
    Statement("caregiver_suits",
              "who goes has the skill and the grade", "上门的人具备所需技能和等级",
              visits.caregiver_suits),
    Statement("only_own_villages",
              "caregivers go to homes in the zones they are for", "护理员只去自己负责的镇街、村",
              fit.only_own_villages),
    Statement("gender_as_required",
              "who goes has the client's gender where the service requires it",
              "服务要求同性别时，上门的人与服务对象同性别", fit.gender_as_required),
    Statement("borrowing_is_marked",
              "borrowed is an order done by another point's caregiver within reach of that point",
              "跨站工单由邻近站点的护理员完成，并有标记", visits.borrowing_is_marked),
    Statement("one_place_at_a_time", "a caregiver is busy with one order at a time",
              "护理员同一时刻只办一张工单", visits.one_place_at_a_time),
    Statement("trips_start_where_they_are",
              "a trip starts where the caregiver is, and is as long as the map says",
              "从所在位置出发，路程与地图相符", visits.trips_start_where_they_are),
    Statement("planned_to_end_in_time",
              "nobody sets out who is planned to end after the shift and its allowed overtime",
              "按计划做不完的不出发", visits.planned_to_end_in_time),
    Statement("reserve_kept",
              "nobody goes to an order that is no emergency while too few would stay free for one",
              "派去非紧急工单后，留下备勤的人数仍够", reserve.reserve_kept),
    Statement("called_to_an_emergency",
              "who is turned around leaves no emergency, goes to one at once, and nobody free "
              "could have gone",
              "中途折返的人放下的不是紧急工单，当即赶往紧急工单，且当时没有空闲的人能去",
              urgent.called_to_an_emergency),
    Statement("left_behind_first",
              "an order left behind goes before the others of its class",
              "被放下的工单排在同级其他工单之前", urgent.left_behind_first),
    # experts
    Statement("consults_make_the_order", "a funded remote order is in the experts' queue once",
              "有资金的远程工单都排入专家队列，且仅一次", remote.consults_make_the_order),
    Statement("consult_times", "a remote order's state and times are those of its tries",
              "远程工单的状态、时刻与历次联系相符", remote.consult_times),
    Statement("tries_in_sequence", "a client not reached is tried again after the pause",
              "联系不上的，隔一段再试，依次编号", remote.tries_in_sequence),
    Statement("expert_suits", "who serves has skill and grade, and one client at a time",
              "专家具备所需技能和等级，同一时刻只服务一人", remote.expert_suits),
    Statement("experts_in_order", "experts serve the best class first, then first come",
              "专家按级别、再按先后接诊", remote.experts_in_order),
    Statement("no_idle_expert", "no expert is idle while a client waits whom he could serve",
              "有能接的对象在等时，专家不空闲", remote.no_idle_expert),
    Statement("sheet_agrees_with_sessions", "the time sheet and the sessions agree",
              "考勤明细与会诊记录一致", remote.sheet_agrees_with_sessions),
    # kitchens and rounds
    Statement("kitchens_fill_orders",
              "a kitchen fills an order of its own points, on the day wished or as late as it came",
              "厨房只供应自己的助餐点，当日或顺延到次日出餐", rounds.kitchens_fill_orders),
    Statement("capacity_kept", "no kitchen takes more orders for a date than it can fill",
              "厨房每天接单不超过供餐量", rounds.capacity_kept),
    Statement("nothing_after_the_kitchen_stopped",
              "no meal leaves a closed kitchen, and none is handed over after it stopped",
              "停餐之后不再送出、不再送到", rounds.nothing_after_the_kitchen_stopped),
    Statement("rounds_close_rightly",
              "a round leaves when it is full, has waited long enough or its wave is ready, and is "
              "no larger than it may be",
              "装满、等够时间或到出餐时间才装好一趟，且不超过每趟份数",
              rounds.rounds_close_rightly),
    Statement("nearest_home_next", "a round goes on to the nearest home left",
              "送餐按就近顺序逐户进行", rounds.nearest_home_next),
    Statement("doors_one_after_another",
              "one caregiver goes from door to door of a round without a pause",
              "一趟由一人逐户送完，中间不停", rounds.doors_one_after_another),
    Statement("rounds_end_in_time",
              "a round leaves only if it is planned to end within the shift and its overtime",
              "按计划下班前送不完的不出发", rounds.rounds_end_in_time),
    Statement("no_idle_deliverer",
              "no round waits while somebody idles at the point who could take it",
              "有装好的餐在等时，站点里能送的人不空闲", rounds.no_idle_deliverer),
    Statement("one_round_at_a_time", "a caregiver on a round does nothing else meanwhile",
              "送餐途中不办别的事", rounds.one_round_at_a_time),
    # rosters and time sheets
    Statement("signed_in_on_time",
              "who is rostered comes on time and stays; who is absent does nothing",
              "按班次签入签出，缺勤者不在岗", duties.signed_in_on_time),
    Statement("nobody_in_an_empty_post",
              "nobody is rostered while a post is empty or its recruit in training",
              "岗位空缺或新人培训期间没有班", fit.nobody_in_an_empty_post),
    Statement("hours_within_the_most",
              "nobody works more hours of shifts in a week or month than the most allowed",
              "每周、每月到岗的工时不超过上限", fit.hours_within_the_most),
    Statement("sheet_tiles_duty", "every millisecond of a duty is in exactly one state",
              "在岗的每一刻恰有一个状态", duties.sheet_tiles_duty),
    Statement("states_fit_the_person",
              "states fit the role and the job in hand, and only idleness has a reason",
              "状态与岗位、手头工作相符，只有空闲才有原因", duties.states_fit_the_person),
    Statement("overtime_is_marked",
              "overtime is what lies after the rostered end, and is never idle",
              "加班即排定下班之后的时间，且不空闲", duties.overtime_is_marked),
    Statement("nobody_works_off_duty", "all work is begun in a shift and done while on duty",
              "所有工作都在班内开始、在岗完成", duties.nobody_works_off_duty),
    Statement("breaks_add_up",
              "breaks taken and missed are the breaks due", "已休与未休之和等于应休次数",
              duties.breaks_add_up),
    Statement("breaks_last_in_full",
              "a break begins at the first free moment of its window and lasts in full",
              "休息在规定时段内首个空闲时刻开始，且休足", duties.breaks_last_in_full),
    Statement("sheet_agrees_with_calls", "the time sheet and the calls agree", "考勤明细与通话一致",
              sheets.sheet_agrees_with_calls),
    Statement("sheet_agrees_with_visits",
              "the time sheet and the visits agree", "考勤明细与上门记录一致",
              sheets.sheet_agrees_with_visits),
    # places
    Statement("place_used_once", "a place is never used twice at once",
              "一个床位或托位同一时刻只有一人", places.place_used_once),
    Statement("stays_make_the_order",
              "who comes has one place of every kind wanted, from acceptance to the end",
              "到站者自接单至办结占用每类一位", places.stays_make_the_order),
    Statement("stays_within_opening", "places are used within their opening hours only",
              "只在开放时间内入住入托", places.stays_within_opening),
    Statement("carers_suffice",
              "when a place is given, enough caregivers are tied for all that are taken",
              "每次给出床位托位时，在站护理员足够", places.carers_suffice),
    Statement("tied_as_needed",
              "as many caregivers are tied to the house as it needs, if so many are free there",
              "在站照护人数不多于所需，不足时站内没有空闲的人", places.tied_as_needed),
    Statement("refused_when_full", "nobody is refused while a suitable place is free within reach",
              "可及范围内有合适空位时不拒收", waitlist.refused_when_full),
    Statement("waits_when_full", "nobody waits while a suitable place is free within reach",
              "可及范围内有合适空位时无人轮候", waitlist.waits_when_full),
    Statement("waitlist_fits_orders", "the waitlist and the orders agree", "轮候名单与工单一致",
              waitlist.waitlist_fits_orders),
    Statement("waitlist_in_turn", "the waitlist is served in its order", "轮候按次序进行",
              waitlist.waitlist_in_turn),
    # idleness and totals
    Statement("no_idle_caregiver",
              "nobody is idle for want of work while an order waits that he could do",
              "有能做的工单在等时，护理员不空闲", idle.no_idle_caregiver, visits=True),
    Statement("no_idle_crew", "no order waits while its whole crew is free",
              "人手已齐时，需多人的工单不再等待", idle.no_idle_crew, visits=True),
    Statement("no_idle_joiner", "while a crew gathers, whoever could join it is held",
              "召集期间，能同行者不空闲", idle.no_idle_joiner, visits=True),
    Statement("calls_wait_as_long_as_queues_are",
              "the callers' waits add up to the queue's length over time",
              "来电等待之和等于队长对时间的积分", totals.calls_wait_as_long_as_queues_are),
    Statement("orders_wait_as_long_as_lists_are",
              "the orders' waits add up to the waiting lists' length over time",
              "工单等待之和等于待办数对时间的积分", totals.orders_wait_as_long_as_lists_are,
              visits=True),
)


def verify(result: Result) -> list[Violation]:
    """What the tables of a run break of the statements above; empty if nothing.

    Of each statement the first few rows are shown; each of them carries the count of all.
    """
    facts = Facts.of(result)
    visiting = visits_only(facts)
    return [
        violation for statement in STATEMENTS
        for violation in _broken(statement, visiting if statement.visits else facts)
    ]


def _broken(statement: Statement, facts: Facts) -> Iterator[Violation]:
    found = list(statement.find(facts))
    count = sum(len(broken.rows) for broken in found)
    shown = 0
    for broken in found:
        for place in range(min(len(broken.rows), EXAMPLES - shown)):
            row, what = describe(facts, broken, place)
            yield Violation(
                statement.rule, broken.table, row, statement.en, statement.zh, what, count)
            shown += 1
