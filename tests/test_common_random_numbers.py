"""The same calls come, whoever is hired; so a difference between two runs is the hiring's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.scenario.schema import Scenario
from sim.workload.roster import duties, people
from sim.workload.store import checksum
from tests.evidence import variance
from tests.scenario_kit import small

HIRES = {
    "decheng-loaded": ("operators.desk.count=3", "caregivers.xinhu-day.count=4"),
    "decheng": ("operators.mid.count=2", "caregivers.xinhua-day.count=3"),
    "quickstart": ("operators.desk.count=5", "caregivers.village-day.count=2"),
}


@pytest.mark.parametrize("name", HIRES)
def test_hiring_changes_no_workload(name: str) -> None:
    plain = checksum(sim.draw(sim.load(name), seed=5, replication=2))
    for hire in (*((hire,) for hire in HIRES[name]), HIRES[name]):
        assert checksum(sim.draw(sim.load(name, hire), seed=5, replication=2)) == plain, hire


def test_hiring_a_new_group_changes_no_workload(tmp_path: Path) -> None:
    desk = {"count": 2, "shifts": "round", "absence_prob": 0.5}
    team = {"point": "station", "count": 3, "shifts": "round", "mode": "ebike", "absence_prob": 0.5}
    plain = sim.load(small(tmp_path / "plain"))
    more = sim.load(small(
        tmp_path / "more", **{"operators.evening-desk": desk, "caregivers.second-team": team}
    ))
    assert len(people(more)) == len(people(plain)) + 5
    assert checksum(sim.draw(more, 1, 0)) == checksum(sim.draw(plain, 1, 0))


def test_hiring_keeps_nobody_else_away() -> None:
    """Who is absent when does not depend on who else is there."""
    before = _absences(sim.load("decheng"))
    after = _absences(sim.load("decheng", HIRES["decheng"]))
    assert sum(before.values()) > 10
    assert before.items() < after.items()


def _absences(scenario: Scenario) -> dict[tuple[str, int, int], bool]:
    names = [person.id for person in people(scenario)]
    return {(names[d.person], d.shift, d.date_ms): d.absent for d in duties(scenario, 1, 0)}


def test_the_difference_varies_less_than_a_quarter() -> None:
    """Two operators against three on forty replications; the evidence run has three hundred."""
    named = variance.NAMED._replace(measures=("service_level",), replications=40)
    row, = variance.compare(named, workers=1)
    assert row["same_workload"] == "yes"
    assert float(str(row["before"])) < float(str(row["after"]))
    assert float(str(row["upper_95"])) < variance.QUARTER
    assert row["pass"] == "yes"


def test_the_quotient_of_known_samples() -> None:
    """Independent samples give about 1, a constant shift gives 0, opposites give 2."""
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=(2, 400))
    apart = variance.quotient(a, b)
    assert apart.value == pytest.approx(1, abs=0.15)
    assert apart.value < apart.upper < 1.2
    noisy = variance.quotient(a, a + 0.5 + 0.1 * b)
    assert noisy.value == pytest.approx(0.01 / 2.01, rel=0.3)
    assert variance.quotient(a, -a + 0.01 * b).value == pytest.approx(2, abs=0.01)


@pytest.mark.evidence
def test_with_three_hundred_replications() -> None:
    """Writes ``results/common_random_numbers.csv``."""
    assert variance.main([]) == 0
