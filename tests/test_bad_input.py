"""Bad input: each fault gives its one clear line, all come at once, nothing else is raised."""

from __future__ import annotations

import ast
import os
import pickle
import re
from pathlib import Path
from typing import Any

import bad_input_desk
import bad_input_habits
import bad_input_offers
import pytest
from bad_input_cases import CASES as MANY
from bad_input_cases import OPERATORS, Case, edit, put, raw_town, toml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_kit import TABLES, Raw, changed, write

from sim.scenario import sections
from sim.scenario.faults import BadInput, Fault
from sim.scenario.judging.messages import find
from sim.scenario.load import load, rebuild, resolve
from sim.scenario.schema import Scenario

CASES = (*MANY, *bad_input_desk.CASES, *bad_input_offers.CASES, *bad_input_habits.CASES)
POLICIES = {
    "choose_point": ("nearest", "own_town"),
    "choose_order": ("priority", "fcfs"),
    "choose_caregiver": ("nearest", "longest_idle"),
}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write(raw_town(), tmp_path / "town")


def faults(folder: Path, changes: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        resolve(folder, changes, policies=POLICIES)
    return caught.value.faults


def test_the_unchanged_folder_is_sound(town: Path) -> None:
    assert resolve(town, policies=POLICIES).raw == raw_town()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_gives_its_clear_line(town: Path, case: Case) -> None:
    for act in case.edits:
        act(town)
    found = faults(town, case.changes)
    lines = sorted(fault.line() for fault in found)
    assert len(lines) == len(case.lines), lines
    for line, expected in zip(lines, sorted(case.lines), strict=True):
        pattern = ".*".join(re.escape(part) for part in expected.split("..."))
        assert re.fullmatch(pattern, line), f"{line}\n{expected}"
    for fault in found:
        chinese = fault.line("zh")
        assert "\n" not in fault.line() + chinese
        assert re.search(r"：发现 .*；应为：", chinese)
        english = {"the", "a", "of", "with", "from", "that", "at", "in"}
        rest = re.sub(r'"[^"]*"|“[^”]*”|\{[^}]*\}', "", chinese)
        assert not english & set(re.findall(r"\b[A-Za-z]+\b", rest)), chinese


def test_a_scenario_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        load("quickstrat")
    (fault,) = caught.value.faults
    assert fault.line().startswith("quickstrat: found no such scenario or folder; allowed: ")
    assert fault.nearest == "quickstart"
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput) as caught:
        load(tmp_path / "empty")
    assert "a folder without scenario.toml" in caught.value.faults[0].line()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission(town: Path) -> None:
    (town / "zones.csv").chmod(0)
    (fault,) = faults(town)
    assert fault.line() == (
        "zones.csv: found a file that cannot be opened; allowed: a file that can be read"
    )


def test_faults_travel_between_processes(town: Path) -> None:
    toml("lines = 100", "lnes = 3")(town)
    with pytest.raises(BadInput) as caught:
        load(town)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.faults == caught.value.faults
    assert copy.faults[0].line("zh") == caught.value.faults[0].line("zh")
    assert str(copy) == copy.faults[0].line()


def test_bases_that_extend_each_other(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scenario.toml").write_text(f'extends = "{base}"', encoding="utf-8")
    (fault,) = faults(tmp_path / "a")
    assert fault.line() == (
        "b/scenario.toml extends: found a -> b -> a; "
        "allowed: a scenario that does not extend this one in turn"
    )


def test_a_fault_of_the_base_names_the_base(town: Path) -> None:
    edit("points.csv", "village,0.9", "village,1.2")(town)
    child = town.parent / "child"
    child.mkdir()
    (child / "scenario.toml").write_text('extends = "town"', encoding="utf-8")
    (fault,) = faults(child)
    assert fault.line() == (
        "town/points.csv row 3 column accept_prob: found 1.2; allowed: a number from 0 to 1"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_other_encodings_are_read(town: Path, encoding: str) -> None:
    for path in town.iterdir():
        path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    read = resolve(town)
    assert read.raw == raw_town()
    with_chinese = ("points", "scenario.toml", "services", "zones")
    noted = [note for note in read.notes if note.endswith(" read as GBK")]
    assert sorted(noted) == (
        [f"{n}{'' if '.' in n else '.csv'} read as GBK" for n in with_chinese]
        if encoding == "gbk"
        else []
    )


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_semicolons_and_tabs_are_read_with_a_note(town: Path, mark: str, name: str) -> None:
    put("operators.csv", OPERATORS.replace(",", mark))(town)
    read = resolve(town)
    assert read.raw == raw_town()
    assert read.notes == (f"operators.csv read with {name} between cells",)


def test_marks_without_width_are_passed_over(town: Path) -> None:
    """A second byte order mark, and what copying from a web page brings along."""
    for path in town.iterdir():
        path.write_text("\ufeff\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    edit("zones.csv", "town,", "\u200btown\u2060,")(town)
    assert resolve(town).raw == raw_town()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_that_leads_nowhere(town: Path) -> None:
    (town / "shifts.csv").unlink()
    (town / "shifts.csv").symlink_to("away.csv")
    (fault,) = faults(town)
    assert fault.line() == (
        "shifts.csv: found a link that leads nowhere; allowed: a file that can be read"
    )


def test_excel_habits_are_read(town: Path) -> None:
    """Blank rows, trailing blank cells, 2026/5/1 and 8:00 mean what they look like."""
    put(
        "shifts.csv",
        "id,start,end,days,breaks,,\r\nround,0:00,24:00,,,,\r\n,,,,,,\r\n"
        "early,8:00,14:00,Mon-Fri,11:00-12:00/30,,\r\nlate,14:00:00,22:00,daily,,,\r\n",
    )(town)
    edit("calendar.csv", "2026-05-01", "2026/5/1")(town)
    assert load(town) == rebuild(raw_town())


def test_row_numbers_are_those_of_excel(town: Path) -> None:
    put("operators.csv", 'id,count,shifts,skills\n"desk",2,round,\n\n"even\ning",1,late,child\n')(
        town
    )
    assert faults(town)[0].line().startswith("operators.csv row 4 column id: ")


def test_every_message_of_the_schema_has_its_chinese() -> None:
    said = []
    for file in Path(sections.__path__[0]).glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                said.append(_sample(node.exc.args[0]))
    assert len(said) > 20
    assert [text for text in said if find(re.sub(", found .*", "", text)) is None] == []


def _sample(node: ast.expr) -> str:
    """The text of a message with ``x`` in the place of what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_sample(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _sample(node.left) + _sample(node.right)
    return "x"


JUNK: list[Any] = [
    "", "x", "０８：００", "-1", "1e400", "nan", "25:00", "2026-02-30", "a | b", "=", '"', "\u0000",
    "99999999999999999999", "0", "all", "Mon-Mon-Mon", "11:00-10:00/0", "1.5", "，", "🚑",
    "9" * 5000, "00:00-00:00", "0001-01-01", "9999-12-31", "|", "/", ".", "..", "-inf", "true",
    "empirical",
]
TOML_JUNK: list[Any] = [
    *JUNK, None, True, -1, 0, 10**400, float("nan"), float("-inf"), 1e308, 0.5, [], {}, [[]], [1],
    [True] * 24, [float("nan")] * 24, {"x": {"y": 1}}, {"dist": "empirical", "file": "zones.csv"},
    {"dist": "empirical", "values_s": [1, "x"]}, {"mean_s": "3"}, {"dist": "weibull"}, ["a", 1],
]


def spots(raw: Raw) -> list[str]:
    """Every cell and every key of a raw scenario, as dotted paths."""
    found = []

    def walk(node: Any, path: str) -> None:
        for key, value in node.items():
            found.append(f"{path}{key}")
            if isinstance(value, dict):
                walk(value, f"{path}{key}.")

    walk(raw, "")
    return [path for path in found if not path.startswith("sources.") and path != "sources"]


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from(spots(raw_town())),
    junk=st.sampled_from(TOML_JUNK) | st.text(max_size=8) | st.integers() | st.floats(),
)
def test_any_one_value_may_be_junk(path: str, junk: Any) -> None:
    """A scenario whose one value is junk is still a scenario, or bad input; never a traceback."""
    try:
        built = rebuild(changed(raw_town(), {path: junk} if junk is not None else {path: None}))
    except BadInput as bad:
        assert bad.faults
        for fault in bad.faults:
            assert "\n" not in fault.line() + fault.line("zh")
    else:
        assert isinstance(built, Scenario)


FILES = ["scenario.toml", *(f"{table}.csv" for table in TABLES if table in raw_town())]


@settings(
    max_examples=200, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_one_cell_on_disk_may_be_junk(tmp_path: Path, data: st.DataObject) -> None:
    """The same through the files: one cell, or one stretch of the TOML, is replaced."""
    folder = write(raw_town(), tmp_path / "junk")
    path = folder / data.draw(st.sampled_from(FILES))
    before = path.read_text(encoding="utf-8")
    parts = re.split(r"([,\n=\[\]{} ])" if path.suffix == ".toml" else r"([,\n])", before)
    index = data.draw(st.integers(0, len(parts) - 1))
    parts[index] = data.draw(st.sampled_from(JUNK) | st.text(max_size=6))
    path.write_text("".join(parts), encoding="utf-8", errors="replace", newline="")
    try:
        built = resolve(folder).scenario
    except BadInput as bad:
        assert bad.faults
        assert all("\n" not in fault.line() + fault.line("zh") for fault in bad.faults)
    else:
        assert isinstance(built, Scenario)


@settings(max_examples=100, deadline=None)
@given(
    key=st.sampled_from(spots(raw_town())) | st.text(max_size=12),
    value=st.sampled_from(JUNK) | st.text(max_size=8),
)
def test_any_setting_may_be_junk(junk_town: Path, key: str, value: str) -> None:
    try:
        resolve(junk_town, [f"{key}={value}"])
    except BadInput as bad:
        assert bad.faults


@pytest.fixture(scope="module")
def junk_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(raw_town(), tmp_path_factory.mktemp("junk") / "town")
