"""``hotline run`` warns where simulation and applicable theory disagree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.experiments.validate.ground import exponential, hotline, lay_out
from sim.report.run.disagree import disagreements
from sim.scenario.schema import Scenario


def ring(folder: Path, **more: Any) -> Path:
    return lay_out(hotline(3, 2.0, exponential(1.0), 3, **{
        "callers.client.patience": exponential(1.0), "callers.client.max_redials": 0, **more,
    }), folder / "ring")


def measured(county: Scenario, replications: int = 6) -> pd.DataFrame:
    runs = [sim.measure(sim.simulate(county, sim.draw(county, 1, r))) for r in range(replications)]
    return sim.summarise(runs)[0]


def test_a_run_that_agrees_is_not_warned_of(tmp_path: Path) -> None:
    county = sim.load(ring(tmp_path))
    assert disagreements(measured(county), county) == []


def test_a_run_of_other_staff_disagrees(tmp_path: Path) -> None:
    """The measures of a county with one operator more, held against the theory of this one."""
    county = sim.load(ring(tmp_path))
    other = sim.load(tmp_path / "ring", ["operators.desk.count=4"])
    found = disagreements(measured(other), county)
    assert {w.split(": ")[1].split(" ")[0] for w in found} == {
        "service_level", "abandonment", "wait_all_s", "occupancy"
    }
    assert all("不符" in w.zh for w in found)


def test_theory_that_does_not_apply_says_nothing(tmp_path: Path) -> None:
    county = sim.load(ring(tmp_path, **{"callers.client.max_redials": 2,
                                        "callers.client.redial_first_prob": 0.9}))
    other = sim.load(ring(tmp_path / "other"))
    assert disagreements(measured(other, 2), county) == []


def test_the_command_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.run.disagree.MARGIN", -10.0)
    done = CliRunner().invoke(app, [
        "run", str(ring(tmp_path)), "-n", "2", "--workers", "1", "--out", str(tmp_path / "out"),
        "--lang", "en",
    ])
    assert done.exit_code == 0
    assert "disagree beyond both intervals" in done.stderr
