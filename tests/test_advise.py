"""The page of advice: every number of it stands in a table, and it goes on where it was stopped."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from sim.cli import commands
from sim.experiments import lab, manifest
from sim.experiments.advise import rules
from sim.experiments.advise.asked import QUICK, Asked
from sim.experiments.advise.course import Pages
from sim.experiments.advise.outcome import Advice
from sim.experiments.advise.run import Advised, advise
from sim.experiments.advise.stages import Stagewise
from sim.experiments.executors import InProcess
from sim.experiments.replicate import prepare
from sim.experiments.staffing.counts import by_quarter, with_quarters
from sim.plots.folders.drawings import drawings
from sim.report.progress.advising import STEPS, Advising
from sim.report.study import advice, caregivers, compare, sensitivity, staffing, tuning
from sim.report.wording.text import WIDTH, number, share
from sim.words.glossary import LANGS, Lang
from tests.formula_kit import Raw, by_formula
from tests.scenario_kit import changed, raw_small, write
from tests.sweep_kit import files

ASKED = Asked(2, seed=3)
PAGES = Pages(
    staffing.page, caregivers.page, tuning.page, compare.page, sensitivity.page, advice.page)
CHANGES = ("time.days=1", "time.warm_up_days=0", "time.cool_down_days=0",
           "caregivers.town-day.count=2")
SIMULATED: list[tuple[Any, object]] = []
"""Reader and name of every cell that was done."""
TURNS = 90.0
"""Seconds of wrap-up beyond which too many hang up."""


def truth(town: int, village: int, growth: float, rule: str) -> float:
    """Share of requests on time: the village's caregivers help less, one rule helps a little."""
    helped = 1 - 0.6 ** (town / growth) * 0.8 ** (village / growth)
    return float(0.96 * helped + (0.02 if rule == "earliest_due" else 0.0))


def formula(raw: Raw, replication: int) -> dict[str, float]:
    counts = [int(row["count"]) for row in raw["caregivers"].values()]
    growth, rule = float(raw["demand"]["growth"]), str(raw["dispatch"]["choose_order"])
    noise = float(np.random.default_rng(replication).normal(0, 0.002))
    share = truth(counts[0], counts[1], growth, rule) + noise
    wrap_up = float(raw["hotline"]["wrap_up"]["mean_s"])
    people = sum(int(row["count"]) for name in ("operators", "caregivers")
                 for row in raw[name].values())
    return {
        "on_time_request": share, "on_time": share + 0.01, "caregiver_utilisation": 0.5,
        "connection_rate": 0.97 + noise, "service_level": 0.9 + noise, "utilisation": 0.5,
        "abandonment": 0.05 + 0.001 * (wrap_up - TURNS) + noise / 10, "reached_rate": 0.99,
        "completion_rate": 0.94 + noise, "cost_per_year_yuan": 5e4 * people * (1 + noise),
    }


class Counting(Stagewise):
    """Which steps came, and how many replications were simulated; stops after so many."""

    def __init__(self, most: int = 10**9) -> None:
        self.steps: list[str] = []
        self.made = 0
        self.most = most
        self._summing_up = False

    def step(self, name: str) -> None:
        self.steps.append(name)

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        self._summing_up = False

    def summarising(self, total: int) -> None:
        self._summing_up = True

    def finished(self) -> None:
        self.made += not self._summing_up
        if self.made == self.most:
            raise KeyboardInterrupt


def advised(out: Path, watcher: Stagewise | None = None, changes: Sequence[str] = ()) -> Advised:
    return advise(
        prepare("quickstart", (*CHANGES, *changes)), ASKED, out=out, pages=PAGES,
        where=InProcess(), watcher=watcher)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Operators are really simulated; everything else goes by the formula."""
    really = lab._measured
    with pytest.MonkeyPatch.context() as patch:
        few = {name: rules.COMBINATIONS[name] for name in ("nearest", "nearest-due")}
        patch.setattr(rules, "COMBINATIONS", few)
        formulas = by_formula(patch, formula)

        def cell(reader: Any, seed: int, asked: Any) -> dict[str, bytes]:
            SIMULATED.append((reader, asked[0]))
            if reader in (by_quarter, with_quarters):
                return really(reader, seed, asked)
            return formulas.cell(reader, seed, asked)

        patch.setattr(lab, "_measured", cell)
        yield tmp_path_factory.mktemp("advice")


@pytest.fixture(scope="module")
def interrupted(place: Path) -> list[Counting]:
    """Stopped in its first and in its second step, and then taken to its end."""
    found = []
    for most in (20, 90, 10**9):
        found.append(Counting(most))
        if most < 10**9:
            with pytest.raises(KeyboardInterrupt):
                advised(place / "out", found[-1])
        else:
            advised(place / "out", found[-1])
    return found


@pytest.fixture(scope="module")
def done(place: Path, interrupted: list[Counting]) -> Advised:
    """As it is told again, all steps being there."""
    return advised(place / "out")


def table(done: Advised, name: str) -> pd.DataFrame:
    return pd.read_csv(done.folder / name, encoding="utf-8-sig")


def section(done: Advised, lang: Lang, title: str) -> str:
    """One section of the page, its lines joined."""
    text = (done.folder / f"page.{lang}.txt").read_text(encoding="utf-8")
    heads = {"zh": r"^【(.+?)】$", "en": r"^\[(.+?)\]$"}
    parts = re.split(heads[lang], text, flags=re.MULTILINE)
    body = dict(zip(parts[1::2], parts[2::2], strict=True))[title]
    return re.sub(r"\s*\n\s*" if lang == "zh" else r"\s+", " " if lang == "en" else "", body)


# -- the tables ------------------------------------------------------------------------------------


def test_its_tables_are_those_of_its_steps(done: Advised) -> None:
    assert [p.name for p in done.folder.iterdir() if (p / "manifest.json").is_file()] and set(
        done.manifest["steps"]) == set(STEPS)
    checked = table(done, "check/points.csv")
    targets = table(done, "targets.csv")
    for row in targets.itertuples():
        own = checked[(checked["variant"] == row.variant) & (checked["measure"] == row.measure)
                      & (checked["group"] == "all")].iloc[0]
        assert (row.n, row.ci_low, row.p_meet) == (own["n"], own["ci_low"], own["p_meet"])
        goal = own["target"]
        if row.measure != "utilisation":
            met = row.mean <= goal if row.measure == "abandonment" else row.mean >= goal
            assert (row.least == goal) != (row.most == goal)
            assert row.met == met
    assert set(targets["measure"]) == set(checked[checked["target"].notna()]["measure"])
    people = table(done, "people.csv").set_index("row")
    for step, column in (("operators", "advised"), ("more-operators", "grown-staffed")):
        found = table(done, f"{step}/payroll.csv").set_index("variant")["roster"]["found"]
        own = people[people["role"] == "operators"][column]
        assert found == " | ".join(f"{name}={count}" for name, count in own.items() if count)
    for step, column in (("caregivers", "advised"), ("more-caregivers", "grown-staffed")):
        counts = table(done, f"{step}/people.csv").set_index("row")["found"]
        assert counts.to_dict() == people[people["role"] == "caregivers"][column].to_dict()
    assert list(people["today"]) == [2, 1, 2, 1]


def test_it_finds_what_is_right_where_that_is_known(done: Advised) -> None:
    people = table(done, "people.csv").set_index("row")
    town, village = people.loc["town-day"], people.loc["village-day"]
    assert truth(town["advised"], village["advised"], 1, "priority") > 0.9
    assert truth(town["advised"] - 1, village["advised"], 1, "priority") < 0.9
    assert truth(town["grown-staffed"], village["grown-staffed"], 1.5, "earliest_due") > 0.88
    assert (done.advice.rule, done.advice.adopted) == ("nearest-due", True)
    assumed = table(done, "assumptions.csv").iloc[0]
    assert (assumed["path"], assumed["measure"]) == ("hotline.wrap_up.mean_s", "abandonment")
    assert assumed["value"] == pytest.approx(TURNS, abs=1)
    assert (assumed["before"], assumed["after"]) == ("met", "missed")
    assert "on_time_request" in set(missed(done, "today"))
    assert missed(done, "advised") == []
    assert set(missed(done, "grown")) == {"on_time_request", "on_time"}


def missed(done: Advised, variant: str) -> list[str]:
    targets = table(done, "targets.csv")
    return list(targets[(targets["variant"] == variant) & ~targets["met"]]["measure"])


def test_the_budget_is_what_was_simulated_and_the_posts_behind_it(done: Advised) -> None:
    checked, people = table(done, "check/points.csv"), table(done, "people.csv").set_index("row")
    for row in table(done, "budget.csv").itertuples():
        own = checked[(checked["variant"] == row.variant)
                      & (checked["measure"] == "cost_per_year_yuan")].iloc[0]
        assert (row.run_yuan, row.run_ci_low, row.n) == (own["mean"], own["ci_low"], own["n"])
        assert row.budget_yuan == pytest.approx(row.run_yuan + row.relief_yuan)
    money = table(done, "budget.csv").set_index("variant")
    pay = table(done, "operators/payroll.csv").set_index("variant").loc["found"]
    now = money.loc["advised"]
    assert now["operators_payroll"] == pay["people"]
    assert now["operators_to_hire"] == pay["people"] - 3
    # By hand: nine hours on seven days; who stays away is missing in what was simulated.
    town, village = people["advised"]["town-day"], people["advised"]["village-day"]
    terms = done.advice.scenario.staffing
    here = 1 - (terms.leave_days_per_year + terms.training_days_per_year) / (365.25 / 7 * 5)
    here *= 1 - terms.turnover_per_year * terms.weeks_to_fill / (365.25 / 7)
    posts = -(-63 * (town + village) // (terms.hours_per_week * here))
    assert now["caregivers_payroll"] == posts
    assert now["caregivers_to_hire"] == posts - 3
    mean_pay = (4500 * town + 4000 * village) / (town + village)
    relief = (posts - town - village) * mean_pay * 12 * 1.27
    relief += pay["yuan_per_year"] - pay["roster_yuan_per_year"]
    assert now["relief_yuan"] == pytest.approx(relief)
    today = money.loc["today"]
    assert today["relief_yuan"] == today["operators_to_hire"] == 0


def test_half_as_much_again_is_asked_of_the_advised_staff(done: Advised) -> None:
    counties = done.advice.counties
    for section in ("operators", "caregivers", "dispatch"):
        assert getattr(counties["grown"], section) == getattr(counties["advised"], section)
    assert [county.demand.growth for county in counties.values()] == [1, 1, 1.5, 1.5]


def test_the_last_check_shares_no_workload_with_a_search(done: Advised) -> None:
    assert done.manifest["identity"]["seed"] == ASKED.seed
    for step in done.manifest["steps"]:
        record = manifest.read(done.folder / step)
        assert record is not None
        if step in ("check", "sensitivity"):
            assert record["identity"]["seed"] == ASKED.seed + 1
        elif step != "screen":
            assert record["identity"]["seed"] == ASKED.seed


def test_what_is_written_runs_as_it_is(done: Advised) -> None:
    county = prepare(done.folder / "scenario")
    people = table(done, "people.csv").set_index("row")["advised"]
    counts = {group.id: group.count
              for group in (*county.scenario.operators, *county.scenario.caregivers)}
    assert counts == people.to_dict()
    assert county.scenario.demand.growth == 1
    assert county.scenario.dispatch.choose_order == "earliest_due"
    assert "hotline advise" in county.scenario.about.title_zh


# -- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_what_the_tables_say(done: Advised, lang: Lang) -> None:
    def has(title: tuple[str, str], *words: object) -> None:
        text = section(done, lang, title[lang == "en"])
        for word in words:
            assert str(word) in text, (word, text)

    money = {row.variant: row for row in table(done, "budget.csv").itertuples()}
    advised, more = money["advised"], money["grown-staffed"]
    wan = {name: number(row.budget_yuan / 1e4) for name, row in money.items()}
    has(("一句话", "In short"), advised.operators_payroll, advised.caregivers_payroll,
        wan["advised"], wan["today"])
    people = table(done, "people.csv").set_index("row")
    raw = (done.folder / f"page.{lang}.txt").read_text(encoding="utf-8")
    for row in people[people["role"] == "operators"].itertuples():
        assert re.search(rf"^  {row.Index} +{row.today} +{row.advised}  ", raw, re.MULTILINE)
    judged = table(done, "operators/intervals.csv")
    held = (judged[judged["variant"] == "found"]["verdict"] == "held").sum()
    has(("接线员：每班几人", "Operators on each shift"), held)
    town = people.loc["town-day"]
    has(("护理员：每站几人", "Caregivers at each point"),
        f"town-day {town.advised - town.today:+d}")
    has(("要招的人、要花的钱", "People to hire, money to spend"), wan["advised"], wan["today"],
        number(advised.run_yuan / 1e4), number(advised.relief_yuan / 1e4),
        f"{advised.operators_to_hire:+d}", f"{advised.caregivers_to_hire:+d}")
    has(("需求再多一半", "Half as much demand again"), more.operators_rostered,
        more.caregivers_rostered, wan["grown-staffed"])
    targets = table(done, "targets.csv")
    for row in targets[targets["variant"].isin(["today", "advised"])].itertuples():
        ends = f"({share(row.ci_low)}-{share(row.ci_high)})"
        has(("目标", "Targets"), share(row.mean) + ("" if row.met else "!"), ends)
    for row in targets[targets["variant"] == "advised"].itertuples():
        has(("目标", "Targets"), f"{round(row.p_meet * row.n)}/{row.n}")
    not_served = table(done, "unserved.csv").set_index(["variant", "what"])["mean"]
    for name in ("today", "advised"):
        has(("谁还等不到", "Who is not served"), share(not_served[name, "zone"]),
            share(not_served[name, "service"]),
            f"{1000 * (1 - not_served[name, 'completion_rate']):.0f}")
    assumed = table(done, "assumptions.csv")
    wide = table(done, "sensitivity/tornado.csv").groupby("path")["swing"].max()
    assert list(assumed["path"]) == list(wide.sort_values(ascending=False).index[:3])
    for row in assumed.itertuples():
        has(("最要紧的三项假设", "The three assumptions that matter most"), row.path,
            share(row.at_low), share(row.at_high))
    turned = assumed.dropna(subset=["value"])
    assert not turned.empty
    advice = table(done, "sensitivity/advice.csv")
    for row in turned.itertuples():
        own = advice[(advice["path"] == row.path) & (advice["status"] == "changes")]
        assert row.value in set(own["value"])
        has(("最要紧的三项假设", "The three assumptions that matter most"), f"{row.value:.4g}")


@pytest.mark.parametrize("lang", LANGS)
def test_no_number_of_the_page_is_out_of_the_air(done: Advised, lang: Lang) -> None:
    """Every number of what people read is one of the tables', as it is or rounded."""
    known = {"1.5", "95", "15", "80", "5", "90", "1000", "100", "1", "2", "3", "20", "10", "0.5",
             "08", "12", "00", "40", "85", str(ASKED.seed), str(ASKED.seed + 1)}
    tables = ["people.csv", "budget.csv", "targets.csv", "unserved.csv", "assumptions.csv",
              "points.csv", "operators/payroll.csv", "caregivers/goals.csv"]
    for name in tables:
        numbers = table(done, name).select_dtypes("number").to_numpy().ravel()
        for value in numbers[~pd.isna(numbers)]:
            for size in (1, 100, 1e-4, 1 / 60):
                known |= {f"{value * size:.{digits}f}" for digits in (0, 1, 2)}
                known |= {f"{value * size:.4g}", share(value) if 0 <= value <= 1 else ""}
    rows = table(done, "unserved.csv")
    known |= {f"{1000 * (1 - value):.0f}" for value in rows["mean"]}
    money = table(done, "budget.csv").set_index("variant")["budget_yuan"]
    known.add(f"{(money['grown-staffed'] - money['advised']) / 1e4:.1f}")
    counts = table(done, "people.csv")
    known |= {str(abs(n)) for n in counts["advised"] - counts["today"]}
    by_role = counts.groupby("role")[["today", "advised", "grown-staffed"]].sum()
    known |= {str(n) for n in by_role.to_numpy().ravel()}
    for step in done.manifest["steps"]:
        record = manifest.read(done.folder / step) or {}
        known |= set(re.findall(r"\d+", str([record.get(key) for key in (
            "replications", "fresh", "verdicts", "budget", "assumptions", "confidence")])))
        if "fresh" in record:
            known.add(str(record["fresh"][1] - record["fresh"][0]))
    targets = table(done, "targets.csv")
    known |= {str(round(row.p_meet * row.n)) for row in targets.itertuples()}
    known |= {str(len(table(done, "caregivers/goals.csv"))), "0"}
    text = (done.folder / f"page.{lang}.txt").read_text(encoding="utf-8")
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    assert not {one.replace(",", "") for one in found} - known


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_a_page(done: Advised, lang: Lang) -> None:
    lines = (done.folder / f"page.{lang}.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100
    assert all(cell_len(line) <= WIDTH + 24 for line in lines)
    assert not re.search(r"nan|inf\b|None", "\n".join(lines))


def told(found: Advice, lang: Lang = "en") -> str:
    return re.sub(r"\s+", " ", advice.page(found, lang))


def test_it_is_honest_where_no_staffing_does(done: Advised) -> None:
    found = done.advice
    records = {name: dict(record) for name, record in found.records.items()}
    records["operators"] |= {"feasible": False, "verdicts": {"held": 1, "missed": 2}}
    records["caregivers"] |= {"exhausted": True}
    goals = found.goals[found.goals["what"] == "goal"].assign(met=False)
    missed = found.tables["targets"].assign(met=False)
    page = told(replace(found, records=records, goals=goals,
                        tables={**found.tables, "targets": missed}))
    assert "NO ROSTER of these shifts meets the targets" in page
    assert "that MISS one: 2" in page
    assert f"{len(goals)} of {len(goals)} goals set for caregivers are NOT reached" in page
    assert "STILL MISSED, even so: connection rate" in page
    assert "had used up its" in page and "Even then missed:" in page
    met = told(replace(found, tables={**found.tables, "targets": missed.assign(met=True)}))
    assert "Every target is met." in met and "still meets every target" in met


def test_a_rule_is_changed_only_where_it_is_better_for_sure(done: Advised) -> None:
    found = done.advice
    assert "As it is: the nearest point, most urgent first" in told(replace(found, adopted=False))
    assert "Change it to: the nearest point, what is due first" in told(found)
    assert "改为：派给最近的站点，先办快到时限的" in told(found, "zh")


def test_what_a_county_does_not_need_is_left_out(done: Advised) -> None:
    found = done.advice
    records = {name: record for name, record in found.records.items()
               if name in ("operators", "more-operators", "check")}
    page = told(replace(found, records=records,
                        tables={**found.tables, "assumptions": pd.DataFrame()}))
    assert "[Caregivers at each point]" not in page and "[The dispatch rule]" not in page
    assert "assumptions that matter most" not in page


def test_its_figure(done: Advised) -> None:
    found, name = drawings(done.folder, "zh")
    assert (list(found), name) == (["advice"], "quickstart")
    figure = found["advice"]()
    bars = [bar.get_height() for bar in figure.axes[1].patches]
    people = table(done, "people.csv").groupby("role", sort=False)[
        ["today", "advised", "grown-staffed"]].sum()
    assert bars == list(people.to_numpy().T.ravel())


# -- going on --------------------------------------------------------------------------------------


def test_stopped_at_any_moment_it_goes_on_from_there(
    place: Path, interrupted: list[Counting], done: Advised, tmp_path: Path
) -> None:
    first, second, last = interrupted
    assert [len(first.steps), len(second.steps)] == [1, 2]
    assert last.steps == list(STEPS)
    of_operators = [cell for cell in SIMULATED if cell[0] in (by_quarter, with_quarters)]
    assert len(of_operators) == len(set(of_operators)) > 30
    again = Counting()
    assert advised(place / "out", again).manifest["steps"] == list(STEPS)
    assert again.made == 0
    # From the cells alone, in one go: what a step tells does not depend on when it was stopped.
    shutil.copytree(place / "out", tmp_path / "out")
    for key in (tmp_path / "out").glob("*/step.json"):
        key.unlink()
    before = len(SIMULATED)
    other = advised(tmp_path / "out")
    assert len(SIMULATED) == before
    mine, theirs = ({name: content for name, content in files(folder).items()
                     if not name.endswith("manifest.json")}
                    for folder in (place / "out", other.folder))
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if mine[name] != theirs[name]] == []


def test_another_question_is_not_answered_by_the_same_steps(
    place: Path, done: Advised, tmp_path: Path
) -> None:
    shutil.copytree(place / "out", tmp_path / "out")
    watcher = Counting(1)
    with pytest.raises(KeyboardInterrupt):
        advised(tmp_path / "out", watcher, ["hotline.lines=5"])
    assert watcher.steps == ["operators"]


def test_the_bar_never_goes_back_nor_beyond_its_end() -> None:
    bar = Advising("en")
    bar.planned({"operators": 10, "check": 10})
    task = bar._progress.tasks[0]
    seen = []
    for name, made in (("operators", 14), ("check", 4)):
        bar.step(name)
        bar.begun(made, 2, False)
        for _ in range(made):
            bar.finished()
            seen.append(task.completed)
        bar.summarising(3)
        bar.finished()
        bar.done(name)
        seen.append(task.completed)
    assert seen == sorted(seen) and seen[-1] == 20 and seen[14] == 10
    assert "2/2" in task.description and bar.kept_any
    assert "out.partial" in bar.kept(Path("out"))


# -- the command -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "said"), [
    (["-n", "1"], "--replications: found 1; allowed: a whole number from 2"),
    (["-n", "9", "--quick"], "--replications: found 9; allowed: either this or --quick"),
    (["--seed", "-1"], "--seed: found -1; allowed: a whole number, 0 or more"),
    (["--set", "operators.desk.count=-1"], "operators.desk.count"),
])
def test_bad_input_is_told(options: list[str], said: str) -> None:
    done = CliRunner().invoke(commands.app, ["advise", "quickstart", *options, "--lang", "en"])
    assert done.exit_code == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_county_without_operators_is_told(tmp_path: Path) -> None:
    folder = write(changed(raw_small(), {
        "operators": {}, "requests.calls.channel": "plan"}), tmp_path / "none")
    done = CliRunner().invoke(
        commands.app, ["advise", str(folder), "--lang", "zh", "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "operators.csv" in done.stderr


def test_a_first_look_takes_less() -> None:
    quick, usual = (sum(asked.planned(7, 80).values()) for asked in (Asked(QUICK), Asked()))
    assert 1500 < quick < 3000 < usual
