"""Figures of funds and meals, of hotlines above and of many zones: against the tables, by hand."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from delivering import county as delivers
from delivering import run
from matplotlib.text import Text
from sample_figures import DRAWN, paid
from sample_kpis import frame, row

from sim.log import Result
from sim.measures import measure
from sim.plots import county_map, hours
from sim.plots.drawing.dates import date_axis
from sim.plots.drawing.style import new_figure
from sim.plots.run.funds import fund_days, funds
from sim.plots.run.meals import LOOKS, meal_days, meal_minutes, meals
from sim.words.glossary import LANGS, Lang

both = pytest.mark.parametrize("lang", LANGS)
DAY = pd.Timedelta(days=1)


def _words(figure: object) -> list[str]:
    found = figure.findobj(Text)  # type: ignore[attr-defined]
    return [text.get_text() for text in found if text.get_text().strip() and text.get_visible()]


# -- funds ---------------------------------------------------------------------------------------


def test_money_left_by_going_through_the_payments() -> None:
    days = fund_days(paid())
    assert list(days.groupby(["replication", "fund"]).size()) == [4] * 4
    for n, result in enumerate(paid()):
        own = fund_days([result])
        for at in own.itertuples():
            used, first = 0.0, at.time == own["time"].min()
            for pay in result.more["payments"].itertuples():
                year = (at.time - pd.Timedelta(milliseconds=0 if first else 1)).year
                if str(pay.payer) != at.fund or pay.reserved.year != year:
                    continue
                if pay.reserved < at.time:
                    used += pay.paid_yuan if pay.closed < at.time else pay.yuan
            if not first:
                assert at.used_yuan == pytest.approx(used), (n, at)
            left = 300 - at.used_yuan if at.fund == "purchase" else np.nan
            assert at.left_yuan == pytest.approx(left, nan_ok=True)


def test_the_day_it_runs_out_is_the_measure() -> None:
    for result in paid():
        days = fund_days([result])
        found = measure(result).ratios
        found = found[(found["measure"] == "fund_runs_out_day") & (found["den"] > 0)]
        assert list(found["group"]) == ["fund=purchase"]
        (out,) = days.loc[days["out"], "time"]
        assert (out - days["time"].min()) / DAY == found["num"].iloc[0]
        last = days[days["time"] == days["time"].max()].set_index("fund")
        share = measure(result).ratios
        share = share[(share["measure"] == "fund_used_share") & (share["group"] == "fund=purchase")]
        assert last["used_yuan"]["purchase"] == share["num"].iloc[0]


@both
def test_funds_are_drawn_with_limit_and_without(lang: Lang) -> None:
    names = paid()[0].reference["funds"]
    days = fund_days(paid())
    days.loc[days["replication"] == days["replication"].max(), "out"] = False
    limited, endless = funds(days, names, lang).axes
    own = days[days["fund"] == "purchase"].groupby("time")["left_yuan"].mean()
    np.testing.assert_allclose(limited.lines[0].get_ydata(), own)
    own = days[days["fund"] == "insurance"].groupby("time")["used_yuan"].mean()
    np.testing.assert_allclose(endless.lines[0].get_ydata(), own)
    said = {"zh": "长护险：已用（不设总额）（元）",
            "en": "Care insurance: used so far (no yearly limit) (yuan)"}
    assert endless.get_title(loc="left") == said[lang]


def _alone(out: bool) -> str:
    """What is said of a fund of a million yuan, three replications, of which two run out or none.
    """
    times = pd.date_range("2026-01-01", "2027-01-01")
    days = pd.concat([pd.DataFrame({
        "fund": "purchase", "time": times, "used_yuan": 0.0, "replication": n, "left_yuan": 1e6,
        "out": (times == f"2026-10-{10 + n}") & (n > 0) & out}) for n in range(3)])
    names = paid()[0].reference["funds"].iloc[:1]
    (axes,) = funds(days, names, "en").axes
    assert axes.get_title(loc="left") == "Purchase fund: left (10,000 yuan)"
    assert axes.lines[0].get_ydata()[0] == 100
    return "; ".join(text.get_text() for text in axes.texts)


def test_how_often_it_runs_out_is_said() -> None:
    assert _alone(True) == "runs out in 2 of 3 replications: 2026-10-10 to 2026-10-11"
    assert _alone(False) == "does not run out (replications: 3)"


def test_dates_of_a_year_are_the_firsts_of_months() -> None:
    axes = new_figure(4, 3).subplots()
    for first, last, shown in (
        ("2026-01-01", "2027-01-01", 13), ("2026-01-10", "2028-01-10", 12),
        ("2026-03-01", "2026-03-15", 15), ("2026-03-01", "2026-04-02", 5),
    ):
        date_axis(axes, pd.Timestamp(first), pd.Timestamp(last))
        assert len(axes.get_xticks()) == shown, first


# -- meals ---------------------------------------------------------------------------------------


def _fate(result: Result, number: int) -> tuple[pd.Timestamp, str] | None:
    """The day and what became of one order, read off its row."""
    order = result.orders.set_index("order").loc[number]
    modes = result.reference["services"].set_index("service")["mode"]
    if modes[str(order["service"])] != "delivery":
        return None
    mine = result.more["meals"].set_index("order")
    reason = str(order["reason"])
    if number not in mine.index:
        wish = order["created"] if pd.isna(order["window_open"]) else order["window_open"]
        refused = reason in ("after_cut_off", "kitchens_full")
        return (wish.floor("D"), "refused") if refused else None
    meal = mine.loc[number]
    if pd.isna(meal["left"]):
        return None
    day = meal["left"].floor("D")
    if pd.notna(order["started"]) and str(order["state"]) != "no_show":
        return day, str(meal["hand"])
    return day, "lost" if reason == "kitchen_stopped" else "unwanted"


def test_meals_of_a_day_by_asking_each_order() -> None:
    table = meal_days([run()]).set_index("date")
    hand = pd.DataFrame(0, index=table.index, columns=list(LOOKS))
    for number in run().orders["order"]:
        if (found := _fate(run(), number)) and found[0] in hand.index:
            hand.loc[found] += 1
    pd.testing.assert_frame_equal(table[list(LOOKS)], hand, check_dtype=False)
    assert (hand.sum() > 0).sum() >= 5
    assert set(table["capacity"]) == {sum(k.capacity_per_day for k in delivers().kitchens)}
    ratios = measure(run()).ratios
    use = ratios[(ratios["measure"] == "kitchen_use") & (ratios["group"] == "all")].iloc[0]
    assert table[list(LOOKS)].drop(columns="refused").to_numpy().sum() == use["num"]


def test_minutes_of_meals_are_those_of_the_tables() -> None:
    found = meal_minutes([run()])
    meals_of = run().more["meals"].merge(run().orders, on="order", suffixes=("", "_order"))
    meals_of = meals_of[meals_of["started"].notna() & (meals_of["state"] != "no_show")]
    meals_of = meals_of[meals_of["left"].dt.floor("D").isin(meal_days([run()])["date"])]
    hot = meals_of[meals_of["hand"] != "collected"]
    took = (hot["started"] - hot["left"]) / pd.Timedelta(minutes=1)
    assert sorted(found["kitchen_to_door"].dropna()) == pytest.approx(sorted(took))
    late = (meals_of["started"] - meals_of["due"]) / pd.Timedelta(minutes=1)
    assert sorted(found["late"].dropna()) == pytest.approx(sorted(late.dropna().clip(lower=0)))


@both
def test_meals_are_stacked_under_what_the_kitchens_can_cook(lang: Lang) -> None:
    days = meal_days([run()]).assign(capacity=[60, 55])
    above, below = meals(days, meal_minutes([run()]), lang).axes
    tops = [patch.get_data().values for patch in above.patches]
    np.testing.assert_allclose(tops[-1], days["capacity"])
    np.testing.assert_allclose(tops[-2], days[list(LOOKS)].sum(axis=1))
    assert above.get_ylim()[1] > max(map(max, tops))
    assert len(below.lines) == 3
    far = days.assign(capacity=100_000)
    above, _ = meals(far, meal_minutes([run()]), lang).axes
    assert above.get_ylim()[1] < 1000
    assert any("100,000" in text.get_text() for text in above.texts)


@both
def test_no_meals_no_funds_say_so(lang: Lang) -> None:
    days = meal_days([run()])
    empty = meals(days.assign(**dict.fromkeys(LOOKS, 0)), meal_minutes([run()]), lang)
    assert {"没有助餐", "no meals"} & set(_words(empty))
    empty = funds(fund_days(paid()).iloc[:0], paid()[0].reference["funds"].iloc[:0], lang)
    assert {"没有资金", "no funds"} & set(_words(empty))


# -- hotlines above, many zones, both languages --------------------------------------------------


def test_what_is_passed_up_has_a_panel_where_there_are_hotlines_above() -> None:
    rows = [row(name, value, group=f"hour={hour}") for hour in range(24) for name, value in (
        ("service_level", 0.8), ("wait_all_s", 20), ("offered_per_day", 3))]
    passed = [row("overflow_share", hour / 100, 0.01, group=f"hour={hour}") for hour in range(24)]
    assert len(hours(frame(rows), "zh").axes) == 3
    panels = hours(frame(rows + passed), "zh").axes
    assert panels[2].get_title(loc="left") == "等得太久、转到上级热线的比例"
    np.testing.assert_allclose(panels[2].lines[0].get_ydata(), np.arange(24) / 100)


@both
def test_of_many_zones_the_worst_are_listed_and_the_rest_counted(lang: Lang) -> None:
    zones = pd.DataFrame([
        {"zone": f"z{n}", "name_zh": f"第{n}街", "name_en": f"Town {n}", "x_km": 5.0 * (n % 8),
         "y_km": 5.0 * (n // 8), "area_km2": 25.0, "population": 1} for n in range(40)])
    points = pd.DataFrame(columns=["x_km", "y_km", "level"])
    share = np.random.default_rng(1).permutation(40) / 40
    kpis = frame([
        row(f"{kind}_coverage", value, 0.01, group=f"zone=z{n}") for n in range(40)
        for kind, value in (("nominal", 0.9), ("effective", share[n])) if kind != "effective" or n])
    left, right = county_map(zones, points, kpis, lang).axes
    listed = [label.get_text() for label in right.get_yticklabels()]
    worst = sorted(range(1, 40), key=lambda n: share[n])[:25]
    names = zones[f"name_{lang}"]
    assert [name.split("  ")[0] for name in listed] == [names[n] for n in worst]
    assert "15" in right.get_title(loc="left")
    assert len([text for text in left.texts if "%" in text.get_text()]) == 25


KNOWN = re.compile(r"\(?[a-z]+(?:[._=:-][\w*-]+)+\)?|（\w+）|P\d\d|Erlang|base|quickstart")


@pytest.mark.parametrize("name", DRAWN)
def test_each_language_is_by_itself(name: str) -> None:
    """Ids apart, no English in Chinese figures and no Chinese in English ones."""
    given = {"as it is", "first come", "one operator fewer", "two caregivers fewer",
             "desk", "town-day"}
    chinese = [word for word in _words(DRAWN[name]("zh")) if word not in given]
    left = [word for word in chinese if re.search(r"[A-Za-z]{3}", KNOWN.sub("", word))]
    assert [word for word in left if not any(own in word for own in given)] == []
    assert [word for word in _words(DRAWN[name]("en")) if re.search("[\u4e00-\u9fff]", word)] == []
