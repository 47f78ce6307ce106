"""The model against queueing theory, through scenario folders: the battery of ``validate``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiments.executors import InProcess
from sim.experiments.validate import battery
from sim.experiments.validate.battery import MAKERS, table, validate


@pytest.mark.parametrize("name", battery.chosen(full=False))
def test_the_model_agrees_with_theory(name: str) -> None:
    verdicts = validate([name], InProcess())
    told = f"{battery.case(name).theory}\n{table(verdicts).to_string()}"
    assert all(v.passed for v in verdicts), told


def test_a_wrong_truth_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The battery can fail: a truth that is off by twice its margin is found out."""
    case = battery.case("erlang-b")
    off = [q._replace(truth=q.truth + 2 * q.margin) for q in case.quantities]
    wrong = replace(case, quantities=off, replications=4)
    monkeypatch.setitem(MAKERS, "wrong", lambda: wrong)
    assert not any(v.passed for v in validate(["wrong"], InProcess()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_what_does_not_agree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
) -> None:
    few = replace(battery.case("erlang-b"), replications=2)
    wrong = [q._replace(truth=2 * q.truth) for q in few.quantities]
    wrongs = replace(few, quantities=wrong, name=f"few-{lang}")
    monkeypatch.setattr(battery, "MAKERS", {wrongs.name: lambda: wrongs})
    out = tmp_path / "table.csv"
    done = CliRunner().invoke(
        app, ["validate", "--workers", "1", "--out", str(out), "--lang", lang]
    )
    assert done.exit_code == 1
    assert done.stdout.count("OUTSIDE" if lang == "en" else "不符") == 2
    assert out.read_text(encoding="utf-8").count(",no") == 2


def test_an_unknown_case_is_bad_input() -> None:
    done = CliRunner().invoke(app, ["validate", "erlang-x", "--lang", "en"])
    assert done.exit_code == 2
    assert 'did you mean "erlang-' in done.stderr


@pytest.mark.evidence
def test_with_many_more_replications() -> None:
    verdicts = validate(battery.chosen(full=True), InProcess(), full=True)
    assert all(v.passed for v in verdicts), table(verdicts).to_string()
