"""Who is on duty in a replay: as recorded, as recorded and some more, or as the scenario plans."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.calibrate.dispatch.crews import learn_crews, spared
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.roster import duties_of, staffed
from sim.calibrate.dispatch.scenario import BASE
from sim.calibrate.dispatch.whole import settled_orders
from sim.calibrate.learn import slug
from sim.calibrate.log import DAY_S, CallLog
from sim.calibrate.presence import learn_staff
from sim.calibrate.required import require_agents
from sim.calibrate.roster import crew, duties
from sim.calibrate.scenario import Raw
from sim.calibrate.skills import learn_skills
from sim.scenario.load import rebuild
from sim.words.kinds import DAY, SECOND, StaffRole
from sim.workload.roster import Duty, people
from sim.workload.roster import duties as own_duties

MORE = "more"
SHIFT = "recorded"


@dataclass(frozen=True)
class Roster:
    """The scenario's rows of people, and their duties; None: the scenario's own."""

    raw: Raw
    duties: tuple[Duty, ...] | None


def recorded_roster(
    raw: Raw, calls: CallLog | None, orders: OrderLog | None, more: int
) -> Roster:
    """People as the logs show them, on duty as they were; ``more`` operators of all skills come
    with the first of each day and leave with the last.

    Of a log that is not given, the scenario's own people work their own shifts; so do caregivers
    of a scenario with several points, for the log does not say who belongs to which.
    """
    raw = copy.deepcopy(raw)
    raw["hotline"] = {**raw["hotline"], "open": "always"}
    operators: list[Duty] = []
    units: list[Duty] = []
    # The first shift: duties that are recorded name it.
    raw["shifts"] = {SHIFT: {"start": "00:00", "end": "24:00", "days": "daily"}, **raw["shifts"]}
    if calls is not None:
        operators = _operators(raw, calls, more)
    one_base = orders is not None and set(raw["points"]) == {BASE}
    if orders is not None and one_base:
        crews = learn_crews(orders)
        if not crews.counted:
            # Idle units leave no trace: as many more as the log's own time to dispatch asks for.
            crews = spared(crews, settled_orders(orders)[0].crews.spare)
        raw["caregivers"] = staffed({**raw, "caregivers": {}}, crews)["caregivers"]
        if calls is None:
            raw["operators"] = {}
        units = list(duties_of(crews))
    scenario = rebuild(raw)
    everybody = people(scenario)
    first = sum(person.role == StaffRole.OPERATOR for person in everybody)
    recorded = {StaffRole.OPERATOR} if calls is not None else set()
    recorded |= {StaffRole.CAREGIVER} if one_base else set()
    own = [duty for duty in own_duties(scenario, 0, 0)
           if everybody[duty.person].role not in recorded]
    units = [replace(duty, person=first + duty.person) for duty in units]
    found = sorted([*operators, *units, *own], key=lambda duty: (duty.start, duty.person))
    return Roster(raw, tuple(found))


def _operators(raw: Raw, calls: CallLog, more: int) -> list[Duty]:
    """The recorded operators, put into ``raw``, and their duties."""
    require_agents(calls)
    skills = learn_skills(calls)
    taken: set[str] = set()
    names = ("",) if len(calls.queues) == 1 else tuple(
        slug(name, taken, "q") for name in calls.queues)
    known = {row.get("skill", "") for row in raw["requests"].values()}
    who = crew(skills, tuple(name if name in known else "" for name in names))
    raw["operators"] = everything_known(who.operators, known)
    found = list(duties(learn_staff(calls, skills).presence, who))
    if more:
        wanted = " | ".join(sorted(name for name in known if name))
        raw["operators"][MORE] = {"count": more, "shifts": SHIFT} | (
            {"skills": wanted} if wanted else {})
        first = sum(int(row["count"]) for row in who.operators.values())
        found += _all_day(found, first, more, calls.days)
    return found


def everything_known(operators: Mapping[str, Raw], wanted: set[str]) -> Raw:
    """The operators; a skill that calls may want and that nobody showed in the log is put down to
    who has most skills."""
    rows: Raw = {name: dict(row) for name, row in operators.items()}
    skills = {name: row["skills"].split(" | ") for name, row in rows.items() if row.get("skills")}
    missing = sorted(wanted - {""} - {skill for own in skills.values() for skill in own})
    if missing and len(skills) == len(rows) > 0:
        most = max(skills, key=lambda name: len(skills[name]))
        rows[most]["skills"] = " | ".join([*skills[most], *missing])
    return rows


def _all_day(found: list[Duty], first: int, more: int, days: int) -> list[Duty]:
    """``more`` people, from the first sign-in of each day to its last sign-out."""
    out = []
    for day in range(days):
        mine = [d for d in found if d.start // DAY == day]
        if not mine:
            continue
        start, end = min(d.start for d in mine), max(d.end for d in mine)
        end = min(end, round((day + 2) * DAY_S * SECOND))
        out += [Duty(first + n, 0, day * DAY, start, end, (), False) for n in range(more)]
    # Nobody works two duties at a time: a day that runs into the next ends where that begins.
    return [
        d if nxt is None or d.end <= nxt.start
        else Duty(d.person, d.shift, d.date_ms, d.start, nxt.start, (), False)
        for d, nxt in ((d, next((o for o in out if o.person == d.person and o.start > d.start),
                                None)) for d in out)
    ]
