"""A run's tables as the measures read them: times as milliseconds, text as codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd

from sim.log import Result
from sim.measures.counting.groups import (
    Flags,
    Floats,
    Grouping,
    Groups,
    Ints,
    everything,
    hourly,
    weekly,
)
from sim.words.kinds import DAY, NONE, Channel, codes


@dataclass(frozen=True, eq=False)
class Observed:
    """One replication, with its settings and the ids that groups are named after."""

    result: Result
    settings: Mapping[str, Any]
    midnight: np.datetime64
    """model time 0"""
    start: int
    """first millisecond counted"""
    stop: int
    """end of what is counted"""
    end: int
    """end of observation: what has not happened by then never did"""
    zones: tuple[str, ...]
    services: tuple[str, ...]
    points: tuple[str, ...]
    staff: tuple[str, ...]
    funds: tuple[str, ...]
    classes: tuple[int, ...]
    tiers: tuple[str, ...]

    @property
    def weeks(self) -> int:
        """Weeks counted, begun ones included, where a hotline opens; else 0."""
        return -(-self.stop // (7 * DAY)) if "opening.ramp_days" in self.settings else 0

    @property
    def shocks(self) -> tuple[str, ...]:
        """Names of the shocks there are, whether they happened or not."""
        table = self.result.reference.get("shocks")
        return () if table is None else _ids(table["shock"])

    @property
    def days(self) -> int:
        return (self.stop - self.start) // DAY

    def days_in(self, groups: Groups) -> Floats:
        """Counted days of each group: all of them, or those of a week."""
        found = np.full(len(groups.labels), float(self.days))
        for place, (by, label) in enumerate(zip(groups.by, groups.labels, strict=True)):
            if by == "week":
                first = 7 * DAY * (int(label.partition("=")[2]) - 1)
                found[place] = (min(self.stop, first + 7 * DAY) - first) / DAY
        return found

    def times(self, frame: pd.DataFrame, column: str) -> Floats:
        """Milliseconds since model time 0, NaN for what never happened."""
        stamps = frame[column].to_numpy().astype("datetime64[ms]")
        since = (stamps - self.midnight).astype("timedelta64[ms]").astype(np.float64)
        return np.where(np.isnat(stamps), np.nan, since)

    def counted(self, times: Floats) -> Flags:
        """Whether these moments lie in the counted days."""
        return (times >= self.start) & (times < self.stop)

    def clipped(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        """The part of each stretch that lies in the counted days; what never ended lasts."""
        until = np.where(np.isnan(end), self.end, end)
        low = np.clip(start, self.start, self.stop)
        return low, np.maximum(low, np.clip(until, self.start, self.stop))

    def groups(
        self, frame: pd.DataFrame, *, hour: Floats | None = None, by: Sequence[str] = ()
    ) -> Groups:
        """All, by hour of ``hour`` if given (and where a hotline opens by its week), and by each
        column of ``frame`` named in ``by``."""
        parts = [everything(len(frame))]
        if hour is not None:
            parts.append(hourly(hour))
        parts += [self._grouping(frame, key) for key in by]
        if hour is not None and self.weeks:
            parts.append(weekly(hour, self.weeks))
        return Groups(tuple(parts))

    def _grouping(self, frame: pd.DataFrame, by: str) -> Grouping:
        if by == "organisation":
            ids, owner = self.organisations
            point = text_codes(frame["point"], self.points)
            return Grouping(by, ids, np.append(owner, NONE)[point])
        if by == "class":
            ranks = np.asarray(self.classes, dtype=np.int64)
            found = np.searchsorted(ranks, frame["priority"].to_numpy())
            return Grouping(by, tuple(map(str, self.classes)), found.astype(np.int64))
        names: tuple[str, ...] = {
            "zone": self.zones,
            "service": self.services,
            "point": self.points,
            "channel": tuple(Channel),
            "fund": self.funds,
            "kind": self.kinds,
            "tier": self.tiers,
        }[by]
        return Grouping(by, names, text_codes(frame[by], names))

    @property
    def organisations(self) -> tuple[tuple[str, ...], Ints]:
        """Their ids, and of each point the place of whoever runs it, -1 where that is not said."""
        points, known = (self.result.reference.get(name) for name in ("points", "organisations"))
        if points is None or known is None:
            return (), np.full(len(self.points), NONE)
        ids = _ids(known["organisation"])
        return ids, text_codes(points["organisation"], ids)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every group there can be, in the order in which rows are printed."""
        nobody = self.result.orders.iloc[:0]
        by = ("zone", "service", "class", "point", "channel", "organisation")
        labels = self.groups(nobody, hour=np.empty(0), by=by).labels
        return (
            *labels,
            *(f"kind={kind}" for kind in self.kinds),
            *(f"fund={fund}" for fund in self.funds),
            *(f"shock={name}" for name in self.shocks),
            *(f"tier={name}" for name in self.tiers),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of places, none where the county has none."""
        places = self.result.reference.get("places")
        return () if places is None else tuple(dict.fromkeys(map(str, places["kind"])))


def observe(result: Result) -> Observed:
    """Read the settings and reference tables saved with a run."""
    reference = result.reference
    pairs = zip(reference["settings"]["key"], reference["settings"]["value"], strict=True)
    settings = {str(key): json.loads(value) for key, value in pairs}
    warm_up, days, cool_down = (
        int(settings[f"time.{key}"]) for key in ("warm_up_days", "days", "cool_down_days")
    )
    services = reference["services"]
    return Observed(
        result=result,
        settings=settings,
        midnight=np.datetime64(settings["time.start"], "ms"),
        start=warm_up * DAY,
        stop=(warm_up + days) * DAY,
        end=(warm_up + days + cool_down) * DAY,
        zones=_ids(reference["zones"]["zone"]),
        services=_ids(services["service"]),
        points=_ids(reference["points"]["point"]),
        staff=_ids(reference["staff"]["staff"]),
        funds=_ids(reference["funds"]["fund"]),
        classes=tuple(sorted({int(rank) for rank in services["priority"]})),
        tiers=tuple(settings.get("tiers", ())),
    )


def _ids(column: pd.Series) -> tuple[str, ...]:
    return tuple(map(str, column))


def text_codes(column: pd.Series, names: Sequence[str]) -> Ints:
    """For each row the place of its text in ``names``, -1 where it is missing or not there."""
    known = pd.Index(list(names), dtype=object)
    words = column.astype("category").cat
    places = known.get_indexer(pd.Index(words.categories, dtype=object))
    return np.asarray(np.append(places, NONE)[words.codes], dtype=np.int64)


def enum_codes(column: pd.Series, kind: type[IntEnum]) -> Ints:
    """For each row the member of ``kind`` that its text spells."""
    return text_codes(column, codes(kind))


def rows_of(ids: Ints, wanted: Ints) -> Ints:
    """The row that holds each wanted id, -1 where none does; ids are not negative."""
    top = max(int(ids.max(initial=0)), int(wanted.max(initial=0)))
    # one place more than the ids need stays -1, and is where a wanted -1 looks
    table = np.full(top + 2, NONE, dtype=np.int64)
    table[ids] = np.arange(len(ids))
    return table[wanted]
