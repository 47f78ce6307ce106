"""A sweep on a real Dask cluster of two worker processes: the same bytes, and clear words where
there is no cluster to be had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sweep_kit import ROOT, SMALL, VARY, files, run, slow_square
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiments import dask_cluster, manifest
from sim.experiments.executors import chosen
from sim.scenario.faults import BadInput


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers, each a process, as somebody would start them by hand."""
    place = tmp_path_factory.mktemp("dask")

    def start(program: str, *options: str) -> subprocess.Popen[bytes]:
        arguments = ("--scheduler-file", "scheduler.json", "--no-dashboard", *options)
        with (place / f"{program}.txt").open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments],
                cwd=place, stdout=told, stderr=told,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
            )

    one_thread = ("--nthreads", "1", "--no-nanny", "--local-directory", "scratch")
    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
    workers = [start("worker", *one_thread) for _ in range(2)]
    try:
        yield Cluster(_address(place, workers), workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _address(place: Path, workers: list[subprocess.Popen[bytes]]) -> str:
    """Of the scheduler, once both workers have come to it."""
    end = time.monotonic() + 300
    while True:
        told = place / "worker.txt"
        lines = told.read_text().splitlines() if told.exists() else []
        found = [line.split()[-1] for line in lines if "Registered to:" in line]
        if len(found) == len(workers):
            return found[0]
        assert time.monotonic() < end, lines
        time.sleep(0.05)


def test_a_cluster_gives_the_bytes_of_the_pool_and_outlives_a_worker(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(tmp_path / "pool")
    done = CliRunner().invoke(app, [
        "sweep", "quickstart", *SMALL, *VARY, "-n", "2", "--out", "dask",
        "--executor", "dask", "--address", cluster.address, "--lang", "en",
    ])
    assert done.exit_code == 0, done.output
    assert files(tmp_path / "dask") == files(tmp_path / "pool")

    with chosen("dask", cluster.address) as where:
        outcomes = where.map(abs, [-7, "x"])
        found = {o.index: (o.value, o.reason.partition(":")[0]) for o in outcomes}
        assert found == {0: (7, ""), 1: (None, "TypeError")}

        outcomes = where.map(slow_square, range(10))
        first = next(outcomes)
        cluster.workers[0].kill()
        found = {o.index: (o.value, o.reason) for o in (first, *outcomes)}
        assert found == {
            n: (None, "ValueError: three is") if n == 3 else (n * n, "") for n in range(10)
        }

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "source_digest", lambda: "another program")
        told = refused(cluster.address)
    assert "another version of it" in told
    monkeypatch.setattr(dask_cluster, "PATIENCE_S", 0.5)
    with chosen("dask", cluster.address) as where:
        outcomes = where.map(slow_square, range(100))
        next(outcomes)
        cluster.workers[1].kill()
        with pytest.raises(BadInput) as caught:
            list(outcomes)
    assert "a cluster without workers" in caught.value.faults[0].line()
    assert "a cluster without workers" in refused(cluster.address)


def refused(address: str) -> str:
    with pytest.raises(BadInput) as caught:
        chosen("dask", address)
    (fault,) = caught.value.faults
    assert fault.line("zh") != fault.line()
    return fault.line()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "ftp://127.0.0.1:1", "tcp://"])
def test_nobody_at_the_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dask_cluster.CONNECT_S < 10
    monkeypatch.setattr(dask_cluster, "CONNECT_S", 0.3)
    assert refused(address) == (
        f'--address: found "{address}"; allowed: the address of a scheduler that is running'
    )


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refused("tcp://127.0.0.1:1") == (
        "--executor: found dask without the package distributed; allowed: pool, or first: "
        "pip install 'hotline-sim[dask]'"
    )
