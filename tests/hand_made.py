"""Results made by hand: a county of two zones and two points, tables of a few rows.

Times are written ``"1 09:00:05"``: day 1 of the run (day 0 is warm-up), clock time. Days 1 and 2
are counted, day 3 is cool-down, observation ends at ``"4 00:00"``. What a row does not say is
filled in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.log import Result
from sim.measures import CATALOGUE, Measured, measure
from sim.words import kinds
from sim.words.tables import EVERY, REFERENCE

Row = Mapping[str, Any]

START = "2026-03-02"
ZONES = ("east", "west")
POINTS = ("p", "q")
RUN_BY = ("east", "west")
SERVICES = {"rescue": 0, "bath": 3, "ask": 5}
"""Service -> priority class."""
STAFF = ("op-1", "op-2", "carer-1", "carer-2", "helper-1")
NAMES = {
    "zones": ZONES,
    "points": POINTS,
    "services": tuple(SERVICES),
    "staff": STAFF,
    "channels": tuple(kinds.Channel),
    "modes": tuple(kinds.ServiceMode),
}
SETTINGS: dict[str, Any] = {
    "time.start": START,
    "time.warm_up_days": 1,
    "time.days": 2,
    "time.cool_down_days": 1,
    "targets.acceptable_wait_s": 15.0,
    "targets.short_abandon_s": 0.0,
    "targets.service_level": 0.8,
    "targets.connection_rate": 0.95,
    "targets.abandonment": 0.05,
    "targets.on_time": 0.9,
    "targets.on_time_request": 0.9,
    "targets.circle_min": 15.0,
    "targets.utilisation_low": 0.4,
    "targets.utilisation_high": 0.85,
    "money.insurance_rate": 0.25,
    "money.hours_per_month": 174.0,
    "money.overtime_factor": 1.5,
    "money.line_yuan_per_month": 30.0,
    "money.seat_yuan_per_month": 500.0,
    "money.hotline_run": "own",
    "money.rented_seat_yuan_per_month": 0.0,
    "money.outsourced_yuan_per_call": 0.0,
    "money.outsourced_yuan_per_min": 0.0,
    "hotline.lines": 4,
}
PEOPLE = pd.DataFrame({
    "staff": STAFF,
    "role": ["operator", "operator", "caregiver", "caregiver", "caregiver"],
    "point": ["", "", "p", "p", "q"],
    "kind": ["staff", "staff", "staff", "peer", "volunteer"],
    "pay_yuan_per_month": [3480.0, 3480.0, 5220.0, 1740.0, 9999.0],
    "yuan_per_km": [0.0, 0.0, 0.5, 0.5, 2.0],
})
COVERAGE = pd.DataFrame({
    "zone": ["east", "east", "west", "west"],
    "group": ["elders"] * 4,
    "service": ["bath", "rescue", "bath", "rescue"],
    "clients": [100, 100, 300, 300],
    "near": [100, 50, 150, 0],
})

NONE_OF = {
    name: pd.DataFrame(columns=[column.name for column in REFERENCE[name]])
    for name in ("funds", "plans")
}


def moment(text: str) -> np.datetime64:
    """``"1 09:00:05"`` -> wall-clock time."""
    day, clock = text.split()
    return (pd.Timestamp(START) + pd.Timedelta(days=int(day)) + pd.Timedelta(
        clock if clock.count(":") == 2 else f"{clock}:00"
    )).to_datetime64()


def table(name: str, rows: Sequence[Row], numbered: str = "") -> pd.DataFrame:
    """A table as the log makes it; ids in the column ``numbered`` count from 0."""
    columns: dict[str, Any] = {}
    for column in EVERY[name]:
        given = [row.get(column.name) for row in rows]
        if column.name == numbered:
            columns[column.name] = np.arange(len(rows))
        elif column.kind == "time":
            stamps = [np.datetime64("NaT") if v is None else moment(v) for v in given]
            columns[column.name] = np.array(stamps, dtype="datetime64[ms]")
        elif column.kind == "code":
            members = kinds.codes(getattr(kinds, column.of))
            words = [members[0] if v is None else v for v in given]
            assert set(words) <= set(members), words
            columns[column.name] = pd.Categorical(words, categories=members)
        elif column.kind == "name":
            words = [None if v is None else str(v) for v in given]
            known = NAMES.get(column.of) or sorted({w for w in words if w is not None})
            assert {w for w in words if w is not None} <= set(known), words
            columns[column.name] = pd.Categorical(words, categories=list(known))
        elif column.kind == "yes":
            columns[column.name] = np.array([bool(v) for v in given], dtype=bool)
        elif column.kind == "number":
            columns[column.name] = np.array(
                [0.0 if v is None else v for v in given], dtype=np.float64
            )
        else:
            missing = -1 if column.kind == "id" else 0
            columns[column.name] = np.array(
                [missing if v is None else v for v in given], dtype=np.int64
            )
    return pd.DataFrame(columns)


def result(
    *,
    requests: Sequence[Row] = (),
    calls: Sequence[Row] = (),
    orders: Sequence[Row] = (),
    offers: Sequence[Row] = (),
    visits: Sequence[Row] = (),
    timesheet: Sequence[Row] = (),
    roster: Sequence[Row] = (),
    coverage: pd.DataFrame = COVERAGE,
    replication: int = 0,
    **settings: Any,
) -> Result:
    """One replication; ``settings`` are written ``targets__service_level=0.5``.

    Without ``requests``, there is one behind each order.
    """
    if not requests:
        requests = [{k: v for k, v in row.items() if k in _ASKED} for row in orders]
        orders = [{"request": number, **row} for number, row in enumerate(orders)]
    changed = SETTINGS | {key.replace("__", "."): value for key, value in settings.items()}
    return Result(
        replication=replication,
        requests=table("requests", [_request(row) for row in requests], "request"),
        calls=table("calls", calls, "call"),
        orders=table("orders", [_order(row) for row in orders], "order"),
        offers=table("offers", offers),
        visits=table("visits", visits, "visit"),
        timesheet=table("timesheet", timesheet),
        roster=table("roster", roster),
        reference={
            "zones": pd.DataFrame({"zone": ZONES}),
            "points": pd.DataFrame({"point": POINTS, "organisation": RUN_BY}),
            "organisations": pd.DataFrame({"organisation": sorted(set(RUN_BY))}),
            "services": pd.DataFrame(
                {"service": list(SERVICES), "priority": list(SERVICES.values()),
                 "mode": ["advice" if service == "ask" else "visit" for service in SERVICES]}
            ),
            "staff": PEOPLE,
            "coverage": coverage,
            **NONE_OF,
            "settings": pd.DataFrame({
                "key": list(changed), "value": [json.dumps(value) for value in changed.values()],
            }),
        },
    )


_ASKED = ("zone", "service", "channel", "requested", "window_open", "window_close", "due")


def _request(row: Row) -> Row:
    service = row.get("service", "bath")
    mode = "advice" if service == "ask" else "visit"
    usual = {"channel": "phone", "zone": "east", "service": service, "mode": mode}
    return usual | {"priority": SERVICES[service]} | dict(row)


def _order(row: Row) -> Row:
    """An order asked for by phone; a step not given happens as the one before it."""
    full = dict(_request(row))
    if "call_arrived" not in full:
        full["call_arrived"] = full["requested"]
    if "answered" not in full:
        full["answered"] = full["call_arrived"]
    if "created" not in full:
        full["created"] = full["answered"]
    return full


def measured(**tables: Any) -> Measured:
    return measure(result(**tables))


def values(of: Measured) -> dict[tuple[str, str], float]:
    """(measure, group) -> numerator / denominator, where there is one."""
    rows = of.ratios[of.ratios["den"] > 0]
    return {
        (str(row.measure), str(row.group)): float(row.num / row.den) for row in rows.itertuples()
    }


def by_group(of: Measured, name: str) -> dict[str, float]:
    """Group -> value of one measure."""
    return {group: value for (measure, group), value in values(of).items() if measure == name}


def sample(of: Measured, name: str, group: str = "all") -> list[float]:
    """The values of a sample, each as often as it occurred."""
    assert name in {m.sample for m in CATALOGUE.values()}
    rows = of.samples[(of.samples["sample"] == name) & (of.samples["group"] == group)]
    return [float(v) for v in np.repeat(rows["value"].to_numpy(), rows["count"].to_numpy())]
