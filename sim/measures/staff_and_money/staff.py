"""How busy are operators and caregivers: every measure of time sheets, roster and visits.

Time sheets are cut at the ends of the counted days and at full hours; roster rows count by the
start of the shift, visits by their departure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.measures.counting.definition import ALL, HOURLY, POINTS, SHARE, STAFF, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Floats, Groups, Ints, Ratio
from sim.measures.counting.observed import Observed, enum_codes, text_codes
from sim.measures.counting.stretches import per_hour
from sim.words.kinds import DAY, HOUR, StaffRole, StaffState

_WORK = "travel + early wait + service"
_DUTY = "(on duty - breaks), within rostered time; way back to the point is free time"

MEASURES = (
    Measure(
        "occupancy", SHARE, "坐席占用率", "operators' occupancy", Kind.RATIO, HOURLY,
        "(talk + wrap-up + call-back + ringing in vain) / time signed in, overtime included in "
        "both",
    ),
    Measure(
        "utilisation", SHARE, "接线员工时利用率", "operators' paid time used", Kind.RATIO,
        HOURLY,
        "(talk + wrap-up + call-back + ringing in vain) within rostered time / paid rostered "
        "time, absences included",
        "band", "utilisation",
    ),
    Measure(
        "operator_overtime_h", "h/day", "接线员加班", "operators' overtime", Kind.VALUE, ALL,
        "hours after the rostered end of the shift / counted days", "low",
    ),
    Measure(
        "operator_breaks_missed", SHARE, "接线员未休比例", "operators' breaks missed", Kind.RATIO,
        ALL, "breaks for which no free moment came / breaks due of those who came", "low",
    ),
    Measure(
        "caregiver_utilisation", SHARE, "护理员利用率", "caregivers' utilisation", Kind.RATIO,
        STAFF, f"({_WORK}) / {_DUTY}",
    ),
    Measure(
        "caregiver_travel_share", SHARE, "护理员路途占比", "caregivers' travel share", Kind.RATIO,
        STAFF, f"travel / {_DUTY}", "low",
    ),
    Measure(
        "caregiver_early_wait_share", SHARE, "护理员早到等候占比", "caregivers' early-wait share",
        Kind.RATIO, STAFF, f"early wait / {_DUTY}", "low",
    ),
    Measure(
        "caregiver_service_share", SHARE, "护理员服务占比", "caregivers' service share", Kind.RATIO,
        STAFF, f"service / {_DUTY}", "high",
    ),
    Measure(
        "caregiver_overtime_h", "h/day", "护理员加班", "caregivers' overtime", Kind.VALUE, POINTS,
        "hours after the rostered end of the shift / counted days", "low",
    ),
    Measure(
        "caregiver_breaks_missed", SHARE, "护理员未休比例", "caregivers' breaks missed", Kind.RATIO,
        POINTS, "breaks for which no free moment came / breaks due of those who came", "low",
    ),
    Measure(
        "visits_per_caregiver_day", "visits/day", "人均日上门次数", "visits per caregiver-day",
        Kind.RATIO, POINTS,
        "visits (each of a crew, no-shows too) / days on which a caregiver came; trips that ended "
        "on the way are none",
    ),
    Measure(
        "km_per_visit", "km", "次均里程", "road distance per visit", Kind.RATIO, POINTS,
        "km to homes and back, trips that ended on the way included / visits", "low",
    ),
    Measure(
        "caregiver_spread_sd", SHARE, "护理员忙闲标准差", "spread between caregivers, SD",
        Kind.VALUE, POINTS, "standard deviation of the caregivers' own utilisation", "low",
    ),
    Measure(
        "caregiver_spread_range", SHARE, "护理员忙闲极差", "range between caregivers",
        Kind.VALUE, POINTS, "greatest - least of the caregivers' own utilisation", "low",
    ),
)

_OPERATOR_WORK = (
    StaffState.TALK, StaffState.WRAP_UP, StaffState.CALL_BACK, StaffState.RINGING,
)
_CAREGIVER_WORK = (StaffState.TRAVEL, StaffState.EARLY_WAIT, StaffState.SERVICE)


@dataclass(frozen=True, eq=False)
class Pieces:
    """Time-sheet rows of one role cut at full hours; lengths in hours."""

    groups: Groups
    staff: Ints
    state: Ints
    overtime: Flags
    hours: Floats

    def during(self, *states: StaffState) -> Flags:
        return np.isin(self.state, states)


def read_pieces(seen: Observed, role: StaffRole, by: tuple[str, ...] = ()) -> Pieces:
    """What people of one role did in the counted days."""
    table = seen.result.timesheet
    table = table[enum_codes(table["role"], StaffRole) == role]
    start, end = seen.clipped(seen.times(table, "start"), seen.times(table, "end"))
    row, since, length = per_hour(start, end)
    return Pieces(
        groups=seen.groups(table[["point"]].iloc[row], hour=since, by=by),
        staff=text_codes(table["staff"], seen.staff)[row],
        state=enum_codes(table["state"], StaffState)[row],
        overtime=table["overtime"].to_numpy(dtype=bool)[row],
        hours=length / HOUR,
    )


def blocks(seen: Observed) -> list[Block]:
    """Every measure of the staff."""
    operators = read_pieces(seen, StaffRole.OPERATOR)
    caregivers = read_pieces(seen, StaffRole.CAREGIVER, by=("point",))
    return [
        Block(operators.groups, operator_ratios(operators, seen)),
        Block(caregivers.groups, caregiver_ratios(caregivers, seen)),
        breaks_block(seen, StaffRole.OPERATOR),
        breaks_block(seen, StaffRole.CAREGIVER),
        visits_block(seen),
        spread_block(caregivers, seen),
    ]


def operator_ratios(pieces: Pieces, seen: Observed) -> list[Ratio]:
    """Occupancy of who is there, utilisation of what is paid."""
    total, hours = pieces.groups.total, pieces.hours
    working = pieces.during(*_OPERATOR_WORK)
    overtime = total(hours, pieces.overtime)
    return [
        Ratio("occupancy", total(hours, working), total(hours)),
        Ratio("utilisation", total(hours, working & ~pieces.overtime), rostered_hours(seen)),
        Ratio("operator_overtime_h", overtime, np.full(len(overtime), float(seen.days))),
    ]


def rostered_hours(seen: Observed) -> Floats:
    """Operators' rostered hours in the counted days, absences included, in all and by hour."""
    roster = seen.result.roster
    roster = roster[enum_codes(roster["role"], StaffRole) == StaffRole.OPERATOR]
    start, end = seen.clipped(seen.times(roster, "start"), seen.times(roster, "end"))
    row, since, length = per_hour(start, end)
    return seen.groups(roster.iloc[row], hour=since).total(length / HOUR)


def caregiver_ratios(pieces: Pieces, seen: Observed) -> list[Ratio]:
    """Busy time within the roster and its parts."""
    total, hours = pieces.groups.total, pieces.hours
    rostered = ~pieces.overtime
    on_duty = total(hours, rostered & ~pieces.during(StaffState.BREAK))

    def share(name: str, *states: StaffState) -> Ratio:
        return Ratio(name, total(hours, rostered & pieces.during(*states)), on_duty)

    overtime = total(hours, pieces.overtime)
    return [
        share("caregiver_utilisation", *_CAREGIVER_WORK),
        share("caregiver_travel_share", StaffState.TRAVEL),
        share("caregiver_early_wait_share", StaffState.EARLY_WAIT),
        share("caregiver_service_share", StaffState.SERVICE),
        Ratio("caregiver_overtime_h", overtime, np.full(len(overtime), float(seen.days))),
    ]


def worked(seen: Observed, role: StaffRole) -> pd.DataFrame:
    """Roster rows of those who came, for shifts that began in the counted days."""
    roster = seen.result.roster
    mine = enum_codes(roster["role"], StaffRole) == role
    came = mine & ~roster["absent"].to_numpy(dtype=bool)
    return roster[came & seen.counted(seen.times(roster, "start"))]


def breaks_block(seen: Observed, role: StaffRole) -> Block:
    """Breaks that were due and never came."""
    roster = worked(seen, role)
    groups = seen.groups(roster, by=("point",))
    missed = groups.total(roster["breaks_missed"].to_numpy())
    due = groups.total(roster["breaks"].to_numpy())
    return Block(groups, [Ratio(f"{role.name.lower()}_breaks_missed", missed, due)])


def visits_block(seen: Observed) -> Block:
    """Visits for each day that a caregiver came, and the road for each visit."""
    visits = seen.result.visits
    visits = visits[visits["turned_back"].isna() & seen.counted(seen.times(visits, "departed"))]
    count = seen.groups(visits, by=("point",)).total(np.ones(len(visits)))
    roster = worked(seen, StaffRole.CAREGIVER)
    day = (seen.times(roster, "shift_date") // DAY).astype(np.int64)
    who = text_codes(roster["staff"], seen.staff)
    # two shifts of one date are one caregiver-day
    _, first = np.unique(day * (len(seen.staff) + 1) + who, return_index=True)
    days = seen.groups(roster.iloc[first], by=("point",)).total(np.ones(len(first)))
    sheet = seen.result.timesheet
    sheet = sheet[
        (enum_codes(sheet["role"], StaffRole) == StaffRole.CAREGIVER)
        & seen.counted(seen.times(sheet, "start"))
    ]
    groups = seen.groups(sheet, by=("point",))
    km = groups.total(np.nan_to_num(sheet["km"].to_numpy(dtype=np.float64)))
    return Block(
        groups,
        [Ratio("visits_per_caregiver_day", count, days), Ratio("km_per_visit", km, count)],
    )


def spread_block(pieces: Pieces, seen: Observed) -> Block:
    """How unevenly the caregivers of the county and of each point are used."""
    size = len(seen.staff)
    mine = ~pieces.overtime & ~pieces.during(StaffState.BREAK)
    busy = mine & pieces.during(*_CAREGIVER_WORK)
    on_duty = np.bincount(pieces.staff[mine], pieces.hours[mine], size)
    came = on_duty > 0
    own = np.bincount(pieces.staff[busy], pieces.hours[busy], size)[came] / on_duty[came]
    groups = seen.groups(seen.result.reference["staff"][came], by=("point",))
    count = groups.total(np.ones(len(own)))
    several = (count > 1).astype(np.float64)
    high, low = np.full(len(count), -np.inf), np.full(len(count), np.inf)
    squares = np.zeros(len(count))
    offset = 0
    for part in groups.parts:
        inside = part.codes >= 0
        place, value = part.codes[inside] + offset, own[inside]
        mean = np.bincount(place, value, len(count)) / np.maximum(count, 1)
        squares += np.bincount(place, (value - mean[place]) ** 2, len(count))
        np.maximum.at(high, place, value)
        np.minimum.at(low, place, value)
        offset += len(part.names)
    sd = np.sqrt(squares / np.maximum(count - 1, 1))
    span = np.where(several > 0, high, 0) - np.where(several > 0, low, 0)
    return Block(
        groups,
        [
            Ratio("caregiver_spread_sd", sd * several, several),
            Ratio("caregiver_spread_range", span, several),
        ],
    )
