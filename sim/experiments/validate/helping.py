"""Cases of points that help each other: Larson's hypercube, with lists of preference."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.validate.case import BUSY, RARE, Case, Quantity, about
from sim.experiments.validate.ground import DAY, NAMES, visits
from sim.experiments.validate.read import Pair, Read, Run, kpi, orders_longer
from sim.theory.hypercube import exact

STEP_MIN = 1e-4
"""Each place down the list is farther by so little that the way does not matter."""


def _county(arrivals: list[float], lists: list[list[int]], service_min: float, days: int) -> Any:
    """Zones of these rates, a point of one caregiver each for every unit, distances by the lists;
    whoever is free takes what waits anywhere, first come first served."""
    zones, points = [f"z{i}" for i in range(len(arrivals))], [f"p{j}" for j in range(len(lists[0]))]
    near = {
        zone: {point: STEP_MIN * (1 + lists[i].index(j)) for j, point in enumerate(points)}
        for i, zone in enumerate(zones)
    }
    hop = {a: {b: near.get(a, {}).get(b, near.get(b, {}).get(a, STEP_MIN))
               for b in [*zones, *points]} for a in [*zones, *points]}
    place = {"lat": 37.45, "lon": 116.3}
    return visits(0, 0, days, **{
        "zones": {z: {**NAMES, **place, "area_km2": 1e-6, "population": 9000, "pop_elder": 2000}
                  for z in zones},
        "points": {p: {**NAMES, **place, "zone": zones[0], "open": "always", "services": "all"}
                   for p in points},
        "caregivers": {p: {"point": p, "count": 1, "shifts": "round", "mode": "ebike"}
                       for p in points},
        "requests": {z: {"channel": "plan", "service": "help", "group": "elder", "zones": z,
                         "per_day": rate * DAY} for z, rate in zip(zones, arrivals, strict=True)},
        "services.help.duration_dist": "exponential",
        "services.help.duration_mean_min": service_min,
        "travel.minutes": hop,
        "dispatch.choose_point": "nearest_free", "dispatch.choose_order": "fcfs",
        "dispatch.borrow_km": 1000, "dispatch.when_idle": "stay",
        "zones.town": None, "requests.calls": None, "caregivers.team": None,
    })


def hypercube(name: str, arrivals: list[float], lists: list[list[int]], days: int) -> Case:
    """Who is busy, who waits, and who goes where when somebody is free."""
    truth = exact(arrivals, lists, 1.0)
    # Given that somebody is free, who goes is the same with and without a queue.
    free = exact(arrivals, lists, 1.0, queue=False)
    wanted = sorted(
        ((i, j) for i in range(len(arrivals)) for j in range(len(lists[0]))),
        key=lambda pair: -arrivals[pair[0]] * free.share[pair],
    )[: 2 * len(arrivals)]
    return Case(
        name, f"Larson's hypercube: {len(lists[0])} units, {len(arrivals)} areas, lists",
        _county(arrivals, lists, 1.0, days),
        [
            *(about(f"workload of unit {j}", float(work), kpi("caregiver_utilisation",
                                                               f"point=p{j}"), BUSY)
              for j, work in enumerate(truth.workload)),
            about("share that waits", truth.saturated, orders_longer(0.01), RARE),
            about("mean wait, min", truth.wait, kpi("response_queue_min"), RARE),
            *(Quantity(f"area {i} to unit {j}, somebody free", float(free.share[i, j]),
                       0.06 * float(free.share[i, j]), _goes(i, j)) for i, j in wanted),
        ],
    )


def _goes(area: int, unit: int) -> Read:
    """Share of an area's orders that did not wait which a unit's caregiver served."""

    def read(run: Run) -> Pair:
        orders = run.orders
        kept = run.counted(run.ms(orders, "requested")) & (orders["zone"] == f"z{area}").to_numpy()
        kept &= run.ms(orders, "departed") - run.ms(orders, "created") <= 10
        served = np.zeros(len(orders), dtype=bool)
        mine = (run.visits["point"] == f"p{unit}").to_numpy()
        served[run.visits["order"].to_numpy()[mine]] = True
        return float(np.count_nonzero(served & kept)), float(kept.sum())

    return read


def three() -> Case:
    return hypercube("hypercube-3", [0.8, 0.6, 0.4], [[0, 1, 2], [1, 2, 0], [2, 0, 1]], 6)


def four() -> Case:
    return hypercube(
        "hypercube-4", [0.9, 0.5, 0.6, 0.4],
        [[0, 1, 3, 2], [1, 0, 2, 3], [2, 1, 3, 0], [3, 2, 0, 1]], 6,
    )
