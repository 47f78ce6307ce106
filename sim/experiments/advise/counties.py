"""The county as a step left it, with the next one's question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.experiments.replicate import prepare
from sim.rules import registry
from sim.scenario.load import Resolved, rebuild


def carried(county: Resolved, folder: Path, sections: Sequence[str]) -> Resolved:
    """The county with these sections or tables as the scenario in ``folder`` has them."""
    found = prepare(folder).raw
    return _with(county, {name: found[name] for name in sections})


def grown(county: Resolved, times: float) -> Resolved:
    """The county with so many times its demand."""
    demand = {**county.raw.get("demand", {}), "growth": county.scenario.demand.growth * times}
    return _with(county, {"demand": demand})


def ruled(county: Resolved, rules: dict[str, object]) -> Resolved:
    """The county with some keys of ``[dispatch]`` set."""
    if not rules:
        return county
    return _with(county, {"dispatch": {**county.raw.get("dispatch", {}), **rules}})


def _with(county: Resolved, sections: dict[str, object]) -> Resolved:
    raw = {**county.raw, **sections}
    return replace(county, raw=raw, scenario=rebuild(raw, registry.names()))
