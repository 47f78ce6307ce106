"""Killed at any moment and started again, a sweep ends with the bytes of an uninterrupted one, and
nothing that was finished is done again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from sweep_kit import SMALL, cells, command, files, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

VARY = ("demand.growth=1,1.5", "operators.desk.count=1:2")
REPLICATIONS = 4
CELLS = 4 * REPLICATIONS
ASKED = (
    "sweep", "quickstart", *SMALL, *(part for one in VARY for part in ("--vary", one)),
    "-n", str(REPLICATIONS), "--out", "swept",
)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole") / "swept"
    run(folder, vary=VARY, replications=REPLICATIONS)
    return files(folder)


def finished(place: Path) -> dict[str, int]:
    """The cells on disk, in the unfinished or the finished result."""
    return {**cells(place / "swept"), **cells(place / "swept.partial")}


def wait_for(sweep: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
    """Return at that moment, or at the end of the sweep."""
    end = time.monotonic() + 300
    while not moment() and sweep.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)


def end(sweep: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return sweep.communicate(timeout=300)
    finally:
        if sweep.poll() is None:
            os.killpg(sweep.pid, signal.SIGKILL)


def workers(sweep: subprocess.Popen[str]) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [
            child for child in psutil.Process(sweep.pid).children()
            if any("spawn_main" in word for word in child.cmdline())
        ]
    return []


def test_killed_at_random_moments_and_started_again(
    tmp_path: Path, uninterrupted: dict[str, bytes]
) -> None:
    seed = time.time_ns()
    moments = random.Random(seed)
    story = [f"seed {seed}"]
    kept: dict[str, int] = {}
    for number in range(5):
        # By how much is done, so that the moments do not depend on how busy this machine is; the
        # last one lies about the end, where the result is put together and moved.
        wanted = CELLS if number == 4 else moments.randint(len(kept), CELLS - 1)
        delay = moments.uniform(0, 0.4 if wanted == CELLS else 0.1)
        sweep = command(*ASKED, "--workers", "2" if number == 1 else "1", cwd=tmp_path)
        wait_for(sweep, lambda wanted=wanted: len(finished(tmp_path)) >= wanted)  # type: ignore[misc]
        time.sleep(delay)
        helpers = workers(sweep)
        sweep.send_signal(signal.SIGKILL)
        _, complaints = end(sweep)
        assert not psutil.wait_procs(helpers, timeout=20)[1], story
        found = finished(tmp_path)
        story.append(f"{len(found)} cells, then {delay:.3f} s; status {sweep.returncode}")
        assert "Traceback" not in complaints, story
        assert {cell: found.get(cell) for cell in kept} == kept, story
        kept = found
    last = command(*ASKED, "--workers", "1", cwd=tmp_path)
    _, complaints = end(last)
    assert last.returncode == 0, (story, complaints)
    assert files(tmp_path / "swept") == uninterrupted, story
    after = cells(tmp_path / "swept")
    assert {cell: after[cell] for cell in kept} == kept, story
    assert len(after) == CELLS
    assert not (tmp_path / "swept.partial").exists()


def test_a_worker_that_is_killed_is_replaced(
    tmp_path: Path, uninterrupted: dict[str, bytes]
) -> None:
    sweep = command(*ASKED, "--workers", "2", cwd=tmp_path)
    wait_for(sweep, lambda: len(finished(tmp_path)) >= 1)
    victim, _ = workers(sweep)
    victim.kill()
    wait_for(sweep, lambda: victim.pid not in [w.pid for w in workers(sweep)])
    before = finished(tmp_path)
    _, complaints = end(sweep)
    assert sweep.returncode == 0, complaints
    assert files(tmp_path / "swept") == uninterrupted
    assert {cell: cells(tmp_path / "swept")[cell] for cell in before} == before
