"""The tables fit together: rows have numbers, references lead somewhere, repeats agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.check.ground.facts import NAT, Facts, find, has, take
from sim.check.ground.findings import KEYS, Broken, rows_where
from sim.check.hotline.calls import inbound, kinds
from sim.words.kinds import MINUTE, NONE, CallKind, Channel
from sim.words.tables import EVERY

NUMBERED = {
    "request": "requests", "order": "orders", "call": "calls",
}
"""Columns that hold the number of a row in another table."""
NAMED = {"staff": "staff", "points": "points", "zones": "zones", "services": "services",
         "kitchens": "kitchens"}
"""Kinds of names that a reference table lists."""


def ids_unique(f: Facts) -> Iterator[Broken]:
    for name, columns in f.columns.items():
        keys = KEYS.get(name, (columns[0].name,))
        if name in ("timesheet", "roster"):
            continue
        again = f.table(name).duplicated(list(keys)).to_numpy()
        yield from rows_where(name, again)
    for name in ("requests", "calls", "orders", "visits"):
        yield from rows_where(name, f.column(name, EVERY[name][0].name) < 0)


def references_resolve(f: Facts) -> Iterator[Broken]:
    """A time sheet's order or call may be -1, names may be missing, nothing else."""
    for name, columns in f.columns.items():
        for place, column in enumerate(columns):
            of = NUMBERED.get(column.name)
            if column.kind == "id" and of and not (place == 0 and of == name):
                lost = f.row_of(name, column.name, of) == NONE
                if name in ("timesheet", "stays"):
                    lost &= f.column(name, column.name) != NONE
                yield from rows_where(name, lost, column.name)
            elif column.kind == "name" and column.of in NAMED:
                known = f.place(name, column.name, NAMED[column.of]) != NONE
                stated = f.table(name)[column.name].notna().to_numpy()
                yield from rows_where(name, stated & ~known, column.name)
            elif column.kind == "code":
                blank = pd.isna(f.table(name)[column.name]).to_numpy()
                yield from rows_where(name, blank, column.name)


def requests_with_services(f: Facts) -> Iterator[Broken]:
    """Mode and class are the service's; due is the target's end, or the window's close."""
    service = f.place("requests", "service", "services")
    mode = take(f.text("services", "mode"), service, "")
    yield from rows_where("requests", f.text("requests", "mode") != mode, "service", "mode")
    level = take(f.column("services", "priority"), service, NONE)
    wrong = f.column("requests", "priority") != level
    yield from rows_where("requests", wrong, "service", "priority")
    opens, closes = f.ms("requests", "window_open"), f.ms("requests", "window_close")
    target = take(f.column("services", "target_min").astype(float), service, np.nan) * MINUTE
    ends = f.ms("requests", "requested") + np.rint(np.nan_to_num(target)).astype(np.int64)
    due = np.where(has(opens), closes, np.where(np.isnan(target), NAT, ends))
    wrong = (has(opens) != has(closes)) | (opens > closes) | (f.ms("requests", "due") != due)
    yield from rows_where("requests", wrong, "requested", "window_open", "window_close", "due")


def calls_with_requests(f: Facts) -> Iterator[Broken]:
    """Channel and caller are the request's, the first call comes with it, buttons have class 0."""
    request = f.row_of("calls", "request", "requests")
    channel = take(f.text("requests", "channel"), request, "")
    for name in ("channel", "caller"):
        theirs = take(f.text("requests", name), request, "")
        yield from rows_where("calls", f.text("calls", name) != theirs, "request", name)
    first = kinds(f) == CallKind.FIRST
    wrong = first & (f.ms("calls", "arrived") != take(f.ms("requests", "requested"), request, NAT))
    yield from rows_where("calls", wrong, "request", "kind", "arrived")
    pressed = np.isin(kinds(f), (CallKind.FIRST, CallKind.REDIAL)) & (channel == Channel.BUTTON)
    level = np.select([pressed, inbound(f)], [0, 1], default=2)
    yield from rows_where("calls", f.column("calls", "priority") != level, "kind", "priority")


def orders_with_requests(f: Facts) -> Iterator[Broken]:
    """What an order repeats of its request, of its service and of its call-back is the same."""
    request = f.row_of("orders", "request", "requests")
    for name in ("client", "priority"):
        theirs = take(f.column("requests", name), request, NONE)
        yield from rows_where("orders", f.column("orders", name) != theirs, "request", name)
    for name in ("zone", "group", "service", "channel"):
        words = take(f.text("requests", name), request, "")
        yield from rows_where("orders", f.text("orders", name) != words, "request", name)
    for name in ("requested", "window_open", "window_close", "due"):
        times = take(f.ms("requests", name), request, NAT)
        yield from rows_where("orders", f.ms("orders", name) != times, "request", name)
    crew = take(f.column("services", "crew"), f.place("orders", "service", "services"), NONE)
    yield from rows_where("orders", f.column("orders", "crew") != crew, "service", "crew")
    back = np.flatnonzero(kinds(f) == CallKind.CALL_BACK)
    call = take(back, find(f.column("calls", "request")[back], f.column("orders", "request")), NONE)
    talked = take(f.ms("calls", "talk_end"), call, NAT)
    wrong = f.ms("orders", "called_back") != talked
    yield from rows_where("orders", wrong, "request", "called_back")


def staff_with_rosters(f: Facts) -> Iterator[Broken]:
    """Role, point and group of whoever is on a roster or a time sheet are that person's."""
    for table, names in (
        ("roster", ("role", "point", "staff_group")), ("timesheet", ("role", "point")),
    ):
        staff = f.place(table, "staff", "staff")
        for name in names:
            theirs = take(f.text("staff", name), staff, "")
            yield from rows_where(table, f.text(table, name) != theirs, name)
