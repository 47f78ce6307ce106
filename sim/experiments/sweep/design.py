"""Which points a study has: every combination, a list, a Latin hypercube, named variants.

A :class:`Level` is one setting of an :class:`Axis`: what the table shows, and the changes to the
scenario that it stands for - one cell, or many at once.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from sim.experiments.points import Value
from sim.scenario.sections.quantities import UNIT_MS

DESIGNS = ("grid", "list", "latin_hypercube")
DIGITS = 6
"""Significant digits of a number that a Latin hypercube draws."""


@dataclass(frozen=True)
class Change:
    """One setting: ``key=text`` as ``--set`` takes it, and where it was asked for."""

    key: str
    text: str
    label: str
    """what a fault names: ``growth.toml [vary]``, ``--vary``"""

    @property
    def setting(self) -> str:
        return f"{self.key}={self.text}"


@dataclass(frozen=True)
class Level:
    """One setting of an axis."""

    value: Value
    """as the table shows it"""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Span:
    """Every number from ``low`` to ``high``, for a Latin hypercube; whole ones if both ends are."""

    low: int | float
    high: int | float
    key: str
    label: str

    def level(self, share: float) -> Level:
        """The number that ``share`` of the span lies below."""
        value: int | float
        if isinstance(self.low, int) and isinstance(self.high, int):
            value = self.low + int(share * (self.high - self.low + 1))
        else:
            value = float(f"{self.low + share * (self.high - self.low):.{DIGITS}g}")
        return Level(value, (Change(self.key, toml(value), self.label),))


@dataclass(frozen=True)
class Axis:
    """Something that is varied: a key of the scenario, or a name with levels of its own."""

    name: str
    levels: tuple[Level, ...] | Span

    def level(self, share: float) -> Level:
        """The level at ``share`` (0 to below 1) of the way through."""
        if isinstance(self.levels, Span):
            return self.levels.level(share)
        return self.levels[int(share * len(self.levels))]


@dataclass(frozen=True)
class Case:
    """A named set of changes: a shock, a policy, a roster."""

    name: str
    scenario: str
    """name or folder; empty: that of the study"""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Point:
    """One scenario of a study."""

    name: str
    scenario: str
    values: tuple[Value, ...]
    """one for each column of :func:`columns`"""
    changes: tuple[Change, ...]


CASE = "case"
"""Column of the named variants where something else is varied as well."""


def columns(axes: Sequence[Axis], cases: Sequence[Case]) -> list[str]:
    """What is varied, in the order of the table."""
    return [*([CASE] if axes and cases else []), *(axis.name for axis in axes)]


def points(
    scenario: str,
    base: Iterable[Change],
    axes: Sequence[Axis],
    rows: Iterable[Sequence[Level]],
    cases: Sequence[Case],
) -> list[Point]:
    """The points of a study: each case with each row of levels, one level an axis.

    Later changes take the place of earlier ones to the same key: the case's of the base's, the
    levels' of both.
    """
    out = []
    several: Sequence[Case | None] = cases or [None]
    for case, row in itertools.product(several, list(rows)):
        parts = [case.name] if case else []
        parts += [f"{axis.name}={level.value}" for axis, level in zip(axes, row, strict=True)]
        values = (case.name,) if case and axes else ()
        out.append(Point(
            ", ".join(parts),
            case.scenario if case and case.scenario else scenario,
            (*values, *(level.value for level in row)),
            merged([*base, *(case.changes if case else ()),
                    *(change for level in row for change in level.changes)]),
        ))
    return out


def merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Of several changes to one key, in whatever unit, the last."""
    last: dict[str, Change] = {}
    for change in changes:
        last.pop(stem(change.key), None)
        last[stem(change.key)] = change
    return tuple(last.values())


def stem(key: str) -> str:
    """The key without its unit: ``wrap_up.mean_s`` and ``wrap_up.mean_min`` are one."""
    start, _, unit = key.rpartition("_")
    return start if unit in UNIT_MS else key


def grid(axes: Sequence[Axis]) -> list[tuple[Level, ...]]:
    """Every combination, the last axis fastest. No axis may be a span."""
    return list(itertools.product(*(_levels(axis) for axis in axes)))


def listed(axes: Sequence[Axis]) -> list[tuple[Level, ...]]:
    """The first levels of all axes, the second ones, and so on: as many of each."""
    return list(zip(*(_levels(axis) for axis in axes), strict=True))


def latin_hypercube(axes: Sequence[Axis], size: int, seed: int) -> list[tuple[Level, ...]]:
    """``size`` points spread evenly along every axis (McKay, Beckman and Conover 1979).

    Each axis is cut into ``size`` equal strata; every stratum holds one point, at random within it,
    and the strata of different axes are paired at random.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    shares = [(rng.permutation(size) + rng.random(size)) / size for _ in axes]
    return [
        tuple(axis.level(float(own[n])) for axis, own in zip(axes, shares, strict=True))
        for n in range(size)
    ]


def steps(low: int | float, high: int | float, step: int | float) -> list[int | float]:
    """``low``, ``low + step``, ... up to ``high``, in decimal, so that 0.1 * 3 is 0.3."""
    start, end, by = (Decimal(str(number)) for number in (low, high, step))
    count = int((end - start) // by) + 1
    found = [start + by * n for n in range(count)]
    if all(isinstance(number, int) for number in (low, high, step)):
        return [int(number) for number in found]
    return [float(number) for number in found]


def toml(value: Any) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{toml(str(k))} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def shown(value: Any) -> Value:
    """A value as the table shows it: a number or a text."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    return toml(value)


def _levels(axis: Axis) -> tuple[Level, ...]:
    if isinstance(axis.levels, Span):
        raise ValueError(f"{axis.name} has no levels")
    return axis.levels
