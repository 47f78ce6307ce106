"""Staffing curves, surfaces and fronts: what is marked is what the table says."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sample_results as real
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from sample_figures import theory
from sample_results import DESK, GROWTH, TOWN

from sim.plots import curves_by_point, pareto, staffing_curves, surface
from sim.plots.drawing.scale import differences, scale, three_digits
from sim.plots.drawing.tidy import axes_of, held, key_name, of
from sim.plots.study.curves import CAREGIVERS, OPERATORS, enough
from sim.plots.study.pareto import front
from sim.plots.study.surface import LEAST, squares


def panels(figure: Any) -> dict[str, Axes]:
    """Title of a panel, without its unit -> the panel."""
    return {axes.get_title(loc="left").rsplit(" (", 1)[0]: axes for axes in figure.axes}


def rows(points: pd.DataFrame, measure: str, **held: float) -> pd.DataFrame:
    own = points[(points["measure"] == measure) & (points["group"] == "all")]
    for key, value in held.items():
        own = own[own[{"desk": DESK, "town": TOWN, "growth": GROWTH}[key]] == value]
    return own


def test_the_table_knows_what_varies() -> None:
    assert axes_of(real.operators()) == [DESK, GROWTH]
    part, note = held(real.everything(), [DESK], "en")
    assert set(part[TOWN]) == {4} and set(part[GROWTH]) == {1}
    assert note == "caregivers (town-day) = 4; demand, times today's = 1"
    part, note = held(real.everything(), [DESK], "en", {GROWTH: 2, TOWN: 3})
    assert set(part[TOWN]) == {4} and set(part[GROWTH]) == {2}
    assert key_name("hotline.lines", "zh") == "hotline.lines"


def test_a_table_in_which_another_key_varies_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one row for the same"):
        staffing_curves(real.operators(), DESK, "en")
    with pytest.raises(ValueError, match="more than one row for the same"):
        squares(real.everything(), DESK, TOWN, "on_time_request")


@pytest.mark.parametrize("measure", ["service_level", "connection_rate", "abandonment"])
@pytest.mark.parametrize("growth", [1, 2])
def test_the_fewest_that_are_enough_by_trying_all(measure: str, growth: float) -> None:
    own = rows(real.operators(), measure, growth=growth)
    expected = None
    for people in sorted(own[DESK]):
        row = own[own[DESK] == people].iloc[0]
        low = measure == "abandonment"
        if row["mean"] <= row["target"] if low else row["mean"] >= row["target"]:
            sure = row["ci_high"] <= row["target"] if low else row["ci_low"] >= row["target"]
            expected = (people, bool(sure))
            break
    assert enough(own, DESK, scale(measure, "en")) == expected


def test_some_of_the_samples_are_enough_and_some_are_not() -> None:
    found = [enough(rows(real.operators(), measure, growth=growth), DESK, scale(measure, "en"))
             for measure in ("service_level", "abandonment") for growth in (1, 2)]
    assert None in found and any(found)


@pytest.mark.parametrize(("low", "high", "sure"), [(0.81, 0.9, True), (0.7, 0.9, False)])
def test_enough_looks_at_the_worse_end(low: float, high: float, sure: bool) -> None:
    table = pd.DataFrame({"x": [2, 1], "mean": [0.85, 0.5], "ci_low": [low, 0.4],
                          "ci_high": [high, 0.6], "target": [0.8, 0.8]})
    assert enough(table, "x", scale("service_level", "en")) == (2, sure)


def test_rings_lie_where_it_is_enough() -> None:
    points = real.operators()
    axes = panels(staffing_curves(points, DESK, "en", line=GROWTH))["service level"]
    rings = {tuple(map(float, c.get_offsets()[0])) for c in axes.collections
             if isinstance(c, PathCollection)}
    expected = set()
    for growth in (1, 2):
        own = rows(points, "service_level", growth=growth)
        if found := enough(own, DESK, scale("service_level", "en")):
            expected.add((found[0], float(own.loc[own[DESK] == found[0], "mean"].iloc[0])))
    assert rings == expected and expected


def test_lines_and_bands_are_the_table() -> None:
    points = real.operators()
    axes = panels(staffing_curves(points, DESK, "en", line=GROWTH))["abandonment"]
    for line, band, growth in zip(axes.lines, axes.collections, (1, 2), strict=False):
        own = rows(points, "abandonment", growth=growth).sort_values(DESK)
        assert list(line.get_xdata()) == list(own[DESK])
        assert list(line.get_ydata()) == pytest.approx(list(own["mean"]))
        drawn = band.get_paths()[0].vertices
        for people, low, high in zip(own[DESK], own["ci_low"], own["ci_high"], strict=True):
            heights = drawn[drawn[:, 0] == people][:, 1]
            assert heights.min() == pytest.approx(low)
            assert heights.max() == pytest.approx(high)


def test_the_theory_lies_behind_its_own_panel_only() -> None:
    behind = theory()
    figure = staffing_curves(real.operators(), DESK, "en", line=GROWTH, theory=behind)
    drawn = {name: [line for line in axes.lines if line.get_linewidth() == 3.2]
             for name, axes in panels(figure).items()}
    assert [len(lines) for lines in drawn.values() if lines] == [2]
    own = behind[behind[GROWTH] == 2].sort_values(DESK)
    assert list(drawn["service level"][1].get_ydata()) == pytest.approx(list(own["mean"]))
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "theory (Erlang A, hour by hour; marked as the lines)" in words


def test_what_never_comes_is_an_arrow() -> None:
    points = real.both()
    figure = staffing_curves(points, TOWN, "en", measures=CAREGIVERS, line=DESK)
    axes = panels(figure)["response, P90"]
    assert np.isfinite(axes.get_ylim()).all()
    arrows = [tuple(map(float, line.get_xdata())) for line in axes.lines
              if line.get_marker() == "^" and line.get_linestyle() == "None"]
    own = [rows(points, "response_p90_min", desk=desk).sort_values(TOWN) for desk in (1, 2, 3)]
    never = [tuple(part.loc[np.isinf(part["mean"]), TOWN]) for part in own]
    assert arrows == [people for people in never if people] and arrows
    assert "▲ never reached (infinite)" in [t.get_text() for t in figure.legends[0].get_texts()]


def test_named_variants_are_not_joined() -> None:
    points = real.both().drop(columns=[DESK, TOWN, GROWTH])
    figure = staffing_curves(points, "variant", "en")
    axes = panels(figure)["service level"]
    assert [label.get_text() for label in axes.get_xticklabels()] == list(
        points["variant"].drop_duplicates())
    assert axes.lines[0].get_linestyle() == "None"
    assert len(axes.lines[0].get_ydata()) == points["variant"].nunique()


def test_every_measure_of_the_panels_is_in_the_catalogue() -> None:
    for measure in (*OPERATORS, *CAREGIVERS):
        assert scale(measure, "zh").title.startswith(scale(measure, "zh").name)


def test_panels_of_points_show_their_own_rows() -> None:
    table = real.results()[0].reference["points"]
    points = real.both()
    figure = curves_by_point(points, TOWN, "on_time", table, "en", line=DESK)
    for (_, place), axes in zip(table.iterrows(), figure.axes, strict=False):
        assert axes.get_title(loc="left") == place["name_en"]
        for line, desk in zip(axes.lines, (1, 2, 3), strict=False):
            own = of(points, "on_time", DESK, TOWN, group=f"point={place['point']}")
            own = own[own[DESK] == desk]
            assert list(line.get_ydata()) == pytest.approx(list(own["mean"]))


# -- surfaces ------------------------------------------------------------------------------------


def grid(heights: list[list[float]], measure: str = "on_time_request") -> pd.DataFrame:
    """A table over operators 1, 2, 4 and caregivers 10, 11, ...; ``heights`` by caregivers."""
    return pd.DataFrame([
        {"variant": f"{x}-{y}", "operators": x, "caregivers": y, "measure": measure,
         "group": "all", "mean": height, "target": 0.8}
        for y, line in enumerate(heights, start=10)
        for x, height in zip((1, 2, 4), line, strict=True)
    ])


def test_bottlenecks_by_hand() -> None:
    table = grid([[0.50, 0.60, 0.61], [0.52, 0.70, 0.90], [0.53, 0.701, 0.90]])
    found = {(s.x, s.y): s for s in squares(table, "operators", "caregivers", "on_time_request")}
    assert {place: s.bottleneck for place, s in found.items()} == {
        (1, 10): "operators", (2, 10): "caregivers", (1, 11): "operators", (2, 11): "operators"}
    assert found[2, 11].gain_x == pytest.approx(0.1)  # 0.2 for two more
    flat = squares(grid([[0.9, 0.9, 0.9], [0.9, 0.901, 0.9], [0.9, 0.9, 0.9]]), "operators",
                   "caregivers", "on_time_request")
    assert {s.bottleneck for s in flat} == {""}


def test_where_low_is_good_a_fall_is_a_gain() -> None:
    table = grid([[9.0, 5.0, 5.0], [8.0, 5.0, 5.0]], "wait_all_s")
    found = squares(table, "operators", "caregivers", "wait_all_s")
    assert (found[0].bottleneck, found[0].gain_x, found[0].gain_y) == ("operators", 4.0, 1.0)


def test_bottlenecks_of_a_real_table_by_trying_both() -> None:
    points = real.both()
    mean = {(row[DESK], row[TOWN]): row["mean"]
            for _, row in rows(points, "on_time_request").iterrows()}
    people, carers = sorted({x for x, _ in mean}), sorted({y for _, y in mean})
    for s in squares(points, DESK, TOWN, "on_time_request"):
        right, upper = people[people.index(s.x) + 1], carers[carers.index(s.y) + 1]
        more = {DESK: (mean[right, s.y] - mean[s.x, s.y]) / (right - s.x),
                TOWN: (mean[s.x, upper] - mean[s.x, s.y]) / (upper - s.y)}
        best = max(more, key=lambda key: more[key])
        assert s.bottleneck == (best if more[best] >= LEAST * max(mean.values()) else "")


def test_the_surface_names_its_regions_and_its_target() -> None:
    table = grid([[0.50, 0.60, 0.61], [0.52, 0.70, 0.90], [0.53, 0.701, 0.90]])
    figure = surface(table, "operators", "caregivers", "on_time_request", "en")
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"short of operators", "short of caregivers", "target 80%"} <= set(words)
    cost = surface(real.both(), DESK, TOWN, "cost_per_year_yuan", "en")
    assert not [text for text in cost.axes[0].texts if "short of" in text.get_text()]


def test_one_row_of_the_grid_is_no_surface() -> None:
    figure = surface(grid([[0.5, 0.6, 0.7]]), "operators", "caregivers", "on_time_request", "en")
    assert "this table is no grid of the two" in [text.get_text() for text in figure.texts]


# -- fronts --------------------------------------------------------------------------------------


def beaten(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether b costs no more than a and is no worse, and differs."""
    return b[0] <= a[0] and b[1] >= a[1] and a != b


def plain(values: dict[str, tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame([
        {"variant": name, "measure": measure, "group": "all", "mean": value,
         "ci_low": value, "ci_high": value, "target": math.nan}
        for name, pair in values.items()
        for measure, value in zip(("cost_per_year_yuan", "on_time_request"), pair, strict=True)
    ])


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_what_no_other_beats(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = {f"v{n}": (float(cost), float(good)) for n, (cost, good) in enumerate(
        zip(rng.integers(1, 12, 30), rng.integers(1, 12, 30) / 12, strict=True))}
    expected = {name for name, pair in values.items()
                if not any(beaten(pair, other) for other in values.values())}
    found = front(plain(values))
    assert set(found) == expected and len(found) == len(expected)
    assert [values[name][0] for name in found] == sorted(values[name][0] for name in found)


def test_the_front_of_a_real_sweep() -> None:
    points = real.both()
    pairs = {
        name: tuple(rows(points[points["variant"] == name], measure)["mean"].iloc[0]
                    for measure in ("cost_per_year_yuan", "on_time_request"))
        for name in points["variant"].unique()
    }
    assert set(front(points)) == {
        name for name in pairs if not any(beaten(pairs[name], other) for other in pairs.values())}
    figure = pareto(points, "en")
    kept = figure.axes[0].collections[-1].get_offsets()
    assert {tuple(map(float, at)) for at in kept} == {pairs[name] for name in front(points)}
    listed = figure.axes[1].texts[0].get_text().split("\n")
    assert listed[1:3] == ["operators (desk)", "caregivers (town-day)"]
    assert len([line for line in listed if line[:1].isdigit()]) == len(front(points))


def test_a_variant_that_never_comes_is_on_no_front() -> None:
    assert front(plain({"a": (1.0, math.inf), "b": (2.0, 0.5)})) == ["b"]


# -- scales --------------------------------------------------------------------------------------


def test_values_are_said_in_their_units() -> None:
    assert scale("cost_per_year_yuan", "zh").said(2_923_456) == "292"
    assert scale("cost_per_year_yuan", "zh").title == "年成本（万元/年）"
    assert scale("service_level", "en").said(0.8934) == "89.3"
    assert differences("service_level", "en").unit == "percentage points"
    assert differences("wait_all_s", "zh").unit == "秒"
    said = [three_digits(value) for value in (0, 0.0123, 0.5, 3.14159, 27.55, 1234.5, math.inf)]
    assert said == ["0", "0.012", "0.5", "3.14", "27.6", "1,234", "∞"]


def test_every_unit_of_the_catalogue_has_a_name() -> None:
    from sim.measures.catalogue import CATALOGUE

    for name, lang in itertools.product(CATALOGUE, ("zh", "en")):
        assert scale(name, lang).unit and differences(name, lang).unit
