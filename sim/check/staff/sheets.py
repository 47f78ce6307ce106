"""The time sheet says the same as the calls and the visits, to the millisecond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sim.check.ground.facts import NAT, Facts, Ints, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.hotline import hold
from sim.check.hotline.calls import kinds
from sim.words.kinds import NONE, CallKind, IdleReason, StaffState


def sheet_agrees_with_calls(f: Facts) -> Iterator[Broken]:
    """Each talk, wrap-up and call-back on the time sheet is a call's, to the millisecond."""
    operator = f.place("calls", "operator", "staff")
    back = kinds(f) == CallKind.CALL_BACK
    talked = (operator != NONE) & has(f.ms("calls", "answered"))
    number = f.column("calls", "call")
    parts = [
        (talked & ~back, StaffState.TALK, "answered", "talk_end"),
        (talked & back, StaffState.CALL_BACK, "answered", "talk_end"),
        (talked & has(f.ms("calls", "talk_end")), StaffState.WRAP_UP, "talk_end", "wrap_up_end"),
    ]
    expected = [
        (operator[rows], np.full(rows.sum(), state), number[rows],
         f.ms("calls", since)[rows], f.until("calls", until)[rows])
        for rows, state, since, until in parts
    ]
    if hold.there(f):
        who, since = f.place("dials", "operator", "staff"), f.ms("dials", "start")
        expected.append((who, np.full(len(who), StaffState.RINGING), f.column("dials", "call"),
                         since, f.until("dials", "end")))
    yield from _compare(f, expected, "call", (
        StaffState.TALK, StaffState.CALL_BACK, StaffState.WRAP_UP, StaffState.RINGING))


def sheet_agrees_with_visits(f: Facts) -> Iterator[Broken]:
    """Each trip, early wait and service on the time sheet is a visit's, to the millisecond."""
    staff, number = f.place("visits", "caregiver", "staff"), f.column("visits", "order")
    parts = [
        (StaffState.GATHERING, "held", "departed"),
        (StaffState.TRAVEL, "departed", "arrived"),
        (StaffState.EARLY_WAIT, "arrived", "started"),
        (StaffState.SERVICE, "started", "ended"),
    ]
    turned = f.ms("visits", "turned_back")
    expected = []
    for state, since, until in parts:
        rows = has(f.ms("visits", since))
        ends = f.until("visits", until)
        if state == StaffState.TRAVEL:
            ends = np.where(has(turned), turned, ends)
        expected.append((staff[rows], np.full(rows.sum(), state), number[rows],
                         f.ms("visits", since)[rows], ends[rows]))
    yield from _compare(f, expected, "order", tuple(part[0] for part in parts))
    yield from _kilometres(f)


def _kilometres(f: Facts) -> Iterator[Broken]:
    """Visits whose kilometres are not those of the trip on the time sheet."""
    travel = f.code("timesheet", "state", StaffState) == StaffState.TRAVEL
    who, order = f.place("timesheet", "staff", "staff"), f.column("timesheet", "order")
    km = pd.Series(f.column("timesheet", "km")[travel], index=[who[travel], order[travel]])
    trips = pd.MultiIndex.from_arrays(
        [f.place("visits", "caregiver", "staff"), f.column("visits", "order")])
    on_sheet = km.groupby(level=[0, 1]).sum().reindex(trips).to_numpy()
    # somebody called away may have set out for the same home again
    of_pair = pd.Series(f.column("visits", "km"), index=trips).groupby(level=[0, 1])
    # who goes next door may have no line of travel at all
    wrong = np.abs(on_sheet - of_pair.transform("sum").to_numpy()) > 1e-6
    yield from rows_where("visits", wrong, "order", "caregiver", "km", **{"km on sheet": on_sheet})


def _compare(
    f: Facts, expected: Sequence[tuple[Ints, ...]], job: str, states: tuple[StaffState, ...]
) -> Iterator[Broken]:
    """Report lines of the time sheet that nothing explains, and work that is not on it.

    Being held counts as gathering, also where it is idleness reserved for an order.
    """
    sheet = _joined_lines(f, job)
    sheet = sheet[sheet["state"].isin(states)]
    names = ["staff", "state", job, "start", "end"]
    columns = [np.concatenate(parts) for parts in zip(*expected, strict=True)]
    want = pd.DataFrame(dict(zip(names, columns, strict=True)))
    # who is phoned again at once has two calls on one line of the sheet
    want = _joined(want[want["end"] > want["start"]].assign(line=0), job).drop(columns="line")
    both = sheet.merge(want, how="outer", on=names, indicator=True)
    odd = both[both["_merge"] == "left_only"]
    released = odd["state"].eq(StaffState.GATHERING) & (
        odd["end"].to_numpy() <= _let_go_by(f, odd[job].to_numpy()))
    odd = odd[~released]
    if len(odd):
        yield Broken("timesheet", odd["line"].to_numpy(dtype=np.int64), ("state", "end", job))
    lost = both[both["_merge"] == "right_only"]
    if len(lost):
        yield Broken("", np.arange(len(lost)), (), {
            "missing from timesheet": f.text("staff", "staff")[lost["staff"].to_numpy()],
            "state": [StaffState(s).name.lower() for s in lost["state"]],
            job: lost[job].to_numpy(),
            "start": f.when(lost["start"].to_numpy()), "end": f.when(lost["end"].to_numpy()),
        })


def _joined_lines(f: Facts, job: str) -> pd.DataFrame:
    """Lines of the time sheet, those that only the shift's end divides made one."""
    state = f.code("timesheet", "state", StaffState)
    reserved = f.code("timesheet", "reason", IdleReason) == IdleReason.RESERVED
    sheet = pd.DataFrame({
        "staff": f.place("timesheet", "staff", "staff"),
        "state": np.where(reserved, StaffState.GATHERING, state),
        job: f.column("timesheet", job),
        "start": f.ms("timesheet", "start"),
        "end": f.ms("timesheet", "end"),
        "line": np.arange(len(state)),
    })
    return _joined(sheet, job)


def _joined(sheet: pd.DataFrame, job: str) -> pd.DataFrame:
    """The lines by person and time, those of the same work that follow on at once made one."""
    sheet = sheet.sort_values(["staff", "start", "end"], kind="stable")
    same = ["staff", "state", job]
    goes_on = (sheet[same] == sheet[same].shift()).all(axis=1)
    goes_on &= sheet["start"] == sheet["end"].shift()
    return sheet.groupby((~goes_on).cumsum().to_numpy(), sort=False).agg(
        {"staff": "first", "state": "first", job: "first", "start": "first", "end": "last",
         "line": "first"})


def _let_go_by(f: Facts, order: Ints) -> Ints:
    """Until when somebody may have been held for an order and then not have gone."""
    row = find(f.column("orders", "order"), order)
    departed, cancelled = f.until("orders", "departed"), f.until("orders", "cancelled")
    return take(np.minimum(departed, cancelled), row, NAT)
