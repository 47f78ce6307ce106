"""Tuning where the truth is known: what is chosen, what is searched, what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import commands
from sim.experiments.executors import InProcess
from sim.experiments.replicate import prepare, simulated
from sim.experiments.tune.choice import choose
from sim.experiments.tune.front import undominated
from sim.experiments.tune.outcome import Outcome
from sim.experiments.tune.plan import Range, Search, plan
from sim.experiments.tune.run import Tuned, tune
from sim.experiments.tune.weights import search
from sim.report.study.tuning import page
from sim.scenario.faults import BadInput
from tests.formula_kit import Formulas, Raw, Stop, by_formula
from tests.sweep_kit import files

WEIGHT = "dispatch.order_weights.late_min"
BEST = -3.0
STUDY = """
scenario = "quickstart"
replications = 4
objective = OBJECTIVE
indifference = 0.01
first = 5
held_out = 12
default = "priority"

[variants.priority]
[variants.first-come]
set = {"dispatch.choose_order" = "fcfs"}
[variants.due]
set = {"dispatch.choose_order" = "earliest_due"}
"""
SEARCHED = f"""
[search]
trials = 14
keep = 2
[search.set]
"dispatch.choose_order" = "score"
[search.keys]
"{WEIGHT}" = {{low = -10.0, high = 0.0}}
"""
TRUTH = {"priority": 0.80, "fcfs": 0.78, "earliest_due": 0.84}


def truth(raw: Raw) -> float:
    """The mean share on time: best at a weight of -3."""
    rule = raw["dispatch"]["choose_order"]
    if rule in TRUTH:
        return TRUTH[rule]
    weight = raw["dispatch"].get("order_weights", {}).get("late_min", -1.0)
    return float(0.9 - 0.004 * (weight - BEST) ** 2)


def formula(raw: Raw, replication: int) -> dict[str, float]:
    """Noise that all have in common, and a little of each one's own."""
    common = np.random.default_rng(replication).normal(0, 0.03)
    own = np.random.default_rng([replication, round(1e6 * truth(raw))]).normal(0, 0.004)
    return {
        "on_time_request": truth(raw) + common + own,
        "cost_per_year_yuan": 1000 * (1 + truth(raw) - 0.5),
    }


@pytest.fixture
def formulas(monkeypatch: pytest.MonkeyPatch) -> Formulas:
    return by_formula(monkeypatch, formula)


def study(folder: Path, text: str = STUDY + SEARCHED, objective: str = '"on_time_request"') -> str:
    path = folder / "rules.toml"
    path.write_text(text.replace("OBJECTIVE", objective), encoding="utf-8")
    return str(path)


def tuned(folder: Path, out: str = "out", **how: Any) -> Tuned:
    return tune(plan(study(folder, **how)), out=folder / out, page=page, where=InProcess())


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Tuned:
    with pytest.MonkeyPatch.context() as patch:
        by_formula(patch, formula)
        return tuned(tmp_path_factory.mktemp("tuned"))


def test_the_best_is_chosen_searched_near_its_peak_and_told_as_it_is(done: Tuned) -> None:
    outcome = done.outcome
    chosen = outcome.candidates[outcome.chosen]
    assert outcome.choice.certain
    assert chosen.searched
    raw = chosen.variant.resolved.raw
    assert abs(raw["dispatch"]["order_weights"]["late_min"] - BEST) < 1.6  # within 0.01 of the best
    assert len(outcome.candidates) == 3 + 14
    row = done.outcome.comparison.query(
        "measure == 'on_time_request' and variant == @chosen.name").iloc[0]
    assert row["base"] == "priority"
    assert row["n"] == 12
    assert row["ci_low"] < truth(raw) - 0.80 < row["ci_high"]
    assert row["verdict"] == "better"


def test_the_three_sets_of_workloads_share_nothing(done: Tuned) -> None:
    kept = {
        name: {int(path.name[4:]) for path in (done.folder / "cells" / digest).glob("rep-*")}
        for name, digest in ((one["name"], one["cells"]) for one in done.manifest["variants"])
    }
    chosen = done.outcome.candidates[done.outcome.chosen].name
    for name in ("priority", chosen):
        assert set(range(4)) <= kept[name]
        assert set(range(2000, 2012)) <= kept[name]
        choice = {r for r in kept[name] if 1000 <= r < 2000}
        assert choice == set(range(1000, 1000 + len(choice)))
        assert len(choice) >= 5
        assert kept[name] == {*range(4), *choice, *range(2000, 2012)}


def test_cut_off_and_started_again_it_ends_with_the_same_bytes(
    tmp_path: Path, formulas: Formulas
) -> None:
    text = STUDY + SEARCHED.replace("trials = 14", "trials = 5")
    tuned(tmp_path, "whole", text=text)
    whole, formulas.done = formulas.done, 0
    for after in (0, 17, whole - 30, whole - 3):  # at once, searching, choosing, at the end
        formulas.last = after
        with pytest.raises(Stop):
            tuned(tmp_path, "cut", text=text)
        assert not (tmp_path / "cut").exists()
    formulas.last = None
    tuned(tmp_path, "cut", text=text)
    assert formulas.done == whole, "what was finished is not done again"
    first, second = files(tmp_path / "whole"), files(tmp_path / "cut")
    assert {"tried.csv", "selection.csv", "page.zh.txt", "scenario/scenario.toml"} <= set(first)
    assert first == second


def test_the_scenario_it_writes_is_the_one_chosen_and_runs(done: Tuned) -> None:
    outcome = done.outcome
    written = prepare(done.folder / "scenario", ["time.days=1", "time.warm_up_days=0"])
    chosen = outcome.candidates[outcome.chosen].variant.resolved.scenario
    assert written.scenario.dispatch == chosen.dispatch
    assert len(simulated(written.scenario, 1, 0)[0].orders)
    assert "hotline tune" in written.scenario.about.title_zh


def test_what_is_said_in_both_languages(done: Tuned) -> None:
    outcome = done.outcome
    zh, en = page(outcome, "zh"), page(outcome, "en")
    name = outcome.candidates[outcome.chosen].name
    assert f"  {name}: dispatch.choose_order" in en
    assert "with at least 95% probability" in en
    assert "至少有95%的把握" in zh
    assert '"priority"; on 12 held-out replications (from number 2000' in " ".join(en.split())
    for text in (zh, en):
        assert "nan" not in text
        assert WEIGHT in text


def test_without_a_search_and_at_the_end_of_the_replications(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that differ by less than nothing matters, and noise that never ends."""
    def noisy(raw: Raw, replication: int) -> dict[str, float]:
        rule = raw["dispatch"]["choose_order"]
        seed = [replication, len(rule)]
        return {"on_time_request": 0.5 + np.random.default_rng(seed).normal(0, 0.1)}

    by_formula(monkeypatch, noisy)
    text = STUDY.replace("first = 5", "first = 5\nmax_replications = 12\nconfidence = 0.99")
    outcome = tuned(tmp_path, text=text).outcome
    assert not outcome.choice.certain
    assert max(outcome.choice.table["n"]) == 12
    left = outcome.choice.table.query("out_after.isna()")
    assert outcome.choice.best == int(left.loc[left["mean"].idxmax(), "system"])
    assert "NOT PROMISED: 12 replications" in page(outcome, "en")
    assert "不作保证" in page(outcome, "zh")


def test_the_scenario_as_it_is_may_be_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_formula(monkeypatch, lambda raw, r: {
        "on_time_request": 0.5 + 0.1 * (raw["dispatch"]["choose_order"] == "priority")})
    outcome = tuned(tmp_path, text=STUDY).outcome
    assert outcome.chosen == outcome.default
    assert "nothing changes" in page(outcome, "en")
    assert "不用改" in page(outcome, "zh")
    assert prepare(tmp_path / "out" / "scenario").scenario.dispatch.choose_order == "priority"


def test_several_objectives_make_a_front(tmp_path: Path, formulas: Formulas) -> None:
    """The more on time, the dearer, noise apart: most are on it."""
    text = STUDY + SEARCHED.replace("trials = 14", "trials = 5")
    both = '["on_time_request", "cost_per_year_yuan"]'
    outcome = tuned(tmp_path, text=text, objective=both).outcome
    front = pd.read_csv(tmp_path / "out" / "front.csv", encoding="utf-8-sig")
    values = np.array([outcome.mean(place) for place in range(len(outcome.candidates))])
    expected = [
        one.name for n, one in enumerate(outcome.candidates)
        if not any(v[0] >= values[n][0] and v[1] <= values[n][1] and tuple(v) != tuple(values[n])
                   for v in values)
    ]
    assert set(front["candidate"]) == set(expected)
    assert len(front) > 3
    assert list(front["on_time_request"]) == sorted(front["on_time_request"], reverse=True)
    held = front["held_out_on_time_request"].notna()
    assert 3 < held.sum() <= 12
    low, mean = (front[f"held_out_on_time_request{end}"][held] for end in ("_ci_low", ""))
    assert (low < mean).all()
    assert outcome.candidates[outcome.chosen].searched
    assert "What can be traded" in page(outcome, "en")


def test_undominated_is_what_no_other_beats() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 4, (40, 3))
    slow = [
        not any(all(b >= a) and any(b > a) for b in rows) for a in rows
    ]
    assert undominated(rows).tolist() == slow
    assert undominated([[1, 2], [1, 2], [0, 3], [0, 1]]).tolist() == [True, True, True, False]
    assert undominated(np.empty((0, 2))).tolist() == []


def test_the_choice_ends_at_the_maximum_and_says_so() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, (3, 200))
    means = np.array([0.0, 0.1, -5.0])

    def observe(systems: Any, replications: Any) -> Any:
        return means[list(systems), None] + noise[np.ix_(list(systems), list(replications))]

    found = choose(observe, 3, 0.3, 0.95, 10, 40)
    assert not found.certain
    assert set(found.left) == {0, 1}
    assert found.best == max((0, 1), key=lambda s: means[s] + noise[s, :40].mean())
    assert found.table["n"].tolist() == [40, 40, found.table["out_after"][2]]
    sure = choose(observe, 3, 0.5, 0.95, 10, 200)
    assert sure.certain
    assert sure.best in (0, 1)
    assert choose(observe, 1, 0.5, 0.95, 10, 200).best == 0


def test_the_search_finds_the_peak_and_repeats_itself() -> None:
    asked = Search((Range("a", -10.0, 0.0), Range("b", 1, 64, True)), (), trials=40)

    def attempt(number: int, values: dict[str, float]) -> list[float]:
        return [-((values["a"] + 3) ** 2) - np.log2(values["b"] / 8) ** 2]

    found, again = (search(asked, 1, 5, {"a": -9.0, "b": 40}, attempt) for _ in range(2))
    assert found == again
    assert found[0].values == {"a": -9.0, "b": 40}
    best = max(found, key=lambda trial: trial.objectives)
    assert best.objectives[0] > -0.5
    assert all(isinstance(trial.values["b"], int) for trial in found)
    assert all(-10 <= trial.values["a"] <= 0 and 1 <= trial.values["b"] <= 64 for trial in found)


def test_faults_of_a_study_are_told_all_at_once(tmp_path: Path) -> None:
    text = """
scenario = "quickstart"
objective = ["on_tine", "utilisation", "on_time:zone=twon"]
indifference = 0
confidence = 95
first = 1
held_out = 5
default = "fast"
colour = "red"
[variants.a]
set = {"dispatch.choose_order" = "fsfc"}
[variants.b]
[search]
trials = 0
tries = 3
[search.keys]
"dispatch.order_weights.age_min" = {low = 5.0, high = 1.0}
"dispatch.order_weights.slack_min" = {low = 0.0, high = 1.0, log = true}
"dispatch.order_weights.late_min" = [1, 2]
"dispatch.order_weights.lateness" = {low = 0.0, high = 1.0}
"""
    with pytest.raises(BadInput) as caught:
        plan(study(tmp_path, text))
    lines = [fault.line("en") for fault in caught.value.faults]
    for part in (
        'did you mean "on_time"', "objective: found \"utilisation\"", "zone=town",
        "indifference: found 0", "confidence: found 95", "first: found 1", "held_out: found 5",
        'colour: found "colour"', "fsfc", "search.trials: found 0", "search tries",
        "age_min: found", "slack_min: found", "late_min: found", "lateness",
    ):
        assert any(part in line for line in lines), (part, lines)
    assert all(fault.line("zh") for fault in caught.value.faults)


@pytest.mark.parametrize("name", ["quickstart", "nowhere"])
def test_what_is_no_study(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        plan(name)
    assert len(caught.value.faults) == 1


def test_an_objective_without_a_value_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_formula(monkeypatch, lambda raw, r: {"on_time": np.nan})
    with pytest.raises(BadInput) as caught:
        tuned(tmp_path, text=STUDY, objective='"on_time"')
    assert "objective on_time" in caught.value.faults[0].line("en")


def test_the_command(tmp_path: Path, formulas: Formulas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        commands.app,
        ["tune", study(tmp_path, STUDY), "--workers", "1", "--lang", "en", "--set", "time.days=2"])
    assert done.exit_code == 0, done.output
    assert "[The rules chosen]" in done.stdout
    figures = {path.name for path in (tmp_path / "results/rules/figures").iterdir()}
    assert {"search.png", "search.svg", "comparison.png", "comparison.svg"} <= figures
    bad = CliRunner().invoke(commands.app, ["tune", "quickstart", "--lang", "zh"])
    assert bad.exit_code == 2


def test_the_shipped_studies_are_sound() -> None:
    for name in ("quickstart-policies", "decheng-policies"):
        found: Outcome | Any = plan(name)
        assert found.search is not None
        assert found.default in [point.name for point, _ in found.candidates]
