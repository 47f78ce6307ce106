"""The dispatch rules that tuning chooses for Decheng, against `nearest`, on held-out workloads.

    python -m tests.evidence.tuning --out results/tuning.csv

The study decheng-policies, as large as is asked for: the rules chosen, and the best weights that
were searched, each against the default on replications that neither search nor choice has seen,
with the 95 % interval of the paired difference; the p-value is corrected for all comparisons
(Holm).
Whatever comes out is reported. Ends with status 1 only if the scenario written is not the one
chosen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from sim.experiments.executors import executor
from sim.experiments.replicate import prepare
from sim.experiments.tune.outcome import Outcome
from sim.experiments.tune.plan import Plan, plan
from sim.experiments.tune.run import tune
from sim.report.study.tuning import page

STUDY = "decheng-policies"
COLUMNS = (
    "chosen", "certain", "rules", "settings", "measure", "n", "default", "tuned", "difference",
    "ci_low", "ci_high", "p_adjusted", "verdict",
)


def sized(asked: Plan, options: argparse.Namespace) -> Plan:
    """The plan in another size, where one is asked for."""
    study, search = asked.study, asked.search
    if options.training:
        study = replace(study, replications=options.training)
    if options.trials and search is not None:
        search = replace(search, trials=options.trials)
    return replace(
        asked, study=study, search=search, most=options.most or asked.most,
        held_out=options.held_out or asked.held_out)


def table(found: Outcome) -> pd.DataFrame:
    """One row a set of rules and measure; ``certain``: chosen with the probability promised."""
    settings = {one.name: " | ".join(one.settings) for one in found.candidates}
    rows = found.comparison.assign(
        chosen=found.candidates[found.chosen].name,
        certain="yes" if found.choice.certain else "no",
        rules=found.comparison["variant"],
        settings=found.comparison["variant"].map(settings),
        default=found.comparison["mean_base"],
        tuned=found.comparison["mean_variant"],
    )
    return rows[list(COLUMNS)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Tune, and write the table; 0 if the scenario written is the one chosen."""
    parser = argparse.ArgumentParser(description="Tuned rules against nearest")
    parser.add_argument("--out", type=Path, default=Path("results/tuning.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--training", type=int, help="replications; by default the study's")
    parser.add_argument("--trials", type=int, help="of the search; by default the study's")
    parser.add_argument("--most", type=int, help="replications of one candidate in the choice")
    parser.add_argument("--held-out", type=int, help="replications that judge what was chosen")
    options = parser.parse_args(arguments)
    asked = sized(plan(STUDY), options)
    with tempfile.TemporaryDirectory() as folder:
        done = tune(
            asked, out=Path(folder) / "tuned", page=page, where=executor(options.workers))
        written = prepare(done.folder / "scenario").scenario.dispatch
        print(page(done.outcome, "en"))
    found = done.outcome
    rows = table(found)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(options.out, index=False, lineterminator="\n")
    print(f"{len(rows)} rows -> {options.out}")
    return 0 if written == found.candidates[found.chosen].variant.resolved.scenario.dispatch else 1


if __name__ == "__main__":
    sys.exit(main())
