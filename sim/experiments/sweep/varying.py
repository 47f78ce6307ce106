"""What is varied, as people write it: lists and ranges in a study, ``--vary key=spec``."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from typing import Any

from sim.experiments.sweep.design import Axis, Change, Level, Span, shown, steps, toml
from sim.scenario.faults import Fault, Words
from sim.scenario.faults import shown as quoted
from sim.scenario.reading.folder import plain

OPTION = "--vary"
ENDS = ("from", "to", "step")
LONGEST = 10_000
"""More levels than this were mistyped."""

_SPEC = Words(
    "key=values, for example operators.day.count=2:8, demand.growth=1:2:0.25 or "
    "demand.growth=1,1.2,1.5",
    "键=若干值，例如 operators.day.count=2:8、demand.growth=1:2:0.25 或 demand.growth=1,1.2,1.5",
)
_VALUES = Words(
    "a list of values, or {from = 2, to = 8, step = 1}",
    "一列值，或 {from = 2, to = 8, step = 1}",
)
_RISING = Words(
    "numbers with from below to, and a step of more than 0 and at most the whole range",
    "数字，from 小于 to，step 大于 0 且不超出范围",
)
_STEP = Words("a step, as the ends are not both whole numbers", "两端不都是整数时，须写 step")
_ONCE = Words("each value once", "每个值只写一次")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?)(?::(-?\d+(?:\.\d+)?))?")


def option(text: str) -> Axis | Fault:
    """The axis of one ``--vary key=spec``, or what is wrong with it.

    ``spec``: values with commas between them, or ``from:to`` or ``from:to:step`` in numbers.
    """
    key, sign, spec = (part.strip() for part in text.partition("="))
    if not sign or not key or not spec:
        return Fault(OPTION, "", quoted(text), _SPEC)
    if found := _RANGE.fullmatch(spec):
        low, high, step = (None if end is None else _number(end) for end in found.groups())
        ends = {"from": low, "to": high, **({} if step is None else {"step": step})}
        made = spread(key, ends, OPTION, key, free=False)
        # As it was written, not as a study would write it.
        return made if isinstance(made, Axis) else Fault(OPTION, key, quoted(spec), made.allowed)
    parts = _parts(spec)
    if "" in parts:
        return Fault(OPTION, key, quoted(spec), _SPEC)
    levels = [Level(_value(part), (Change(key, part, OPTION),)) for part in parts]
    return _axis(key, levels, OPTION, key)


def values(key: str, given: Any, label: str, place: str, free: bool) -> Axis | Fault:
    """The axis of a line under ``[vary]``, or what is wrong with it.

    ``free``: a range without a step stands for every number in it.
    """
    if isinstance(given, dict):
        return spread(key, given, label, place, free)
    if not isinstance(given, list) or not given:
        return Fault(label, place, quoted(given), _VALUES)
    levels = [Level(shown(one), (Change(key, toml(one), label),)) for one in given]
    return _axis(key, levels, label, place)


def spread(key: str, ends: dict[str, Any], label: str, place: str, free: bool) -> Axis | Fault:
    """The axis of a range ``{from, to, step}``, or what is wrong with it."""
    low, high, step = (ends.get(end) for end in ENDS)
    if set(ends) - set(ENDS) or low is None or high is None:
        return Fault(label, place, quoted(ends), _VALUES)
    numbers = [low, high, *([] if step is None else [step])]
    if not all(map(_is_number, numbers)):
        return Fault(label, place, quoted(ends), _RISING)
    whole = isinstance(low, int) and isinstance(high, int)
    if not low < high or (step is not None and not 0 < step <= high - low):
        return Fault(label, place, quoted(ends), _RISING)
    if step is None and free:
        return Axis(key, Span(low, high, key, label))
    if step is None and not whole:
        return Fault(label, place, quoted(ends), _STEP)
    if (high - low) / (step or 1) >= LONGEST:
        allowed = Words(f"at most {LONGEST:,} values", f"不超过 {LONGEST:,} 个值")
        return Fault(label, place, quoted(ends), allowed)
    levels = [Level(n, (Change(key, toml(n), label),)) for n in steps(low, high, step or 1)]
    return _axis(key, levels, label, place)


def _axis(key: str, levels: Sequence[Level], label: str, place: str) -> Axis | Fault:
    seen: set[object] = set()
    for level in levels:
        if level.value in seen:
            found = Words(f"{quoted(level.value)} twice", f"{quoted(level.value)} 写了两次")
            return Fault(label, place, found, _ONCE)
        seen.add(level.value)
    return Axis(key, tuple(levels))


def _parts(spec: str) -> list[str]:
    """Split at commas, but not inside brackets, braces or quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in spec:
        if letter == "," and not depth and not quote:
            parts.append("")
            continue
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        depth += (letter in "[{" and not quote) - (letter in "]}" and not quote)
        parts[-1] += letter
    return [part.strip() for part in parts]


def _value(text: str) -> int | float | str:
    """What ``--set`` makes of a text, as the table shows it."""
    try:
        return shown(plain(tomllib.loads(f"value = {text}"))["value"])
    except (ValueError, RecursionError):
        return text


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
