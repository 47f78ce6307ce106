"""The day sheet: bars and numbers against the time sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
import sample_results as real
from matplotlib.patches import Rectangle
from sample_figures import reference

from sim.plots import day_sheet
from sim.plots.run.day_sheet import LOOKS, busiest
from sim.words.kinds import IdleReason, StaffState, codes

HOUR = pd.Timedelta(hours=1)


def sheet_of_the_day() -> tuple[pd.DataFrame, pd.DataFrame, str, dt.date]:
    result = real.results()[0]
    found = busiest(result.timesheet)
    assert found is not None
    point, date = found
    mine = result.timesheet[(result.timesheet["point"].astype(str) == point)
                            & (result.timesheet["shift_date"] == pd.Timestamp(date))]
    return result.timesheet, mine, point, date


def test_the_busiest_day_by_counting_visits() -> None:
    timesheet, _, point, date = sheet_of_the_day()
    visits = Counter(
        (row.point, row.shift_date.date()) for row in timesheet.itertuples()
        if row.state == "service")
    assert visits[point, date] == max(visits.values())


def test_bars_add_up_to_the_time_sheet() -> None:
    _, mine, point, date = sheet_of_the_day()
    result = real.results()[0]
    figure = day_sheet(result.timesheet, result.roster, reference()["points"], point, date, "en")
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert set(names) == set(mine["staff"].astype(str))
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for row in mine.itertuples():
        look = row.reason if row.state == "idle" and row.reason in LOOKS else row.state
        expected[row.staff, look] += (row.end - row.start) / HOUR
    drawn: dict[tuple[str, str], float] = defaultdict(float)
    for bars in axes.collections:
        corners = bars.get_paths()[0].vertices
        left, right = corners[:, 0].min(), corners[:, 0].max()
        bottom, top = corners[:, 1].min(), corners[:, 1].max()
        if math.isclose(top - bottom, 0.72):
            look = next(key for key, (colour, hatch) in LOOKS.items()
                        if hatch == (bars.get_hatch() or "")
                        and np.allclose(bars.get_facecolor()[0], Rectangle(
                            (0, 0), 1, 1, facecolor=colour).get_facecolor()))
            drawn[names[round((top + bottom) / 2)], look] += right - left
    assert set(drawn) == set(expected)
    for key, hours in expected.items():
        assert drawn[key] == pytest.approx(hours), key


def test_numbers_are_the_orders_served() -> None:
    _, mine, point, date = sheet_of_the_day()
    result = real.results()[0]
    figure = day_sheet(result.timesheet, result.roster, reference()["points"], point, date, "en")
    shown = {int(text.get_text()) for text in figure.axes[0].texts if text.get_text().isdigit()}
    served = mine[mine["state"] == "service"]
    long = served[served["end"] - served["start"] > pd.Timedelta(minutes=20)]
    assert set(long["order"]) <= shown <= set(served["order"])
    assert f"{date:%Y-%m-%d}" in figure.get_suptitle()


def test_everything_a_caregiver_can_do_has_a_look_of_its_own() -> None:
    desk = {"talk", "wrap_up", "call_back", "ringing", "session"}
    idle = {code for code in codes(IdleReason) if code != "none"}
    assert set(LOOKS) == {*codes(StaffState), *idle} - desk
    assert len(set(LOOKS.values())) == len(LOOKS)
    hatches = [hatch for colour, hatch in LOOKS.values() if hatch]
    assert len(set(hatches)) == len(hatches)  # black and white tells them apart


def test_who_was_absent_is_named() -> None:
    result = real.results()[0]
    day = pd.Timestamp("2026-03-30")
    roster = result.roster.assign(absent=result.roster["absent"]
                                  | (result.roster["staff"].astype(str) == "town-day-2"))
    sheet = result.timesheet[result.timesheet["staff"].astype(str) != "town-day-2"]
    figure = day_sheet(sheet, roster, reference()["points"], "town-centre", day.date(), "zh")
    assert [text.get_text() for text in figure.axes[0].texts].count("缺勤") >= 1
    assert len(figure.axes[0].get_yticklabels()) == 4


def test_a_day_without_anybody_says_so() -> None:
    result = real.results()[0]
    figure = day_sheet(result.timesheet, result.roster, reference()["points"], "village-point",
                       dt.date(2030, 1, 1), "en")
    assert "nobody is rostered on that day" in [text.get_text() for text in figure.texts]
    assert busiest(result.timesheet.iloc[:0]) is None
