"""Executors: every outcome once, failures with their reason, no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.experiments.executors import chosen, executor
from sim.scenario.faults import BadInput


def square_but_not_three(number: int) -> int:
    if number == 3:
        raise ValueError("three is\nnot squared")
    return number * number


def die_at_one(number: int) -> int:
    if number == 1:
        os._exit(9)
    return number


def die_once_at_one(asked: tuple[int, Path]) -> int:
    number, traces = asked
    with (traces / str(number)).open("a") as trace:
        trace.write("x")
    if number == 1 and (traces / "1").stat().st_size == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process(_: int) -> int:
    return os.getpid()


def lock(_: int) -> object:
    return threading.Lock()


class Counted(Sequence[int]):
    """Numbers 0, 1, ... that know how many of them were asked for."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked = 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        self.asked += 1
        return index


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


def test_an_item_whose_worker_dies_every_time_fails_and_all_others_are_done() -> None:
    outcomes = {o.index: o for o in executor(2).map(die_at_one, range(8))}
    assert {i: o.value for i, o in outcomes.items()} == {i: i if i != 1 else None for i in range(8)}
    assert "worker process died" in outcomes[1].reason


def test_an_item_whose_worker_was_killed_is_done_again_and_nothing_else_is(tmp_path: Path) -> None:
    items = [(number, tmp_path) for number in range(6)]
    assert sorted(o.value for o in executor(2).map(die_once_at_one, items)) == list(range(6))
    begun = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert begun == {str(number): 1 + (number == 1) for number in range(6)}


def test_items_are_asked_for_as_workers_become_free() -> None:
    items = Counted(10_000)
    outcomes = executor(2).map(square_but_not_three, items)
    for _ in range(5):
        next(outcomes)
    outcomes.close()
    assert items.asked <= 5 + 2


def test_what_cannot_be_sent_back_is_a_failure() -> None:
    (outcome,) = executor(2).map(lock, [0])
    assert "pickle" in outcome.reason


def test_processes_stay_between_maps_inside_a_with_block() -> None:
    with executor(2) as pool:
        first = {o.value for o in pool.map(process, range(8))}
        assert [o.value for o in pool.map(square_but_not_three, [4])] == [16]
        assert {o.value for o in pool.map(process, range(8))} == first
        alive = {child.pid for child in multiprocessing.active_children()}
        assert first <= alive
    assert not first & {child.pid for child in multiprocessing.active_children()}


def test_a_script_that_guards_nothing_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from sim.experiments.executors import executor\n"
        "print([o.reason for o in executor(2).map(abs, range(3))])\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.stdout == f"{['worker processes cannot start'] * 3}\n"


@pytest.mark.parametrize(
    ("kind", "address", "workers", "lines"),
    [
        ("dsk", "", 0, [
            '--executor: found "dsk"; allowed: pool, dask; did you mean "dask"?',
            "--workers: found 0; allowed: a whole number from 1 to 256",
        ]),
        ("dask", "", None, [
            "--address: found nothing; allowed: the address of a Dask scheduler, for example "
            "tcp://10.0.0.5:8786",
        ]),
        ("pool", "tcp://x:1", None, [
            '--address: found "tcp://x:1"; allowed: nothing, or --executor dask as well',
        ]),
    ],
)
def test_an_executor_that_cannot_be_had(
    kind: str, address: str, workers: int | None, lines: list[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        chosen(kind, address, workers)
    assert [fault.line() for fault in caught.value.faults] == lines


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
