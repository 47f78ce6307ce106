"""What a field of the schema takes, in words: its kind, its limits, its unit, its default."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.sections.quantities import (
    UNIT_MS,
    WEEKDAYS,
    Clock,
    Clocks,
    Days,
    Distribution,
    Frozen,
    Names,
    WeeklyHours,
)
from sim.scenario.sections.shifts import Break

UNITS = {
    "per_day": "per day",
    "per_1000_per_month": "per month",
    "hours_per_month": "hours/month",
    "hours_per_week": "hours/week",
    "days_per_year": "days/year",
    "per_year": "per year",
    "weeks_to_fill": "weeks",
    "yuan_per_km": "yuan/km",
    "yuan_per_month": "yuan/month",
    "_yuan": "yuan",
    "_kmh": "km/h",
    "_km2": "km2",
    "_km": "km",
    "_min": "minutes",
    "_days": "days",
    "_h": "hours",
    "_s": "seconds",
    "_prob": "0 to 1",
    "_cv": "sd / mean",
}
"""Ending of a key -> its unit; the first that fits, longest first."""

_WRITTEN = {
    Clock: "clock time HH:MM",
    Clocks: "clock times `08:00 \\| 10:00`",
    Days: "weekdays `Mon-Fri`",
    Names: "names `a \\| b`",
}
_KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    dt.date: "date YYYY-MM-DD",
    dt.datetime: "moment YYYY-MM-DD HH:MM",
    Distribution: "distribution",
    WeeklyHours: "opening hours",
    Break: "break",
}
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def unit(key: str) -> str:
    """The unit a key's ending states; empty where it states none."""
    return next((word for end, word in sorted(UNITS.items(), key=lambda e: -len(e[0]))
                 if f"_{key}".endswith(end)), "")


def kind_and_limits(annotation: Any, metadata: Sequence[Any] = ()) -> tuple[str, str]:
    """``Annotated[float, Ge(0)]`` -> ``("number", "≥ 0")``."""
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata = [*metadata, *more]
    metadata = [part for item in metadata
                for part in (item.metadata if isinstance(item, FieldInfo) else [item])]
    for written, words in _WRITTEN.items():
        if any(item == get_args(written)[1] for item in metadata):
            return words, ""
    limits = ", ".join(_limits(metadata))
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + _one_of(parts), limits
    if origin in (Union, types.UnionType):
        inner = next(part for part in parts if part is not type(None))
        return kind_and_limits(inner, metadata)
    if origin is tuple:
        inner, inner_limits = kind_and_limits(parts[0])
        return f"list of {inner}", ", ".join(filter(None, [limits, inner_limits]))
    if origin is dict:
        inner, inner_limits = kind_and_limits(parts[1])
        return f"{inner} by name", ", ".join(filter(None, [limits, inner_limits]))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one of " + _one_of([member.value for member in annotation]), limits
    return _KINDS.get(annotation) or "table", limits


def default(field: FieldInfo) -> str:
    """What stands where nothing is written: ``required``, ``empty`` or the value."""
    return "required" if field.is_required() else _value(field.get_default())


def model_in(annotation: Any) -> tuple[str, type[Frozen]] | None:
    """The schema class in a field and how it is held: one, dict or rows; ``None``: a value."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return model_in(parts[0])
    holder, held = "one", annotation
    if origin is dict:
        holder, held = "dict", parts[-1]
    elif origin is tuple:
        holder, held = "rows", parts[0]
    if isinstance(held, type) and issubclass(held, Frozen) and held not in _KINDS:
        return holder, held
    return None


def _limits(metadata: Sequence[Any]) -> list[str]:
    """Bounds and lengths, by the attributes that pydantic's metadata carry them in."""
    found = [
        f"{sign} {getattr(item, bound):,.10g}"
        for item in metadata for bound, sign in _SIGNS.items() if hasattr(item, bound)
    ]
    least, most = (
        next((getattr(item, end) for item in metadata if hasattr(item, end)), None)
        for end in ("min_length", "max_length")
    )
    if least is not None:
        found.append(f"{least} of them" if least == most else f"at least {least}")
    return found


def _one_of(values: Sequence[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _value(value: Any) -> str:
    if isinstance(value, Distribution):
        return _distribution(value)
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value in ("", None, (), {}):
        return "empty"
    if value == tuple(range(len(WEEKDAYS))):
        return "daily"
    if isinstance(value, tuple) and len(set(value)) == 1:
        return f"{len(value)} times {_value(value[0])}"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _distribution(value: Distribution) -> str:
    whole = [u for u in ("h", "min", "s") if value.mean_ms % UNIT_MS[u] == 0]
    largest = whole[0] if value.mean_ms else "s"
    return f"{value.dist}, mean {value.mean_ms / UNIT_MS[largest]:g} {largest}"
