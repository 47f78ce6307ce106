"""The lab: common workloads, cells kept at once and never mixed up, failures that stop nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pytest
from sweep_kit import SMALL

from sim.experiments import lab as module
from sim.experiments.executors import InProcess, Outcome
from sim.experiments.lab import WORKLOAD, Failure, Lab, Variant
from sim.experiments.replicate import Watcher, prepare, simulated
from sim.log import Result
from sim.measures import measure, summarise
from sim.measures.measured import FILES, Measured
from sim.scenario.faults import BadInput


def variant(name: str, *changes: str) -> Variant:
    return Variant(name, prepare("quickstart", [*SMALL[1::2], *changes]))


def offered_only(result: Result) -> Measured:
    """Another reader: what is kept of a replication is less."""
    whole = measure(result)
    return Measured(whole.ratios[whole.ratios["measure"] == "offered_per_day"], whole.samples)


def ratio(found: Measured, name: str) -> tuple[float, float]:
    row = found.ratios[(found.ratios["measure"] == name) & (found.ratios["group"] == "all")]
    return float(row["num"].iloc[0]), float(row["den"].iloc[0])


class Notes(Watcher):
    """What a watcher is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        self.told.append((total, kept, discarded))

    def finished(self) -> None:
        self.told.append("finished")

    def summarising(self, total: int) -> None:
        self.told.append(("summarising", total))


class Remote:
    """An executor whose workers have a disk of their own: what they are sent is all they have."""

    shares_disk = False

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def map(
        self, function: Callable[[Any], Any], items: Sequence[Any]
    ) -> Generator[Outcome[Any], None, None]:
        self.sent += items
        # The last first: outcomes come in any order.
        for index in reversed(range(len(items))):
            yield Outcome(index, function(items[index]))


def test_a_cell_is_the_measures_of_its_simulation(tmp_path: Path) -> None:
    plain, busy = variant("plain"), variant("busy", "demand.growth=1.5")
    lab = Lab(tmp_path, 7, InProcess())
    assert lab.run([plain, busy], [0, 3]) == []
    for one in (plain, busy):
        for kept, replication in zip(lab.measured(one, [3, 0]), (3, 0), strict=True):
            truth = measure(simulated(one.resolved.scenario, 7, replication)[0])
            pd.testing.assert_frame_equal(kept.ratios, truth.ratios)
            pd.testing.assert_frame_equal(kept.samples, truth.samples)
    (table,) = lab.summarised([busy], [0, 3])
    pd.testing.assert_frame_equal(table, summarise(lab.measured(busy, [0, 3]))[0])


def test_the_same_demand_meets_every_variant(tmp_path: Path) -> None:
    lab = Lab(tmp_path, 1, InProcess())
    few, many = variant("few", "operators.desk.count=1"), variant("many", "operators.desk.count=6")
    lab.run([few, many], [0])
    first, other = lab.measured(few, [0])[0], lab.measured(many, [0])[0]
    assert ratio(first, "on_time_request")[1] == ratio(other, "on_time_request")[1]
    assert ratio(first, "service_level")[0] < ratio(other, "service_level")[0]


def test_what_is_there_is_not_done_again_and_the_watcher_is_told(tmp_path: Path) -> None:
    notes = Notes()
    lab = Lab(tmp_path, 1, InProcess(), notes)
    one, twin = variant("one"), variant("twin")
    lab.run([one], [0])
    lab.run([one, twin], [0, 1])
    assert notes.told == [(1, 0, False), "finished", (2, 1, False), "finished"]
    assert lab.has(twin, 1)
    assert not lab.has(twin, 2)
    lab.summarised([one, twin], [0, 1])
    assert notes.told[4:] == [("summarising", 2), "finished", "finished"]


def test_what_an_earlier_run_of_something_else_left_is_noticed(tmp_path: Path) -> None:
    def kept_and_discarded(*variants: Variant, replications: int) -> tuple[object, ...]:
        notes = Notes()
        lab = Lab(tmp_path, 1, InProcess(), notes)
        for one in variants:
            lab.run([one], range(replications))
        return tuple(told[1:] for told in notes.told if isinstance(told, tuple))

    first, other = variant("first"), variant("other", "hotline.lines=5")
    # Variants of one lab are no strangers to each other.
    assert kept_and_discarded(first, replications=1) == ((0, False),)
    assert kept_and_discarded(other, first, replications=1) == ((0, True), (1, False))
    assert kept_and_discarded(first, other, replications=2) == ((1, False), (1, False))


def test_cells_of_another_seed_rule_or_reader_are_others(tmp_path: Path) -> None:
    digests = {
        Lab(tmp_path, 1, InProcess()).digest(variant("a")),
        Lab(tmp_path, 1, InProcess()).digest(variant("b")),
        Lab(tmp_path, 2, InProcess()).digest(variant("a")),
        Lab(tmp_path, 1, InProcess(), reader=offered_only).digest(variant("a")),
        Lab(tmp_path, 1, InProcess()).digest(variant("a", "hotline.lines=5")),
    }
    assert len(digests) == 4
    lab = Lab(tmp_path, 1, InProcess(), reader=offered_only)
    lab.run([variant("a")], [0])
    assert set(lab.measured(variant("a"), [0])[0].ratios["measure"]) == {"offered_per_day"}


def test_workers_without_this_disk_give_the_same_bytes(tmp_path: Path) -> None:
    both = [variant("plain"), variant("busy", "demand.growth=1.5")]
    here, there = tmp_path / "here", tmp_path / "there"
    remote = Remote()
    assert Lab(here, 1, InProcess()).run(both, [0, 1]) == []
    assert Lab(there, 1, remote).run(both, [0, 1]) == []
    kept = {p.relative_to(here): p.read_bytes() for p in here.rglob("*") if p.is_file()}
    assert kept == {p.relative_to(there): p.read_bytes() for p in there.rglob("*") if p.is_file()}
    assert len(kept) == 2 + 2 * 2 * len((*FILES, WORKLOAD))
    assert len(remote.sent) == 4
    assert all(isinstance(book, bytes) for _, book in remote.sent)


def test_a_failing_cell_has_its_reason_for_every_variant_that_shares_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(scenario: Any, seed: int, replication: int) -> tuple[Result, str]:
        if scenario.demand.growth > 1 and replication == 1:
            raise ArithmeticError("no such number")
        return simulated(scenario, seed, replication)

    monkeypatch.setattr(module, "simulated", sometimes)
    lab = Lab(tmp_path, 1, InProcess())
    plain, busy, twin = (variant("plain"), variant("busy", "demand.growth=1.5"),
                         variant("twin", "demand.growth=1.5"))
    reason = "ArithmeticError: no such number"
    assert lab.run([busy, plain, twin], [0, 1]) == [
        Failure("busy", 1, reason), Failure("twin", 1, reason)]
    assert [lab.has(one, r) for one in (busy, plain) for r in (0, 1)] == [True, False, True, True]
    monkeypatch.setattr(module, "simulated", simulated)
    assert lab.run([busy], [0, 1]) == []


def test_a_damaged_cell_is_done_again_or_named(tmp_path: Path) -> None:
    lab = Lab(tmp_path, 1, InProcess())
    one = variant("one")
    lab.run([one], [0])
    (file,) = tmp_path.glob("*/rep-0000/ratios.parquet")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert not lab.has(one, 0)
    lab.run([one], [0])
    assert file.read_bytes() == whole
    middle = len(whole) // 3
    file.write_bytes(whole[:middle] + bytes(middle) + whole[2 * middle:])
    with pytest.raises(BadInput) as caught:
        lab.summarised([one], [0])
    assert caught.value.faults[0].line().startswith(f"{file.parent}: found a file that is damaged")
