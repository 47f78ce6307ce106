"""The whole battery of theory with ten times the replications and two fifths of the margins.

    python -m tests.evidence.theory --out results/theory.csv

Shares come within 2 % of the truth, mean waits within 3.2 %, mean waits and tails that few calls
decide within 4 %, utilisation within 0.8 %. Ends with status 1 if any quantity does not pass.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.theory_cases import CASES
from tests.theory_kit import Verdict, judge, table

LONGER, TIGHTER = 10, 0.4
COLUMNS = (
    "case", "theory", "quantity", "truth", "estimate", "ci_low", "ci_high", "margin", "z", "n",
    "pass",
)


def verdicts(number: int) -> list[Verdict]:
    """A case, by its place in the table of cases."""
    with tempfile.TemporaryDirectory() as folder:
        return judge(CASES[number], Path(folder), LONGER, TIGHTER)


def write(found: Sequence[Verdict], path: Path) -> None:
    """One row a quantity; intervals are at 99 %, over ``n`` replications."""
    theory = {case.name: case.theory for case in CASES}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for v in found:
            numbers = [f"{x:.6g}" for x in (v.truth, v.estimate, v.low, v.high, v.margin)]
            passed = "yes" if v.passed else "no"
            writer.writerow(
                [v.case, theory[v.case], v.quantity, *numbers, f"{v.z:.2f}", v.n, passed]
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case and write the table; 0 if all pass."""
    parser = argparse.ArgumentParser(description="The model against queueing theory")
    parser.add_argument("--out", type=Path, default=Path("results/theory.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.workers) as pool:
        found = [v for case in pool.map(verdicts, range(len(CASES))) for v in case]
    write(found, options.out)
    print(table(found))
    failed = [v for v in found if not v.passed]
    print(f"{len(found) - len(failed)} of {len(found)} quantities pass -> {options.out}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
