"""Backtests on real call logs, where they are at hand: what the command says, as tables.

``python -m tests.evidence.backtest --out results`` leaves ``backtest-<log>-hours.csv``,
``-skill.csv`` and ``-errors.csv``.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pandas as pd
import pytest

from sim.calibrate.call_files import read_calls
from sim.calibrate.mapping import read_mapping
from sim.experiments.backtest import backtest, periods, tables
from sim.experiments.executors import executor
from tests.real_logs import TECHNION, VANAD, absent, require

CASES = {
    "vanad": (VANAD, "vanad", "2014-01-02..2014-02-28", "2014-03-01..2014-03-31"),
    "vanad-february": (VANAD, "vanad", "2014-01-02..2014-01-31", "2014-02-01..2014-02-28"),
    "technion": (TECHNION, "technion", "1999-01-01..1999-01-31", "1999-02-01..1999-02-28"),
}
MEMBERS = 20


def run(case: str, members: int = MEMBERS, workers: int = 1) -> dict[str, pd.DataFrame]:
    """The three tables of a case."""
    files, mapping, fit, predict = CASES[case]
    log, _ = read_calls(files, read_mapping(mapping))
    with executor(workers) as where:
        found = backtest(log, *periods(fit, predict), where, members)
    return {"hours": tables.by_hour(found), "skill": tables.skills(found),
            "errors": tables.errors(found)}


@pytest.mark.evidence
@pytest.mark.parametrize("case", CASES)
def test_forecasts_beat_erlang_a(case: str) -> None:
    """Over one figure an hour whatever is known; over the formula with every draw of the inputs
    where arrivals and staff are known."""
    require(CASES[case][0])
    skill = run(case, 10, os.cpu_count() or 1)["skill"]
    here = skill[skill["group"] == "all"].set_index(["table", "measure"])
    for table in ("blind", "given_sign_ins"):
        for measure in ("wait_s", "abandonment"):
            assert here.loc[(table, measure), "skill_formula_a_low"] > 0
    for measure in ("abandonment", "service_level"):
        assert here.loc[("true_arrivals_staff", measure), "skill_a_low"] > 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    asked = parser.parse_args()
    for case in asked.cases:
        if reason := absent(CASES[case][0]):
            print(f"{case}: {reason}")
            continue
        for name, table in run(case, asked.members, asked.workers).items():
            table.to_csv(asked.out / f"backtest-{case}-{name}.csv", index=False,
                         float_format="%.5g")


if __name__ == "__main__":
    main()
