"""No decision sees the future: redraw everything unrevealed at t, and all before t stays the same.

What is revealed is read off the tables of the first run: a talk time when the talk ends, a patience
when it runs out, a coin when it is met. Of what is under way at t, only that it is not yet over is
known, so it is drawn anew to end at t or later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.words.kinds import MINUTE
from sim.workload.tables import Workload
from tests.row_kit import Log, played
from tests.whole_kit import SECOND, case, draws, with_draws

Columns = dict[str, Any]
Entry = tuple[Any, ...]

WAITS = 20 * SECOND
"""More than what is under way could have taken; a redrawn length is up to this much longer."""


def before(log: Log, t: int) -> list[Entry]:
    """Everything the tables say of the time before ``t``, an entry an event or stretch."""
    return sorted(
        (entry for entry in _entries(log, t) if 0 <= entry[0] < t),
        key=lambda entry: (entry[0], entry[1], entry[2:]),
    )


def _entries(log: Log, t: int) -> Iterator[Entry]:
    for r in log["requests"]:
        kept = {name: value for name, value in r.items() if name != "false_alarm"}
        yield (r["requested"], "asks", *kept.values())
    for c in log["calls"]:
        yield (
            c["arrived"], "rings", c["call"], c["request"], c["attempt"], c["kind"], c["skill"],
            c["priority"],
        )
        yield c["answered"], "answered", c["call"], c["operator"]
        yield c["talk_end"], "talk over", c["call"]
        yield c["wrap_up_end"], "written", c["call"]
        yield c["left"], "left", c["call"], c["outcome"]
    for o in log["orders"]:
        yield o["created"], "created", o["order"], o["request"], o["call_arrived"], o["answered"]
        yield o["accepted"], "accepted", o["order"], o["point"]
        yield o["eligible"], "eligible", o["order"]
        if o["crew"] > 1:
            yield o["departed"], "departed", o["order"], o["gathering"]
        yield o["started"], "started", o["order"]
        yield o["ended"], "ended", o["order"], o["state"] == "no_show"
        yield o["cancelled"], "cancelled", o["order"], o["reason"]
        yield o["called_back"], "called back", o["order"]
    for f in log["offers"]:
        yield f["offered"], "offered", f["order"], f["offer"], f["point"]
        yield f["closed"], "closed", f["order"], f["offer"], f["result"]
    for v in log["visits"]:
        yield (
            v["departed"], "sets out", v["order"], v["caregiver"], v["held"], v["from_x_km"],
            v["from_y_km"], v["planned_min"],
        )
        yield v["arrived"], "arrives", v["order"], v["caregiver"], v["km"]
        yield v["turned_back"], "turns back", v["order"], v["caregiver"], v["km"]
    for d in log["roster"]:
        yield d["signed_in"], "signs in", d["staff"], d["start"]
        yield d["signed_out"], "signs out", d["staff"], d["start"], d["breaks_missed"]
    for p in log["timesheet"]:
        yield (
            p["start"], "does", p["staff"], min(p["end"], t), p["state"], p["reason"],
            bool(p["overtime"]), p["order"], p["call"],
            p["km"] if p["state"] == "return" and p["end"] < t else 0.0,
        )


def redrawn(
    scenario: Scenario, workload: Workload, log: Log, t: int, rng: np.random.Generator
) -> Workload:
    """The workload with everything unrevealed at ``t`` drawn anew."""
    past = workload.time < t
    fresh = draws(scenario, rng, len(workload))
    columns: Columns = {}
    for name, old in workload.columns().items():
        known = past if old.ndim == 1 else past[:, None]
        columns[name] = np.where(known & (name in REQUEST_KNOWS), old, getattr(fresh, name))
    columns["time"] = np.sort(np.where(past, workload.time, t + rng.integers(0, 40, len(past))
                                       * SECOND))
    now = Redraw(columns, workload, t, rng, scenario, log)
    for request in range(len(workload)):
        if past[request]:
            now.request(request)
    for call in log["calls"]:
        now.call(call)
    for order in log["orders"]:
        if 0 <= order["created"] < t:
            now.order(order)
            for offer in (f for f in log["offers"] if f["order"] == order["order"]):
                now.offer(order, offer)
            visits = [
                v for v in log["visits"] if v["order"] == order["order"] and v["departed"] < t
            ]
            if visits:
                now.visit(order, visits)
    return with_draws(workload, **columns)


REQUEST_KNOWS = (
    "time", "stream", "service", "group", "zone", "client", "caller", "x_km", "y_km",
    "window_open", "window_close", "due",
)
"""Columns that stand in the request itself."""


class Redraw:
    """Puts back into freshly drawn columns what is known at ``t``."""

    def __init__(
        self, columns: Columns, old: Workload, t: int, rng: np.random.Generator,
        scenario: Scenario, log: Log,
    ) -> None:
        self.columns = columns
        self.access = round(scenario.travel.access_min * MINUTE)
        self.visits = log["visits"]
        self.old = old
        self.t = t
        self.rng = rng

    def keep(self, name: str, *at: int) -> None:
        self.columns[name][at] = getattr(self.old, name)[at]

    def lasts(self, name: str, *at: int, least: int) -> None:
        self.columns[name][at] = max(0, least) + self.rng.integers(0, WAITS)

    def until(self, name: str, *at: int, begun: int, over: int) -> None:
        """Begun before t: known if over by then, else it lasts at least that long."""
        if 0 <= begun < self.t:
            if 0 <= over < self.t:
                self.keep(name, *at)
            else:
                self.lasts(name, *at, least=self.t - begun)

    def request(self, request: int) -> None:
        time = int(self.old.time[request])
        review = int(self.old.review[request])
        self.until("review", request, begun=time, over=time + review)

    def call(self, call: dict[str, Any]) -> None:
        request, kind, number = call["request"], call["kind"], call["attempt"]
        if call["arrived"] >= self.t:
            return
        if kind == "chase":
            names, at = ("chase_talk", "chase_wrap_up", "chase_patience"), (request, number)
        elif kind == "call_back":
            names, at = ("call_back_talk", "call_back_wrap_up", ""), (request,)
        else:
            names, at = ("talk", "wrap_up", "patience"), (request,)
        talk, wrap_up, patience = names
        self.until(talk, *at, begun=call["answered"], over=call["talk_end"])
        self.until(wrap_up, *at, begun=call["talk_end"], over=call["wrap_up_end"])
        if 0 <= call["talk_end"] < self.t and kind not in ("chase", "call_back"):
            self.keep("false_alarm", request)
        if kind in ("first", "redial", "chase"):
            self.patience(call, patience)
        if kind in ("first", "redial"):
            self.redial(call)
            if call["outcome"] == "closed" and call["left"] < self.t:
                self.handed_down(request, call["left"])

    def patience(self, call: dict[str, Any], name: str) -> None:
        at = (call["request"], call["attempt"])
        if call["outcome"] == "abandoned" and call["left"] < self.t:
            self.keep(name, *at)
        elif call["outcome"] != "blocked":
            # Who was answered had been patient until then, and nothing more is known.
            seen = [time for time in (call["answered"], call["left"]) if time >= 0]
            self.lasts(name, *at, least=min([*seen, self.t]) - call["arrived"] + 1)

    def redial(self, call: dict[str, Any]) -> None:
        at = (call["request"], call["attempt"])
        if call["outcome"] in ("blocked", "abandoned") and call["left"] < self.t:
            self.keep("redial_coin", *at)
            delay = int(self.old.redial_delay[at])
            self.until("redial_delay", *at, begun=call["left"], over=call["left"] + delay)

    def handed_down(self, request: int, closed: int) -> None:
        self.keep("handed_down_coin", request)
        self.keep("false_alarm", request)
        delay = int(self.old.handed_down_delay[request])
        self.until("handed_down_delay", request, begun=closed, over=closed + delay)

    def order(self, order: dict[str, Any]) -> None:
        request, created = order["request"], order["created"]
        begun = created
        if order["window_open"] < 2**62:
            begun = max(created, order["window_close"])
        seen = self.patient_until(order)
        if order["reason"] == "gave_up" and order["cancelled"] < self.t:
            self.keep("order_patience", request)
        else:
            self.lasts("order_patience", request, least=seen - begun + 1)
        for number in range(self.old.chase_coin.shape[1]):
            due = max(created, int(self.old.due[request]))
            if due + (number + 1) * 3 * SECOND < self.t:
                self.keep("chase_coin", request, number)
        if 0 <= order["ended"] < self.t:
            self.keep("call_back_coin", request)

    def patient_until(self, order: dict[str, Any]) -> int:
        """Until when, before t, the client was seen to be patient while nobody was on the way."""
        visits = sorted(
            (v for v in self.visits if v["order"] == order["order"] and v["departed"] < self.t),
            key=lambda v: v["departed"],
        )
        on_the_way = bool(visits) and not 0 <= visits[-1]["turned_back"] < self.t
        if on_the_way:
            return int(visits[-1]["departed"])
        return min(order["cancelled"] if order["cancelled"] >= 0 else self.t, self.t)

    def offer(self, order: dict[str, Any], offer: dict[str, Any]) -> None:
        at = (order["request"], offer["offer"])
        offered, closed, result = offer["offered"], offer["closed"], offer["result"]
        if offer["result"] == "escalated" or offered >= self.t:
            return
        if 0 <= closed < self.t and result != "withdrawn":
            self.keep("offer_delay", *at)
            if result != "timed_out":
                self.keep("offer_coin", *at)
        else:
            seen = closed if 0 <= closed < self.t else self.t
            self.lasts("offer_delay", *at, least=seen - offered + 1)

    def visit(self, order: dict[str, Any], visits: list[dict[str, Any]]) -> None:
        request = order["request"]
        if any(0 <= v["arrived"] < self.t for v in visits):
            self.keep("noise_out", request)
        else:
            # All that is known of the noise is how long whoever set out has been on the road.
            factor = max(
                (min(self.t, v["turned_back"] if v["turned_back"] >= 0 else self.t)
                 - v["departed"] + SECOND)
                / max(1, round(v["planned_min"] * MINUTE) - self.access)
                for v in visits
            )
            self.columns["noise_out"][request] = factor * (1 + self.rng.random())
        if 0 <= order["started"] < self.t:
            self.keep("no_show_coin", request)
            if order["state"] != "no_show":
                self.until("duration", request, begun=order["started"], over=order["ended"])
        if 0 <= order["ended"] < self.t:
            self.keep("noise_back", request)


cases = settings(max_examples=250, deadline=None, derandomize=True, database=None)


@cases
@given(st.integers(0, 2**32), st.integers(1, 25), st.integers(0, 70), st.booleans())
def test_tables_before_t_do_not_depend_on_what_is_revealed_later(
    seed: int, requests: int, seconds: int, urgent: bool
) -> None:
    scenario, workload, roster = case(seed, requests, urgent)
    t = seconds * SECOND + 500 * (seed % 2)
    log = played(scenario, workload, roster)
    other = redrawn(scenario, workload, log, t, np.random.default_rng(seed + 1))
    assert before(log, t) == before(played(scenario, other, roster), t)


@cases
@given(st.integers(0, 2**32), st.integers(1, 25), st.integers(1, 70), st.booleans())
def test_a_run_that_ends_at_t_tells_the_same_of_the_time_before(
    seed: int, requests: int, seconds: int, urgent: bool
) -> None:
    scenario, workload, roster = case(seed, requests, urgent)
    t = seconds * SECOND + 500 * (seed % 2)
    whole = played(scenario, workload, roster)
    short = played(scenario, with_draws(workload, horizon=t), roster)
    assert before(short, t) == before(whole, t)
