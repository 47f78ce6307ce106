"""Logs as people export them: formats, encodings, times; what is dropped; what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.call_files import read_calls
from sim.calibrate.mapping import read_mapping, ready
from sim.calibrate.times import FORMATS, read_times
from sim.scenario.faults import BadInput
from tests.calibrate_kit import plain_mapping, table, write

ROWS = [
    ("2026-03-02 08:00:00", "2026-03-02 08:00:05", "2026-03-02 08:03:00", "甲", "养老"),
    ("2026-03-02 08:01:00", "", "2026-03-02 08:01:40", "", "养老"),
    ("2026-03-02 08:02:00", "2026-03-02 08:02:00", "2026-03-02 08:04:00", "乙", "托育"),
    ("2026-03-03 09:00:00", "2026-03-03 09:00:30", "2026-03-03 09:05:00", "甲", "托育"),
]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("c.csv", "utf-8"), ("c.csv", "utf-8-sig"), ("c.csv", "gbk"), ("c.csv.gz", "utf-8"),
     ("c.tsv", "utf-8"), ("c.txt", "gbk"), ("c.xlsx", ""), ("c.parquet", "")],
)
def test_every_format_gives_the_same_log(tmp_path: Path, name: str, encoding: str) -> None:
    path = write(table(ROWS), tmp_path / name, encoding)
    log, notes = read_calls([path], plain_mapping(tmp_path))
    np.testing.assert_array_equal(log.wait, [5, 40, 0, 30])
    np.testing.assert_array_equal(log.served, [True, False, True, True])
    np.testing.assert_array_equal(log.day, [0, 0, 0, 1])
    assert [log.queues[q] for q in log.queue] == ["养老", "养老", "托育", "托育"]
    assert [log.agents[a] if a >= 0 else "" for a in log.agent] == ["甲", "", "乙", "甲"]
    assert [str(note) for note in notes] == (
        [f"{name} read as GBK"] if encoding == "gbk" else [])


def test_excel_times_and_typed_parquet_are_read_as_times(tmp_path: Path) -> None:
    frame = table(ROWS)
    for column in ("arrived", "answered", "ended"):
        frame[column] = pd.to_datetime(frame[column])
    for name in ("c.xlsx", "c.parquet"):
        log, _ = read_calls([write(frame, tmp_path / name)], plain_mapping(tmp_path))
        np.testing.assert_array_equal(log.wait, [5, 40, 0, 30])


@pytest.mark.parametrize("form", [f for f in FORMATS if "%S" in f and "%f" not in f])
def test_every_time_format_is_found(form: str) -> None:
    moments = pd.Series(pd.date_range("2026-03-02 08:00:01", periods=300, freq="7h33min"))
    found = read_times(moments.dt.strftime(form))
    pd.testing.assert_series_equal(found.times, moments.astype("datetime64[ms]"),
                                   check_names=False)
    assert not found.unread.any()


def test_serial_numbers_of_spreadsheets_are_times() -> None:
    found = read_times(pd.Series(["46083.5", "46084.25"]))
    assert found.times.astype(str).tolist() == ["2026-03-02 12:00:00", "2026-03-03 06:00:00"]


def test_a_date_and_a_time_in_two_columns_past_midnight(tmp_path: Path) -> None:
    frame = pd.DataFrame({"day": ["990101", "990101"], "in": ["23:59:50", "10:00:00"],
                          "at": ["0:00:05", "0:00:00"], "out": ["0:02:05", "10:01:00"]})
    path = tmp_path / "columns.toml"
    path.write_text(
        '[calls]\narrived = {date = "day", time = "in"}\nanswered = {date = "day", time = "at"}\n'
        'ended = {date = "day", time = "out"}\n[rules]\nmidnight_is_empty = true\n',
        encoding="utf-8")
    log, _ = read_calls([write(frame, tmp_path / "c.csv")], read_mapping(str(path)))
    np.testing.assert_array_equal(log.wait, [60, 15])
    np.testing.assert_array_equal(log.served, [False, True])
    np.testing.assert_array_equal(log.released[1] - log.answered[1], 120)


def test_what_is_dropped_is_counted_by_reason(tmp_path: Path) -> None:
    day = "2026-03-02 "
    rows = [
        *ROWS,
        ROWS[0],
        (day + "09:00:00", day + "08:50:00", day + "09:05:00", "甲", "养老"),
        (day + "09:00:00", day + "09:00:03", day + "08:58:00", "甲", "养老"),
        (day + "09:10:00", day + "09:10:03", "", "甲", "养老"),
        ("", day + "09:10:03", day + "09:11:00", "甲", "养老"),
        (day + "09:20:00", day + "09:20:03", day + "19:20:03", "甲", "养老"),
        (day + "09:30:00", day + "09:30:03", day + "09:31:00", "测试", "养老"),
    ]
    mapping = plain_mapping(
        tmp_path, '[[drop]]\ncolumn = "agent"\nvalues = ["测试"]\nreason = "tests"\n')
    log, _ = read_calls([write(table(rows), tmp_path / "c.csv")], mapping)
    assert {item.reason_en: item.rows for item in log.dropped} == {
        "tests": 1, "no time of arrival": 1, "duplicates of another row": 1,
        "answered without an end": 1, "negative wait": 1, "negative talk": 1,
        "talk clipped to 3 h": 1,
    }
    assert len(log) == 5
    assert log.read == 11
    assert np.nanmax(log.released - log.answered) == 3 * 3600


def test_the_time_to_connect_is_no_wait(tmp_path: Path) -> None:
    moments = pd.date_range("2026-03-02 08:00:00", periods=40, freq="5min")
    rows = [
        (str(m), str(m + pd.Timedelta(seconds=1 if n % 4 else 31)), str(m + pd.Timedelta("2min")),
         "a", "q")
        for n, m in enumerate(moments)
    ]
    log, _ = read_calls([write(table(rows), tmp_path / "c.csv")], plain_mapping(tmp_path))
    assert log.at_once_s == 1
    assert sorted(set(log.wait)) == [0, 30]


def test_between_keeps_the_calls_of_its_days_only(tmp_path: Path) -> None:
    log, _ = read_calls([write(table(ROWS), tmp_path / "c.csv")], plain_mapping(tmp_path))
    second = log.between(log.dates[1], log.dates[1])
    assert len(second) == 1
    np.testing.assert_allclose(second.arrived, [9 * 3600])
    assert second.days == 1


def test_broken_halves_of_a_log_get_their_lines_together(tmp_path: Path) -> None:
    good = table(ROWS)
    write(good.drop(columns=["ended", "agent"]), tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes(b"arrived,answered\n\xff\xfe\x81\xff\xff,\xff\n")
    with pytest.raises(BadInput) as raised:
        read_calls([tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "none.csv"],
                   plain_mapping(tmp_path))
    lines = [fault.line("en") for fault in raised.value.faults]
    assert [line.split(":")[0] for line in lines] == [
        "a.csv header", "a.csv header", "b.csv", f"{tmp_path}/none.csv"]
    assert 'no column "ended"' in lines[0]
    assert "neither UTF-8 nor GBK" in lines[2]
    assert all("应为" in fault.line("zh") for fault in raised.value.faults)


def test_two_ways_to_write_a_time_in_one_column(tmp_path: Path) -> None:
    mixed = [*ROWS, ("15/03/2026 08:00:00", "15/03/2026 08:00:09", "15/03/2026 08:01:00", "甲",
                     "养老")]
    with pytest.raises(BadInput) as raised:
        read_calls([write(table(mixed), tmp_path / "c.csv")], plain_mapping(tmp_path))
    lines = [fault.line("en") for fault in raised.value.faults]
    assert len(lines) == 3
    assert "column arrived" in lines[0]
    assert "4 rows as %Y-%m-%d %H:%M:%S, 1 as %d/%m/%Y %H:%M:%S" in lines[0]


def test_an_empty_month_is_told_and_can_be_left_out(tmp_path: Path) -> None:
    gap = [*ROWS, ("2026-05-03 09:00:00", "2026-05-03 09:00:30", "2026-05-03 09:05:00", "甲",
                   "养老")]
    path = write(table(gap), tmp_path / "c.csv")
    mapping = plain_mapping(tmp_path)
    with pytest.raises(BadInput) as raised:
        read_calls([path], mapping)
    assert [fault.found for fault in raised.value.faults] == ["no call in 2026-04"]
    first, last = pd.Timestamp("2026-03-01").date(), pd.Timestamp("2026-03-31").date()
    assert len(read_calls([path], mapping, first=first, last=last)[0]) == 4


def test_mapping_faults_come_together(tmp_path: Path) -> None:
    path = tmp_path / "columns.toml"
    path.write_text(
        '[calls]\narived = "x"\nanswered = 3\nended = {date = "d"}\n[rules]\nat_once_s = "no"\n'
        '[[drop]]\ncolumn = "x"\n', encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        read_mapping(str(path))
    places = {fault.place: fault.nearest for fault in raised.value.faults}
    assert places == {"calls.arived": "arrived", "calls.arrived": "", "calls.answered": "",
                      "calls.ended": "", "rules.at_once_s": "", "drop 1": ""}


def test_ready_mappings_are_sound() -> None:
    assert {"tables", "technion", "vanad"} <= set(ready())
    for name in ready():
        assert dataclasses.is_dataclass(read_mapping(name))
    with pytest.raises(BadInput) as raised:
        read_mapping("vanat")
    assert raised.value.faults[0].nearest == "vanad"
