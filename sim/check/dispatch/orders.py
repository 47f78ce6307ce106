"""What must be true of every order: causes, times, states, parts of the response."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.check.dispatch.offers import BINDING
from sim.check.ground.deliveries import handed, on_round
from sim.check.ground.facts import NAT, Facts, Ints, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.hotline.calls import FROM_CALLER, kinds
from sim.check.hotline.tiers import came_down, there
from sim.words.kinds import (
    NONE,
    CallKind,
    CallOutcome,
    CancelReason,
    Channel,
    OfferResult,
    OrderState,
    ServiceMode,
    WhenClosed,
)

NO_PAYER = (CancelReason.FUND_EMPTY, CancelReason.SHARE_USED_UP, CancelReason.NOT_COVERED)
"""Why an order is unfunded."""
CHAIN = (
    "requested", "call_arrived", "answered", "created", "offered", "accepted", "eligible",
    "gathering", "departed", "arrived", "started", "ended", "called_back",
)
"""The times of an order in the order in which they come."""

MORE_TIMES = {
    "passed": ("passed", "joined", "answered", "talk_end", "wrap_up_end", "left", "handed_down"),
    "held": ("held",),
    "dials": ("start", "end"),
    "consults": ("joined", "started", "ended"),
    "sessions": ("started", "ended"),
}
"""Times of the tables that only some scenarios have."""


def times_rise(f: Facts) -> Iterator[Broken]:
    """Each time is there only if the one before it is, and not before it."""
    for earlier, later in pairwise(CHAIN):
        a, b = f.ms("orders", earlier), f.ms("orders", later)
        yield from rows_where("orders", has(b) & ~(has(a) & (a <= b)), earlier, later)
    last = np.max([f.ms("orders", name) for name in CHAIN], axis=0)
    cancelled = f.ms("orders", "cancelled")
    yield from rows_where("orders", has(cancelled) & (cancelled < last), "cancelled", "state")


def inside_the_run(f: Facts) -> Iterator[Broken]:
    """Nothing that is reported happened before the start or after the end of the run."""
    for table, columns in {
        "requests": ("requested",),
        "calls": ("arrived", "answered", "talk_end", "wrap_up_end", "left"),
        "orders": (*CHAIN, "eligible", "cancelled"),
        "offers": ("offered", "closed"),
        "visits": ("held", "departed", "arrived", "started", "ended", "turned_back"),
        "meals": ("left", "ready"),
        "rounds": ("opened", "closed", "departed", "ended"),
        "timesheet": ("start", "end"),
        "stays": ("held", "entered", "left"),
        "waitlist": ("listed", "unlisted"),
        **MORE_TIMES,
    }.items():
        for name in columns if table in f.columns else ():
            t = f.ms(table, name)
            yield from rows_where(table, has(t) & ((t < 0) | (t > f.horizon)), name)


def last_state(f: Facts) -> Iterator[Broken]:
    """The state is the furthest one whose time came, and the reason goes with it."""
    came = {name: has(f.ms("orders", name)) for name in (*CHAIN, "cancelled")}
    state = f.code("orders", "state", OrderState)
    reason = f.code("orders", "reason", CancelReason)
    nobody_home = state == OrderState.NO_SHOW
    furthest = np.select(
        [came["cancelled"], came["called_back"], came["ended"], came["started"],
         came["arrived"], came["departed"], came["accepted"], came["offered"]],
        [np.select([np.isin(reason, NO_PAYER), reason == CancelReason.NO_PLACE],
                   [OrderState.UNFUNDED, OrderState.REFUSED], OrderState.CANCELLED),
         OrderState.CALLED_BACK,
         np.where(nobody_home, OrderState.NO_SHOW, OrderState.COMPLETED), OrderState.IN_SERVICE,
         OrderState.ARRIVED, OrderState.EN_ROUTE, OrderState.ACCEPTED, OrderState.OFFERED],
        default=OrderState.PENDING,
    )
    # between two offers an order is pending again
    right = (state == furthest) | (
        (furthest == OrderState.OFFERED) & (state == OrderState.PENDING))
    right |= (furthest == OrderState.PENDING) & (state == OrderState.WAITLISTED)
    cancelled = came["cancelled"]
    right &= cancelled == (reason > CancelReason.NONE)
    right &= ~(cancelled & came["departed"]) | (reason == CancelReason.KITCHEN_STOPPED)
    unwanted = (CancelReason.NO_POINT, CancelReason.NO_PLACE, CancelReason.AFTER_CUT_OFF,
                CancelReason.KITCHENS_FULL)
    right &= ~np.isin(reason, unwanted) | ~came["accepted"]
    # who finds no payer is told at once
    right &= (state != OrderState.UNFUNDED) | (
        ~came["offered"] & (f.ms("orders", "cancelled") == f.ms("orders", "created")))
    yield from rows_where("orders", ~right, "state", "reason", "cancelled", "departed", "ended")


def has_a_cause(f: Facts) -> Iterator[Broken]:
    """One order a request, and only where the request was heard and needs a visit."""
    request = f.row_of("orders", "request", "requests")
    again = f.table("orders")["request"].duplicated().to_numpy()
    channel = take(f.text("requests", "channel"), request, "")
    idle_press = take(f.column("requests", "false_alarm"), request, False).astype(bool)
    advice = take(f.text("requests", "mode"), request, "") == ServiceMode.ADVICE
    call_arrived, answered, created = (
        f.ms("orders", name) for name in ("call_arrived", "answered", "created"))
    requested = f.ms("orders", "requested")
    call = _settling_call(f, f.column("orders", "request"))
    on_call = (answered == take(f.ms("calls", "answered"), call, NAT)) & (
        created == take(f.ms("calls", "talk_end"), call, NAT)) & (
        call_arrived == take(f.ms("calls", "arrived"), call, NAT))
    unheard = (call_arrived == requested) & (answered == requested)
    handed_down = (call == NONE) & (answered == call_arrived) & (
        call_arrived == _rang_when_closed(f))
    if f.settings["hotline.when_closed"] != WhenClosed.HANDED_TO_12345:
        handed_down &= False
    if there(f):
        handed_down = came_down(f)
    rang = np.isin(channel, (Channel.PHONE, Channel.BUTTON))
    heard = np.where(rang, ((call != NONE) & on_call) | handed_down, unheard)
    heard &= (channel != Channel.PLAN) | (created == requested)
    wrong = again | idle_press | advice | ~heard
    yield from rows_where(
        "orders", wrong, "request", "channel", "call_arrived", "answered", "created")


def _settling_call(f: Facts, requests: Ints) -> Ints:
    """The row of the call on which each request was heard; -1 where there is none."""
    heard = np.flatnonzero(
        np.isin(kinds(f), (*FROM_CALLER, CallKind.MESSAGE)) & has(f.ms("calls", "answered")))
    place = find(f.column("calls", "request")[heard], requests)
    return take(heard, place, NONE)


def _rang_when_closed(f: Facts) -> Ints:
    """Of each order's request: when it met a closed hotline, which ends its attempts."""
    closed = np.flatnonzero(
        (f.code("calls", "outcome", CallOutcome) == CallOutcome.CLOSED)
        & np.isin(kinds(f), FROM_CALLER))
    row = find(f.column("calls", "request")[closed], f.column("orders", "request"))
    return np.asarray(take(f.ms("calls", "arrived")[closed], row, NAT))


def nothing_forgotten(f: Facts) -> Iterator[Broken]:
    """Everything that was asked for on an answered call, or planned, has its order: but advice."""
    number = f.column("requests", "request")
    channel = f.text("requests", "channel")
    call = _settling_call(f, number)
    talked = has(take(f.ms("calls", "talk_end"), call, NAT)) | (channel == Channel.PLAN)
    needs = f.text("requests", "mode") != ServiceMode.ADVICE
    needs &= ~f.column("requests", "false_alarm")
    written = np.isin(number, f.column("orders", "request"))
    yield from rows_where("requests", talked & needs & ~written, "channel", "requested")


def response_adds_up(f: Facts) -> Iterator[Broken]:
    """Of orders as soon as possible the parts, each from its own table, make up the whole.

    Redials, hotline wait and talk are the calls'; offers are the offers'; travel is the visits'.
    """
    started, requested = f.ms("orders", "started"), f.ms("orders", "requested")
    asap = has(started) & ~has(f.ms("orders", "window_open"))
    created, departed = f.ms("orders", "created"), f.ms("orders", "departed")
    arrived = np.full(len(created), NAT)
    order = f.row_of("visits", "order", "orders")
    there = f.ms("visits", "arrived") - f.ms("visits", "departed") + take(departed, order, 0)
    there = np.where(on_round(f), f.ms("visits", "arrived"), there)
    known = (order != NONE) & has(f.ms("visits", "arrived"))
    np.maximum.at(arrived, order[known], there[known])
    arrived = np.where(handed(f), f.ms("orders", "arrived"), arrived)
    whole = (
        np.where(asap, _until_written(f), 0)
        + (_taken_at(f) - created)
        + (f.ms("orders", "gathering") - f.ms("orders", "accepted"))
        + (departed - f.ms("orders", "gathering"))
        + (arrived - departed)
        + (started - f.ms("orders", "arrived"))
    )
    wrong = asap & ((whole != started - requested) | (started != f.ms("orders", "arrived")))
    yield from rows_where("orders", wrong, "requested", "arrived", "started",
                          **{"parts sum to ms": whole})


def _until_written(f: Facts) -> Ints:
    """Redial gaps, wait and talk of the calls; portal, plan and messages: as the order says."""
    request = f.column("orders", "request")
    first = find(np.where(kinds(f) == CallKind.FIRST, f.column("calls", "request"), NONE), request)
    call = _settling_call(f, request)
    ring = take(f.ms("calls", "arrived"), first, 0)
    arrived, answered = (take(f.ms("calls", name), call, 0) for name in ("arrived", "answered"))
    on_calls = (arrived - ring) + (answered - arrived) + (
        take(f.ms("calls", "talk_end"), call, 0) - answered)
    by_phone = (call != NONE) & (take(kinds(f), call, NONE) != CallKind.MESSAGE)
    return np.where(by_phone, on_calls, f.ms("orders", "created") - f.ms("orders", "requested"))


def _taken_at(f: Facts) -> Ints:
    """When an offer of each order was accepted or made binding."""
    result = f.code("offers", "result", OfferResult)
    taken = np.flatnonzero(np.isin(result, BINDING))
    place = find(f.column("offers", "order")[taken], f.column("orders", "order"))
    return take(f.ms("offers", "closed")[taken], place, 0)
