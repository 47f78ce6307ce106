"""Studies: which points they have, and every fault of one in its own clear line, all at once."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.sweep import asking, design
from sim.experiments.sweep.design import Axis, Change, Level, Span
from sim.experiments.sweep.reading import KEYS, read
from sim.experiments.sweep.study import Study, points, ready
from sim.scenario.faults import BadInput, Fault

LIST = ", ".join(KEYS)
VALUES = "a list of values, or {from = 2, to = 8, step = 1}"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def study(text: str, scenario: str = "quickstart") -> Study:
    path = Path("mine.toml")
    path.write_text(f'scenario = "{scenario}"\n{text}', encoding="utf-8")
    return read(path)


def settings(found: Study) -> list[dict[str, str]]:
    return [{c.key: c.text for c in point.changes} for point in points(found)]


def faults(found: Study) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        ready(found)
    return caught.value.faults


# -- points --------------------------------------------------------------------------------------


def test_a_grid_has_every_combination_the_last_axis_fastest() -> None:
    found = study("""
        [set]
        "time.days" = 3
        [vary]
        "operators.desk.count" = {from = 1, to = 3}
        demand.growth = [1, 1.5]
    """)
    assert settings(found) == [
        {"time.days": "3", "operators.desk.count": str(desk), "demand.growth": growth}
        for desk in (1, 2, 3) for growth in ("1", "1.5")
    ]
    assert found.columns == ["operators.desk.count", "demand.growth"]
    assert [point.values for point in points(found)][:2] == [(1, 1), (1, 1.5)]
    assert points(found)[1].name == "operators.desk.count=1, demand.growth=1.5"


def test_a_list_reads_its_axes_side_by_side() -> None:
    found = study("""
        design = "list"
        [vary]
        "operators.desk.count" = [1, 2]
        "operators.desk-late.count" = [2, 1]
    """)
    assert [point.values for point in points(found)] == [(1, 2), (2, 1)]


def test_a_range_in_tenths_has_no_dust() -> None:
    assert design.steps(1, 2, 0.1) == [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2]
    assert design.steps(2, 9, 3) == [2, 5, 8]
    assert all(type(number) is int for number in design.steps(2, 9, 3))


def test_every_stratum_of_every_axis_of_a_latin_hypercube_holds_one_point() -> None:
    size = 40
    axes = [
        Axis("real", Span(0.5, 2.5, "a", "")),
        Axis("whole", Span(1, 20, "b", "")),
        Axis("named", tuple(Level(name, ()) for name in "wxyz")),
    ]
    rows = design.latin_hypercube(axes, size, seed=3)
    real, whole, named = ([row[n].value for row in rows] for n in range(3))
    strata = np.floor((np.array(real, dtype=float) - 0.5) / 2 * size)
    assert sorted(strata) == list(range(size))
    assert sorted(whole) == sorted([*range(1, 21)] * 2)
    assert {name: named.count(name) for name in "wxyz"} == dict.fromkeys("wxyz", size / 4)
    # The axes are paired at random: no order shows through, and another seed gives another design.
    assert abs(np.corrcoef(strata, np.array(whole, dtype=float))[0, 1]) < 0.5
    assert rows == design.latin_hypercube(axes, size, seed=3)
    assert rows != design.latin_hypercube(axes, size, seed=4)


def test_a_latin_hypercube_from_a_file() -> None:
    found = study("""
        design = "latin_hypercube"
        points = 12
        design_seed = 5
        [vary]
        "demand.growth" = {from = 0.8, to = 2.0}
        "operators.desk.count" = {from = 1, to = 3}
        "dispatch.choose_order" = ["priority", "fcfs"]
    """)
    growth, desk, order = zip(*(point.values for point in points(found)), strict=True)
    assert len(set(growth)) == 12
    assert all(0.8 <= value <= 2 and len(str(value)) <= 8 for value in growth)
    assert sorted(desk) == sorted([1, 2, 3] * 4)
    assert sorted(order) == ["fcfs"] * 6 + ["priority"] * 6
    assert len(ready(found)) == 12


def test_an_axis_of_named_levels_changes_many_cells_at_once() -> None:
    found = study("""
        [[axes.operators]]
        level = 2
        set = {"operators.desk.count" = 1}
        [[axes.operators]]
        level = "all"
        set = {"operators.desk.count" = 3, operators.desk-late.count = 2}
        [[axes.operators]]
        level = "as it is"
    """)
    assert [point.values for point in points(found)] == [(2,), ("all",), ("as it is",)]
    counties = [variant.resolved.scenario for _, variant in ready(found)]
    assert [[group.count for group in county.operators] for county in counties] == [
        [1, 1], [3, 2], [2, 1],
    ]


def test_named_variants_by_themselves_and_with_everything_that_is_varied() -> None:
    text = """
        [set]
        "callers.client.patience.mean_s" = 100
        {vary}
        [variants."流感"]
        set = {"demand.growth" = 1.4, "callers.client.patience.mean_min" = 1}
        [variants.elsewhere]
        scenario = "decheng-loaded"
    """
    alone = study(text.replace("{vary}", ""))
    assert [point.name for point in points(alone)] == ["流感", "elsewhere"]
    assert alone.columns == []
    # One key in another unit is still that key.
    assert settings(alone) == [
        {"demand.growth": "1.4", "callers.client.patience.mean_min": "1"},
        {"callers.client.patience.mean_s": "100"},
    ]
    names = [variant.resolved.scenario.name for _, variant in ready(alone)]
    assert names == ["quickstart", "decheng-loaded"]
    both = study(text.replace("{vary}", '[vary]\n"hotline.lines" = [8, 9]'))
    assert both.columns == ["case", "hotline.lines"]
    assert [point.values for point in points(both)] == [
        ("流感", 8), ("流感", 9), ("elsewhere", 8), ("elsewhere", 9),
    ]
    assert points(both)[1].name == "流感, hotline.lines=9"


def test_values_of_every_type_reach_the_scenario() -> None:
    found = study("""
        [vary]
        "hotline.when_closed" = ["recording", "call_back"]
        "demand.shapes.daytime.days" = [[1, 1, 1, 1, 1, 1, 1], [2, 1, 1, 1, 1, 1, 1]]
        "hotline.wrap_up" = [{dist = "constant", value_s = 60}]
        "operators.desk.skills" = ["", "elder | child"]
    """)
    counties = [variant.resolved.raw for _, variant in ready(found)]
    assert [raw["demand"]["shapes"]["daytime"]["days"][0] for raw in counties] == [1, 1, 2, 2] * 2
    assert [raw["operators"]["desk"].get("skills") for raw in counties] == [
        None, "elder | child"] * 4
    assert {raw["hotline"]["wrap_up"]["value_s"] for raw in counties} == {60}
    assert points(found)[3].values == (
        "recording", "[2, 1, 1, 1, 1, 1, 1]", '{"dist" = "constant", "value_s" = 60}',
        "elder | child",
    )


GROWTH = "decheng-operators-growth"


SWEPT = sorted(
    name for name, path in asking.available().items() if "objective" not in path.read_text("utf-8")
)
"""The others are for ``hotline tune``."""


@pytest.mark.parametrize("name", sorted({*SWEPT} - {GROWTH}))
def test_the_studies_that_come_along_are_sound(name: str) -> None:
    found = asking.asked(name)
    assert found.faults == ()
    assert set(found.titles) == {"title_zh", "title_en", "question_zh", "question_en"}
    assert len(ready(found)) == len(points(found))


def test_operators_and_growth_on_decheng_are_at_least_35_points_of_20_replications() -> None:
    found = asking.asked(GROWTH)
    assert found.faults == ()
    assert len(points(found)) >= 35
    assert found.replications == 20
    assert set(found.columns) == {"operators", "demand.growth"}
    for point, variant in ready(found):
        county = variant.resolved.scenario
        asked = dict(zip(found.columns, point.values, strict=True))
        assert sum(group.count for group in county.operators) == asked["operators"]
        assert county.demand.growth == asked["demand.growth"]


# -- the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("operators.desk.count=2:4", [2, 3, 4]),
        ("demand.growth=1:2:0.5", [1.0, 1.5, 2.0]),
        ("demand.growth= 1, 1.2 ,1.5", [1, 1.2, 1.5]),
        ("hotline.lines=8", [8]),
        ("dispatch.choose_order=priority,fcfs", ["priority", "fcfs"]),
        ('services.home-help.cut_off="16:00",17:00', ["16:00", "17:00"]),
        ("demand.shapes.daytime.days=[1,1,1,1,1,0,0],[1,1,1,1,1,1,1]",
         ["[1, 1, 1, 1, 1, 0, 0]", "[1, 1, 1, 1, 1, 1, 1]"]),
    ],
)
def test_vary_on_the_command_line(option: str, values: list[object]) -> None:
    found = asking.asked("quickstart", vary=[option])
    assert found.faults == ()
    assert [point.values[0] for point in points(found)] == values
    assert [type(point.values[0]) for point in points(found)] == list(map(type, values))


def test_the_command_line_goes_before_the_study() -> None:
    found = asking.asked(
        "quickstart-desk", vary=["demand.growth=2,3", "hotline.lines=8"],
        changes=["time.days=2"], replications=3, seed=9,
    )
    assert (found.replications, found.seed) == (3, 9)
    assert found.columns == ["operators.desk.count", "demand.growth", "hotline.lines"]
    assert {point.values[1] for point in points(found)} == {2, 3}
    assert {dict(s)["time.days"] for s in settings(found)} == {"2"}
    assert ready(found)[0][1].resolved.scenario.time.days == 2


def test_studies_and_scenarios_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "studies"
    folder.mkdir(parents=True)
    text = 'scenario = "quickstart"\n[vary]\n"hotline.lines" = [8, 9]\n'
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    assert "mine" in asking.available()
    for name in ("mine", "scenarios/studies/mine.toml", str(folder / "mine.toml")):
        assert asking.asked(name).name == "mine"
    shipped = Path(__file__).parents[1] / "scenarios" / "quickstart"
    for name in ("quickstart", str(shipped), str(shipped / "scenario.toml")):
        assert asking.asked(name, ["hotline.lines=8,9"]).name == "quickstart-sweep"
    with pytest.raises(BadInput) as caught:
        asking.asked("quickstart-dsk")
    (fault,) = caught.value.faults
    assert fault.line().startswith("quickstart-dsk: found no such study or scenario; allowed: ")
    assert fault.nearest == "quickstart-desk"


# -- faults --------------------------------------------------------------------------------------

CASES: dict[str, tuple[str, list[str]]] = {
    "a key that is not known": (
        'titel_zh = "x"\n[vary]\n"hotline.lines" = [8]',
        [f'mine.toml titel_zh: found "titel_zh"; allowed: {LIST}; did you mean "title_zh"?'],
    ),
    "text and numbers": (
        'title_en = 3\nreplications = 0\nseed = "x"\n[vary]\n"hotline.lines" = [8]',
        [
            "mine.toml title_en: found 3; allowed: text in quotes",
            "mine.toml replications: found 0; allowed: a whole number from 1 to 100,000",
            'mine.toml seed: found "x"; allowed: a whole number, 0 or more',
        ],
    ),
    "a design that is not known": (
        'design = "grit"\n[vary]\n"hotline.lines" = [8]',
        ['mine.toml design: found "grit"; allowed: grid, list, latin_hypercube; '
         'did you mean "grid"?'],
    ),
    "points of a grid": (
        'points = 8\n[vary]\n"hotline.lines" = [8]',
        ["mine.toml points: found 8; allowed: design = latin_hypercube as well"],
    ),
    "a Latin hypercube of so many points": (
        'design = "latin_hypercube"\n[vary]\n"demand.growth" = {from = 1, to = 2}',
        ["mine.toml points: found nothing; allowed: how many points, 2 to 10,000"],
    ),
    "nothing is varied": (
        "",
        ["mine.toml: found nothing; allowed: something to vary: [vary], [axes] or [variants] in a "
         "study, or --vary"],
    ),
    "values that are no list": (
        '[vary]\n"hotline.lines" = 8\n"demand.growth" = []\n"time.days" = {from = 1}',
        [
            f"mine.toml [vary] hotline.lines: found 8; allowed: {VALUES}",
            f"mine.toml [vary] demand.growth: found []; allowed: {VALUES}",
            f"mine.toml [vary] time.days: found {{from = 1}}; allowed: {VALUES}",
        ],
    ),
    "ranges": (
        '[vary]\n"hotline.lines" = {from = 8, to = 6}\n"demand.growth" = {from = 1, to = 1.5}\n'
        '"time.days" = {from = 2, to = 9, step = 0}\n"chasing.prob" = {from = 0, to = inf}',
        [
            "mine.toml [vary] hotline.lines: found {from = 8, to = 6}; allowed: numbers with from "
            "below to, ...",
            "mine.toml [vary] demand.growth: found {from = 1, to = 1.5}; allowed: a step, ...",
            "mine.toml [vary] time.days: found {from = 2, to = 9, step = 0}; allowed: numbers ...",
            "mine.toml [vary] chasing.prob: found {from = 0, to = inf}; allowed: numbers with ...",
        ],
    ),
    "a value twice": (
        '[vary]\n"demand.growth" = [1, 1.5, 1.0]',
        ["mine.toml [vary] demand.growth: found 1 twice; allowed: each value once"],
    ),
    "lists of different lengths": (
        'design = "list"\n[vary]\n"hotline.lines" = [8, 9]\n"demand.growth" = [1]',
        ["mine.toml design = list: found hotline.lines: 2, demand.growth: 1; allowed: as many "
         "values of each, for a list reads them side by side"],
    ),
    "far too many points": (
        '[vary]\n"hotline.lines" = {from = 1, to = 999}\n"time.days" = {from = 1, to = 99}',
        ["mine.toml: found 98,901 points; allowed: at most 10,000"],
    ),
    "levels": (
        '[[axes.staff]]\nlevel = 1\n[[axes.staff]]\nlevel = 1\n[[axes.staff]]\nset = {}\n'
        '[[axes.staff]]\nlevl = 4\nlevel = true\n[axes.empty]\nlevel = 3',
        [
            'mine.toml axes.staff level: found "1" twice; allowed: each once',
            "mine.toml axes.staff 3 level: found nothing; allowed: a number or a text, the name of "
            "the level",
            'mine.toml axes.staff 4 levl: found "levl"; allowed: level, set; did you mean "level"?',
            "mine.toml axes.staff 4 level: found true; allowed: a number or a text, ...",
            "mine.toml axes.empty: found {level = 3}; allowed: blocks, each with a level and a set",
        ],
    ),
    "an axis under a name that is taken": (
        "[[axes.measure]]\nlevel = 1\n",
        ['mine.toml axes.measure: found "measure"; allowed: another name: ...'],
    ),
    "variants": (
        '[variants]\nbase = 3\n[variants.other]\nscenario = 7\nsett = {}',
        [
            "mine.toml variants.base: found 3; allowed: a table with set, scenario or both",
            "mine.toml variants.other.scenario: found 7; allowed: a scenario's name or folder",
            'mine.toml variants.other sett: found "sett"; allowed: set, scenario; did you mean '
            '"set"?',
        ],
    ),
    "sections that are none": (
        "set = 1\nvary = 2\naxes = 3\nvariants = 4",
        [
            'mine.toml set: found 1; allowed: lines "key" = value',
            'mine.toml vary: found 2; allowed: lines "key" = value',
            "mine.toml axes: found 3; allowed: [[axes.name]] blocks",
            "mine.toml variants: found 4; allowed: [variants.name] tables",
        ],
    ),
    "no TOML": (
        "[vary\n",
        ["mine.toml line 2: found \"[vary\"; allowed: TOML, key = value, text in quotes ..."],
    ),
    "faults of the scenario, each once, in the place of the study that asks for it": (
        '[set]\n"hotline.linse" = 3\n'
        '[vary]\n"operators.desk.count" = [1, -1]\n"demand.growth" = [1, 1.5, 2]\n'
        '"operators.dsk.count" = [1]\n'
        '[variants.a]\nset = {"dispatch.choose_order" = "fcsf"}\n[variants.b]\n',
        [
            'mine.toml [set] hotline.linse: found "linse"; ...did you mean "hotline.lines"?',
            "mine.toml [vary] operators.desk.count: found -1 (in 6 of 12 points); allowed: ...",
            'mine.toml [vary] operators.dsk.count: found "dsk"; ...',
            'mine.toml variants.a dispatch.choose_order: found "fcsf" (in 6 of 12 points); ...'
            'did you mean "fcfs"?',
        ],
    ),
    "faults of the scenario beside faults of the study": (
        'replications = "x"\n[vary]\n"operators.desk.count" = [1, -1]\n'
        '[[axes.staff]]\nlevel = "many"\nset = {"operators.desk-late.count" = -5}\n',
        [
            'mine.toml replications: found "x"; allowed: a whole number from 1 to 100,000',
            "mine.toml [vary] operators.desk.count: found -1; allowed: ...",
            "mine.toml axes.staff many operators.desk-late.count: found -5; allowed: ...",
        ],
    ),
    "a variant's scenario that is not there": (
        '[variants.a]\nscenario = "quikstart"\n[variants.b]\n',
        ['mine.toml variants.a.scenario: found "quikstart" (in 1 of 2 points); ...'
         'did you mean "quickstart"?'],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_of_a_study_gives_its_clear_line(name: str) -> None:
    text, expected = CASES[name]
    found = faults(study(text))
    lines = sorted(fault.line() for fault in found)
    assert len(lines) == len(expected), lines
    for line, pattern in zip(lines, sorted(expected), strict=True):
        assert re.fullmatch(".*".join(map(re.escape, pattern.split("..."))), line), line
    for fault in found:
        chinese = fault.line("zh")
        assert re.search(r"：发现 .*；应为：", chinese)
        said = chinese.partition("应为：")[2]
        english = {"the", "a", "an", "of", "with", "each", "below", "values"}
        assert not english & set(re.findall(r"[A-Za-z]+", said)), chinese


def test_a_study_of_no_scenario() -> None:
    Path("mine.toml").write_text('[vary]\n"hotline.lines" = [8]\n', encoding="utf-8")
    (fault,) = faults(read(Path("mine.toml")))
    assert fault.line() == (
        "mine.toml scenario: found nothing; allowed: a scenario's name or folder"
    )
    (fault,) = faults(study('[vary]\n"hotline.lines" = [8, 9]', scenario="quikstart"))
    assert fault.line().startswith('mine.toml scenario: found "quikstart"; allowed: a folder with')
    assert fault.nearest == "quickstart"


def test_a_fault_in_the_files_of_a_variants_scenario_names_that_scenario(tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "odd").mkdir(parents=True)
    (tmp_path / "scenarios" / "odd" / "scenario.toml").write_text(
        'extends = "quickstart"\n[hotline]\nlines = -3\n', encoding="utf-8"
    )
    (fault,) = faults(study('[variants.a]\n[variants.b]\nscenario = "odd"\n'))
    assert fault.line().startswith(
        "odd/scenario.toml hotline.lines: found -3 (in 1 of 2 points); allowed: "
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"vary": ["hotline.lines"]}, '--vary: found "hotline.lines"; allowed: key=values, ...'),
        ({"vary": ["hotline.lines=1,,2"]}, '--vary hotline.lines: found "1,,2"; allowed: ...'),
        ({"vary": ["hotline.lines=8:6"]},
         '--vary hotline.lines: found "8:6"; allowed: numbers with from below to, ...'),
        ({"vary": ["demand.growth=1:1.5"]},
         '--vary demand.growth: found "1:1.5"; allowed: a step, ...'),
        ({"vary": ["hotline.lines=8", "hotline.lines=9"]},
         '--vary: found "hotline.lines" twice; allowed: each once'),
        ({"vary": ["hotline.linse=8"]}, '--vary hotline.linse: found "linse"; ...'),
        ({"vary": ["hotline.lines=8"], "changes": ["hotline.lines=9"]},
         "--set hotline.lines: found a key that is varied; allowed: other keys, or --vary"),
        ({"vary": ["hotline.lines=8"], "changes": ["time.days"]}, '--set: found "time.days"; ...'),
        ({"vary": ["hotline.lines=8"], "changes": ["time.days=0.5"]},
         "--set time.days: found 0.5; allowed: ..."),
        ({"vary": ["hotline.lines=8"], "changes": ["time.days=1", "time.days=2"]},
         '--set: found "time.days" twice; allowed: each once'),
        ({"vary": ["hotline.lines=8"], "replications": 0},
         "--replications: found 0; allowed: a whole number from 1 to 100,000"),
        ({"vary": ["hotline.lines=8"], "seed": -1},
         "--seed: found -1; allowed: a whole number, 0 or more"),
        ({}, "--vary: found nothing; allowed: something to vary: ..."),
    ],
)
def test_each_fault_of_an_option_gives_its_clear_line(
    options: dict[str, object], expected: str
) -> None:
    (fault,) = faults(asking.asked("quickstart", **options))  # type: ignore[arg-type]
    pattern = ".*".join(map(re.escape, expected.split("...")))
    assert re.fullmatch(pattern, fault.line()), fault.line()


def test_of_several_changes_to_a_key_the_last_counts() -> None:
    changes = [Change(key, "1", "") for key in ("a.mean_s", "b", "a.mean_min")]
    assert [change.key for change in design.merged(changes)] == ["b", "a.mean_min"]
