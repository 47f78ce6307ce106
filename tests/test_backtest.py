"""A backtest on a log whose process is known, and its commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibrate.cells import MEASURES, cells, seen_in_log
from sim.cli.commands import app
from sim.experiments.backtest import Backtest, backtest, periods, tables
from sim.experiments.backtest.erlangs import Inputs, erlang_cells
from sim.experiments.executors import InProcess
from sim.report.calibration.of_calls import backtest_page
from sim.scenario.faults import BadInput
from sim.theory.patience import erlang_a
from tests import calibrate_kit as kit


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    log = kit.logged(kit.run(3, days=21), tmp_path_factory.mktemp("log"))
    fit, predict = periods("2026-03-02..2026-03-15", "2026-03-16..2026-03-22")
    return backtest(log, fit, predict, InProcess(), members=4)


def test_with_the_truth_put_in_the_model_is_right(found: Backtest) -> None:
    errors = tables.errors(found).set_index(["measure", "variant"])
    true = errors.xs("true_all", level="variant")
    assert true.loc["wait_s", "bias"] == pytest.approx(0, abs=4)
    assert true.loc["abandonment", "bias"] == pytest.approx(0, abs=0.02)
    assert true.loc["service_level", "bias"] == pytest.approx(0, abs=0.04)
    assert true.loc["wait_s", "crps"] < errors.loc[("wait_s", "blind"), "crps"]


def test_the_forecast_is_near_and_its_intervals_hold(found: Backtest) -> None:
    hours = tables.by_hour(found)
    whole = hours[(hours["table"] == "blind") & (hours["group"] == "all") & (hours["hour"] == -1)]
    whole = whole.set_index("measure")
    assert whole.loc["arrivals", "predicted"] == pytest.approx(
        whole.loc["arrivals", "observed"], rel=0.1)
    skill = tables.skills(found)
    here = skill[(skill["table"] == "blind") & (skill["group"] == "all")].set_index("measure")
    # Between the ends of four members lie three fifths.
    assert 0.4 < here.loc["arrivals", "within_95"] < 0.9
    assert (here["skill_a_low"] <= here["skill_a"]).all()
    assert (here["skill_a"] <= here["skill_a_high"]).all()
    assert set(here.index) == set(MEASURES)
    # A point has no spread: its CRPS is its absolute error, the greater one.
    assert (here["crps_formula_a"] > here["crps_erlang_a"]).all()
    assert here["true_model_a"].between(-0.5, 1).all()


def test_the_page_says_it_in_both_languages(found: Backtest) -> None:
    parts = tables.by_hour(found), tables.skills(found), tables.errors(found)
    zh, en = (backtest_page(found, *parts, lang) for lang in ("zh", "en"))
    assert "回测" in zh and "2026-03-16..2026-03-22" in zh
    assert "skill over Erlang A" in en and "each talk" in en


def test_cells_by_brute_force(tmp_path: Path) -> None:
    log = kit.logged(kit.run(4, days=3), tmp_path)
    staff = np.full((log.days, 24), 2.0)
    made = cells(seen_in_log(log, False), staff, 1, log.days, 15.0)
    hour = np.floor(log.arrived / 3600).astype(int)
    for cell in np.unique(hour):
        mine = hour == cell
        wait, served = log.wait[mine], log.served[mine]
        day, clock = divmod(cell, 24)
        for name, value in {
            "arrivals": mine.sum(), "wait_s": wait.mean(), "abandonment": 1 - served.mean(),
            "service_level": (served & (wait <= 15)).mean(),
            "wait_p50_s": np.quantile(wait, 0.5), "wait_p90_s": np.quantile(wait, 0.9),
        }.items():
            assert made.values[name][0, day, clock] == pytest.approx(value)
            assert made.values[name][1, day, clock] == pytest.approx(value)
    talk = np.nansum(log.released - log.answered)
    assert np.nansum(made.values["occupancy"][1]) * 2 * 3600 == pytest.approx(talk)


def test_erlang_cells_are_the_formula_between_whole_numbers_of_staff() -> None:
    inputs = Inputs((160.0,) * 24, 40.0, 1 / 120, 20.0)
    rates, staff = np.zeros((2, 1, 24)), np.zeros((1, 24))
    rates[:, 0, 9], staff[0, 9] = 60.0, 4.5
    made = erlang_cells(rates, staff, np.array([1.25]), inputs, 1, True).values
    low, high = (erlang_a(c, 60 / 3600, 1 / 240, 1 / 120) for c in (4, 5))
    assert made["wait_s"][-1, 0, 9] == pytest.approx((low.wait + high.wait) / 2)
    assert made["abandonment"][0, 0, 9] == pytest.approx((low.abandoned + high.abandoned) / 2)
    p90 = (low.quantile(0.9) + high.quantile(0.9)) / 2
    assert made["wait_p90_s"][-1, 0, 9] == pytest.approx(p90, rel=0.02)
    assert np.isnan(made["wait_s"][-1, 0, 10])


def test_periods_are_checked_together(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        periods("2026-03-02", "2026-03-10..2026-03-01")
    assert [fault.file for fault in raised.value.faults] == ["--fit", "--predict"]
    log = kit.logged(kit.run(1, days=14), tmp_path)
    fit, predict = periods("2026-03-02..2026-03-12", "2026-03-10..2026-05-01")
    with pytest.raises(BadInput) as raised:
        backtest(log, fit, predict, InProcess())
    assert [fault.file for fault in raised.value.faults] == ["--predict", "--predict"]


def test_the_commands_leave_whole_results(tmp_path: Path) -> None:
    calls, roster = kit.saved(kit.run(2, days=14), tmp_path / "log")
    base = ["--calls", str(calls), "--sign-ins", str(roster), "--columns", "tables", "--lang", "en"]
    runner = CliRunner()
    out = tmp_path / "calibrated"
    done = runner.invoke(app, ["calibrate", *base, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["kind"] == "calibrate"
    assert {"estimates.csv", "dropped.csv", "page.zh.txt", "page.en.txt", "scenario", "figures",
            "manifest.json"} == {path.name for path in out.iterdir()}
    assert list(pd.read_csv(out / "estimates.csv").columns) == [
        "parameter", "estimate", "ci_low", "ci_high", "n", "method"]
    assert len(list((out / "figures").glob("*.png"))) == 4
    checked = runner.invoke(app, ["check", str(out / "scenario"), "--lang", "en"])
    assert checked.exit_code == 0, checked.output
    again = tmp_path / "backtested"
    done = runner.invoke(app, [
        "backtest", *base, "--fit", "2026-03-02..2026-03-08", "--predict",
        "2026-03-09..2026-03-15", "-n", "2", "--workers", "1", "--out", str(again)])
    assert done.exit_code == 0, done.output
    assert {"by_hour.csv", "skill.csv", "errors.csv", "page.zh.txt", "page.en.txt", "figures",
            "manifest.json"} == {path.name for path in again.iterdir()}
    assert "given_sign_ins" in set(pd.read_csv(again / "skill.csv").table)


def test_faulty_options_are_lines_and_status_2(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, [
        "calibrate", "--calls", str(tmp_path / "no.csv"), "--columns", "vanda", "--out",
        str(tmp_path / "o"), "--lang", "en"])
    assert done.exit_code == 2
    assert 'did you mean "vanad"?' in done.output
    done = CliRunner().invoke(app, [
        "calibrate", "--calls", str(tmp_path / "no.csv"), "--columns", "vanad", "--out",
        str(tmp_path / "o"), "--from", "March", "--lang", "en"])
    assert done.exit_code == 2
    assert '--from: found "March"' in done.output
