"""Logs as others keep them: moments in place of clock times, holes, few requests, odd files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibrate.arrivals import learn_arrivals
from sim.calibrate.call_files import read_calls
from sim.calibrate.dispatch.learn import learn_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.calibrate.dispatch.scenario import orders_scenario
from sim.calibrate.learn import learn
from sim.calibrate.mapping import read_mapping
from sim.calibrate.tables import read_tables
from sim.calibrate.times import read_times
from sim.cli.commands import app
from sim.experiments.replay.orders import recorded_orders, strange_places
from sim.experiments.replay.staff import everything_known
from sim.scenario.faults import BadInput
from sim.scenario.load import rebuild
from tests.test_dispatch_logs import made_log

CLOCK = pd.Series(pd.to_datetime(["2014-03-29 23:59:58", "2014-03-30 03:00:01"]))
"""Two moments in Amsterdam, four seconds of summer time's start and two hours apart."""


@pytest.mark.parametrize("written", [
    ["2014-03-29T23:59:58+01:00", "2014-03-30T03:00:01+02:00"],
    ["2014-03-29 22:59:58Z", "2014-03-30 01:00:01Z"],
    ["2014-03-29T22:59:58.000Z", "2014-03-30T01:00:01Z"],
    ["2014-03-29 17:59:58-0500", "2014-03-29 20:00:01-0500"],
    ["1396133998", "1396141201"], ["1396133998.0", "1396141201.0"],
    ["1396133998000", "1396141201000"],
])
def test_moments_are_read_as_the_clock_of_the_zone_named(written: list[str]) -> None:
    found = read_times(pd.Series([*written, ""]), "", "Europe/Amsterdam")
    assert found.times[:2].tolist() == CLOCK.tolist()
    assert pd.isna(found.times[2]) and not found.unread.any()


def test_without_a_zone_an_offset_is_the_clock_it_shows() -> None:
    shown = read_times(pd.Series(["2026-03-02T09:00:00+08:00", "2026-03-02T09:00:01.250+08:00"]))
    assert shown.times.tolist() == [pd.Timestamp("2026-03-02 09:00:00"),
                                    pd.Timestamp("2026-03-02 09:00:01.250")]
    utc = read_times(pd.Series(["1396133998"]))
    assert utc.times[0] == pd.Timestamp("2014-03-29 22:59:58")
    typed = pd.Series(CLOCK).dt.tz_localize("Europe/Amsterdam").dt.tz_convert("UTC")
    assert read_times(typed, "", "Europe/Amsterdam").times.tolist() == CLOCK.tolist()
    assert read_times(pd.Series(["", ""])).times.isna().all()
    # Dates alone have no offset, for all their dashes.
    assert read_times(pd.Series(["2026-03-02", "2026-03-03"])).format == "%Y-%m-%d"


def test_categories_and_odd_headings_of_typed_files(tmp_path: Path) -> None:
    table = pd.DataFrame({" asked ": pd.Categorical(["2026-03-02 09:00", "2026-03-02 09:05"]),
                          7: [1, 2]})
    table.columns = table.columns.astype(str)
    table.to_parquet(tmp_path / "t.parquet")
    rows, _ = read_tables([tmp_path / "t.parquet"], ["asked", "7"])
    assert read_times(rows["asked"]).times[1] == pd.Timestamp("2026-03-02 09:05")


def test_a_header_alone_and_an_unknown_zone_are_faults(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_tables([tmp_path / "e.csv"], ["a"])
    assert "no row" in str(bad.value.faults[0].found)
    needed = {
        read_mapping: '[calls]\narrived = "a"\nanswered = "b"\nended = "c"\n',
        read_order_mapping: '[orders]\nrequested = "a"\ndispatched = "b"\narrived = "c"\n'
                            'ended = "d"\n',
    }
    for read, columns in needed.items():
        for zone, good in (("Asia/Shanghai", True), ("Asia/Nowhere", False)):
            path = tmp_path / "m.toml"
            path.write_text(f'{columns}[rules]\ntime_zone = "{zone}"\n', encoding="utf-8")
            if good:
                assert read(str(path)).rules.time_zone == zone
                continue
            with pytest.raises(BadInput) as bad:
                read(str(path))
            assert [str(f.place) for f in bad.value.faults] == ["rules.time_zone"]


def test_a_month_missing_between_the_periods_is_nobody_s_business(tmp_path: Path) -> None:
    rows = ["来电时间,接通时间,挂机时间,工号,来电号码"]
    rows += [f"2026-{m:02d}-{d:02d} 09:00:00,2026-{m:02d}-{d:02d} 09:00:05,"
             f"2026-{m:02d}-{d:02d} 09:03:00,7,k{m}{d}" for m in (1, 3) for d in range(1, 29)]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    mapping = read_mapping("county")
    with pytest.raises(BadInput):
        read_calls([path], mapping)
    january, march = (dt.date(2026, m, 1) for m in (1, 3))
    log, _ = read_calls([path], mapping, whole=[
        (january, january.replace(day=28)), (march, march.replace(day=28))])
    assert len(log) == 56
    with pytest.raises(BadInput):
        read_calls([path], mapping, whole=[(january, march)])


@pytest.mark.parametrize("per_day", [1.0, 2.0, 6.0])
def test_few_requests_a_day_are_no_holidays(per_day: float) -> None:
    """Days with none or one by chance count; the mean of all of them is the rate."""
    ratios, usual = [], []
    for seed in range(12):
        log = made_log(np.random.default_rng(seed), 56)
        log = log.where(np.random.default_rng(seed).random(len(log)) < per_day / 20)
        arrivals = learn_orders(log).arrivals
        ratios.append(arrivals.level.mean() / per_day)
        usual.append(arrivals.usual.mean())
    error = (1 / (per_day * 56 * 12)) ** 0.5
    assert abs(np.mean(ratios) - 1) < 3 * error + 0.01
    assert np.mean(usual) > 0.98


def test_a_week_missing_from_the_log_is_no_week_without_requests() -> None:
    whole = made_log(np.random.default_rng(3), 56)
    day = whole.requested // 86_400
    log = whole.where((day < 21) | (day >= 28))
    one = np.ones(len(log), dtype=bool)
    found = learn_arrivals(log.as_calls(), one, log.priority, 1)
    assert not found.usual[21:28].any() and found.usual.mean() == pytest.approx(49 / 56)
    assert found.level.mean() == pytest.approx(len(log) / 49, rel=0.02)


def test_a_place_that_the_scenario_does_not_know() -> None:
    log = made_log(np.random.default_rng(2), 14)
    learned = learn_orders(log)
    scenario = rebuild(orders_scenario(learned, "one", log.first, 7))
    place = (np.arange(len(log)) % 10 == 0).astype(np.int64)
    other = log.where(np.ones(len(log), dtype=bool))
    other.place[:] = place
    object.__setattr__(other, "places", ("town", "moon"))
    told = strange_places(other, scenario)
    assert len(told) == 1 and '"moon"' in str(told[0]) and str(place.sum()) in str(told[0])
    assert set(recorded_orders(other, scenario).zone) == {0}
    assert not strange_places(log, scenario)
    other.place[:] = 1
    with pytest.raises(BadInput) as bad:
        recorded_orders(other, scenario)
    assert "moon" in str(bad.value.faults[0].found)


def test_calls_without_agents_are_told_so(tmp_path: Path) -> None:
    rows = ["a,b,c", *(f"2026-03-{d:02d} {h:02d}:00,2026-03-{d:02d} {h:02d}:01,"
                       f"2026-03-{d:02d} {h:02d}:05" for d in range(1, 15) for h in range(8, 18))]
    (tmp_path / "c.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "m.toml").write_text(
        '[calls]\narrived = "a"\nanswered = "b"\nended = "c"\n', encoding="utf-8")
    log, _ = read_calls([tmp_path / "c.csv"], read_mapping(str(tmp_path / "m.toml")))
    with pytest.raises(BadInput) as bad:
        learn(log)
    assert [str(fault.place) for fault in bad.value.faults] == ["calls.agent"]


def test_a_skill_that_nobody_showed_is_put_down_to_who_has_most() -> None:
    rows = {"few": {"count": 2, "skills": "a"}, "many": {"count": 1, "skills": "a | b"}}
    found = everything_known(rows, {"", "a", "b", "c", "d"})
    assert found == {"few": rows["few"], "many": {"count": 1, "skills": "a | b | c | d"}}
    assert everything_known(rows, {"a"}) == rows
    # Who names no skill has all.
    assert everything_known({"all": {"count": 3}}, {"a"}) == {"all": {"count": 3}}


def test_a_backtest_of_orders_reads_the_sign_ins(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "s.csv").write_text("y\n1\n", encoding="utf-8")
    done = CliRunner().invoke(app, [
        "backtest", "--orders", str(tmp_path / "o.csv"), "--order-columns", "lane", "--columns",
        "county", "--sign-ins", str(tmp_path / "s.csv"), "--fit", "2026-03-02..2026-03-15",
        "--predict", "2026-03-16..2026-03-22", "--out", str(tmp_path / "out"), "--lang", "en"])
    assert done.exit_code == 2
    # The mapping named for orders is read, not the calls' one.
    assert "Dispatch Request" in done.output and "受理时间" not in done.output
