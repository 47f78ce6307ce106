"""The model against queueing theory, through scenario folders; see ``theory_cases``."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from scipy.integrate import quad

from tests import truths
from tests.evidence import theory
from tests.theory_cases import CASES
from tests.theory_kit import Case, judge, table

# -- the truths themselves, against published values and each other --------------------------------


def test_erlang_b_and_c_have_their_published_values() -> None:
    assert truths.erlang_b(10, 8) == pytest.approx(0.12166, abs=1e-5)
    assert truths.erlang_c(10, 8) == pytest.approx(0.40918, abs=1e-5)
    assert truths.erlang_c(3, 2) == pytest.approx(4 / 9)


def test_erlang_a_has_its_published_values() -> None:
    """Mandelbaum and Zeltyn (2005), section 2: 50 agents, 48 calls a minute, talks of a minute,
    patience of two; with patience 3.1 % abandon, the average wait is 3.7 s, the 90th percentile
    12.5 s, agents are 93 % utilised; without it the wait is 20.8 s, its 90th percentile 58.1 s."""
    patient = truths.erlang_a(50, 48, 1, 1e-9, size=1200)
    assert 60 * truths.erlang_c_wait(50, 48, 1) == pytest.approx(20.8, abs=0.05)
    assert truths.erlang_c_longer(50, 48, 1, 58.1 / 60) == pytest.approx(0.1, abs=0.0005)
    assert 60 * patient.wait == pytest.approx(20.8, abs=0.05)
    truth = truths.erlang_a(50, 48, 1, 0.5)
    assert truth.abandoned == pytest.approx(0.031, abs=0.0005)
    assert 60 * truth.wait == pytest.approx(3.7, abs=0.05)
    assert truth.occupancy == pytest.approx(0.93, abs=0.005)
    # The 90th percentile counts those who hang up sooner as having waited no longer.
    served_sooner = truth.within(12.5 / 60)
    assert 0.9 - truth.abandoned < served_sooner < 0.9


def test_finite_and_infinite_queues_agree_at_their_limits() -> None:
    assert truths.mmck(4, 4, 3, 1).blocked == pytest.approx(truths.erlang_b(4, 3))
    assert truths.mmck(3, 200, 2, 1).wait == pytest.approx(truths.erlang_c_wait(3, 2, 1))
    hasty = truths.erlang_a(4, 3, 1, 1e6)
    assert hasty.abandoned == pytest.approx(truths.erlang_b(4, 3), rel=1e-4)
    wholly = truths.erlang_a(4, 5, 1, 0.5)
    assert wholly.within(200) == pytest.approx(1 - wholly.abandoned)
    assert wholly.within(0) == pytest.approx(1 - wholly.waits)
    served = (1 - wholly.abandoned) * wholly.wait_served
    later, _ = quad(lambda t: 1 - wholly.abandoned - wholly.within(t), 0, 30, epsrel=1e-4)
    assert later == pytest.approx(served, rel=1e-3)


def test_priorities_conserve_work() -> None:
    """Weighted by load, the mean waits of the classes are those without classes (Kleinrock)."""
    waits = truths.cobham([0.2, 0.3], [1, 1.5], [2, 3])
    mixed = truths.pollaczek_khinchine(0.5, 1.3, (0.2 * 2 + 0.3 * 3) / 0.5)
    assert (0.2 * 1 * waits[0] + 0.3 * 1.5 * waits[1]) / 0.65 == pytest.approx(mixed)
    several = truths.cobham_servers(3, [0.5, 1.5], 1.0)
    assert several @ [0.25, 0.75] == pytest.approx(truths.erlang_c_wait(3, 2, 1))
    assert truths.cobham([0.5], [1], [2])[0] == pytest.approx(truths.erlang_c_wait(1, 0.5, 1))


def test_a_flat_day_is_erlang_a() -> None:
    day = truths.kolmogorov_day([60] * 24, [4] * 24, 15, 20)
    truth = truths.erlang_a(4, 60, 15, 20)
    assert day.waits == pytest.approx(truth.waits)
    assert day.queue == pytest.approx(60 * truth.wait)
    assert day.abandoned == pytest.approx(60 * truth.abandoned)
    assert day.answered == pytest.approx(60 * (1 - truth.abandoned))
    assert day.occupancy == pytest.approx(truth.occupancy)
    assert day.overtime == 0


def test_a_day_loses_nobody() -> None:
    """Over a day that repeats itself, who came was answered or hung up, and all talk was done."""
    rates, staff = [5, 60, 30] * 8, [1, 3, 2] * 8
    day = truths.kolmogorov_day(rates, staff, 15, 20)
    assert day.answered.sum() + day.abandoned.sum() == pytest.approx(sum(rates))
    assert day.overtime > 0


def test_two_points_at_their_limits() -> None:
    """Nobody near the second point and nothing refused: the first alone, with help in need."""
    plain = truths.two_points((1.3, 1e-9), (2, 1), 1.0, 1.0)
    helped = truths.mmck(3, 3, 1.3, 1.0)
    assert plain.utilisation @ [2, 1] == pytest.approx(1.3)
    assert plain.waits[0] < helped.blocked * 2
    refused = truths.two_points((0.8, 1e-9), (2, 1), 1.0, 1e-9)
    assert refused.away[0] == pytest.approx(1)
    assert refused.wait[0] == pytest.approx(truths.erlang_c_wait(1, 0.8, 1), rel=1e-4)


# -- the model -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_model_agrees_with_theory(case: Case, tmp_path: Path) -> None:
    verdicts = judge(case, tmp_path)
    assert all(v.passed for v in verdicts), f"{case.theory}\n{table(verdicts)}"


def test_a_wrong_truth_does_not_pass(tmp_path: Path) -> None:
    """The battery can fail: a truth that is off by twice its margin is found out."""
    case = next(c for c in CASES if c.name == "erlang-b")
    off = [q._replace(truth=q.truth + 2 * q.margin) for q in case.quantities]
    wrong = Case(case.name, case.theory, case.changes, off, replications=4)
    assert not any(v.passed for v in judge(wrong, tmp_path))


@pytest.mark.evidence
def test_with_many_more_replications() -> None:
    """Writes ``results/theory.csv``."""
    assert theory.main([]) == 0


def test_the_evidence_table_is_readable(tmp_path: Path) -> None:
    case = next(c for c in CASES if c.name == "erlang-b")
    few = Case(case.name, case.theory, case.changes, case.quantities, replications=2)
    theory.write(judge(few, tmp_path), tmp_path / "out" / "theory.csv")
    text = (tmp_path / "out" / "theory.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["quantity"] for row in rows] == ["blocked", "occupancy"]
    assert {row["pass"] for row in rows} <= {"yes", "no"}
    assert float(rows[0]["ci_low"]) < float(rows[0]["estimate"]) < float(rows[0]["ci_high"])
