"""The whole search on a small day of strong swing, beside the search that leaves nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scenario_kit import small
from staffing_kit import SHORT, Exhaustive
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiments.executors import InProcess
from sim.experiments.replicate import Watcher, prepare
from sim.experiments.staffing import tables
from sim.experiments.staffing.bench import Bench
from sim.experiments.staffing.cover import coverable
from sim.experiments.staffing.outcome import ERLANG_C, FOUND, GIVEN, HELD, MISSED, UNCOVERED
from sim.experiments.staffing.run import Staffed, staff
from sim.experiments.staffing.seats import colours, felt, roster_cut, seat_cut
from sim.experiments.staffing.stretches import Stretch
from sim.experiments.staffing.week import memory_ms, week
from sim.plots.folders.of_staffing import of_staffing
from sim.report.study.staffing import page
from sim.report.wording.text import WIDTH
from sim.words.glossary import LANGS
from sim.words.kinds import HOUR, SECOND

REPLICATIONS = 6
WRITTEN = (
    "failures.csv", "intervals.csv", "page.en.txt", "page.zh.txt", "payroll.csv", "points.csv",
    "points.parquet", "slots.csv", "tried.csv", "scenario/operators.csv", "scenario/scenario.toml",
    "scenario/sources.csv",
)


def search(
    folder: Path, out: Path, replications: int = REPLICATIONS, watcher: Watcher | None = None
) -> Staffed:
    return staff(
        prepare(folder), out=out, page=page, where=InProcess(), replications=replications,
        watcher=watcher, command=["hotline", "staff"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staffing")


@pytest.fixture(scope="module")
def folder(place: Path) -> Path:
    return SHORT.write(place)


@pytest.fixture(scope="module")
def found(folder: Path, place: Path) -> Staffed:
    return search(folder, place / "out")


class Stopped(Watcher):
    """Ends the search after so many replications, as Ctrl-C does."""

    def __init__(self, after: int) -> None:
        self.left = after

    def finished(self) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


class Counting(Watcher):
    """How many replications were simulated."""

    done = 0

    def finished(self) -> None:
        self.done += 1


def test_no_roster_does_with_an_hour_less(found: Staffed, folder: Path) -> None:
    outcome = found.outcome
    everything = Exhaustive(folder, outcome)
    mine = tuple(outcome.found.counts.tolist())
    assert outcome.found.feasible and outcome.found.proven
    assert everything.does(mine)
    hours, best = everything.fewest_hours(everything.hours(mine))
    assert everything.hours(mine) - hours <= 1
    assert not everything.does(tuple(np.maximum(0, np.array(mine) - [0, 0, 1, 0]).tolist()))
    assert best


def test_it_holds_on_workloads_that_the_search_has_not_seen(found: Staffed) -> None:
    outcome = found.outcome
    verdicts = outcome.verdicts(outcome.roster)
    assert MISSED not in verdicts
    assert verdicts.count(HELD) >= len(verdicts) - 1
    low, high = found.manifest["fresh"]
    assert low >= REPLICATIONS and high - low == 2 * REPLICATIONS


def test_the_usual_rule_is_cheaper_and_does_not_hold(found: Staffed) -> None:
    rosters = {roster.name: roster for roster in found.outcome.rosters}
    assert list(rosters) == [FOUND, GIVEN, ERLANG_C]
    mine, usual = rosters[FOUND], rosters[ERLANG_C]
    assert usual.payroll.roster_yuan_per_year < mine.payroll.roster_yuan_per_year
    assert not usual.standing.feasible
    assert usual.standing.mean[0].min() < mine.standing.mean[0].min()
    assert MISSED in found.outcome.verdicts(rosters[GIVEN])


def test_what_is_written_runs_as_it_is(found: Staffed) -> None:
    county = prepare(found.folder / "scenario")
    assert county.notes == ()
    counts = [group.count for group in county.scenario.operators]
    assert counts == found.outcome.found.counts.tolist()
    assert 0 in counts  # a pattern that nobody works any more is still there, with nobody
    assert county.scenario.shifts == found.outcome.scenario.shifts


def test_its_tables_say_the_same(found: Staffed) -> None:
    tried = pd.read_csv(found.folder / "tried.csv")
    kept = tried[tried["kept"]]
    assert kept["feasible"].all() and (kept["failed"] == 0).all()
    assert (kept["people"] == found.outcome.found.counts.sum()).all()
    cheaper = tried[tried["cost_pay_yuan"] < kept["cost_pay_yuan"].iloc[0]]
    assert not cheaper["feasible"].any()
    intervals = pd.read_csv(found.folder / "intervals.csv")
    mine = intervals[intervals["variant"] == FOUND]
    assert mine["verdict"].tolist() == found.outcome.verdicts(found.outcome.roster)
    good = (mine["service_level_low"] >= 0.8) & (mine["abandonment_high"] <= 0.05)
    assert (good == (mine["verdict"] == HELD)).all()
    slots = pd.read_csv(found.folder / "slots.csv")
    assert (slots["rostered_found"] >= 1).all()
    assert slots["start"].tolist() == [f"{hour:02}:00" for hour in range(8, 14)]
    points = pd.read_csv(found.folder / "points.csv")
    pay = points[(points["measure"] == "cost_pay_yuan") & (points["variant"] == FOUND)]
    assert pay["mean"].iloc[0] == pytest.approx(kept["cost_pay_yuan"].iloc[0])
    assert pay["n"].iloc[0] == 2 * REPLICATIONS


def test_done_again_it_simulates_nothing(found: Staffed, folder: Path) -> None:
    before = {name: (found.folder / name).read_bytes() for name in WRITTEN}
    counting = Counting()
    search(folder, found.folder, watcher=counting)
    assert counting.done == 0
    assert {name: (found.folder / name).read_bytes() for name in WRITTEN} == before


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_for_people(found: Staffed, lang: Any) -> None:
    text = page(found.outcome, lang)
    assert text.rstrip("\n") == (found.folder / f"page.{lang}.txt").read_text("utf-8").rstrip("\n")
    pay = found.outcome.roster.payroll
    assert str(pay.people) in text and str(pay.rostered) in text
    assert ("编制" if lang == "zh" else "payroll") in text
    wide = [line for line in text.splitlines() if len(line) > WIDTH + 20]
    assert not wide


def test_the_page_says_what_does_not_hold(found: Staffed) -> None:
    outcome = found.outcome
    swapped = type(outcome)(**{
        **vars(outcome), "rosters": (outcome.rosters[1], outcome.rosters[0], outcome.rosters[2])})
    missed = outcome.verdicts(outcome.rosters[1]).count(MISSED)
    assert f"DOES NOT HOLD: on fresh workloads {missed} of" in page(swapped, "en")
    assert f"{missed}个没有达到目标" in page(swapped, "zh")


@pytest.mark.parametrize("lang", LANGS)
def test_its_figures(found: Staffed, lang: Any) -> None:
    """A glyph that is missing is a warning, and so an error."""
    outcome = found.outcome
    drawings = of_staffing(
        tables.tried(outcome), tables.slots(outcome), tables.intervals(outcome), lang)
    assert list(drawings) == ["search", "roster"]
    panels = [len(draw().axes) for draw in drawings.values()]
    assert panels == [3, 3]


# -- what one trial says of others -----------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[Bench]:
    resolved = prepare(folder)
    hours = week(resolved.scenario, HOUR)
    parts = tuple(Stretch(0, slot, slot) for slot in range(hours.slots))
    must = np.ones(len(parts), dtype=bool)
    yield Bench(resolved, hours, parts, must, None, 2)  # type: ignore[arg-type]


def holds(bench: Bench, cut: Any, counts: np.ndarray) -> bool:
    return any(
        (counts * term.patterns * bench.week.covers[:, term.atom]).sum() >= term.level
        for term in cut
    )


def test_a_cut_rules_out_whoever_has_no_more_people_where_it_is_felt(bench: Bench) -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        tried, other = rng.integers(0, 4, (2, 4))
        number = int(rng.integers(len(bench.parts)))
        near = felt(bench, number)
        before, after = (counts @ bench.week.covers for counts in (tried, other))
        more = bool((after > before)[near].any())
        assert holds(bench, roster_cut(bench, number, tried), other) == more
        seats = rng.integers(0, 5, (1, bench.week.slots))
        had = seats[0, bench.week.atom_slot]
        assert holds(bench, seat_cut(bench, number, seats), other) == bool(
            (after > had)[near].any())


def test_what_is_felt_is_the_interval_and_a_little_before(bench: Bench) -> None:
    # Three times 90 s of patience, 36 s of talk, 18 s of wrap-up: less than an hour.
    assert memory_ms(bench.resolved.scenario) == 324 * SECOND
    slots = bench.week.atom_slot[felt(bench, 3)]
    assert set(slots.tolist()) == {2, 3}
    assert colours(bench).tolist() == [0, 1, 0, 1, 0, 1]


# -- what cannot be --------------------------------------------------------------------------------


def morning(folder: Path, hours: int, **changes: Any) -> Path:
    """Open from 8 for so many hours, 65 short calls in each of them."""
    return small(folder, **{
        "time": {"start": "2026-03-02", "days": 1, "warm_up_days": 0, "cool_down_days": 0},
        "hotline.open": f"daily 08:00-{8 + hours:02}:00",
        "callers.client.patience": {"dist": "exponential", "mean_s": 120},
        "callers.client.talk": {"dist": "exponential", "mean_s": 30},
        "demand.shapes": {"open": {"hours": [0] * 8 + [1] * hours + [0] * (16 - hours)}},
        "requests.calls": {**CALLS, "per_day": 65 * hours},
        "services.help": None,
        "services.ask": {"name_zh": "甲", "name_en": "A", "mode": "advice"},
        **changes,
    })


CALLS = {
    "channel": "phone", "service": "ask", "group": "elder", "per_day": 65, "shape": "open",
    "share_client": 1,
}


@pytest.fixture(scope="module")
def early(place: Path) -> Path:
    """Nobody can work two of its three hours."""
    return morning(place / "early", 3, **{
        "shifts.early": {"start": "08:00", "end": "09:00"},
        "operators.desk": {"count": 5, "shifts": "early"},
    })


@pytest.fixture(scope="module")
def done(early: Path, place: Path) -> Staffed:
    return search(early, place / "early" / "out", 5)


def test_interrupted_and_done_again_it_leaves_the_same_bytes(
    early: Path, done: Staffed
) -> None:
    again = done.folder.parent / "again"
    with pytest.raises(KeyboardInterrupt):
        search(early, again, 5, Stopped(12))
    counting = Counting()
    search(early, again, 5, counting)
    assert counting.done > 0
    for name in WRITTEN:
        assert (again / name).read_bytes() == (done.folder / name).read_bytes(), name


def test_hours_that_nobody_works_are_told_not_asked_for(early: Path, done: Staffed) -> None:
    hours = week(prepare(early).scenario, HOUR)
    assert coverable(hours).tolist() == [[True, False, False]]
    assert done.outcome.found.feasible
    assert done.outcome.verdicts(done.outcome.roster) == [HELD, UNCOVERED, UNCOVERED]
    assert "Mon 09:00-10:00, Mon 10:00-11:00" in " ".join(page(done.outcome, "en").split())
    assert "周一09:00-10:00、周一10:00-11:00" in "".join(page(done.outcome, "zh").split())


def test_every_desk_has_to_hold(tmp_path: Path) -> None:
    county = morning(tmp_path, 1, **{
        "requests.child": {**CALLS, "skill": "child"},
        "operators": {
            "plain": {"count": 3, "shifts": "round", "pay_yuan_per_month": 3000},
            "child": {"count": 0, "shifts": "round", "pay_yuan_per_month": 3500,
                      "skills": "child"},
        },
    })
    outcome = search(county, tmp_path / "out", 5).outcome
    assert outcome.week.desks == (("",), ("child",))
    assert [outcome.named(part) for part in outcome.parts] == [
        "Mon 08:00-09:00 (-)", "Mon 08:00-09:00 (child)"]
    given = outcome.rosters[1]
    assert outcome.verdicts(given) == [HELD, MISSED]
    assert outcome.found.feasible and outcome.found.proven
    plain, child = outcome.found.counts.tolist()
    # Those for children take the other calls too: more of them would do, but cost more.
    assert plain >= 1 and child >= 1
    assert MISSED not in outcome.verdicts(outcome.roster)


@pytest.mark.parametrize(("arguments", "said"), [
    (["-n", "4"], "--replications: found 4; allowed: a whole number from 5 to 100,000"),
    (["--interval-min", "50"], "--interval-min: found 50; allowed: 15, 30, 60"),
    (["--seed", "-1"], "--seed: found -1; allowed: a whole number, 0 or more"),
])
def test_bad_options_are_told(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["staff", "quickstart", "--lang", "en", "--out", str(tmp_path / "x"), *arguments])
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_county_without_operators_or_hours_is_told(tmp_path: Path) -> None:
    county = small(tmp_path, operators={})
    done = CliRunner().invoke(app, ["staff", str(county), "--lang", "en"])
    assert done.exit_code == 2
    assert "operators.csv: found no rows" in done.stderr
    shut = CliRunner().invoke(app, [
        "staff", "quickstart", "--lang", "en", "--set", "hotline.open=Mon 08:00-09:00"])
    assert shut.exit_code == 2
    assert "hotline.open: found never open in the counted days" in shut.stderr
