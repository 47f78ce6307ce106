"""Every figure type, drawn from the small real results of :mod:`sample_results`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import delivering
import pandas as pd
import sample_results as real
from matplotlib.figure import Figure
from money_kit import asked, county, verified
from sample_kpis import frame, row

from sim.log import Result
from sim.measures import measure
from sim.plots import (
    backlog,
    comparison,
    county_map,
    curves_by_point,
    day_sheet,
    homes,
    homes_map,
    hours,
    hours_of_week,
    open_orders,
    pareto,
    response_parts,
    responses,
    search_path,
    staffing_curves,
    surface,
    tornado,
    waits,
    week,
)
from sim.plots.run.day_sheet import busiest
from sim.plots.run.funds import fund_days, funds
from sim.plots.run.meals import meal_days, meal_minutes, meals
from sim.plots.run.places import places
from sim.plots.study.curves import CAREGIVERS
from sim.scenario.sections.funds import Fund
from sim.words.glossary import Lang
from sim.words.kinds import HOUR


def reference() -> Mapping[str, pd.DataFrame]:
    return real.results()[0].reference


@cache
def samples() -> pd.DataFrame:
    return pd.concat([measure(result).samples for result in real.results()], ignore_index=True)


def theory() -> pd.DataFrame:
    """Something to be drawn behind the curves."""
    rows = real.operators()
    own = rows[(rows["measure"] == "service_level") & (rows["group"] == "all")]
    return own[[real.DESK, real.GROWTH, "measure"]].assign(mean=0.9 * own["mean"])


@cache
def base() -> pd.DataFrame:
    return real.kpis(real.variant("base"))


def of_places() -> pd.DataFrame:
    """Beds nearly full, cots half, and who is turned away through the morning."""
    return frame([
        row("place_occupancy", 0.95, 0.02, group="kind=bed"),
        row("place_occupancy", 0.5, 0.1, group="kind=cot"),
        *(row("refused_per_day", 1 / hour, group=f"hour={hour}") for hour in range(8, 12)),
    ])


FUNDS = (
    Fund(id="purchase", name_zh="购买服务资金", name_en="Purchase fund", services=("help",),
         groups=("poor",), yuan_per_year=300.0),
    Fund(id="insurance", name_zh="长护险", name_en="Care insurance", services=("bath",)),
)


@cache
def paid() -> tuple[Result, ...]:
    """A fund that is used up on the second day of three, and filled again with the new year; the
    other has no limit. Some clients are not at home, and the money comes back."""
    scenario = county(FUNDS, {"poor": 0.0, "others": 0.0})
    every = ((4, "help"), (5, "bath"))
    return tuple(
        replace(verified(scenario, [
            asked(time * HOUR, service, "poor", time, duration=HOUR,
                  no_show_coin=0.1 if (time + more) % 7 == 0 else 0.9)
            for time in range(72) for apart, service in every if time % (apart + more) == 0
        ]), replication=more)
        for more in range(2)
    )


def _day(lang: Lang) -> Figure:
    result = real.results()[0]
    found = busiest(result.timesheet)
    assert found is not None
    point, date = found
    return day_sheet(result.timesheet, result.roster, reference()["points"], point, date, lang)


DRAWN: dict[str, Callable[[Lang], Figure]] = {
    "hours": lambda lang: hours(base(), lang),
    "places": lambda lang: places(of_places(), lang),
    "response": lambda lang: response_parts(base(), reference()["services"], lang),
    "coverage": lambda lang: county_map(
        reference()["zones"], reference()["points"], base(), lang),
    "operators": lambda lang: staffing_curves(
        real.operators(), real.DESK, lang, line=real.GROWTH, theory=theory()),
    "caregivers": lambda lang: staffing_curves(
        real.both(), real.TOWN, lang, measures=CAREGIVERS, line=real.DESK),
    "by_point": lambda lang: curves_by_point(
        real.both(), real.TOWN, "on_time", reference()["points"], lang, line=real.DESK),
    "surface": lambda lang: surface(
        real.both(), real.DESK, real.TOWN, "on_time_request", lang),
    "week": lambda lang: week(hours_of_week(real.results()), lang),
    "waits": lambda lang: waits(samples(), lang, 15, 0.8),
    "responses": lambda lang: responses(samples(), reference()["services"], lang, 0.9),
    "homes": lambda lang: homes_map(
        reference()["zones"], reference()["points"], homes(real.results()), lang),
    "day": _day,
    "funds": lambda lang: funds(fund_days(paid()), paid()[0].reference["funds"], lang),
    "meals": lambda lang: meals(
        meal_days([delivering.run()]), meal_minutes([delivering.run()]), lang),
    "backlog": lambda lang: backlog(open_orders(real.results()), lang),
    "pareto": lambda lang: pareto(real.both(), lang),
    "comparison": lambda lang: comparison(real.compared(), lang),
    "tornado": lambda lang: tornado(real.assumptions(), "on_time_request", lang),
    "search_path": lambda lang: search_path(
        real.tried(), "cost_per_year_yuan", lang, measures=["service_level"]),
}
"""Name of a figure type -> what draws one."""
