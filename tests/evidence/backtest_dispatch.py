"""Backtests of the two real dispatch logs, as they come out.

``python -m tests.evidence.backtest_dispatch lane --out results/backtest-lane.csv``, and the same
with ``sf`` and ``results/backtest-sf.csv``. The CSV has the scores; beside it ``...-hours.csv``
predicted against observed by hour of the day and in all, ``...-errors.csv`` whose error it was.
Needs the logs (tests/real_logs.py).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.experiments.backtest import Period
from sim.experiments.backtest.response import backtest_orders, tables
from sim.experiments.backtest.response.errors import errors
from sim.experiments.executors import executor
from tests.real_logs import LANE, SF, absent

LOGS = {
    "lane": (LANE, Period(dt.date(2024, 8, 18), dt.date(2025, 3, 31)),
             Period(dt.date(2025, 4, 1), dt.date(2025, 6, 30))),
    "sf": (SF, Period(dt.date(2016, 12, 31), dt.date(2017, 1, 4)),
           Period(dt.date(2017, 1, 5), dt.date(2017, 1, 7))),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", choices=sorted(LOGS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    path, fit, predict = LOGS[given.log]
    if reason := absent((path,)):
        sys.exit(reason)
    log, _ = read_orders([path], read_order_mapping(given.log))
    with executor(given.workers) as where:
        found = backtest_orders(log, fit, predict, where, given.members)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    tables.skills(found).to_csv(given.out, index=False, float_format="%.5g")
    for name, table in (("hours", tables.by_hour(found)), ("errors", errors(found))):
        table.to_csv(given.out.with_name(f"{given.out.stem}-{name}.csv"), index=False,
                     float_format="%.5g")


if __name__ == "__main__":
    main()
