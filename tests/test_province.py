"""A province: its counties, their sum, and what a run of it leaves behind."""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_run import Log, card, content
from typer.testing import CliRunner

from sim.check import Violation
from sim.cli.commands import app
from sim.experiments import province, replicate
from sim.experiments.answers import answers, asked
from sim.experiments.executors import InProcess
from sim.experiments.lab import Lab, Variant
from sim.experiments.replicate import RunResult, Watcher
from sim.experiments.staffing.counts import by_quarter
from sim.measures import CATALOGUE, Measured, measure, summarise
from sim.measures.counties import AMOUNTS, COMMON, together
from sim.measures.counting.definition import Kind
from sim.plots.folders.drawings import drawings
from sim.scenario.faults import BadInput
from sim.scenario.load import changed, rebuild, resolve
from sim.workload.counties import Raw, county, lots, seed_of

DAY = ("time.days=1", "time.warm_up_days=0", "time.cool_down_days=1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three counties after the quickstart town and its copy beside it, which has another point."""
    place = tmp_path_factory.mktemp("province")
    (place / "land").mkdir()
    (place / "land" / "scenario.toml").write_text(
        'extends = "quickstart"\n[province]\ncounties = 3\nresidents = 90_000\nspread = 0.5\n'
        'facilities = 20\nstaffed = 0.5\nsmall_point = "village-point"\n'
        '[province.typical.other]\nweight = 2\nsmall_point = "village-point"\n', "utf-8")
    (place / "land" / "answers.csv").write_text(
        "id,measure,answer_zh,answer_en\n"
        "third-operator,offered_per_day,一天 {value} 个电话。,{value} calls a day.\n", "utf-8")
    (place / "other").mkdir()
    (place / "other" / "scenario.toml").write_text(
        'extends = "quickstart"\n[hotline]\nlines = 3\n', "utf-8")
    return place


@pytest.fixture(scope="module")
def raw(folder: Path) -> Raw:
    return resolve(folder / "land", DAY).raw


@pytest.fixture(scope="module")
def alone(raw: Raw) -> list[list[Measured]]:
    """Each county's measures by itself, two replications."""
    return [
        [measure(replicate.simulated(rebuild(county(raw, lot)), seed_of(7, lot.number), r)[0])
         for r in range(2)]
        for lot in lots(raw)
    ]


def go(folder: Path, out: Path, **options: Any) -> RunResult:
    resolved = replicate.prepare(folder / "land", DAY)
    given = {"card": card, "replications": 2, "seed": 7, "workers": 1, "verified": True} | options
    return replicate.run(resolved, out=out, **given)


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return go(folder, tmp_path_factory.mktemp("out") / "land")


def test_residents_and_facilities_are_shared_out_to_the_last(raw: Raw) -> None:
    made = [county(raw, lot) for lot in lots(raw)]
    assert sum(len(one["points"]) for one in made) == 20
    zones = [zone for one in made for zone in one["zones"].values()]
    assert sum(zone["population"] for zone in zones) == pytest.approx(90_000, abs=len(zones))
    assert {lot.typical for lot in lots(raw)} == {"", "other"}
    assert {one["hotline"]["lines"] for one in made} != {raw["hotline"]["lines"]}


def test_a_county_is_scaled_to_its_residents(raw: Raw) -> None:
    lot = lots(raw)[0]
    made = county(raw, lot)
    before = next(row for row in raw["requests"].values() if "per_day" in row)
    after = next(row for row in made["requests"].values() if "per_day" in row)
    assert after["per_day"] / before["per_day"] == pytest.approx(lot.factor)
    many = raw | {"province": raw["province"] | {"counties": 300, "residents": 9_000_000,
                                                 "facilities": 0}}
    staff = raw["caregivers"]
    hired = [
        (row["count"], staff[name]["count"] * lot.factor, staff[name]["count"])
        for lot in lots(many) for name, row in county(many, lot)["caregivers"].items()
        if name in staff
    ]
    assert all(abs(have - want) < 1 or have == min(base, 2) for have, want, base in hired)
    large = [(have, want) for have, want, base in hired if want > 2]
    assert len(large) > 300
    assert sum(have for have, _ in large) == pytest.approx(sum(w for _, w in large), rel=0.02)


def test_likeness_and_size_depend_on_the_number_alone(raw: Raw) -> None:
    """More counties change none of those before, but for what they share out."""
    def kinds(counties: int) -> list[tuple[str, float]]:
        more = raw | {"province": {**raw["province"], "counties": counties, "residents": 0,
                                   "facilities": 0}}
        return [(lot.typical, lot.factor) for lot in lots(more)]

    assert kinds(9)[:3] == kinds(3)
    twos = [kind for kind, _ in kinds(3000)].count("other")
    assert twos == pytest.approx(2000, abs=5 * 26)
    sizes = [size for _, size in kinds(3000)]
    assert min(sizes) > 0.5
    assert max(sizes) < 1.5
    assert sum(sizes) / 3000 == pytest.approx(1, abs=0.03)


def test_small_points_stand_where_people_live_and_some_have_staff(raw: Raw) -> None:
    many = raw | {"province": raw["province"] | {"counties": 1, "facilities": 2000, "residents": 0}}
    made = county(many, lots(many)[0])
    small = {name: row for name, row in made["points"].items() if name not in raw["points"]}
    people = {name: zone["population"] for name, zone in made["zones"].items()}
    for name, living in people.items():
        share = sum(row["zone"] == name for row in small.values()) / len(small)
        assert share == pytest.approx(living / sum(people.values()), abs=0.05)
        zone = made["zones"][name]
        half = zone["area_km2"] ** 0.5 / 2 / 111.195 + 1e-5
        away = [abs(row["lat"] - zone["lat"]) for row in small.values() if row["zone"] == name]
        assert max(away) < half
        assert max(away) > 0.9 * half
    homes = {row["point"] for row in made["caregivers"].values()}
    assert sum(name in homes for name in small) / len(small) == pytest.approx(0.5, abs=0.06)
    assert all((row["services"] == "") == (name not in homes) for name, row in small.items())


def test_the_province_is_the_sum_of_its_counties(
    finished: RunResult, alone: list[list[Measured]]
) -> None:
    """Added up here once more, by hand, from the counties run by themselves."""
    num: dict[tuple[str, str], float] = defaultdict(float)
    den: dict[tuple[str, str], float] = defaultdict(float)
    seen: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in alone:
        for r in range(2):
            for row in one[r].ratios.itertuples():
                kind = CATALOGUE[str(row.measure)].kind
                key = (str(row.measure), str(row.group))
                if kind == Kind.RATIO:
                    num[key] += row.num
                    den[key] += row.den
                elif row.den:
                    num[key] += row.num / row.den / 2
                    den[key] = 1
            for row in one[r].samples.itertuples():
                seen[str(row.sample), str(row.group)] += [row.value] * row.count
    found = 0
    for row in finished.kpis.itertuples():
        about, key = CATALOGUE[row.measure], (row.measure, row.group)
        assert row.group.split("=")[0] in COMMON
        if about.kind == Kind.QUANTILE:
            values = sorted(seen[about.sample, row.group])
            assert row.mean == values[max(math.ceil(len(values) * about.q - 1e-9), 1) - 1], key
        elif about.kind != Kind.ACROSS:
            assert about.kind == Kind.RATIO or about.unit in AMOUNTS
            assert row.mean == pytest.approx(num[key] / den[key], rel=1e-9), key
        elif row.measure == "worst_service":
            rates = [num[key] / den[key] for key in num
                     if key[0] == "on_time_request" and "service=" in key[1] and den[key]]
            assert row.mean == pytest.approx(min(rates))
        found += 1
    assert found > 500
    assert not finished.violations


def test_counties_are_told_one_by_one(
    finished: RunResult, raw: Raw, alone: list[list[Measured]]
) -> None:
    table = pd.read_csv(finished.folder / "counties.csv", keep_default_na=False)
    assert list(table["seed"]) == [70001, 70002, 70003]
    assert list(table["typical"]) == [lot.typical or "land" for lot in lots(raw)]
    for place, one in enumerate(alone):
        kpis, _ = summarise(one)
        mine = kpis[(kpis["measure"] == "connection_rate") & (kpis["group"] == "all")]
        assert table["connection_rate"][place] == pytest.approx(mine["mean"].iloc[0])


def test_measures_that_do_not_add_up_are_left_out(finished: RunResult) -> None:
    given = set(finished.kpis["measure"])
    assert not given & {"backlog_max", "p_standard_day", "caregiver_spread_sd", "worst_zone",
                        "backlog_age_p90_h"}
    assert {"offered_per_day", "backlog", "cost_per_year_yuan", "response_p90_min"} <= given


def test_sums_do_not_depend_on_the_order_of_counties(alone: list[list[Measured]]) -> None:
    forward, back = (
        summarise([together([one[0] for one in order])])[0] for order in (alone, alone[::-1]))
    assert forward.drop(columns="sd").equals(back.drop(columns="sd"))


def test_an_interrupted_province_goes_on_where_it_stopped(
    finished: RunResult, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "land", watcher=Log(interrupt_after=4))
    kept = province.cells_folder(tmp_path / "land.partial", 2)
    (kept / "parts" / "rep-0000" / "ratios.parquet").write_bytes(b"cut off")
    log = Log()
    go(folder, tmp_path / "land", watcher=log)
    assert log.heard == [(6, 3, False)]
    assert log.done == 3
    assert content(tmp_path / "land") == content(finished.folder)


def test_two_workers_leave_the_same_bytes(
    finished: RunResult, folder: Path, tmp_path: Path
) -> None:
    go(folder, tmp_path / "land", workers=2)
    assert content(tmp_path / "land") == content(finished.folder)


def test_what_verify_finds_in_a_county_names_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = Violation("made-up", "orders", "5", "A statement.", "一条陈述。", (("x", "1"),), 1)
    monkeypatch.setattr(
        province, "verify",
        lambda result: [spoilt] if result.reference["points"]["point"].size % 2 == 0 else [])
    done = go(folder, tmp_path / "land")
    told = [found for part in done.violations.values() for found in part]
    assert told
    assert {found.found[0][0] for found in told} == {"county"}


def test_commands_take_a_province(folder: Path, tmp_path: Path) -> None:
    asked = [part for change in DAY for part in ("--set", change)]
    land, out = str(folder / "land"), str(tmp_path / "out")
    for command in (["show"], ["check"], ["run", "-n", "1", "--workers", "1", "--out", out]):
        done = CliRunner().invoke(app, [command[0], land, *command[1:], *asked, "--lang", "en"])
        assert done.exit_code == 0, done.output
    refused = CliRunner().invoke(app, ["trace", out, "--request", "1", "--lang", "en"])
    assert refused.exit_code == 2
    assert "the sum of a province's counties" in refused.output
    refused = CliRunner().invoke(
        app, ["run", land, "--save-tables", "--out", out, *asked, "--lang", "en"])
    assert refused.exit_code == 2
    assert "one county" in refused.output


FEWER = ("operators.desk.count=1", "province.typical.other.change=operators.desk.count=1")


def _level(ratios: pd.DataFrame) -> pd.DataFrame:
    return ratios[(ratios["measure"] == "service_level") & (ratios["group"] == "all")]


def test_variants_of_a_province_are_sums_of_the_same_counties(
    finished: RunResult, folder: Path, raw: Raw, tmp_path: Path
) -> None:
    """As it is, the run; changed, the counties run by themselves after the change: those of this
    scenario by the change, those after the other by its own, all of them on the same draws."""
    base = replicate.prepare(folder / "land", DAY)
    lab = Lab(tmp_path, 7, InProcess())
    as_is, fewer = Variant("as-is", base), Variant("fewer", changed(base, FEWER))
    assert lab.run([as_is, fewer], range(2)) == []
    kpis, _ = summarise(lab.measured(as_is, range(2)))
    pd.testing.assert_frame_equal(
        kpis.reset_index(drop=True), finished.kpis, check_dtype=False, rtol=1e-9)
    pd.testing.assert_frame_equal(lab.summarised([fewer], range(2))[0], summarise(
        lab.measured(fewer, range(2)))[0])
    assert lab.workloads(as_is, range(2)) == lab.workloads(fewer, range(2))
    counties = [(county(changed(base, FEWER).raw, lot), seed_of(7, lot.number))
                for lot in lots(raw)]
    for r in range(2):
        by_hand = 0.0
        for one, seed in counties:
            ratios = measure(replicate.simulated(rebuild(one), seed, r)[0]).ratios
            by_hand += _level(ratios)["num"].sum()
        assert _level(lab.measured(fewer, [r])[0].ratios)["num"].sum() == by_hand
    assert not lab.run([as_is, fewer], range(2))


def test_a_change_of_a_typical_county_changes_those_made_after_it(folder: Path) -> None:
    base = replicate.prepare(folder / "land", DAY)
    own, other = (changed(base, [change]).raw for change in FEWER)
    again = changed(changed(base, [FEWER[1]]), ["demand.growth=1.5"]).raw
    for lot in lots(base.raw):
        before = county(base.raw, lot)["operators"]
        assert (county(own, lot)["operators"] != before) == (lot.typical == "")
        assert (county(other, lot)["operators"] != before) == (lot.typical == "other")
        assert county(again, lot)["operators"] == county(other, lot)["operators"]
    read = replicate.prepare(folder / "land", [*DAY, FEWER[1]]).raw
    assert read["province"] == other["province"]


def test_answers_of_a_province_take_a_change(folder: Path, tmp_path: Path) -> None:
    """A county more: by hand from the two runs."""
    base = replicate.prepare(folder / "land", [
        *DAY, "answers.third-operator.change=" + " | ".join(FEWER),
        "answers.third-operator.measure=service_level"])
    lab = Lab(tmp_path / "own", 7, InProcess())
    variants = Variant("base", base), Variant("fewer", changed(base, FEWER))
    assert not lab.run(variants, range(2))
    before, after = (lab.measured(one, range(2)) for one in variants)
    table = answers(asked(base), 7, before, tmp_path / "asides", InProcess(), Watcher())
    levels = []
    for of in (before, after):
        rows = _level(pd.concat(one.ratios for one in of))
        levels.append(rows["num"].sum() / rows["den"].sum())
    assert table["value"][0] == pytest.approx(levels[0])
    assert table["changed"][0] == pytest.approx(levels[1])
    assert table["difference"][0] == pytest.approx(levels[1] - levels[0])
    assert levels[1] != levels[0]
    assert table["low"][0] <= table["difference"][0] <= table["high"][0]


def test_what_looks_for_people_or_rules_takes_one_county(folder: Path, tmp_path: Path) -> None:
    asked = [str(folder / "land"), *(part for change in DAY for part in ("--set", change))]
    for command in ("staff", "caregivers", "advise"):
        done = CliRunner().invoke(
            app, [command, *asked, "--out", str(tmp_path / "out"), "--lang", "en"])
        assert done.exit_code == 2, done.output
        assert "hotline run, compare, sweep" in " ".join(done.output.split()), command
    lab = Lab(tmp_path, 1, InProcess(), reader=by_quarter)
    with pytest.raises(BadInput, match="one county, for example a typical one"):
        lab.run([Variant("land", replicate.prepare(folder / "land", DAY))], [0])


def test_a_province_can_be_compared_and_drawn(folder: Path, tmp_path: Path) -> None:
    asked = [str(folder / "land"), *(part for change in DAY for part in ("--set", change)),
             "-n", "2", "--workers", "1", "--lang", "en"]
    out = str(tmp_path / "out")
    variant = ["--variant", f"fewer:{FEWER[0]}"]
    done = CliRunner().invoke(app, ["compare", *asked, *variant, "--out", out])
    assert done.exit_code == 0, done.output
    found, name = drawings(Path(out), "zh")
    assert name == "land"
    assert "comparison" in found
    for draw in found.values():
        draw()


@pytest.mark.parametrize(("changes", "says"), [
    (["province.counties=10000"], "a whole number"),
    (["province.counties=0"], "province.counties above 0"),
    (["province.facilities=5"], "0, or 6 or more: the typical counties' own points"),
    (["province.small_point=village-pont"], 'did you mean "village-point"?'),
    (["province.typical.other.small_point=nowhere"], "one of its points: town-centre"),
    (["province.typical.other.weight=0"], "a number above 0"),
    (["province.typical.othr.weight=1"], "allowed: other"),
    (["province.staffed=1.5"], "a number from 0 to 1"),
    (["province.typical.other.change=hotline.lnes=9"], "hotline.lnes"),
    (["province.typical.other.change=hotline.lines=-9"], "hotline.lines"),
])
def test_what_a_province_cannot_be_is_told(folder: Path, changes: list[str], says: str) -> None:
    with pytest.raises(BadInput) as bad:
        resolve(folder / "land", changes)
    assert says in str(bad.value)


def test_a_typical_county_is_sound_and_no_province(folder: Path, tmp_path: Path) -> None:
    for name in ("land", "other"):
        shutil.copytree(folder / name, tmp_path / name)
    other = tmp_path / "other" / "scenario.toml"
    sound = other.read_text("utf-8")
    other.write_text(sound.replace("lines = 3", "lines = 0"), "utf-8")
    with pytest.raises(BadInput, match=r"other/scenario.toml hotline.lines: found 0"):
        resolve(tmp_path / "land")
    land = tmp_path / "land" / "scenario.toml"
    text = land.read_text("utf-8")
    land.write_text(text.replace("typical.other", "typical.othr"), "utf-8")
    with pytest.raises(BadInput, match=r'found "othr"; allowed: another scenario: .*"other"'):
        resolve(tmp_path / "land")
    land.write_text(text, "utf-8")
    other.write_text(sound + '[province]\ncounties = 2\n[province.typical.land]\n', "utf-8")
    with pytest.raises(BadInput, match="a scenario of one county"):
        resolve(tmp_path / "land")
