"""Executors: every outcome once, failures with their reason, no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sim.experiments.executors import executor


def square_but_not_three(number: int) -> int:
    if number == 3:
        raise ValueError("three is\nnot squared")
    return number * number


def die_at_one(number: int) -> int:
    if number == 1:
        os._exit(9)
    return number


def process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
def test_every_item_gives_its_outcome_and_a_failure_its_reason(workers: int) -> None:
    outcomes = {o.index: o for o in executor(workers).map(square_but_not_three, [5, 3, 2])}
    assert {i: o.value for i, o in outcomes.items()} == {0: 25, 1: None, 2: 4}
    assert outcomes[1].reason == "ValueError: three is"
    assert "square_but_not_three" in outcomes[1].traceback
    assert not outcomes[0].reason
    assert not outcomes[2].reason


def test_one_worker_stays_in_this_process_and_two_do_not() -> None:
    assert [o.value for o in executor(1).map(process, [0])] == [os.getpid()]
    assert os.getpid() not in {o.value for o in executor(2).map(process, range(4))}


def test_a_dead_worker_is_a_failure_of_its_items_not_a_hang() -> None:
    outcomes = list(executor(2).map(die_at_one, range(4)))
    assert sorted(o.index for o in outcomes) == [0, 1, 2, 3]
    assert "worker process died" in next(o.reason for o in outcomes if o.index == 1)


def test_nothing_to_do() -> None:
    assert list(executor(2).map(process, [])) == []


def test_leaving_early_ends_the_processes() -> None:
    before = set(multiprocessing.active_children())
    outcomes = executor(2).map(time.sleep, [0, 60, 60, 60])
    next(outcomes)
    outcomes.close()
    assert set(multiprocessing.active_children()) <= before


SLEEPERS = textwrap.dedent("""
    import time
    from functools import partial
    from sim.experiments.executors import executor

    def sleep(scenario, number):
        print("asleep", flush=True)
        time.sleep(60)

    if __name__ == "__main__":
        # more than a pipe holds, as a county's scenario is
        for outcome in executor(2).map(partial(sleep, bytes(200_000)), range(30)):
            pass
""")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert parent.stdout is not None
    for _ in range(2):
        assert parent.stdout.readline() == "asleep\n"
    parent.send_signal(ending)
    # Reads to the end of the pipes: that comes when the last process that holds them is gone.
    _, complaints = parent.communicate(timeout=30)
    assert complaints.count("KeyboardInterrupt") == (ending == signal.SIGINT)
