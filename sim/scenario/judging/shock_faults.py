"""What is wrong with shocks and an opening beside the rest of the scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.judging.references import missing
from sim.scenario.sections.plans import CarePlan, as_stream
from sim.scenario.sections.quantities import split_list
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.shocks import Shock
from sim.scenario.shock_effects import concerns, meets
from sim.words.kinds import Channel, StaffRole

_NAMES = {
    "streams": ("requests",), "groups": ("groups",), "zones": ("zones",),
    "points_closed": ("points",), "staff": ("operators", "caregivers", "experts"),
    "staff_points": ("points",),
}
"""Key of a shock -> where the names in it come from."""


def shocks(parts: Parts) -> Iterator[Finding]:
    """Names that are not there, more lines out of order than there are, a new hotline's warm-up."""
    written = parts.clean.get("shocks", {})
    for name, shock in written.items():
        found = list(_names(parts, name, shock))
        yield from found or _of_something(parts, name)
    yield from _sound(parts)
    yield from _in_the_run(parts)
    yield from _opening(parts)


def _names(parts: Parts, name: str, shock: Mapping[str, Any]) -> Iterator[Finding]:
    for key, tables in _NAMES.items():
        known = [parts.names[table] for table in tables]
        there = None if None in known else frozenset().union(*(k for k in known if k))
        whole = all(parts.complete(table) for table in tables)
        for word in dict.fromkeys(split_list(shock.get(key))):
            yield from missing(("shocks", name, key), word, there, whole)
    for word in dict.fromkeys(split_list(shock.get("channels"))):
        yield from missing(("shocks", name, "channels"), word, [c.value for c in Channel])
    for word in dict.fromkeys(split_list(shock.get("roles"))):
        roles = [role.name.lower() for role in StaffRole]
        yield from missing(("shocks", name, "roles"), word, roles)


def _sound(parts: Parts) -> Iterator[Finding]:
    hotline = parts.sections.get("hotline")
    for name, shock in (parts.sections.get("shocks") or {}).items():
        if shock.ends <= shock.begins:
            first = f"{shock.begins:%Y-%m-%d %H:%M}"
            yield Finding(
                ("shocks", name, "ends"),
                shown(f"{shock.ends:%Y-%m-%d %H:%M}"),
                Words(f"a moment after begins, {first}", f"晚于 begins，即 {first}"),
            )
        if hotline and shock.lines_down > hotline.lines:
            yield Finding(
                ("shocks", name, "lines_down"),
                str(shock.lines_down),
                Words(
                    f"at most hotline.lines, {hotline.lines}",
                    f"不超过 hotline.lines，即 {hotline.lines}",
                ),
            )


def _in_the_run(parts: Parts) -> Iterator[Finding]:
    """A shock that is switched on does something: it falls into the run."""
    time = parts.sections.get("time")
    if time is None:
        return
    first = dt.datetime.combine(time.start, dt.time())
    last = first + dt.timedelta(days=time.warm_up_days + time.days + time.cool_down_days)
    for name, shock in (parts.sections.get("shocks") or {}).items():
        if not shock.on or shock.ends <= shock.begins:
            continue
        if shock.begins >= last:
            yield Finding(
                ("shocks", name, "begins"),
                shown(f"{shock.begins:%Y-%m-%d %H:%M}"),
                Words(
                    f"a moment before the run ends, {last:%Y-%m-%d %H:%M}; or on = false",
                    f"早于运行结束，即 {last:%Y-%m-%d %H:%M}；或 on = false",
                ),
            )
        elif shock.ends <= first:
            yield Finding(
                ("shocks", name, "ends"),
                shown(f"{shock.ends:%Y-%m-%d %H:%M}"),
                Words(
                    f"a moment after the run begins, {first:%Y-%m-%d %H:%M}; or on = false",
                    f"晚于运行开始，即 {first:%Y-%m-%d %H:%M}；或 on = false",
                ),
            )


def _of_something(parts: Parts, name: str) -> Iterator[Finding]:
    """A shock that names who is meant has to mean somebody, and some requests likewise."""
    asking, staff = ("requests", "plans"), ("operators", "caregivers", "experts")
    shock = (parts.sections.get("shocks") or {}).get(name)
    if shock is None:
        return
    for tables, keys, is_meant, none in (
        (asking, ("streams", "channels", "groups"), _asks, Words(
            "names of which some stream of requests has all",
            "至少有一类诉求同时符合这几项")),
        (staff, ("roles", "staff", "staff_points"), concerns, Words(
            "names of which some group of people has all", "至少有一组人员同时符合这几项")),
    ):
        named = [key for key in keys if getattr(shock, key)]
        if len(named) < 2 or not parts.whole("shocks", *tables):
            continue
        rows = [row for table in tables for row in (parts.rows.get(table) or {}).values()]
        if not any(is_meant(shock, row) for row in rows):
            yield Finding(("shocks", name, named[-1]), _together(shock, named), none)


def _asks(shock: Shock, row: Stream | CarePlan) -> bool:
    return meets(shock, as_stream(row) if isinstance(row, CarePlan) else row)


def _together(shock: Shock, keys: list[str]) -> str:
    return ", ".join(f'{key} = "{" | ".join(getattr(shock, key))}"' for key in keys)


def _opening(parts: Parts) -> Iterator[Finding]:
    opening, time = parts.sections.get("opening"), parts.sections.get("time")
    if opening is None:
        return
    for word in dict.fromkeys(opening.streams):
        known, whole = parts.names["requests"], parts.complete("requests")
        yield from missing(("opening", "streams"), word, known, whole)
    if opening.ramp_days and time and time.warm_up_days:
        yield Finding(
            ("time", "warm_up_days"),
            str(time.warm_up_days),
            Words(
                "0, because a hotline that opens (opening.ramp_days) starts empty",
                "0，因为新开的热线（opening.ramp_days）从零开始",
            ),
        )
