"""How many caregivers: the search against trying everything, its parts against plain arithmetic."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.experiments.caregivers.bench import Bench, Exhausted
from sim.experiments.caregivers.goals import HEADLINE, Goal, Pairs, bounds, defaults, floors, goals
from sim.experiments.caregivers.judge import Aims
from sim.experiments.caregivers.marginal import marginals
from sim.experiments.caregivers.model import Model
from sim.experiments.caregivers.rows import Row, cost, rows, staffed, today, within
from sim.experiments.executors import InProcess
from sim.experiments.lab import Lab
from sim.experiments.replicate import prepare
from sim.measures.chosen import Chosen
from sim.measures.counting.definition import Kind
from tests.caregivers_kit import Formula, N, aims, cheapest, faults_of, holds, searched

QUICK = (
    "time.days=2", "time.warm_up_days=0", "time.cool_down_days=0", "caregivers.town-day.count=1",
    "demand.growth=0.6",
)


@pytest.mark.parametrize(
    ("points", "rows_", "most", "counties"), [(2, 2, 4, 12), (2, 3, 2, 8)])
def test_the_search_comes_within_one_caregiver_of_the_cheapest(
    points: int, rows_: int, most: int, counties: int
) -> None:
    """625 and 729 staffings of formula counties; on most of them it finds the cheapest itself."""
    exact = []
    for seed in range(counties):
        bench, wanted = Formula(seed, points, rows_, most), aims(seed, points)
        found = searched(bench, wanted, bench.today, N)
        spent = len(bench.cells)
        best = cheapest(bench, wanted, bench.today, N)
        if best is None:
            assert found.trials[-1].lacking > 0
            continue
        assert holds(bench, wanted, bench.today, found.counts, N)
        over = cost(found.counts, bench.known) - cost(best, bench.known)
        assert over < max(row.yuan for row in bench.known)
        exact.append(over < 1)
        assert spent < 500, "far fewer replications than trying everything"
    assert len(exact) > counties / 2
    assert np.mean(exact) >= 0.75


def test_on_a_real_county_the_search_finds_what_trying_everything_finds(tmp_path: Path) -> None:
    """Two points, 12 staffings, 6 replications of each."""
    resolved = prepare("quickstart", QUICK)
    known = rows(resolved, ["town-day=1:4", "village-day=0:2"], [])
    now = today(resolved, known)
    wanted = Aims((Goal(Chosen(HEADLINE), 0.75, True),), (), 1.0, 0.9, 0.9)
    bench = Bench(Lab(tmp_path, 1, InProcess()), resolved, known, wanted.rows, 10_000)
    best = cheapest(bench, wanted, now, 6)
    assert best is not None
    assert now != best
    found = searched(bench, wanted, now, 6)
    assert found.counts == best
    # One more is worth what the runs say themselves.
    one = marginals(bench, "found", best, range(4))[0]
    more = (best[0] + 1, *best[1:])
    late, soon = (bench.pairs(x, Chosen(HEADLINE), range(4)) for x in (best, more))
    assert one.row.id == "town-day"
    assert one.gain.mean == pytest.approx(
        soon.num.sum() / soon.den.sum() - late.num.sum() / late.den.sum())
    assert one.requests.mean == pytest.approx((soon.num - late.num).mean() / 2 * 365.25)


def test_no_more_replications_than_allowed(tmp_path: Path) -> None:
    resolved = prepare("quickstart", QUICK)
    known = rows(resolved, [], [])
    bench = Bench(Lab(tmp_path, 1, InProcess()), resolved, known, [Chosen(HEADLINE)], 1)
    now = today(resolved, known)
    bench.run([now], [0])
    bench.run([now], [0])
    with pytest.raises(Exhausted):
        bench.run([now], [0, 1])
    assert bench.spent == 1


def test_the_model_is_exact_where_gains_are_geometric() -> None:
    """A point whose n-th caregiver gains 0.5 of what the one before did."""
    known = tuple(Row(f"r{n}", "p", 10.0 + n, 0, 9) for n in range(2))

    def value(counts: tuple[int, ...]) -> float:
        return float(1 - 0.5 ** sum(counts))

    here = (3, 2)
    moves = {
        (row, sign): np.array([
            value(tuple(n + sign * (k == row) for k, n in enumerate(here))) - value(here)])
        for row in range(2) for sign in (1, -1)
    }
    model = Model(known, here, moves)
    for change in product(range(-2, 3), repeat=2):
        counts = (here[0] + change[0], here[1] + change[1])
        assert model.gain(counts)[0] == pytest.approx(value(counts) - value(here)), counts


@pytest.mark.parametrize("seed", range(6))
def test_the_program_finds_the_cheapest_of_all_that_the_model_allows(seed: int) -> None:
    """Against trying all combinations of at most two rows a point, two steps each."""
    rng = np.random.default_rng(seed)
    known = tuple(
        Row(f"r{n}", f"p{n // 3}", float(rng.integers(40, 60)), 0, 4) for n in range(6))
    here = tuple(int(n) for n in rng.integers(1, 4, 6))
    moves = {
        (row, sign): rng.uniform(0.2, 1, 2) * (1 if sign > 0 else -1.5)
        for row in range(6) for sign in (1, -1)
    }
    model, spare = Model(known, here, moves), rng.uniform(0, 1.5, 2)
    cut = tuple(n - (k == 0) for k, n in enumerate(here))
    options = [
        counts for counts in product(*(range(max(0, n - 2), min(4, n + 2) + 1) for n in here))
        if all(sum(counts[k] != here[k] for k in part) <= 2 for part in ((0, 1, 2), (3, 4, 5)))
        and any(n > c for n, c in zip(counts, cut, strict=True))
        and cost(counts, known) <= cost(here, known) - 1
        and (model.gain(counts) >= -spare).all()
    ]
    found = model.cheapest(spare, [cut])
    if not options:
        assert found is None
    else:
        assert found in options
        assert cost(found, known) == min(cost(counts, known) for counts in options)


def test_bounds_are_student_s() -> None:
    parts = np.array([0.8, 0.9, 0.85, np.nan, 0.95])
    half = stats.t.ppf(0.9, 3) * parts[[0, 1, 2, 4]].std(ddof=1) / 2
    assert bounds(parts, 0.9) == pytest.approx((0.875 - half, 0.875 + half))
    assert bounds(parts[:1], 0.9) == (-np.inf, np.inf)


def test_a_mean_and_a_ratio_of_pairs() -> None:
    num, den = np.array([3.0, 0.0, 2.0]), np.array([4.0, 0.0, 8.0])
    assert Pairs(num, den, Kind.RATIO).value == pytest.approx(5 / 12)
    assert Pairs(num, den, Kind.VALUE).value == pytest.approx((0.75 + 0.25) / 2)
    assert np.isnan(Pairs(num[1:2], den[1:2], Kind.RATIO).value)


def test_what_is_aimed_at_unless_told_otherwise() -> None:
    county = prepare("quickstart", ["targets.on_time_request=0.7"]).scenario
    assert list(map(str, defaults(county))) == [
        "on_time_request >= 0.7", "caregiver_utilisation:point=town-centre <= 0.85",
        "caregiver_utilisation:point=village-point <= 0.85"]
    assert list(map(str, floors(county))) == [
        f"on_time_request:{group}" for group in ("service=home-help", "zone=town", "zone=village")]


def test_goals_as_they_are_written() -> None:
    county = prepare("quickstart").scenario
    found = goals(["on_time_request=0.9", "on_time:point=*=0.8"], ["response_min=60"], county)
    assert list(map(str, found)) == [
        "on_time_request >= 0.9", "on_time:point=town-centre >= 0.8",
        "on_time:point=village-point >= 0.8", "response_min <= 60"]


def test_faulty_goals_are_told_all_at_once() -> None:
    county = prepare("quickstart").scenario
    faults = faults_of(
        goals, ["on_tine=0.9", "on_time=high", "on_time:point=twon-centre=0.8", "on_time=1.2"],
        ["response_p90_min=60", "on_time=0.9", "response_min"], county)
    lines = [fault.line("en") for fault in faults]
    assert len(lines) == 6
    assert 'did you mean "on_time"?' in lines[0]
    assert "MEASURE=VALUE" in lines[1]
    assert "town-centre" in lines[2]
    assert "from 0 to 1" in lines[3]
    assert "quantile" in lines[4]
    assert all(fault.line("zh") for fault in faults)


def test_bounds_come_from_the_sources_and_the_options() -> None:
    resolved = prepare("decheng")
    known = rows(resolved, ["duty-*=1:2", "duty-night-b=2:2"], ["ertun-centre=xinhu-day"])
    by_id = {row.id: row for row in known}
    assert (by_id["xinhu-day"].low, by_id["xinhu-day"].high) == (0, 10)
    assert (by_id["duty-night-a"].low, by_id["duty-night-a"].high) == (1, 2)
    copy = by_id["xinhu-day-at-ertun-centre"]
    assert (copy.point, copy.copied, copy.low, copy.high) == ("ertun-centre", "xinhu-day", 0, 10)
    assert copy.yuan == pytest.approx(4500 * 12 * (1 + resolved.scenario.money.insurance_rate))
    now = today(resolved, known)
    assert dict(zip(by_id, now, strict=True))["xinhu-day-at-ertun-centre"] == 0
    start = within(now, known)
    assert dict(zip(by_id, start, strict=True))["duty-night-b"] == 2
    county = staffed(resolved, known, tuple(n + (row is copy) for n, row in zip(
        start, known, strict=True))).scenario
    added = next(group for group in county.caregivers if group.id == copy.id)
    model = next(group for group in county.caregivers if group.id == "xinhu-day")
    assert added == model.model_copy(update={"id": copy.id, "point": "ertun-centre"})
    assert sum(g.count for g in county.caregivers) == sum(now) + 2


def test_faulty_rows_are_told_all_at_once() -> None:
    faults = faults_of(
        rows, prepare("quickstart"), ["town-day=3", "town-day=4:2", "twon-day=0:3"],
        ["village-point", "vilage-point=town-day", "village-point=town-dya",
         "village-point=town-day", "village-point=town-day"])
    assert [fault.file for fault in faults] == ["--copy"] * 4 + ["--bounds"] * 3
    assert [fault.nearest for fault in faults] == [
        "", "village-point", "town-day", "", "", "", "town-day"]
