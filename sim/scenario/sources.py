"""Every figure of a scenario and where it comes from: no number without a birthplace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from sim.scenario.shape import Shape, root

UNSTATED = "unstated"
TIMES = re.compile(r"\d{1,2}:\d{2}|\d{4}[-/]\d{1,2}[-/]\d{1,2}", re.ASCII)
"""Text that holds a clock time or a date is a figure too."""
NOT_FIGURES = ("schema_version", "about", "answers", "sources")

Value = float | int | str | list[Any] | tuple[Any, ...]


@dataclass(frozen=True)
class Figure:
    """One figure of a scenario."""

    path: str
    """``hotline.wrap_up.mean_s``, ``caregivers.xinhu-day.count``"""
    value: Value
    """a number, text with a clock time or a date, or a list as a whole"""
    standing: str
    """``given``, ``cited``, ``derived``, ``assumed``; ``unstated`` where no row matches"""
    source: str = ""
    low: float | None = None
    """assumed: least plausible value"""
    high: float | None = None
    """assumed: greatest plausible value"""


def figures(raw: Mapping[str, Any]) -> list[Figure]:
    """Every figure of a raw scenario, in its order, with the source that matches it best."""
    rows = raw.get("sources")
    sources: Mapping[str, Any] = rows if isinstance(rows, Mapping) else {}
    out = []
    for path, value in _leaves(raw, root(), ()):
        row = sources.get(winner(path, sources) or "", {})
        out.append(
            Figure(
                path,
                value,
                str(row.get("standing", UNSTATED)),
                str(row.get("source", "")),
                _limit(row.get("low")),
                _limit(row.get("high")),
            )
        )
    return out


def winner(path: str, patterns: Iterable[str]) -> str | None:
    """The most specific pattern that matches: fewest ``*`` parts, then most letters, then first."""
    parts = path.split(".")
    index = _index(tuple(patterns))
    near = [*index.get((len(parts), parts[0]), ()), *index.get((len(parts), ""), ())]
    fit = [known for known in near if all(map(fnmatchcase, parts, known.parts))]
    return min(fit, key=lambda known: known.order).pattern if fit else None


class _Known(NamedTuple):
    """A pattern, ready to be matched."""

    pattern: str
    parts: list[str]
    order: tuple[int, int, int]
    """the least comes first"""


@lru_cache(maxsize=8)
def _index(patterns: tuple[str, ...]) -> dict[tuple[int, str], list[_Known]]:
    """The patterns by number of parts and first part, ``""`` where that is a pattern itself."""
    index: dict[tuple[int, str], list[_Known]] = {}
    for place, pattern in enumerate(patterns):
        parts = pattern.split(".")
        order = (sum("*" in part for part in parts), -len(pattern.replace("*", "")), place)
        first = "" if any(sign in parts[0] for sign in "*?[") else parts[0]
        index.setdefault((len(parts), first), []).append(_Known(pattern, parts, order))
    return index


def _leaves(
    node: Mapping[str, Any], shape: Shape | None, path: tuple[str, ...]
) -> Iterator[tuple[str, Value]]:
    for key, value in node.items():
        if not path and key in NOT_FIGURES:
            continue
        below = shape.child(key) if shape else None
        here = (*path, key)
        if isinstance(value, Mapping):
            yield from _leaves(value, below, here)
        elif isinstance(value, list | tuple):
            yield ".".join(here), value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if below is None or below.kind != "text":
                yield ".".join(here), value
        elif isinstance(value, str) and TIMES.search(value) and not (below and below.prose):
            yield ".".join(here), value


def _limit(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
