"""``hotline compare`` and ``hotline sensitivity``: what is asked, what is left, what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from sim.cli import commands
from sim.experiments import lab
from sim.experiments.compare import Compared, compare
from sim.experiments.executors import InProcess, ProcessPool
from sim.experiments.variants import variants, varied
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.plots.drawing.scale import differences, scale
from sim.report.study.compare import page
from sim.report.wording.sizes import apart
from sim.scenario.faults import BadInput
from sim.words.glossary import Lang
from tests.test_run import Log
from tests.test_sensitivity import results

SHORT = ["time.days=1", "time.warm_up_days=0", "time.cool_down_days=1"]
ASKED = (
    "one:operators.desk.count=1,operators.desk.skills=care,hotline.lines=3",
    "busy:demand.growth=1.5",
)
ROWS = [Chosen("service_level"), Chosen("on_time", "service=home-help"), Chosen("wait_p90_s")]


def go(out: Path, where: Any, **options: Any) -> Compared:
    return compare(
        variants(["quickstart"], SHORT, ASKED), out=out, page=page, where=where, rows=ROWS,
        replications=3, **options)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    return go(tmp_path_factory.mktemp("compare") / "out", InProcess())


def test_variants_as_they_are_asked_for() -> None:
    found = variants(
        ["quickstart"], [*SHORT, "hotline.lines=9"],
        ["a: operators.desk.count=1, shifts.desk-day.breaks=12:00-13:00/30 | 13:30-14:30/15",
         "b:hotline.lines=3"])
    assert [one.name for one in found] == ["quickstart", "a", "b"]
    raws = [one.variant.resolved.raw for one in found]
    assert [raw["hotline"]["lines"] for raw in raws] == [9, 9, 3]
    assert varied(found) == {
        "operators.desk.count": [2, 1, 2],
        "shifts.desk-day.breaks": ["12:00-13:00/30", "12:00-13:00/30 | 13:30-14:30/15",
                                   "12:00-13:00/30"],
        "hotline.lines": [9, 9, 3],
    }


def test_everything_wrong_with_the_variants_is_told_at_once() -> None:
    with pytest.raises(BadInput) as bad:
        variants(["quickstart", "dechengg", "quickstart"], ["hotline.lins=3"], [
            "one", "two:operators.desk.count", ":hotline.lines=2", "hotline.lines=2",
            "six:operators.desk.cont=2"])
    faults = bad.value.faults
    assert [(f.file, f.nearest) for f in faults] == [
        *[("--variant", "")] * 4,
        ("--set", "hotline.lines"),
        ("dechengg", "decheng"),
        ("--variant six", "operators.desk.count"),
    ]
    with pytest.raises(BadInput, match="twice"):
        variants(["quickstart", "quickstart"], SHORT, [])
    with pytest.raises(BadInput, match="twice"):
        variants(["quickstart"], SHORT, ["a:hotline.lines=3", "a:hotline.lines=5"])


def test_what_a_comparison_leaves(done: Compared) -> None:
    assert {path.name for path in done.folder.iterdir()} == {
        "comparison.csv", "points.csv", "points.parquet", "failures.csv", "page.zh.txt",
        "page.en.txt", "manifest.json", "cells"}
    table = pd.read_csv(done.folder / "comparison.csv")
    assert list(table) == list(done.comparison)
    assert len(table) == 2 * len(ROWS)
    points = pd.read_parquet(done.folder / "points.parquet")
    pd.testing.assert_frame_equal(points, done.points)
    whole = points.set_index(["variant", "measure", "group"])["mean"]
    for row in table.itertuples():
        assert row.mean_base == whole["quickstart", row.measure, row.group]
        assert row.mean_variant == whole[row.variant, row.measure, row.group]
        if row.measure != "wait_p90_s":
            assert row.difference == pytest.approx(row.mean_variant - row.mean_base)
    record = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (record["kind"], record["base"], record["correction"], record["comparisons"]) == (
        "compare", "quickstart", "Holm", 6)
    assert [v["same_workloads"] for v in record["variants"]] == [3, 3, 0]
    level = table[table["measure"] == "service_level"].set_index("variant")["difference"]
    assert level["one"] < 0
    assert level["busy"] < 0


def test_the_page_says_whose_workloads_differ(done: Compared) -> None:
    english = (done.folder / "page.en.txt").read_text(encoding="utf-8")
    chinese = (done.folder / "page.zh.txt").read_text(encoding="utf-8")
    assert "demand differs from the base in busy," in " ".join(english.split())
    assert "busy的需求与基准不同" in "".join(chinese.split())
    for page_ in (english, chinese):
        assert "[one]" in page_ or "【one】" in page_
        assert "Holm" in page_
    same = json.loads(json.dumps(done.manifest))
    same["variants"] = same["variants"][:2]
    assert "exactly the same workloads" in page(same, done.comparison, "en")


def test_interrupted_or_on_two_workers_it_is_the_same(done: Compared, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "out", InProcess(), watcher=Log(interrupt_after=4))
    log = Log()
    other = go(tmp_path / "out", ProcessPool(2), watcher=log)
    assert results(other.folder) == results(done.folder)
    assert log.heard[0][:2] == (9, 4)


def test_a_variant_that_fails_is_told_and_the_others_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated = lab.simulated

    def fails(county: Any, seed: int, replication: int) -> Any:
        if county.demand.growth > 1 and replication == 1:
            raise ZeroDivisionError("too many")
        return simulated(county, seed, replication)

    monkeypatch.setattr(lab, "simulated", fails)
    found = go(tmp_path / "out", InProcess())
    assert set(found.comparison["variant"]) == {"one"}
    assert set(found.points["variant"]) == {"quickstart", "one"}
    (failure,) = found.failures
    assert (failure.variant, failure.replication) == ("busy", 1)
    assert "too many" in (found.folder / "failures.csv").read_text(encoding="utf-8")
    assert "could not be simulated" in page(found.manifest, found.comparison, "en")


def hotline(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, [*arguments, "--lang", "en"])


QUICK = [part for change in SHORT for part in ("--set", change)] + ["--workers", "1"]


def test_the_command_compares(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    result = hotline("compare", "quickstart", "--variant", ASKED[0], "-n", "2", "--out", out,
                     "--measures", "service_level,on_time:service=home-help", *QUICK)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith('Against "quickstart": 1 variant\n')
    assert f"the result is in {out}" in result.stderr
    record = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert record["measures"] == ["service_level", "on_time:service=home-help"]
    assert record["replications"] == 2


def test_the_command_varies_assumptions(tmp_path: Path) -> None:
    result = hotline("sensitivity", "quickstart", "--only", "hotline.wrap_up.*", "-n", "2",
                     "--measures", "occupancy", "--out", str(tmp_path / "out"), *QUICK)
    assert result.exit_code == 0, result.output
    assert "what the conclusions rest on" in result.stdout
    table = pd.read_csv(tmp_path / "out" / "tornado.csv")
    assert table["measure"].to_list() == ["occupancy"]
    assert table["at_low"].item() < table["at_middle"].item() < table["at_high"].item()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compare", "quickstart"), ["one scenario"]),
        (("compare", "quickstart", "nowhere", "--measures", "asa,on_time", "-n", "0"),
         ["--replications", "nowhere", 'did you mean "asa_s"?']),
        (("compare", "quickstart", "decheng", "--measures", "asa_s:zone=twn"), ["zone=town"]),
        (("compare", "quickstart", "decheng", "--seed", "-1"), ["--seed"]),
        (("sensitivity", "quickstart", "--only", "hotlin.lines"), ['"hotline.lines"?']),
        (("sensitivity", "quickstart", "--only", "*", "--executor", "pol"), ["--executor"]),
    ],
)
def test_bad_input_is_told_in_lines(
    arguments: tuple[str, ...], told: list[str], tmp_path: Path
) -> None:
    result = hotline(*arguments, "--out", str(tmp_path / "out"))
    assert result.exit_code == 2, result.output
    for words in told:
        assert words in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_measure_has_a_unit_that_pages_and_figures_can_say(lang: Lang) -> None:
    for measure in CATALOGUE:
        assert apart(1.0, measure, lang)
        assert scale(measure, lang).title and differences(measure, lang).title
