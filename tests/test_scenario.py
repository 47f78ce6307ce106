"""Reading scenarios: what is on disk, bases and changes, figures and sources, the calendar."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from scenario_kit import Raw, build, changed, raw_small, small, write, write_scenario

from sim.scenario.days import Day, day, days, demand_factor, open_spans
from sim.scenario.faults import BadInput
from sim.scenario.load import available, load, rebuild, resolve
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.scenario.sources import Figure, figures
from sim.words.kinds import DAY, HOUR, MINUTE, SECOND


def child(folder: Path, toml: str, **tables: str) -> Path:
    """A folder beside ``folder`` that holds only what is given; the tables as CSV text."""
    path = folder.parent / "child"
    path.mkdir()
    (path / "scenario.toml").write_text(toml, encoding="utf-8")
    for table, text in tables.items():
        (path / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
    return path


# What is on disk


def test_a_folder_holds_what_was_written(tmp_path: Path) -> None:
    read = resolve(small(tmp_path))
    assert read.raw == raw_small()
    assert read.scenario == rebuild(raw_small())
    assert (read.changes, read.notes) == ((), ())
    assert read.folder == tmp_path / "small"
    scenario = read.scenario
    assert scenario.callers["client"].talk.mean_ms == 180 * SECOND
    assert scenario.services[0].duration
    assert scenario.services[0].duration.value == 30 * MINUTE
    assert (scenario.shifts[0].start, scenario.shifts[0].end) == (0, DAY)
    assert scenario.zones[0].pop == {"elder": 2000}
    assert scenario.requests[0].share == {"client": 1}
    assert scenario.points[0].services == ("all",)


@pytest.mark.parametrize("name", ["quickstart", "decheng", "decheng-loaded"])
def test_raw_is_json_and_gives_the_scenario_back(name: str) -> None:
    read = resolve(name)
    assert rebuild(json.loads(json.dumps(read.raw))) == read.scenario


def test_a_written_raw_scenario_reads_as_itself(tmp_path: Path) -> None:
    read = resolve("quickstart")
    again = resolve(write(read.raw, tmp_path / "copy"))
    assert again.scenario == read.scenario


def test_names_paths_and_files_all_lead_to_a_scenario(tmp_path: Path) -> None:
    folder = small(tmp_path)
    assert load(folder) == load(str(folder)) == load(folder / "scenario.toml")
    assert load("quickstart") == load(available()["quickstart"])


def test_own_scenarios_come_before_those_that_are_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(raw_small(), tmp_path / "scenarios" / "quickstart")
    monkeypatch.chdir(tmp_path)
    assert available()["quickstart"] == tmp_path / "scenarios" / "quickstart"
    assert load("quickstart").name == "small"
    assert "decheng" in available()


def test_a_scenario_without_a_name_is_called_as_its_folder(tmp_path: Path) -> None:
    folder = write(changed(raw_small(), {"name": None}), tmp_path / "springfield")
    assert load(folder).name == "springfield"
    extended = child(folder, 'extends = "springfield"')
    assert load(extended).name == "child"


def test_ids_that_look_like_numbers_stay_as_written(tmp_path: Path) -> None:
    folder = write_scenario(
        tmp_path / "numbers",
        tables={"zones": {"town": None, "007": raw_small()["zones"]["town"]},
                "points": {"station": {"zone": "007", "organisation": "1e3"}}},
    )
    scenario = load(folder)
    assert scenario.zones[0].id == scenario.points[0].zone == "007"
    assert scenario.points[0].organisation == "1e3"


def test_calendar_and_sources_may_be_missing(tmp_path: Path) -> None:
    folder = small(tmp_path)
    assert not (folder / "calendar.csv").exists()
    assert load(folder).calendar == load(folder).sources == ()


def test_observed_values_are_read_into_the_scenario(tmp_path: Path) -> None:
    folder = small(
        tmp_path,
        **{
            "callers.client.talk": {"dist": "empirical", "file": "talk.csv"},
            "services.help.duration_dist": "empirical",
            "services.help.duration_value_min": None,
            "services.help.duration_file": "visits.csv",
        },
    )
    (folder / "talk.csv").write_text("value_s,weight\n60,1\n120.5,3\n", encoding="utf-8")
    (folder / "visits.csv").write_text("value_min\n30\n40\n", encoding="utf-8")
    read = resolve(folder)
    assert read.raw["callers"]["client"]["talk"] == {
        "dist": "empirical", "values_s": [60, 120.5], "weights": [1, 3],
    }
    assert read.raw["services"]["help"]["duration_values_min"] == [30, 40]
    assert read.scenario.callers["client"].talk.mean_ms == (60 + 3 * 120.5) / 4 * SECOND
    assert rebuild(read.raw) == read.scenario
    for name in ("talk.csv", "visits.csv"):
        (folder / name).unlink()
    assert load(write(read.raw, folder)) == read.scenario


def matrix_text(factor: int) -> str:
    places = ("town", "station")
    rows = [f"{a},{b},{factor * (1 + i + 2 * j)}" for i, a in enumerate(places)
            for j, b in enumerate(places)]
    return "from,to,minutes\n" + "\n".join(rows) + "\n"


def test_a_travel_matrix_is_read_into_the_scenario(tmp_path: Path) -> None:
    folder = small(tmp_path, **{"travel.matrix": "roads.csv"})
    (folder / "roads.csv").write_text(matrix_text(1), encoding="utf-8")
    read = resolve(folder)
    expected = {"town": {"town": 1, "station": 3}, "station": {"town": 2, "station": 4}}
    assert read.scenario.travel.minutes == expected
    assert rebuild(read.raw) == read.scenario
    (folder / "snow.csv").write_text(matrix_text(2), encoding="utf-8")
    snow = resolve(folder, ["travel.matrix=snow.csv"])
    assert snow.scenario.travel.minutes["station"]["station"] == 8
    assert load(folder, ["travel.matrix="]).travel.minutes == {}


def test_own_rules_are_read_from_the_folder_that_names_them(tmp_path: Path) -> None:
    folder = small(tmp_path, **{"dispatch.module": "rules.py"})
    code = "# 本县自己的派单规则：先到先得\n"
    (folder / "rules.py").write_text(code, encoding="utf-8")
    assert load(folder).dispatch.code == code
    read = resolve(child(folder, 'extends = "small"'))
    assert read.scenario.dispatch.code == code
    assert read.folders == (tmp_path / "child", tmp_path / "small")


# Bases


def test_a_child_changes_keys_and_whole_rows(tmp_path: Path) -> None:
    base = small(tmp_path, **{"operators.desk.pay_yuan_per_month": 3000})
    folder = child(
        base,
        'extends = "small"\nname = "busy"\n[about]\ntitle_en = "Busier"\n'
        '[hotline]\nlines = 7\nwrap_up = { dist = "exponential", mean_s = 40 }\n'
        '[callers.client.talk]\nmean_min = 4\n',
        operators="id,count,shifts\nnight,1,round\ndesk,5,round\n",
    )
    read = resolve(folder)
    scenario = read.scenario
    assert scenario.name == "busy"
    assert scenario.about.title_en == "Busier"
    assert scenario.about.title_zh == raw_small()["about"]["title_zh"]
    assert scenario.hotline.lines == 7
    assert scenario.hotline.wrap_up.mean_ms == 40 * SECOND
    assert scenario.callers["client"].talk.mean_ms == 4 * MINUTE
    assert scenario.callers["client"].talk.dist == "exponential"
    assert [group.id for group in scenario.operators] == ["desk", "night"]
    assert scenario.operators[0].count == 5
    assert scenario.operators[0].pay_yuan_per_month == 0, "a row is replaced whole"
    assert sorted(read.changes) == sorted([
        "hotline.lines: 100 -> 7",
        "hotline.wrap_up.dist: constant -> exponential",
        "hotline.wrap_up.value_s: 0 -> default",
        "hotline.wrap_up.mean_s: default -> 40",
        "callers.client.talk.mean_s: 180 -> default",
        "callers.client.talk.mean_min: default -> 4",
        "operators.desk.count: 2 -> 5",
        "operators.desk.pay_yuan_per_month: 3000 -> default",
        'operators.night: no row -> {"count": 1, "shifts": "round"}',
    ])
    assert resolve(base).raw["hotline"]["lines"] == 100


@pytest.mark.parametrize("base", ["small", "../small"])
def test_a_base_is_a_neighbour_or_a_path(tmp_path: Path, base: str) -> None:
    assert load(child(small(tmp_path), f'extends = "{base}"')).zones


def test_a_base_may_be_shipped(tmp_path: Path) -> None:
    folder = child(tmp_path / "x", 'extends = "quickstart"\n[hotline]\nlines = 77\n')
    assert load(folder).hotline.lines == 77
    assert load(folder).zones == load("quickstart").zones


def test_bases_stand_on_bases(tmp_path: Path) -> None:
    base = small(tmp_path)
    child(base, 'extends = "small"\n[set]\n"hotline.lines" = 50\n"operators.desk.count" = 4\n')
    (tmp_path / "grandchild").mkdir()
    (tmp_path / "grandchild" / "scenario.toml").write_text(
        'extends = "child"\n[hotline]\nlines = 60\n', encoding="utf-8"
    )
    read = resolve(tmp_path / "grandchild", ["hotline.lines=70"])
    assert read.scenario.hotline.lines == 70
    assert read.scenario.operators[0].count == 4
    assert read.changes == (
        "hotline.lines: 100 -> 50",
        "operators.desk.count: 2 -> 4",
        "hotline.lines: 50 -> 60",
        "hotline.lines: 60 -> 70",
    )
    assert [folder.name for folder in read.folders] == ["grandchild", "child", "small"]


def test_a_files_path_is_read_beside_the_scenario_that_names_it(tmp_path: Path) -> None:
    base = small(tmp_path, **{"travel.matrix": "roads.csv"})
    (base / "roads.csv").write_text(matrix_text(1), encoding="utf-8")
    folder = child(base, 'extends = "small"')
    assert load(folder).travel.minutes["station"]["station"] == 4
    (folder / "scenario.toml").write_text(
        'extends = "small"\n[travel]\nmatrix = "roads.csv"\n', encoding="utf-8"
    )
    (folder / "roads.csv").write_text(matrix_text(3), encoding="utf-8")
    assert load(folder).travel.minutes["station"]["station"] == 12


# Changes


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("hotline.lines=30", "hotline.lines: 100 -> 30"),
        ("operators.desk.count=8", "operators.desk.count: 2 -> 8"),
        (" operators.desk.count = 8 ", "operators.desk.count: 2 -> 8"),
        ("hotline.open=Mon-Fri 08:00-18:00", "hotline.open: always -> Mon-Fri 08:00-18:00"),
        ("shifts.round.start=08:00", "shifts.round.start: 00:00 -> 08:00"),
        ("time.start=2026-04-01", "time.start: 2026-03-02 -> 2026-04-01"),
        ("hotline.number=12345", "hotline.number: 12343 -> 12345"),
        ("requests.calls.share_client=2.5", "requests.calls.share_client: 1 -> 2.5"),
        ("zones.town.pop_elder=10", "zones.town.pop_elder: 2000 -> 10"),
        ("services.help.target_min=", "services.help.target_min: 60 -> default"),
        ("chasing.every_min=45", "chasing.every_min: default -> 45"),
        (
            'callers.client.talk={dist = "constant", value_s = 60}',
            'callers.client.talk: {"dist": "exponential", "mean_s": 180} -> '
            '{"dist": "constant", "value_s": 60}',
        ),
        ("callers.client.talk.mean_min=2", "callers.client.talk.mean_min: default -> 2"),
        ("services.help.duration_value_h=1", "services.help.duration_value_h: default -> 1"),
    ],
)
def test_set_changes_one_value_and_says_so(tmp_path: Path, change: str, line: str) -> None:
    read = resolve(small(tmp_path), [change])
    assert read.changes == (line,)
    assert rebuild(read.raw) == read.scenario != build(raw_small())


def test_a_length_in_another_unit_replaces_the_first(tmp_path: Path) -> None:
    scenario = load(
        small(tmp_path), ["callers.client.talk.mean_min=2", "services.help.duration_value_h=1"]
    )
    assert scenario.callers["client"].talk.mean_ms == 2 * MINUTE
    assert scenario.services[0].duration
    assert scenario.services[0].duration.value == HOUR


def test_a_list_or_distribution_is_set_as_a_whole(tmp_path: Path) -> None:
    hours = [2.0] * 24
    scenario = load(small(tmp_path), [f"travel.speed_by_hour={hours}"])
    assert scenario.travel.speed_by_hour == tuple(hours)


def test_set_in_the_file_takes_quoted_and_plain_keys(tmp_path: Path) -> None:
    folder = small(tmp_path)
    path = folder / "scenario.toml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + '\n[set]\n"operators.desk.count" = 3\nhotline.lines = 9\n'
        + 'hotline.wrap_up = { dist = "constant", value_s = 5 }\n',
        encoding="utf-8",
    )
    read = resolve(folder)
    assert read.scenario.operators[0].count == 3
    assert read.scenario.hotline.lines == 9
    assert read.scenario.hotline.wrap_up.value == 5 * SECOND
    assert read.changes[0] == "operators.desk.count: 2 -> 3"


def test_what_is_tried_may_lie_outside_its_plausible_range(tmp_path: Path) -> None:
    folder = small(
        tmp_path,
        **{
            "sources.operators": None,
            "sources": {
                "operators.*.count": {
                    "standing": "assumed", "source": "a guess", "low": 1, "high": 3,
                }
            },
        },
    )
    read = resolve(folder, ["operators.desk.count=30"])
    assert read.scenario.operators[0].count == 30
    assert rebuild(read.raw) == read.scenario
    extended = child(folder, 'extends = "small"\n[set]\n"operators.desk.count" = 40\n')
    assert load(extended).operators[0].count == 40


def test_changing_one_scenario_leaves_another_as_it_is(tmp_path: Path) -> None:
    folder = small(tmp_path)
    first = resolve(folder)
    load(folder, ["operators.desk.count=8"])
    assert resolve(folder) == dataclasses.replace(first)


# Policies


def test_rules_are_checked_only_where_their_names_are_known(tmp_path: Path) -> None:
    folder = small(tmp_path, **{"dispatch.choose_point": "own_town"})
    assert load(folder).dispatch.choose_point == "own_town"
    assert load(folder, policies={"choose_point": ("own_town",)})
    with pytest.raises(BadInput):
        load(folder, policies={"choose_point": ("nearest",)})
    with pytest.raises(BadInput):
        rebuild(changed(raw_small(), {"dispatch.choose_point": "own_town"}),
                policies={"choose_point": ("nearest",)})


# Figures


def sourced(**sources: dict[str, Any]) -> Raw:
    return changed(raw_small(), {"sources": sources})


def test_every_number_and_every_time_is_a_figure() -> None:
    raw = changed(
        raw_small(),
        {
            "demand.shapes.office.hours": [1] * 24,
            "services.help.cut_off": "16:00",
            "services.help.name_en": "Open 08:00",
            "calendar.spring": {"first": "2026-03-03", "last": "2026-03-03", "kind": "season"},
        },
    )
    assert [figure.path for figure in figures(raw)] == [
        "time.start", "time.days", "time.warm_up_days", "time.cool_down_days",
        "demand.growth", "demand.shapes.office.hours",
        "callers.client.talk.mean_s",
        "hotline.lines", "hotline.wrap_up.value_s",
        "travel.modes.ebike.kmh",
        "zones.town.lat", "zones.town.lon", "zones.town.area_km2", "zones.town.population",
        "zones.town.pop_elder",
        "points.station.lat", "points.station.lon",
        "caregivers.team.count", "operators.desk.count",
        "shifts.round.start", "shifts.round.end",
        "services.help.duration_value_min", "services.help.target_min", "services.help.cut_off",
        "requests.calls.per_day", "requests.calls.share_client",
        "calendar.spring.first", "calendar.spring.last",
    ]  # fmt: skip
    by_path = {figure.path: figure for figure in figures(raw)}
    assert by_path["demand.shapes.office.hours"].value == [1] * 24
    assert by_path["hotline.lines"] == Figure("hotline.lines", 100, "unstated")


def test_the_most_specific_pattern_says_where_a_figure_comes_from() -> None:
    raw = sourced(
        **{
            "*.*.*": {"standing": "derived", "source": "wide"},
            "operators.*.count": {"standing": "assumed", "source": "some", "low": 1, "high": 5},
            "operators.desk.count": {"standing": "given", "source": "decheng-hotline"},
            "zones.*.pop_*": {"standing": "cited", "source": "census"},
            "*.lines": {"standing": "cited", "source": "two parts only"},
        }
    )
    found = {figure.path: figure for figure in figures(raw)}
    assert found["operators.desk.count"].standing == "given"
    assert found["caregivers.team.count"].source == "wide"
    assert found["zones.town.pop_elder"].source == "census"
    assert found["hotline.lines"].source == "two parts only"
    assert found["callers.client.talk.mean_s"].standing == "unstated"
    more = sourced(
        **{"operators.*.count": {"standing": "assumed", "source": "x", "low": 1, "high": 5}}
    )
    desk = next(f for f in figures(more) if f.path == "operators.desk.count")
    assert (desk.low, desk.high) == (1, 5)


def test_every_figure_can_be_set(tmp_path: Path) -> None:
    """A figure's path is the key that ``--set`` takes."""
    folder = write(resolve("quickstart").raw, tmp_path / "copy")
    found = [f for f in figures(resolve(folder).raw) if not isinstance(f.value, list)]
    read = resolve(folder, [f"{figure.path}={figure.value}" for figure in found])
    assert read.changes == ()
    assert read.scenario == load(folder)


# Days


def county(*calendar: dict[str, Any], **more: Any) -> Scenario:
    rows = {f"row-{n}": row for n, row in enumerate(calendar)}
    return build(raw_small(), **{"calendar": rows, **more})


def period(first: str, last: str, kind: str, **factors: Any) -> dict[str, Any]:
    return {"first": first, "last": last, "kind": kind, **factors}


def test_plain_days_are_themselves() -> None:
    found = days(county(**{"time.warm_up_days": 7, "time.days": 2, "time.cool_down_days": 1}))
    assert len(found) == 10
    assert found[0] == Day(dt.date(2026, 3, 2), 0, False, 1.0, 1.0)
    assert [d.weekday for d in found] == [0, 1, 2, 3, 4, 5, 6, 0, 1, 2]
    assert found[-1].date == dt.date(2026, 3, 11)


def test_holidays_are_sundays_and_adjusted_workdays_wednesdays() -> None:
    scenario = county(
        period("2026-03-03", "2026-03-04", "holiday", speed_factor=1.5),
        period("2026-03-07", "2026-03-07", "adjusted_workday", attendance_factor=0.9),
        period("2026-03-04", "2026-03-07", "season", speed_factor=0.5, attendance_factor=0.5),
        period("2026-03-05", "2026-03-05", "festival"),
        **{"time.days": 6},
    )
    found = [(d.weekday, d.holiday, d.speed_factor, d.attendance_factor) for d in days(scenario)]
    assert found == [
        (0, False, 1.0, 1.0),
        (6, True, 1.5, 1.0),
        (6, True, 0.75, 0.5),
        (3, False, 0.5, 0.5),
        (4, False, 0.5, 0.5),
        (2, False, 0.5, 0.45),
        (6, False, 1.0, 1.0),
    ]
    assert day(scenario, dt.date(2026, 3, 1)).weekday == 6


def test_demand_factors_multiply_and_keep_to_their_streams() -> None:
    scenario = county(
        period("2026-03-02", "2026-03-03", "season", demand_factor=2),
        period("2026-03-03", "2026-03-04", "festival", demand_factor=0.5, streams="calls"),
        period("2026-03-03", "2026-03-03", "market_day", demand_factor=10, streams="others"),
        **{
            "requests.others": raw_small()["requests"]["calls"],
            "demand.growth": 3.0,
        },
    )
    calls, others = scenario.requests
    dates = [dt.date(2026, 3, n) for n in (1, 2, 3, 4, 5)]
    assert [demand_factor(scenario, calls, d) for d in dates] == [1, 2, 1, 0.5, 1]
    assert [demand_factor(scenario, others, d) for d in dates] == [1, 2, 20, 1, 1]


def spans(hours: str, scenario: Scenario) -> list[tuple[float, float]]:
    found = open_spans(WeeklyHours.model_validate(hours), days(scenario))
    return [(start / HOUR, end / HOUR) for start, end in found]


def test_open_spans() -> None:
    three_days = county()
    assert spans("always", three_days) == [(0, 72)]
    assert spans("08:00-18:00", three_days) == [(8, 18), (32, 42), (56, 66)]
    assert spans("Mon Wed 08:00-12:00 | Mon 12:00-13:30", three_days) == [(8, 13.5), (56, 60)]
    assert spans("20:00-06:00", three_days) == [(0, 6), (20, 30), (44, 54), (68, 72)]
    assert spans("Sat 08:00-18:00", three_days) == []
    rest = county(period("2026-03-03", "2026-03-03", "holiday"))
    assert spans("Mon-Fri 08:00-18:00 | Sun 10:00-11:00", rest) == [(8, 18), (34, 35), (56, 66)]
