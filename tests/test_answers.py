"""What a scenario answers: its figures are those of the tables and of a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.experiments.answers import answers, asked
from sim.experiments.compare import difference
from sim.experiments.executors import InProcess
from sim.experiments.lab import Lab, Variant
from sim.experiments.replicate import Watcher, prepare
from sim.measures import summarise
from sim.measures.chosen import Chosen
from sim.measures.series import series
from sim.report.run.answers import answers as told
from sim.scenario.faults import BadInput
from tests.evidence.scenarios import others

SENTENCE = "{value} {low} {high} {given} {n}"
BASE = ("time.days=1", "time.cool_down_days=1", "time.warm_up_days=0")


def question(**columns: Any) -> dict[str, Any]:
    row = {"measure": "service_level", "answer_zh": SENTENCE, "answer_en": SENTENCE}
    return row | columns


def county(tmp_path: Path, **rows: dict[str, Any]) -> Any:
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    lines = [",".join(["id", *columns])]
    lines += [",".join([name, *(f'"{row.get(c, "")}"' for c in columns)])
              for name, row in rows.items()]
    folder = tmp_path / "asking"
    folder.mkdir(exist_ok=True)
    (folder / "scenario.toml").write_text(
        'extends = "quickstart"\n', encoding="utf-8")
    (folder / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return prepare(folder, BASE)


def found(tmp_path: Path, resolved: Any, n: int = 4) -> tuple[pd.DataFrame, Lab, Any]:
    lab = Lab(tmp_path / "cells", 3, InProcess())
    own = Variant("own", resolved)
    assert not lab.run([own], range(n))
    measured = lab.measured(own, range(n))
    table = answers(asked(resolved), 3, measured, tmp_path / "cells", InProcess(), Watcher())
    return table.set_index("id"), lab, measured


def test_figures_are_those_of_the_kpis(tmp_path: Path) -> None:
    resolved = county(tmp_path, plain=question(given="0.5", source="somewhere", times="2"))
    table, _, measured = found(tmp_path, resolved)
    kpis, _ = summarise(measured)
    row = kpis[(kpis["measure"] == "service_level") & (kpis["group"] == "all")].iloc[0]
    own = table.loc["plain"]
    assert own["value"] == pytest.approx(2 * row["mean"])
    assert own["low"] == pytest.approx(2 * row["ci_low"])
    assert own["high"] == pytest.approx(2 * row["ci_high"])
    assert (own["given"], own["n"]) == (0.5, 4)


def test_a_change_is_compared_on_the_same_workloads(tmp_path: Path) -> None:
    sentence = "{value} {changed} {difference} {low} {high}"
    resolved = county(tmp_path, more=question(
        change="operators.desk.count=4", answer_zh=sentence, answer_en=sentence))
    table, lab, measured = found(tmp_path, resolved)
    other = Variant("more", prepare(
        resolved.folder, [*BASE, "operators.desk.count=4"]))
    assert not lab.run([other], range(4))
    row = Chosen("service_level")
    apart = difference(series(measured, row), series(lab.measured(other, range(4)), row))
    assert apart is not None and apart.difference != 0
    own = table.loc["more"]
    assert own["difference"] == pytest.approx(apart.difference)
    assert (own["low"], own["high"]) == pytest.approx((apart.ci_low, apart.ci_high))
    assert own["changed"] == pytest.approx(apart.mean_variant)


def test_the_first_level_that_is_good_enough(tmp_path: Path) -> None:
    sentence = "{level} {goal} {value}"
    enough = question(vary="operators.desk.count=1,2,4,6", goal="0.8", answer_zh=sentence,
                      answer_en=sentence)
    never = {**enough, "goal": "1.0", "measure": "connection_rate"}
    table, lab, _ = found(tmp_path, county(tmp_path, enough=enough, never=never))
    good = {}
    for level in (1, 2, 4, 6):
        variant = Variant(str(level), prepare(
            tmp_path / "asking", [*BASE, f"operators.desk.count={level}"]))
        lab.run([variant], range(4))
        kpis, _ = summarise(lab.measured(variant, range(4)))
        row = kpis[(kpis["measure"] == "service_level") & (kpis["group"] == "all")].iloc[0]
        good[level] = row["ci_low"] >= 0.8
    assert any(good.values()) and not good[1]
    assert table.loc["enough", "level"] == next(level for level, is_good in good.items() if is_good)
    assert table.loc["never", "level"] == ""


def test_sentences_hold_the_figures() -> None:
    resolved = prepare("quickstart")
    row = {"id": "reached", "measure": "on_time_request", "group": "all", "unit": "share", "n": 7,
           "value": 0.8, "low": 0.75, "high": 0.85, "given": 0.9, "source": "x", "changed": None,
           "difference": None, "level": "", "goal": None}
    [answer] = [a for a in resolved.scenario.answers if a.id == "reached"]
    for lang, below in (("zh", "模拟偏低"), ("en", "lies below")):
        text = " ".join(told([row], [answer], lang)).replace("\n", " ")
        assert {"80%", "75%", "85%"} <= set(text.replace("（", " ").replace("，", " ").replace(
            ",", " ").replace("(", " ").replace("）", " ").replace(")", " ").split())
        assert below in text and "90%" in text
        assert told([{**row, "value": None}], [answer], lang) != told([row], [answer], lang)


@pytest.mark.parametrize(("column", "value", "place"), [
    ("measure", "servce_level", "wrong"),
    ("group", "service=nothing", "wrong"),
    ("change", "operators.dsk.count=2", "wrong operators.dsk"),
    ("vary", "operators.desk.count=2:1", "wrong vary"),
    ("vary", "operators.desk.count=x:y", "count"),
])
def test_what_is_wrong_is_told(tmp_path: Path, column: str, value: str, place: str) -> None:
    row = question(**{column: value, **({"goal": "0.9"} if column == "vary" else {})})
    with pytest.raises(BadInput) as bad:
        asked(county(tmp_path, wrong=row))
    assert {fault.file for fault in bad.value.faults} == {"answers.csv"}
    assert place in bad.value.faults[0].place


@pytest.mark.parametrize("columns", [
    {"vary": "operators.desk.count=1:2"}, {"goal": "0.9"}, {"given": "0.5"},
    {"answer_en": "{level}"}, {"answer_zh": "{value"},
    {"vary": "a.b=1:2", "goal": "1", "change": "hotline.lines=3"},
])
def test_rows_that_make_no_sense(tmp_path: Path, columns: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        county(tmp_path, wrong=question(**columns))


def test_run_answers(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, [
        "run", "quickstart", "-n", "2", "--out", str(out), "--lang", "en", "--workers", "1",
        *(part for change in BASE for part in ("--set", change)),
    ])
    assert done.exit_code == 0, done.output
    table = pd.read_csv(out / "answers.csv")
    assert list(table["id"]) == ["reached", "third-operator"]
    assert "[The answer]" in done.output
    assert not (out / "parts").exists()


def test_rows_of_other_scenarios_stay_as_they_are(tmp_path: Path) -> None:
    """Whole levels, long fractions and empty cells, to the letter."""
    head = "scenario,id,n,value,level,goal\n"
    kept = "one,a,10,0.1234567890,2,0.95\none,b,3,,,\n"
    path = tmp_path / "scenarios.csv"
    path.write_text(head + kept + "two,a,10,1.0,7,0.5\n", "utf-8")
    found = others(path, ["two"]).to_csv(index=False, lineterminator="\n")
    assert found == head + kept
