"""The dispatch rules that are tried: named combinations, one of them chosen by selection."""

from __future__ import annotations

from sim.experiments.advise.asked import Asked
from sim.experiments.advise.counties import ruled
from sim.experiments.lab import Variant
from sim.experiments.sweep.design import Change, Point, toml
from sim.experiments.sweep.study import Study
from sim.experiments.tune.plan import Plan
from sim.measures.chosen import Chosen
from sim.scenario.load import Resolved

DEFAULT = "as-it-is"
COMBINATIONS: dict[str, dict[str, object]] = {
    "nearest": {"choose_point": "nearest", "choose_order": "priority"},
    "nearest-free": {"choose_point": "nearest_free", "choose_order": "priority"},
    "least-delay": {"choose_point": "least_delay", "choose_order": "priority"},
    "nearest-due": {"choose_point": "nearest", "choose_order": "earliest_due"},
    "free-due": {"choose_point": "nearest_free", "choose_order": "earliest_due"},
    "delay-due": {"choose_point": "least_delay", "choose_order": "earliest_due"},
}
"""Name -> keys of ``[dispatch]``."""
OBJECTIVE = Chosen("on_time_request")
INDIFFERENCE = 0.005
"""Half a percentage point on time does not matter."""


def tried(county: Resolved) -> dict[str, dict[str, object]]:
    """Name -> keys of ``[dispatch]`` of what differs from the county's own rules, which come first.
    """
    now = county.scenario.dispatch
    return {DEFAULT: {}} | {
        name: keys for name, keys in COMBINATIONS.items()
        if any(getattr(now, key) != value for key, value in keys.items())
    }


def selection(county: Resolved, asked: Asked) -> Plan:
    """The choice among them by the share of requests served on time."""
    candidates = []
    for name, keys in tried(county).items():
        changes = tuple(
            Change(f"dispatch.{key}", toml(value), name) for key, value in keys.items())
        point = Point(name, str(county.folder), (), changes)
        candidates.append((point, Variant(name, ruled(county, keys))))
    study = Study(
        f"{county.scenario.name}-dispatch", str(county.folder), replications=2, seed=asked.seed)
    return Plan(
        study, county, tuple(candidates), DEFAULT, (OBJECTIVE,), INDIFFERENCE, 0.95,
        asked.first, asked.most, asked.fresh, None)
