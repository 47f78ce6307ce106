"""Virtual hold: who hangs up and is phoned, and how long that takes."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ALL, CALLS, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.words.kinds import MINUTE, CallKind

MEASURES = (
    Measure(
        "hold_share", SHARE, "虚拟排队比例", "callers on virtual hold", Kind.RATIO, CALLS,
        "calls whose caller hung up and kept the place / N",
    ),
    Measure(
        "hold_reached", SHARE, "打回接通率", "callers on hold reached", Kind.RATIO, CALLS,
        "answered when phoned / calls on virtual hold", "high",
    ),
    Measure(
        "hold_wait_min", "min", "打回前等待", "wait to be phoned", Kind.RATIO, CALLS,
        "sum of times from hanging up to the answered call / answered when phoned", "low",
    ),
    Measure(
        "dials_in_vain", "calls/day", "打回无人接次数", "phones rung in vain", Kind.VALUE, ALL,
        "calls of ours to callers on hold that nobody picked up / counted days", "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of virtual hold; none where the scenario has none."""
    held = seen.result.more.get("held")
    if held is None:
        return []
    calls, requests = seen.result.calls, seen.result.requests
    arrived = seen.times(calls, "arrived")
    hung_up = np.full(len(calls), np.nan)
    hung_up[rows_of(calls["call"].to_numpy(), held["call"].to_numpy())] = seen.times(held, "held")
    mine = (enum_codes(calls["kind"], CallKind) <= CallKind.CHASE) & seen.counted(arrived)
    rows = rows_of(requests["request"].to_numpy(), calls["request"].to_numpy()[mine])
    about = requests[["zone", "service", "priority", "channel"]].iloc[rows]
    groups = seen.groups(about, hour=arrived[mine], by=("zone", "service", "class", "channel"))
    waited = (seen.times(calls, "answered") - hung_up)[mine] / MINUTE
    on_hold, reached = ~np.isnan(hung_up[mine]), ~np.isnan(waited)
    total = groups.total
    dials = seen.result.more["dials"]
    vain = float(seen.counted(seen.times(dials, "start")).sum())
    nobody = seen.groups(requests.iloc[:0])
    return [
        Block(groups, [
            Ratio("hold_share", total(on_hold), total(np.ones(len(on_hold)))),
            Ratio("hold_reached", total(reached), total(on_hold)),
            Ratio("hold_wait_min", total(waited, reached), total(reached)),
        ]),
        Block(nobody, [Ratio("dials_in_vain", np.array([vain]), np.array([float(seen.days)]))]),
    ]
