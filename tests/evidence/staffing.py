"""Operators on days of strong swing: the search, every roster there is, and Erlang C per hour.

    python -m tests.evidence.staffing --out results/staffing.csv

On small days (by default the smallest; ``--days`` names others, which take many minutes each) every
roster of fewer hours than the search's is simulated on its training
workloads and judged by its criterion: of every interval the whole 95 % interval of service level
and abandonment meets the target. The search's total hours have to be within 1 of the fewest that
do; on fresh workloads none of its intervals may miss a target in the mean. Beside it the roster
that Erlang C for each hour by itself asks for, covered by the same shifts at least pay: cost and
service of both. Ends with status 1 if the search fails.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from sim.experiments.executors import InProcess
from sim.experiments.replicate import prepare
from sim.experiments.staffing.judge import ABANDONMENT, SERVICE_LEVEL
from sim.experiments.staffing.outcome import ERLANG_C, FOUND, HELD, MISSED, OPEN, Outcome, Roster
from sim.experiments.staffing.run import staff
from sim.report.study.staffing import page
from tests.staffing_kit import LONGER, SHORT, Counts, Day, Exhaustive

WITHIN_H = 1.0
DAYS = {day.name: day for day in (SHORT, *LONGER)}
NAMES = {FOUND: "search", ERLANG_C: "Erlang C per hour"}
Row = dict[str, object]


def rows(day: Day, replications: int) -> list[Row]:
    """The rows of one day: the search, every roster, Erlang C."""
    with tempfile.TemporaryDirectory() as name:
        folder = day.write(Path(name))
        done = staff(
            prepare(folder), out=Path(name) / "out", page=page, where=InProcess(),
            replications=replications)
        everything = Exhaustive(folder, done.outcome)
        mine = tuple(done.outcome.found.counts.tolist())
        least, best = everything.fewest_hours(everything.hours(mine))
    tried = len([trial for trial in done.outcome.trials if trial.counts is not None])
    found = {roster.name: roster for roster in done.outcome.rosters}
    close = everything.hours(mine) - least <= WITHIN_H
    sound = MISSED not in done.outcome.verdicts(done.outcome.roster)
    return [
        _row(day, done.outcome, everything, FOUND, found[FOUND]) | {
            "tried": tried, "pass": "yes" if close and sound else "no"},
        {
            "day": day.name, "method": "every roster", "roster": _roster(day, best[0]),
            "rosters_as_good": len(best), "hours": f"{least:g}",
            "tried": len(everything.rosters(everything.hours(mine))),
        },
        _row(day, done.outcome, everything, ERLANG_C, found[ERLANG_C]) | {"tried": 1},
    ]


def _row(day: Day, found: Outcome, everything: Exhaustive, name: str, roster: Roster) -> Row:
    words, stood = found.verdicts(roster), roster.standing
    counts = tuple(roster.counts.tolist())
    worst = stood.worst
    hung_up = int(stood.mean[ABANDONMENT].argmax())
    return {
        "day": day.name,
        "method": NAMES[name],
        "roster": _roster(day, counts),
        "hours": f"{everything.hours(counts):g}",
        "yuan_per_month": f"{float(found.week.pay @ roster.counts):g}",
        "intervals": len(words),
        **{word: words.count(word) for word in (HELD, OPEN, MISSED)},
        "worst_interval": found.week.name(found.parts[worst].first, found.parts[worst].last),
        "service_level": f"{stood.mean[SERVICE_LEVEL, worst]:.4f}",
        "sl_low": f"{stood.low[SERVICE_LEVEL, worst]:.4f}",
        "sl_high": f"{stood.high[SERVICE_LEVEL, worst]:.4f}",
        "sl_target": f"{stood.least[SERVICE_LEVEL, 0]:g}",
        "abandonment": f"{stood.mean[ABANDONMENT, hung_up]:.4f}",
        "ab_low": f"{stood.low[ABANDONMENT, hung_up]:.4f}",
        "ab_high": f"{stood.high[ABANDONMENT, hung_up]:.4f}",
        "ab_target": f"{stood.most[ABANDONMENT, 0]:g}",
        "n": stood.replications,
    }


def _roster(day: Day, counts: Counts) -> str:
    return " | ".join(
        f"{name}={count}" for name, count in zip(day.shifts, counts, strict=True) if count)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do every day and write the table; 0 if the search passes on each."""
    parser = argparse.ArgumentParser(description="The search for operators, beside all rosters")
    parser.add_argument("--out", type=Path, default=Path("results/staffing.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--days", nargs="+", choices=DAYS, default=[SHORT.name])
    parser.add_argument("--replications", type=int, default=20)
    options = parser.parse_args(arguments)
    one = partial(rows, replications=options.replications)
    with ProcessPoolExecutor(options.workers) as pool:
        found = [row for some in pool.map(one, map(DAYS.__getitem__, options.days)) for row in some]
    columns = list(dict.fromkeys(column for row in found for column in row))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    for row in found:
        print(*(f"{key}={value}" for key, value in row.items()))
    return 1 if any(row.get("pass") == "no" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
