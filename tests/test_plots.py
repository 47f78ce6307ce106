"""Figures: pure, readable in both languages and in black and white, the same bytes every time."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from sample_figures import DRAWN
from sample_kpis import POINTS, SERVICES, ZONES, frame, hourly, reference, row

from sim.measures.orders.requests import PARTS
from sim.plots import county_map, hours, response_parts, save, save_all
from sim.plots.drawing.style import FONT
from sim.plots.run.response import LOOKS
from sim.words.glossary import LANGS, Lang

both = pytest.mark.parametrize("lang", LANGS)
RESPONSE = {"0": (0.4, 0.3, 2.5, 1, 3, 0, 7, 0), "5": (0.5, 0.4, 4.2, 3.5, 35, 4, 11, 1.5)}


@pytest.fixture(autouse=True)
def every_warning_is_an_error() -> Iterator[None]:
    """A glyph that the font lacks is only a warning to Matplotlib."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize(("lang", "kind"), [("zh", "png"), ("en", "svg")])
def test_every_figure_type_of_a_real_result(
    name: str, lang: Lang, kind: str, tmp_path: Path
) -> None:
    figure = DRAWN[name](lang)
    all_of_it = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert all_of_it.x0 > -0.05 and all_of_it.x1 < width + 0.05
    assert all_of_it.y0 > -0.05 and all_of_it.y1 < height + 0.05
    figure.set_dpi(60)
    content = save(figure, tmp_path / f"{name}.{kind}").read_bytes()
    assert content.startswith({"png": b"\x89PNG", "svg": b"<?xml"}[kind])
    assert len(content) > 10_000
    words = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
    chinese = [word for word in words if any(letter >= "\u4e00" for letter in word)]
    assert bool(chinese) == (lang == "zh")


def test_every_figure_bears_the_name_of_its_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[list[str]] = []

    def keep(figure: Figure, path: Path) -> Path:
        named.append([text.get_text() for text in figure.texts])
        return path

    monkeypatch.setattr("sim.plots.save", keep)
    tables = reference()
    name = pd.DataFrame([("name", '"two-seats"')], columns=["key", "value"])
    save_all(kpis(), {**tables, "settings": pd.concat([tables["settings"], name])}, tmp_path, "en")
    assert len(named) == 6
    assert all("two-seats" in texts for texts in named)


def kpis() -> pd.DataFrame:
    rows = [*hourly(), row("service_level", 0.93, 0.01, target=0.8, p_meet=1)]
    for rank, lengths in RESPONSE.items():
        rows.append(row("response_min", sum(lengths), 2, group=f"class={rank}"))
        rows += [row(f"response_{part}_min", length, group=f"class={rank}")
                 for (part, *_), length in zip(PARTS, lengths, strict=True)]
    nominal = (1, 0.8, 0.95, 1, 0.9, 0.6, 0.35)
    for zone, share in zip(ZONES["zone"], nominal, strict=True):
        rows.append(row("nominal_coverage", share, 0, group=f"zone={zone}"))
        rows.append(row("effective_coverage", share / 2, 0.03, group=f"zone={zone}"))
    return frame(rows)


def drawn(lang: Lang, table: pd.DataFrame) -> list[Figure]:
    return [
        hours(table, lang), response_parts(table, SERVICES, lang),
        county_map(ZONES, POINTS, table, lang),
    ]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@both
def test_every_figure_is_saved_with_every_glyph(lang: Lang, tmp_path: Path) -> None:
    paths = save_all(kpis(), reference(), tmp_path / "figures", lang)
    assert sorted(path.name for path in paths) == [
        "coverage.png", "coverage.svg", "hours.png", "hours.svg", "response.png", "response.svg"]
    for path in paths:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG" if path.suffix == ".png" else b"<?xml")
        assert len(content) > 10_000


def test_a_missing_glyph_would_be_noticed(tmp_path: Path) -> None:
    table = ZONES.assign(name_en=["\U0001f3e0", *ZONES["name_en"][1:]])
    with pytest.raises(UserWarning, match="missing from font"):
        county_map(table, POINTS, kpis(), "en")


@both
def test_all_text_is_set_in_the_font_that_comes_along(lang: Lang) -> None:
    for figure in drawn(lang, kpis()):
        for text in figure.findobj(matplotlib.text.Text):
            assert text.get_fontfamily() == [FONT], text.get_text()


def test_svg_text_is_drawn_and_bytes_repeat(tmp_path: Path) -> None:
    first, second = (
        {path.name: path.read_bytes() for path in save_all(
            kpis(), reference(), tmp_path / name, "zh")}
        for name in ("first", "second")
    )
    assert first == second
    for name, content in first.items():
        assert b"<text" not in content
        assert b"<dc:date>" not in content, name


def test_drawing_leaves_the_table_and_matplotlib_as_they_were() -> None:
    table, settings = kpis(), dict(matplotlib.rcParams)
    before = table.copy()
    drawn("zh", table)
    pd.testing.assert_frame_equal(table, before)
    assert dict(matplotlib.rcParams) == settings
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_hours_show_the_values_of_the_table() -> None:
    level, wait, offered = hours(kpis(), "en", acceptable_wait_s=20).axes
    table = {(r["measure"], r["group"]): r["mean"] for r in hourly()}
    for axes, measure in ((level, "service_level"), (wait, "wait_all_s")):
        line = axes.lines[0]
        shown = dict(zip(np.asarray(line.get_xdata()) - 0.5, line.get_ydata(), strict=True))
        for hour in range(24):
            expected = table.get((measure, f"hour={hour}"), math.nan)
            assert shown[hour] == pytest.approx(expected, nan_ok=True)
    assert [bar.get_height() for bar in offered.patches] == pytest.approx(
        [table.get(("offered_per_day", f"hour={hour}"), 0.0) for hour in range(24)])
    assert "within 20 s" in level.get_title(loc="left")
    target = level.lines[1]
    assert set(target.get_ydata()) == {0.8}


def test_bands_are_the_intervals() -> None:
    level = hours(kpis(), "en").axes[0]
    bands = {bar.get_x() + 0.5: bar for bar in level.patches if bar.get_height() > 0}
    ten = next(r for r in hourly() if r["measure"] == "service_level" and r["group"] == "hour=10")
    assert bands[10.5].get_y() == pytest.approx(ten["ci_low"])
    assert bands[10.5].get_y() + bands[10.5].get_height() == pytest.approx(ten["ci_high"])


def test_response_bars_are_stacked_to_the_total() -> None:
    (axes,) = response_parts(kpis(), SERVICES, "en").axes
    ends = sorted({round(bar.get_x() + bar.get_width(), 6) for bar in axes.patches})
    assert ends[-1] == pytest.approx(sum(RESPONSE["5"]))
    assert {"14", "60", "35"} <= set(texts(axes))
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["class 0: emergency visit", "class 5: cleaning, bathing\nand 1 more"]


def test_map_shows_both_coverages_of_each_zone() -> None:
    left, right = county_map(ZONES, POINTS, kpis(), "zh").axes
    assert {"新湖街道\n50%", "黄河涯镇\n18%"} <= set(texts(left))
    nominal, effective = (collection.get_offsets() for collection in right.collections[1:3])
    order = [label.get_text() for label in right.get_yticklabels()]
    assert order[0] == "黄河涯镇"
    assert nominal[0][0] == pytest.approx(35)
    assert effective[0][0] == pytest.approx(17.5)


def test_names_too_long_for_the_map_become_numbers_of_the_list() -> None:
    long = ZONES.assign(name_en=ZONES["name_en"] + " street with a long name")
    left, right = county_map(long, POINTS, kpis(), "en").axes
    listed = [label.get_text().rsplit("  ", 1) for label in right.get_yticklabels()]
    assert listed[0] == ["Huangheya street with a long name", "7"]
    assert "7\n18%" in texts(left)
    assert [number for _, number in listed] == list("7654321")


def test_black_and_white_tells_the_parts_of_a_response_apart() -> None:
    def grey(colour: str) -> float:
        red, green, blue = to_rgb(colour)
        return 0.299 * red + 0.587 * green + 0.114 * blue

    assert list(LOOKS) == [part for part, *_ in PARTS]
    looks = list(LOOKS.values())
    for n, (colour, hatch) in enumerate(looks):
        for other, other_hatch in looks[:n]:
            assert hatch != other_hatch or abs(grey(colour) - grey(other)) > 0.1


@both
def test_nothing_measured_gives_figures_that_say_so(lang: Lang, tmp_path: Path) -> None:
    empty = kpis().iloc[:0]
    for n, figure in enumerate(drawn(lang, empty)):
        save(figure, tmp_path / f"{n}.png")
    assert ("没有来电" if lang == "zh" else "no calls") in [
        text.get_text() for text in hours(empty, lang).texts]


def test_one_replication_has_no_bands() -> None:
    rows = [row(r["measure"], r["mean"], group=r["group"], n=1) for r in hourly()]
    level = hours(frame(rows), "en").axes[0]
    assert not [bar for bar in level.patches if bar.get_height() > 0]
