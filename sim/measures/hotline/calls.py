"""Are callers answered: every measure of the calls.

N offered, A answered, L abandoned, B blocked, C closed, O overflowed to the tier above, W still
waiting when the run ended; inbound attempts, by the hour in which they came. What was passed on or
still waits is in no good share's numerator, but in its denominator: it was not answered in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measures.counting.definition import ALL, CALLS, SHARE, Kind, Measure, quantiles
from sim.measures.counting.groups import Block, Flags, Floats, Groups, Ints, Ratio, Sample, sample
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.measures.hotline.tiers import answered_above
from sim.words.kinds import DAY, SECOND, CallKind, CallOutcome

MEASURES = (
    Measure(
        "offered_per_day", "calls/day", "日呼入量", "calls offered a day", Kind.VALUE, CALLS,
        "N / counted days (of the week); N = every inbound attempt: first calls, redials, "
        "chasing calls",
    ),
    Measure(
        "connection_rate", SHARE, "接通率", "connection rate", Kind.RATIO, CALLS,
        "A / N, leaving out hang-ups sooner than short_abandon_s",
        "high", "connection_rate",
    ),
    Measure(
        "reached_rate", SHARE, "来电人打通率", "callers who got through", Kind.RATIO, CALLS,
        "callers answered on some attempt (by the duty phone or a tier above too) / callers; by "
        "the request's hour",
        "high",
    ),
    Measure(
        "service_level", SHARE, "服务水平", "service level", Kind.RATIO, CALLS,
        "answered within acceptable_wait_s / (A + L + O + W)", "high", "service_level",
    ),
    Measure(
        "sl_answered", SHARE, "服务水平（只算接通）", "service level of answered calls", Kind.RATIO,
        CALLS, "answered within acceptable_wait_s / A", "high", expert=True,
    ),
    Measure(
        "sl_short", SHARE, "服务水平（不算短时放弃）", "service level without early hang-ups",
        Kind.RATIO, CALLS,
        "answered within acceptable_wait_s / (A + L after more than that + O + W)", "high",
        expert=True,
    ),
    Measure(
        "sl_incl_abandoned", SHARE, "服务水平（含短时放弃）", "service level, early hang-ups met",
        Kind.RATIO, CALLS,
        "(answered + abandoned within acceptable_wait_s) / (A + L + O + W)", "high", expert=True,
    ),
    Measure(
        "abandonment", SHARE, "放弃率", "abandonment", Kind.RATIO, CALLS, "L / (A + L)",
        "low", "abandonment",
    ),
    Measure("blocking", SHARE, "呼损率", "blocking", Kind.RATIO, CALLS, "B / N", "low"),
    Measure(
        "closed_share", SHARE, "非工作时间来电比例", "calls while closed", Kind.RATIO, CALLS,
        "C / N",
    ),
    Measure(
        "redial_share", SHARE, "重拨比例", "redials", Kind.RATIO, CALLS, "redials / N", "low",
    ),
    Measure(
        "chase_share", SHARE, "催单比例", "chasing calls", Kind.RATIO, CALLS, "chasing calls / N",
        "low",
    ),
    Measure(
        "asa_s", "s", "平均应答速度", "average speed of answer", Kind.RATIO, CALLS,
        "sum of waits of A / A", "low",
    ),
    *quantiles(
        "wait_s", "s", "接通者等待", "wait of answered callers", CALLS,
        "the waits of A, in steps of 0.1 s",
    ),
    Measure(
        "wait_all_s", "s", "全部来电平均等待", "mean wait of all callers", Kind.RATIO, CALLS,
        "sum of waits of A, L, O and W / (A + L + O + W); of L until the hang-up, of O until "
        "passed on, of W until the run's end", "low",
    ),
    *quantiles(
        "wait_all_s", "s", "全部来电等待", "wait of all callers", CALLS,
        "the waits of A, L, O and W, in steps of 0.1 s; W counts as infinite",
    ),
    Measure(
        "p_standard_day", SHARE, "达标日概率", "days up to standard", Kind.VALUE, ALL,
        "days with connection_rate and service_level at their targets / counted days with calls",
        "high",
    ),
)


@dataclass(frozen=True, eq=False)
class Calls:
    """The inbound attempts of the counted days."""

    groups: Groups
    arrived: Floats
    kind: Ints
    outcome: Ints
    wait: Floats
    """milliseconds until answered, hung up, passed on or the run's end; NaN if blocked or closed"""

    def are(self, outcome: CallOutcome) -> Flags:
        return np.asarray(self.outcome == outcome)


def read_calls(seen: Observed) -> Calls:
    """Inbound attempts of the counted days, with the zone, service and class of their request."""
    table, requests = seen.result.calls, seen.result.requests
    kind = enum_codes(table["kind"], CallKind)
    arrived = seen.times(table, "arrived")
    inbound = (kind == CallKind.FIRST) | (kind == CallKind.REDIAL) | (kind == CallKind.CHASE)
    mine = inbound & seen.counted(arrived)
    outcome = enum_codes(table["outcome"], CallOutcome)
    until = np.select(
        [
            outcome == CallOutcome.ANSWERED,
            outcome == CallOutcome.ABANDONED,
            outcome == CallOutcome.WAITING,
            outcome == CallOutcome.OVERFLOWED,
        ],
        [seen.times(table, "answered"), seen.times(table, "left"), np.full(len(table), seen.end),
         seen.times(table, "left")],
        np.nan,
    )
    rows = rows_of(requests["request"].to_numpy(), table["request"].to_numpy()[mine])
    about = requests[["zone", "service", "priority", "channel"]].iloc[rows]
    groups = seen.groups(about, hour=arrived[mine], by=("zone", "service", "class", "channel"))
    return Calls(groups, arrived[mine], kind[mine], outcome[mine], (until - arrived)[mine])


def blocks(seen: Observed) -> list[Block]:
    """Every measure of the calls."""
    calls = read_calls(seen)
    return [
        Block(calls.groups, hotline_ratios(calls, seen), wait_samples(calls)),
        reached_callers(seen),
        standard_days(calls, seen),
    ]


def hotline_ratios(calls: Calls, seen: Observed) -> list[Ratio]:
    """Numerators and denominators over attempts."""
    answered = calls.are(CallOutcome.ANSWERED)
    abandoned = calls.are(CallOutcome.ABANDONED)
    waiting = calls.are(CallOutcome.WAITING)
    queued = answered | abandoned | waiting | calls.are(CallOutcome.OVERFLOWED)
    within = calls.wait <= _acceptable_ms(seen)
    hasty = _hasty(calls, seen)
    everybody = np.ones(len(calls.wait))
    total = calls.groups.total
    offered = total(everybody)
    in_time = total(answered & within)

    def mean_wait(name: str, who: Flags) -> Ratio:
        return Ratio(name, total(calls.wait / SECOND, who), total(who))

    return [
        Ratio("offered_per_day", offered, seen.days_in(calls.groups)),
        Ratio("connection_rate", total(answered), total(everybody, ~hasty)),
        Ratio("service_level", in_time, total(queued)),
        Ratio("sl_answered", in_time, total(answered)),
        Ratio("sl_short", in_time, total(queued & ~(abandoned & within))),
        Ratio("sl_incl_abandoned", total((answered | abandoned) & within), total(queued)),
        Ratio("abandonment", total(abandoned), total(answered | abandoned)),
        Ratio("blocking", total(calls.are(CallOutcome.BLOCKED)), offered),
        Ratio("closed_share", total(calls.are(CallOutcome.CLOSED)), offered),
        Ratio("redial_share", total(calls.kind == CallKind.REDIAL), offered),
        Ratio("chase_share", total(calls.kind == CallKind.CHASE), offered),
        mean_wait("asa_s", answered),
        mean_wait("wait_all_s", queued),
    ]


def wait_samples(calls: Calls) -> list[Sample]:
    """Waits of the answered, and of all who queued, in tenths of a second."""
    answered = calls.are(CallOutcome.ANSWERED)
    waiting = calls.are(CallOutcome.WAITING)
    queued = answered | waiting
    queued |= calls.are(CallOutcome.ABANDONED) | calls.are(CallOutcome.OVERFLOWED)
    tenths = np.where(waiting, np.inf, calls.wait) / (SECOND / 10)
    return [
        sample("wait_s", calls.groups.only(answered), tenths[answered], 10),
        sample("wait_all_s", calls.groups.only(queued), tenths[queued], 10),
    ]


def reached_callers(seen: Observed) -> Block:
    """Callers rather than attempts: was anybody there for them in the end?"""
    table, requests = seen.result.calls, seen.result.requests
    kind = enum_codes(table["kind"], CallKind)
    request = table["request"].to_numpy()
    answered = ~np.isnan(seen.times(table, "answered")) | answered_above(seen)
    attempt = (kind == CallKind.FIRST) | (kind == CallKind.REDIAL)
    ids = requests["request"].to_numpy()
    requested = seen.times(requests, "requested")
    rang, reached = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=bool)
    rang[rows_of(ids, request[kind == CallKind.FIRST])] = True
    reached[rows_of(ids, request[attempt & answered])] = True
    callers = rang & seen.counted(requested)
    by = ("zone", "service", "class", "channel")
    groups = seen.groups(requests, hour=requested, by=by)
    return Block(
        groups, [Ratio("reached_rate", groups.total(callers & reached), groups.total(callers))]
    )


def standard_days(calls: Calls, seen: Observed) -> Block:
    """Days on which both standards were kept, of the days on which anybody called."""
    day = ((calls.arrived - seen.start) // DAY).astype(np.int64)

    def reaches(target: str, good: Flags, of: Flags) -> Flags:
        made = np.bincount(day[good], minlength=seen.days)
        due = np.bincount(day[of], minlength=seen.days)
        goal = float(seen.settings[f"targets.{target}"])
        return np.asarray((due > 0) & (made / np.maximum(due, 1) >= goal))

    answered = calls.are(CallOutcome.ANSWERED)
    queued = answered | calls.are(CallOutcome.ABANDONED) | calls.are(CallOutcome.WAITING)
    queued |= calls.are(CallOutcome.OVERFLOWED)
    kept = reaches("connection_rate", answered, ~_hasty(calls, seen)) & reaches(
        "service_level", answered & (calls.wait <= _acceptable_ms(seen)), queued
    )
    called = np.bincount(day, minlength=seen.days) > 0
    everybody = seen.groups(seen.result.calls.iloc[:0])
    met, days = (np.array([np.count_nonzero(days)], dtype=np.float64) for days in (kept, called))
    return Block(everybody, [Ratio("p_standard_day", met, days)])


def _acceptable_ms(seen: Observed) -> float:
    return float(seen.settings["targets.acceptable_wait_s"]) * SECOND


def _hasty(calls: Calls, seen: Observed) -> Flags:
    """Hang-ups too quick to count as offered."""
    short = float(seen.settings["targets.short_abandon_s"]) * SECOND
    return calls.are(CallOutcome.ABANDONED) & (calls.wait < short)
