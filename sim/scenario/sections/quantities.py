"""The typed values a scenario is written in: clock times, weekly hours, lists, distributions."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.words.kinds import DAY, HOUR, MINUTE, SECOND

UNIT_MS = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "days": DAY}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Interval = tuple[int, int]
"""Half-open stretch of milliseconds, from and until."""


class Frozen(BaseModel):
    """Base of every schema class: immutable, unknown keys refused, docstrings kept."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        coerce_numbers_to_str=True,
    )


def split_list(value: Any) -> Any:
    """``"a | b"`` -> ``("a", "b")``; an empty cell is an empty list."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (str(value),)
    return value


def parse_clock(value: Any) -> Any:
    """``"08:30"`` -> milliseconds after midnight; ``"24:00"`` is the end of the day."""
    if not isinstance(value, str):
        raise ValueError("a clock time is written HH:MM, for example 08:30")
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", value.strip())
    if not match:
        raise ValueError("a clock time is written HH:MM, for example 08:30")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or total > DAY:
        raise ValueError("a clock time lies between 00:00 and 24:00")
    return total


def parse_date(value: Any) -> Any:
    """``"2026-03-01"``, or ``"2026/3/1"`` as Excel writes it, -> a date; numbers are no dates."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    match = re.fullmatch(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", str(value).strip(), re.ASCII)
    if not match:
        raise ValueError("a date is written YYYY-MM-DD, for example 2026-03-01")
    try:
        return dt.date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        raise ValueError("no such day in the calendar") from None


def parse_moment(value: Any) -> Any:
    """``"2026-03-01 08:00"``, or a date alone for its midnight, -> a full hour."""
    if isinstance(value, dt.datetime):
        return value
    text, _, clock = str(value).strip().replace("T", " ").partition(" ")
    if not clock and isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        date = parse_date(text)
        since = parse_clock(clock.strip()) if clock else 0
    except ValueError:
        raise ValueError(
            "a moment is written YYYY-MM-DD HH:MM, for example 2026-03-01 08:00"
        ) from None
    if since % HOUR:
        raise ValueError("a moment lies on the hour, for example 2026-03-01 08:00")
    return dt.datetime.combine(date, dt.time()) + dt.timedelta(milliseconds=since)


def parse_days(text: str) -> tuple[int, ...]:
    """``"Mon-Fri"`` or ``"Mon Wed Sat"`` or ``"daily"`` -> weekday numbers, Monday 0.

    Raises ``ValueError`` naming the word that is not a day.
    """
    if text.strip().lower() in ("daily", "every day", ""):
        return tuple(range(7))
    found: list[int] = []
    for word in re.split(r"[\s,;|]+", text.strip()):
        ends = word.split("-")
        numbers = []
        for end in ends:
            name = end.strip().capitalize()[:3]
            if name not in WEEKDAYS or len(ends) > 2:
                raise ValueError(f"{word!r} is not a day; days are {', '.join(WEEKDAYS)} or daily")
            numbers.append(WEEKDAYS.index(name))
        first, last = numbers[0], numbers[-1]
        found += [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)]
    return tuple(sorted(set(found)))


class WeeklyHours(Frozen):
    """Opening hours: for each weekday (Monday first), stretches within the day."""

    text: str
    days: tuple[tuple[Interval, ...], ...]

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        if not isinstance(value, str):
            raise ValueError("opening hours are text, for example 'Mon-Fri 08:00-18:00'")
        text = value.strip()
        days: list[list[Interval]] = [[] for _ in WEEKDAYS]
        if text.lower() == "always":
            return {"text": text, "days": (((0, DAY),),) * 7}
        for part in text.split("|"):
            match = re.fullmatch(r"\s*(.*?)\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*", part)
            if not match:
                raise ValueError(
                    "opening hours are written 'Mon-Fri 08:00-18:00 | Sat 09:00-12:00', "
                    "'08:00-18:00' or 'always'"
                )
            start, end = parse_clock(match[2]), parse_clock(match[3])
            for day in parse_days(match[1]):
                if end > start:
                    days[day].append((start, end))
                else:
                    days[day].append((start, DAY))
                    if end:
                        days[(day + 1) % 7].append((0, end))
        return {"text": text, "days": tuple(tuple(sorted(day)) for day in days)}


Date = Annotated[dt.date, BeforeValidator(parse_date)]
Moment = Annotated[dt.datetime, BeforeValidator(parse_moment)]
Clock = Annotated[int, BeforeValidator(parse_clock)]
Days = Annotated[
    tuple[int, ...], BeforeValidator(lambda v: parse_days(v) if isinstance(v, str) else v)
]
Names = Annotated[tuple[str, ...], BeforeValidator(split_list)]
Clocks = Annotated[
    tuple[int, ...], BeforeValidator(lambda v: tuple(parse_clock(t) for t in split_list(v)))
]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e9)]
NonNegative = Annotated[float, Field(ge=0, le=1e9)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

DistKind = Literal[
    "constant", "exponential", "lognormal", "gamma", "weibull", "uniform", "triangular",
    "empirical", "never",
]
_NEEDS: dict[str, tuple[set[str], set[str]]] = {
    "constant": ({"value"}, set()),
    "exponential": ({"mean"}, set()),
    "lognormal": ({"mean", "cv"}, set()),
    "gamma": ({"mean", "cv"}, set()),
    "weibull": ({"mean", "cv"}, set()),
    "uniform": ({"low", "high"}, set()),
    "triangular": ({"low", "mode", "high"}, set()),
    "empirical": ({"values"}, {"weights"}),
    "never": (set(), set()),
}


class Distribution(Frozen):
    """A duration's distribution; every length in milliseconds once read.

    Written with the unit in the key: ``{dist = "lognormal", mean_s = 180, cv = 1}``. In a CSV the
    same keys carry the field's name: ``duration_dist``, ``duration_mean_min``, ``duration_cv``.
    """

    dist: DistKind
    """which distribution"""
    value: float | None = None
    """constant: the value"""
    mean: float | None = None
    """exponential, lognormal, gamma, weibull: the mean"""
    cv: float | None = Field(default=None, gt=0, le=20)
    """lognormal, gamma, weibull: standard deviation / mean"""
    low: float | None = None
    """uniform, triangular: least value"""
    mode: float | None = None
    """triangular: most likely value"""
    high: float | None = None
    """uniform, triangular: greatest value"""
    values: tuple[float, ...] = ()
    """empirical: the observed values, drawn with equal chance or by ``weights``"""
    weights: tuple[float, ...] = ()
    """empirical: one weight a value"""

    @model_validator(mode="before")
    @classmethod
    def _units(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError('a distribution is written {dist = "exponential", mean_s = 180}')
        known = ("value", "mean", "low", "mode", "high", "values")
        out: dict[str, Any] = {}
        for key, number in value.items():
            stem, _, unit = str(key).rpartition("_")
            if stem in known and unit in UNIT_MS:
                if stem in out:
                    raise ValueError(f"{stem} is given twice, in two units")
                scale = UNIT_MS[unit]
                listed = isinstance(number, list | tuple)
                out[stem] = tuple(_scaled(n, scale, key) for n in number) if listed else _scaled(
                    number, scale, key)
            elif key in known:
                raise ValueError(f"{key} needs its unit: one of " + ", ".join(
                    f"{key}_{unit}" for unit in UNIT_MS))
            else:
                out[key] = number
        if "dist" not in out:
            out["dist"] = "constant" if "value" in out else "exponential" if "mean" in out else ""
        return out

    @model_validator(mode="after")
    def _complete(self) -> Distribution:
        needed, optional = _NEEDS[self.dist]
        fields = ("value", "mean", "cv", "low", "mode", "high", "values", "weights")
        given = {f for f in fields if getattr(self, f) not in (None, ())}
        if missing := needed - given:
            raise ValueError(f"{self.dist} needs {_and(missing)}")
        if extra := given - needed - optional:
            raise ValueError(f"{self.dist} takes no {_and(extra)}")
        given_lengths = (self.value, self.mean, self.low, self.mode, self.high)
        lengths = [x for x in given_lengths if x is not None]
        if any(x < 0 for x in (*lengths, *self.values, *self.weights)):
            raise ValueError("a length of time cannot be negative")
        if any(x > 3650 * DAY for x in (*lengths, *self.values)):
            raise ValueError("longer than ten years")
        if self.mean == 0 and self.dist != "exponential":
            raise ValueError("a mean of 0: write dist constant, value 0")
        if self.dist in ("uniform", "triangular"):
            ends = [x for x in (self.low, self.mode, self.high) if x is not None]
            if ends != sorted(ends) or ends[0] == ends[-1]:
                raise ValueError("low, mode and high must rise")
        if self.weights and (len(self.weights) != len(self.values) or sum(self.weights) <= 0):
            raise ValueError("empirical needs one weight a value, not all zero")
        return self

    @property
    def mean_ms(self) -> float:
        """Expectation in milliseconds; infinity for ``never``."""
        if self.dist == "never":
            return math.inf
        if self.dist == "uniform":
            return (self.low + self.high) / 2  # type: ignore[operator]
        if self.dist == "triangular":
            return (self.low + self.mode + self.high) / 3  # type: ignore[operator]
        if self.dist == "empirical":
            weights = self.weights or (1.0,) * len(self.values)
            return sum(v * w for v, w in zip(self.values, weights, strict=True)) / sum(weights)
        return self.value if self.dist == "constant" else self.mean  # type: ignore[return-value]


def _scaled(number: Any, scale: int, key: str) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"{key} must be a number, found {number!r}")
    if not math.isfinite(number):
        raise ValueError(f"{key} must be a finite number, found {number!r}")
    return number * scale


def _and(words: Iterable[str]) -> str:
    return " and ".join(sorted(words))


def fold(row: Any, prefixes: Iterable[str]) -> Any:
    """Gather the flat columns ``duration_mean_min, duration_cv`` of a row into ``duration``."""
    if not isinstance(row, dict):
        return row
    out = dict(row)
    for prefix in prefixes:
        keys = [key for key in row if key.startswith(prefix + "_")]
        if keys:
            out[prefix] = {key[len(prefix) + 1:]: out.pop(key) for key in keys}
    return out
