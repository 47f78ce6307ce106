"""Shocks for the row-by-row tests: the same ones for both implementations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sim.scenario.schema import Scenario
from sim.scenario.sections.shocks import Shock
from sim.words.kinds import DAY
from tests.naive_facts import Carer, Station
from tests.naive_modes import Modes
from tests.naive_shocks import Blow, still_open
from tests.orders_kit import (
    CARES,
    MEMBERS,
    PAIR,
    PLAIN,
    drawn,
    grabs_of_model,
    offers_of_model,
    offers_of_naive,
    orders_of_model,
    orders_of_naive,
    parts_of_model,
    sorted_out,
    spots,
    visits_of_model,
    visits_of_naive,
)
from tests.row_kit import duties, lines_of_model, lines_of_naive, played
from tests.workload_kit import workload


def struck(scenario: Scenario, blows: Sequence[Blow]) -> Scenario:
    """The scenario with these shocks, which need not begin on the hour where they change nothing
    that goes by the hour."""
    midnight = dt.datetime.combine(scenario.time.start, dt.time())
    shocks = {
        blow.name: Shock(
            name_zh="冲击", name_en="Shock", on=blow.on, begins=midnight,
            ends=midnight + dt.timedelta(hours=1), demand_factor=blow.demand,
            talk_factor=blow.talk, service_factor=blow.service,
            attendance_factor=blow.attendance, streams=blow.streams, zones=blow.zones,
            roles=blow.roles, staff=blow.staff, staff_points=blow.staff_points,
            points_closed=blow.points, hotline_closed=blow.hotline, lines_down=blow.lines,
        ).model_copy(update={
            "begins": midnight + dt.timedelta(milliseconds=blow.begins),
            "ends": midnight + dt.timedelta(milliseconds=blow.ends),
        })
        for blow in blows
    }
    return scenario.model_copy(update={"shocks": shocks})


def compare_orders(case: dict[str, Any], blows: Sequence[Blow]) -> Modes:
    """Play a case of :func:`tests.test_modes_row_by_row.county_of` both ways while shocks close
    points; the orders, offers, visits and shifts must be the same."""
    tasks, people, hours, scenario = sorted_out(
        case["tasks"], case["people"], case["rules"], case["hours"], case["services"],
        case["start"], case["territories"])
    scenario = struck(scenario, blows)
    log = played(scenario, workload(scenario, drawn(tasks)), duties(people, first=1))
    stations = [
        Station(
            spots()[n],
            {s for s in range(len(CARES)) if names == "all" or f"s{s}" in names},
            zone=min(n, 1),
            open_spans=still_open(
                # tomorrow is an opening to wait for, if today has none left
                [*spans, *((start + DAY, end + DAY) for start, end in spans)],
                [blow for blow in blows if f"p{n}" in blow.points]),
            territory={z for z, name in enumerate(("town", "village")) if name in area or not area},
        )
        for n, (spans, names, area) in enumerate(
            zip(hours, case["services"], case["territories"], strict=True))
    ]
    carers = [
        Carer(
            n, (n - 1) // (2 * MEMBERS),
            set(range(4)) if (n - 1) // MEMBERS % 2 else {PLAIN, PAIR}, list(own),
        )
        for n, own in enumerate(people, 1)
    ]
    naive = Modes(tasks, carers, stations, CARES, case["rules"], DAY)
    assert orders_of_model(log) == orders_of_naive(naive)
    assert offers_of_model(log) == offers_of_naive(naive)
    assert visits_of_model(log) == visits_of_naive(naive)
    assert parts_of_model(log) == naive.parts()
    assert lines_of_model(log) == lines_of_naive(naive.sheet)
    assert grabs_of_model(log) == naive.grabs
    return naive
