"""The scenario: every section of ``scenario.toml`` and the tables beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.sections.answers import Answer
from sim.scenario.sections.experts import ExpertGroup, Remote
from sim.scenario.sections.funds import Fund
from sim.scenario.sections.grabbing import Grab
from sim.scenario.sections.hold import VirtualHold
from sim.scenario.sections.kitchens import Kitchen
from sim.scenario.sections.money import Money, Payment
from sim.scenario.sections.organisations import Organisation
from sim.scenario.sections.place_rows import Admission, PlaceRow
from sim.scenario.sections.plans import CarePlan
from sim.scenario.sections.province import Province
from sim.scenario.sections.quantities import (
    Count,
    Date,
    Distribution,
    Frozen,
    NonNegative,
    Positive,
    Probability,
    WeeklyHours,
)
from sim.scenario.sections.rows import (
    CalendarRow,
    CaregiverGroup,
    OperatorGroup,
    Point,
    Service,
    Shift,
    Source,
    Stream,
    Zone,
)
from sim.scenario.sections.shocks import Opening, Shock
from sim.scenario.sections.tiers import Tier
from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import AtClosing, OfferMode, WhenClosed, WhenIdle

Factor = Annotated[float, Field(ge=0, le=1000)]


class About(Frozen):
    """What the scenario is, for people."""

    title_zh: str
    """one line"""
    title_en: str
    """one line"""
    story_zh: str = ""
    """what is described"""
    story_en: str = ""
    """what is described"""
    question_zh: str = ""
    """what it is to answer"""
    question_en: str = ""
    """what it is to answer"""


class Time(Frozen):
    """What is simulated and what of it is counted."""

    start: Date
    """first date; model time 0 is its midnight"""
    days: Annotated[int, Field(ge=1, le=3660)]
    """days counted"""
    warm_up_days: Count = 0
    """days simulated before them and not counted"""
    cool_down_days: Count = 1
    """days simulated after them, so that what was counted can end"""


class Shape(Frozen):
    """How demand spreads over the hours of the week; only proportions matter."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)]
    """weight of each hour of the day"""
    days: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    """weight of each weekday, Monday first"""


class Demand(Frozen):
    """What multiplies the streams of ``requests.csv``."""

    growth: NonNegative = 1.0
    """multiplies every rate"""
    busy_day_cv: dict[str, Factor] = {}
    """busy group -> coefficient of variation of its gamma factor, drawn once a day, mean 1"""
    shapes: dict[str, Shape] = {}


class Group(Frozen):
    """A population group."""

    name_zh: str
    name_en: str
    call_rate_cv: Factor = 0.0
    """spread of people's call rates (gamma): above 1, a few ring daily"""
    women_share: Probability = 0.5
    """share of women; matters where a service looks to the client's gender"""


class Caller(Frozen):
    """A kind of caller: the client, a relative, a village cadre, the button's device."""

    name_zh: str
    name_en: str
    talk: Distribution
    """talk time with an operator"""
    patience: Distribution
    """time held in the queue before hanging up"""
    redial_first_prob: Probability = 0.0
    """chance to redial after the first blocked or abandoned attempt"""
    redial_later_prob: Probability = 0.0
    """the same after later attempts"""
    redial_delay: Distribution = Distribution(dist="constant", value_min=5)  # type: ignore[call-arg]
    """from hanging up, or the busy tone, to the next attempt"""
    max_redials: Annotated[int, Field(ge=0, le=20)] = 0
    """attempts after the first, at most"""


class Hotline(Frozen):
    """The hotline (热线)."""

    number: str = ""
    """the number people dial"""
    open: WeeklyHours
    """when operators answer; outside, ``when_closed``"""
    lines: Annotated[int, Field(ge=1, le=100_000)]
    """trunk lines (中继线), held from arrival to hang-up"""
    lines_for_buttons: Count = 0
    """of these, kept for emergency buttons"""
    when_closed: WhenClosed = WhenClosed.RECORDING
    """what a caller meets outside opening hours"""
    at_closing: AtClosing = AtClosing.SERVE
    """whether calls still waiting at closing time are served"""
    wrap_up: Distribution
    """after-call work (话后处理)"""
    verify_talk: Distribution = Distribution(dist="exponential", mean_s=60)  # type: ignore[call-arg]
    """talk of a button press that proves false"""
    review: Distribution = Distribution(dist="constant", value_min=3)  # type: ignore[call-arg]
    """portal: entry to order"""
    call_back_prob: Probability = 0.0
    """share of completed orders called back (回访)"""
    call_back_talk: Distribution = Distribution(dist="exponential", mean_s=60)  # type: ignore[call-arg]
    """talk of a call-back"""
    overflow_after_s: Positive | None = None
    """a call, chasing calls apart, that has waited so long is passed to the first of the ``tiers``;
    empty: never"""
    handed_down_prob: Probability = 1.0
    """closed, handed to 12345, no ``tiers``: share that comes back as an order"""
    handed_down_delay: Distribution = Distribution(dist="constant", value_h=2)  # type: ignore[call-arg]
    """closed, handed to 12345, no ``tiers``: call to order; channel ``tier``: request to order"""


class Chasing(Frozen):
    """Calls of clients whose order is late (催单)."""

    prob: Probability = 0.0
    """chance of a call at each interval"""
    every_min: Positive = 30.0
    """interval between two chances to ring"""
    max_calls: Annotated[int, Field(ge=0, le=20)] = 0
    """intervals, from the time it is due, in which the client of one order may ring"""
    caller: str = ""
    """kind of caller whose talk and patience they have"""


class Dispatch(Frozen):
    """How orders find caregivers."""

    offer_mode: OfferMode = OfferMode.ASSIGN
    """assign: offered to one point after another (派单). grab: shown to all in range, the first to
    react takes it, after a time-out it is assigned (抢单). pool: one queue for the county, from
    which whoever is free takes the best order near by; those for several caregivers are assigned.
    hybrid: emergencies (``emergency_priority``) are assigned, the others grabbed"""
    grab: Grab = Grab()
    reoptimise_every_min: Annotated[float, Field(ge=0, le=10_080)] = 0.0
    """so often all waiting orders for one caregiver and all free caregivers, of whatever point that
    offers the service and serves the zone, within ``max_travel_min`` as planned then, are matched
    at once: as many orders as possible, at the least sum of planned travel and lateness. With a
    ``reserve``, who may be kept for emergencies takes no part; 0: never"""
    pool_km: Positive = 10.0
    """pool: how far from where a caregiver is a home may lie that he is sent to, crow-fly"""
    choose_point: str = "nearest"
    """rule that picks the point to offer an order to"""
    choose_order: str = "priority"
    """rule that picks the order for a free caregiver"""
    choose_caregiver: str = "nearest"
    """rule that picks the caregiver for an order where several are free"""
    point_weights: PointWeights = PointWeights()
    order_weights: OrderWeights = OrderWeights()
    reserve: Count = 0
    """of each point's caregivers who can do all its emergency services, so many are kept free of
    orders that are no emergency; 0: none"""
    preempt: bool = False
    """whether an emergency turns around a caregiver who is on the way to an order that is none"""
    emergency_priority: Count = 0
    """orders of this class and of better ones are emergencies"""
    module: str = ""
    """a Python file in the scenario folder that registers further policies"""
    code: str = ""
    """the text of that file, as read"""
    offer_delay: Distribution = Distribution(dist="constant", value_s=0)  # type: ignore[call-arg]
    """a point's time to answer an offer"""
    offer_timeout_min: Positive = 15.0
    """an offer not answered by then goes on to the next point"""
    max_offers: Annotated[int, Field(ge=1, le=10)] = 3
    """offers a round; there are two rounds, then escalation (督办)"""
    retry_min: Positive = 30.0
    """pause between the rounds"""
    max_travel_min: Positive = 60.0
    """planned travel, at speed factor 1, beyond which a point is no candidate"""
    borrow_km: NonNegative = 0.0
    """idle caregivers help other points' homes this near to their own point, crow-fly; 0: never"""
    gather_after_min: NonNegative = 30.0
    """a crew order waiting this long reserves caregivers one by one"""
    overtime_min: NonNegative = 0.0
    """how far past the shift's end a visit may be planned to end"""
    when_idle: WhenIdle = WhenIdle.RETURN
    """whether a caregiver with nothing to do goes back to the point"""
    usual: Literal["most", "last"] = "most"
    """who is a client's usual caregiver: who came most often (of several, the latest), or last"""


class TravelMode(Frozen):
    name_zh: str
    name_en: str
    kmh: Positive
    """door to door, at factor 1"""
    yuan_per_km: NonNegative = 0.0
    """cost of a kilometre on the road"""


class Travel(Frozen):
    """How long a trip takes."""

    detour: Annotated[float, Field(ge=1, le=10)] = 1.3
    """road distance / straight distance"""
    access_min: NonNegative = 0.0
    """parking, stairs, door: added to each trip to a home"""
    noise_cv: Annotated[float, Field(ge=0, le=3)] = 0.0
    """spread of the lognormal factor on each leg, mean 1"""
    speed_by_hour: Annotated[tuple[Positive, ...], Field(min_length=24, max_length=24)] = (
        (1.0,) * 24
    )
    """multiplies the speed at each hour of departure"""
    modes: Annotated[dict[str, TravelMode], Field(min_length=1)]
    client_mode: str = ""
    """mode by which clients come to a place, in the time planned; empty: the first of ``modes``"""
    matrix: str = ""
    """a CSV in the folder, columns from, to, minutes, over ids of zones and points; empty: by
    distance"""
    minutes: dict[str, dict[str, NonNegative]] = {}
    """the matrix as read: from -> to -> noise-free minutes"""


class Targets(Frozen):
    """What the county wants; every measure named here is marked met or missed."""

    acceptable_wait_s: Positive = 15.0
    """a call answered within this counts for ``service_level``"""
    short_abandon_s: NonNegative = 0.0
    """hang-ups sooner than this are left out of connection_rate; 0: none"""
    service_level: Probability = 0.8
    """least share answered within ``acceptable_wait_s``"""
    connection_rate: Probability = 0.95
    """least share of calls offered that are answered"""
    abandonment: Probability = 0.05
    """greatest share of callers who hang up in the queue"""
    on_time: Probability = 0.9
    """least share of orders started on time"""
    on_time_request: Probability = 0.9
    """least share of requests served on time, lost callers included"""
    circle_min: Positive = 15.0
    """the 15-minute circle: planned travel that counts as near"""
    utilisation_low: Probability = 0.4
    """least share of paid time at work; below it staff are idle"""
    utilisation_high: Probability = 0.85
    """greatest share of paid time at work; above it staff are strained"""


class Staffing(Frozen):
    """From seats to people on the payroll, what a roster does not show; for ``hotline staff``."""

    hours_per_week: Annotated[float, Field(gt=0, le=84)] = 40.0
    """hours that one person works in an ordinary week"""
    leave_days_per_year: Annotated[float, Field(ge=0, le=120)] = 18.0
    """working days a person is on leave, public holidays included"""
    training_days_per_year: Annotated[float, Field(ge=0, le=60)] = 5.0
    """working days a person is in training"""
    absence_prob: Annotated[float, Field(ge=0, le=0.9)] = 0.03
    """chance of missing one shift where somebody always stands in: in groups whose own
    ``absence_prob`` is 0"""
    turnover_per_year: Annotated[float, Field(ge=0, le=2)] = 0.3
    """people who leave in a year, as a share of all posts"""
    weeks_to_fill: Annotated[float, Field(ge=0, le=25)] = 8.0
    """weeks a post is empty after somebody left, until the next one can work"""


class Scenario(Frozen):
    """A whole county, as resolved: base, overrides and tables together."""

    name: str
    """the scenario's name"""
    schema_version: Literal[1] = 1
    """version of these files' layout"""
    about: About
    time: Time
    demand: Demand
    groups: dict[str, Group]
    callers: dict[str, Caller]
    hotline: Hotline
    tiers: dict[str, Tier] = {}
    hold: VirtualHold = VirtualHold()
    remote: Remote = Remote()
    chasing: Chasing = Chasing()
    dispatch: Dispatch = Dispatch()
    travel: Travel
    targets: Targets = Targets()
    money: Money = Money()
    payment: Payment = Payment()
    staffing: Staffing = Staffing()
    shocks: dict[str, Shock] = {}
    opening: Opening = Opening()
    province: Province = Province()
    zones: tuple[Zone, ...]
    points: tuple[Point, ...]
    caregivers: tuple[CaregiverGroup, ...]
    operators: tuple[OperatorGroup, ...]
    experts: tuple[ExpertGroup, ...] = ()
    shifts: tuple[Shift, ...]
    services: tuple[Service, ...]
    requests: tuple[Stream, ...]
    places: tuple[PlaceRow, ...] = ()
    admissions: tuple[Admission, ...] = ()
    kitchens: tuple[Kitchen, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
    answers: tuple[Answer, ...] = ()
    plans: tuple[CarePlan, ...] = ()
    funds: tuple[Fund, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """Service and group of every stream of requests, then of every care plan."""
        return (
            *((stream.service, stream.group) for stream in self.requests),
            *((plan.service, plan.group) for plan in self.plans),
        )

    @property
    def horizon_days(self) -> int:
        return self.time.warm_up_days + self.time.days + self.time.cool_down_days
