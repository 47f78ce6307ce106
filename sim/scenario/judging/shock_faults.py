"""What is wrong with shocks and an opening beside the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.judging.references import missing
from sim.scenario.sections.quantities import split_list
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
    yield from _sound(parts)
    yield from _opening(parts)


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
