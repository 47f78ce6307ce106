"""What every state and every member of a closed list is called, in Chinese and English.

``label(CallOutcome.BLOCKED, "zh")`` names one member of a closed list of :mod:`sim.words.kinds`.
"""

from __future__ import annotations

from enum import Enum

from sim.words import kinds
from sim.words.glossary import Lang

_LABELS: dict[type[Enum], dict[str, tuple[str, str]]] = {
    kinds.Rank: {
        "ROSTER": ("排班与开放时间变化", "rosters and opening hours change"),
        "RELEASE": ("通话、处理或上门结束", "a talk, a wrap-up or a visit ends"),
        "EXPIRY": ("耐心耗尽、答复超时、该休息了", "patience, an offer or a break falls due"),
        "ARRIVAL": ("新来电与新工单", "new calls and orders"),
        "REACTION": ("站点答复、到点出发", "points answer, crews set out"),
    },
    kinds.Entity: {
        "OPERATOR": ("接线员", "operator"),
        "CAREGIVER": ("护理员", "caregiver"),
        "POINT": ("服务站点", "service point"),
        "REQUEST": ("诉求", "request"),
        "HOTLINE": ("热线", "hotline"),
    },
    kinds.Channel: {
        "PHONE": ("电话", "phone"),
        "PORTAL": ("网上平台", "portal"),
        "BUTTON": ("一键呼叫器", "emergency button"),
        "PLAN": ("定期计划", "care plan"),
        "TIER": ("上级转办", "handed down from above"),
    },
    kinds.ServiceMode: {
        "VISIT": ("上门", "home visit"),
        "ADVICE": ("电话答复", "advice on the phone"),
        "PLACE": ("到站入住、入托", "a place at a point"),
        "REMOTE": ("专家远程或驻点", "expert by video or in the house"),
        "DELIVERY": ("送餐送物", "delivery"),
    },
    kinds.Level: {
        "COUNTY": ("县级", "county"),
        "TOWN": ("镇街级", "town"),
        "VILLAGE": ("村居级", "village or community"),
    },
    kinds.CaregiverKind: {
        "STAFF": ("专职护理员", "staff"),
        "PEER": ("困困结对人员", "paid peer"),
        "VOLUNTEER": ("志愿者", "volunteer"),
    },
    kinds.DayKind: {
        "WORKDAY": ("工作日", "workday"),
        "ADJUSTED_WORKDAY": ("调休上班日", "adjusted workday"),
        "HOLIDAY": ("节假日", "holiday"),
        "FESTIVAL": ("传统节日", "festival"),
        "MARKET_DAY": ("集日", "market day"),
        "SEASON": ("季节", "season"),
    },
    kinds.WhenClosed: {
        "RECORDING": ("播放录音", "recording"),
        "CALL_BACK": ("留言，开线后回电", "message, rung back when open"),
        "DUTY_PHONE": ("转值班电话", "duty phone"),
        "HANDED_TO_12345": ("转12345", "handed to 12345"),
    },
    kinds.AtClosing: {
        "SERVE": ("接完排队的电话", "waiting calls are served"),
        "RELEASE": ("请排队的人改日再打", "waiting calls are released"),
    },
    kinds.WhenIdle: {
        "RETURN": ("回站点", "goes back to the point"),
        "STAY": ("原地等候", "stays"),
    },
    kinds.LateOrders: {
        "NEXT_DAY": ("改为次日", "for the next day"),
        "REFUSE": ("不接", "refused"),
    },
    kinds.Hand: {
        "DELIVERED": ("送餐上门", "delivered on a round"),
        "CARRIED": ("村干部捎带", "carried by a village cadre"),
        "COLLECTED": ("到食堂用餐", "eaten at the canteen"),
    },
    kinds.RoundCause: {
        "FULL": ("装满", "full"),
        "WAITED": ("等够了时间", "had waited long enough"),
        "WAVE": ("到了出餐时间", "the meals were ready"),
    },
    kinds.OfferMode: {
        "ASSIGN": ("派单", "assigned by the dispatcher"),
        "GRAB": ("抢单", "grabbed by the first to react"),
        "POOL": ("统一排队", "one queue for the county"),
        "HYBRID": ("紧急派单、其余抢单", "emergencies assigned, the others grabbed"),
    },
    kinds.GrabBy: {
        "POINTS": ("服务站点", "service points"),
        "CAREGIVERS": ("护理员", "caregivers"),
    },
    kinds.CallKind: {
        "FIRST": ("首次来电", "first attempt"),
        "REDIAL": ("重拨", "redial"),
        "CHASE": ("催单", "chasing call"),
        "CALL_BACK": ("回访", "call-back"),
        "MESSAGE": ("留言回电", "answer to a message"),
    },
    kinds.CallOutcome: {
        "ANSWERED": ("接通", "answered"),
        "ABANDONED": ("放弃", "abandoned"),
        "BLOCKED": ("占线", "blocked"),
        "CLOSED": ("非工作时间", "closed"),
        "WAITING": ("仍在排队", "still waiting"),
        "OVERFLOWED": ("转上级", "passed to the tier above"),
    },
    kinds.OrderState: {
        "PENDING": ("待派单", "pending"),
        "OFFERED": ("已派单", "offered"),
        "ACCEPTED": ("已接单", "accepted"),
        "EN_ROUTE": ("已出发", "en route"),
        "UNFUNDED": ("无资金", "unfunded"),
        "ARRIVED": ("已签到", "arrived"),
        "IN_SERVICE": ("服务中", "in service"),
        "COMPLETED": ("办结", "completed"),
        "CALLED_BACK": ("已回访", "called back"),
        "CANCELLED": ("取消", "cancelled"),
        "NO_SHOW": ("无人在家", "nobody home"),
        "WAITLISTED": ("轮候中", "on the waitlist"),
        "REFUSED": ("已满", "refused, no place"),
    },
    kinds.CancelReason: {
        "NONE": ("无", "none"),
        "GAVE_UP": ("等不及了", "the client gave up"),
        "NO_POINT": ("没有站点可派", "no point offers it within reach"),
        "FUND_EMPTY": ("资金已用完", "the fund has not enough left"),
        "SHARE_USED_UP": ("本人额度已用完", "the client's share is used up"),
        "NOT_COVERED": ("无资金可付，本人也不付", "no fund covers it and the client does not pay"),
        "LAPSED": ("过期未上门", "nobody had time for it by the end of its period"),
        "NO_PLACE": ("已满", "every place within reach is taken"),
        "AFTER_CUT_OFF": ("过了订餐截止时间", "ordered after the cut-off"),
        "KITCHENS_FULL": ("厨房供餐已满", "the kitchens are full"),
        "KITCHEN_STOPPED": ("厨房已停餐", "the kitchen had stopped"),
    },
    kinds.PaymentState: {
        "RESERVED": ("已预留", "reserved"),
        "PAID": ("已支付", "paid"),
        "RELEASED": ("已释放", "released"),
    },
    kinds.HotlineRun: {
        "OWN": ("自建中心", "own centre"),
        "SEATS": ("租用12345坐席", "seats rented at 12345"),
        "OUTSOURCED": ("外包", "outsourced"),
    },
    kinds.OfferResult: {
        "ACCEPTED": ("接单", "accepted"),
        "REJECTED": ("退单", "rejected"),
        "TIMED_OUT": ("超时未答", "timed out"),
        "ESCALATED": ("督办", "escalated"),
        "WITHDRAWN": ("撤回", "withdrawn"),
        "OPEN": ("未答复", "still open"),
        "GRABBED": ("抢单成功", "grabbed"),
        "UNTAKEN": ("无人抢单", "grabbed by nobody"),
        "POOLED": ("进入统一队列", "put into the county's queue"),
    },
    kinds.StaffRole: {
        "OPERATOR": ("接线员", "operator"),
        "CAREGIVER": ("护理员", "caregiver"),
        "EXPERT": ("专家", "expert"),
    },
    kinds.StaffState: {
        "IDLE": ("空闲", "idle"),
        "TALK": ("通话", "talk"),
        "WRAP_UP": ("话后处理", "wrap-up"),
        "CALL_BACK": ("回访", "call-back"),
        "BREAK": ("休息", "break"),
        "TRAVEL": ("上门路上", "travel"),
        "RETURN": ("返回路上", "on the way back"),
        "EARLY_WAIT": ("早到等候", "early wait"),
        "SERVICE": ("服务", "service"),
        "GATHERING": ("等候同行", "held for a crew"),
        "CARE": ("在站照护", "care in the house"),
        "RINGING": ("拨打无人接", "ringing in vain"),
        "SESSION": ("会诊", "with a client"),
    },
    kinds.IdleReason: {
        "NONE": ("没有可做的", "nothing to do"),
        "SHIFT_END": ("下班前做不完", "too late in the shift"),
        "RESERVED": ("等预约时段", "reserved for a booking"),
        "STANDBY": ("备勤", "kept free for emergencies"),
    },
}


def label(member: Enum, lang: Lang) -> str:
    """What a member of a closed list is called; ``KeyError`` if it has no name."""
    zh, en = _LABELS[type(member)][member.name]
    return zh if lang == "zh" else en
