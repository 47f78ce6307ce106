"""What must be true of services beyond the ordinary visit, and of money, statement by statement."""

from __future__ import annotations

from sim.check.ground.statement import Statement
from sim.check.services import funding, kitchens, places, plans, remote, rounds, waitlist

CARE_PLANS = (
    Statement("plans_as_written",
              "planned visits are as many as the plan says, on its dates and at its hours",
              "计划上门的次数、日期和钟点与计划一致", plans.plans_as_written),
    Statement("lapsed_at_the_end",
              "a planned visit for which nobody has set out by the end of its time is missed then",
              "到期仍无人出发的计划上门，到期即记为漏做", plans.lapsed_at_the_end),
)

MONEY = (
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
)

EXPERTS = (
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
)

MEALS = (
    Statement("kitchens_fill_orders",
              "a kitchen fills an order of its own points, on the day wished or as late as it came",
              "厨房只供应自己的助餐点，当日或顺延到次日出餐", kitchens.kitchens_fill_orders),
    Statement("capacity_kept", "no kitchen takes more orders for a date than it can fill",
              "厨房每天接单不超过供餐量", kitchens.capacity_kept),
    Statement("nothing_after_the_kitchen_stopped",
              "no meal leaves a closed kitchen, and none is handed over after it stopped",
              "停餐之后不再送出、不再送到", kitchens.nothing_after_the_kitchen_stopped),
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
)

PLACES = (
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
)
