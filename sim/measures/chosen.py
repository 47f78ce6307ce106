"""One row of the ``kpis`` table, as an option names it: ``on_time:service=bathing``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.measures.catalogue import CATALOGUE
from sim.scenario.faults import Fault, Words, listed, nearest, shown
from sim.scenario.schema import Scenario
from sim.words.kinds import Channel


class Chosen(NamedTuple):
    """A measure in one of its groups."""

    measure: str
    group: str = "all"

    def __str__(self) -> str:
        return self.measure if self.group == "all" else f"{self.measure}:{self.group}"


def chosen(texts: Sequence[str], option: str, groups: Sequence[str]) -> list[Chosen | Fault]:
    """For each text the row that it names, or what is wrong with it; ``groups`` are those there can
    be."""
    found: list[Chosen | Fault] = []
    for text in texts:
        one = _chosen(text, option, groups)
        if one in found and isinstance(one, Chosen):
            twice = Words("it twice", "写了两次")
            one = Fault(option, text, twice, Words("each once", "每项只写一次"))
        found.append(one)
    return found


def _chosen(text: str, option: str, groups: Sequence[str]) -> Chosen | Fault:
    name, colon, group = (part.strip() for part in text.partition(":"))
    if name not in CATALOGUE:
        return Fault(option, "", shown(name), listed(CATALOGUE), nearest(name, CATALOGUE))
    own = [known for known in groups if known.partition("=")[0] in CATALOGUE[name].groups]
    if colon and group not in own:
        near = nearest(group, own)
        return Fault(option, name, shown(group), listed(own), f"{name}:{near}" if near else "")
    return Chosen(name, group or "all")


def groups_of(scenario: Scenario) -> list[str]:
    """Every group there can be, in the order in which rows are printed."""
    kinds = {
        "hour": range(24),
        "zone": [zone.id for zone in scenario.zones],
        "service": [service.id for service in scenario.services],
        "class": sorted({service.priority for service in scenario.services}),
        "point": [point.id for point in scenario.points],
        "channel": list(Channel),
        "kind": list(dict.fromkeys(row.kind for row in scenario.places)),
        "fund": [fund.id for fund in scenario.funds],
        "shock": list(scenario.shocks),
        "week": _weeks(scenario),
        "tier": list(scenario.tiers),
    }
    return ["all", *(f"{by}={name}" for by, names in kinds.items() for name in names)]


def _weeks(scenario: Scenario) -> list[str]:
    """Weeks from the first, where a hotline opens."""
    counted = scenario.time.warm_up_days + scenario.time.days
    weeks = -(-counted // 7) if scenario.opening.ramp_days else 0
    return [str(week + 1) for week in range(weeks)]
