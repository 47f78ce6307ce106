"""A study: what is varied in which scenario; every point of it made ready, or every fault told."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.experiments.lab import Variant
from sim.experiments.replicate import prepare
from sim.experiments.sweep import design
from sim.experiments.sweep.design import Axis, Case, Change, Level, Point, Span, stem
from sim.scenario.faults import NOTHING, BadInput, Fault, Words
from sim.scenario.faults import shown as quoted
from sim.scenario.findings import TRIED

MOST_POINTS = 10_000
"""More points than this were mistyped."""
MOST_ALONE = 100
REPLICATIONS, SEED = 20, 1
"""Where nothing is said of them."""

_SOMETHING = Words(
    "something to vary: [vary], [axes] or [variants] in a study, or --vary",
    "要变的内容：研究文件里的 [vary]、[axes] 或 [variants]，或 --vary",
)
_SAME_LENGTH = Words(
    "as many values of each, for a list reads them side by side",
    "个数相同，因为 list 逐项并排取值",
)
_ONCE = Words("each once", "每项只写一次")


@dataclass(frozen=True)
class Study:
    """Points over one county, or over several."""

    name: str
    scenario: str
    """name or folder"""
    label: str = ""
    """the study's file as faults name it; empty where the command line says it all"""
    titles: Mapping[str, str] = field(default_factory=dict)
    """title_zh, title_en, question_zh, question_en, as far as they are there"""
    base: tuple[Change, ...] = ()
    """changes of every point"""
    axes: tuple[Axis, ...] = ()
    cases: tuple[Case, ...] = ()
    design: str = "grid"
    size: int = 0
    """points of a Latin hypercube"""
    design_seed: int = 1
    replications: int = REPLICATIONS
    seed: int = SEED
    notes: tuple[Words, ...] = ()
    faults: tuple[Fault, ...] = ()
    """what is wrong with how it is written"""
    more: Mapping[str, Any] = field(default_factory=dict)
    """what its file says besides, for a command that asked for it"""

    @property
    def columns(self) -> list[str]:
        """What is varied, in the order of the table."""
        return design.columns(self.axes, self.cases)

    @property
    def varied(self) -> set[str]:
        """The keys of the scenario that the axes set, without units."""
        found: set[str] = set()
        for axis in self.axes:
            if isinstance(axis.levels, Span):
                found.add(stem(axis.levels.key))
            else:
                found |= {stem(c.key) for level in axis.levels for c in level.changes}
        return found


def points(study: Study) -> list[Point]:
    """The points of a study that is sound as it is written."""
    return design.points(study.scenario, study.base, study.axes, _rows(study), study.cases)


def ready(study: Study) -> list[tuple[Point, Variant]]:
    """Every point with its scenario, checked.

    Raises :class:`BadInput` with all that is wrong with the study and with the scenario of any of
    its points, each fault once.
    """
    faults = [*study.faults, *_misdesigned(study)]
    asked = [point for point in _alone(study) if point.scenario] if faults else points(study)
    out, found = [], dict[Fault, int]()
    for point in asked:
        try:
            resolved = prepare(point.scenario, [change.setting for change in point.changes])
        except BadInput as bad:
            for fault in dict.fromkeys(_placed(fault, point, study) for fault in bad.faults):
                found[fault] = found.get(fault, 0) + 1
        else:
            out.append((point, Variant(point.name, resolved)))
    if not faults:
        found = {_counted(fault, n, len(asked)): n for fault, n in found.items()}
    if faults or found:
        raise BadInput(dict.fromkeys([*faults, *found]))
    return out


def _rows(study: Study) -> list[tuple[Level, ...]]:
    if study.design == "list":
        return design.listed(study.axes) if study.axes else [()]
    if study.design == "latin_hypercube":
        rows = design.latin_hypercube(study.axes, study.size, study.design_seed)
        # Where nothing but lists is varied, a point may come twice.
        return list(dict.fromkeys(rows))
    return design.grid(study.axes)


def _misdesigned(study: Study) -> list[Fault]:
    """What is wrong with the points taken together."""
    if not study.axes and not study.cases:
        return [] if study.faults else [Fault(study.label or "--vary", "", NOTHING, _SOMETHING)]
    sizes = [0 if isinstance(a.levels, Span) else len(a.levels) for a in study.axes]
    if study.design == "list" and len(set(sizes)) > 1:
        each = ", ".join(f"{a.name}: {n}" for a, n in zip(study.axes, sizes, strict=True))
        return [Fault(study.label, "design = list", each, _SAME_LENGTH)]
    count = {"list": max(sizes, default=1), "latin_hypercube": study.size}.get(
        study.design, math.prod(sizes)
    ) * max(1, len(study.cases))
    if count > MOST_POINTS:
        found = Words(f"{count:,} points", f"{count:,} 个点")
        allowed = Words(f"at most {MOST_POINTS:,}", f"不超过 {MOST_POINTS:,} 个")
        return [Fault(study.label or "--vary", "", found, allowed)]
    return []


def _alone(study: Study) -> list[Point]:
    """Each level and each case by itself, the first of them: enough to judge them where the study
    has faults of its own."""
    changes = [level.changes for axis in study.axes if not isinstance(axis.levels, Span)
               for level in axis.levels]
    changes += [axis.level(0.0).changes for axis in study.axes if isinstance(axis.levels, Span)]
    levels = [
        Point("", study.scenario, (), design.merged([*study.base, *own])) for own in changes
    ]
    return [*design.points(study.scenario, study.base, [], [()], study.cases), *levels][:MOST_ALONE]


def _placed(fault: Fault, point: Point, study: Study) -> Fault:
    """The fault of a point's scenario, told of the place in the study that asks for it."""
    if fault.file == point.scenario and not fault.place:
        # No such scenario.
        if not study.label:
            return fault
        case = next((c for c in study.cases if c.scenario == point.scenario), None)
        place = f"variants.{case.name}.scenario" if case else "scenario"
        return replace(fault, file=study.label, place=place, found=quoted(point.scenario))
    if fault.file != TRIED:
        return replace(fault, file=f"{point.scenario}/{fault.file}") if study.label else fault
    own = [c for c in point.changes if f"{fault.place}.".startswith(f"{c.key}.")]
    asked = max(own, key=lambda change: len(change.key), default=None)
    return replace(fault, file=asked.label) if asked else fault


def _counted(fault: Fault, count: int, total: int) -> Fault:
    """The fault, with the number of points that have it where that is not all of them."""
    if count == total:
        return fault
    zh = getattr(fault.found, "zh", fault.found)
    return replace(fault, found=Words(
        f"{fault.found} (in {count} of {total} points)", f"{zh}（{total} 个点中有 {count} 个）"
    ))


def numbered(
    label: str, place: str, value: object, low: int, high: int | None = None
) -> Fault | None:
    """The fault of a number that is no whole one from ``low`` to ``high``."""
    if type(value) is int and low <= value <= (value if high is None else high):
        return None
    allowed = Words(f"a whole number, {low} or more", f"不小于 {low} 的整数")
    if high is not None:
        allowed = Words(f"a whole number from {low} to {high:,}", f"{low} 到 {high:,} 的整数")
    return Fault(label, place, quoted(value), allowed)


def repeated(names: Sequence[str], label: str, place: str) -> list[Fault]:
    """The fault of each name that stands there twice."""
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [
        Fault(label, place, Words(f"{quoted(name)} twice", f"{quoted(name)} 写了两次"), _ONCE)
        for name in twice
    ]
