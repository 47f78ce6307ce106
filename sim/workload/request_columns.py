"""Everything that is drawn of a request: its call, its order, its visit, what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.streams import Purpose
from sim.words.kinds import HOUR, MINUTE, NEVER, Channel, LateOrders, ServiceMode
from sim.workload import hold, remote, tiers
from sim.workload.arrivals import booked_window
from sim.workload.clients import draw_clients
from sim.workload.sampling import choose
from sim.workload.source import Source, service_position
from sim.workload.widths import widths

Column = tuple[str, NDArray[Any]]


def columns_of(source: Source) -> Iterator[Column]:
    """Name and values, a row for each request of the source, of everything that is drawn."""
    for chapter in (_who, _call, _order, _assessed, _delivery, _afterwards):
        yield from chapter(source)


def _who(source: Source) -> Iterator[Column]:
    scenario, stream = source.scenario, source.stream
    yield "time", source.time
    yield "stream", np.full(source.n, source.code)
    yield "service", np.full(source.n, service_position(source))
    yield "group", np.full(source.n, list(scenario.groups).index(stream.group))
    yield "zone", source.zone
    if source.visits is None:
        yield "client", draw_clients(scenario, stream, source.dice, source.zone)
    else:
        yield "client", source.visits.client
    yield "caller", source.caller


def _call(source: Source) -> Iterator[Column]:
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


def _order(source: Source) -> Iterator[Column]:
    stream, dice, dispatch = source.stream, source.dice, source.scenario.dispatch
    service = source.scenario.services[service_position(source)]
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


def _assessed(source: Source) -> Iterator[Column]:
    service = source.scenario.services[service_position(source)]
    for admission in source.scenario.admissions:
        if admission.id == service.id:
            grades = choose(admission.weights, source.dice.coins(Purpose.GRADE)) + 1
            yield "grade", grades[:, None]
            if admission.assessment is not None:
                times = source.dice.times(admission.assessment, Purpose.ASSESSMENT)
                yield "assessment", times[:, None]


def _delivery(source: Source) -> Iterator[Column]:
    service = source.scenario.services[service_position(source)]
    if service.mode == ServiceMode.DELIVERY:
        yield "hand_coin", source.dice.coins(Purpose.HAND_COIN)[:, None]
        if service.carry is not None:
            times = source.dice.times(service.carry, Purpose.CARRY_DELAY)
            yield "carry_delay", times[:, None]


def _afterwards(source: Source) -> Iterator[Column]:
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
