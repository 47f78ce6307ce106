"""``hotline init``: from forms and questions to a scenario that runs, followed as a clerk would."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim.calibrate.bureau import build, forms, questions
from sim.cli.commands import app
from sim.scenario.faults import BadInput
from sim.scenario.sources import figures

# Kunshan: town centres of GeoNames (CC-BY), 2020 census of the county.
KUNSHAN = """名称,英文名,纬度,经度
玉山镇,Yushan,31.37762,120.95431
巴城镇,Bacheng,31.45786,120.87278
周市镇,Zhoushi,31.46503,120.99007
陆家镇,Lujia,31.31589,121.0435
花桥镇,Huaqiao,31.30156,121.08464
淀山湖镇,Dianshanhu,31.18415,121.02473
张浦镇,Zhangpu,31.28714,120.9478
周庄镇,Zhouzhuang,31.11788,120.84427
千灯镇,Qiandeng,31.26698,120.99694
锦溪镇,Jinxi,31.1793,120.8933
开发区,Development zone,,
"""
CENSUS = {
    "county_zh": "昆山市", "county_en": "Kunshan", "county_population": "2092496",
    "share_60": "0.123", "share_80_of_60": "0.126", "share_infants": "0.0306",
}


def answer(folder: Path, given: dict[str, str]) -> None:
    """Fill in the answer column of ``questions.csv``, as one does in Excel."""
    path = folder / questions.NAME
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["answer"] = given.get(row["id"], "")
        row["source"] = "2020 census" if row["answer"] else ""
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def hotline(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--lang", "en"])


def kunshan(folder: Path) -> None:
    forms.lay_out(folder, "zh")
    questions.lay_out(folder)
    (folder / "villages.csv").write_text(KUNSHAN, encoding="utf-8")
    answer(folder, CENSUS)


def test_kunshan_by_its_own_questions_only(tmp_path: Path) -> None:
    folder = tmp_path / "kunshan"
    first = hotline("init", str(folder))
    assert first.exit_code == 0 and "villages.csv" in first.stdout
    (folder / "villages.csv").write_text(KUNSHAN, encoding="utf-8")
    asked = hotline("init", str(folder))
    assert asked.exit_code == 2 and "county_population" in asked.stderr
    answer(folder, CENSUS)
    built = hotline("init", str(folder))
    assert built.exit_code == 0, built.stderr
    assert f"hotline run {folder / 'scenario'}" in built.stdout
    assert "answered" in built.stdout and "Assumed" in built.stdout
    run = hotline("run", str(folder / "scenario"), "-n", "1", "--set", "time.days=1",
                  "--set", "time.warm_up_days=0", "--verify", "--out", str(tmp_path / "out"))
    assert run.exit_code == 0, run.stderr
    assert "Kunshan" in run.stdout

    county = sim.load(folder / "scenario")
    assert len(county.zones) == 11
    assert sum(z.population for z in county.zones) == pytest.approx(2_092_496, abs=11)
    old = sum(n for z in county.zones for g, n in z.pop.items() if g != "infants")
    assert old == pytest.approx(0.123 * 2_092_496, rel=0.001)


def test_every_number_has_a_birthplace(tmp_path: Path) -> None:
    kunshan(tmp_path)
    raw = build.build(tmp_path).raw
    unstated = [f.path for f in figures(raw) if f.standing == "unstated"]
    assert unstated == []
    standing = {f.path: f for f in figures(raw)}
    assert standing["zones.v1.lat"].standing == "given"
    assert standing["zones.v11.lat"].standing == "assumed"
    kmh = standing["travel.modes.ebike.kmh"]
    assert (kmh.standing, kmh.low, kmh.high) == ("assumed", 10, 15)


def test_rolls_points_staff_tickets_and_prices_are_used(tmp_path: Path) -> None:
    forms.lay_out(tmp_path, "en")
    questions.lay_out(tmp_path)
    (tmp_path / "villages.csv").write_text(
        "name,latitude,longitude,residents,aged 60 and over,aged 80 and over,dependent,"
        "in hardship,under three\nA,36,117,10000,2000,300,100,20,250\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text(
        "name,village,open\n中心站,A,Mon-Fri 09:00-18:00\n", encoding="gbk")
    (tmp_path / "staff.csv").write_text(
        "role,point,people,shift,yuan per month\n"
        "接线员,,3,office,3000\ncaregiver,中心站,7,thu-mon,4100\n", encoding="utf-8")
    stamps = [f"2025-03-{day:02d} 10:15" for day in range(1, 31)] * 2
    (tmp_path / "tickets.csv").write_text("time\n" + "\n".join(stamps), encoding="utf-8")
    (tmp_path / "prices.csv").write_text("service,price_yuan\n上门助浴,150\n", encoding="utf-8")
    answer(tmp_path, {"care_share_of_tickets": "1", "visits_per_day": "1"})
    built = build.build(tmp_path)
    county = sim.load(built.folder)
    assert "rehab" not in {s.id for s in county.services}
    assert any("rehab" in note for note in built.notes)
    assert county.zones[0].pop == {
        "elders": 2000 - (300 - 48) - 120, "aged80": 300 - 48, "dependent": 100, "hardship": 20,
        "infants": 250,
    }
    assert [g.count for g in county.operators] == [3]
    assert [(g.count, g.pay_yuan_per_month) for g in county.caregivers] == [(7, 4100)]
    assert next(s for s in county.services if s.id == "bathing").price_yuan == 150
    assert county.demand.shapes["calls"].hours[10] == 60
    assert sum(county.demand.shapes["calls"].hours) == 60
    # Two tickets a day, all of them calls; 88 % of one visit a day are ordered by phone.
    phone = {s.id: s.per_day or 0 for s in county.requests if s.channel == "phone"}
    asked = sum(n for name, n in phone.items() if name in ("consult-elders", "consult-parents",
                                                            "complaint"))
    assert asked == pytest.approx(2 - 0.88, abs=0.002)
    assert set(built.forms) == {form.name for form in forms.FORMS}


def test_all_faults_at_once(tmp_path: Path) -> None:
    forms.lay_out(tmp_path, "en")
    questions.lay_out(tmp_path)
    (tmp_path / "villages.csv").write_text(
        "name,latitude,longitude,residents,colour\nA,117,36,-5,red\nA,36,117,10,\n",
        encoding="utf-8")
    answer(tmp_path, {"share_60": "19 %"})
    with pytest.raises(BadInput) as bad:
        build.build(tmp_path)
    lines = [fault.line() for fault in bad.value.faults]
    for part in (
        "colour", 'latitude: found "117"', 'longitude: found "36"', 'residents: found "-5"',
        "each name once", 'answer: found "19 %"',
    ):
        assert any(part in line for line in lines), (part, lines)
    assert any('did you mean "0.19"' in line for line in lines)


def test_a_ticket_without_a_time_and_a_point_in_no_village(tmp_path: Path) -> None:
    kunshan(tmp_path)
    (tmp_path / "tickets.csv").write_text("time\n2025-03-01 09:00\nyesterday\n", encoding="utf-8")
    (tmp_path / "points.csv").write_text("name,village\nX,Yushan town\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        build.build(tmp_path)
    lines = [fault.line() for fault in bad.value.faults]
    assert any("tickets.csv row 3 time" in line for line in lines)
    assert any("points.csv row 2 village" in line for line in lines)


def test_asked_on_the_terminal(tmp_path: Path) -> None:
    kunshan(tmp_path)
    (tmp_path / questions.NAME).unlink()
    typed = {**CENSUS, "kmh": "14"}
    lines = [typed.get(q, "") for q in questions.questions()]
    done = CliRunner().invoke(
        app, ["init", str(tmp_path), "--ask", "--lang", "en"], input="\n".join(lines) + "\n"
    )
    assert done.exit_code == 0, done.stderr
    assert sim.load(tmp_path / "scenario").travel.modes["ebike"].kmh == 14


@pytest.mark.parametrize(("there", "en", "zh"), [
    ("file", "a file", "一个文件"), ("scenario.toml", "a scenario", "一个方案"),
    ("manifest.json", "a result", "一个结果"),
])
def test_no_forms_among_other_files(tmp_path: Path, there: str, en: str, zh: str) -> None:
    (tmp_path / there).write_text("{}", encoding="utf-8")
    folder = tmp_path / there if there == "file" else tmp_path
    for lang, line in (
        ("en", f"{folder}: found {en}; allowed: a new folder, or one with villages.csv\n"),
        ("zh", f"{folder}：发现 {zh}；应为：新文件夹，或有 villages.csv 的文件夹\n"),
    ):
        told = CliRunner().invoke(app, ["init", str(folder), "--lang", lang])
        assert (told.exit_code, told.output) == (2, line)
    assert [path.name for path in tmp_path.iterdir()] == [there]
