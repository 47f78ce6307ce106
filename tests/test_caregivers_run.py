"""The command for caregivers, where the truth is known: found, judged, written, said."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import commands
from sim.experiments.caregivers.course import Asked
from sim.experiments.caregivers.goals import goals
from sim.experiments.caregivers.run import Staffed, caregivers
from sim.experiments.executors import InProcess
from sim.experiments.replicate import prepare, simulated
from sim.report.study.caregivers import page
from sim.scenario.faults import BadInput
from tests.formula_kit import Formulas, Raw, Stop, by_formula
from tests.sweep_kit import files

CHANGES = ("caregivers.town-day.count=1", "hotline.lines=5")
TODAY = (1, 1)
SMALL = Asked(
    limits=("town-day=0:8", "village-day=0:8"), worse=1.0, replications=8, fresh=8, budget=600)


def truth(town: int, village: int) -> float:
    """The mean share on time: the village's caregivers help less."""
    return float(0.96 * (1 - 0.6**town * 0.8**village))


def formula(raw: Raw, replication: int) -> dict[str, float]:
    counts = tuple(int(raw["caregivers"][row]["count"]) for row in ("town-day", "village-day"))
    common = np.random.default_rng(replication).normal(0, 0.01)
    own = np.random.default_rng([replication, *counts]).normal(0, 0.001)
    share = truth(*counts) + common + own
    return {"on_time_request": share, "on_time": share, "caregiver_utilisation": 0.5}


@pytest.fixture
def formulas(monkeypatch: pytest.MonkeyPatch) -> Formulas:
    return by_formula(monkeypatch, formula)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Staffed:
    with pytest.MonkeyPatch.context() as patch:
        by_formula(patch, formula)
        return staffed(tmp_path_factory.mktemp("staffed"))


def staffed(
    folder: Path, out: str = "out", wanted: str = "on_time_request=0.85", **how: Any
) -> Staffed:
    resolved = prepare("quickstart", CHANGES)
    asked = Asked(**{
        **vars(SMALL), "goals": tuple(goals([wanted], [], resolved.scenario)), **how})
    return caregivers(resolved, asked, out=folder / out, page=page, where=InProcess())


def yuan(counts: tuple[int, int]) -> float:
    return (counts[0] * 4500 + counts[1] * 4000) * 12 * 1.27


def test_it_finds_the_cheapest_that_is_sure_and_holds_on_fresh_workloads(done: Staffed) -> None:
    """Nothing that is cheaper by a caregiver reaches the goal even in the mean."""
    found = done.outcome.found
    assert truth(*found) > 0.85
    cheaper = [
        counts for counts in product(range(9), range(9))
        if yuan(counts) <= yuan((found[0], found[1])) - 4500 * 12 * 1.27 and truth(*counts) > 0.86
    ]
    assert not cheaper
    assert done.outcome.met
    assert done.outcome.fresh.start >= 1000
    head = done.outcome.headline
    assert head.difference.low < truth(*found) - truth(*TODAY) < head.difference.high
    assert done.outcome.yuan(done.outcome.found) == pytest.approx(yuan((found[0], found[1])))


def test_one_more_is_worth_what_the_formula_says(done: Staffed) -> None:
    table = pd.read_csv(done.folder / "marginal.csv", encoding="utf-8-sig")
    found = done.outcome.found
    row = table.query("staffing == 'found' and row == 'town-day'").iloc[0]
    gain = truth(found[0] + 1, found[1]) - truth(*found)
    assert row["count"] == found[0]
    assert row["on_time_request_gain_ci_low"] < gain < row["on_time_request_gain_ci_high"]
    # A thousand requests in seven days.
    assert row["requests_per_year"] == pytest.approx(
        row["on_time_request_gain"] * 1000 * 365.25 / 7, rel=1e-6)
    assert row["yuan_per_request"] == pytest.approx(
        row["yuan_per_year"] / row["requests_per_year"], rel=1e-6)
    assert set(table["staffing"]) == {"found", "today"}


def test_the_scenario_it_writes_has_those_caregivers_and_runs(done: Staffed) -> None:
    written = prepare(done.folder / "scenario")
    counts = {group.id: group.count for group in written.scenario.caregivers}
    assert tuple(counts.values()) == done.outcome.found
    assert written.scenario.hotline.lines == 5
    small = prepare(done.folder / "scenario", ["time.days=1", "time.warm_up_days=0"]).scenario
    assert len(simulated(small, 1, 0)[0].orders)


def test_everything_tried_is_told(done: Staffed) -> None:
    tried = pd.read_csv(done.folder / "tried.csv", encoding="utf-8-sig")
    assert tried["trial"].tolist() == list(range(1, len(tried) + 1))
    assert tried["phase"].iloc[0] == "begin"
    assert tried["kept"].sum() == 1
    kept = tried[tried["kept"]].iloc[0]
    assert kept["feasible"]
    assert kept["caregivers_yuan"] == tried[tried["feasible"]]["caregivers_yuan"].min()
    people = pd.read_csv(done.folder / "people.csv", encoding="utf-8-sig")
    assert people["found"].tolist() == list(done.outcome.found)
    assert people["today"].tolist() == list(TODAY)


def test_what_is_said_in_both_languages(done: Staffed) -> None:
    zh, en = page(done.outcome, "zh"), page(done.outcome, "en")
    total = sum(done.outcome.found)
    assert f"要{total}名护理员（现有2名" in zh
    assert f"{total} caregivers (today 2" in en
    assert "with 95% confidence" in en
    assert "把握95%" in zh
    for text in (zh, en):
        assert "nan" not in text
        assert "town-day" in text


def test_cut_off_and_started_again_it_ends_with_the_same_bytes(
    tmp_path: Path, formulas: Formulas
) -> None:
    staffed(tmp_path, "whole")
    whole, formulas.done = formulas.done, 0
    for after in (0, whole // 2, whole - 3):
        formulas.last = after
        with pytest.raises(Stop):
            staffed(tmp_path, "cut")
        assert not (tmp_path / "cut").exists()
    formulas.last = None
    staffed(tmp_path, "cut")
    assert formulas.done == whole, "what was finished is not done again"
    assert files(tmp_path / "whole") == files(tmp_path / "cut")


def test_the_budget_is_kept_and_its_end_is_told(tmp_path: Path, formulas: Formulas) -> None:
    outcome = staffed(tmp_path, budget=60, wanted="on_time_request=0.93").outcome
    assert outcome.exhausted
    assert formulas.done <= 60
    assert outcome.spent <= 60
    assert "(--budget 60)" in page(outcome, "en")
    assert "（--budget 60）" in page(outcome, "zh")
    prepare(tmp_path / "out" / "scenario")


def test_what_no_number_of_caregivers_reaches_is_told(
    tmp_path: Path, formulas: Formulas
) -> None:
    """0.96 is all there is: nine tenths of the way there are searched for."""
    outcome = staffed(tmp_path, wanted="on_time_request=0.99").outcome
    kept = outcome.kept[0]
    assert not outcome.met
    assert kept.sought.value == pytest.approx(
        truth(*TODAY) + 0.9 * (truth(8, 8) - truth(*TODAY)), abs=0.015)  # of four replications
    assert truth(*outcome.found) > kept.sought.value - 0.015
    assert "no number of caregivers reaches it" in page(outcome, "en")
    assert "再多也达不到" in page(outcome, "zh")


@pytest.mark.parametrize(("worse", "people"), [(1.0, 0), (0.06, 1), (0.02, 2)])
def test_nobody_is_let_go_whom_a_service_or_town_would_miss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worse: float, people: int
) -> None:
    """A goal that nobody is needed for; each caregiver is worth 5 points to services and towns."""
    by_formula(monkeypatch, lambda raw, r: {
        "on_time": 0.9,
        "on_time_request": 0.5 + 0.05 * sum(row["count"] for row in raw["caregivers"].values()),
    })
    outcome = staffed(tmp_path, wanted="on_time=0.8", worse=worse).outcome
    assert sum(outcome.found) == people
    assert outcome.met
    if worse == 0.06:
        assert "Below the target and worse than today" in page(outcome, "en")
        assert "-5.0 points" in page(outcome, "en")


def test_faults_are_told_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        staffed(tmp_path, replications=2, budget=10, confidence=1.2, worse=-1.0)
    assert [fault.file for fault in caught.value.faults] == [
        "--replications", "--budget", "--confidence", "--worse"]
    with pytest.raises(BadInput):
        staffed(tmp_path, limits=("town-day=0:0", "village-day=0"))
    assert not list(tmp_path.iterdir())


def test_the_command(tmp_path: Path, formulas: Formulas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [
        "caregivers", "quickstart", "--set", "caregivers.town-day.count=2", "--workers", "1",
        "-n", "8", "--fresh", "8", "--worse", "1", "--lang", "zh", "--out", "here"]
    done = CliRunner().invoke(commands.app, [*asked, "--at-least", "on_time_request=0.8"])
    assert done.exit_code == 0, done.output
    assert "【结论】" in done.stdout
    assert {path.name for path in Path("here/figures").iterdir()} == {"search.png", "search.svg"}
    bad = CliRunner().invoke(commands.app, [*asked, "--at-least", "on_time=2", "--lang", "en"])
    assert bad.exit_code == 2
    assert "--at-least" in bad.stderr
