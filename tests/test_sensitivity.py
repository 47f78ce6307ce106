"""Sensitivity: what is varied as one, what it moves, and where the advice turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.experiments.compare import holm
from sim.experiments.executors import InProcess
from sim.experiments.lab import Variant
from sim.experiments.replicate import prepare
from sim.experiments.sensitivity.advice import (
    COST,
    Turn,
    choice_turn,
    next_place,
    target_turn,
    targeted,
)
from sim.experiments.sensitivity.assumptions import Assumption, Cell, assumptions
from sim.experiments.sensitivity.run import Sensitive, sensitivity
from sim.experiments.sensitivity.tornado import Readings, ranges, readings, tornado
from sim.experiments.variants import Named
from sim.measures.chosen import Chosen
from sim.report.study.sensitivity import page
from sim.scenario.faults import BadInput
from sim.scenario.load import Resolved, rebuild
from tests.measured_kit import made
from tests.test_run import Log

SHORT = ["time.days=1", "time.warm_up_days=0", "time.cool_down_days=1"]
LEVEL = Chosen("service_level")


def sourced(*rows: tuple[Any, ...], changes: Sequence[str] = ()) -> Resolved:
    """The town of the quickstart with only these rows of ``sources.csv``: id, source, low, high."""
    found = prepare("quickstart", [*SHORT, *changes])
    sources = {}
    for name, source, *limits in rows:
        sources[name] = {"standing": "assumed", "source": source}
        if limits:
            sources[name] |= dict(zip(("low", "high"), limits, strict=True))
    raw = {**found.raw, "sources": sources}
    return replace(found, raw=raw, scenario=rebuild(raw))


def test_one_row_of_sources_is_one_assumption() -> None:
    county = sourced(
        ("hotline.wrap_up.mean_s", "a", 30, 120),
        ("caregivers.*.absence_prob", "b", 0.0, 0.1),
        ("callers.client.patience.mean_s", "60-180", 60, 180),
        ("callers.relative.patience.mean_s", "60-180", 45, 135),
        ("callers.client.redial_first_prob", "c", 0.3, 0.7),
        ("callers.relative.redial_first_prob", "d", 0.3, 0.7),
    )
    found, left = assumptions(county)
    assert not left
    assert {a.name: (a.value(-1), a.value(0), a.value(1)) for a in found} == {
        "callers.*.patience.mean_s": ("45 - 60", "90 - 120", "135 - 180"),
        "callers.client.redial_first_prob": (0.3, 0.5, 0.7),
        "callers.relative.redial_first_prob": (0.3, 0.6, 0.7),
        "hotline.wrap_up.mean_s": (30, 60, 120),
        "caregivers.*.absence_prob": (0, 0.05, 0.1),
    }
    raw = found[0].at(county, -1).raw["callers"]
    assert [raw[k]["patience"]["mean_s"] for k in ("client", "relative")] == [60, 45]
    half = found[0].at(county, 0.5)
    assert half.scenario.callers["client"].patience.mean == pytest.approx(150_000)
    assert half.changes[-1] == "callers.relative.patience.mean_s: 90 -> 112.5"
    assert county.raw["callers"]["client"]["patience"]["mean_s"] == 120


def test_whole_numbers_stay_whole_and_a_variant_keeps_its_own() -> None:
    county = sourced(("callers.*.max_redials", "a", 0, 6))
    (found,), _ = assumptions(county)
    redials = {place: found.at(county, place).raw["callers"]["client"]["max_redials"]
               for place in (-1, -0.5, 0.1, 0.5, 1)}
    assert redials == {-1: 0, -0.5: 2, 0.1: 3, 0.5: 4, 1: 6}
    own = replace(county, raw=prepare("quickstart", ["callers.client.max_redials=5"]).raw)
    moved = found.at(own, 1).raw["callers"]
    assert (moved["client"]["max_redials"], moved["relative"]["max_redials"]) == (5, 6)


def test_what_is_left_out_says_why() -> None:
    county = sourced(
        ("time.days", "a", 7, 14),
        ("operators.*.count", "a", 0, 9),
        ("caregivers.*.grade", "a", 1, 5),
        ("demand.shapes.daytime.hours", "a"),
        ("hotline.lines", "a"),
        ("hotline.call_back_prob", "a", 0.2, 0.2),
        ("dispatch.max_offers", "a", 0, 3),
        ("demand.growth", "a", 0.5, 2),
    )
    found, left = assumptions(county)
    assert [a.name for a in found] == ["demand.growth"]
    reasons = {one.name: one.reason for one in left}
    assert len(reasons) == len(left) == 7
    for name, words in {
        "time.days": "how long is simulated", "operators.*.count": "decided",
        "caregivers.*.grade": "order counts", "demand.shapes.daytime.hours": "a list",
        "hotline.lines": "no low and high", "hotline.call_back_prob": "the same",
        "dispatch.max_offers": "not possible",
    }.items():
        assert words in reasons[name]
        assert reasons[name].zh != reasons[name]
    asked, _ = assumptions(county, ["operators.desk.*", "demand.*"])
    assert [a.name for a in asked] == ["demand.growth", "operators.*.count"]
    with pytest.raises(BadInput) as bad:
        assumptions(county, ["demand.growht", "*", "hotlines.*"])
    assert [fault.nearest for fault in bad.value.faults] == ["demand.growth", "hotline.lines"]


def test_every_assumption_of_decheng_is_varied_or_says_why_not() -> None:
    county = prepare("decheng")
    found, left = assumptions(county)
    names = [a.name for a in found]
    assert len(names) == len(set(names)) > 60
    assert {"zones.*.pop_dependent", "caregivers.*.absence_prob", "hotline.wrap_up.mean_s"} <= {
        *names}
    cells = [cell.path for a in found for cell in a.cells]
    assert len(cells) == len(set(cells)) > 200
    assert all(one.reason for one in left)


def at(
    level: Sequence[float], cost: Sequence[float] | None = None, target: float = 0.8
) -> dict[Chosen, Any]:
    """Readings of ten replications with these service levels (of 100 calls) and yearly costs."""
    ratios = {"service_level": [(100 * value, 100) for value in level]}
    if cost is not None:
        ratios[COST.measure] = [(value, 1) for value in cost]
    measured = made(ratios, targets={"service_level": (target, math.nan)})
    return readings(measured, [LEVEL, *([COST] if cost is not None else [])])


WIGGLE = np.array([-0.02, 0.01, 0, 0.02, -0.01, -0.01, 0.02, 0, 0.01, -0.02])
HALF = float(stats.t.ppf(0.975, 9) * stats.sem(WIGGLE))


def test_a_tornado_by_hand() -> None:
    def named(name: str) -> Assumption:
        return Assumption(name, "s", (Cell(f"{name}.x", 1, 2, 4),))

    middle = at(0.8 + WIGGLE)
    ends: dict[str, Mapping[str, Readings]] = {
        "much": {"low": at(0.9 + WIGGLE), "high": at(0.6 + WIGGLE * 2)},
        "little": {"low": at(0.8 + np.roll(WIGGLE, 1)), "high": at(0.81 + np.roll(WIGGLE, 1))},
        "broken": {"high": at(0.7 + WIGGLE)},
    }
    table = tornado(middle, ends, [named("little"), named("broken"), named("much")])
    assert table["path"].to_list() == ["much", "broken", "little"]
    much, broken = table.iloc[0], table.iloc[1]
    assert (much["low"], much["middle"], much["high"], much["cells"]) == (1, 2, 4, 1)
    assert (much["at_low"], much["at_middle"], much["at_high"]) == pytest.approx((0.9, 0.8, 0.6))
    assert (much["middle_ci_low"], much["middle_ci_high"]) == pytest.approx(
        (0.8 - HALF, 0.8 + HALF))
    assert much["swing"] == pytest.approx(0.3)
    # The same wiggle on both sides falls out; twice the wiggle leaves it once.
    assert much["change_low_ci_low"] == pytest.approx(0.1)
    assert (much["change_high_ci_low"], much["change_high_ci_high"]) == pytest.approx(
        (-0.2 - HALF, -0.2 + HALF))
    assert (broken["at_high"], broken["swing"]) == pytest.approx((0.7, 0.1))
    assert math.isnan(broken["at_low"])
    apart = np.roll(WIGGLE, 1) - WIGGLE
    ps = [stats.ttest_1samp(apart, 0).pvalue, math.nan, 0.0,
          stats.ttest_1samp(apart + 0.01, 0).pvalue, 0.0,
          stats.ttest_1samp(WIGGLE - 0.2, 0).pvalue]
    expected = np.fmin(*holm(ps).reshape(2, -1))
    assert table["p_adjusted"].to_list() == pytest.approx(expected[[2, 1, 0]].tolist())
    assert table["shown"].to_list() == ["yes", "yes", "no"]
    (spread,) = ranges(middle, table).to_dict("records")
    assert (spread["chance_low"], spread["assumed_low"], spread["assumed_high"]) == pytest.approx(
        (0.8 - HALF, 0.6, 0.9))
    assert (spread["low_path"], spread["high_path"]) == ("much", "much")


def turn(*levels: tuple[float, float], target: float = 0.8, wiggle: float = 1) -> Turn:
    line = {place: {"base": at(level + WIGGLE * wiggle, target=target)} for place, level in levels}
    return target_turn(line, "base", LEVEL)


def test_where_a_target_is_first_missed() -> None:
    found = turn((0, 0.9), (1, 0.7))
    assert (found.before, found.after, found.status) == ("met", "missed", "changes")
    assert (found.place, found.start, found.stop) == pytest.approx(
        (0.5, 0.5 - HALF / 0.2, 0.5 + HALF / 0.2))
    back = turn((0, 0.7), (1, 0.9))
    assert (back.before, back.after) == ("missed", "met")
    assert (back.place, back.start, back.stop) == pytest.approx(
        (found.place, found.start, found.stop))
    bent = turn((0, 0.9), (0.25, 0.82), (1, 0.7))
    assert bent.place == pytest.approx(0.25 + 0.75 * 0.02 / 0.12)
    wide = turn((0, 0.801), (1, 0.799))
    assert (wide.status, wide.start, wide.stop) == ("changes", None, None)
    assert wide.place == pytest.approx(0.5)


def test_where_a_target_stays_as_it_is() -> None:
    assert turn((0, 0.9), (1, 0.85)).status == "does_not_change"
    assert turn((0, 0.9), (1, 0.8 + HALF / 2)).status == "not_certain"
    assert turn((0, 0.8 - HALF / 2), (1, 0.5)).status == "not_certain"
    assert turn((0, 0.8 + HALF / 2), (1, 0.8 + HALF / 2)).status == "does_not_change"
    assert turn((0, 0.7), (1, 0.5)).place is None


def test_targets_of_bands_and_of_none() -> None:
    measured = made({"utilisation": [(5, 10)] * 3, "backlog": [(1, 1)] * 3},
                    targets={"utilisation": (0.4, 0.85)})
    found = readings(measured, [Chosen("utilisation"), Chosen("backlog")])
    assert targeted(found) == [Chosen("utilisation")]
    assert found[Chosen("utilisation")].margin() == pytest.approx((0.1, 0.1, 0.1))
    wide = made({"utilisation": [(3, 10), (9, 10)]}, targets={"utilisation": (0.4, 0.85)})
    value, low, high = readings(wide, [Chosen("utilisation")])[Chosen("utilisation")].margin()
    assert (value, low, high) == pytest.approx((0.2, -0.4, 0.225))


def choices(*places: tuple[float, tuple[float, float], tuple[float, float]]) -> Turn:
    """Of ``plain`` and ``dear``, each with its service level and its cost at each place."""
    line = {
        place: {name: at(level + WIGGLE / 4, cost + 100 * WIGGLE)
                for name, (level, cost) in (("plain", plain), ("dear", dear))}
        for place, plain, dear in places
    }
    return choice_turn(line, seed=1)


def test_the_cheapest_that_misses_fewest_targets_is_chosen() -> None:
    both = choices((0, (0.9, 50), (0.95, 60)), (1, (0.9, 50), (0.95, 60)))
    assert (both.before, both.status) == ("plain", "does_not_change")
    missed = choices((0, (0.9, 50), (0.95, 60)), (0.5, (0.85, 50), (0.9, 60)),
                     (1, (0.7, 50), (0.85, 60)))
    assert (missed.before, missed.after, missed.status) == ("plain", "dear", "changes")
    assert (missed.place, missed.start, missed.stop) == (0.75, 0.75, 0.75)
    dearer = choices((0, (0.9, 50), (0.95, 60)), (1, (0.9, 50), (0.95, 40)))
    assert (dearer.after, dearer.place) == ("dear", 0.5)
    close = choices((0, (0.9, 50), (0.95, 60)), (1, (0.801, 50), (0.95, 60)))
    assert (close.after, close.status) == ("plain", "not_certain")


def test_it_is_looked_closer_where_it_turns() -> None:
    line: dict[float, dict[str, Readings]] = {
        place: {"base": at(level + WIGGLE)} for place, level in ((0, 0.9), (1, 0.7))}
    found = target_turn(line, "base", LEVEL)
    assert next_place(line, found) == pytest.approx(0.5)
    assert next_place(line, replace(found, place=0.001)) == pytest.approx(0.1)
    assert next_place(line, replace(found, place=None)) is None
    line[0.49] = line[0]
    line[0.5] = line[1]
    assert next_place(line, target_turn(line, "base", LEVEL)) is None


ROWS = [LEVEL, Chosen("on_time")]


def analysed(out: Path, where: Any, **options: Any) -> Sensitive:
    named = [Named(Variant("town", county()), "quickstart", (), ())]
    found, left = assumptions(county())
    return sensitivity(
        named, found, left, out=out, page=page, where=where, rows=ROWS, replications=3, **options)


def county() -> Resolved:
    """Its service level lies far above its target."""
    return sourced(
        ("targets.service_level", "a", 0.3, 1.0),
        ("hotline.wrap_up.mean_s", "b", 30, 600),
        ("hotline.open", "d"),
        changes=["targets.service_level=0.5"],
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sensitive:
    return analysed(tmp_path_factory.mktemp("sensitivity") / "out", InProcess())


def results(folder: Path) -> dict[str, bytes]:
    """The files of a result; of its cells only which there are."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.glob("*") if path.is_file() and path.name != "manifest.json"
    }


def test_the_turning_point_of_a_target_is_what_was_measured(done: Sensitive) -> None:
    tornado_, advice = done.tables["tornado"], done.tables["advice"]
    own = tornado_[tornado_["measure"] == "service_level"].iloc[0]
    turned = advice[(advice["path"] == "targets.service_level") & (advice["status"] == "changes")]
    (found,) = turned.to_dict("records")
    assert (found["side"], found["before"], found["after"]) == ("high", "met", "missed")
    assert [found[c] for c in ("value", "value_from", "value_to")] == pytest.approx(
        [own["at_middle"], own["middle_ci_low"], own["middle_ci_high"]], abs=1e-5)


def test_what_moves_and_what_does_not(done: Sensitive) -> None:
    table = done.tables["tornado"].set_index(["measure", "path"])
    wrap_up = table.loc[("service_level", "hotline.wrap_up.mean_s")]
    assert wrap_up["at_low"] > wrap_up["at_middle"] > wrap_up["at_high"]
    assert table.loc[("service_level", "targets.service_level"), "swing"] == 0
    assert table.loc[("service_level", "targets.service_level"), "shown"] == "no"
    assert done.tables["left_out"]["path"].to_list() == ["hotline.open"]
    wrapped = done.points[done.points["path"] == "hotline.wrap_up.mean_s"]
    assert {30, 600} <= set(wrapped["value"].astype(float))
    assert not done.failures
    spread = done.tables["ranges"].set_index("measure").loc["service_level"]
    assert spread["assumed_low"] == pytest.approx(wrap_up["at_high"])
    assert spread["low_path"] == "hotline.wrap_up.mean_s"


def test_the_pages_tell_both_uncertainties(done: Sensitive) -> None:
    english = (done.folder / "page.en.txt").read_text(encoding="utf-8")
    chinese = (done.folder / "page.zh.txt").read_text(encoding="utf-8")
    for words in ("Two uncertainties, apart", "hotline.wrap_up.mean_s", "Target \"service level\"",
                  "a list, a date or a time of day: hotline.open"):
        assert words in english
    for words in ("两种不确定", "何时结论会变", "服务水平"):
        assert words in chinese
    read = {path.name for path in done.folder.iterdir()}
    assert {"tornado.csv", "ranges.csv", "advice.csv", "left_out.csv", "points.csv",
            "points.parquet", "failures.csv", "manifest.json"} <= read
    assert (done.manifest["kind"], done.manifest["base"]) == ("sensitivity", "town")
    again = pd.read_csv(done.folder / "tornado.csv")
    assert list(again) == list(done.tables["tornado"])


def test_interrupted_it_goes_on_where_it_stopped(done: Sensitive, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        analysed(tmp_path / "out", InProcess(), watcher=Log(interrupt_after=4))
    log = Log()
    other = analysed(tmp_path / "out", InProcess(), watcher=log)
    assert log.heard[0][1] == 4
    assert results(other.folder) == results(done.folder)
