"""Drawing a workload: every column of every request, before anything is simulated.

Nothing here looks at staff, shifts, places or policies, so one workload serves them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.scenario.days import days
from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import as_stream
from sim.scenario.sections.requests import Stream
from sim.streams import Purpose, key
from sim.words.kinds import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    Channel,
    LateOrders,
    OfferMode,
    ServiceMode,
)
from sim.workload import hold, remote, tiers
from sim.workload.arrivals import booked_window
from sim.workload.clients import draw_clients, homes
from sim.workload.plans import Visits, planned
from sim.workload.sampling import Dice, choose
from sim.workload.shocks import Part, parts_of, stretch
from sim.workload.tables import Ints, Workload

Column = tuple[str, NDArray[Any]]

_DTYPES = {"Ints": np.int64, "Floats": np.float64, "NDArray[np.bool_]": np.bool_}


def draw(scenario: Scenario, seed: int, replication: int) -> Workload:
    """The workload of one replication; the same arguments give the same bytes.

    Columns of a call are 0 for requests that need none; so are those of chasing calls where no
    kind of caller chases. Raises ``ValueError`` for a negative seed or replication, and for a
    stream whose group has no people.
    """
    calendar = days(scenario)
    first_plan = len(scenario.requests)
    plans = [planned(scenario, plan, seed, replication) for plan in scenario.plans]
    parts = [
        (code, part)
        for code, stream in enumerate(scenario.requests)
        for part in parts_of(scenario, stream, calendar, seed, replication)
    ] + [
        (code, Part(own.time, own.zone, Dice(seed, replication, plan.id, len(own.time))))
        for code, (plan, own) in enumerate(zip(scenario.plans, plans, strict=True), first_plan)
    ]
    columns = _zeros(scenario, sum(part.size for _, part in parts))
    for (code, part), rows in zip(parts, _rows([p.time[p.kept] for _, p in parts]), strict=True):
        if code < first_plan:
            source = _source(scenario, code, part)
        else:
            source = _plan_source(scenario, code, part, plans[code - first_plan])
        for chapter in (_who, _call, _order, _assessed, _delivery, _afterwards):
            for name, values in chapter(source):
                columns[name][rows] = values[part.kept]
    stretch(scenario, columns)
    columns["x_km"], columns["y_km"] = homes(scenario, columns["client"])
    return Workload(
        seed=seed, replication=replication, horizon=scenario.horizon_days * DAY, **columns
    )


def widths(scenario: Scenario) -> dict[str, int]:
    """How many columns each matrix of the workload has."""
    attempts = 1 + max((c.max_redials for c in scenario.callers.values()), default=0)
    # There are two rounds of offers before the escalation, which no point can refuse.
    offers = 2 * scenario.dispatch.max_offers
    chases = max(1, scenario.chasing.max_calls)
    assessed = int(bool(scenario.admissions))
    return {
        **dict.fromkeys(("patience", "redial_coin", "redial_delay"), attempts),
        **dict.fromkeys(("offer_delay", "offer_coin"), offers),
        **dict.fromkeys(("assessment", "grade"), assessed),
        **dict.fromkeys(("hand_coin", "carry_delay"), int(delivers(scenario))),
        "reaction": int(scenario.dispatch.offer_mode in (OfferMode.GRAB, OfferMode.HYBRID)),
        **dict.fromkeys(("chase_coin", "chase_patience", "chase_talk", "chase_wrap_up"), chases),
        **tiers.widths(scenario),
        **hold.widths(scenario, attempts),
        **remote.widths(scenario),
    }


def require_fit(scenario: Scenario, workload: Workload) -> None:
    """Raise ``ValueError`` where a workload cannot be simulated on a scenario.

    Any staffing and any policy will do, but not other days, fewer streams or services, or more
    redials, offers or chasing calls than were drawn.
    """
    if workload.horizon != scenario.horizon_days * DAY:
        days = workload.horizon // DAY
        raise ValueError(
            f"the workload is of {days} days, the scenario of {scenario.horizon_days}: draw it anew"
        )
    for name, width in widths(scenario).items():
        drawn = getattr(workload, name).shape[1]
        if drawn < width:
            raise ValueError(
                f"the workload holds {drawn} of {name} a request, the scenario may need {width}: "
                "draw it anew"
            )
    for name, known in (
        ("stream", scenario.asked), ("service", scenario.services), ("zone", scenario.zones),
        ("group", scenario.groups), ("caller", scenario.callers),
    ):
        if getattr(workload, name).max(initial=-1) >= len(known):
            raise ValueError(
                f"the workload knows a {name} that the scenario does not have: draw it anew"
            )


def _zeros(scenario: Scenario, n: int) -> dict[str, NDArray[Any]]:
    wide = widths(scenario)
    return {
        f.name: np.zeros((n, wide[f.name]) if f.name in wide else n, dtype=_DTYPES[str(f.type)])
        for f in fields(Workload)
        if f.type in _DTYPES
    }


def delivers(scenario: Scenario) -> bool:
    """Whether anything is brought on rounds."""
    return any(service.mode == ServiceMode.DELIVERY for service in scenario.services)


def _rows(times: Sequence[Ints]) -> list[Ints]:
    """Where the requests of each part of a stream go when all are sorted by time, ties by stream
    and part."""
    if not times:
        return []
    order = np.argsort(np.concatenate(times), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return np.split(place, np.cumsum([len(time) for time in times])[:-1])


@dataclass(frozen=True, eq=False)
class _Source:
    """One part of a stream's requests, in order of time."""

    scenario: Scenario
    stream: Stream
    code: int
    time: Ints
    zone: Ints
    dice: Dice
    callers: dict[str, float]
    """who rings, in proportion; those of share 0 left out"""
    caller: Ints
    visits: Visits | None = None
    """of a care plan: for whom and when"""

    @property
    def n(self) -> int:
        return len(self.time)

    def by_caller(
        self, what: Literal["talk", "patience", "redial_delay"], purpose: Purpose, width: int
    ) -> Ints:
        """(n, width): each request's draws from the distribution of its own kind of caller.

        Every kind has its generators and draws for every request, so that who rings for one
        request moves no other's draw.
        """
        drawn = np.zeros((self.n, width), dtype=np.int64)
        for name in self.callers:
            distribution = getattr(self.scenario.callers[name], what)
            values = self.dice.time_matrix(distribution, purpose, width, key(name))
            chosen = self.caller == list(self.scenario.callers).index(name)
            np.copyto(drawn, values, where=chosen[:, None])
        return drawn


def _source(scenario: Scenario, code: int, part: Part) -> _Source:
    stream = scenario.requests[code]
    time, dice = part.time, part.dice
    names = list(scenario.callers)
    callers = {name: share for name, share in stream.share.items() if share > 0}
    callers = callers or dict.fromkeys(names[:1], 1.0)
    positions = np.array([names.index(name) for name in callers], dtype=np.int64)
    if stream.channel in (Channel.PHONE, Channel.BUTTON):
        which = choose(tuple(callers.values()), dice.coins(Purpose.CALLER))
    else:
        which = np.zeros(len(time), dtype=np.int64)
    return _Source(scenario, stream, code, time, part.zone, dice, callers, positions[which])


def _plan_source(scenario: Scenario, code: int, part: Part, visits: Visits) -> _Source:
    """A care plan's visits, as if a stream asked for them."""
    stream = as_stream(scenario.plans[code - len(scenario.requests)])
    nobody_rings = np.zeros(len(part.time), dtype=np.int64)
    return _Source(
        scenario, stream, code, part.time, part.zone, part.dice, {}, nobody_rings, visits)


def _who(source: _Source) -> Iterator[Column]:
    scenario, stream = source.scenario, source.stream
    yield "time", source.time
    yield "stream", np.full(source.n, source.code)
    yield "service", np.full(source.n, _service_position(source))
    yield "group", np.full(source.n, list(scenario.groups).index(stream.group))
    yield "zone", source.zone
    if source.visits is None:
        yield "client", draw_clients(scenario, stream, source.dice, source.zone)
    else:
        yield "client", source.visits.client
    yield "caller", source.caller


def _call(source: _Source) -> Iterator[Column]:
    hotline, dice, channel = source.scenario.hotline, source.dice, source.stream.channel
    if channel == Channel.PORTAL:
        yield "review", dice.times(hotline.review, Purpose.REVIEW)
    if channel == Channel.TIER:
        yield "handed_down_delay", dice.times(hotline.handed_down_delay, Purpose.HANDED_DOWN_DELAY)
    if channel not in (Channel.PHONE, Channel.BUTTON):
        return
    attempts = widths(source.scenario)["patience"]
    yield "patience", source.by_caller("patience", Purpose.PATIENCE, attempts)
    yield "redial_coin", dice.coin_matrix(Purpose.REDIAL_COIN, attempts)
    yield "redial_delay", source.by_caller("redial_delay", Purpose.REDIAL_DELAY, attempts)
    false_alarm = dice.coins(Purpose.FALSE_ALARM) < source.stream.false_prob
    verify_talk = dice.times(hotline.verify_talk, Purpose.VERIFY_TALK)
    talk = source.by_caller("talk", Purpose.TALK, 1)[:, 0]
    yield "false_alarm", false_alarm
    yield "talk", np.where(false_alarm, verify_talk, talk)
    yield "wrap_up", dice.times(hotline.wrap_up, Purpose.WRAP_UP)
    yield "handed_down_coin", dice.coins(Purpose.HANDED_DOWN_COIN)
    yield "handed_down_delay", dice.times(hotline.handed_down_delay, Purpose.HANDED_DOWN_DELAY)
    yield from tiers.columns(source.scenario, dice)
    yield from hold.columns(source.scenario, dice, attempts)


def _order(source: _Source) -> Iterator[Column]:
    stream, dice, dispatch = source.stream, source.dice, source.scenario.dispatch
    service = source.scenario.services[_service_position(source)]
    opens = closes = due = np.full(source.n, NEVER)
    if stream.lead is not None:
        refused = service.mode == ServiceMode.DELIVERY and service.late_orders == LateOrders.REFUSE
        opens, closes = booked_window(
            source.time,
            dice.times(stream.lead, Purpose.LEAD),
            stream.slots,
            least_lead=round(service.lead_h * HOUR),
            # where late orders are refused, nobody is put off until tomorrow
            cut_off=None if refused else service.cut_off,
            width=round((service.window_min or 0.0) * MINUTE),
        )
        due = closes
    elif source.visits is not None:
        opens, closes = source.visits.opens, source.visits.closes
        due = closes
    elif service.target_min is not None:
        due = source.time + round(service.target_min * MINUTE)
    yield "window_open", opens
    yield "window_close", closes
    yield "due", due
    if source.visits is not None:
        # A planned visit that nobody has set out for by the end of its time is missed.
        yield "order_patience", np.zeros(source.n, dtype=np.int64)
    elif service.patience is None:
        yield "order_patience", np.full(source.n, NEVER)
    else:
        yield "order_patience", dice.times(service.patience, Purpose.ORDER_PATIENCE)
    offers = widths(source.scenario)["offer_coin"]
    yield "offer_delay", dice.time_matrix(dispatch.offer_delay, Purpose.OFFER_DELAY, offers)
    yield "offer_coin", dice.coin_matrix(Purpose.OFFER_COIN, offers)
    if widths(source.scenario)["reaction"]:
        yield "reaction", dice.rng(Purpose.REACTION).integers(0, NEVER, (source.n, 1))
    noise_cv = source.scenario.travel.noise_cv
    yield "noise_out", dice.factors(noise_cv, Purpose.NOISE_OUT)
    yield "noise_back", dice.factors(noise_cv, Purpose.NOISE_BACK)
    if service.duration is not None and service.mode != ServiceMode.ADVICE:
        yield "duration", dice.times(service.duration, Purpose.DURATION)
    yield "no_show_coin", dice.coins(Purpose.NO_SHOW_COIN)
    yield from remote.columns(source.scenario, dice)


def _assessed(source: _Source) -> Iterator[Column]:
    service = source.scenario.services[_service_position(source)]
    for admission in source.scenario.admissions:
        if admission.id == service.id:
            grades = choose(admission.weights, source.dice.coins(Purpose.GRADE)) + 1
            yield "grade", grades[:, None]
            if admission.assessment is not None:
                times = source.dice.times(admission.assessment, Purpose.ASSESSMENT)
                yield "assessment", times[:, None]


def _delivery(source: _Source) -> Iterator[Column]:
    service = source.scenario.services[_service_position(source)]
    if service.mode == ServiceMode.DELIVERY:
        yield "hand_coin", source.dice.coins(Purpose.HAND_COIN)[:, None]
        if service.carry is not None:
            times = source.dice.times(service.carry, Purpose.CARRY_DELAY)
            yield "carry_delay", times[:, None]


def _afterwards(source: _Source) -> Iterator[Column]:
    hotline, chasing, dice = source.scenario.hotline, source.scenario.chasing, source.dice
    yield "call_back_coin", dice.coins(Purpose.CALL_BACK_COIN)
    yield "call_back_talk", dice.times(hotline.call_back_talk, Purpose.CALL_BACK_TALK)
    yield "call_back_wrap_up", dice.times(hotline.wrap_up, Purpose.CALL_BACK_WRAP_UP)
    if not chasing.caller:
        return
    caller = source.scenario.callers[chasing.caller]
    chases = widths(source.scenario)["chase_coin"]
    yield "chase_coin", dice.coin_matrix(Purpose.CHASE_COIN, chases)
    yield "chase_patience", dice.time_matrix(caller.patience, Purpose.CHASE_PATIENCE, chases)
    yield "chase_talk", dice.time_matrix(caller.talk, Purpose.CHASE_TALK, chases)
    yield "chase_wrap_up", dice.time_matrix(hotline.wrap_up, Purpose.CHASE_WRAP_UP, chases)


def _service_position(source: _Source) -> int:
    return [service.id for service in source.scenario.services].index(source.stream.service)
