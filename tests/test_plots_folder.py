"""``hotline plot``: which figures a result gives, how one asks for them, what it refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sample_results as real
from sample_results import DESK, GROWTH, SHORT, TOWN
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.plots.folders.drawings import Sheet, drawings
from sim.plots.folders.of_points import of_points
from sim.plots.folders.theory import CURVES, hotline_theory
from sim.scenario.faults import BadInput
from sim.theory.day import expected_hours

OF_RUN = ["hours", "response", "coverage", "week", "waits", "responses", "backlog", "homes", "day"]
SETTINGS = [part for change in SHORT for part in ("--set", change)]
Command = Callable[..., tuple[int, str, str]]


def hotline(*arguments: object) -> tuple[int, str, str]:
    """Exit status, what is printed, what is told."""
    done = CliRunner().invoke(app, [*map(str, arguments), "--lang", "en"])
    return done.exit_code, done.stdout, done.stderr


def made(place: Path, *arguments: str) -> Path:
    status, _, told = hotline(*arguments, *SETTINGS, "--workers", "1", "--out", place)
    assert status == 0, told
    return place


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("run") / "town", "run", "quickstart", "-n", "2")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vary = ["--vary", f"{DESK}=1:2", "--vary", f"{TOWN}=2,4"]
    return made(tmp_path_factory.mktemp("sweep") / "town", "sweep", "quickstart", *vary, "-n", "2")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("compare") / "town", "compare", "quickstart",
                "--variant", f"one:{DESK}=1", "-n", "2")


# -- what there is to draw -----------------------------------------------------------------------


def test_a_run_gives_figures_of_its_measures_and_its_tables(run: Path) -> None:
    found, name = drawings(run, "en")
    assert (list(found), name) == (OF_RUN, "quickstart")


def test_the_measures_of_a_run_are_drawn_without_simulating(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiments.replicate.Finished.tables", None)
    found, _ = drawings(run, "en")
    assert found["coverage"]().axes
    with pytest.raises(TypeError):
        found["day"]()


def test_a_sweep_of_operators_and_caregivers_gives_all_of_them(swept: Path) -> None:
    found, _ = drawings(swept, "zh")
    assert list(found) == [
        "operators", "caregivers", "points-on_time", "points-response_min",
        "points-caregiver_utilisation", "points-caregiver_travel_share",
        "surface-on_time_request", "surface-service_level", "surface-cost_per_year_yuan", "pareto"]
    curves = found["operators"]()
    behind = [line for axes in curves.axes for line in axes.lines if line.get_linewidth() == 3.2]
    assert len(behind) == 2 * len(CURVES)
    names = [axes.get_title(loc="left") for axes in found["points-on_time"]().axes]
    assert names == ["示例镇养老服务站", "示例村互助点"]


def test_a_comparison_gives_the_differences(compared: Path) -> None:
    found, _ = drawings(compared, "en")
    assert list(found) == ["comparison", "operators", "caregivers", "pareto"]
    figure = found["comparison"]()
    assert figure.get_suptitle() == 'Against "quickstart", on the same workloads'
    labels = [label.get_text() for label in found["operators"]().axes[0].get_xticklabels()]
    assert labels == ["quickstart", "one"]


def test_a_sensitivity_analysis_gives_tornados(tmp_path: Path) -> None:
    record = {"program": "hotline-sim", "kind": "sensitivity", "name": "town"}
    (tmp_path / "manifest.json").write_text(json.dumps(record))
    table = real.assumptions()
    grouped = pd.concat([table, table.assign(group="service=home-help")])
    grouped.to_csv(tmp_path / "tornado.csv", index=False, encoding="utf-8-sig")
    found, _ = drawings(tmp_path, "en")
    assert list(found) == [
        "tornado-on_time_request", "tornado-wait_all_s",
        "tornado-on_time_request-service=home-help", "tornado-wait_all_s-service=home-help"]
    title = found["tornado-wait_all_s-service=home-help"]().get_suptitle()
    assert "service=home-help" in title


def test_searches_give_their_path(tmp_path: Path) -> None:
    record = {"program": "hotline-sim", "kind": "tune", "name": "town",
              "objectives": ["on_time_request", "cost_per_year_yuan"]}
    (tmp_path / "manifest.json").write_text(json.dumps(record))
    tried = real.tried().rename(columns={"variant": "candidate"}).assign(replications=3)
    ends = {f"{name}_ci_{end}": tried[name] for name in record["objectives"]
            for end in ("low", "high")}
    tried.assign(**ends).to_csv(tmp_path / "tried.csv", index=False)
    real.compared().to_csv(tmp_path / "comparison.csv", index=False)
    found, _ = drawings(tmp_path, "en")
    assert list(found) == ["search", "comparison", "front"]
    lines = found["search"]().axes[0].get_title(loc="left")
    assert lines == "requests served on time (%)"
    tried.drop(columns="kept").to_csv(tmp_path / "tried.csv", index=False)
    with pytest.raises(BadInput, match=r"tried\.csv"):
        drawings(tmp_path, "en")


def test_what_the_varied_keys_allow() -> None:
    def names(points: pd.DataFrame) -> list[str]:
        return list(of_points(points, "en"))

    whole = real.everything()
    demand = whole[(whole[DESK] == 1) & (whole[TOWN] == 2)]
    assert names(demand) == ["operators", "caregivers"]  # demand is no way to save money
    desk = whole[(whole[GROWTH] == 1) & (whole[TOWN] == 2)]
    assert names(desk) == ["operators", "pareto"]
    scattered = whole[whole["variant"].isin(["point-000", "point-004", "point-011"])]
    assert names(scattered) == ["operators", "caregivers", "pareto"]
    first = of_points(scattered, "en")["operators"]().axes[0]
    assert [t.get_text() for t in first.get_xticklabels()] == ["point-000", "point-004",
                                                               "point-011"]
    crowd = pd.concat([scattered.assign(variant=scattered["variant"] + f"-{n}") for n in range(9)])
    assert names(crowd) == ["pareto"]
    assert names(desk[desk["measure"] == "service_level"]) == ["operators"]
    held = of_points(whole, "en")["caregivers"]()
    assert "operators (desk) = 2" in held.legends[0].get_title().get_text()
    front = of_points(whole, "en")["pareto"]()
    assert "demand, times today's = 1" in front.legends[0].get_title().get_text()


def test_theory_is_the_mean_of_the_hours() -> None:
    county = real.variant("base").resolved.scenario
    found = hotline_theory({"a": county}).set_index("measure")["mean"]
    hours = expected_hours(county)  # each hour of the week is counted once
    for measure in ("service_level", "abandonment", "wait_all_s"):
        calls = hours["offered"]
        expected = (hours[CURVES[measure]].fillna(0) * calls).sum() / calls.sum()
        assert found[measure] == pytest.approx(expected), measure
    own = hours[CURVES["occupancy"]]
    assert own.min() < found["occupancy"] < own.max()
    assert set(found.index) == set(CURVES)


# -- the command ---------------------------------------------------------------------------------


def test_it_draws_what_is_asked_for_and_says_where(run: Path, tmp_path: Path) -> None:
    status, printed, _ = hotline(
        "plot", run, "--figure", "waits", "--figure", "day", "--out", tmp_path / "here",
        "--point", "village-point", "--date", "2026-03-31", "--replication", "1")
    assert status == 0
    paths = [Path(line) for line in printed.splitlines()]
    assert [path.name for path in paths] == ["waits.png", "waits.svg", "day.png", "day.svg"]
    assert {path.parent for path in paths} == {tmp_path / "here"}
    assert all(path.stat().st_size > 10_000 for path in paths)


def test_by_default_into_the_result(compared: Path) -> None:
    status, printed, _ = hotline("plot", compared, "--figure", "comparison")
    assert status == 0
    assert sorted(path.name for path in (compared / "figures").iterdir()) == [
        "comparison.png", "comparison.svg"]
    assert str(compared / "figures") in printed


@pytest.mark.parametrize(("sheet", "title"), [
    (Sheet(1, "village-point"), "Example village help point"),
    (Sheet(point="town-centre", date=pd.Timestamp("2026-04-01").date()), "2026-04-01"),
])
def test_the_day_sheet_asked_for(run: Path, sheet: Sheet, title: str) -> None:
    figure = drawings(run, "en", sheet)[0]["day"]()
    assert title in figure.get_suptitle()
    note = figure.legends[0].get_title().get_text()
    assert f"replication {sheet.replication}" in note


@pytest.mark.parametrize(("options", "told"), [
    (["--figure", "weak"], '--figure: found "weak"; allowed: hours, response, coverage, week'),
    (["--figure", "weak", "--date", "soon"], '--date: found "soon"; allowed: a date, YYYY-MM-DD'),
    (["--date", "2027-01-01", "--point", "town-center"],
     '--point: found "town-center"; allowed: town-centre, village-point; did you mean'),
    (["--date", "2027-01-01", "--point", "town-center"],
     "--date: found 2027-01-01; allowed: 2026-03-30 to 2026-04-03"),
    (["--replication", "7"], "--replication: found 7; allowed: 0 to 1"),
])
def test_bad_options_are_told(run: Path, options: list[str], told: str) -> None:
    status, _, lines = hotline("plot", run, *options)
    assert status == 2
    assert told in lines
    assert len(lines.splitlines()) <= len(options) // 2


def test_what_belongs_to_a_run_is_refused_elsewhere(swept: Path) -> None:
    status, _, told = hotline("plot", swept, "--point", "town-centre", "--replication", "1")
    assert status == 2
    assert told.count("only with a result of hotline run") == 2


def damaged(place: Path, name: str) -> None:
    (place / name).write_bytes(b"\x00\x01 not a table")


@pytest.mark.parametrize("name", ["points.parquet", "comparison.csv", "manifest.json"])
def test_damaged_files_are_named(compared: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(compared, copy, ignore=shutil.ignore_patterns("rep-*"))
    damaged(copy, name)
    status, _, told = hotline("plot", copy)
    assert (status, len(told.splitlines())) == (2, 1)
    assert str(copy if name == "manifest.json" else copy / name) in told


def test_a_column_that_is_missing_and_a_scenario_that_is_gone(
    compared: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(compared, copy)
    pd.read_parquet(copy / "points.parquet").drop(columns="group").to_parquet(
        copy / "points.parquet")
    with pytest.raises(BadInput, match=r"points\.parquet"):
        drawings(copy, "en")
    other = tmp_path / "other"
    shutil.copytree(compared, other)
    shutil.rmtree(other / "cells")
    with pytest.raises(BadInput, match=r"scenario\.json\.gz"):
        drawings(other, "en")


def test_a_kind_from_the_future(tmp_path: Path) -> None:
    record = {"program": "hotline-sim", "kind": "dream"}
    (tmp_path / "manifest.json").write_text(json.dumps(record))
    status, _, told = hotline("plot", tmp_path)
    assert status == 2
    assert 'kind: found "dream"; allowed: run, sweep, compare' in told


def test_a_place_that_cannot_be_written(compared: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, told = hotline("plot", compared, "--out", tmp_path / "file" / "here")
    assert (status, len(told.splitlines())) == (2, 1)
    assert "--out" in told


def test_a_result_of_another_version_is_drawn_with_a_word(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    record = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    record["identity"]["source"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(record), encoding="utf-8")
    status, _, told = hotline("plot", copy, "--figure", "hours")
    assert (status, told) == (0, "This result was made by another version of the program; "
                                 "what is simulated again may differ.\n")


def test_only_a_few_replications_are_simulated_again(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.plots.folders.drawings.MOST", 1)
    axes = drawings(run, "en")[0]["backlog"]().axes[0]
    assert np.isfinite(axes.get_ylim()).all()
    names = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert "95 % interval of the mean of the day" not in names
