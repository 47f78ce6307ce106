"""Figures of tables: weeks, waits, homes, days and backlog, each against a count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sample_results as real
from matplotlib.collections import PathCollection
from sample_figures import reference, samples

from sim.measures import measure
from sim.model.plan import plan
from sim.plots import (
    backlog,
    homes,
    homes_map,
    hours_of_week,
    open_orders,
    responses,
    waits,
    week,
)
from sim.plots.run.ecdf import shares_within
from sim.plots.run.homes import LUCK, fewest, unreached

HOUR = pd.Timedelta(hours=1)
START, DAYS, OBSERVED = pd.Timestamp("2026-03-30"), 4, 5


def overall(name: str) -> float:
    """A measure for everybody, over the replications."""
    table = real.kpis(real.variant("base"))
    return float(table.loc[(table["measure"] == name) & (table["group"] == "all"), "mean"].iloc[0])


# -- the week ------------------------------------------------------------------------------------


def test_the_week_adds_up_to_the_measures() -> None:
    hours = hours_of_week(real.results())
    assert len(hours) == 168
    assert hours["offered"].sum() == pytest.approx(DAYS * overall("offered_per_day"))
    assert hours.loc[4 * 24:, "on_duty"].isna().all()  # Monday to Thursday are counted


@pytest.mark.parametrize("hour", [9, 33, 62, 80])
def test_an_hour_of_the_week_by_counting(hour: int) -> None:
    found = hours_of_week(real.results()).loc[hour]
    start = START + hour * HOUR
    on_duty, busy, calls, waited = 0.0, 0.0, 0, []
    for result in real.results():
        for row in result.timesheet.itertuples():
            overlap = (min(row.end, start + HOUR) - max(row.start, start)) / HOUR
            if row.role == "operator" and overlap > 0:
                on_duty += overlap * (row.state != "break")
                busy += overlap * (row.state in ("talk", "wrap_up", "call_back"))
        for row in result.calls.itertuples():
            if row.kind in ("first", "redial", "chase") and start <= row.arrived < start + HOUR:
                calls += 1
                if row.outcome in ("answered", "abandoned"):
                    until = row.answered if row.outcome == "answered" else row.left
                    waited.append((until - row.arrived).total_seconds())
    assert found["on_duty"] == pytest.approx(on_duty / real.REPLICATIONS)
    assert found["busy"] == pytest.approx(busy / real.REPLICATIONS)
    assert found["offered"] == pytest.approx(calls / real.REPLICATIONS)
    assert found["wait_s"] == pytest.approx(np.mean(waited))


def test_the_figure_of_the_week_shows_the_table() -> None:
    hours = hours_of_week(real.results())
    people, calls, waiting = week(hours, "en").axes
    busy, on_duty = (patch.get_data().values for patch in people.patches)
    assert list(busy[:96]) == list(hours["busy"][:96])
    assert list(on_duty[:96]) == list(hours["on_duty"][:96])
    for axes, name in ((calls, "offered"), (waiting, "wait_s")):
        assert list(axes.lines[0].get_ydata()) == pytest.approx(list(hours[name]), nan_ok=True)


# -- backlog -------------------------------------------------------------------------------------


def test_backlog_at_midnight_is_the_measure() -> None:
    waiting = open_orders(real.results())
    for result in real.results():
        own = waiting[waiting["replication"] == result.replication].set_index("time")["waiting"]
        midnights = [START + pd.Timedelta(days=day) for day in range(1, DAYS + 1)]
        ratios = measure(result).ratios
        row = ratios[(ratios["measure"] == "backlog_end_of_day") & (ratios["group"] == "all")]
        assert own[midnights].sum() == row["num"].iloc[0]
    assert len(waiting) == OBSERVED * 24 * real.REPLICATIONS
    assert waiting["counted"].sum() == DAYS * 24 * real.REPLICATIONS


@pytest.mark.parametrize("hour", [9, 12, 36, 60, 87, 119])
def test_orders_waiting_by_asking_each(hour: int) -> None:
    now = START + hour * HOUR
    result = real.results()[1]
    count = 0
    for row in result.orders.itertuples():
        since = row.created if pd.isna(row.window_open) else max(row.created, row.window_open)
        over = [time for time in (row.started, row.cancelled) if not pd.isna(time)]
        count += since < now and not (over and min(over) <= now)
    waiting = open_orders([result]).set_index("time")["waiting"]
    assert waiting[now] == count


def test_the_step_of_a_day_is_its_mean() -> None:
    waiting = open_orders(real.results())
    (axes,) = backlog(waiting, "en").axes
    steps = [patch for patch in axes.patches if hasattr(patch, "get_data")][-1].get_data()
    by_day = waiting.groupby(waiting["time"].dt.floor("D"))["waiting"].mean()
    assert list(steps.values) == pytest.approx(list(by_day))


# -- distributions -------------------------------------------------------------------------------


def test_the_line_of_the_answered_passes_through_the_service_level() -> None:
    found = shares_within(samples(), "wait_s", "all", [15], of="wait_all_s")
    assert found["share"].iloc[0] == pytest.approx(overall("service_level"))
    axes = waits(samples(), "en", 15, 0.8).axes[0]
    ring = axes.collections[-1].get_offsets()[0]
    assert tuple(ring) == pytest.approx((15, overall("service_level")))


@pytest.mark.parametrize("minutes", [10, 30, 60, 120, 600])
def test_shares_of_responses_by_counting_orders(minutes: float) -> None:
    within = total = 0
    for result in real.results():
        for row in result.orders.itertuples():
            counted = row.requested < START + pd.Timedelta(days=DAYS)
            if counted and pd.isna(row.window_close):
                total += 1
                # NaT: never served
                spent = (row.started - row.requested) / pd.Timedelta(minutes=1)
                within += round(spent, 2) <= minutes
    found = shares_within(samples(), "response_min", "class=3", [minutes])
    assert found["share"].iloc[0] == pytest.approx(within / total)
    assert found["low"].iloc[0] <= within / total <= found["high"].iloc[0]


def test_shares_rise_to_those_ever_served() -> None:
    found = shares_within(samples(), "response_min", "all", np.geomspace(1, 1e6, 50))
    assert (found["share"].diff().dropna() >= 0).all()
    never = samples()[(samples()["sample"] == "response_min") & (samples()["group"] == "all")]
    lost = never.loc[np.isinf(never["value"]), "count"].sum() / never["count"].sum()
    assert found["share"].iloc[-1] == pytest.approx(1 - lost)


def test_targets_of_the_services_are_ringed() -> None:
    axes = responses(samples(), reference()["services"], "en", 0.9).axes[0]
    rings = [tuple(map(float, c.get_offsets()[0])) for c in axes.collections
             if isinstance(c, PathCollection)]
    share = shares_within(samples(), "response_min", "class=3", [120])["share"].iloc[0]
    assert rings == [pytest.approx((120, share))]


def test_no_sample_no_share() -> None:
    assert shares_within(samples(), "wait_s", "zone=nowhere", [1, 2]).empty


# -- homes ---------------------------------------------------------------------------------------


def test_homes_reached_are_the_effective_coverage() -> None:
    assert homes(real.results())["reached"].mean() == pytest.approx(overall("effective_coverage"))


def test_near_is_what_the_model_plans() -> None:
    county = real.variant("base").resolved.scenario
    setting = plan(county)
    found = homes(real.results())
    zones, services = ([row.id for row in table] for table in (county.zones, county.services))
    minutes = setting.trips.minutes_from(
        setting.points, setting.point_mode, found["x_km"].to_numpy(), found["y_km"].to_numpy(),
        np.array([zones.index(zone) for zone in found["zone"]]))
    offering = setting.offering[services.index("home-help")]
    circle = county.targets.circle_min - county.travel.access_min
    assert list(found["near"]) == list(minutes[:, offering].min(axis=1) <= circle)
    assert 0 < found["near"].mean() < 1


def test_near_by_a_matrix() -> None:
    result = real.results()[0]
    settings = result.reference["settings"]
    by_matrix = settings.assign(value=settings["value"].where(
        settings["key"] != "travel.by_matrix", "true"))
    minutes = pd.DataFrame(
        [("town-centre", "town", 12.0), ("town-centre", "village", 12.1),
         ("village-point", "town", 40.0), ("village-point", "village", 40.0)],
        columns=["start", "end", "minutes"])
    changed = {**result.reference, "settings": by_matrix, "minutes": minutes}
    found = homes([type(result)(**{**vars(result), "reference": changed})])
    assert set(found["zone"]) == {"town", "village"}
    assert (found["near"] == (found["zone"] == "town")).all()  # 12 min + 3 min access: just in time


def places(reached: dict[tuple[float, float], list[bool]]) -> pd.DataFrame:
    return pd.DataFrame([
        {"zone": "here", "x_km": x, "y_km": y, "near": True, "reached": one}
        for (x, y), many in reached.items() for one in many])


HERE = pd.DataFrame({"zone": ["here"], "x_km": [0.0], "y_km": [0.0], "area_km2": [16.0]})


def test_the_largest_squares_that_nobody_reaches() -> None:
    # three quarters are reached, of the fourth all but one sixteenth
    found = places({(-1, -1): [True] * 9, (-1, 1): [True] * 9, (1, -1): [True] * 9,
                    (0.5, 0.5): [True] * 3, (1.5, 1.5): [False] * 12, (0.5, 1.5): [False] * 2})
    enough = fewest(found)
    assert 2 < enough <= 12
    squares = unreached(found, HERE)
    assert squares.to_dict("records") == [
        {"zone": "here", "x_km": 1.0, "y_km": 1.0, "side_km": 1.0, "requests": 12}]
    whole = unreached(places({(-1, -1): [False], (1, 1): [False]}), HERE)
    assert whole.loc[0, ["x_km", "side_km", "requests"]].tolist() == [-2.0, 4.0, 2]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_so_many_are_no_accident(share: float) -> None:
    found = pd.DataFrame({"reached": [True] * int(100 * share) + [False] * int(100 - 100 * share)})
    n = fewest(found)
    assert (1 - share) ** n <= LUCK < (1 - share) ** (n - 1)


def test_every_home_is_on_the_map_once() -> None:
    found = homes(real.results())
    axes = homes_map(reference()["zones"], reference()["points"], found, "en").axes[0]
    marks = axes.collections[:4]
    assert sum(len(mark.get_offsets()) for mark in marks) == len(found)
    both = found["near"] & found["reached"]
    assert len(marks[0].get_offsets()) == both.sum()
    assert len(marks[3].get_offsets()) == (~found["near"] & ~found["reached"]).sum()
