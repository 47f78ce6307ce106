"""Replicate until the intervals are narrow enough.

The rule is that of K. Hoad, S. Robinson and R. Davies, "Automated selection of the number of
replications for a discrete-event simulation", Journal of the Operational Research Society 61 (2010)
1632-1644: an interval that is narrow enough once may be so by chance, so it has to stay narrow
enough over some further replications. All replications done count in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.measures.chosen import Chosen, chosen
from sim.measures.measured import Measured
from sim.measures.series import Series, series
from sim.scenario.faults import BadInput, Fault, Words, narrow, shown

LEAST = 10
"""Fewer replications do not tell how wide an interval is."""
LOOK_AHEAD = 5
"""So many further replications the intervals have to stay inside, or this per cent of them."""
MOST = 200
"""Replications at which it ends, whatever the intervals, unless told otherwise."""


@dataclass(frozen=True)
class Goal:
    """How narrow the 95 % interval of one row is to be."""

    row: Chosen
    half_width: float
    """greatest half-width: in the measure's unit, or as a share of its value"""
    relative: bool = False

    def allowed(self, value: float) -> float:
        """The greatest half-width in the measure's unit, where its value is this."""
        return self.half_width * abs(value) if self.relative else self.half_width

    def __str__(self) -> str:
        size = f"{100 * self.half_width:.10g}%" if self.relative else f"{self.half_width:.10g}"
        return f"{self.row}={size}"


@dataclass(frozen=True)
class Precision:
    """What is asked of a run."""

    goals: tuple[Goal, ...]
    most: int = MOST


@dataclass(frozen=True)
class Width:
    """How narrow an interval came out."""

    goal: Goal
    value: float
    half_width: float
    """NaN where there is no interval"""

    @property
    def inside(self) -> bool:
        return self.half_width <= self.goal.allowed(self.value)


@dataclass(frozen=True)
class Reached:
    """How a run that was to be precise ended."""

    replications: int
    since: int | None
    """replications after which every interval was, and stayed, narrow enough; None if the maximum
    came before that could be seen"""
    widths: tuple[Width, ...]
    """at the end"""
    most: int

    def details(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "replications": self.replications,
            "since": self.since,
            "minimum": LEAST,
            "maximum": self.most,
            "goals": [
                {
                    "measure": width.goal.row.measure,
                    "group": width.goal.row.group,
                    "asked": width.goal.half_width,
                    "relative": width.goal.relative,
                    "half_width": _number(width.half_width),
                    "inside": width.inside,
                }
                for width in self.widths
            ],
        }


def goals(texts: Sequence[str], groups: Sequence[str], option: str = "--precision") -> list[Goal]:
    """What ``service_level=0.01`` (absolute), ``on_time:service=bathing=5%`` (of the value) ask.

    ``groups`` are those there can be. Raises :class:`BadInput`.
    """
    faults = [Fault(option, "", shown(text), _FORM) for text in texts if "=" not in text]
    pairs = [text.rpartition("=")[::2] for text in texts if "=" in text]
    found = []
    for (_, size), row in zip(pairs, chosen([name for name, _ in pairs], option, groups),
                              strict=True):
        value, relative = _size(size)
        if isinstance(row, Fault):
            faults.append(row)
        elif not value > 0:
            faults.append(Fault(option, str(row), shown(size), _FORM))
        else:
            found.append(Goal(row, value, relative))
    if faults:
        raise BadInput(faults)
    return found


_FORM = Words(
    "MEASURE=HALF-WIDTH, for example service_level=0.01, on_time:service=bathing=5%",
    "指标=半宽，例如 service_level=0.01、on_time:service=bathing=5%",
)


def _size(text: str) -> tuple[float, bool]:
    plain = narrow(text).strip()
    relative = plain.endswith("%")
    try:
        value = float(plain.removesuffix("%"))
    except ValueError:
        return math.nan, relative
    if not math.isfinite(value):
        return math.nan, relative
    return (value / 100 if relative else value), relative


def until(precision: Precision, first: Callable[[int], Sequence[Measured]]) -> Reached:
    """Ask for more and more replications until the goals are reached for certain, or the maximum.

    ``first(n)`` gives replications 0 to n - 1. How many more are asked for at once never changes
    the outcome: the rule looks at each number of replications in turn, and what lies beyond the one
    at which it stops is left out.
    """

    def rows(n: int) -> list[Series]:
        measured = first(n)
        return [series(measured, goal.row) for goal in precision.goals]

    return until_narrow(precision, rows)


def until_narrow(precision: Precision, first: Callable[[int], Sequence[Series]]) -> Reached:
    """As :func:`until`; ``first(n)`` gives the row of each goal over replications 0 to n - 1."""
    inside: list[bool] = []
    n = LEAST + LOOK_AHEAD
    while True:
        n = min(n, precision.most)
        rows = first(n)
        for size in range(LEAST + len(inside), n + 1):
            inside.append(all(width.inside for width in _widths(precision.goals, rows, size)))
        since = settled(inside)
        if since is not None or n >= precision.most:
            end = n if since is None else since + look_ahead(since)
            return Reached(end, since, _widths(precision.goals, rows, end), precision.most)
        n = _next(n, inside, _widths(precision.goals, rows, n))


def look_ahead(n: int) -> int:
    """Further replications over which the intervals have to stay narrow enough after ``n``."""
    return max(LOOK_AHEAD, LOOK_AHEAD * n // 100)


def settled(inside: Sequence[bool]) -> int | None:
    """The first number of replications from which on the goals hold long enough, if there is one.

    ``inside[i]`` tells whether they hold after ``LEAST + i`` replications.
    """
    since: int | None = None
    for n, holds in enumerate(inside, LEAST):
        if not holds:
            since = None
            continue
        since = n if since is None else since
        if n >= since + look_ahead(since):
            return since
    return None


def _widths(goals: Sequence[Goal], rows: Sequence[Series], n: int) -> tuple[Width, ...]:
    """The intervals of the first ``n`` replications."""
    found = []
    for goal, row in zip(goals, rows, strict=True):
        estimate = row.at(range(n)).estimate()
        half = (estimate.high[0] - estimate.low[0]) / 2
        found.append(Width(goal, float(estimate.mean[0]), float(half)))
    return tuple(found)


def _next(n: int, inside: Sequence[bool], widths: Sequence[Width]) -> int:
    """To how many replications to go on: those needed at least, and half of those that half-widths
    falling with the square root of their number suggest."""
    held = next((k for k, holds in enumerate(reversed(inside)) if not holds), len(inside))
    needed = n + look_ahead(n) + 1 - held
    pairs = [(width.half_width, width.goal.allowed(width.value)) for width in widths]
    factor = max((half / goal for half, goal in pairs if goal > 0 and half > 0), default=1.0)
    return max(needed, n + int(n * (factor**2 - 1) / 2))


def _number(value: float) -> float | None:
    return float(f"{value:.10g}") if math.isfinite(value) else None
