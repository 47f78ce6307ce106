"""A mapping file of an orders log: which column holds what.

::

    [orders]
    requested = "created"          # needed
    booked = "window_open"         # asked for a later time: counts from then
    accepted = "accepted"          # a point undertook to go, where told apart from dispatch
    dispatched = "departed"        # a unit is told to go; needed
    departed = "response"          # it moves
    arrived = "arrived"            # at the door; needed
    started = "started"
    ended = "ended"                # the unit is free again; needed
    cancelled = "cancelled"
    unit = "unit"
    call = "incident"              # rows with the same one are units sent to the same request
    place = "zone"
    priority = "priority"
    outcome = "state"
    lat = "lat"
    lon = "lon"
    location = "location"          # "(lat, lon)" in one column

    [values]
    served = [...]                 # texts of ``outcome``; what is not named goes by the times
    declined = [...]
    no_show = [...]
    cancelled = [...]
    urgent_first = ["1", "2"]      # priorities in order; else as they sort

    [rules]
    time_format = "..."            # else found out
    time_zone = "Asia/Shanghai"    # whose clock, where times carry an offset or are seconds
                                   # from 1970; else as written, or UTC
    midnight_is_empty = true       # 00:00:00 is a filler
    longest_job_h = 8
    target_min = 30                # of the response
    [[keep]]                       # only rows with one of these
    column = "unit type"
    values = ["MEDIC"]
    [[drop]]
    column = "..."
    values = ["..."]
    reason = "..."
    [sign_ins]                     # of a second file
    unit = "staff"
    start = "signed_in"
    end = "signed_out"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.calibrate.mapping import ZONE, Drop, is_zone
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.reading.files import read_text

TIMES = ("requested", "booked", "accepted", "dispatched", "departed", "arrived", "started",
         "ended", "cancelled")
TEXTS = ("unit", "call", "place", "priority", "outcome", "lat", "lon", "location")
NEEDED = ("requested", "dispatched", "arrived", "ended")
VALUES = ("served", "declined", "no_show", "cancelled", "urgent_first")
SIGN_INS = ("unit", "start", "end")
SECTIONS = ("about", "orders", "values", "rules", "keep", "drop", "sign_ins")


@dataclass(frozen=True)
class OrderRules:
    """How to read what is there."""

    time_format: str = ""
    time_zone: str = ""
    midnight_is_empty: bool = False
    longest_job_h: float = 12.0
    target_min: float = 60.0


@dataclass(frozen=True)
class OrderMapping:
    """A mapping file as read."""

    name: str
    times: Mapping[str, str]
    texts: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: OrderRules = OrderRules()
    keeps: tuple[Drop, ...] = ()
    drops: tuple[Drop, ...] = ()
    sign_ins: Mapping[str, str] = field(default_factory=dict)


def ready() -> dict[str, Path]:
    """Name -> file of the mappings that come with the program."""
    folder = Path(str(files("sim.calibrate.dispatch") / "mappings"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_order_mapping(name_or_path: str) -> OrderMapping:
    """A mapping by the name of a ready one or by its path. Raises :class:`BadInput` with every
    fault of the file."""
    known = ready()
    path = known.get(name_or_path, Path(name_or_path))
    if name_or_path not in known and not path.is_file():
        allowed = Words(
            f"a mapping file, or one of: {listed(known)}", f"对照文件，或：{listed(known).zh}"
        )
        found = Words("no such file", "没有这个文件")
        raise BadInput([Fault(name_or_path, "", found, allowed, nearest(name_or_path, known))])
    text, _, faults = read_text(path, path.name)
    if text is None:
        raise BadInput(faults)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        allowed = Words(f"TOML ({error})", f"TOML 写法（{error}）")
        raise BadInput([Fault(path.name, "", shown(text[:40]), allowed)]) from None
    reader = _Reader(path.name)
    mapping = reader.mapping(path.stem, raw)
    if reader.faults:
        raise BadInput(reader.faults)
    return mapping


class _Reader:
    def __init__(self, label: str) -> None:
        self.label = label
        self.faults: list[Fault] = []

    def mapping(self, name: str, raw: dict[str, Any]) -> OrderMapping:
        self._known("", raw, SECTIONS)
        orders = self._texts(raw, "orders", (*TIMES, *TEXTS))
        for key in NEEDED:
            if key not in orders:
                self._fault(f"orders.{key}", Words("nothing", "没有写"), _COLUMN)
        lists = self._table(raw, "values")
        self._known("values", lists, VALUES)
        values = {
            key: tuple(str(item) for item in value)
            for key, value in lists.items()
            if key in VALUES and self._is(isinstance(value, list), f"values.{key}", value,
                                          Words("a list of texts", "若干文字的列表"))
        }
        signed = self._texts(raw, "sign_ins", SIGN_INS)
        if signed:
            for key in SIGN_INS:
                if key not in signed:
                    self._fault(f"sign_ins.{key}", Words("nothing", "没有写"), _COLUMN)
        return OrderMapping(
            name, {k: v for k, v in orders.items() if k in TIMES},
            {k: v for k, v in orders.items() if k in TEXTS}, values,
            self._rules(self._table(raw, "rules")), self._rows(raw, "keep"),
            self._rows(raw, "drop"), signed,
        )

    def _rules(self, raw: dict[str, Any]) -> OrderRules:
        kept: dict[str, Any] = {}
        self._known("rules", raw, tuple(OrderRules.__dataclass_fields__))
        for key, value in raw.items():
            kind = {"time_format": str, "midnight_is_empty": bool}.get(key)
            if kind is not None:
                if self._is(isinstance(value, kind), f"rules.{key}", value,
                            Words(f"a {kind.__name__}", "文字或 true/false")):
                    kept[key] = value
            elif key == "time_zone":
                if self._is(is_zone(value), "rules.time_zone", value, ZONE):
                    kept[key] = value
            elif key in ("longest_job_h", "target_min"):
                good = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
                if self._is(good, f"rules.{key}", value, Words("a number above 0", "大于 0 的数")):
                    kept[key] = float(value)
        return OrderRules(**kept)

    def _rows(self, raw: dict[str, Any], name: str) -> tuple[Drop, ...]:
        found = []
        rows = raw.get(name, [])
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
            place = f"{name} {number}"
            good = (isinstance(row, dict) and isinstance(row.get("column"), str)
                    and isinstance(row.get("values"), list))
            if self._is(good, place, row, Words("column and values", "column 与 values")):
                values = tuple(str(item) for item in row["values"])
                reason = str(row.get("reason", f"{row['column']}: {', '.join(values)}"))
                found.append(Drop(row["column"], values, reason))
        return tuple(found)

    def _texts(self, raw: dict[str, Any], name: str, known: tuple[str, ...]) -> dict[str, str]:
        table = self._table(raw, name)
        self._known(name, table, known)
        return {
            key: value for key, value in table.items()
            if key in known
            and self._is(isinstance(value, str) and value, f"{name}.{key}", value, _COLUMN)
        }

    def _table(self, raw: dict[str, Any], name: str) -> dict[str, Any]:
        value = raw.get(name, {})
        good = self._is(isinstance(value, dict), name, value,
                        Words(f"a table [{name}]", f"[{name}] 表"))
        return value if good else {}

    def _known(self, place: str, raw: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in raw:
            if key not in known:
                where = f"{place}.{key}" if place else key
                self._fault(where, shown(key), listed(known, 20), nearest(key, known))

    def _is(self, good: object, place: str, value: Any, allowed: str) -> bool:
        if not good:
            self._fault(place, shown(value), allowed)
        return bool(good)

    def _fault(self, place: str, found: str, allowed: str, near: str = "") -> None:
        self.faults.append(Fault(self.label, place, found, allowed, near))


_COLUMN = Words("the name of a column of the log", "记录中的列名")
