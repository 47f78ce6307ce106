"""What a staffing has to reach: measures at least, or at most, a value, each with confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen, chosen, groups_of
from sim.measures.counting.definition import Kind
from sim.measures.counting.groups import Floats
from sim.measures.counting.intervals import CONFIDENCE, quotients, ratio_values
from sim.scenario.faults import BadInput, Fault, Words, shown
from sim.scenario.reading.files import number
from sim.scenario.schema import Scenario
from sim.words.kinds import ServiceMode

KINDS = (Kind.RATIO, Kind.VALUE)
HEADLINE = "on_time_request"
STRAIN = "caregiver_utilisation"


@dataclass(frozen=True)
class Goal:
    """One row of the measures and the value it has to reach."""

    row: Chosen
    value: float
    least: bool
    """whether ``value`` is the least allowed; else the greatest"""

    @property
    def sign(self) -> int:
        """1 where more is better."""
        return 1 if self.least else -1

    @property
    def scale(self) -> float:
        """What a shortfall is measured in, so that those of different measures can be added."""
        return 1.0 if CATALOGUE[self.row.measure].unit == "share" else max(abs(self.value), 1e-9)

    def __str__(self) -> str:
        return f"{self.row} {'>=' if self.least else '<='} {self.value:g}"


@dataclass(frozen=True, eq=False)
class Pairs:
    """Numerator and denominator of one row in each of some replications."""

    num: Floats
    den: Floats
    kind: Kind

    @property
    def value(self) -> float:
        """NaN without data."""
        there = self.den > 0
        if not there.any():
            return np.nan
        if self.kind == Kind.RATIO:
            return float(self.num[there].sum() / self.den[there].sum())
        return float((self.num[there] / self.den[there]).mean())

    @property
    def parts(self) -> Floats:
        """A number for each replication: their mean and its interval are the value's; NaN for a
        replication without data."""
        if self.kind == Kind.RATIO:
            return np.asarray(ratio_values(self.num[None], self.den[None])[0])
        return quotients(self.num, self.den)


class Value(NamedTuple):
    """A number with its 95 % interval; NaN where nothing happened that counts."""

    mean: float
    low: float
    high: float


def estimate(mean: float, parts: Floats) -> Value:
    """A value or difference with the interval that its parts make."""
    return Value(mean, *bounds(parts, 1 - (1 - CONFIDENCE) / 2))


def bounds(parts: Floats, confidence: float) -> tuple[float, float]:
    """Ends of which each is passed by the true mean with probability 1 - ``confidence`` (Student's
    t); infinite where fewer than two replications have data."""
    known = parts[~np.isnan(parts)]
    n = len(known)
    if n < 2:
        return -np.inf, np.inf
    half = _t(confidence, n) * float(known.std(ddof=1)) / np.sqrt(n)
    return float(known.mean() - half), float(known.mean() + half)


@cache
def _t(confidence: float, n: int) -> float:
    return float(stdtrit(n - 1, confidence))


def defaults(scenario: Scenario) -> list[Goal]:
    """The scenario's own targets: enough requests on time, nobody's caregivers strained."""
    targets = scenario.targets
    strained = [
        Goal(Chosen(STRAIN, f"point={point}"), targets.utilisation_high, False)
        for point in _staffed(scenario)
    ]
    return [Goal(Chosen(HEADLINE), targets.on_time_request, True), *strained]


def goals(least: Sequence[str], most: Sequence[str], scenario: Scenario) -> list[Goal]:
    """What ``on_time_request=0.9``, ``on_time:point=*=0.8`` ask; ``*`` stands for every point,
    zone or service. Raises :class:`BadInput` with every fault."""
    faults: list[Fault] = []
    found: dict[tuple[Chosen, bool], Goal] = {}
    for option, texts in (("--at-least", least), ("--at-most", most)):
        for text in texts:
            for one in _goals(option, text, scenario):
                if isinstance(one, Fault):
                    faults.append(one)
                elif (one.row, one.least) in found and found[one.row, one.least] != one:
                    twice = Words("it twice", "写了两次")
                    allowed = Words("each measure and group once", "每项指标、每组只写一次")
                    faults.append(Fault(option, str(one.row), twice, allowed))
                else:
                    found[one.row, one.least] = one
    if faults:
        raise BadInput(faults)
    return list(found.values())


def floors(scenario: Scenario) -> list[Chosen]:
    """Who is not to lose by it: every service that somebody comes for, and every zone."""
    services = [s.id for s in scenario.services if s.mode == ServiceMode.VISIT]
    return [
        *(Chosen(HEADLINE, f"service={service}") for service in services),
        *(Chosen(HEADLINE, f"zone={zone.id}") for zone in scenario.zones),
    ]


_FORM = Words(
    "MEASURE=VALUE, for example on_time_request=0.9, on_time:service=bathing=0.8, "
    "on_time:point=*=0.8",
    "指标=数值，例如 on_time_request=0.9、on_time:service=bathing=0.8、on_time:point=*=0.8",
)


def _goals(option: str, text: str, scenario: Scenario) -> Iterator[Goal | Fault]:
    name, sign, size = text.rpartition("=")
    value = number(size.strip())
    if not sign or isinstance(value, str):
        yield Fault(option, "", shown(text), _FORM)
        return
    groups = groups_of(scenario)
    measure, colon, group = name.partition(":")
    if colon and "*" in group:
        mine = [g for g in _used(scenario, groups) if fnmatchcase(g, group.strip())]
        rows = chosen([f"{measure}:{g}" for g in mine] or [name], option, groups)
    else:
        rows = chosen([name], option, groups)
    for row in rows:
        if isinstance(row, Fault):
            yield row
            return
        if CATALOGUE[row.measure].kind not in KINDS:
            allowed = Words("a share or a mean, not a quantile", "比例或平均数，不能是分位数")
            yield Fault(option, "", shown(row.measure), allowed)
            return
        low, high = CATALOGUE[row.measure].range
        if not low <= value <= high:
            allowed = Words(f"a number from {low:g} to {high:g}", f"{low:g} 到 {high:g} 的数")
            yield Fault(option, str(row), f"{value:g}", allowed)
            return
        yield Goal(row, float(value), option == "--at-least")


def _used(scenario: Scenario, groups: Sequence[str]) -> list[str]:
    """The groups that caregivers can do something about."""
    visits = {f"service={s.id}" for s in scenario.services if s.mode == ServiceMode.VISIT}
    points = {f"point={point}" for point in _staffed(scenario)}
    return [
        group for group in groups
        if group in visits or group in points or not group.startswith(("service=", "point="))
    ]


def _staffed(scenario: Scenario) -> list[str]:
    """Points with caregivers of their own, in the order of the table."""
    home = {group.point for group in scenario.caregivers}
    return [point.id for point in scenario.points if point.id in home]
