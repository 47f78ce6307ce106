"""A found scenario as a folder that extends another: it says all that differs, and runs."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.replicate import prepare
from sim.scenario.extending import write
from sim.scenario.faults import Words
from sim.scenario.sources import figures
from tests.scenario_kit import raw_small, write_scenario

TITLE, SOURCE = Words("Found", "求得"), Words("found by a search", "由搜索求得")


def changed(raw: dict[str, Any]) -> dict[str, Any]:
    """Numbers, a list, a distribution of another kind, a rule, a row and a new one."""
    new = copy.deepcopy(raw)
    new["demand"]["growth"] = 1.25
    new["hotline"]["wrap_up"] = {"dist": "constant", "value_min": 2}
    new["dispatch"]["choose_order"] = "score"
    new["dispatch"]["order_weights"] = {"late_min": -3.5}
    new["travel"]["speed_by_hour"] = [0.5] * 24
    new["caregivers"]["town-day"]["count"] = 7
    new["caregivers"]["new"] = {**new["caregivers"]["town-day"], "point": "village-point"}
    return new


def same(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """But for what the folder says of itself."""
    own = ("name", "about", "sources")
    return {k: v for k, v in found.items() if k not in own} == {
        k: v for k, v in wanted.items() if k not in own}


def test_it_says_all_that_differs_and_nothing_else(tmp_path: Path) -> None:
    base = prepare("quickstart", ["targets.circle_min=20"])
    wanted = changed(base.raw)
    write(tmp_path / "found", base, wanted, TITLE, SOURCE)
    found = prepare(tmp_path / "found")
    assert same(found.raw, wanted)
    assert (found.scenario.about.title_zh, found.scenario.about.title_en) == ("求得", "Found")
    derived = {f.path for f in figures(found.raw) if "found by a search" in f.source}
    assert {"demand.growth", "targets.circle_min", "caregivers.town-day.count",
            "dispatch.order_weights.late_min", "caregivers.new.count"} <= derived
    assert "caregivers.village-day.count" not in derived
    assert "caregivers.town-day.grade" not in derived
    assert {path.name for path in (tmp_path / "found").iterdir()} == {
        "scenario.toml", "caregivers.csv", "sources.csv"}
    assert "village-day" not in (tmp_path / "found/caregivers.csv").read_text("utf-8-sig")


def test_it_may_be_moved_with_its_parent_to_a_place_beside(tmp_path: Path) -> None:
    write_scenario(tmp_path / "mine", tables=None)
    base = prepare(tmp_path / "mine")
    raw = copy.deepcopy(base.raw)
    raw["demand"]["growth"] = 3.0
    write(tmp_path / "results/found.partial/scenario", base, raw, TITLE, SOURCE)
    shutil.move(tmp_path / "results/found.partial", tmp_path / "results/found")
    assert same(prepare(tmp_path / "results/found/scenario").raw, raw)


def test_what_was_read_from_files_is_written_as_files(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path / "mine")
    raw = raw_small()
    places = [*raw["zones"], *raw["points"]]
    lines = [f"{a},{b},{5 + n}" for n, a in enumerate(places) for b in places]
    (folder / "m.csv").write_text("from,to,minutes\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "own.py").write_text(
        'from sim.rules.registry import rule\n\n'
        '@rule("choose_point", "any")\ndef any_point(order, points):\n'
        '    return points.queued\n', encoding="utf-8")
    base = prepare(folder, [
        "travel.matrix=m.csv", "dispatch.module=own.py", "dispatch.choose_point=any"])
    write(tmp_path / "found", base, base.raw, TITLE, SOURCE)
    assert same(prepare(tmp_path / "found").raw, base.raw)
    assert {"m.csv", "own.py"} <= {path.name for path in (tmp_path / "found").iterdir()}


def test_what_an_extension_cannot_say_is_refused(tmp_path: Path) -> None:
    base = prepare("quickstart")
    raw = copy.deepcopy(base.raw)
    del raw["caregivers"]["village-day"]
    with pytest.raises(ValueError, match="no extension"):
        write(tmp_path / "found", base, raw, TITLE, SOURCE)
