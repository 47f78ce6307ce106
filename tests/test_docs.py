"""The data dictionary is what the program says of itself."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pytest
from scenario_kit import build, raw_small

from sim.model.plan import plan
from sim.model.tables.reference import reference
from sim.report import dictionary
from sim.report.wording.fields import kind_and_limits, unit
from sim.scenario.sections.demand import Caller, Demand
from sim.scenario.sections.hotline import Hotline
from sim.scenario.sections.services import Service
from sim.scenario.sections.shifts import Shift
from sim.scenario.sections.travel import Travel
from sim.words.tables import EVERY, REFERENCE, REFERENCE_WHERE_USED
from sim.workload.roster import people

ROOT = Path(__file__).parent.parent
PAGE = dictionary.dictionary()


def parts() -> dict[str, str]:
    """Heading -> what stands under it, of the pages about files and tables."""
    found = re.split(r"^#{3,4} `(.+)`$", PAGE, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def keys(heading: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", parts()[heading], flags=re.MULTILINE))


def test_the_page_in_the_repository_is_up_to_date() -> None:
    written = (ROOT / dictionary.FILE).read_text(encoding="utf-8")
    assert written == PAGE, "run: python -m sim.report.dictionary"


def test_the_command_writes_it(tmp_path: Path) -> None:
    dictionary.main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == PAGE


def test_every_key_has_a_meaning() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(rows) > 300
    assert not [line for line in rows if line.split(" | ")[-1].strip(" |") == ""]


@pytest.mark.parametrize("folder", sorted((ROOT / "scenarios").iterdir(), key=lambda p: p.name))
def test_every_key_of_a_shipped_scenario_is_explained(folder: Path) -> None:
    for file in folder.glob("*.csv"):
        if f"{file.name}" not in parts():
            continue
        known = keys(file.name)
        with file.open(encoding="utf-8-sig", newline="") as text:
            columns = next(csv.reader(text))
        for column in columns:
            stems = tuple(key.removesuffix("...") for key in known if key.endswith("_..."))
            assert column in known or column.startswith(stems), f"{file.name}: {column}"
    toml = folder / "scenario.toml"
    if toml.exists():
        for section, content in tomllib.loads(toml.read_text(encoding="utf-8")).items():
            if f"[{section}]" in parts() and isinstance(content, dict):
                nested = {h.removeprefix(f"[{section}.").split(".")[0] for h in parts()
                          if h.startswith(f"[{section}.")}
                assert set(content) <= keys(f"[{section}]") | nested


def test_every_column_of_every_table_is_there() -> None:
    for name, columns in EVERY.items():
        assert keys(f"{name}.parquet") == {column.name for column in columns}
    for name, columns in {**REFERENCE, **REFERENCE_WHERE_USED}.items():
        assert keys(f"reference-{name}.parquet") == {column.name for column in columns}


def test_reference_tables_have_the_columns_described() -> None:
    county = build(raw_small())
    found = reference(county, plan(county), people(county))
    assert {name: list(frame.columns) for name, frame in found.items()} == {
        name: [column.name for column in columns] for name, columns in REFERENCE.items()}


@pytest.mark.parametrize(("field", "kind", "limits"), [
    (Hotline.model_fields["lines"], "whole number", "≥ 1, ≤ 100,000"),
    (Hotline.model_fields["open"], "opening hours", ""),
    (Hotline.model_fields["when_closed"],
     "one of `recording`, `call_back`, `duty_phone`, `handed_to_12345`", ""),
    (Caller.model_fields["talk"], "distribution", ""),
    (Caller.model_fields["redial_first_prob"], "number", "≥ 0, ≤ 1"),
    (Demand.model_fields["busy_day_cv"], "number by name", "≥ 0, ≤ 1,000"),
    (Travel.model_fields["speed_by_hour"], "list of number", "24 of them, > 0, ≤ 1,000,000,000"),
    (Service.model_fields["target_min"], "number", "> 0, ≤ 1,000,000,000"),
    (Service.model_fields["cut_off"], "clock time HH:MM", ""),
    (Shift.model_fields["days"], "weekdays `Mon-Fri`", ""),
    (Shift.model_fields["on_holidays"], "one of `yes`, `no`", ""),
])
def test_types_and_limits_in_words(field: object, kind: str, limits: str) -> None:
    annotation, metadata = field.annotation, field.metadata  # type: ignore[attr-defined]
    assert kind_and_limits(annotation, metadata) == (kind, limits)


@pytest.mark.parametrize(("key", "said"), [
    ("offer_timeout_min", "minutes"), ("pay_yuan_per_month", "yuan/month"), ("kmh", "km/h"),
    ("area_km2", "km2"), ("lead_h", "hours"), ("accept_prob", "0 to 1"), ("grade", ""),
    ("yuan_per_km", "yuan/km"), ("warm_up_days", "days"), ("borrow_km", "km"),
])
def test_units_are_read_off_the_key(key: str, said: str) -> None:
    assert unit(key) == said
