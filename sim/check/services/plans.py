"""What must be true of care plans: as many visits as written, at the times written, or missed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.check.ground.facts import NAT, Facts, Ints, Yes
from sim.check.ground.findings import Broken, rows_where
from sim.words.kinds import DAY, MINUTE, CancelReason, OrderState

WEEK_BEGINS = 3
"""1 January 1970 was a Thursday: so many days after a Monday."""


def plans_as_written(f: Facts) -> Iterator[Broken]:
    """A planned visit has its plan's group, service and hours, an allowed first date, and both its
    dates in one period, in which no client has more visits than the plan says, all with a first
    date of their own."""
    stream = f.text("requests", "stream")
    for _, plan in f.table("plans").iterrows():
        mine = stream == plan["plan"]
        opens, closes = f.ms("requests", "window_open"), f.ms("requests", "window_close")
        first = f.ms("requests", "requested")
        last = closes - round(plan["closes_min"] * MINUTE)
        wrong = (first % DAY != 0) | (last % DAY != 0) | (last < first)
        wrong |= opens != first + round(plan["opens_min"] * MINUTE)
        wrong |= (first != last) & bool(plan["same_day"])
        wrong |= ~_allowed(f, plan, first)
        wrong |= (f.text("requests", "group") != plan["group"]) | (
            f.text("requests", "service") != plan["service"])
        period = _period(f, str(plan["per"]), first)
        wrong |= period != _period(f, str(plan["per"]), last)
        yield from rows_where(
            "requests", mine & wrong, "stream", "requested", "window_open", "window_close")
        rows = np.flatnonzero(mine)
        of = pd.DataFrame({
            "client": f.column("requests", "client")[rows], "period": period[rows],
            "first": first[rows]})
        many = of.groupby(["client", "period"])["first"].transform("size").to_numpy()
        again = of.duplicated().to_numpy() | (many > plan["visits"])
        yield from rows_where(
            "requests", np.isin(np.arange(len(mine)), rows[again]), "stream", "client", "requested")


def lapsed_at_the_end(f: Facts) -> Iterator[Broken]:
    """A planned visit is missed exactly at the end of its time, and nothing else lapses."""
    state, reason = f.code("orders", "state", OrderState), f.code("orders", "reason", CancelReason)
    lapsed = reason == CancelReason.LAPSED
    cancelled, closes = f.ms("orders", "cancelled"), f.ms("orders", "window_close")
    plans = f.table("plans")["plan"].astype(str)
    request = f.row_of("orders", "request", "requests")
    planned = np.isin(f.text("requests", "stream").astype(str)[request], plans)
    # an order left behind on the way after its end is missed there and then
    # and a client whom an expert tried in vain at its end, when the try is over
    late = (f.column("orders", "preempted") > 0) | _tried(f)
    wrong = lapsed & ~(planned & ((cancelled == closes) | (late & (cancelled >= closes))))
    wrong |= planned & (reason == CancelReason.GAVE_UP)
    unsent = (f.ms("orders", "departed") == NAT) & (state != OrderState.CANCELLED) & (
        state != OrderState.UNFUNDED)
    wrong |= planned & unsent & (closes < f.horizon)
    yield from rows_where("orders", wrong, "state", "reason", "window_close", "cancelled")


def _tried(f: Facts) -> Yes:
    """Which orders an expert has tried to serve."""
    if "sessions" not in f.result.more:
        return np.zeros(len(f.table("orders")), dtype=bool)
    return np.isin(f.column("orders", "order"), f.column("sessions", "order"))


def _allowed(f: Facts, plan: pd.Series, first: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each date is of a weekday that the plan allows; a holiday is a Sunday."""
    weekday = f.column("days", "weekday")
    days = [int(n) for n in str(plan["days"]).split("|")]
    return np.asarray(np.isin(weekday[np.clip(first // DAY, 0, len(weekday) - 1)], days))


def _period(f: Facts, per: str, when: Ints) -> Ints:
    """The number of the week, month or year of each moment."""
    dates = np.asarray(f.origin + when, dtype="datetime64[ms]")
    if per == "week":
        return np.asarray((dates.astype("datetime64[D]").astype(np.int64) + WEEK_BEGINS) // 7)
    return np.asarray(dates.astype(f"datetime64[{per[0].upper()}]").astype(np.int64))
