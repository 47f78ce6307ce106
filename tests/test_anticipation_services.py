"""No decision sees the future, in a county with tiers, virtual hold, kitchens, beds and experts.

As in :mod:`test_anticipation`: all that comes at t or later is drawn anew, and of what came before
all that nobody can have seen by then; the tables before t stay the same. Of lengths under way and
of patience nothing is redrawn here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from heapq import heappush
from typing import Any

import numpy as np
import pytest

from sim.model import experts
from sim.scenario.schema import Scenario
from sim.words.kinds import HOUR
from sim.words.tables import EVERY
from sim.workload.draw import draw
from sim.workload.roster import duties
from sim.workload.tables import Workload
from tests import delivering
from tests.row_kit import Log, played
from tests.whole_kit import with_draws

WORDS = {"name_zh": "甲", "name_en": "A"}
KNOWN_BY = {
    "requests": ("request", "client"), "calls": ("call", "request", "attempt", "kind"),
    "orders": ("order", "request"), "offers": ("order", "offer", "point"),
    "visits": ("order", "caregiver"), "roster": ("staff", "shift_date"),
    "consults": ("order",), "sessions": ("order", "number", "expert"),
    "meals": ("order", "kitchen"), "rounds": ("round", "point", "kitchen"),
    "stays": ("order", "kind", "place"), "waitlist": ("order", "grade"),
    "passed": ("call", "tier"), "held": ("call",), "dials": ("call", "number", "operator"),
    "payments": ("order", "payer", "yuan"),
}
"""Columns that a row has from its first time on."""
WRITTEN = ("window_open", "window_close", "due", "shift_date", "start", "end")
"""Times that stand in a row beforehand; of dials they do not."""
BEGUN = ("duration", "no_show_coin", "noise_out", "noise_back", "carry_delay")
AFTER = ("call_back_coin", "call_back_talk", "call_back_wrap_up")
ORDERED = ("order_patience", "offer_delay", "offer_coin", "remote_coin", "hand_coin",
           "assessment", "grade")
SPOKEN = ("talk", "wrap_up", "false_alarm")
ABOVE = ("tier_transfer", "settle_coin", "hand_down_delay")
PHONED = ("hold_ring", "hold_answer_coin")


@lru_cache
def county() -> Scenario:
    service = {**WORDS, "duration_dist": "exponential", "duration_mean_min": 25}
    rings = {"channel": "phone", "group": "elder", "share_client": 1}
    return delivering.county(**{
        "time.days": 1, "time.cool_down_days": 0, "operators.desk.count": 1,
        "callers.client.patience": {"dist": "exponential", "mean_s": 300},
        "callers.client.max_redials": 2, "callers.client.redial_first_prob": 0.5,
        "hotline.overflow_after_s": 60,
        "hold": {"prob": 0.5, "after_s": 20, "queue": 1, "answer_prob": 0.6, "retry_min": 3},
        "tiers": {"city": {
            **WORDS, "seats": 1, "settle_prob": 0.5,
            "transfer": {"dist": "constant", "value_s": 5}}},
        "services.stay": {**service, "mode": "place", "price_yuan": 80},
        "services.rehab": {**service, "mode": "remote", "no_show_prob": 0.4, "door_min": 5,
                           "target_min": 60, "price_yuan": 30},
        "requests.visits": {**rings, "service": "help", "per_day": 150},
        "requests.stays": {**rings, "service": "stay", "per_day": 60},
        "requests.rehab": {**rings, "service": "rehab", "per_day": 60},
        "places": {"beds": {"point": "station", "kind": "bed", "count": 1, "open": "always"}},
        "admissions": {"stay": {
            "kinds": "bed", "waitlist": "grade", "grade_1": 1, "grade_3": 1,
            "assessment_dist": "exponential", "assessment_mean_min": 20}},
        "travel.client_mode": "ebike", "experts": {"doctor": {"count": 1, "shifts": "round"}},
        "funds": {"purse": {**WORDS, "yuan_per_year": 4000}},
        "plans": {"rounds": {
            "service": "rehab", "group": "elder", "share": 0.01, "visits": 7, "per": "week",
            "opens": "09:00", "closes": "17:00"}},
    })


def before(log: Log, t: int) -> list[tuple[Any, ...]]:
    return sorted(_entries(log, t), key=repr)


def _entries(log: Log, t: int) -> Iterator[tuple[Any, ...]]:
    for table, keys in KNOWN_BY.items():
        times = [
            c.name for c in EVERY[table]
            if c.kind == "time" and (c.name not in WRITTEN or table == "dials")
        ]
        for row in log[table]:
            unwritten = table == "orders" and row["created"] >= t
            for name in () if unwritten else times:
                if 0 <= row[name] < t:
                    yield table, name, row[name], *(row[key] for key in keys)
    for line in log["timesheet"]:
        if line["start"] < t:
            yield ("timesheet", line["staff"], line["start"], min(line["end"], t), line["state"],
                   line["reason"], line["order"], line["call"])


def redrawn(workload: Workload, log: Log, t: int, seed: int) -> Workload:
    """The workload with everything drawn anew that nobody had seen at ``t``, as said above."""
    later, spare = draw(county(), seed + 1000, 0), draw(county(), seed + 2000, 0)
    past, after = workload.time < t, later.time >= t
    columns = {
        name: np.concatenate([old[past], getattr(later, name)[after]])
        for name, old in workload.columns().items()
    }
    rng = np.random.default_rng(seed)
    seen = _Seen(log, t)
    for request in range(int(past.sum())):
        donors = np.flatnonzero(spare.stream == workload.stream[request])
        if not len(donors):
            continue
        donor = int(rng.choice(donors))
        for name, first in seen.unseen(request):
            if columns[name].ndim == 1:
                columns[name][request] = getattr(spare, name)[donor]
            else:
                columns[name][request, first:] = getattr(spare, name)[donor, first:]
    return with_draws(workload, **columns)


class _Seen:
    """What had happened to each request by t."""

    def __init__(self, log: Log, t: int) -> None:
        def by(table: str, key: str, time: str) -> dict[int, int]:
            counts: dict[int, int] = {}
            for row in log[table]:
                if 0 <= row[time] < t:
                    counts[row[key]] = counts.get(row[key], 0) + 1
            return counts

        self.t = t
        self.order = {row["request"]: row for row in log["orders"] if 0 <= row["created"] < t}
        self.sessions, self.offers = by("sessions", "order", "started"), by(
            "offers", "order", "offered")
        calls = {row["call"]: row["request"] for row in log["calls"]}
        self.heard = {row["request"] for row in log["calls"] if 0 <= row["answered"] < t}
        self.heard |= {calls[c] for c in by("passed", "call", "answered")}
        self.passed = {calls[c] for c in by("passed", "call", "passed")}
        self.held = {calls[c] for c in by("held", "call", "held")}

    def unseen(self, request: int) -> Iterator[tuple[str, int]]:
        """Columns, and from which place of a matrix on."""
        order = self.order.get(request)
        names: tuple[str, ...] = AFTER if order is None or not 0 <= order["ended"] < self.t else ()
        if order is None or not 0 <= order["departed"] < self.t:
            names += BEGUN
        if order is None:
            names += ORDERED
        else:
            number = order["order"]
            yield "remote_coin", self.sessions.get(number, 0)
            yield "offer_coin", self.offers.get(number, 0)
            yield "offer_delay", self.offers.get(number, 0)
        names += SPOKEN if request not in self.heard else ()
        names += ABOVE if request not in self.passed else ()
        names += PHONED if request not in self.held else ()
        yield from ((name, 0) for name in names)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("hour", [9, 12, 15])
def test_tables_before_t_do_not_depend_on_what_comes_later(seed: int, hour: int) -> None:
    t = hour * HOUR + 1234 * seed
    workload, roster = draw(county(), seed, 0), duties(county(), 0, 0)
    log = played(county(), workload, roster)
    other = played(county(), redrawn(workload, log, t, seed), roster)
    assert before(log, t) == before(other, t)
    assert before(log, 24 * HOUR) != before(other, 24 * HOUR)


def test_every_mechanism_is_at_work() -> None:
    log = played(county(), draw(county(), 1, 0), duties(county(), 0, 0))
    for table in KNOWN_BY:
        assert log[table], table


def test_experts_who_knew_how_long_each_takes_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The shortest first, which nobody can know, changes what was done before t."""
    monkeypatch.setattr(experts, "heappush", lambda queue, entry: heappush(
        queue, (entry[3].draws.duration, *entry[1:])))
    roster, t = duties(county(), 0, 0), 12 * HOUR
    differ = 0
    for seed in range(3):
        workload = draw(county(), seed, 0)
        log = played(county(), workload, roster)
        other = played(county(), redrawn(workload, log, t, seed), roster)
        differ += before(log, t) != before(other, t)
    assert differ
