"""A peer: Ciw (G. I. Palmer and others, "Ciw: an open-source discrete event simulation library",
Journal of Simulation 2019) on a network that both can express.

Callers ring three operators and hang up when they have waited too long; whoever is served needs a
visit, by one of four caregivers, of lognormal length. Nothing but the distributions is shared.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ciw
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.experiments.validate.ground import NAMES, exponential, lay_out, visits
from sim.experiments.validate.read import Run
from sim.model.county import simulate
from sim.scenario.load import load
from sim.workload.draw import draw

ARRIVAL, TALK, PATIENCE = 2.2, 1.3, 1.0
VISIT, CV = 1.5, 0.8
OPERATORS, CAREGIVERS = 3, 4
DAYS, REPLICATIONS = 2, 12
SEEN = ("share that hangs up", "mean wait of those answered", "mean wait for a caregiver")


def ours(folder: Path) -> NDArray[np.float64]:
    """[replication, quantity] by our program; minutes."""
    scenario = load(lay_out(visits(CAREGIVERS, ARRIVAL, DAYS, **{
        "requests.calls.channel": "phone", "callers.client.talk": exponential(TALK),
        "callers.client.patience": exponential(PATIENCE), "callers.client.max_redials": 0,
        "hotline.lines": 100_000, "operators.desk.count": OPERATORS,
        "services.help": {**NAMES, "mode": "visit", "duration_dist": "lognormal",
                          "duration_mean_min": VISIT, "duration_cv": CV},
    }), folder / "peer"))
    found = []
    for replication in range(REPLICATIONS):
        run = Run(scenario, simulate(scenario, draw(scenario, 5, replication)))
        arrived, answered, until = run.queued
        kept = run.counted(arrived)
        gone = np.isnan(answered)
        queue = run.ms(run.orders, "departed") - run.ms(run.orders, "created")
        orders = run.counted(run.ms(run.orders, "requested"))
        found.append((
            gone[kept].mean(), (until - arrived)[kept & ~gone].mean() / 60_000,
            np.nanmean(queue[orders]) / 60_000,
        ))
    return np.array(found)


def theirs() -> NDArray[np.float64]:
    """[replication, quantity] by Ciw."""
    spread = math.sqrt(math.log(1 + CV * CV))
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=ARRIVAL), None],
        service_distributions=[
            ciw.dists.Exponential(rate=1 / TALK),
            ciw.dists.Lognormal(mean=math.log(VISIT) - spread**2 / 2, sd=spread),
        ],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / PATIENCE), None],
        number_of_servers=[OPERATORS, CAREGIVERS],
        routing=[[0.0, 1.0], [0.0, 0.0]],
    )
    day = 1440.0
    return np.array([_watched(network, seed, day) for seed in range(REPLICATIONS)])


def _watched(network: Any, seed: int, day: float) -> tuple[float, float, float]:
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(day * (DAYS + 2))
    seen = [r for r in simulation.get_all_records() if day <= r.arrival_date < day * (DAYS + 1)]
    calls = [r for r in seen if r.node == 1]
    served = [r.waiting_time for r in calls if r.record_type == "service"]
    queued = [r.waiting_time for r in seen if r.node == 2]
    return 1 - len(served) / len(calls), float(np.mean(served)), float(np.mean(queued))


@pytest.mark.filterwarnings("default")
def test_a_hotline_with_patience_before_a_point_with_lognormal_visits(tmp_path: Path) -> None:
    own, peer = ours(tmp_path), theirs()
    for k, (name, margin) in enumerate(zip(SEEN, (0.1, 0.1, 0.2), strict=True)):
        a, b = own[:, k], peer[:, k]
        error = math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        half = float(stats.t.ppf(0.995, 2 * REPLICATIONS - 2)) * error
        away = float(a.mean() - b.mean())
        told = f"{name}: ours {a.mean():.5g}, Ciw {b.mean():.5g}, 99 % +-{half:.3g}"
        assert abs(away) + half <= margin * b.mean(), told
