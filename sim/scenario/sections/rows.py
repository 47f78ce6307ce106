"""One class per CSV table: a row, its columns, their meaning and limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.scenario.sections.posts import Post
from sim.scenario.sections.quantities import (
    Clock,
    Clocks,
    Count,
    Date,
    Days,
    Distribution,
    Frozen,
    Names,
    NonNegative,
    Positive,
    Probability,
    WeeklyHours,
    fold,
    parse_clock,
)
from sim.words.kinds import (
    DAY,
    CaregiverKind,
    Channel,
    DayKind,
    LateOrders,
    Level,
    ServiceMode,
)

Latitude = Annotated[float, Field(ge=3, le=54)]
"""China lies between 3 and 54 degrees north: a longitude here is a swapped pair."""
Longitude = Annotated[float, Field(ge=73, le=136)]
"""China lies between 73 and 136 degrees east."""
DAYS_PER_MONTH = 365.25 / 12


class Zone(Frozen):
    """A town, street, village or community (镇街/社区/村). File ``zones.csv``."""

    id: str
    name_zh: str
    name_en: str
    lat: Latitude
    """latitude of the centroid, degrees, WGS-84"""
    lon: Longitude
    """longitude of the centroid, degrees, WGS-84"""
    area_km2: Positive
    """homes are spread evenly over a square of this area around the centroid"""
    road_factor: Positive = 1.0
    """multiplies the road distance of every trip to a home here"""
    population: Count
    """all residents"""
    pop: dict[str, Count] = {}
    """columns ``pop_<group>``: residents of each population group"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["pop"])


class Point(Frozen):
    """A service point (服务站点). File ``points.csv``."""

    id: str
    name_zh: str
    name_en: str
    zone: str
    """the zone it stands in"""
    lat: Latitude
    """latitude, degrees, WGS-84"""
    lon: Longitude
    """longitude, degrees, WGS-84"""
    level: Level = Level.TOWN
    """tier of the network it belongs to"""
    organisation: str = ""
    """who runs it; an id of organisations.csv where there is one"""
    open: WeeklyHours
    """when it takes offers"""
    services: Names
    """services offered, ``a | b``, or ``all``"""
    accept_prob: Probability | None = None
    """chance that an offer answered in time is accepted; empty: its organisation's, else 1"""
    price_factor: NonNegative | None = None
    """multiplies ``price_yuan`` of every service done here; empty: as its organisation charges"""


class CaregiverGroup(Post):
    """A group of like caregivers (护理员). File ``caregivers.csv``."""

    id: str
    point: str
    """home point"""
    count: Count
    """how many people"""
    skills: Names = ()
    """what they can do, by the words used in ``services.csv``"""
    grade: Annotated[int, Field(ge=1, le=5)] = 1
    """1 lowest; a service asks for a least grade"""
    shifts: Names
    """shifts that each of them works"""
    mode: str
    """travel mode, a key of ``travel.modes``"""
    kind: CaregiverKind = CaregiverKind.STAFF
    """staff, people in hardship hired to help, or volunteers"""
    services: Names = ()
    """only these services; empty: all they have the skill and the grade for"""
    zones: Names = ()
    """only homes in these zones (villages); empty: anywhere"""
    women_share: Probability = 0.5
    """share of women among them; matters where a service looks to the client's gender"""
    come_prob: Probability = 1.0
    """volunteers: chance of coming to a shift, besides absence"""
    max_hours_per_week: NonNegative = 0.0
    """hours of shifts from Monday to Sunday, at most; a shift that would exceed it is not worked;
    0: no limit"""
    max_hours_per_month: NonNegative = 0.0
    """hours of shifts in a calendar month, at most; 0: no limit"""
    pay_yuan_per_visit: NonNegative = 0.0
    """paid for each visit, besides the wage; volunteers too"""
    pay_yuan_per_month: NonNegative = 0.0
    """wage, without insurance"""
    absence_prob: Probability = 0.0
    """chance of missing one shift"""


class OperatorGroup(Post):
    """A group of like operators (接线员). File ``operators.csv``."""

    id: str
    count: Count
    """how many people"""
    skills: Names = ()
    """calls that ask for one of these; a call without a skill is for everybody"""
    shifts: Names
    """shifts that each of them works"""
    pay_yuan_per_month: NonNegative = 0.0
    """wage, without insurance"""
    absence_prob: Probability = 0.0
    """chance of missing one shift"""


class Break(Frozen):
    """A break within a shift: begins at the first free moment of its window; milliseconds."""

    start: int
    """clock time at which the window opens"""
    end: int
    """clock time at which it closes"""
    length: int

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        try:
            window, minutes = str(value).split("/")
            start, end = window.split("-")
            length = round(float(minutes) * 60_000)
        except (ValueError, OverflowError):
            raise ValueError(
                f"a break is written 11:30-13:00/30 (window/minutes), found {value!r}"
            ) from None
        return {"start": parse_clock(start), "end": parse_clock(end), "length": length}

    @model_validator(mode="after")
    def _positive(self) -> Break:
        if self.length <= 0:
            raise ValueError("a break lasts longer than 0 minutes")
        return self

    def window(self, begins: int) -> tuple[int, int]:
        """Opening and close, from the midnight of the date on which its shift ``begins``.

        A clock time before the shift's beginning can only mean the next day.
        """
        opens = self.start if self.start >= begins else self.start + DAY
        return opens, opens + (self.end - self.start) % DAY


def _breaks(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value


class Shift(Frozen):
    """A shift (班次); an end not after its start is on the next day. File ``shifts.csv``."""

    id: str
    start: Clock
    """clock time at which it begins"""
    end: Clock
    """clock time at which it ends; ``24:00`` is midnight"""
    days: Days = tuple(range(7))
    """weekdays on which it begins: ``Mon-Fri``, ``Sat Sun``, ``daily``"""
    on_holidays: Literal["yes", "no"] = "yes"
    """whether it runs on calendar holidays"""
    breaks: tuple[Break, ...] = ()
    """``11:30-13:00/30 | 16:00-17:00/10``: window/minutes"""

    @model_validator(mode="before")
    @classmethod
    def _split(cls, row: Any) -> Any:
        if isinstance(row, dict) and "breaks" in row:
            return {**row, "breaks": _breaks(row["breaks"])}
        return row

    @property
    def until(self) -> int:
        """Its end, in milliseconds from the midnight of the date it begins."""
        return self.end if self.end > self.start else self.end + DAY

    @property
    def rests(self) -> tuple[tuple[int, int, int], ...]:
        """Window's opening and close, and length, of each break, the earliest first; from the same
        midnight."""
        return tuple(sorted((*rest.window(self.start), rest.length) for rest in self.breaks))

    def runs(self, weekday: int, holiday: bool) -> bool:
        """Whether it begins on a date that follows this weekday (Monday 0)."""
        return weekday in self.days and not (holiday and self.on_holidays == "no")


class Service(Frozen):
    """A service item (服务项目). File ``services.csv``."""

    id: str
    name_zh: str
    name_en: str
    mode: ServiceMode
    """whether somebody goes to the home, an expert serves, the call settles it or it is brought on
    a round"""
    skill: str = ""
    """caregiver skill needed; empty: anybody"""
    grade: Annotated[int, Field(ge=1, le=5)] = 1
    """least caregiver grade"""
    crew: Annotated[int, Field(ge=1, le=10)] = 1
    """caregivers needed at once"""
    priority: Annotated[int, Field(ge=0, le=9)] = 5
    """class; 0 goes first"""
    duration: Distribution | None = None
    """time at the home, or with an expert; columns ``duration_dist``, ``duration_mean_min``,
    ``duration_cv`` ..."""
    target_min: Positive | None = None
    """as soon as possible: response target, request to service start"""
    window_min: NonNegative | None = None
    """booked: width of the wished window"""
    lead_h: NonNegative = 0.0
    """booked: least time between request and window"""
    cut_off: Clock | None = None
    """booked: later requests of the day count from the next midnight; delivery: and orders written
    later than this are too late for the day"""
    patience: Distribution | None = None
    """how long the client waits for somebody to set out; empty: for ever"""
    door_min: NonNegative = 5.0
    """time lost at the door when nobody is at home"""
    no_show_prob: Probability = 0.0
    """chance that nobody is at home"""
    price_yuan: NonNegative = 0.0
    """what the service is charged at"""
    same_gender: Literal["no", "prefer", "require"] = "no"
    """whether the caregiver is of the client's gender: never mind; where several are free for an
    order for one, who is goes first; or nobody else goes"""
    round_size: Annotated[int, Field(ge=1, le=200)] = 1
    """delivery: orders that one caregiver takes along at most"""
    round_wait_min: NonNegative = 0.0
    """delivery, as soon as possible: how long a round waits to fill up; booked: none waits"""
    late_orders: LateOrders = LateOrders.NEXT_DAY
    """delivery: what becomes of orders after the cut-off, or when the kitchens are full"""
    carry: Distribution | None = None
    """delivery: from a cadre's fetching it to the door; columns ``carry_dist`` ..."""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["duration", "patience", "carry"])

    @model_validator(mode="after")
    def _has_duration(self) -> Service:
        if self.mode == ServiceMode.VISIT and self.duration is None:
            raise ValueError("a visit needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.REMOTE and self.duration is None:
            raise ValueError("an expert needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.DELIVERY and self.duration is None:
            raise ValueError("a delivery needs a duration: duration_dist, duration_mean_min, ...")
        if self.mode == ServiceMode.DELIVERY and self.crew > 1:
            raise ValueError("a delivery has a crew of 1")
        return self


class Stream(Frozen):
    """A stream of requests (需求来源). File ``requests.csv``."""

    id: str
    channel: Channel
    """how they come"""
    service: str
    """what is asked for"""
    group: str
    """population group that asks"""
    per_day: NonNegative | None = None
    """requests a day in the whole county, on a day of factor 1; this or ``per_1000_per_month``"""
    per_1000_per_month: NonNegative | None = None
    """requests a month (365.25/12 days) per 1,000 people of the group"""
    shape: str = ""
    """hours of the week, a key of ``demand.shapes``; empty: even"""
    busy_group: str = ""
    """streams that share one busy-day factor, a key of ``demand.busy_day_cv``; empty: none"""
    share: dict[str, NonNegative] = {}
    """columns ``share_<caller>``: who rings, in proportion"""
    skill: str = ""
    """operator skill the call needs; empty: anybody"""
    false_prob: Probability = 0.0
    """button: share of presses with no need behind them"""
    lead: Distribution | None = None
    """booked: request to wished time, columns ``lead_dist``, ``lead_mean_h`` ...; empty: as soon as
    possible"""
    slots: Clocks = ()
    """booked: clock times at which windows open, ``08:00 | 10:00``"""
    zones: Names = ()
    """only these zones; empty: all"""

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, row: Any) -> Any:
        return fold(row, ["share", "lead"])

    @model_validator(mode="after")
    def _one_rate(self) -> Stream:
        if (self.per_day is None) == (self.per_1000_per_month is None):
            raise ValueError("give exactly one of per_day and per_1000_per_month")
        if (self.lead is None) != (not self.slots):
            raise ValueError("a booked stream needs both lead_... and slots; others neither")
        return self


class CalendarRow(Frozen):
    """Dates that differ (日历). File ``calendar.csv``."""

    id: str
    first: Date
    """first date"""
    last: Date
    """last date, included"""
    kind: DayKind
    """``holiday``: shaped like a Sunday, shifts with ``on_holidays = no`` rest;
    ``adjusted_workday``: shaped and rostered like a Wednesday"""
    name_zh: str = ""
    name_en: str = ""
    demand_factor: NonNegative = 1.0
    """multiplies demand"""
    speed_factor: Positive = 1.0
    """multiplies travel speed"""
    attendance_factor: Probability = 1.0
    """multiplies the chance that a rostered person comes"""
    streams: Names = ()
    """streams whose demand it multiplies; empty: all"""


class Source(Frozen):
    """Where numbers come from (数据来源). File ``sources.csv``."""

    id: str
    """dotted path of a number, ``*`` for any part: ``caregivers.*.count``"""
    standing: Literal["given", "cited", "derived", "assumed"]
    """given by the county, cited, derived from others, or assumed"""
    source: str
    """a tag of the given facts, a citation, or how it was derived or why assumed"""
    low: float | None = None
    """assumed: least plausible value"""
    high: float | None = None
    """assumed: greatest plausible value"""
