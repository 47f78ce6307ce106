"""Places through the command line, what is always true of them, and what spoils it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.check import verify
from sim.check.story.trace import trace
from sim.cli.commands import app
from sim.log import Result
from sim.measures import measure
from sim.model import simulate
from sim.scenario.faults import BadInput
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from tests.scenario_kit import Raw, build, raw_small, small

DAYTIME = "daily 08:00-17:00"


def raw_house() -> dict[str, Any]:
    """A house with beds, seats and child-care places whose caregivers also go out."""
    return {
        "time.days": 6, "time.cool_down_days": 1,
        "travel.client_mode": "ebike",
        "caregivers": {
            "team": {"point": "station", "count": 3, "skills": "child", "shifts": "day | night",
                     "mode": "ebike"},
            "far": {"point": "other", "count": 1, "shifts": "day", "mode": "ebike"},
        },
        "points.other": {
            "name_zh": "二站", "name_en": "Other", "zone": "town", "lat": 37.46, "lon": 116.31,
            "open": "always", "services": "stay | help",
        },
        "shifts.day": {"start": "07:00", "end": "19:00", "breaks": "11:30-13:00/30"},
        "shifts.night": {"start": "19:00", "end": "07:00"},
        "services.stay": {
            "name_zh": "托养", "name_en": "Stay", "mode": "place", "duration_dist": "exponential",
            "duration_mean_days": 2, "patience_dist": "exponential", "patience_mean_days": 3,
        },
        "services.pair": {
            "name_zh": "老幼共托", "name_en": "Old and young", "mode": "place",
            "duration_dist": "exponential", "duration_mean_h": 5, "window_min": 60,
        },
        "requests.calls.per_day": 6,
        "requests.stays": {
            "channel": "plan", "service": "stay", "group": "elder", "per_day": 3,
        },
        "requests.pairs": {
            "channel": "plan", "service": "pair", "group": "elder", "per_day": 4,
            "lead_dist": "exponential", "lead_mean_h": 12, "slots": "09:30",
        },
        "places": {
            "beds": {"point": "station", "kind": "bed", "count": 4, "occupied": 3},
            "more-beds": {"point": "other", "kind": "bed", "count": 1},
            "seats": {"point": "station", "kind": "seat", "count": 3, "open": DAYTIME,
                      "places_per_carer": 3},
            "infants": {"point": "station", "kind": "infant", "count": 3, "open": DAYTIME,
                        "places_per_carer": 2},
        },
        "admissions": {
            "stay": {"kinds": "bed", "waitlist": "grade", "grade_2": 1, "grade_3": 1,
                     "assessment_dist": "exponential", "assessment_mean_h": 4},
            "pair": {"kinds": "seat | infant"},
        },
    }


@cache
def house() -> Scenario:
    return build(raw_small(), **raw_house())


@cache
def day() -> Result:
    """A run in which all of it happens."""
    return simulate(house(), draw(house(), 3, 0))


def test_everything_happens_and_all_of_it_holds() -> None:
    result = day()
    states = set(result.orders["state"].astype(str))
    assert {"refused", "waitlisted", "completed", "in_service", "cancelled"} <= states
    assert (result.timesheet["state"] == "care").any()
    both = result.more["stays"].groupby("order").size()
    assert set(both[both.index >= 0]) == {1, 2}
    assert verify(result) == []


# -- each statement speaks when it is broken -------------------------------------------------------

Spoil = Callable[[Result], Result]


def table(result: Result, name: str, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> Result:
    if name in result.more:
        return replace(result, more={**result.more, name: edit(result.more[name].copy())})
    return replace(result, **{name: edit(getattr(result, name).copy())})


def cells(name: str, which: Callable[[pd.DataFrame], Any], **values: Any) -> Spoil:
    """The first row that is so, with other values; a timedelta is added."""
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        row = rows.index[np.flatnonzero(which(rows))[0]]
        for column, value in values.items():
            moved = isinstance(value, pd.Timedelta)
            rows.loc[row, column] = rows.loc[row, column] + value if moved else value
        return rows

    return lambda result: table(result, name, edit)


def second_in_the_same(rows: pd.DataFrame) -> pd.DataFrame:
    """Put somebody into a place that another has."""
    beds = rows[(rows["kind"] == "bed") & (rows["point"] == "station")]
    for first in beds.itertuples():
        for other in beds[beds["held"] > first.held].itertuples():
            together = pd.isna(first.left) or other.held < first.left
            if together and other.place != first.place:
                rows.loc[other.Index, "place"] = first.place
                return rows
    raise AssertionError("nobody was there together")


def only_seat(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~((rows["kind"] == "infant") & (rows["order"] >= 0))]


def no_care(rows: pd.DataFrame) -> pd.DataFrame:
    rows["state"] = rows["state"].where(rows["state"] != "care", "idle")
    return rows


def empty_beds(rows: pd.DataFrame) -> pd.DataFrame:
    """Nobody was in any bed, so that whoever was refused or waited need not have."""
    return rows[rows["kind"] != "bed"]


def nobody_at_all(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[:0]


def worst_first(result: Result) -> Result:
    """Who was given a bed from the waitlist gets the least grade, those passed over the best."""
    return table(result, "waitlist", lambda rows: rows.assign(grade=np.where(
        rows["order"].isin(result.orders.loc[result.orders["accepted"].notna(), "order"]), 1, 3)))


SPOILT: dict[str, Spoil] = {
    "place_used_once": lambda r: table(r, "stays", second_in_the_same),
    "stays_make_the_order": lambda r: table(r, "stays", only_seat),
    "stays_within_opening": cells(
        "stays", lambda s: (s["kind"] == "seat") & s["left"].notna(), left=pd.Timedelta("9h")),
    "carers_suffice": lambda r: table(r, "timesheet", no_care),
    "tied_as_needed": lambda r: table(r, "stays", nobody_at_all),
    "refused_when_full": lambda r: table(r, "stays", nobody_at_all),
    "waits_when_full": lambda r: table(r, "stays", empty_beds),
    "waitlist_fits_orders": cells(
        "waitlist", lambda w: w["unlisted"].notna(), unlisted=pd.Timedelta("1min")),
    "waitlist_in_turn": worst_first,
    "last_state": cells("orders", lambda o: o["state"] == "refused", state="cancelled"),
    "sheet_tiles_duty": lambda r: table(
        r, "timesheet", lambda t: t.drop(t.index[(t["state"] == "care").to_numpy()][:1])),
    "order_has_a_cause": lambda r: table(
        r, "requests", lambda q: q.assign(mode=q["mode"].where(q["service"] != "stay", "advice"))),
}


def test_who_goes_home_at_this_moment_counts_no_more_when_a_place_is_given() -> None:
    """Three beds, always wanted; two look after them by night, one by day, who comes just as the
    two leave: for that moment nobody may think that there are three."""
    scenario = build(raw_small(), **{
        "time.days": 20, "operators.desk.count": 0, "travel.client_mode": "ebike",
        "shifts.day": {"start": "07:00", "end": "19:00"},
        "shifts.night": {"start": "19:00", "end": "07:00"},
        "caregivers": {
            name: {"point": "station", "count": count, "shifts": name, "mode": "ebike"}
            for name, count in (("day", 1), ("night", 2))
        },
        "services": {"stay": {
            "name_zh": "入住", "name_en": "Stay", "mode": "place",
            "duration_dist": "exponential", "duration_mean_days": 1,
        }},
        "requests": {"calls": {
            "channel": "plan", "service": "stay", "group": "elder", "per_day": 6,
        }},
        "places": {"beds": {"point": "station", "kind": "bed", "count": 3, "places_per_carer": 1}},
        "admissions": {"stay": {"kinds": "bed", "waitlist": "fcfs"}},
    })
    result = simulate(scenario, draw(scenario, 1, 0))
    assert len(result.tables["stays"]) > 5
    assert [str(broken) for broken in verify(result)] == []


@pytest.mark.parametrize("rule", SPOILT)
def test_a_statement_speaks_when_it_is_broken(rule: str) -> None:
    assert rule in {violation.rule for violation in verify(SPOILT[rule](day()))}


def test_care_in_a_county_without_places_is_told() -> None:
    nowhere = build(raw_small())
    result = simulate(nowhere, draw(nowhere, 1, 0))
    idle = cells("timesheet", lambda t: (t["state"] == "idle") & t["point"].notna(), state="care")
    assert verify(result) == []
    assert {v.rule for v in verify(idle(result))} >= {"tied_as_needed"}


# -- the command line, measures, the trace -----------------------------------------------------


def folder(tmp_path: Path, **more: Any) -> Path:
    return small(tmp_path, **{**raw_house(), **more})


def test_it_runs_by_the_command_and_is_verified(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = CliRunner().invoke(app, [
        "run", str(folder(tmp_path)), "-n", "2", "--verify", "--out", str(out),
        "--workers", "1", "--lang", "en",
    ])
    assert found.exit_code == 0, found.output
    kpis = pd.read_csv(next(out.rglob("kpis.csv")))
    names = set(kpis["measure"])
    assert {"place_occupancy", "refused_rate", "waitlist_length", "caregivers_tied"} <= names
    assert {"kind=bed", "kind=seat"} <= set(kpis["group"])


def test_measures_agree_with_the_tables() -> None:
    result = day()
    ratios = measure(result).ratios.set_index(["measure", "group"])
    value = (ratios["num"] / ratios["den"]).to_dict()
    stays, start = result.more["stays"], pd.Timestamp("2026-03-02")
    end = start + pd.Timedelta(days=6)
    hours = (stays["left"].fillna(end).clip(upper=end) - stays["entered"].clip(upper=end))
    beds = hours[(stays["kind"] == "bed") & stays["entered"].notna()].sum()
    assert value["place_occupancy", "kind=bed"] == pytest.approx(
        beds / pd.Timedelta(days=6) / 5)
    seats = hours[(stays["kind"] == "seat") & stays["entered"].notna()].sum()
    assert value["place_occupancy", "kind=seat"] == pytest.approx(
        seats / pd.Timedelta(hours=9 * 6) / 3)
    care = result.timesheet[result.timesheet["state"] == "care"]
    tied = (care["end"].clip(upper=end) - care["start"].clip(upper=end)).sum()
    assert value["caregivers_tied", "all"] == pytest.approx(tied / pd.Timedelta(days=6))
    mine = result.orders[(result.orders["requested"] < end)
                         & (result.orders["service"] == "pair")]
    settled = mine["state"].astype(str).isin(["refused", "completed", "in_service", "arrived"])
    assert value["refused_rate", "service=pair"] == pytest.approx(
        (mine["state"] == "refused").sum() / settled.sum())
    assert value["refused_per_day", "service=pair"] == (mine["state"] == "refused").sum() / 6
    everybody = result.orders[(result.orders["requested"] < end)
                              & (result.orders["state"] == "refused")]
    hours = everybody["window_open"].fillna(everybody["requested"]).dt.hour.value_counts()
    assert (everybody["requested"].dt.hour != hours.index[0]).any()
    assert {hour: value["refused_per_day", f"hour={hour}"] for hour in hours.index} == {
        hour: pytest.approx(count / 6) for hour, count in hours.items()}
    done = (result.orders["requested"] < end) & (result.orders["service"] == "help")
    done &= result.orders["state"].astype(str).isin(["completed", "called_back"])
    assert done.any()
    assert value["visits_per_day", "all"] == pytest.approx(done.sum() / 6)


@pytest.mark.parametrize(("state", "en", "zh"), [
    ("refused", "refused: every place within reach is taken.", "未能入住：已满。"),
    ("waitlisted", "no place is free: on the waitlist", "没有空位，列入轮候"),
    ("completed", "which keeps", "为其留位"),
])
def test_the_trace_tells_it(state: str, en: str, zh: str) -> None:
    orders = day().orders
    mine = orders[(orders["state"] == state) & (orders["service"] != "help")]
    request = int(mine["request"].iloc[0])
    for lang, said in (("en", en), ("zh", zh)):
        text = trace(day(), request, lang)
        assert said in (text if isinstance(text, str) else "\n".join(text))


# -- what stays the same ---------------------------------------------------------------------------


def test_a_county_that_adds_places_draws_everything_else_as_before() -> None:
    plain = {k: v for k, v in raw_house().items() if k not in ("places", "admissions")}
    plain |= {"services.stay.mode": "advice", "services.pair.mode": "advice"}
    a, b = draw(build(raw_small(), **plain), 1, 0), draw(house(), 1, 0)
    for name, column in a.columns().items():
        if name != "duration":
            assert (column == getattr(b, name)).all(), name
    assert "grade" not in a.columns() and b.grade.shape == (len(b), 1)


# -- bad input -------------------------------------------------------------------------------------

BAD: list[tuple[Raw, str]] = [
    ({"places.beds.point": "statoin"},
     'places.csv row 2 column point: found "statoin"; allowed: other, station; '
     'did you mean "station"?'),
    ({"places.beds.occupied": 5},
     'places.csv row 2 column occupied: found 5; allowed: at most count, 4'),
    ({"places.seats.occupied": 1},
     'places.csv row 4 column occupied: found 1; allowed: 0 where places close for the night: '
     "nobody is there at midnight"),
    ({"places.infants.kind": "seat"},
     'places.csv row 5 column kind: found "seat"; allowed: a kind that the point does not have '
     'yet; row "seats" has this one'),
    ({"places.seats.carer_skill": "chidl"},
     'places.csv row 4 column carer_skill: found "chidl"; allowed: a skill that a caregiver of the '
     'point has: child; did you mean "child"?'),
    ({"places.seats.places_per_carer": 2, "caregivers.team.count": 0},
     'places.csv row 4 column places_per_carer: found 2; allowed: 0, as the point has no '
     "caregivers"),
    ({"admissions.pair.kinds": "seat | infnat"},
     'admissions.csv row 3 column kinds: found "infnat"; allowed: bed, infant, seat; '
     'did you mean "infant"?'),
    ({"admissions.stay.waitlist": "grades"},
     'admissions.csv row 2 column waitlist: found "grades"; allowed: none, fcfs, grade; '
     'did you mean "grade"?'),
    ({"admissions.help": {"kinds": "bed"}},
     'admissions.csv row 4 column id: found "help"; allowed: a service whose mode is place'),
    ({"admissions.pair": None},
     'services.csv row 4 column mode: found "place"; allowed: with it a row of its id in '
     "admissions.csv"),
    ({"services.stay.no_show_prob": 0.1},
     'services.csv row 3 column no_show_prob: found 0.1; allowed: 0: it counts for visits only'),
    ({"admissions.stay.grade_1": 0, "admissions.stay.grade_2": 0, "admissions.stay.grade_3": 0},
     'admissions.csv row 2 column grade_1: found only zeros; allowed: one grade above 0 or more'),
    ({"places.infants": None, "admissions.pair.kinds": "seat | bed", "points.station.services":
      "help | stay"},
     'requests.csv row 4 column service: found "pair"; allowed: a service offered by a point with '
     "places of every kind it takes: seat, bed"),
    ({"travel.client_mode": "bus"},
     'scenario.toml travel.client_mode: found "bus"; allowed: ebike'),
]


@pytest.mark.parametrize(("change", "says"), BAD, ids=[next(iter(change)) for change, _ in BAD])
def test_bad_input_is_told_in_a_line(change: Raw, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        load(folder(tmp_path, **change))
    assert says in [fault.line() for fault in caught.value.faults]
