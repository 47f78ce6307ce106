"""A mapping file: which column of a call log holds what, and which rows to leave out.

``columns.toml``::

    about = "one line on the log"

    [calls]
    arrived = "date_received"                    # the call joins the queue; needed
    answered = "answered"                        # an agent begins to talk; needed
    ended = "hangup"                             # end of the talk; needed
    left = "hung_up"                             # an abandoned call: its end (else ``ended``)
    released = "transfer"                        # the agent leaves the call before it ends
    wrapped = "wrap_up_end"                      # the agent is free again
    queued = {date = "date", time = "q_start"}   # entered the queue; empty: never waited
    agent = "agent_number"
    queue = "queue_name"                         # the skill asked for
    kind = "caller"                              # who rings: talk and patience are learned apart
    caller = "customer_id"                       # the same number: the same person
    outcome = "outcome"
    priority = "priority"

    [values]                                     # texts found in those columns
    answered = ["AGENT"]                         # of ``outcome``; else: who has a time answered
    abandoned = ["HANG"]
    no_agent = ["NO_SERVER"]
    no_caller = ["0"]
    first_class = ["0"]                          # of ``priority``: answered before all others

    [rules]
    time_format = "%Y-%m-%d %H:%M:%S"            # else found out
    time_zone = "Asia/Shanghai"                  # whose clock, where times carry an offset or are
                                                 # seconds from 1970; else as written, or UTC
    midnight_is_empty = true                     # 00:00:00 is a filler
    at_once_s = 1                                # a wait up to this is none; else found out
    longest_talk_h = 3                           # longer ones are clipped
    acceptable_wait_s = 20                       # of the service level
    redial_within_min = 60

    [[drop]]                                     # rows to leave out, with the reason
    column = "outcome"
    values = ["PHANTOM"]
    reason = "phantom rows"

    [sign_ins]                                   # of a second file, where there is one
    agent = "staff"
    start = "signed_in"
    end = "signed_out"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.reading.files import read_text

TIMES = ("arrived", "queued", "answered", "released", "ended", "left", "wrapped")
TEXTS = ("agent", "queue", "kind", "caller", "outcome", "priority")
NEEDED = ("arrived", "answered", "ended")
SIGN_INS = ("agent", "start", "end")
VALUES = ("answered", "abandoned", "no_agent", "no_caller", "first_class")
SECTIONS = ("about", "calls", "values", "rules", "drop", "sign_ins")


ZONE = Words("a time zone such as Asia/Shanghai", "时区，如 Asia/Shanghai")


def is_zone(value: object) -> bool:
    """Whether the value names a time zone."""
    try:
        return isinstance(value, str) and bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


@dataclass(frozen=True)
class Stamp:
    """Where a time stands: one column, or a date and a time of day in two."""

    column: str
    date: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in (self.date, self.column) if name)


@dataclass(frozen=True)
class Drop:
    """Rows to leave out: where ``column`` holds one of ``values``."""

    column: str
    values: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Rules:
    """How to read what is there; None: find out from the log."""

    time_format: str = ""
    time_zone: str = ""
    midnight_is_empty: bool = False
    at_once_s: float | None = None
    longest_talk_h: float = 3.0
    acceptable_wait_s: float = 20.0
    redial_within_min: float = 60.0


@dataclass(frozen=True)
class Mapping:
    """A mapping file as read."""

    name: str
    times: Dict[str, Stamp]
    texts: Dict[str, str]
    values: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Rules = Rules()
    drops: tuple[Drop, ...] = ()
    sign_ins: Dict[str, Stamp] = field(default_factory=dict)


def ready() -> dict[str, Path]:
    """Name -> file of the mappings that come with the program."""
    folder = Path(str(files("sim.calibrate") / "mappings"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_mapping(name_or_path: str) -> Mapping:
    """A mapping by the name of a ready one or by its path.

    Raises :class:`BadInput` with every fault of the file.
    """
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
    return _Reader(path.name).mapping(path.stem, raw)


class _Reader:
    """Collects the faults of one file on the way."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.faults: list[Fault] = []

    def mapping(self, name: str, raw: dict[str, Any]) -> Mapping:
        self._known("", raw, SECTIONS)
        calls = self._section(raw, "calls")
        self._known("calls", calls, (*TIMES, *TEXTS))
        for key in NEEDED:
            if key not in calls:
                self._fault(f"calls.{key}", Words("nothing", "没有写"), _COLUMN)
        times = {key: self._stamp(f"calls.{key}", calls[key]) for key in TIMES if key in calls}
        texts = {key: self._text(f"calls.{key}", calls[key]) for key in TEXTS if key in calls}
        values = self._section(raw, "values")
        self._known("values", values, VALUES)
        lists = {key: self._texts(f"values.{key}", value) for key, value in values.items()}
        signed = self._section(raw, "sign_ins")
        self._known("sign_ins", signed, SIGN_INS)
        sign_ins = {k: self._stamp(f"sign_ins.{k}", v) for k, v in signed.items() if k in SIGN_INS}
        if signed:
            for key in SIGN_INS:
                if key not in signed:
                    self._fault(f"sign_ins.{key}", Words("nothing", "没有写"), _COLUMN)
        rules, drops = self._rules(self._section(raw, "rules")), self._drops(raw.get("drop", []))
        if self.faults:
            raise BadInput(self.faults)
        return Mapping(name, times, texts, lists, rules, drops, sign_ins)

    def _rules(self, raw: dict[str, Any]) -> Rules:
        known = tuple(Rules.__dataclass_fields__)
        self._known("rules", raw, known)
        kept: dict[str, Any] = {}
        for key, value in raw.items():
            if key not in known:
                continue
            if key == "time_zone":
                if is_zone(value):
                    kept[key] = value
                else:
                    self._fault("rules.time_zone", shown(value), ZONE)
                continue
            flag, text = key == "midnight_is_empty", key == "time_format"
            number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            if (flag and isinstance(value, bool)) or (text and isinstance(value, str)) or (
                not flag and not text and number
            ):
                kept[key] = value
            else:
                allowed = (
                    Words("true or false", "true 或 false") if flag
                    else Words("text such as %Y-%m-%d", "如 %Y-%m-%d 的文字") if text
                    else Words("a number, not negative", "不小于 0 的数")
                )
                self._fault(f"rules.{key}", shown(value), allowed)
        return Rules(**kept)

    def _drops(self, raw: Any) -> tuple[Drop, ...]:
        found = []
        for number, row in enumerate(raw if isinstance(raw, list) else [raw], 1):
            place = f"drop {number}"
            if not isinstance(row, dict) or not {"column", "values"} <= set(row):
                allowed = Words("column, values and reason", "column、values 与 reason")
                self._fault(place, shown(row), allowed)
                continue
            self._known(place, row, ("column", "values", "reason"))
            values = self._texts(f"{place}.values", row["values"])
            reason = str(row.get("reason", f"{row['column']} = {', '.join(values)}"))
            found.append(Drop(self._text(f"{place}.column", row["column"]), values, reason))
        return tuple(found)

    def _section(self, raw: dict[str, Any], name: str) -> dict[str, Any]:
        value = raw.get(name, {})
        if isinstance(value, dict):
            return value
        self._fault(name, shown(value), Words(f"a table [{name}]", f"[{name}] 表"))
        return {}

    def _stamp(self, place: str, value: Any) -> Stamp:
        if isinstance(value, dict):
            self._known(place, value, ("date", "time"))
            if set(value) == {"date", "time"}:
                return Stamp(self._text(place, value["time"]), self._text(place, value["date"]))
            self._fault(place, shown(value), Words("both date and time", "date 与 time 两项"))
            return Stamp("")
        return Stamp(self._text(place, value))

    def _text(self, place: str, value: Any) -> str:
        if isinstance(value, str) and value:
            return value
        self._fault(place, shown(value), _COLUMN)
        return ""

    def _texts(self, place: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list):
            return tuple(str(item) for item in value)
        self._fault(place, shown(value), Words("a list of texts", "若干文字的列表"))
        return ()

    def _known(self, place: str, raw: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in raw:
            if key not in known:
                where = f"{place}.{key}" if place else key
                self._fault(where, shown(key), listed(known, 20), nearest(key, known))

    def _fault(self, place: str, found: str, allowed: str, near: str = "") -> None:
        self.faults.append(Fault(self.label, place, found, allowed, near))


_COLUMN = Words("the name of a column of the log", "记录中的列名")
