"""Remote services: how soon an expert serves, and how busy experts are."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ALL, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of
from sim.measures.staff_and_money.staff import read_pieces
from sim.words.kinds import MINUTE, OrderState, ServiceMode, StaffRole, StaffState

GROUPS = ("all", "zone", "service", "class")

MEASURES = (
    Measure(
        "remote_per_day", "orders/day", "专家服务日件数", "remote services asked for a day",
        Kind.VALUE, GROUPS, "remote orders / counted days",
    ),
    Measure(
        "remote_wait_min", "min", "等专家时长", "wait for an expert", Kind.RATIO, GROUPS,
        "sum of times from eligible to the first try / remote orders tried", "low",
    ),
    Measure(
        "remote_on_time", SHARE, "专家服务按时率", "remote services on time", Kind.RATIO, GROUPS,
        "served in a try begun by due / remote orders with a due time", "high",
    ),
    Measure(
        "remote_served", SHARE, "专家服务完成率", "remote services given", Kind.RATIO, GROUPS,
        "completed / remote orders", "high",
    ),
    Measure(
        "remote_in_vain", SHARE, "联系不上比例", "clients not reached", Kind.RATIO, GROUPS,
        "tries in which the client was not there / tries", "low",
    ),
    Measure(
        "expert_occupancy", SHARE, "专家占用率", "experts' occupancy", Kind.RATIO, ("all", "hour"),
        "with clients, or trying to reach them / (signed in - breaks), overtime included in both",
    ),
    Measure(
        "expert_overtime_h", "h/day", "专家加班", "experts' overtime", Kind.VALUE, ALL,
        "hours after the rostered end of the shift / counted days", "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of remote services; none where the scenario has no experts."""
    if "consults" not in seen.result.more:
        return []
    pieces = read_pieces(seen, StaffRole.EXPERT)
    total, hours = pieces.groups.total, pieces.hours
    overtime = total(hours, pieces.overtime)
    return [
        _served(seen),
        Block(pieces.groups, [
            Ratio("expert_occupancy", total(hours, pieces.during(StaffState.SESSION)),
                  total(hours, ~pieces.during(StaffState.BREAK))),
            Ratio("expert_overtime_h", overtime, np.full(len(overtime), float(seen.days))),
        ]),
    ]


def _served(seen: Observed) -> Block:
    services, every = seen.result.reference["services"], seen.result.orders
    remote = services["service"][services["mode"] == ServiceMode.REMOTE]
    mine = every["service"].isin(list(remote)).to_numpy(dtype=bool)
    orders = every[mine & seen.counted(seen.times(every, "requested"))]
    groups = seen.groups(orders, by=("zone", "service", "class"))
    state = enum_codes(orders["state"], OrderState)
    sessions = seen.result.more["sessions"]
    row = rows_of(orders["order"].to_numpy(), sessions["order"].to_numpy())
    known = row >= 0
    first = np.full(len(orders), np.nan)
    begun = known & (sessions["number"] == 0).to_numpy()
    first[row[begun]] = seen.times(sessions, "started")[begun]
    vain = known & ~sessions["reached"].to_numpy(dtype=bool)
    tries = np.bincount(row[known], minlength=len(orders))
    in_vain = np.bincount(row[vain], minlength=len(orders))
    started, due = seen.times(orders, "started"), seen.times(orders, "due")
    done = np.isin(state, (OrderState.COMPLETED, OrderState.CALLED_BACK))
    has_due, tried = ~np.isnan(due), ~np.isnan(first)
    total, everybody = groups.total, np.ones(len(orders))
    waited = (first - seen.times(orders, "eligible")) / MINUTE
    count = total(everybody)
    return Block(groups, [
        Ratio("remote_per_day", count, np.full(len(count), float(seen.days))),
        Ratio("remote_wait_min", total(waited, tried), total(tried)),
        Ratio("remote_on_time", total(done & (started <= due), has_due), total(has_due)),
        Ratio("remote_served", total(done), count),
        Ratio("remote_in_vain", total(in_vain), total(tries)),
    ])
