"""Comparisons, assumptions and searches: markers, bars and lines are the table's."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import sample_results as real
from matplotlib.collections import PathCollection

from sim.plots import comparison, search_path, tornado
from sim.plots.drawing.scale import differences, scale
from sim.plots.study.comparison import MOST, VERDICTS
from sim.plots.study.search_path import best_so_far
from sim.plots.study.tornado import MOST as MOST_ASSUMPTIONS

# -- comparisons ---------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", real.COMPARED)
def test_differences_intervals_and_verdicts_are_the_table(measure: str) -> None:
    table = real.compared()
    figure = comparison(table, "en")
    title = differences(measure, "en").title
    axes = next(one for one in figure.axes if one.get_title(loc="left") == title)
    own = table[table["measure"] == measure]
    whiskers = [line for line in axes.lines[1:] if len(line.get_xdata()) == 2]
    dots = [line for line in axes.lines if len(line.get_xdata()) == 1]
    for place, (row, whisker, dot) in enumerate(
        zip(own.itertuples(), whiskers, dots, strict=True)
    ):
        assert list(whisker.get_xdata()) == [row.ci_low, row.ci_high]
        assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([row.difference], [place])
        colour, marker, _ = VERDICTS[row.verdict]
        assert (dot.get_color(), dot.get_marker()) == (colour, marker)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(real.POLICIES)


def test_the_samples_have_several_verdicts() -> None:
    assert set(real.compared()["verdict"]) == set(VERDICTS)


def test_the_legend_explains_the_verdicts_met() -> None:
    table = real.compared()
    worse = table[table["verdict"].isin(["worse", "no_difference_shown"])]
    words = [text.get_text() for text in comparison(worse, "en").legends[0].get_texts()]
    assert words == ["worse", "no difference shown"]


def test_groups_have_panels_of_their_own_and_there_are_not_too_many() -> None:
    table = real.compared()
    grouped = pd.concat([table.assign(group=f"service=s{n}") for n in range(4)])
    figure = comparison(grouped, "en")
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.axison]
    assert len(titles) == MOST
    assert titles[0].endswith("\nservice=s0")


def test_a_difference_without_end_is_left_out() -> None:
    table = real.compared().copy()
    table.loc[table.index[0], ["difference", "ci_high"]] = math.inf
    figure = comparison(table, "en")
    assert np.isfinite(figure.axes[0].get_xlim()).all()
    assert "nothing to compare" in [t.get_text() for t in comparison(table[:0], "en").texts]


# -- assumptions ---------------------------------------------------------------------------------


def bars(axes: object) -> dict[tuple[float, str], tuple[float, float]]:
    """Row and end -> from where to where."""
    found = {}
    for patch in axes.patches:  # type: ignore[attr-defined]
        middle = patch.get_y() + patch.get_height() / 2
        if math.isclose(patch.get_height(), 0.38):
            end = "low" if patch.get_hatch() else "high"
            found[round(middle), end] = (patch.get_x(), patch.get_width())
    return found


@pytest.mark.parametrize("measure", ["on_time_request", "wait_all_s"])
def test_bars_reach_from_the_middle_to_both_ends(measure: str) -> None:
    table = real.assumptions()
    axes = tornado(table, measure, "en").axes[0]
    own = table[table["measure"] == measure].sort_values("swing", ascending=False)
    drawn = bars(axes)
    for place, row in enumerate(own.to_dict("records")):
        for end in ("low", "high"):
            start, width = drawn[place, end]
            assert start + min(width, 0) == pytest.approx(
                row["at_middle"] + min(0, row[f"change_{end}"]))
            assert abs(width) == pytest.approx(abs(row[f"change_{end}"]))
    names = [label.get_text().strip("()") for label in axes.get_yticklabels()]
    assert names == list(own["path"])
    whiskers = {tuple(np.round(line.get_xdata(), 9)) for line in axes.lines[1:]}
    assert (round(row["at_middle"] + row["change_low_ci_low"], 9),
            round(row["at_middle"] + row["change_low_ci_high"], 9)) in whiskers


def test_the_widest_are_kept_and_the_rest_counted() -> None:
    one = real.assumptions().iloc[:1]
    many = pd.concat([
        one.assign(path=f"a.{n}", swing=float(n), shown="yes" if n % 2 else "no")
        for n in range(MOST_ASSUMPTIONS + 3)
    ])
    figure = tornado(many, one["measure"].iloc[0], "en")
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[:2] == ["a.17", "(a.16)"] and len(names) == MOST_ASSUMPTIONS
    assert "3 more matter less" in figure.legends[0].get_title().get_text()


def test_values_stand_at_the_ends() -> None:
    axes = tornado(real.assumptions(), "wait_all_s", "en").axes[0]
    assert {text.get_text() for text in axes.texts} == {"30", "120", "6", "15"}
    as_written = real.assumptions().assign(low="1 - 3")
    said = {text.get_text() for text in tornado(as_written, "wait_all_s", "en").axes[0].texts}
    assert "1 - 3" in said


def test_no_assumption_no_bars() -> None:
    figure = tornado(real.assumptions(), "service_level", "en")
    assert "no assumption to vary" in [text.get_text() for text in figure.texts]


# -- searches ------------------------------------------------------------------------------------


def test_the_best_so_far_by_looking_back() -> None:
    rng = np.random.default_rng(7)
    values, feasible = rng.normal(size=40), rng.random(40) < 0.4
    values[3] = math.inf
    for measure, best in (("cost_per_year_yuan", min), ("on_time_request", max)):
        found = best_so_far(values, feasible, scale(measure, "en"))
        for n, value in enumerate(found):
            known = [values[m] for m in range(n + 1) if feasible[m] and np.isfinite(values[m])]
            assert math.isnan(value) if not known else value == best(known)


def test_the_path_shows_each_candidate_and_the_one_kept() -> None:
    tried = real.tried()
    figure = search_path(tried, "cost_per_year_yuan", "en", measures=["service_level"])
    for axes, measure in zip(figure.axes, ("cost_per_year_yuan", "service_level"), strict=True):
        good, bad, kept = (c.get_offsets() for c in axes.collections
                           if isinstance(c, PathCollection))
        expected = {True: [], False: []}
        for number, row in enumerate(tried.to_dict("records"), start=1):
            expected[row["feasible"]].append((number, row[measure]))
        assert [tuple(map(float, at)) for at in good] == expected[True]
        assert [tuple(map(float, at)) for at in bad] == expected[False]
        (ring,) = kept
        number = int(np.flatnonzero(tried["kept"])[0]) + 1
        assert tuple(ring) == pytest.approx((number, tried[measure].iloc[number - 1]))
    assert "nothing was tried" in [
        t.get_text() for t in search_path(tried[:0], "cost_per_year_yuan", "en").texts]
