"""The tick, the order of simultaneous events, and every closed list of states.

Model time is an integer number of milliseconds since the scenario's first midnight.
The member order of an ``IntEnum`` is its code in the tables; new members go to the end.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FEN = 100
"""Fen in a yuan: money is counted in whole fen."""
NEVER = 2**62
"""A time later than any horizon: no patience limit, no window, no shift end."""

NONE = -1
"""The code of 'nobody', 'nowhere' or 'not yet' in integer columns."""


class Rank(IntEnum):
    """Who goes first among events of the same millisecond."""

    ROSTER = 0
    """Shifts, opening hours and calendar days change."""
    RELEASE = 1
    """A talk, a wrap-up or a visit ends; somebody is back at the point."""
    EXPIRY = 2
    """Patience runs out, an offer times out, a break falls due."""
    ARRIVAL = 3
    """A new call, a redial, a chasing call, a portal or planned order."""
    REACTION = 4
    """A point answers an offer, a booked order becomes eligible, a crew departs."""


class Entity(IntEnum):
    """What kind of thing an event is about; orders events of one millisecond and rank."""

    OPERATOR = 0
    CAREGIVER = 1
    POINT = 2
    REQUEST = 3
    HOTLINE = 4


class Channel(StrEnum):
    """How a request reaches the county."""

    PHONE = "phone"
    PORTAL = "portal"
    BUTTON = "button"
    PLAN = "plan"
    TIER = "tier"


class ServiceMode(StrEnum):
    """What a service asks of the county."""

    VISIT = "visit"
    ADVICE = "advice"
    PLACE = "place"
    """The client comes and occupies a bed, a seat or a child-care place."""
    REMOTE = "remote"
    """An expert serves by video, or in the house."""
    DELIVERY = "delivery"
    """Meals and goods, several homes on one round."""


class Level(StrEnum):
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class CaregiverKind(StrEnum):
    STAFF = "staff"
    PEER = "peer"
    VOLUNTEER = "volunteer"


class DayKind(StrEnum):
    """What a calendar row says of its dates."""

    WORKDAY = "workday"
    ADJUSTED_WORKDAY = "adjusted_workday"
    HOLIDAY = "holiday"
    FESTIVAL = "festival"
    MARKET_DAY = "market_day"
    SEASON = "season"


class WhenClosed(StrEnum):
    """What a caller meets outside opening hours."""

    RECORDING = "recording"
    CALL_BACK = "call_back"
    DUTY_PHONE = "duty_phone"
    HANDED_TO_12345 = "handed_to_12345"


class AtClosing(StrEnum):
    SERVE = "serve"
    RELEASE = "release"


class WhenIdle(StrEnum):
    """Where a caregiver with nothing to do goes."""

    RETURN = "return"
    STAY = "stay"


class HotlineRun(StrEnum):
    """Who runs the hotline, and so what it costs."""

    OWN = "own"
    SEATS = "seats"
    OUTSOURCED = "outsourced"


class LateOrders(StrEnum):
    """What becomes of a meal ordered after the cut-off, or when the kitchens are full."""

    NEXT_DAY = "next_day"
    REFUSE = "refuse"


class Hand(IntEnum):
    """How a meal gets from the meal point to whoever eats it."""

    DELIVERED = 0
    """By a caregiver, on a round."""
    CARRIED = 1
    """By a village cadre."""
    COLLECTED = 2
    """Eaten at the canteen."""


class RoundCause(IntEnum):
    """Why a round was closed: nothing more joined it and it could leave."""

    FULL = 0
    WAITED = 1
    """Its first order had waited long enough."""
    WAVE = 2
    """The meals of a fixed time were ready."""


class OfferMode(StrEnum):
    """How an order finds a service point."""

    ASSIGN = "assign"
    GRAB = "grab"
    POOL = "pool"
    HYBRID = "hybrid"


class GrabBy(StrEnum):
    """Whom an order to be grabbed is shown to."""

    POINTS = "points"
    CAREGIVERS = "caregivers"


class CallKind(IntEnum):
    FIRST = 0
    REDIAL = 1
    CHASE = 2
    CALL_BACK = 3
    """Outbound: asks a served client how it went."""
    MESSAGE = 4
    """Outbound: answers a message left while the hotline was closed."""


class CallOutcome(IntEnum):
    ANSWERED = 0
    ABANDONED = 1
    BLOCKED = 2
    CLOSED = 3
    WAITING = 4
    """Still in the queue when the run ended."""
    OVERFLOWED = 5
    """Waited too long and was passed to the tier above."""


class OrderState(IntEnum):
    """The states of a work order; the last one an order reached is its state."""

    PENDING = 0
    OFFERED = 1
    ACCEPTED = 2
    EN_ROUTE = 3
    ARRIVED = 4
    """The whole crew is at the home, too early for the window."""
    IN_SERVICE = 5
    COMPLETED = 6
    CALLED_BACK = 7
    CANCELLED = 8
    NO_SHOW = 9
    UNFUNDED = 10
    """No payer was found when it was written."""
    WAITLISTED = 11
    """On the waitlist for a place."""
    REFUSED = 12
    """Every place within reach was taken."""


class CancelReason(IntEnum):
    NONE = 0
    GAVE_UP = 1
    """The client's patience for the order ran out before anybody departed."""
    NO_POINT = 2
    """No service point offers the service within reach."""
    FUND_EMPTY = 3
    """Unfunded: the funds that cover it have not enough left."""
    SHARE_USED_UP = 4
    """Unfunded: a fund has enough, but not for this client any more."""
    NOT_COVERED = 5
    """Unfunded: no fund covers it, and the client does not pay."""
    LAPSED = 6
    """A planned visit for which nobody had set out by the end of its time."""
    NO_PLACE = 7
    """Every suitable place within reach was taken: the order was refused."""
    AFTER_CUT_OFF = 8
    """Ordered too late, where late orders are refused."""
    KITCHENS_FULL = 9
    """Every kitchen within reach has sold what it cooks."""
    KITCHEN_STOPPED = 10
    """The kitchen closed before the meal was at the door."""


class PaymentState(IntEnum):
    """What became of money that was promised to an order."""

    RESERVED = 0
    """Promised, and the order not yet closed."""
    PAID = 1
    RELEASED = 2
    """The order came to nothing, and the money is free again."""


class OfferResult(IntEnum):
    ACCEPTED = 0
    REJECTED = 1
    TIMED_OUT = 2
    ESCALATED = 3
    """Handed to a point that must take it."""
    WITHDRAWN = 4
    """The client gave up while the point was thinking."""
    OPEN = 5
    """Unanswered when the run ended."""
    GRABBED = 6
    """Shown to everybody in range, and taken by the first to react."""
    UNTAKEN = 7
    """Shown to everybody in range, and taken by nobody in time."""
    POOLED = 8
    """Put into the county's one queue, from which whoever is free takes it."""


class StaffRole(IntEnum):
    OPERATOR = 0
    CAREGIVER = 1
    EXPERT = 2


class StaffState(IntEnum):
    """What a line of the time sheet says somebody was doing."""

    IDLE = 0
    TALK = 1
    WRAP_UP = 2
    CALL_BACK = 3
    BREAK = 4
    TRAVEL = 5
    RETURN = 6
    """Travelling back to the point with nothing to do: free, but on the road."""
    EARLY_WAIT = 7
    SERVICE = 8
    GATHERING = 9
    """Held at hand until the rest of a crew is free."""
    CARE = 10
    """Looks after the occupied places of the own point."""
    RINGING = 11
    """Phoning somebody who does not pick up."""
    SESSION = 12
    """With a client of a remote service, or trying to reach one."""


class IdleReason(IntEnum):
    NONE = 0
    """Nothing that this person could do is waiting."""
    SHIFT_END = 1
    """Something is waiting, but it could not be finished in time."""
    RESERVED = 2
    """Has an order whose window opens later."""
    STANDBY = 3
    """Something is waiting, but this person is kept free for emergencies."""


def codes(kind: type[IntEnum]) -> list[str]:
    """The table spelling of every member of an ``IntEnum``, in code order."""
    return [member.name.lower() for member in kind]
