"""Backtests of the two real dispatch logs, as they come out, where the logs are at hand.

``python -m tests.evidence.backtest_dispatch --out results`` leaves ``backtest-<log>.csv`` with the
scores, ``-hours.csv`` with predicted against observed by hour of the day and in all, and
``-errors.csv`` with whose error it was.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.experiments.backtest import Period
from sim.experiments.backtest.response import backtest_orders, tables
from sim.experiments.backtest.response.errors import ITSELF, errors
from sim.experiments.executors import executor
from tests.real_logs import LANE, SF, absent, require

LOGS = {
    "lane": (LANE, Period(dt.date(2024, 8, 18), dt.date(2025, 3, 31)),
             Period(dt.date(2025, 4, 1), dt.date(2025, 6, 30))),
    "sf": (SF, Period(dt.date(2016, 12, 31), dt.date(2017, 1, 4)),
           Period(dt.date(2017, 1, 5), dt.date(2017, 1, 7))),
}
MEMBERS = 40


def run(name: str, members: int = MEMBERS, workers: int = 1) -> dict[str, pd.DataFrame]:
    """The three tables of a log."""
    path, fit, predict = LOGS[name]
    log, _ = read_orders([path], read_order_mapping(name))
    with executor(workers) as where:
        found = backtest_orders(log, fit, predict, where, members)
    return {"": tables.skills(found), "-hours": tables.by_hour(found), "-errors": errors(found)}


@pytest.mark.evidence
@pytest.mark.parametrize("name", LOGS)
def test_responses_are_predicted_better_than_by_the_formula(name: str) -> None:
    """Better than by M/M/c whatever is known; and with the units and times of the period known,
    hardly worse than its own responses foretell each other."""
    require((LOGS[name][0],))
    found = run(name, 10)
    skill = found[""]
    each = skill[skill["measure"] == "response_min"].set_index("table")
    assert (each["skill_mmc_low"] > 0).all()
    parts = found["-errors"].set_index(["measure", "variant"])["crps"]
    itself = parts[("response_min", ITSELF)]
    for variant in ("true_requests_times", "settled_units", "true_all"):
        assert parts[("response_min", variant)] < 1.05 * itself


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("logs", nargs="*", default=list(LOGS))
    given = parser.parse_args()
    for name in given.logs:
        if reason := absent((LOGS[name][0],)):
            print(f"{name}: {reason}")
            continue
        for suffix, table in run(name, given.members, given.workers).items():
            table.to_csv(given.out / f"backtest-{name}{suffix}.csv", index=False,
                         float_format="%.5g")


if __name__ == "__main__":
    main()
