"""The log beside its replay: what was recorded, and what the replay makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.log import CallLog, Floats
from sim.log import Result

COLUMNS = ["measure", "unit", "log", "replay", "low", "high"]
CALLS = (("calls", "calls"), ("abandonment", "share"), ("service_level", "share"),
         ("wait_s", "s"), ("wait_p90_s", "s"))
ORDERS = (("orders", "orders"), ("response_min", "min"), ("response_p90_min", "min"),
          ("within_target", "share"))


def beside(
    calls: CallLog | None, orders: OrderLog | None, found: Sequence[Floats]
) -> pd.DataFrame:
    """One row a measure: the log's, the mean of the replications, and their range of 95 %."""
    names: list[tuple[str, str]] = []
    recorded: list[float] = []
    if calls is not None:
        names += CALLS
        recorded += _of_calls(calls.wait, calls.served, calls.acceptable_wait_s)
    if orders is not None:
        names += ORDERS
        recorded += _of_orders(orders.response / 60, len(orders), orders.target_s / 60)
    every = np.array(found)
    with np.errstate(invalid="ignore"):
        low, high = np.quantile(every, [0.025, 0.975], axis=0)
    rows = [
        (*name, recorded[n], float(every[:, n].mean()), float(low[n]), float(high[n]))
        for n, name in enumerate(names)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def figures(
    result: Result, calls: CallLog | None, orders: OrderLog | None
) -> Floats:
    """The same measures of a replication, in the order of :func:`beside`."""
    out: list[float] = []
    if calls is not None:
        table = result.calls
        outcome = table["outcome"].astype(str).to_numpy()
        mine = np.isin(outcome, ("answered", "abandoned")) & table["kind"].isin(
            ["first", "redial"]).to_numpy()
        served = outcome[mine] == "answered"
        left = np.where(served, table["answered"].to_numpy()[mine],
                        table["left"].to_numpy()[mine])
        wait = (left - table["arrived"].to_numpy()[mine]).astype("timedelta64[ms]").astype(float)
        out += _of_calls(wait / 1000, served, calls.acceptable_wait_s)
    if orders is not None:
        table = result.orders
        gap = table["started"].to_numpy() - table["requested"].to_numpy()
        minutes = np.where(np.isnat(gap), np.nan,
                           gap.astype("timedelta64[ms]").astype(float) / 60_000)
        out += _of_orders(minutes, len(table), orders.target_s / 60)
    return np.array(out)


def _of_calls(wait: Floats, served: np.ndarray, acceptable_s: float) -> list[float]:
    if not len(wait):
        return [0.0, *[np.nan] * 4]
    return [float(len(wait)), float((~served).mean()),
            float((served & (wait <= acceptable_s)).mean()), float(wait.mean()),
            float(np.quantile(wait, 0.9))]


def _of_orders(minutes: Floats, n: int, target_min: float) -> list[float]:
    seen = minutes[np.isfinite(minutes)]
    if not len(seen):
        return [float(n), *[np.nan] * 3]
    return [float(n), float(seen.mean()), float(np.quantile(seen, 0.9)),
            float((seen <= target_min).mean())]
