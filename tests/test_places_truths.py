"""Places against what is known in closed form: loss, waiting and infinitely many servers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from sim.measures import measure
from sim.model import simulate
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import Distribution
from sim.theory.erlang import erlang_b, erlang_c
from sim.workload.draw import draw
from sim.workload.residents import residents
from tests.scenario_kit import build, raw_small

LENGTHS: dict[str, dict[str, Any]] = {
    "exponential": {"duration_dist": "exponential", "duration_mean_days": 1.5},
    "constant": {"duration_dist": "constant", "duration_value_days": 1.5},
    "lognormal": {"duration_dist": "lognormal", "duration_mean_days": 1.5, "duration_cv": 1.6},
}
REPLICATIONS = 8


def beds(count: int, per_day: float, waitlist: str, days: int, **duration: Any) -> Scenario:
    """Beds at one point and clients who live next door, so that a bed is held for the stay."""
    return build(raw_small(), **{
        "time.days": days, "time.warm_up_days": 20, "time.cool_down_days": 0,
        "caregivers.team.count": 0, "operators.desk.count": 0,
        "travel.detour": 1.0, "zones.town.area_km2": 1e-12,
        "services": {"stay": {
            "name_zh": "入住", "name_en": "Stay", "mode": "place", **duration,
        }},
        "requests": {"calls": {
            "channel": "plan", "service": "stay", "group": "elder", "per_day": per_day,
        }},
        "places": {"beds": {"point": "station", "kind": "bed", "count": count}},
        "admissions": {"stay": {"kinds": "bed", "waitlist": waitlist}},
    })


def values(scenario: Scenario, *names: str) -> dict[str, list[float]]:
    """Numerator / denominator of measures over all, one value a replication."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for replication in range(REPLICATIONS):
        ratios = measure(simulate(scenario, draw(scenario, 1, replication))).ratios
        for name in names:
            row = ratios[(ratios["measure"] == name) & (ratios["group"] == "all")].iloc[0]
            found[name].append(row["num"] / row["den"])
    return found


def holds(sample: list[float], truth: float, within: float = 0.3) -> bool:
    """Whether the truth lies in the 99.9 % interval of the mean, which reaches no further than
    this share of it."""
    half = t.ppf(0.9995, len(sample) - 1) * np.std(sample, ddof=1) / np.sqrt(len(sample))
    return bool(abs(np.mean(sample) - truth) <= half < within * truth)


@pytest.mark.parametrize("length", LENGTHS)
def test_beds_without_a_waitlist_are_erlangs_loss_system(length: str) -> None:
    """Blocking and occupancy depend on the stays' mean only (Erlang B and its insensitivity)."""
    offered, count = 3.0 * 1.5, 5
    scenario = beds(count, 3.0, "none", 700, **LENGTHS[length])
    seen = values(scenario, "refused_rate", "place_occupancy")
    blocked = erlang_b(count, offered)
    assert holds(seen["refused_rate"], blocked)
    assert holds(seen["place_occupancy"], offered * (1 - blocked) / count)


def test_beds_with_a_waitlist_are_erlangs_waiting_system() -> None:
    """Mean length of the waitlist by Erlang C: C(c, a) a / (c - a)."""
    offered, count = 2.4 * 1.5, 5
    scenario = beds(count, 2.4, "fcfs", 1200, **LENGTHS["exponential"])
    seen = values(scenario, "waitlist_length", "place_occupancy")
    waits = erlang_c(count, offered)
    truth = waits * offered / (count - offered)
    assert holds(seen["waitlist_length"], truth, within=0.8)
    assert holds(seen["place_occupancy"], offered / count)


@pytest.mark.parametrize("length", LENGTHS)
def test_enough_beds_are_infinitely_many_servers(length: str) -> None:
    """With a bed for everybody the mean number occupied is the offered load."""
    scenario = beds(40, 4.0, "none", 300, **LENGTHS[length])
    seen = values(scenario, "place_occupancy", "refused_rate")
    assert holds([40 * value for value in seen["place_occupancy"]], 6.0)
    assert max(seen["refused_rate"]) == 0


@pytest.mark.parametrize(("stay", "second_moment_over_mean"), [
    ({"dist": "exponential", "mean_days": 3}, 6.0),
    ({"dist": "constant", "value_days": 3}, 3.0),
    ({"dist": "lognormal", "mean_days": 3, "cv": 0.8}, 3 * 1.64),
    ({"dist": "gamma", "mean_days": 3, "cv": 0.5}, 3 * 1.25),
    ({"dist": "weibull", "mean_days": 3, "cv": 0.7}, 3 * 1.49),
    ({"dist": "uniform", "low_days": 1, "high_days": 5}, (9 + 16 / 12) / 3),
    ({"dist": "triangular", "low_days": 1, "mode_days": 2, "high_days": 6},
     (9 + (1 + 4 + 36 - 2 - 6 - 12) / 18) / 3),
    ({"dist": "empirical", "values_days": [1, 5], "weights": [3, 1]}, (3 + 25) / 8),
], ids=lambda value: value["dist"] if isinstance(value, dict) else "")
def test_what_is_left_of_stays_met_under_way(
    stay: dict[str, Any], second_moment_over_mean: float
) -> None:
    """The mean of the stationary excess is E[S^2] / (2 E[S])."""
    scenario = beds(20_000, 1.0, "none", 1, **{"duration_dist": "constant",
                                               "duration_value_days": 1})
    length = Distribution.model_validate(stay)
    service = scenario.services[0].model_copy(update={"duration": length})
    full = scenario.places[0].model_copy(update={"occupied": 20_000})
    scenario = scenario.model_copy(update={"services": (service,), "places": (full,)})
    left = residents(scenario, 1, 0)[0] / 86_400_000
    error = left.std() / np.sqrt(len(left))
    assert abs(left.mean() - second_moment_over_mean / 2) < 4 * error


def test_a_house_that_starts_as_it_is_stays_so() -> None:
    """Residents as met under way, and as many arrivals as departures: 34 of 41 beds throughout."""
    long = {"duration_dist": "exponential", "duration_mean_days": 200}
    scenario = beds(60, 34 / 200, "none", 100, **long)
    full = scenario.places[0].model_copy(update={"occupied": 34})
    time = scenario.time.model_copy(update={"warm_up_days": 0})
    scenario = scenario.model_copy(update={"places": (full,), "time": time})
    seen = values(scenario, "place_occupancy")["place_occupancy"]
    assert abs(np.mean(seen) * 60 - 34) < 4 * np.std(seen, ddof=1) * 60 / np.sqrt(REPLICATIONS)
