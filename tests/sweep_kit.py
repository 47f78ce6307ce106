"""A small study for tests of sweeps: quickstart, two days, two points."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sim.experiments.executors import executor
from sim.experiments.sweep import asking
from sim.experiments.sweep.run import SweepResult, sweep
from sim.experiments.sweep.study import ready

ROOT = Path(__file__).parents[1]
SMALL = ("--set", "time.days=2", "--set", "time.warm_up_days=0", "--set", "time.cool_down_days=1")
VARY = ("--vary", "demand.growth=1,1.5")
TABLES = ("points.csv", "points.parquet", "failures.csv")


def run(
    out: Path, *, name: str = "quickstart", vary: Sequence[str] = VARY[1::2],
    changes: Sequence[str] = SMALL[1::2], replications: int = 2, seed: int = 1, workers: int = 1,
) -> SweepResult:
    study = asking.asked(name, vary, changes, replications, seed)
    return sweep(study, ready(study), out=out, where=executor(workers))


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a result but its manifest, which knows times."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"
    }


def cells(folder: Path) -> dict[str, int]:
    """The finished cells of a result or an unfinished one, and when each was written."""
    return {
        path.relative_to(folder).parent.as_posix(): path.stat().st_mtime_ns
        for path in folder.glob("cells/*/rep-*[0-9]/samples.parquet")
    }


def command(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    """``hotline`` as a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from sim.cli import main; main()", *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
    )


def slow_square(number: int) -> int:
    """For an executor's workers, which find it by its name."""
    time.sleep(0.2)
    if number == 3:
        raise ValueError("three is\nnot squared")
    return number * number
