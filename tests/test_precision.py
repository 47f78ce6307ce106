"""Runs that go on until they are precise enough: the rule, by hand and by brute force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.experiments import replicate
from sim.experiments.precision import Goal, Precision, goals, look_ahead, settled, until
from sim.experiments.replicate import RunResult
from sim.measures import Measured, summarise
from sim.measures.chosen import Chosen, groups_of
from sim.measures.series import series
from sim.report.run.card import card
from sim.report.run.precision import precision as told
from sim.scenario.faults import BadInput
from tests.measured_kit import made
from tests.test_run import Log, content

SHORT = ["time.days=1", "time.warm_up_days=0", "time.cool_down_days=1"]
GROUPS = ["all", "hour=9", "service=bathing"]


@pytest.mark.parametrize(
    ("inside", "since"),
    [
        ([True] * 6, 10),
        ([True] * 5, None),
        ([False, *[True] * 6], 11),
        ([True] * 5 + [False] + [True] * 6, 16),
        ([True, False] * 20, None),
        ([False] * 130 + [True] * 8, 140),
        ([False] * 130 + [True] * 7, None),
    ],
)
def test_narrow_enough_once_is_not_enough(inside: Sequence[bool], since: int | None) -> None:
    assert settled(inside) == since


def test_the_look_ahead_grows_beyond_a_hundred() -> None:
    assert [look_ahead(n) for n in (10, 100, 119, 120, 200)] == [5, 5, 5, 6, 10]


@cache
def student(most: int) -> dict[int, float]:
    """Of k replications, what their standard error is multiplied by."""
    return {k: float(stats.t.ppf(0.975, k - 1)) for k in range(10, most + 1)}


def brute(values: np.ndarray[Any, Any], goal: float, most: int) -> tuple[int, int | None]:
    """The rule as the paper tells it: count up; where the half-width is inside, look ahead."""
    halves = {
        k: factor * values[:k].std(ddof=1) / math.sqrt(k)
        for k, factor in student(most).items()
    }
    for n in range(10, most + 1):
        ahead = range(n, n + look_ahead(n) + 1)
        if ahead[-1] > most:
            break
        if max(halves[k] for k in ahead) <= goal:
            return ahead[-1], n
    return most, None


@cache
def drawn(seed: int) -> tuple[np.ndarray[Any, Any], list[Measured]]:
    values = np.random.default_rng(seed).standard_t(3, 60)
    return values, made({"backlog": [(value, 1) for value in values]})


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("goal", [0.9, 0.45, 0.36, 0.2])
def test_it_stops_where_the_paper_does(seed: int, goal: float) -> None:
    values, measured = drawn(seed)
    asked: list[int] = []

    def first(n: int) -> list[Measured]:
        asked.append(n)
        return measured[:n]

    reached = until(Precision((Goal(Chosen("backlog"), goal),), most=60), first)
    assert (reached.replications, reached.since) == brute(values, goal, 60)
    assert asked == sorted(set(asked))
    assert asked[0] == 15
    half = stats.t.ppf(0.975, reached.replications - 1) * stats.sem(values[:reached.replications])
    (width,) = reached.widths
    assert width.half_width == pytest.approx(half)
    assert width.inside == (half <= goal)


def test_every_goal_counts_and_may_be_relative() -> None:
    steady = [(100 + r % 2, 1) for r in range(40)]
    rough = [(100 + 20 * (r % 3), 1) for r in range(40)]
    measured = made({"backlog": steady, "backlog_max": rough})

    def end(*found: Goal) -> int:
        return until(Precision(found, most=40), lambda n: measured[:n]).replications

    easy = Goal(Chosen("backlog"), 0.01, relative=True)
    hard = Goal(Chosen("backlog_max"), 0.05, relative=True)
    assert end(easy) == 15
    assert end(hard) > 15
    assert end(easy, hard) == end(hard)
    mean = np.mean([num for num, _ in rough[: end(hard)]])
    assert end(Goal(Chosen("backlog_max"), 0.05 * float(mean))) == end(hard)


def test_a_measure_without_data_is_never_precise() -> None:
    measured = made({"backlog": [(1, 1)] * 20, "on_time": [(0, 0)] * 20})
    reached = until(Precision((Goal(Chosen("on_time"), 1),), most=20), lambda n: measured[:n])
    assert (reached.replications, reached.since) == (20, None)
    assert reached.details()["goals"][0]["half_width"] is None


def test_what_can_be_asked() -> None:
    found = goals(
        ["service_level=0.01", " on_time:service=bathing = 5% ", "asa_s=２"], GROUPS)
    assert found == [
        Goal(Chosen("service_level"), 0.01),
        Goal(Chosen("on_time", "service=bathing"), 0.05, relative=True),
        Goal(Chosen("asa_s"), 2),
    ]
    assert [str(goal) for goal in found] == [
        "service_level=0.01", "on_time:service=bathing=5%", "asa_s=2"]


def test_what_cannot_be_asked_is_told_all_at_once() -> None:
    wrong = [
        "on_time", "servce_level=1", "on_time:service=batheing=1", "on_time:hour=99=1",
        "response_p90_min:hour=9=1", "on_time=0", "asa_s=-1", "asa_s:hour=9=soon", "blocking=inf",
        "=1", "reject_rate=1", "reject_rate=2",
    ]
    with pytest.raises(BadInput) as bad:
        goals(wrong, GROUPS)
    faults = bad.value.faults
    assert len(faults) == len(wrong) - 1
    assert [fault.nearest for fault in faults if fault.nearest] == [
        "service_level", "on_time:service=bathing", "on_time:hour=9"]
    assert all(fault.line(lang) for fault in faults for lang in ("zh", "en"))


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    from sim.experiments.replicate import simulated
    from sim.measures import measure

    county = replicate.prepare("quickstart", SHORT).scenario
    found = [measure(simulated(county, 1, r)[0]) for r in range(4)]
    assert groups_of(county) == list(found[0].ratios["group"].cat.categories)
    return found


def test_a_series_is_a_row_of_the_table(measured: list[Measured]) -> None:
    kpis, _ = summarise(measured)
    assert len(kpis) > 500
    for row in kpis.itertuples():
        found = series(measured, Chosen(row.measure, row.group)).estimate()
        for value, known in ((found.mean, row.mean), (found.sd, row.sd), (found.n, row.n)):
            assert value[0] == pytest.approx(known, nan_ok=True), row
        if not math.isnan(row.ci_low):
            assert max(0, found.low[0]) == pytest.approx(max(0, row.ci_low)), row
    some = series(measured, Chosen("asa_s")).at([3, 1])
    assert some.estimate() == series([measured[3], measured[1]], Chosen("asa_s")).estimate()
    waits = series(measured, Chosen("wait_p90_s")).at([3, 1])
    again = series([measured[3], measured[1]], Chosen("wait_p90_s"))
    assert waits.estimate() == again.estimate()


ASKED = Precision((Goal(Chosen("service_level"), 0.1), Goal(Chosen("on_time"), 0.035)), most=40)


def go(out: Path, asked: Precision = ASKED, **options: Any) -> RunResult:
    resolved = replicate.prepare("quickstart", SHORT)
    return replicate.run(resolved, out=out, card=card, precision=asked, **options)


@pytest.fixture(scope="module")
def precise(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return go(tmp_path_factory.mktemp("precise") / "out", workers=1)


def test_any_number_of_workers_stops_at_the_same_replication(
    precise: RunResult, tmp_path: Path
) -> None:
    other = go(tmp_path / "out", workers=2)
    assert 15 < precise.details["replications"] < 40
    assert content(other.folder) == content(precise.folder)
    assert other.manifest["precision"] == precise.manifest["precision"]


def test_an_interrupted_run_stops_there_too(precise: RunResult, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(out, workers=1, watcher=Log(interrupt_after=7))
    go(out, workers=1)
    assert content(out) == content(precise.folder)


def test_the_result_says_what_was_asked_and_reached(precise: RunResult) -> None:
    asked = precise.manifest["precision"]
    assert asked == precise.details["precision"]
    n, since = asked["replications"], asked["since"]
    assert n == since + 5 == len(precise.manifest["workloads"])
    assert [goal["measure"] for goal in asked["goals"]] == ["service_level", "on_time"]
    page = (precise.folder / "card.en.txt").read_text(encoding="utf-8")
    assert f"Reached with {since} replications" in " ".join(page.split())
    page = (precise.folder / "card.zh.txt").read_text(encoding="utf-8")
    assert f"{since}次时达到" in "".join(page.split())
    whole = replicate.run(
        replicate.prepare("quickstart", SHORT), out=precise.folder.with_name("fixed"), card=card,
        replications=n, workers=1)
    assert whole.kpis.equals(precise.kpis)


def test_the_maximum_is_never_silent(tmp_path: Path) -> None:
    result = go(tmp_path / "out", Precision(ASKED.goals, most=15), workers=1)
    asked = result.details["precision"]
    assert (asked["replications"], asked["since"], asked["maximum"]) == (15, None, 15)
    page = (result.folder / "card.en.txt").read_text(encoding="utf-8")
    assert "NOT REACHED with 15 replications" in " ".join(page.split())
    assert "仍未达到" in "".join(told(asked, "zh"))
    late = {**asked, "goals": [{**goal, "inside": True} for goal in asked["goals"]]}
    assert "too late to see" in " ".join(told(late, "en"))
    with pytest.raises(BadInput, match="--max-replications"):
        go(tmp_path / "out", Precision(ASKED.goals, most=14))
