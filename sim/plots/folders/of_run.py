"""The figures of one scenario: from its measures, and from the tables of its replications."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.log import Result
from sim.measures import measure
from sim.plots.run.backlog import backlog, open_orders
from sim.plots.run.county_map import county_map
from sim.plots.run.day_sheet import busiest, day_sheet
from sim.plots.run.ecdf import responses, waits
from sim.plots.run.funds import fund_days, funds
from sim.plots.run.homes import homes, homes_map
from sim.plots.run.hours import hours
from sim.plots.run.meals import meal_days, meal_minutes, meals
from sim.plots.run.places import places
from sim.plots.run.response import response_parts
from sim.plots.run.week import hours_of_week, week
from sim.words.glossary import Lang

Drawings = dict[str, Callable[[], Figure]]
"""Name of a figure, as of its file -> what draws it."""


def settings_of(reference: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The scenario's settings out of the reference tables saved with a run."""
    table = reference["settings"]
    return {
        str(key): json.loads(value)
        for key, value in zip(table["key"], table["value"], strict=True)
    }


def of_kpis(kpis: pd.DataFrame, reference: Mapping[str, pd.DataFrame], lang: Lang) -> Drawings:
    """What the measures of a run show."""
    settings = settings_of(reference)
    found = {
        "hours": lambda: hours(kpis, lang, settings["targets.acceptable_wait_s"]),
        "response": lambda: response_parts(kpis, reference["services"], lang),
        "coverage": lambda: county_map(
            reference["zones"], reference["points"], kpis, lang, settings["targets.circle_min"]),
    }
    return found | ({"places": lambda: places(kpis, lang)} if "places" in reference else {})


def of_tables(
    results: Callable[[], Sequence[Result]], sheet: Callable[[], Result],
    reference: Mapping[str, pd.DataFrame], lang: Lang,
    point: str = "", date: dt.date | None = None,
) -> Drawings:
    """What the tables of replications show; ``reference`` tells whether there are funds, kitchens.

    ``results`` gives some replications of one scenario; ``sheet`` the one whose day sheet is
    drawn: of ``point`` (by default the busiest, on ``date`` if that is given) on ``date`` (by
    default the point's busiest). Neither is called before a figure needs it.
    """
    @cache
    def samples() -> pd.DataFrame:
        return pd.concat([measure(result).samples for result in results()], ignore_index=True)

    def tables() -> Mapping[str, pd.DataFrame]:
        return results()[0].reference

    def settings() -> dict[str, Any]:
        return settings_of(tables())

    def draw_day() -> Figure:
        found = sheet()
        places = found.reference["points"]
        where, when = _chosen(found, point, date)
        return day_sheet(
            found.timesheet, found.roster, places, where, when, lang, found.replication)

    found = {
        "week": lambda: week(hours_of_week(results()), lang),
        "waits": lambda: waits(
            samples(), lang, settings()["targets.acceptable_wait_s"],
            settings()["targets.service_level"]),
        "responses": lambda: responses(
            samples(), tables()["services"], lang, settings()["targets.on_time"]),
        "backlog": lambda: backlog(open_orders(results()), lang),
        "homes": lambda: homes_map(
            tables()["zones"], tables()["points"], homes(results()), lang,
            settings()["targets.circle_min"]),
        "day": draw_day,
    }
    if len(reference["funds"]):
        found["funds"] = lambda: funds(fund_days(results()), reference["funds"], lang)
    if "kitchens" in reference:
        found["meals"] = lambda: meals(meal_days(results()), meal_minutes(results()), lang)
    return found


def _chosen(result: Result, point: str, date: dt.date | None) -> tuple[str, dt.date]:
    """The point and date of the sheet; where nobody visited anybody, the first there is."""
    sheet = result.timesheet
    if point:
        sheet = sheet[sheet["point"].astype(object) == point]
    if date is not None:
        sheet = sheet[sheet["shift_date"] == pd.Timestamp(date)]
    where, when = busiest(sheet) or (
        str(result.reference["points"]["point"].iloc[0]),
        result.reference["days"]["date"].iloc[0].date())
    return point or where, date or when
