"""From the journal's lines to the tables a real hotline platform would export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.log import meals, remote
from sim.log.journal import Journal
from sim.log.result import Result, frame
from sim.log.stays import stays, waitlist
from sim.log.timesheet import timesheet
from sim.log.where_used import WHERE_USED, where_used
from sim.words.kinds import (
    FEN,
    MINUTE,
    NONE,
    CallKind,
    OfferResult,
    OrderState,
)
from sim.words.tables import EVERY

Columns = dict[str, NDArray[Any]]


class Context(NamedTuple):
    """What the lines do not say themselves."""

    start: np.datetime64
    horizon: int
    names: Mapping[str, Sequence[str]]
    """the ids behind the codes: zones, services, staff, ..."""
    requests: Mapping[str, NDArray[Any]]
    """columns of the requests table, as codes and model milliseconds"""
    duties: Mapping[str, NDArray[Any]]
    """columns ``staff, role, staff_group, point, shift, shift_date, start, end, absent, breaks`` of
    every rostered duty"""
    crew: NDArray[np.int64]
    """[service] -> caregivers needed at once"""
    staff_point: NDArray[np.int64]
    """[staff] -> own point"""
    place_rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    """[row of places.csv] -> its point, and its kind"""
    more: frozenset[str] = frozenset()
    """tables that this run has beyond those of every run"""


def tables(
    journal: Journal, context: Context, replication: int, reference: Mapping[str, pd.DataFrame]
) -> Result:
    """Every table of a finished run. What its end cuts off has not happened."""
    lines = journal.columns()
    for kind, key in (
        ("calls", "call"), ("orders", "order"), ("meals", "order"), ("rounds", "round")
    ):
        order = np.argsort(lines[kind][key], kind="stable")
        number = lines[kind][key][order]
        order = order[np.append(number[1:] != number[:-1], True)[: len(order)]]
        lines[kind] = {name: column[order] for name, column in lines[kind].items()}
    lines["visits"] = _turned(lines["visits"], lines["turned"])
    lines["offers"] = _offers(lines)
    roster = _roster(lines, context)
    calls = _calls(lines["calls"], context)
    columns = {
        "requests": dict(context.requests),
        "calls": calls,
        "orders": _orders(lines, context),
        "offers": lines["offers"],
        "visits": _visits(lines["visits"], context),
        "timesheet": timesheet(lines, _begun(roster, context.horizon), context.horizon),
        "roster": roster,
    }
    more: dict[str, Columns] = {}
    if "payments" in context.more:
        more["payments"] = _payments(lines["payments"])
    if len(context.place_rows[0]):
        more["stays"] = stays(lines["stays"], context.place_rows)
        more["waitlist"] = waitlist(lines["waitlist"])
    more |= {name: where_used(name, lines) for name in WHERE_USED if name in context.more}
    if "meals" in context.more:
        more |= {"meals": dict(lines["meals"]), "rounds": meals.rounds(lines["rounds"])}
    if "grabs" in context.more:
        more["grabs"] = lines["grabs"]
    columns |= more
    for name in ("calls", "orders", "offers", "visits", *more):
        _forget_future(name, columns[name], context.horizon)
    frames = {
        name: frame(name, own, context.names, context.start) for name, own in columns.items()
    }
    return Result(
        replication=replication, reference=reference,
        more={name: frames.pop(name) for name in more}, **frames,
    )


def _forget_future(table: str, columns: Columns, horizon: int) -> None:
    for column in EVERY[table]:
        if column.kind == "time" and not column.name.startswith(("window", "due")):
            times = columns[column.name]
            columns[column.name] = np.where(times >= horizon, NONE, times)


def _turned(visits: Columns, turned: Mapping[str, NDArray[Any]]) -> Columns:
    """The lines of visits, of which some ended on the way: nothing came after that."""
    row = turned["visit"]
    back = np.full(len(visits["order"]), NONE)
    back[row] = turned["until"]
    visits["km"][row] = turned["km"]
    visits["no_show"][row] = 0
    for name in ("arrived", "started", "ended"):
        visits[name][row] = NONE
    left_road = np.where(back < 0, visits["arrived"], back)
    return visits | {"turned_back": back, "left_road": left_road}


def _calls(lines: Mapping[str, NDArray[Any]], context: Context) -> Columns:
    request = lines["request"]
    return {
        **lines,
        "channel": context.requests["channel"][request],
        "caller": context.requests["caller"][request],
    }


def _offers(lines: Mapping[str, Mapping[str, NDArray[Any]]]) -> Columns:
    """Every offer, by order: those that came to nothing, and the one on the line of an order that
    was accepted."""
    refused, orders = lines["offers"], lines["orders"]
    taken = orders["taken"] >= 0
    last = {"closed": orders["accepted"], "result": orders["taken"]} | {
        name: orders[name] for name in ("order", "offer", "point", "offered")
    }
    every = {name: np.concatenate([refused[name], last[name][taken]]) for name in refused}
    by_order = np.lexsort((every["offer"], every["order"]))
    return {name: column[by_order] for name, column in every.items()}


def _orders(lines: Mapping[str, Mapping[str, NDArray[Any]]], context: Context) -> Columns:
    orders = dict(lines["orders"])
    count = len(orders["order"])
    request = orders["request"]
    for name in (
        "client", "zone", "group", "service", "channel", "priority", "requested", "window_open",
        "window_close", "due",
    ):
        orders[name] = context.requests[name][request]
    orders["crew"] = context.crew[orders["service"]]

    offers = lines["offers"]
    number = offers["order"]
    orders["offered"] = np.full(count, NONE)
    first = offers["offer"] == 0
    orders["offered"][number[first]] = offers["offered"][first]
    orders["offers"] = np.bincount(number, minlength=count)
    for name, result in (
        ("rejected", OfferResult.REJECTED),
        ("timed_out", OfferResult.TIMED_OUT),
        ("escalated", OfferResult.ESCALATED),
    ):
        orders[name] = np.bincount(number[offers["result"] == result], minlength=count)

    orders["arrived"] = np.full(count, NONE)
    np.maximum.at(orders["arrived"], lines["visits"]["order"], lines["visits"]["arrived"])
    came = lines["stays"]["order"] >= 0
    orders["arrived"][lines["stays"]["order"][came]] = lines["stays"]["arrived"][came]
    turned = lines["visits"]["order"][lines["visits"]["turned_back"] >= 0]
    turned = turned[meals.not_called_away(turned, lines["meals"])]
    orders["preempted"] = np.bincount(turned, minlength=count)
    meals.arrive_without_caregiver(orders, lines["meals"])
    remote.serve_without_travel(orders, lines["sessions"])
    orders["gathering"] = np.where(orders["departed"] < 0, NONE, orders["gathering"])

    calls = lines["calls"]
    of_request = np.full(len(context.requests["request"]), NONE)
    of_request[request] = orders["order"]
    chases = of_request[calls["request"][calls["kind"] == CallKind.CHASE]]
    orders["chases"] = np.bincount(chases, minlength=count)
    orders["called_back"] = np.full(count, NONE)
    back = calls["kind"] == CallKind.CALL_BACK
    orders["called_back"][of_request[calls["request"][back]]] = calls["talk_end"][back]

    orders["state"] = _states(orders, lines, context.horizon)
    return orders


def _states(
    orders: Columns, lines: Mapping[str, Mapping[str, NDArray[Any]]], horizon: int
) -> NDArray[np.int64]:
    """The last state each order reached by the end of the run; the model leaves it at departure."""
    state = orders["state"].copy()
    left = state == OrderState.EN_ROUTE
    no_show = np.zeros(len(state), dtype=bool)
    no_show[lines["visits"]["order"][lines["visits"]["no_show"] == 1]] = True
    remote.mark_unreached(no_show, lines["sessions"])
    state[left & (orders["arrived"] < horizon)] = OrderState.ARRIVED
    state[left & (orders["started"] < horizon)] = OrderState.IN_SERVICE
    ended = left & (orders["ended"] < horizon)
    state[ended] = np.where(no_show[ended], OrderState.NO_SHOW, OrderState.COMPLETED)
    called = (orders["called_back"] >= 0) & (orders["called_back"] < horizon)
    state[called] = OrderState.CALLED_BACK
    return state


def _visits(lines: Mapping[str, NDArray[Any]], context: Context) -> Columns:
    return {
        **lines,
        "visit": np.arange(len(lines["order"])),
        "point": context.staff_point[lines["caregiver"]],
        "planned_min": lines["planned"] / MINUTE,
    }


def _roster(every: Mapping[str, Mapping[str, NDArray[Any]]], context: Context) -> Columns:
    roster = dict(context.duties)
    count = len(roster["staff"])
    for name, kind in (("signed_in", "sign_ins"), ("signed_out", "sign_outs")):
        lines = every[kind]
        roster[name] = np.full(count, NONE)
        roster[name][lines["duty"]] = lines["time"]
    outs = every["sign_outs"]
    roster["breaks_missed"] = np.zeros(count, dtype=np.int64)
    roster["breaks_missed"][outs["duty"]] = outs["missed"]
    return roster


def _begun(roster: Columns, horizon: int) -> Columns:
    """Duties that began, sorted by person and sign-in; those still on end with the run."""
    begun = np.flatnonzero(roster["signed_in"] >= 0)
    begun = begun[np.lexsort((roster["signed_in"][begun], roster["staff"][begun]))]
    duties = {name: column[begun] for name, column in roster.items()}
    duties["date"] = duties["shift_date"]
    duties["signed_out"] = np.where(duties["signed_out"] < 0, horizon, duties["signed_out"])
    return duties


def _payments(lines: Mapping[str, NDArray[Any]]) -> Columns:
    """What each payer promised to each order, by order and payer."""
    place = np.lexsort((lines["payer"], lines["order"]))
    columns = {name: column[place] for name, column in lines.items()}
    columns["yuan"] = columns["fen"] / FEN
    columns["paid_yuan"] = columns["paid"] / FEN
    return columns
