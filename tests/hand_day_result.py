"""The hand-written day as a result, and ways to spoil a copy of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import hand_day as day
import numpy as np
import pandas as pd

from sim.log import Result, frame
from sim.words import kinds
from sim.words.kinds import MINUTE, NONE, SECOND
from sim.words.tables import EVERY, REFERENCE

START = np.datetime64(day.SETTINGS["time.start"])
MIDNIGHT = START.astype("datetime64[ms]")
ZONES, POINTS = ["town"], ["west", "east"]
NAMES: dict[str, Sequence[str]] = {
    "requests": ["calls", "portal", "buttons", "plans"],
    "channels": ["phone", "portal", "button", "plan"],
    "services": [row[0] for row in day.SERVICES],
    "modes": ["visit", "advice"],
    "groups": ["elders"],
    "zones": ZONES,
    "callers": ["client", "device"],
    "skills": ["", "child", "elder"],
    "points": POINTS,
    "staff": [row[0] for row in day.STAFF],
    "staff_groups": ["op", "west", "east"],
    "shifts": ["desk", "day"],
}
Row = dict[str, Any]


def clock(text: str) -> int:
    """``09:05`` or ``09:05:10`` on the first day, in milliseconds; ``""``: never."""
    if not text:
        return NONE
    hours, minutes, *seconds = (int(part) for part in text.split(":"))
    return (hours * 60 + minutes) * MINUTE + (seconds[0] * SECOND if seconds else 0)


def table(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of words and clock times -> a table as the model writes it; the rest is blank."""
    columns: dict[str, Any] = {}
    for column in EVERY[name]:
        given = [row.get(column.name) for row in rows]
        if column.kind == "time":
            values = [v if isinstance(v, int) else clock(v or "") for v in given]
        elif column.kind == "code":
            words = kinds.codes(getattr(kinds, column.of))
            values = [words.index(v or words[0]) for v in given]
        elif column.kind == "name":
            values = [NONE if v is None else list(NAMES[column.of]).index(v) for v in given]
        else:
            blank = NONE if column.kind == "id" else 0
            values = [blank if v is None else v for v in given]
        columns[column.name] = np.array(values)
    return frame(name, columns, NAMES, START)


def hand_made() -> Result:
    """The day's tables, in which every statement of the checks holds."""
    requests = _requests()
    visits = _rows(day.VISITS, "order caregiver held departed arrived started ended from_x_km "
                               "from_y_km km planned_min")
    for number, visit in enumerate(visits):
        visit |= {"visit": number, "point": "west", "no_show": visit["order"] == 2}
    offers = _rows(day.OFFERS, "order offer point offered closed result")
    return Result(
        0, table("requests", requests), table("calls", _calls(requests)),
        table("orders", _orders(requests)), table("offers", offers), table("visits", visits),
        table("timesheet", _timesheet()), table("roster", _roster()), _reference(),
    )


def _rows(rows: Sequence[tuple[Any, ...]], names: str) -> list[Row]:
    return [dict(zip(names.split(), row, strict=True)) for row in rows]


def _requests() -> list[Row]:
    services = {row[0]: row for row in day.SERVICES}
    rows = _rows(day.REQUESTS, "request stream channel service x_km y_km requested window_open "
                               "window_close due")
    for row in rows:
        service = services[row["service"]]
        row |= {
            "client": 100 + row["request"], "group": "elders", "zone": "town", "mode": service[2],
            "priority": service[6], "false_alarm": row["request"] == 8,
            "caller": "device" if row["channel"] == "button" else "client",
        }
    return rows


def _calls(requests: Sequence[Row]) -> list[Row]:
    rows = _rows(day.CALLS, "request attempt kind skill priority arrived answered talk_end "
                            "wrap_up_end left outcome operator")
    for number, row in enumerate(rows):
        request = requests[row["request"]]
        row |= {"call": number, "channel": request["channel"], "caller": request["caller"]}
    return rows


def _orders(requests: Sequence[Row]) -> list[Row]:
    repeated = ("client", "zone", "group", "service", "channel", "priority", "requested",
                "window_open", "window_close", "due")
    rows = []
    for number, row in enumerate(day.ORDERS):
        request = requests[row["request"]]
        heard = {"call_arrived": request["requested"], "answered": request["requested"]}
        rows.append(
            {"order": number, "crew": 1} | heard | {name: request[name] for name in repeated} | row)
    return rows


def _timesheet() -> list[Row]:
    rows: list[Row] = []
    for staff, text in day.SHEETS.items():
        operator = staff.startswith("op")
        start = "08:00"
        words = text.replace(">", " > ").split()
        while words:
            stop = words.index(">")
            (what, *figures), until, words = words[:stop], words[stop + 1], words[stop + 2:]
            state, _, reason = what.partition("/")
            rows.append({
                "staff": staff, "role": "operator" if operator else "caregiver", "shift_date": 0,
                "point": None if operator else "west", "state": state, "reason": reason or "none",
                "start": start, "end": until, "km": float(figures[1]) if figures[1:] else 0.0,
                "call" if operator else "order": int(figures[0]) if figures else NONE,
                "overtime": not operator and clock(start) >= clock("17:00"),
            })
            start = until
    return rows


def _roster() -> list[Row]:
    rows = _rows(day.ROSTER, "staff staff_group point shift start end absent signed_in signed_out "
                             "breaks")
    for row in rows:
        row |= {"role": "operator" if row["point"] is None else "caregiver", "shift_date": 0}
    return rows


def _reference() -> dict[str, pd.DataFrame]:
    one_day = np.timedelta64(1, "D")
    hours = [("hotline", 7, 22), ("west", 8, 18), ("east", 8, 18)]
    spans = [
        (what, *(MIDNIGHT + number * one_day + np.timedelta64(hour, "h") for hour in ends))
        for what, *ends in hours for number in (0, 1)
    ]
    services = pd.DataFrame(
        day.SERVICES, columns=["service", "name_zh", "mode", "skill", "grade", "crew", "priority",
                               "target_min", "window_min", "mean_min"])
    return {
        "zones": pd.DataFrame({
            "zone": ZONES, "name_zh": ["城关镇"], "name_en": ["Town"], "x_km": [0.0], "y_km": [0.0],
            "area_km2": [100.0], "road_factor": [1.0], "population": [1000]}),
        "points": pd.DataFrame({
            "point": POINTS, "name_zh": ["西站", "东站"], "name_en": ["West", "East"],
            "zone": ["town"] * 2, "x_km": [0.0, 6.0], "y_km": [0.0, 0.0],
            "services": ["care|bath|clean", "care|nurse"], "kmh": [12.0, 12.0]}),
        "services": services.assign(
            name_en=services["service"].str.capitalize(), price_yuan=0.0),
        **{name: pd.DataFrame(columns=[column.name for column in REFERENCE[name]])
           for name in ("funds", "plans")},
        "staff": pd.DataFrame(day.STAFF, columns=[
            "staff", "role", "staff_group", "point", "skills", "grade", "mode", "kmh"]),
        "settings": pd.DataFrame(
            [(key, json.dumps(value)) for key, value in day.SETTINGS.items()],
            columns=["key", "value"]),
        "groups": pd.DataFrame({"group": ["elders"], "name_zh": ["老人"], "name_en": ["Elders"]}),
        "callers": pd.DataFrame({
            "caller": ["client"], "name_zh": ["本人"], "name_en": ["the client"]}),
        "open": pd.DataFrame(spans, columns=["what", "start", "end"]),
        "days": pd.DataFrame({"date": [MIDNIGHT, MIDNIGHT + one_day], "speed_factor": [1.0, 1.0]}),
        "breaks": pd.DataFrame({
            "shift": ["day"], "opens_min": [720.0], "closes_min": [780.0], "length_min": [30.0]}),
    }


def changed(result: Result, name: str, row: int, cells: Mapping[str, Any]) -> Result:
    """A copy with some cells of one row of one table changed; times are clock times."""
    copy = getattr(result, name).copy()
    schema = {column.name: column for column in EVERY[name]}
    for column, value in cells.items():
        if schema[column].kind == "time":
            value = MIDNIGHT + np.timedelta64(clock(value), "ms") if value else pd.NaT
        elif schema[column].kind in ("name", "code") and value is not None and (
            value not in copy[column].cat.categories
        ):
            copy[column] = copy[column].cat.add_categories([value])
        copy.loc[row, column] = value
    return replace(result, **{name: copy})


def without(result: Result, name: str, row: int) -> Result:
    """A copy with one row of one table left out."""
    return replace(result, **{name: getattr(result, name).drop(index=row).reset_index(drop=True)})


def repeated(result: Result, name: str, row: int, cells: Mapping[str, Any]) -> Result:
    """A copy in which one row of one table comes twice, the second time changed."""
    rows = getattr(result, name)
    more = pd.concat([rows, rows.iloc[[row]]], ignore_index=True)
    return changed(replace(result, **{name: more}), name, len(rows), cells)


def referring(result: Result, name: str, row: int, cells: Mapping[str, Any]) -> Result:
    """A copy with some cells of one row of a reference table changed."""
    copy = result.reference[name].copy()
    for column, value in cells.items():
        copy.loc[row, column] = value
    return replace(result, reference={**result.reference, name: copy})


def setting(result: Result, key: str, value: Any) -> Result:
    """A copy made under another setting."""
    rows = result.reference["settings"]
    row = int(rows.index[rows["key"] == key][0])
    return referring(result, "settings", row, {"value": json.dumps(value)})
