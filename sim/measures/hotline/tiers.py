"""What the tiers above take off the county's hotline, and what comes back."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ALL, CALLS, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.words.kinds import MINUTE, SECOND, CallKind, CallOutcome

TIERS = ("all", "tier")

MEASURES = (
    Measure(
        "overflow_share", SHARE, "转上级比例", "calls passed to the tier above", Kind.RATIO, CALLS,
        "O / N", "low",
    ),
    Measure(
        "passed_per_day", "calls/day", "上级热线日来电", "calls passed to a tier a day",
        Kind.VALUE, TIERS,
        "calls passed on, from the county waiting or closed or from the tier below / counted days",
    ),
    Measure(
        "tier_answered", SHARE, "上级热线接通率", "calls passed on that a tier answered",
        Kind.RATIO, TIERS, "answered by a tier / passed to it (all: answered by any / passed up)",
        "high",
    ),
    Measure(
        "tier_wait_s", "s", "转上级后等待", "wait for a tier's answer", Kind.RATIO, TIERS,
        "sum of times from the call's arrival in the county to the tier's answer / answered by it",
        "low",
    ),
    Measure(
        "tier_settled", SHARE, "上级办结比例", "settled by the tier", Kind.RATIO, TIERS,
        "settled by a tier / talks that it ended", "high",
    ),
    Measure(
        "hand_down_min", "min", "上级转办时长", "time to hand down", Kind.RATIO, TIERS,
        "sum of times from the tier's talk to the order coming down / handed down", "low",
    ),
    Measure(
        "handed_down_per_day", "orders/day", "上级转办件数", "handed down a day", Kind.VALUE, ALL,
        "calls that tiers handed down, and requests of channel tier / counted days",
    ),
)


def answered_above(seen: Observed) -> Flags:
    """Which calls some tier answered."""
    calls = seen.result.calls
    passed = seen.result.more.get("passed")
    if passed is None:
        return np.zeros(len(calls), dtype=bool)
    answered = passed["call"][passed["answered"].notna()].to_numpy()
    return np.asarray(np.isin(calls["call"].to_numpy(), answered))


def blocks(seen: Observed) -> list[Block]:
    """Every measure of the tiers; empty where the scenario has none."""
    found = [_from_above(seen)]
    if "passed" in seen.result.more:
        found += [_overflow(seen), _at_tiers(seen)]
    return found


def _overflow(seen: Observed) -> Block:
    calls, requests = seen.result.calls, seen.result.requests
    kind = enum_codes(calls["kind"], CallKind)
    arrived = seen.times(calls, "arrived")
    mine = (kind <= CallKind.CHASE) & seen.counted(arrived)
    rows = rows_of(requests["request"].to_numpy(), calls["request"].to_numpy()[mine])
    about = requests[["zone", "service", "priority", "channel"]].iloc[rows]
    groups = seen.groups(about, hour=arrived[mine], by=("zone", "service", "class", "channel"))
    outcome = enum_codes(calls["outcome"], CallOutcome)[mine]
    passed = groups.total(outcome == CallOutcome.OVERFLOWED)
    return Block(groups, [Ratio("overflow_share", passed, groups.total(np.ones(len(outcome))))])


def _at_tiers(seen: Observed) -> Block:
    calls, passed = seen.result.calls, seen.result.more["passed"]
    arrived = seen.times(calls, "arrived")[
        rows_of(calls["call"].to_numpy(), passed["call"].to_numpy())]
    mine = seen.counted(arrived)
    passed, arrived = passed[mine], arrived[mine]
    groups = seen.groups(passed, by=("tier",))
    answered, over, down = (
        seen.times(passed, name) for name in ("answered", "talk_end", "handed_down"))
    heard, ended = ~np.isnan(answered), ~np.isnan(over)
    settled = passed["settled"].to_numpy(dtype=bool)
    came = ~np.isnan(down)
    total, everybody = groups.total, np.ones(len(passed))
    # in all, who is passed on again is still on the way to an answer
    again = enum_codes(passed["outcome"], CallOutcome) == CallOutcome.OVERFLOWED
    offered, first = total(everybody), total(everybody)
    first[0] -= np.count_nonzero(again)
    return Block(groups, [
        Ratio("passed_per_day", first, np.full(len(offered), float(seen.days))),
        Ratio("tier_answered", total(heard), first),
        Ratio("tier_wait_s", total((answered - arrived) / SECOND, heard), total(heard)),
        Ratio("tier_settled", total(settled & ended), total(ended)),
        Ratio("hand_down_min", total((down - over) / MINUTE, came), total(came)),
    ])


def _from_above(seen: Observed) -> Block:
    """All that came down, by call or as a stream of its own."""
    requests = seen.result.requests
    stream = (requests["channel"] == "tier").to_numpy()
    count = int((stream & seen.counted(seen.times(requests, "requested"))).sum())
    passed = seen.result.more.get("passed")
    if passed is not None:
        count += int(seen.counted(seen.times(passed, "handed_down")).sum())
    used = float(seen.days) if passed is not None or stream.any() else 0.0
    nobody = seen.groups(requests.iloc[:0])
    return Block(nobody, [Ratio("handed_down_per_day", np.array([float(count)]), np.array([used]))])
