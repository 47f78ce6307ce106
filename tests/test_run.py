"""Runs: the same bytes however they are made, nothing finished lost, nothing of others touched."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import check, log
from sim.experiments import manifest, replicate, replication
from sim.experiments.replicate import RunFailed, RunResult, Watcher
from sim.measures import measure, summarise
from sim.scenario.faults import BadInput

CHANGES = ["time.days=2", "time.warm_up_days=0"]


def card(kpis: pd.DataFrame, details: Any, scenario: Any, raw: Any, lang: str) -> str:
    return f"{lang} {scenario.name} {len(kpis)} {details['seed']}\n"


def go(out: Path, changes: list[str] | None = None, **options: Any) -> RunResult:
    resolved = replicate.prepare("quickstart", [*CHANGES, *(changes or [])])
    defaults = {"card": card, "replications": 3, "seed": 1, "workers": 1}
    return replicate.run(resolved, out=out, **(defaults | options))


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != manifest.NAME
    }


class Log(Watcher):
    """Keeps what it is told, and interrupts the run after so many replications."""

    def __init__(self, interrupt_after: int = -1) -> None:
        self.heard: list[tuple[int, int, bool]] = []
        self.done = 0
        self.interrupt_after = interrupt_after

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        self.heard.append((total, kept, discarded))

    def finished(self) -> None:
        self.done += 1
        if self.done == self.interrupt_after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Three replications with their tables."""
    return go(tmp_path_factory.mktemp("run") / "out", tables=True)


def test_two_workers_leave_the_same_bytes_as_one(finished: RunResult, tmp_path: Path) -> None:
    other = go(tmp_path / "out", tables=True, workers=2)
    assert content(other.folder) == content(finished.folder)
    times = ("started", "finished", "workers")
    assert {k: v for k, v in other.manifest.items() if k not in times} == {
        k: v for k, v in finished.manifest.items() if k not in times
    }


def test_what_a_result_folder_holds(finished: RunResult) -> None:
    top = {path.name for path in finished.folder.iterdir()}
    assert top == {
        "kpis.csv", "kpis.json", "card.zh.txt", "card.en.txt", "manifest.json", "tables"
    }
    tables = {path.name for path in (finished.folder / "tables").iterdir()}
    assert tables == {"rep-0000", "rep-0001", "rep-0002"}
    assert not finished.folder.with_name("out.partial").exists()
    rows = len(finished.kpis)
    assert (finished.folder / "card.zh.txt").read_text() == f"zh quickstart {rows} 1\n"


def test_the_seed_and_every_replication_matter(finished: RunResult, tmp_path: Path) -> None:
    other = go(tmp_path / "out", seed=2)
    workloads = finished.manifest["workloads"] + other.manifest["workloads"]
    assert len(set(workloads)) == 6
    assert not other.kpis.equals(finished.kpis)


def test_staff_leave_the_workload_alone(finished: RunResult, tmp_path: Path) -> None:
    more = go(tmp_path / "out", ["operators.desk.count=9"])
    assert more.manifest["workloads"] == finished.manifest["workloads"]
    assert more.manifest["identity"]["scenario"] != finished.manifest["identity"]["scenario"]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_goes_on_where_it_stopped(
    finished: RunResult, tmp_path: Path, workers: int
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(out, tables=True, workers=workers, watcher=Log(interrupt_after=2))
    assert not out.exists()
    log = Log()
    go(out, tables=True, watcher=log)
    (told,) = log.heard
    assert told[0] == 3
    assert told[1] >= 2
    assert not told[2]
    assert log.done == 3 - told[1]
    assert content(out) == content(finished.folder)


def test_an_unfinished_run_of_something_else_is_thrown_away(
    finished: RunResult, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(out, seed=7, tables=True, watcher=Log(interrupt_after=1))
    log = Log()
    go(out, tables=True, watcher=log)
    assert log.heard == [(3, 0, True)]
    assert content(out) == content(finished.folder)


def test_fewer_replications_than_are_kept(finished: RunResult, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "out", tables=True, replications=6, watcher=Log(interrupt_after=5))
    log = Log()
    go(tmp_path / "out", tables=True, watcher=log)
    assert log.heard == [(3, 3, False)]
    assert content(tmp_path / "out") == content(finished.folder)


def test_half_written_parts_and_tables_are_written_again(
    finished: RunResult, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(out, tables=True, watcher=Log(interrupt_after=1))
    for cut_off in ("parts/rep-0001.new", "tables/rep-0001", "tables/rep-0002.new"):
        folder = tmp_path / "out.partial" / cut_off
        folder.mkdir(parents=True)
        (folder / "calls.parquet").write_bytes(b"half")
    go(out, tables=True)
    assert content(out) == content(finished.folder)


def test_a_failing_replication_tells_why_and_the_others_are_kept(
    finished: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_once(result: log.Result) -> Any:
        if result.replication == 1:
            raise ArithmeticError("no such number")
        return measure(result)

    monkeypatch.setattr(replication, "measure", fails_once)
    with pytest.raises(RunFailed, match=r"1 of 3 .* 1: ArithmeticError: no such number"):
        go(tmp_path / "out", tables=True)
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    log = Log()
    go(tmp_path / "out", tables=True, watcher=log)
    assert log.heard == [(3, 2, False)]
    assert content(tmp_path / "out") == content(finished.folder)


def test_a_result_is_replaced_as_a_whole(finished: RunResult, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(out, seed=3, replications=5, tables=True)
    go(out, tables=True)
    assert content(out) == content(finished.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("new_in_place", [False, True])
def test_a_move_cut_off_between_its_steps_is_mended(
    finished: RunResult, tmp_path: Path, new_in_place: bool
) -> None:
    shutil.copytree(finished.folder, tmp_path / "out.old")
    if new_in_place:
        shutil.copytree(finished.folder, tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "out", seed=5, watcher=Log(interrupt_after=1))
    assert not (tmp_path / "out.old").exists()
    assert content(tmp_path / "out") == content(finished.folder)


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "spring.jpg").write_bytes(b"x")
    (tmp_path / "photos" / "manifest.json").write_text('{"program": "album"}')
    (tmp_path / "letter").write_text("x")
    (tmp_path / "free.partial").mkdir()
    (tmp_path / "free.partial" / "notes.txt").write_text("x")
    before = content(tmp_path)
    for name in ("photos", "letter", "letter/under", "free"):
        with pytest.raises(BadInput) as caught:
            go(tmp_path / name)
        assert caught.value.faults[0].file == "--out"
    assert content(tmp_path) == before
    (tmp_path / "empty").mkdir()
    go(tmp_path / "empty", replications=1)
    assert (tmp_path / "empty" / "kpis.csv").exists()


def test_the_place_of_an_old_result_may_be_taken(finished: RunResult, tmp_path: Path) -> None:
    """What would be moved aside to ``out.old`` must not meet what somebody keeps there."""
    (tmp_path / "out.old").mkdir()
    (tmp_path / "out.old" / "notes.txt").write_text("x")
    for _ in range(2):
        with pytest.raises(BadInput, match=r"out\.old: found something that is not a result"):
            go(tmp_path / "out", replications=1)
        shutil.copytree(finished.folder, tmp_path / "out", dirs_exist_ok=True)
    assert (tmp_path / "out.old" / "notes.txt").read_text() == "x"
    assert content(tmp_path / "out") == content(finished.folder)


def test_the_top_of_a_disk_is_no_place_for_a_result() -> None:
    with pytest.raises(BadInput, match="found the top of a disk"):
        go(Path(Path.cwd().anchor))


def test_a_full_disk_is_told_and_what_is_finished_kept(
    finished: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = log.save

    def full(result: log.Result, folder: Path) -> None:
        if result.replication == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(result, folder)

    monkeypatch.setattr(log, "save", full)
    with pytest.raises(BadInput, match="found no space left on the disk") as caught:
        go(tmp_path / "out", tables=True)
    assert "磁盘已满" in caught.value.faults[0].line("zh")
    monkeypatch.undo()
    watcher = Log()
    go(tmp_path / "out", tables=True, watcher=watcher)
    assert watcher.heard == [(3, 2, False)]
    assert content(tmp_path / "out") == content(finished.folder)


def test_a_damaged_part_is_made_again(finished: RunResult, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(out, tables=True, watcher=Log(interrupt_after=2))
    part = tmp_path / "out.partial" / "parts" / "rep-0000" / "ratios.parquet"
    part.write_bytes(part.read_bytes()[:100])
    watcher = Log()
    go(out, tables=True, watcher=watcher)
    assert watcher.heard == [(3, 1, False)]
    assert content(out) == content(finished.folder)


@pytest.mark.parametrize("harm", [None, b"", b"[]", b"\xff\xfe", "offers"])
@pytest.mark.parametrize(
    "name",
    [
        "kpis.csv", "kpis.json", "tables/rep-0001/calls.parquet",
        "tables/rep-0001/reference-staff.parquet", "tables/rep-0001/replication.txt",
    ],
)
def test_a_damaged_file_of_a_result_is_named(
    finished: RunResult, tmp_path: Path, name: str, harm: bytes | str | None
) -> None:
    """Missing, empty, of another format, undecodable, or another table in its place."""
    shutil.copytree(finished.folder, tmp_path / "out")
    path = tmp_path / "out" / name
    other = tmp_path / "out" / "tables" / "rep-0001" / "offers.parquet"
    path.unlink()
    if harm is not None:
        path.write_bytes(other.read_bytes() if isinstance(harm, str) else harm)
    with pytest.raises(BadInput) as caught:
        replicate.load(tmp_path / "out").tables(1)
    (fault,) = caught.value.faults
    assert fault.file in (str(path), str(path.parent))


def test_a_table_cut_short_is_named(finished: RunResult, tmp_path: Path) -> None:
    shutil.copytree(finished.folder, tmp_path / "out")
    path = tmp_path / "out" / "tables" / "rep-0000" / "timesheet.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadInput, match=r"timesheet\.parquet: found a file that is damaged"):
        replicate.load(tmp_path / "out").tables(0)


@pytest.mark.parametrize(
    "change",
    [
        {"identity": []}, {"identity": {}}, {"workloads": "x"}, {"scenario": None},
        {"identity": {"seed": -1, "source": "", "versions": {}}},
    ],
)
def test_an_edited_manifest_is_refused(
    finished: RunResult, tmp_path: Path, change: dict[str, Any]
) -> None:
    shutil.copytree(finished.folder, tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change))
    with pytest.raises(BadInput, match="damaged"):
        replicate.load(tmp_path / "out")


def test_a_fault_of_the_scenario_in_a_manifest_names_the_manifest(tmp_path: Path) -> None:
    path = go(tmp_path / "out", replications=1).folder / "manifest.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["scenario"]["hotline"]["lines"] = "many"
    path.write_text(json.dumps(record))
    with pytest.raises(BadInput, match=r"out/manifest\.json: scenario\.toml hotline\.lines: found"):
        replicate.load(tmp_path / "out").tables(0)


def test_two_runs_cannot_write_one_result(tmp_path: Path) -> None:
    class Intruder(Watcher):
        def finished(self) -> None:
            go(tmp_path / "out", seed=2)

    with pytest.raises(BadInput, match="still writing"):
        go(tmp_path / "out", watcher=Intruder())


def test_everything_wrong_with_the_numbers_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        go(tmp_path / "out", replications=0, seed=-1, workers=0)
    assert [f.file for f in caught.value.faults] == ["--replications", "--seed", "--workers"]
    with pytest.raises(BadInput) as caught:
        go(tmp_path / "out", replications=10**20, workers=10**6)
    assert [f.file for f in caught.value.faults] == ["--replications", "--workers"]
    assert list(tmp_path.iterdir()) == []


def test_a_result_read_again_says_the_same(finished: RunResult, tmp_path: Path) -> None:
    read = replicate.load(finished.folder)
    pd.testing.assert_frame_equal(read.kpis, finished.kpis, check_exact=True)
    assert read.details == finished.details
    assert read.current
    # Measures are functions of the saved tables only.
    kpis, _ = summarise([measure(read.tables(r)) for r in range(3)])
    pd.testing.assert_frame_equal(kpis, finished.kpis, check_exact=True)


def test_tables_not_kept_are_simulated_again(finished: RunResult, tmp_path: Path) -> None:
    bare = replicate.load(go(tmp_path / "out").folder)
    kept = replicate.load(finished.folder)
    for name, table in kept.tables(2).tables.items():
        pd.testing.assert_frame_equal(bare.tables(2).tables[name], table, check_exact=True)
    with pytest.raises(BadInput, match="allowed: 0 to 2"):
        bare.tables(3)


def test_draws_that_cannot_be_repeated_are_refused(tmp_path: Path) -> None:
    folder = go(tmp_path / "out", replications=1).folder
    record = json.loads((folder / "manifest.json").read_text())
    record["workloads"] = ["0" * 64]
    record["identity"]["source"] = "1" * 64
    (folder / "manifest.json").write_text(json.dumps(record))
    read = replicate.load(folder)
    assert not read.current
    with pytest.raises(BadInput, match="another version"):
        read.tables(0)


def test_no_result_at_all(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadInput, match="no result"):
            replicate.load(folder)


def test_a_violation_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = check.Violation("rule", "calls", "7", "so", "如此", (("left", "1"),), 1)

    def broken_once(result: log.Result) -> list[check.Violation]:
        return [broken] if result.replication == 1 else []

    monkeypatch.setattr(replication, "verify", broken_once)
    result = go(tmp_path / "out", verified=True)
    assert result.violations == {1: (broken,)}
    assert result.manifest["verified"] == {"asked": True, "violations": {"1": [broken.line()]}}


def test_the_checks_pass(tmp_path: Path) -> None:
    assert go(tmp_path / "out", verified=True, replications=1).violations == {}


RULES = """
from sim.rules.registry import rule

@rule("choose_point", "farthest")
def farthest(order, points):
    return -points.travel_min
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A scenario with a rule of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "scenario.toml").write_text(
        'extends = "quickstart"\n[dispatch]\nmodule = "rules.py"\nchoose_point = "farthest"\n'
        "[time]\ndays = 2\n"
    )
    (folder / "rules.py").write_text(RULES)
    return folder


def test_a_scenario_brings_its_own_rules_into_the_workers_and_the_result(
    own: Path, tmp_path: Path
) -> None:
    ways: list[tuple[int, list[str]]] = [(2, []), (1, []), (1, ["dispatch.choose_point=nearest"])]
    runs = [
        replicate.run(
            replicate.prepare(own, changes), out=tmp_path / f"out{n}", card=card, replications=2,
            workers=workers, tables=n == 0,
        )
        for n, (workers, changes) in enumerate(ways)
    ]
    assert runs[0].kpis.equals(runs[1].kpis)
    assert not runs[0].kpis.equals(runs[2].kpis)
    assert runs[0].manifest["identity"]["rules"]
    shutil.rmtree(own)
    kept, again = (replicate.load(run.folder).tables(1) for run in runs[:2])
    pd.testing.assert_frame_equal(kept.visits, again.visits)


def test_a_changed_rule_is_another_run(own: Path, tmp_path: Path) -> None:
    resolved = replicate.prepare(own)
    options: dict[str, Any] = {"out": tmp_path / "out", "card": card, "replications": 2}
    with pytest.raises(KeyboardInterrupt):
        replicate.run(resolved, workers=1, watcher=Log(interrupt_after=1), **options)
    (own / "rules.py").write_text(RULES.replace("-points", "-2 * points"))
    log = Log()
    replicate.run(replicate.prepare(own), workers=1, watcher=log, **options)
    assert log.heard == [(2, 0, True)]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("def (", "rules.py line 1: found SyntaxError"),
        ("1 / 0", "rules.py line 1: found ZeroDivisionError"),
        (RULES.replace('"farthest"', '"farthestt"'), 'farthestt, least_delay'),
        (None, 'dispatch.module: found "rules.py"'),
    ],
)
def test_rules_that_cannot_be_used(own: Path, rules: str | None, told: str) -> None:
    if rules is None:
        (own / "rules.py").unlink()
    else:
        (own / "rules.py").write_text(rules.replace("-points", "-3 * points"))
    with pytest.raises(BadInput) as caught:
        replicate.prepare(own, ["dispatch.choose_point=farthes"])
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told", "workers"),
    [
        ("return points.travel_min * np.nan", 'rule "farthest": found scores that are NaN', 1),
        ("return points.travel_min * np.nan", 'rule "farthest": found scores that are NaN', 2),
        ("return np.zeros(99)", "found scores for 99 candidates, not 2", 1),
        ("return 0", "found scores for 1 candidates, not 2", 1),
        ("return None", "found scores that are no numbers", 1),
        ("return [[1], [2, 3]]", "rules.py: found ValueError", 1),
        ("return points.queue", "rules.py line 6: found AttributeError", 1),
        ("raise SystemExit(0)", "rules.py line 6: found SystemExit: 0", 1),
    ],
)
def test_rules_that_fail_during_the_run(
    own: Path, tmp_path: Path, body: str, told: str, workers: int
) -> None:
    rules = RULES.replace("return -points.travel_min", body)
    (own / "rules.py").write_text("import numpy as np" + rules)
    with pytest.raises(BadInput) as caught:
        replicate.run(
            replicate.prepare(own), out=tmp_path / "out", card=card, replications=2,
            workers=workers,
        )
    (fault,) = caught.value.faults
    assert told in fault.line()
    assert fault.line("zh")


def test_a_list_of_scores_and_one_row_for_all_orders_will_do(own: Path, tmp_path: Path) -> None:
    plain = own / "rules.py"
    kpis = []
    for fixed, body in (
        ("", "-points.travel_min"),
        ("", "(-points.travel_min).tolist()"),
        ("", "-points.point"),
        (", fixed=True", "-points.point"),
    ):
        plain.write_text(
            RULES.replace('"farthest")', f'"farthest"{fixed})').replace("-points.travel_min", body)
        )
        out = tmp_path / f"out{len(kpis)}"
        kpis.append(
            replicate.run(
                replicate.prepare(own), out=out, card=card, replications=1, workers=1
            ).kpis
        )
    pd.testing.assert_frame_equal(kpis[0], kpis[1])
    pd.testing.assert_frame_equal(kpis[2], kpis[3])
