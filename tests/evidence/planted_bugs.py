"""Can the tests fail? Bugs are planted into a copy of the program, one by one; each must be found.

    python -m tests.evidence.planted_bugs --out results/planted_bugs.csv

Every bug names the test, or the case of the battery, that should find it. The same killer first
passes on the program as it is; a bug that none of its killers finds ends this with status 1.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("bug", "file", "killer", "found", "how")


class Bug(NamedTuple):
    """A change of one place in the program."""

    name: str
    file: str
    old: str
    new: str
    killer: str
    """``validate CASE``, or a test as pytest names it"""


BUGS = (
    Bug("patience ignored", "model/hotline.py", "if call.patience < NEVER:", "if False:",
        "validate erlang-a"),
    Bug("priority reversed", "model/county.py", "for tier in self.hotline.queues]",
        "for tier in reversed(self.hotline.queues)]", "validate cobham-mm2"),
    Bug("wrap-up skipped", "model/operator.py", "if job.wrap_up:", "if False:",
        "validate mg1-operator"),
    Bug("a call ends with the shift", "model/operator.py", "turn.at(clock.now + job.talk,",
        "turn.at(min(clock.now + job.talk, max(me.ends, clock.now)),", "validate hours"),
    Bug("last come, first served", "model/hotline.py", "return first.popleft()",
        "return first.pop()", "validate erlang-c-3"),
    Bug("travel doubled", "geography.py", "round(minutes * slow * MINUTE) + self.access",
        "round(2 * minutes * slow * MINUTE) + self.access", "validate mg1-caregiver"),
    Bug("second nearest point", "model/choice.py", "best = scores.argmin(1)",
        "best = np.argsort(scores, 1)[:, min(1, scores.shape[1] - 1)]",
        "tests/test_orders_row_by_row.py"),
    Bug("redials dropped", "model/incoming.py", "if attempt < caller.max_redials and",
        "if attempt < 0 and", "validate redials"),
    Bug("one operator too few", "workload/roster.py", "range(1, row.count + 1)",
        "range(1, max(2, row.count))", "validate erlang-c-3"),
    Bug("absence ignored", "workload/roster.py", "absent=absent,", "absent=False,",
        "tests/test_roster.py"),
    Bug("window ignored", "model/matching/crew.py",
        "started = draws.window_open if order.booked else now", "started = now",
        "tests/test_orders_row_by_row.py"),
    Bug("booked twice", "model/point.py", "del self.free[me.number]", "pass",
        "tests/test_orders_row_by_row.py"),
    Bug("lines without end", "model/hotline.py", "self.free_lines -= 1", "pass", "validate mmck"),
    Bug("skills ignored", "model/fit.py", "else self.able[person.group]",
        "else (True,) * self.services", "tests/test_orders_row_by_row.py"),
    Bug("breaks skipped", "model/shift.py", "if breaks and breaks[0][0] <= now:", "if False:",
        "tests/test_row_by_row.py"),
    Bug("busy days as quiet ones", "workload/arrivals.py",
        "rng.gamma(1 / (cv * cv), cv * cv, n)", "rng.gamma(1e9, 1e-9, n)",
        "validate busy-days"),
    Bug("abandoned calls count as answered in time", "measures/hotline/calls.py",
        "in_time = total(answered & within)", "in_time = total(within)", "validate erlang-a"),
    Bug("overtime never allowed", "model/point.py", "me.until = duty.end + self.overtime",
        "me.until = duty.end", "tests/test_orders_row_by_row.py"),
    Bug("chasing calls never come", "model/chasing.py", "< self.prob:", "< 0:",
        "tests/test_consequences.py"),
    Bug("homes all at the centre", "workload/clients.py", "area_km2", "area_km2 * 0",
        "tests/test_clients.py"),
    Bug("the slowest to react grabs", "model/offer_modes/grab.py",
        "sorted(found, reverse=True)", "sorted(found)", "tests/test_modes_row_by_row.py"),
    Bug("matched anew for the longest way", "model/offer_modes/rematch.py",
        "return trip.planned + max(0, begins - order.due)",
        "return 10**12 - trip.planned - max(0, begins - order.due)",
        "tests/test_rematch_row_by_row.py"),
    Bug("nobody passed on to the province", "model/tiers.py", "if limit is not None:", "if False:",
        "tests/test_tiers_row_by_row.py"),
    Bug("a held caller goes to the end of the queue", "model/virtual_hold.py",
        "if other.number > call.number), len(queue)", "if False), len(queue)",
        "tests/test_hold_row_by_row.py"),
    Bug("the cap of a client forgotten", "model/funds.py", "if a_year is not None:", "if False:",
        "tests/test_funds.py"),
    Bug("money of cancelled orders never free again", "model/funds.py",
        "self.used[entry] -= share.fen", "self.used[entry] -= 0", "tests/test_funds.py"),
    Bug("a kitchen without end", "model/meals/kitchens.py",
        "if self.sold[number].get(left // DAY, 0) < kitchen.capacity:", "if True:",
        "tests/test_rounds_row_by_row.py"),
    Bug("meals after the kitchen stops", "model/meals/kitchens.py",
        "not meal.on_the_way or meal.started > now", "False", "tests/test_rounds_row_by_row.py"),
    Bug("places without carers", "model/places/house.py",
        "return _staffed(wanted, self._at_hand()) if wanted else []", "return []",
        "tests/test_places_row_by_row.py"),
    Bug("experts with no eye for urgency", "model/experts.py",
        "(consult.priority, consult.eligible, consult.number, consult)",
        "(0, consult.eligible, consult.number, consult)", "tests/test_remote.py"),
    Bug("planned visits wait for ever", "workload/plans.py",
        "until * DAY + plan.closes)", "until * DAY + plan.closes * 9)", "tests/test_plans.py"),
)


def plant(bug: Bug, root: Path) -> None:
    """Put the bug into the copy under ``root``; ``ValueError`` where its place is not found."""
    path = root / "sim" / bug.file
    text = path.read_text(encoding="utf-8")
    if bug.old not in text:
        raise ValueError(f"{bug.name}: {bug.file} has no {bug.old!r}")
    path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")


def run(killer: str, root: Path) -> tuple[bool, str]:
    """Whether the killer is content with the program under ``root``, and its last words."""
    kind, _, case = killer.partition(" ")
    program = (
        ["-c", f"import sys; sys.argv = ['hotline', 'validate', {case!r}, '--lang', 'en', "
               "'--workers', '1']; from sim.cli import main; main()"]
        if kind == "validate" else ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", killer]
    )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, *program], cwd=root, env=environment, capture_output=True, text=True
    )
    lines = [line for line in done.stdout.splitlines() if "OUTSIDE" in line or "FAILED" in line]
    last = (lines or done.stderr.splitlines() or done.stdout.splitlines() or [""])[-1]
    return done.returncode == 0, last.strip()[:160]


def copied(folder: Path) -> Path:
    """A copy of what the tests need."""
    for name in ("sim", "tests", "scenarios"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def hunted(bug: Bug) -> dict[str, str]:
    """Plant a bug and see whether its killer finds it."""
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder))
        plant(bug, root)
        content, how = run(bug.killer, root)
    return {
        "bug": bug.name, "file": f"sim/{bug.file}", "killer": bug.killer,
        "found": "no" if content else "yes", "how": how,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/planted_bugs.csv"))
    parser.add_argument("--only", nargs="*", help="bugs by name")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    bugs = [bug for bug in BUGS if not options.only or bug.name in options.only]
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder))
        for killer in dict.fromkeys(bug.killer for bug in bugs):
            content, how = run(killer, root)
            if not content:
                print(f"{killer} fails on the program as it is: {how}", file=sys.stderr)
                return 1
    with ThreadPoolExecutor(options.workers) as pool:
        rows = list(pool.map(hunted, bugs))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(f"{row['found']:4}{row['bug']:44}{row['killer']:36}{row['how']}")
    return 0 if all(row["found"] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
