"""What a log of calls must have at least."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from sim.calibrate.log import CallLog
from sim.scenario.faults import BadInput, Fault, Words


def require_calls(
    log: CallLog, label: str, first: dt.date | None, last: dt.date | None,
    whole: Sequence[tuple[dt.date, dt.date]] | None = None,
) -> None:
    """Raise :class:`BadInput` where nothing is left, or a whole month inside has no call; of months
    inside the periods ``whole`` alone where those are given. ``label``: the files."""
    if not len(log):
        period = f"{first or '...'} .. {last or '...'}"
        found = Words(f"no call in {period}", f"{period} 没有来电")
        raise BadInput([Fault(label, "", found, Words("a period with calls", "有来电的时段"))])
    seen = {(log.first + dt.timedelta(days=int(day))).replace(day=1) for day in np.unique(log.day)}
    faults = []
    month = min(seen)
    while month < max(seen):
        after = (month + dt.timedelta(days=32)).replace(day=1)
        wanted = whole is None or any(a <= month and after <= b + dt.timedelta(days=1)
                                      for a, b in whole)
        if month not in seen and wanted:
            found = Words(f"no call in {month:%Y-%m}", f"{month:%Y-%m} 没有来电")
            allowed = Words(
                "calls in every month, or a period that leaves it out",
                "每月都有来电，或选不含它的时段",
            )
            faults.append(Fault(label, "", found, allowed))
        month = after
    if faults:
        raise BadInput(faults)


def require_agents(log: CallLog) -> None:
    """Raise :class:`BadInput` where the log does not say who answered: staff on duty, skills and
    the time between calls are learned from it."""
    if len(log.agents) or not (log.agent < 0).all():
        return
    found = Words("nobody who answered a call", "没有一通写明由谁接听")
    allowed = Words("a column agent in [calls] of the mapping; codes will do",
                    "对照文件 [calls] 里的 agent 列（编号即可）")
    raise BadInput([Fault(log.name, "calls.agent", found, allowed)])
