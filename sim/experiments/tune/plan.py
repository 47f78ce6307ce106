"""What a tuning study asks for: a sweep's study, with objectives, a choice and a search."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.experiments.lab import Variant
from sim.experiments.replicate import prepare, prepare_county
from sim.experiments.sweep import asking
from sim.experiments.sweep.design import Case, Change, Point, toml
from sim.experiments.sweep.study import Study, numbered, ready
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen, chosen, groups_of
from sim.scenario.faults import NOTHING, BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.load import Resolved
from sim.scenario.reading.folder import flat

MORE = (
    "objective", "indifference", "confidence", "first", "max_replications", "held_out", "default",
    "search",
)
"""Keys that a study's file has for tuning."""
BLOCK = 1000
"""The choice begins at this replication, what is held out at twice this."""
NUMBERS = {
    "first": (10, 3, BLOCK), "max_replications": (200, 3, BLOCK), "held_out": (40, 10, BLOCK),
}
"""Key -> default, least and greatest."""
SEARCH = ("trials", "keep", "set", "keys")
TRIALS, KEEP = 40, 3
ENDS = ("low", "high", "log")

_OBJECTIVE = Words(
    "a measure, or a list of them, for example on_time_request",
    "一项指标或一列指标，例如 on_time_request",
)
_SIDED = Words("a measure of which more, or less, is better", "越高越好或越低越好的指标")
_INDIFFERENCE = Words(
    "a number above 0: the difference in the objective that does not matter",
    "大于 0 的数：目标相差多少就无所谓",
)
_SHARE = Words("a share above 0.5 and below 1", "大于 0.5、小于 1 的比例")
_SEARCH = Words("a table [search] with keys", "[search] 一节，内有 keys")
_KEYS = Words(
    'lines "key" = {low = 0.1, high = 10.0, log = true}',
    '若干行 "键" = {low = 0.1, high = 10.0, log = true}',
)
_RANGE = Words(
    "numbers with low below high, with log = true low above 0",
    "数字，low 小于 high；log = true 时 low 大于 0",
)


@dataclass(frozen=True)
class Range:
    """Where one number of the scenario is searched; whole numbers if both ends are."""

    key: str
    low: int | float
    high: int | float
    log: bool = False
    """whether a step is a factor"""

    @property
    def whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)


@dataclass(frozen=True)
class Search:
    """A search of numbers by trial."""

    ranges: tuple[Range, ...]
    changes: tuple[Change, ...]
    """of every trial, for example the rule whose weights are searched"""
    trials: int = TRIALS
    keep: int = KEEP
    """so many of the best join the choice"""


@dataclass(frozen=True)
class Plan:
    """Everything that a study asks for, checked."""

    study: Study
    base: Resolved
    """the study's scenario as it is"""
    candidates: tuple[tuple[Point, Variant], ...]
    """those that the study names"""
    default: str
    """name of the one that others are compared with"""
    objectives: tuple[Chosen, ...]
    """the first decides; several make a front"""
    indifference: float
    confidence: float
    first: int
    most: int
    """replications of one candidate in the choice, at most"""
    held_out: int
    search: Search | None

    @property
    def signs(self) -> tuple[int, ...]:
        """Of each objective: 1 where more is better, -1 where less is."""
        return tuple(1 if CATALOGUE[x.measure].better == "high" else -1 for x in self.objectives)

    @property
    def training(self) -> range:
        return range(self.study.replications)

    @property
    def held(self) -> range:
        return range(2 * BLOCK, 2 * BLOCK + self.held_out)


def plan(name: str, changes: Sequence[str] = (), seed: int | None = None) -> Plan:
    """What the study of that name or file asks for. Raises :class:`BadInput` with every fault."""
    study = asking.asked(name, (), changes, seed=seed, more=MORE)
    if not study.label:
        found = Words("a scenario", "方案")
        allowed = Words("a study's file or name", "研究文件或名称")
        raise BadInput([Fault(name, "", found, allowed)])
    reader = _Reader(study)
    search, objectives = reader.search(), reader.objectives()
    indifference, confidence = reader.indifference(), reader.confidence()
    first, most, held_out = (reader.number(key) for key in NUMBERS)
    if most < first:
        allowed = Words(f"at least first, {first}", f"不小于 first，即 {first}")
        reader.fault("max_replications", str(most), allowed)
    candidates: list[tuple[Point, Variant]] = []
    faults: list[Fault] = []
    try:
        candidates = ready(study)
    except BadInput as bad:
        faults += bad.faults
    default = reader.default([point.name for point, _ in candidates])
    if search is not None and study.scenario:
        faults += _misfits(study, search)
    if faults or reader.faults:
        raise BadInput(dict.fromkeys([*reader.faults, *faults]))
    return Plan(
        study, prepare_county(study.scenario, [change.setting for change in study.base]),
        tuple(candidates), default, objectives, indifference, confidence, first, most,
        held_out, search,
    )


def settings(study: Study, search: Search, values: Mapping[str, int | float]) -> tuple[str, ...]:
    """The changes of a trial, ``key=value``, as ``--set`` takes them."""
    own = {change.key: change.setting for change in (*study.base, *search.changes)}
    return tuple((own | {key: f"{key}={toml(value)}" for key, value in values.items()}).values())


def _misfits(study: Study, search: Search) -> tuple[Fault, ...]:
    """What is wrong with the scenario at the ends of the ranges."""
    label = f"{study.label} [search]"
    ends = tuple(
        Case(end, "", (*search.changes, *(
            Change(x.key, toml(getattr(x, end)), label) for x in search.ranges)))
        for end in ("low", "high")
    )
    try:
        ready(replace(study, axes=(), cases=ends, faults=(), design="grid"))
    except BadInput as bad:
        return bad.faults
    return ()


class _Reader:
    """Reads what is for tuning, and keeps what is wrong with it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.more = study.more
        self.faults: list[Fault] = []

    def fault(self, place: str, found: str, allowed: Words, near: str = "") -> None:
        self.faults.append(Fault(self.study.label, place, found, allowed, near))

    def objectives(self) -> tuple[Chosen, ...]:
        given = self.more.get("objective")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not texts or not all(isinstance(x, str) for x in texts):
            self.fault("objective", shown(given), _OBJECTIVE)
            return ()
        found = []
        for row in chosen(texts, self.study.label, self._groups(texts)):
            if isinstance(row, Fault):
                self.faults.append(replace(row, place=f"objective {row.place}".strip()))
            elif CATALOGUE[row.measure].better not in ("high", "low"):
                self.fault("objective", shown(row.measure), _SIDED)
            else:
                found.append(row)
        return tuple(found)

    def _groups(self, texts: Sequence[str]) -> list[str]:
        """The groups of the scenario; those that are asked for where it cannot be read."""
        try:
            return groups_of(prepare(self.study.scenario).scenario)
        except BadInput:
            return ["all", *(text.partition(":")[2].strip() for text in texts)]

    def indifference(self) -> float:
        value = self.more.get("indifference")
        if isinstance(value, bool) or not isinstance(value, int | float) or not (
            0 < value < math.inf
        ):
            self.fault("indifference", shown(value), _INDIFFERENCE)
            return math.nan
        return float(value)

    def confidence(self) -> float:
        value = self.more.get("confidence", 0.95)
        if type(value) is not float or not 0.5 < value < 1:
            self.fault("confidence", shown(value), _SHARE)
        return float(value) if type(value) is float else math.nan

    def number(self, key: str) -> int:
        default, low, high = NUMBERS[key]
        value = self.more.get(key, default)
        if found := numbered(self.study.label, key, value, low, high):
            self.faults.append(found)
            return default
        return int(value)

    def default(self, names: Sequence[str]) -> str:
        value = self.more.get("default", names[0] if names else "")
        if names and value not in names:
            self.fault("default", shown(value), listed(names), nearest(value, names))
        return str(value)

    def search(self) -> Search | None:
        given = self.more.get("search")
        if given is None:
            return None
        if not isinstance(given, dict):
            self.fault("search", shown(given), _SEARCH)
            return None
        for key in given:
            if key not in SEARCH:
                self.fault(f"search {key}", shown(key), listed(SEARCH), nearest(key, SEARCH))
        counts = {}
        for key, default in (("trials", TRIALS), ("keep", KEEP)):
            value = given.get(key, default)
            if found := numbered(self.study.label, f"search.{key}", value, 1, 10_000):
                self.faults.append(found)
            counts[key] = value
        own = given.get("set", {})
        if not isinstance(own, dict):
            self.fault("search.set", shown(own), Words('lines "key" = value', '若干行 "键" = 值'))
            own = {}
        label = f"{self.study.label} [search.set]"
        changes = tuple(Change(key, toml(value), label) for key, value in flat(own))
        ranges = tuple(self._ranges(given.get("keys")))
        return Search(ranges, changes, counts["trials"], counts["keep"]) if ranges else None

    def _ranges(self, given: Any) -> Iterator[Range]:
        if not isinstance(given, dict) or not given:
            self.fault("search.keys", NOTHING if given is None else shown(given), _KEYS)
            return
        for key, ends in _lines(given):
            place = f"search.keys {key}"
            if not isinstance(ends, dict) or not {"low", "high"} <= set(ends) <= set(ENDS):
                self.fault(place, shown(ends), _KEYS)
                continue
            low, high, log = ends["low"], ends["high"], ends.get("log", False)
            numbers = all(type(x) in (int, float) and math.isfinite(x) for x in (low, high))
            if not numbers or type(log) is not bool or not low < high or (log and not low > 0):
                self.fault(place, shown(ends), _RANGE)
                continue
            yield Range(key, low, high, log)


def _lines(given: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Key and range of each line, its key dotted, in quotes or not."""
    for key, value in given.items():
        here = f"{above}{key}"
        if isinstance(value, dict) and not set(value) & set(ENDS):
            yield from _lines(value, f"{here}.")
        else:
            yield here, value
