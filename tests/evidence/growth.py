"""The study of operators and growth on Decheng: its headline table and the curves of the README.

    python -m tests.evidence.growth --out results/growth

Runs ``hotline sweep decheng-operators-growth`` and ``hotline plot`` (or goes on with what is
there), then keeps ``results/operators-growth.csv`` and the curves in both languages.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from sim.cli.commands import app

RESULTS = Path(__file__).resolve().parents[2] / "results"
STUDY = "decheng-operators-growth"
HEADLINES = (
    "service_level", "connection_rate", "abandonment", "wait_all_s", "occupancy",
    "on_time_request", "caregiver_utilisation", "cost_per_year_yuan",
)


def hotline(*arguments: str) -> None:
    """Run a command as a planner does; stop where it fails."""
    done = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    print(done.output)
    if done.exit_code:
        sys.exit(done.exit_code)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=RESULTS / "growth")
    out: Path = parser.parse_args(arguments).out
    hotline("sweep", STUDY, "--out", str(out))
    for lang, mark in (("en", ""), ("zh", ".zh")):
        done = CliRunner().invoke(app, [
            "plot", str(out), "--figure", "operators", "--out", str(out / f"figures-{lang}"),
            "--lang", lang,
        ])
        if done.exit_code:
            sys.exit(done.exit_code)
        shutil.copy(
            out / f"figures-{lang}" / "operators.png",
            RESULTS / "figures" / f"decheng-operators{mark}.png",
        )
    table = pd.read_csv(out / "points.csv")
    kept = table[(table["group"] == "all") & table["measure"].isin(HEADLINES)]
    kept.to_csv(RESULTS / "operators-growth.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
