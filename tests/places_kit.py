"""The scenario of the row-by-row tests of places, and the comparison itself.

Two zones, two points, trips of a few seconds by a matrix; a point has people with the skill and
people without. Visits are the first point's, of four planned seconds each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np

from sim.scenario.schema import Scenario
from sim.scenario.sections.place_rows import Admission, PlaceRow
from sim.scenario.sections.quantities import WeeklyHours
from sim.words.kinds import DAY, NEVER
from tests.naive import Shift
from tests.naive_places import County, Found, Helper, Row, Wish
from tests.naive_shocks import Blow
from tests.row_kit import SECOND, Log, duties, played
from tests.scenario_kit import build, raw_small
from tests.shocks_kit import struck
from tests.workload_kit import workload

MEAN = 4 * SECOND
SERVICES: tuple[tuple[str, ...], ...] = ((), ("a",), ("b",), ("a", "b"))
"""Kinds of places that each service takes; the first one is a visit."""
ZONES = POINTS = 2
GROUPS = ((0, "", 2), (0, "care", 1), (1, "", 1), (1, "care", 1))
"""Point, skill and number of people of each group."""
PEOPLE = tuple((point, skill) for point, skill, count in GROUPS for _ in range(count))
ALWAYS = [(0, NEVER)]
Matrix = list[list[int]]


@dataclass(frozen=True)
class Case:
    """Everything that differs from case to case; matrix and farthest trip in seconds."""

    rows: list[Row]
    wishes: list[Wish]
    shifts: list[list[Shift]]
    matrix: Matrix
    max_travel: int = 9


@lru_cache
def county() -> Scenario:
    changes: dict[str, Any] = {
        "time.days": 1, "time.cool_down_days": 0, "services": {}, "requests": {}, "points": {},
        "caregivers": {}, "operators.desk.count": 1, "dispatch.choose_order": "fcfs",
        "zones.village": {
            "name_zh": "村", "name_en": "Village", "lat": 37.45, "lon": 116.36, "area_km2": 9.0,
            "population": 100, "pop_elder": 100,
        },
    }
    for number in range(len(SERVICES)):
        changes["services"][f"s{number}"] = {
            "name_zh": "照护", "name_en": "Care", "mode": "visit",
            "duration_dist": "constant", "duration_value_s": MEAN / SECOND,
        }
        changes["requests"][f"r{number}"] = {
            "channel": "plan", "service": f"s{number}", "group": "elder", "per_day": 1,
        }
    for number in range(POINTS):
        changes["points"][f"p{number}"] = {
            "name_zh": "站", "name_en": "Point", "zone": "village" if number else "town",
            "lat": 37.45, "lon": 116.33, "open": "always",
            "services": "s1 | s2 | s3" if number else "all",
        }
    for number, (point, skill, count) in enumerate(GROUPS):
        changes["caregivers"][f"g{number}"] = {
            "point": f"p{point}", "count": count, "shifts": "round", "mode": "ebike",
            "skills": skill,
        }
    found = build(raw_small(), **changes)
    services = tuple(
        service.model_copy(update={"mode": "place" if kinds else "visit"})
        for service, kinds in zip(found.services, SERVICES, strict=True)
    )
    return found.model_copy(update={"services": services})


def scenario(case: Case) -> Scenario:
    """The county with the places and roads of a case."""
    found = county()
    names = [*(zone.id for zone in found.zones), *(point.id for point in found.points)]
    minutes = {
        a: {b: n / 60 for b, n in zip(names, row, strict=True)}
        for a, row in zip(names, case.matrix, strict=True)
    }
    places = tuple(
        PlaceRow(
            id=f"w{n}", point=f"p{row.point}", kind=row.kind, count=row.count,
            open=WeeklyHours(text="", days=(tuple(
                (start, min(end, DAY)) for start, end in row.spans),) * 7),
            places_per_carer=row.ratio, carer_skill=row.skill, occupied=len(row.residents),
        )
        for n, row in enumerate(case.rows)
    )
    waits = {wish.kinds: wish for wish in case.wishes}
    admissions = []
    for n, kinds in enumerate(SERVICES):
        if kinds:
            wish = waits.get(kinds)
            how = "none" if wish is None or not wish.waits else "grade" if wish.by_grade else "fcfs"
            admissions.append(Admission(id=f"s{n}", kinds=kinds, waitlist=how))
    shut = {(row.point, *span) for row in case.rows for span in row.shut}
    blows = [Blow(f"b{p}-{a}-{b}", a, b, points=(f"p{p}",)) for p, a, b in sorted(shut)]
    return struck(found, blows).model_copy(update={
        "places": places, "admissions": tuple(admissions),
        "travel": found.travel.model_copy(update={"minutes": minutes}),
        "dispatch": found.dispatch.model_copy(update={"max_travel_min": case.max_travel / 60}),
    })


def drawn(wishes: Sequence[Wish]) -> list[dict[str, Any]]:
    """The wishes as rows of a workload."""
    return [
        {
            "time": wish.time, "stream": SERVICES.index(wish.kinds), "zone": wish.zone,
            "duration": wish.duration, "order_patience": wish.patience,
            "assessment": wish.assessment, "grade": wish.grade,
            **({"window_open": wish.window[0], "window_close": wish.window[1]}
               if wish.window else {}),
        }
        for wish in wishes
    ]


def of_model(case: Case) -> Log:
    """What the model makes of a case."""
    made = scenario(case)
    residents = tuple(np.array(row.residents, dtype=np.int64) for row in case.rows)
    with patch("sim.model.county.residents", lambda *_: residents):
        return played(made, workload(made, drawn(case.wishes)), duties(case.shifts, 1))


def of_naive(case: Case) -> Found:
    """What the slow second implementation makes of it."""
    helpers = [
        Helper(n, point, bool(skill), list(shifts))
        for n, ((point, skill), shifts) in enumerate(zip(PEOPLE, case.shifts, strict=True), 1)
    ]
    in_ms = [[n * SECOND for n in row] for row in case.matrix]
    wishes = sorted(case.wishes, key=lambda wish: wish.time)
    return County(
        case.rows, wishes, helpers, in_ms, ZONES, MEAN, case.max_travel * SECOND
    ).run(DAY)


def compare(case: Case) -> Log:
    """Play a case both ways and hold every row of one to the other; the model's tables."""
    log, found = of_model(case), of_naive(case)
    kinds = list(dict.fromkeys(row.kind for row in case.rows))
    assert [
        (s["order"], s["point"], kinds[s["kind"]], s["place"], s["held"], s["entered"], s["left"])
        for s in log["stays"]
    ] == [(*stay[:-1], stay[-1] if stay[-1] < DAY else -1) for stay in found.stays]
    assert {w["order"]: (w["listed"], w["unlisted"]) for w in log["waitlist"]} == found.listed
    states = {"refused": "refused", "cancelled": "cancelled", "waitlisted": "waitlisted"}
    for order in log["orders"]:
        state = found.state.get(order["order"], "pending")
        given = state in ("given", "visited")
        if not given and SERVICES[order["service"]]:
            assert order["state"] == states.get(state, "pending")
        assert (order["departed"] >= 0) == given
        assert order["cancelled"] == found.cancelled.get(order["order"], -1)
    assert sorted(
        (v["order"], v["caregiver"], v["departed"], v["ended"]) for v in log["visits"]
    ) == sorted(found.visits)
    assert sorted(
        (line["staff"], line["start"], line["end"])
        for line in log["timesheet"] if line["state"] == "care"
    ) == sorted(
        (who, since, DAY if until < 0 else until)
        for who, since, until in found.care if until < 0 or since < until
    )
    return log


def used_twice(log: Log) -> list[Any]:
    """Pairs of stays that have the same place at once."""
    stays = [(s["point"], s["kind"], s["place"], s["held"], s["left"] if s["left"] >= 0 else DAY)
             for s in log["stays"]]
    return [
        (a, b) for n, a in enumerate(stays) for b in stays[n + 1:]
        if a[:3] == b[:3] and a[3] < b[4] and b[3] < a[4]
    ]
