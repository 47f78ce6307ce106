"""Orders logs: cleaning counted by hand, a round trip on our own tables, the real logs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.crews import stretches, whole_units
from sim.calibrate.dispatch.estimates import order_estimates
from sim.calibrate.dispatch.learn import learn_orders
from sim.calibrate.dispatch.log import CANCELLED, DECLINED, NO_SHOW, SERVED, OrderLog
from sim.calibrate.dispatch.mapping import read_order_mapping, ready
from sim.calibrate.dispatch.scenario import orders_scenario, write_orders_folder
from sim.calibrate.dispatch.trend import learn_trend
from sim.calibrate.dispatch.whole import calibrate_orders
from sim.cli.commands import app
from sim.experiments.backtest import Period
from sim.experiments.backtest.response import backtest_orders, tables
from sim.experiments.backtest.response.errors import errors
from sim.experiments.backtest.response.references import sample_crps
from sim.experiments.executors import InProcess
from sim.model.county import simulate
from sim.report.calibration.of_orders import orders_page
from sim.report.calibration.of_responses import response_page
from sim.scenario.faults import BadInput
from sim.scenario.load import rebuild, resolve
from sim.workload.draw import draw
from tests.log_kit import saved
from tests.real_logs import LANE, SF, require

HAND = """asked,sent,there,gone,called off,who,what,where
2026-03-02 09:00:00,2026-03-02 09:05:00,2026-03-02 09:20:00,2026-03-02 10:00:00,,1,done,east
2026-03-02 09:00:00,2026-03-02 09:05:00,2026-03-02 09:20:00,2026-03-02 10:00:00,,1,done,east
2026-03-02 23:50:00,2026-03-02 23:55:00,2026-03-02 00:15:00,2026-03-03 00:45:00,,2,done,east
2026-03-03 08:00:00,2026-03-03 08:05:00,2025-03-03 08:30:00,2026-03-03 09:00:00,,1,done,west
2026-03-03 10:00:00,2026-03-03 09:30:00,2026-03-03 10:30:00,2026-03-03 11:00:00,,1,nobody,west
2026-03-03 12:00:00,2026-03-03 12:04:00,2026-03-03 12:20:00,2026-03-03 00:00:00,,2,sent away,west
,2026-03-03 12:04:00,2026-03-03 12:20:00,2026-03-03 12:30:00,,2,done,west
2026-03-03 13:00:00,,,,2026-03-03 13:40:00,,,east
2026-03-03 14:00:00,2026-03-03 14:02:00,2026-03-03 14:10:00,2026-03-05 14:10:00,,1,done,east
"""
MAPPING = """[orders]
requested = "asked"
dispatched = "sent"
arrived = "there"
ended = "gone"
cancelled = "called off"
unit = "who"
place = "where"
outcome = "what"
[values]
served = ["done"]
no_show = ["nobody"]
declined = ["sent away"]
[rules]
midnight_is_empty = true
longest_job_h = 8
target_min = 20
"""


@pytest.fixture
def hand(tmp_path: Path) -> OrderLog:
    (tmp_path / "orders.csv").write_text(HAND, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    mapping = read_order_mapping(str(tmp_path / "map.toml"))
    return read_orders([tmp_path / "orders.csv"], mapping)[0]


def test_every_row_is_kept_mended_or_counted(hand: OrderLog) -> None:
    counted = {item.reason_en.split(",")[0]: item.rows for item in hand.dropped}
    assert counted == {
        "duplicates of another row": 1, "no time of request": 1,
        "a time at 00:00:00 taken as empty": 1, "a time of another year": 1,
        "a time after midnight under the date before": 1, "a time before the one it follows": 1,
        "an interval of more than 8 h": 1,
    }
    assert hand.read == 9 and len(hand) == 7
    assert hand.first == dt.date(2026, 3, 2)
    response = hand.response / 60
    np.testing.assert_allclose(response, [20, 25, np.nan, 30, 20, np.nan, 10])
    assert hand.outcome.tolist() == [SERVED, SERVED, SERVED, NO_SHOW, DECLINED, CANCELLED, SERVED]
    # Arrival and end are mended or left out, each on its own.
    np.testing.assert_allclose(hand.ended - hand.arrived,
                               [2400, 1800, np.nan, 1800, np.nan, np.nan, np.nan])
    assert np.isnan(hand.dispatched[3]) and np.isfinite(hand.cancelled[5])


def test_several_units_to_one_request(tmp_path: Path) -> None:
    text = ("call,unit,kind,asked,sent,there,gone\n"
            "7,A,car,2026-03-02 09:00,2026-03-02 09:01,2026-03-02 09:12,2026-03-02 09:40\n"
            "7,B,car,2026-03-02 09:00,2026-03-02 09:02,2026-03-02 09:08,2026-03-02 09:40\n"
            "7,C,van,2026-03-02 09:00,2026-03-02 09:01,2026-03-02 09:03,2026-03-02 09:40\n"
            "8,A,car,2026-03-02 11:00,2026-03-02 11:01,,2026-03-02 11:05\n")
    mapping = ('[orders]\nrequested = "asked"\ndispatched = "sent"\narrived = "there"\n'
               'ended = "gone"\nunit = "unit"\ncall = "call"\n'
               '[[keep]]\ncolumn = "kind"\nvalues = ["car"]\n')
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
    log, _ = read_orders([tmp_path / "log.csv"], read_order_mapping(str(tmp_path / "m.toml")))
    assert len(log) == 2 and len(log.others) == 1
    assert log.response[0] == 8 * 60
    assert log.outcome.tolist() == [SERVED, CANCELLED]
    start, end = log.busy
    assert (end - start).sum() == (38 + 39 + 4) * 60


def test_faults_of_mapping_and_file_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[orders]\nrequested = "asked"\narived = "there"\n[rules]\nlongest_job_h = -1\n',
        encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_order_mapping(str(tmp_path / "m.toml"))
    places = [str(fault.place) for fault in bad.value.faults]
    assert places == ["orders.arived", "orders.dispatched", "orders.arrived", "orders.ended",
                      "rules.longest_job_h"]
    (tmp_path / "log.csv").write_text(HAND.replace("asked", "begged"), encoding="utf-8")
    (tmp_path / "ok.toml").write_text(MAPPING, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_orders([tmp_path / "log.csv"], read_order_mapping(str(tmp_path / "ok.toml")))
    assert 'no column "asked"' in str(bad.value.faults[0].found)


def test_ready_mappings_are_sound() -> None:
    for name in ready():
        assert read_order_mapping(name).name == name


def test_stretches_cover_the_counts() -> None:
    counts = np.array([0, 2, 3, 3, 1, 0, 1, 1])
    covered = np.zeros(8, dtype=int)
    for start, end in stretches(counts):
        covered[start:end] += 1
    assert covered.tolist() == counts.tolist()
    half = whole_units(np.full((1000, 1), 2.3))
    assert half.mean() == pytest.approx(2.3, abs=0.01) and set(half.ravel()) == {2, 3}


def test_a_trend_is_found_and_noise_is_not() -> None:
    grown = made_log(np.random.default_rng(4), 84, growth=0.01)
    flat = made_log(np.random.default_rng(5), 84, growth=0.0)
    trend, none = (learn_trend(learn_orders(log).arrivals) for log in (grown, flat))
    assert abs(trend.slope - 0.01) < 2.6 * trend.error
    assert none.slope == 0.0
    ahead = np.array([-trend.age, 0.0, 1e6])
    np.testing.assert_allclose(
        trend.factor(ahead), np.exp(trend.slope * np.array([0.0, trend.age, trend.age + 84.0])))


def made_log(rng: np.random.Generator, days: int, growth: float = 0.0) -> OrderLog:
    """A log of known truth: 20 requests a day, delay 5 min on average and way 15, 40 min there
    (gamma, CV 1/2), 10 % for nothing, units enough."""
    rate = 20 * np.exp(growth * (np.arange(days) - days / 2))
    n = rng.poisson(rate)
    asked = np.sort(np.repeat(np.arange(days), n) * 86_400 + rng.uniform(8, 20, n.sum()) * 3600)
    size = len(asked)
    sent = asked + rng.exponential(300, size)
    way = 900 * rng.lognormal(-np.log(1.16) / 2, np.log(1.16) ** 0.5, size)
    there = sent + way
    lost = rng.random(size) < 0.1
    stay = np.where(lost, 300.0, rng.gamma(4, 600, size))
    none = np.full(size, np.nan)
    frame = pd.DataFrame({"unit": [], "dispatched": [], "ended": []}, dtype=float)
    return OrderLog(
        name="made", first=dt.date(2026, 3, 2), days=days, requested=asked, accepted=none,
        dispatched=sent, departed=none, arrived=there, started=none, ended=there + stay,
        cancelled=none, unit=np.arange(size) % 12, place=np.zeros(size, dtype=np.int64),
        priority=np.zeros(size, dtype=np.int64), outcome=np.where(lost, NO_SHOW, SERVED),
        lat=none, lon=none, units=tuple(str(n) for n in range(12)), places=("town",),
        priorities=("all",), others=frame,
        sign_ins=pd.DataFrame({"unit": [], "start": [], "end": []}, dtype=float), target_s=1800.0)


def test_the_intervals_cover_a_known_truth() -> None:
    truths = {"services.all.duration.mean_s": 2400, "services.all.duration.cv": 0.5,
              "dispatch.offer_delay.mean_s": 300, "services.all.no_show_prob": 0.1,
              "travel.town.mean_s": 900}
    covered = 0
    for seed in range(20):
        log = made_log(np.random.default_rng(1000 + seed), 28)
        table = order_estimates(learn_orders(log)).set_index("parameter")
        rows = table.loc[list(truths)]
        truth = np.array(list(truths.values()))
        covered += int(((rows["ci_low"] < truth) & (truth < rows["ci_high"])).sum())
    # 95 of 100 are due; fewer than 88 has a chance of 0.15 %.
    assert covered >= 88


def test_a_calibrated_scenario_gives_the_responses_back(tmp_path: Path) -> None:
    log = made_log(np.random.default_rng(11), 56)
    done = calibrate_orders(log, "made", ("made.csv",))
    found = done.table.set_index("parameter")
    assert found.loc["travel.noise_cv", "estimate"] == pytest.approx(0.4, abs=0.04)
    assert done.learned.stay[0].fit is not None and done.learned.stay[0].fit.family == "gamma"
    assert {row["standing"] for row in done.raw["sources"].values()} >= {"derived"}
    write_orders_folder(done.raw, tmp_path / "scenario")
    again = resolve(str(tmp_path / "scenario")).scenario
    result = simulate(again, draw(again, 1, 0))
    orders = result.orders[result.orders["ended"].notna()]
    spent = (orders["started"] - orders["requested"]).dt.total_seconds()
    seen = log.response[np.isfinite(log.response)]
    assert spent.mean() == pytest.approx(seen.mean(), rel=0.08)
    for lang in ("zh", "en"):
        assert orders_page(done, lang)


def test_our_own_orders_give_the_scenario_back(tmp_path: Path) -> None:
    resolved = resolve("quickstart")
    raw = {**resolved.raw, "time": {**resolved.raw["time"], "days": 42}}
    scenario = rebuild(raw)
    result = simulate(scenario, draw(scenario, 2, 0))
    orders, roster = saved(result, tmp_path, "orders", "roster")
    log, _ = read_orders([orders], read_order_mapping("orders"), [roster])
    learned = learn_orders(log)
    assert learned.crews.presence is not None and learned.crews.presence.signed
    stay = learned.stay[0]
    assert stay.fit is not None
    error = (stay.fit.mean_ci[1] - stay.fit.mean_ci[0]) / (2 * 1.96)
    assert abs(stay.fit.mean_s - 3600) < 3.3 * error
    assert learned.patience is None or learned.patience.mean_s > 600
    lost = learned.lost[0]
    assert lost.low < 0.01 < lost.high
    built = rebuild(orders_scenario(learned, "again", log.first, 7))
    assert len(simulate(built, draw(built, 1, 0)).orders)


def test_crps_of_a_sample_by_brute_force() -> None:
    rng = np.random.default_rng(3)
    sample, value = rng.exponential(2, 30), 1.3
    pairs = [abs(a - b) for i, a in enumerate(sample) for b in sample[:i]]
    wanted = np.abs(sample - value).mean() - np.mean(pairs) / 2
    assert sample_crps(sample, value) == pytest.approx(wanted, rel=1e-12)


def test_a_stationary_service_is_predicted(tmp_path: Path) -> None:
    """Truth known: the period to come is like the one before, so that predictions hold it."""
    log = made_log(np.random.default_rng(21), 42)
    first = log.first
    fit = Period(first, first + dt.timedelta(days=27))
    predict = Period(first + dt.timedelta(days=28), first + dt.timedelta(days=41))
    found = backtest_orders(log, fit, predict, InProcess(), members=4)
    hours, skills, parts = tables.by_hour(found), tables.skills(found), errors(found)
    whole = hours[(hours["hour"] == -1) & (hours["table"] == "blind")].set_index("measure")
    for name in ("mean_min", "p50_min", "p90_min"):
        assert whole.loc[name, "predicted"] == pytest.approx(whole.loc[name, "observed"], rel=0.12)
    each = skills[(skills["measure"] == "response_min") & (skills["table"] == "blind")].iloc[0]
    assert each["skill_mmc"] > 0.1 and each["skill_mmc_low"] > 0
    assert 0.9 < each["within_95"] < 0.99
    for lang in ("zh", "en"):
        assert response_page(found, hours, skills, parts, lang)


def test_periods_outside_the_log() -> None:
    log = made_log(np.random.default_rng(1), 20)
    fit = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 10))
    predict = Period(dt.date(2026, 3, 10), dt.date(2026, 3, 12))
    with pytest.raises(BadInput) as bad:
        backtest_orders(log, fit, predict, InProcess())
    assert [fault.file for fault in bad.value.faults] == ["--fit", "--predict"]


def test_lane_county() -> None:
    mapping, last = read_order_mapping("lane"), dt.date(2025, 3, 31)
    log, _ = read_orders(require((LANE,)), mapping, (), None, last)
    learned = learn_orders(log)
    # The hole of late 2024 is left out, the growth of early 2025 is seen.
    assert learned.log.first == dt.date(2025, 1, 1)
    assert learned.trend.slope > 0
    raw = orders_scenario(learned, "lane", dt.date(2025, 4, 7), 7)
    assert len(raw["zones"]) == 5
    scenario = rebuild(raw)
    assert len(simulate(scenario, draw(scenario, 1, 0)).orders)


def test_san_francisco() -> None:
    log, _ = read_orders(require((SF,)), read_order_mapping("sf"))
    assert log.priorities == ("3", "2") and len(log.units) == 40
    learned = learn_orders(log)
    assert learned.travel.kmh is not None and 10 < learned.travel.kmh[0] < 60
    # The urgent are reached sooner.
    urgent = log.priority == 0
    assert np.nanmedian(log.response[urgent]) < np.nanmedian(log.response[~urgent])
    zone_urgent = [z.endswith(" 3") for z in learned.travel.zones]
    assert (learned.travel.mean_s[zone_urgent].mean()
            < learned.travel.mean_s[[not u for u in zone_urgent]].mean())


def test_the_two_files_of_a_county(tmp_path: Path) -> None:
    """What docs/data-clerk.md asks for, through the one command it names."""
    calls, orders = _county_files(tmp_path)
    out = tmp_path / "ours"
    command = ["calibrate", "--calls", str(calls), "--orders", str(orders), "--columns", "county",
               "--out", str(out), "--lang", "zh"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "校准报告" in done.output and "工单记录校准报告" in done.output
    scenario = resolve(str(out / "scenario")).scenario
    result = simulate(scenario, draw(scenario, 1, 0))
    days = scenario.time.days
    assert len(result.calls) / days == pytest.approx(120, rel=0.2)
    assert len(result.orders) / days == pytest.approx(20, rel=0.25)
    assert (result.orders["state"].astype(str) == "completed").mean() > 0.7
    names = pd.read_csv(out / "estimates.csv")["parameter"]
    assert {"dispatch.offer_delay.mean_s", "hotline.wrap_up.mean_s"} <= set(names)
    both = CliRunner().invoke(app, ["backtest", *command[1:], "--fit", "2026-03-02..2026-03-15",
                                    "--predict", "2026-03-16..2026-03-22"])
    assert both.exit_code == 2


def _county_files(folder: Path) -> tuple[Path, Path]:
    rng = np.random.default_rng(8)
    log = made_log(rng, 28)
    start = pd.Timestamp("2026-03-02")

    def text(seconds: np.ndarray) -> pd.Series:
        moments = start + pd.to_timedelta(np.round(seconds), unit="s")
        return pd.Series(moments).dt.strftime("%Y-%m-%d %H:%M:%S").fillna("")

    lost = log.outcome == NO_SHOW
    pd.DataFrame({
        "受理时间": text(log.requested), "接单时间": text(log.dispatched - 60),
        "出发时间": text(log.dispatched), "到达时间": text(log.arrived),
        "离开时间": text(log.ended), "取消时间": "", "护理员": [f"n{u}" for u in log.unit],
        "镇街": "新湖街道", "紧急程度": np.where(rng.random(len(log)) < 0.2, "紧急", "普通"),
        "结果": np.where(lost, "无人在家", "办结"),
    }).to_csv(folder / "orders.csv", index=False, encoding="gb18030")
    n = 120 * 28
    asked = np.sort(np.repeat(np.arange(28), 120) * 86_400 + rng.uniform(8, 18, n) * 3600)
    answered = asked + rng.exponential(10, n)
    pd.DataFrame({
        "来电时间": text(asked), "接通时间": text(answered),
        "挂机时间": text(answered + rng.exponential(180, n)),
        "工号": [f"{100 + k % 8}" for k in range(n)], "来电号码": [f"k{k}" for k in range(n)],
    }).to_csv(folder / "calls.csv", index=False, encoding="utf-8-sig")
    return folder / "calls.csv", folder / "orders.csv"
