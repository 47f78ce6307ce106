"""Sweeps: the table is that of single runs, nothing is done twice, nothing foreign is mixed in."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pandas as pd
import pytest
from sweep_kit import SMALL, TABLES, VARY, cells, files, run
from typer.testing import CliRunner, Result

import sim
from sim.cli.commands import app
from sim.experiments import manifest
from sim.experiments.workshop import workshop
from sim.measures.summary import COLUMNS
from sim.report.progress.bar import Bar
from sim.report.study.sweep import points as page
from sim.scenario.faults import BadInput

BROKEN = """
from sim.rules.registry import rule

@rule("choose_order", "broken")
def broken(orders, caregiver):
    raise ArithmeticError("no such number")
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")


def hotline(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        one.reset_index(drop=True), other.reset_index(drop=True), check_dtype=False,
        check_exact=True,
    )


def test_each_point_is_what_a_run_of_its_scenario_gives(tmp_path: Path) -> None:
    done = run(tmp_path / "swept", vary=["operators.desk.count=1:2", "demand.growth=1,1.5"])
    table = pd.read_parquet(tmp_path / "swept" / "points.parquet")
    assert list(table) == ["variant", "operators.desk.count", "demand.growth", *COLUMNS]
    assert list(table["variant"].unique()) == [
        f"operators.desk.count={desk}, demand.growth={growth}"
        for desk in (1, 2) for growth in ("1", "1.5")
    ]
    for desk, growth in ((1, 1), (2, 1.5)):
        changes = [*SMALL[1::2], f"operators.desk.count={desk}", f"demand.growth={growth}"]
        alone = sim.run("quickstart", changes, replications=2, out=tmp_path / "alone")
        here = (table["operators.desk.count"] == desk) & (table["demand.growth"] == growth)
        same(table.loc[here, list(COLUMNS)], alone.kpis)
    same(done.points, table)
    same(pd.read_csv(tmp_path / "swept" / "points.csv"), table)
    assert (tmp_path / "swept" / "points.csv").read_bytes().startswith(b"\xef\xbb\xbfvariant,")
    assert pd.read_csv(tmp_path / "swept" / "failures.csv").empty


def test_the_manifest_says_how_to_make_each_point_again(tmp_path: Path) -> None:
    run(tmp_path / "swept")
    record = json.loads((tmp_path / "swept" / "manifest.json").read_text(encoding="utf-8"))
    assert (record["program"], record["kind"]) == ("hotline-sim", "sweep")
    assert record["replications"] == 2
    assert record["axes"] == ["demand.growth"]
    assert record["identity"]["seed"] == 1
    assert record["identity"]["source"] == manifest.source_digest()
    assert record["own"] == {"demand.growth": 1}
    last = record["variants"][-1]
    assert last["values"] == {"demand.growth": 1.5}
    assert last["set"] == [*SMALL[1::2], "demand.growth=1.5"]
    kept = tmp_path / "swept" / "cells" / last["cells"] / "scenario.json.gz"
    raw = json.loads(gzip.decompress(kept.read_bytes()))
    assert raw["demand"]["growth"] == 1.5


def test_the_bytes_are_those_of_any_number_of_workers(tmp_path: Path) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two", workers=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_larger_sweep_does_only_what_is_missing(tmp_path: Path) -> None:
    run(tmp_path / "grown", vary=["demand.growth=1,1.5"], replications=1)
    before = cells(tmp_path / "grown")
    assert len(before) == 2
    run(tmp_path / "grown", vary=["demand.growth=1,1.2,1.5"], replications=2)
    after = cells(tmp_path / "grown")
    assert len(after) == 6
    assert {cell: after[cell] for cell in before} == before
    assert not (tmp_path / "grown.partial").exists()
    run(tmp_path / "fresh", vary=["demand.growth=1,1.2,1.5"], replications=2)
    assert files(tmp_path / "grown") == files(tmp_path / "fresh")
    run(tmp_path / "grown", vary=["demand.growth=1.2,1.5"], replications=1)
    assert len(cells(tmp_path / "grown")) == 4
    assert pd.read_parquet(tmp_path / "grown" / "points.parquet")["n"].max() == 1


def test_points_of_the_same_content_share_their_cells(tmp_path: Path) -> None:
    (tmp_path / "named.toml").write_text(
        'scenario = "quickstart"\n[variants.as-it-is]\n[variants.unchanged]\n'
    )
    # Quickstart has four lines as it is.
    done = run(tmp_path / "swept", name="named.toml", vary=["hotline.lines=4,5"], replications=1)
    assert list(done.points["variant"].unique()) == [
        f"{case}, hotline.lines={lines}" for case in ("as-it-is", "unchanged") for lines in (4, 5)]
    assert len(cells(tmp_path / "swept")) == 2
    one, _, other, _ = (own[list(COLUMNS)] for _, own in done.points.groupby("variant", sort=False))
    same(one, other)


def test_a_changed_scenario_or_program_is_done_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "swept", replications=1)
    before = cells(tmp_path / "swept")
    run(tmp_path / "swept", replications=1,
        changes=[*SMALL[1::2], "hotline.wrap_up.mean_s=61"])
    other = cells(tmp_path / "swept")
    assert len(other) == 2
    assert not set(other) & set(before)
    monkeypatch.setattr(manifest, "source_digest", lambda: "another program")
    run(tmp_path / "swept", replications=1)
    assert not set(cells(tmp_path / "swept")) & {*before, *other}


def test_a_cell_cut_off_short_is_done_again(tmp_path: Path) -> None:
    run(tmp_path / "swept", replications=2)
    whole = files(tmp_path / "swept")
    victim = next((tmp_path / "swept").glob("cells/*/rep-0001/ratios.parquet"))
    victim.write_bytes(victim.read_bytes()[:-100])
    run(tmp_path / "swept", replications=2)
    assert files(tmp_path / "swept") == whole


def test_a_point_that_fails_is_recorded_and_the_rest_goes_on(tmp_path: Path) -> None:
    mine = tmp_path / "scenarios" / "mine"
    mine.mkdir(parents=True)
    (mine / "rules.py").write_text(BROKEN, encoding="utf-8")
    (mine / "scenario.toml").write_text(
        'extends = "quickstart"\n[dispatch]\nmodule = "rules.py"\n', encoding="utf-8"
    )
    order = "dispatch.choose_order=priority,broken,fcfs"
    done = hotline("sweep", "mine", *SMALL, "--vary", order, "-n", "2", "--workers", "1")
    assert done.exit_code == 1, done.output
    failed = pd.read_csv("results/mine-sweep/failures.csv")
    assert list(failed.columns) == ["variant", "replication", "reason"]
    assert list(zip(failed["variant"], failed["replication"], strict=True)) == [
        ("dispatch.choose_order=broken", 0), ("dispatch.choose_order=broken", 1)]
    assert failed["reason"].str.contains("no such number").all()
    told = [line for line in done.stderr.splitlines() if line.startswith("failed: ")]
    assert len(told) == 2
    assert told[1].startswith("failed: dispatch.choose_order=broken, replication 1: rules.py")
    table = pd.read_parquet("results/mine-sweep/points.parquet")
    assert list(table["dispatch.choose_order"].unique()) == ["priority", "fcfs"]
    fine = hotline("sweep", "mine", *SMALL, "--vary", "dispatch.choose_order=priority,fcfs",
                   "-n", "2", "--workers", "1", "--out", "fine")
    assert fine.exit_code == 0
    same(table, pd.read_parquet("fine/points.parquet"))


def test_all_points_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError("no such number")

    monkeypatch.setattr("sim.experiments.lab.simulated", broken)
    done = run(tmp_path / "swept")
    assert done.points.empty
    assert len(done.failures) == 4
    assert pd.read_csv(tmp_path / "swept" / "points.csv").columns[0] == "variant"
    assert done.failures[0].reason == "ArithmeticError: no such number"


def test_the_command_prints_a_line_a_point_and_where_the_result_is(tmp_path: Path) -> None:
    done = hotline("sweep", "quickstart", *SMALL, *VARY, "-n", "2", "--workers", "1",
                   "--out", "here")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["demand.growth", "service", "%"]
    assert [line.split()[0] for line in lines[1:3]] == ["1.0", "1.5"]
    table = pd.read_parquet("here/points.parquet").query("group == 'all'")
    level = table[table["measure"] == "service_level"]["mean"].iloc[0]
    assert lines[1].split()[1].rstrip("*") == f"{100 * level:.1f}".removesuffix(".0")
    first, last = done.stderr.splitlines()
    assert first == "quickstart-sweep: 2 points, 2 replications each"
    assert last.startswith("2 points, 2 replications each, in ")
    assert last.endswith("the result is in here")
    again = hotline("sweep", "quickstart", *SMALL, *VARY, "-n", "2", "--workers", "1",
                    "--out", "here", "--lang", "zh")
    assert again.exit_code == 0
    assert "服务水平%" in again.stdout
    assert "接着上次中断处继续，已有 4 次。" in again.stderr
    assert again.stderr.splitlines()[-1].endswith("结果在 here（替换了原有结果）")


def test_a_study_by_its_name(tmp_path: Path) -> None:
    until_the_last_shock = ("--set", "time.days=10", *SMALL[2:])
    done = hotline(
        "sweep", "quickstart-shocks", *until_the_last_shock, "-n", "1", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("Quickstart: when something happens: 9 points, 1 replications")
    assert [line.split()[0] for line in done.stdout.splitlines()[:10]] == [
        "variant", "as-it-is", "influenza", "message", "heat-wave", "staff-gone-home",
        "point-closed", "outage", "all-at-once", "one-fewer"]
    assert {path.name for path in Path("results/quickstart-shocks").iterdir()} == {
        *TABLES, "manifest.json", "cells"}


def test_a_star_stands_where_a_target_is_missed() -> None:
    rows = [
        ("service_level", 0.81, 0.8), ("abandonment", 0.06, 0.05), ("on_time_request", 0.8, 0.9),
        ("caregiver_utilisation", 0.5, None), ("cost_per_year_yuan", 2_920_000, None),
    ]
    table = pd.DataFrame(rows, columns=["measure", "mean", "target"]).assign(
        variant="a", group="all")
    _, line, note = page(table, [], "en").splitlines()
    assert line.split() == ["a", "81", "6*", "80*", "50", "292.0"]
    assert note == "  * target missed"
    assert "*" not in page(table[table["measure"] == "service_level"], [], "zh")


def test_faults_are_lines_on_stderr_and_status_2(tmp_path: Path) -> None:
    found = hotline("sweep", "quickstart", "--vary", "hotline.linse=3", "--set", "time.days=none",
                    "-n", "0")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 3
    assert not list(tmp_path.iterdir())


def test_a_second_sweep_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    with workshop(tmp_path / "swept"), pytest.raises(BadInput) as caught:
        run(tmp_path / "swept")
    assert "another run that is still writing" in caught.value.faults[0].line()


@pytest.mark.parametrize("place", ["swept", "swept.partial"])
def test_a_folder_that_is_no_sweep_is_left_alone(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir()
    (tmp_path / place / "letter.txt").write_text("x")
    with pytest.raises(BadInput) as caught:
        run(tmp_path / "swept")
    assert "something that is not a result" in caught.value.faults[0].line()
    assert (tmp_path / place / "letter.txt").exists()


def test_an_interrupted_run_is_not_taken_for_a_sweep(tmp_path: Path) -> None:
    (tmp_path / "swept.partial").mkdir()
    (tmp_path / "swept.partial" / "identity.json").write_text("{}")
    with pytest.raises(BadInput):
        run(tmp_path / "swept")


@pytest.mark.parametrize("moment", ["replace", "discard"])
def test_publishing_cut_off_on_the_way_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    one = ["demand.growth=1.5"]
    run(tmp_path / "swept", vary=one, replications=1)
    before = cells(tmp_path / "swept")

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "replace":
            rename = Path.rename
            patch.setattr(Path, "rename", lambda self, target: killed() if self.name.endswith(
                ".partial") else rename(self, target))
        else:
            patch.setattr("sim.experiments.store._discard", killed)
        with pytest.raises(Killed):
            run(tmp_path / "swept", vary=one, replications=2)
    if moment == "discard":
        # What stood there is half gone.
        os.remove(next((tmp_path / "swept.old").glob("cells/*/rep-0000/ratios.parquet")))
    run(tmp_path / "swept", vary=one, replications=2)
    after = cells(tmp_path / "swept")
    assert {cell: after[cell] for cell in before} == before
    assert not (tmp_path / "swept.old").exists()
    run(tmp_path / "fresh", vary=one, replications=2)
    assert files(tmp_path / "swept") == files(tmp_path / "fresh")


def test_from_python(tmp_path: Path) -> None:
    done = sim.sweep("quickstart", SMALL[1::2], vary=VARY[1::2], replications=1)
    assert done.folder == tmp_path / "results" / "quickstart-sweep"
    same(done.points, pd.read_parquet(done.folder / "points.parquet"))
    with pytest.raises(BadInput):
        sim.sweep("quickstart", vary=["hotline.linse=3"])


def test_the_bar_counts_replications_and_then_tables() -> None:
    bar = Bar("en")
    bar.begun(total=4, kept=1, discarded=False)
    bar.finished()
    bar.summarising(total=2)
    bar.finished()
    assert bar.kept(Path("here")).startswith("2 of 4 replications are kept in here.partial")
