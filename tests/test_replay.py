"""Replaying a log: our own simulated tables under the same people give the simulated run back."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.call_files import read_calls
from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.calibrate.log import CallLog
from sim.calibrate.mapping import read_mapping
from sim.experiments.executors import InProcess
from sim.experiments.replay import replay
from sim.experiments.replay.calls import calls_workload, chains
from sim.experiments.replay.run import Task, one_workload, prepared
from sim.experiments.replicate import load, prepare
from sim.log import Result
from sim.model.county import simulate
from sim.report.calibration.replay import replay_page
from sim.report.run.card import card
from sim.scenario.faults import BadInput
from sim.scenario.load import Resolved, rebuild
from sim.workload.draw import draw
from tests.log_kit import saved

RAW: dict[str, Any] = {
    "name": "replayed",
    "about": {"title_zh": "重演", "title_en": "Replayed"},
    "time": {"start": "2026-03-02", "days": 3, "cool_down_days": 1},
    "demand": {"shapes": {"day": {"hours": [0] * 8 + [1] * 9 + [0] * 7}}},
    "groups": {"people": {"name_zh": "人", "name_en": "People"}},
    "callers": {"caller": {
        "name_zh": "本人", "name_en": "A caller",
        "talk": {"dist": "exponential", "mean_s": 240},
        "patience": {"dist": "exponential", "mean_s": 90}, "redial_first_prob": 0.6,
        "redial_later_prob": 0.4, "redial_delay": {"dist": "exponential", "mean_min": 4},
        "max_redials": 2,
    }},
    "hotline": {"open": "always", "lines": 100,
                "wrap_up": {"dist": "exponential", "mean_s": 40}},
    "travel": {"modes": {"none": {"name_zh": "无", "name_en": "None", "kmh": 10}}},
    "zones": {"town": {"name_zh": "镇", "name_en": "Town", "lat": 36, "lon": 117, "area_km2": 1,
                       "population": 5000, "pop_people": 5000}},
    "points": {}, "caregivers": {},
    "operators": {"desk": {"count": 3, "shifts": "day"}},
    "shifts": {"day": {"start": "07:30", "end": "17:30", "days": "daily"}},
    "services": {"ask": {"name_zh": "问", "name_en": "Ask", "mode": "advice"}},
    "requests": {"ask": {"channel": "phone", "service": "ask", "group": "people", "per_day": 330,
                         "shape": "day", "share_caller": 1}},
    "calendar": {}, "sources": {},
}


def county(**operators: Any) -> Resolved:
    raw = copy.deepcopy(RAW)
    raw["operators"]["desk"] |= operators
    return Resolved(rebuild(raw), raw, (), Path(), (), ())


@pytest.fixture(scope="module")
def run() -> Result:
    scenario = county().scenario
    return simulate(scenario, draw(scenario, 5, 0))


@pytest.fixture(scope="module")
def log(run: Result, tmp_path_factory: pytest.TempPathFactory) -> CallLog:
    calls, roster = saved(run, tmp_path_factory.mktemp("tables"), "calls", "roster")
    found, _ = read_calls([calls], read_mapping("tables"), [roster], None, dt.date(2026, 3, 4))
    return found


def counted(result: Result) -> pd.DataFrame:
    calls = result.calls
    return calls[calls["arrived"] < pd.Timestamp("2026-03-05")]


def test_the_same_people_give_the_run_back_to_the_millisecond(run: Result, log: CallLog) -> None:
    ready, roster = prepared(county(), log, None, "recorded", 0)
    again = simulate(ready.scenario, calls_workload(log, ready.scenario, 99, 3), roster=roster)
    assert (~log.served).sum() > 30
    before, after = counted(run), counted(again)
    order = ["arrived", "attempt"]
    before, after = before.sort_values(order), after.sort_values(order)
    assert len(before) == len(after) == len(log)
    for column in ("arrived", "answered", "talk_end", "wrap_up_end", "left"):
        one, other = (table[column].to_numpy().view(np.int64) for table in (before, after))
        assert (one == other).all(), column
    assert before["outcome"].astype(str).tolist() == after["outcome"].astype(str).tolist()


def test_only_what_the_log_cut_off_differs_between_replications(log: CallLog) -> None:
    scenario = prepared(county(), log, None, "recorded", 0)[0].scenario
    one, two = (calls_workload(log, scenario, 1, r) for r in (0, 1))
    for name in ("time", "stream", "wrap_up"):
        served = one.wrap_up > 0
        if name == "wrap_up":
            lost = ~np.isin(one.time, np.rint(log.arrived[log.served] * 1000))
            assert (one.wrap_up == two.wrap_up)[served & ~lost].all()
        else:
            assert (getattr(one, name) == getattr(two, name)).all()
    assert (one.patience != two.patience).any()
    found = chains(log, one.patience.shape[1], np.ones(len(log), dtype=bool))
    wait = np.rint((log.left - log.arrived) * 1000)
    there = found.rows >= 0
    recorded = np.where(there, wait[found.rows], 0)
    served_there = there & log.served[found.rows]
    hung_up = there & ~log.served[found.rows]
    for work in (one, two):
        assert (work.patience[hung_up] == recorded[hung_up]).all()
        assert (work.patience[served_there] > recorded[served_there]).all()


def test_censored_patience_has_the_conditional_distribution(log: CallLog) -> None:
    """Exponential patience has no memory: beyond the recorded wait it is exponential again."""
    scenario = prepared(county(), log, None, "recorded", 0)[0].scenario
    beyond = []
    found = chains(log, 3, np.ones(len(log), dtype=bool))
    there = (found.rows >= 0) & log.served[found.rows]
    wait = np.where(there, np.rint((log.left - log.arrived)[found.rows] * 1000), 0)
    for r in range(6):
        work = calls_workload(log, scenario, 7, r)
        beyond.append((work.patience - wait)[there] / 1000)
    values = np.concatenate(beyond)
    half = 4 * 90 / len(values) ** 0.5
    assert abs(values.mean() - 90) < half
    assert abs((values > 90).mean() - np.exp(-1)) < 4 * 0.5 / len(values) ** 0.5


def test_two_more_operators_serve_more(log: CallLog, tmp_path: Path) -> None:
    done = {}
    for more in (0, 2):
        done[more] = replay(
            county(), log, None, out=tmp_path / f"more-{more}", where=InProcess(), card=card,
            page=replay_page, more=more, replications=2, seed=1)
    lost = {more: one.beside.set_index("measure").loc["abandonment"] for more, one in done.items()}
    assert lost[0]["replay"] == pytest.approx(lost[0]["log"], abs=1e-12)
    assert lost[0]["low"] == lost[0]["high"]
    assert lost[2]["replay"] < lost[0]["replay"] / 2
    kept = load(done[2].folder)
    assert kept.manifest["replay"] == {"staffing": "recorded", "more_operators": 2}
    assert len(kept.tables(1).calls) and not kept.manifest["verified"]["violations"]
    for lang in ("zh", "en"):
        assert (done[0].folder / f"replay.{lang}.txt").read_text(encoding="utf-8")
    assert "与记录相同" in (done[0].folder / "replay.zh.txt").read_text(encoding="utf-8")
    assert "differ" in (done[2].folder / "replay.en.txt").read_text(encoding="utf-8")


def test_the_scenario_s_own_staff(log: CallLog) -> None:
    ready, roster = prepared(county(count=1), log, None, "scenario", 0)
    assert roster is None
    again = simulate(ready.scenario, calls_workload(log, ready.scenario, 1, 0))
    assert (counted(again)["outcome"] == "abandoned").mean() > 0.5


def test_a_queue_that_the_scenario_does_not_know() -> None:
    scenario = county().scenario
    log = _two_queues()
    with pytest.raises(BadInput) as bad:
        calls_workload(log, scenario, 1, 0)
    assert [str(fault.found) for fault in bad.value.faults] == [
        'calls of queue "birds"', 'calls of queue "fish"']


def _two_queues() -> CallLog:
    n = 4
    times = np.arange(n) * 600.0
    none = np.full(n, np.nan)
    return CallLog(
        name="x", first=dt.date(2026, 3, 2), days=1, arrived=times, answered=times,
        released=times + 60, left=times, wrapped=none, wait=np.zeros(n),
        queue=np.array([0, 1, 0, 1]), kind=np.zeros(n, dtype=np.int64),
        agent=np.zeros(n, dtype=np.int64), caller=np.full(n, -1),
        first_class=np.zeros(n, dtype=bool), queues=("birds", "fish"), kinds=("",), agents=("a",),
        acceptable_wait_s=20, redial_within_s=3600, at_once_s=0,
        sign_ins=pd.DataFrame({"agent": [], "start": [], "end": []}))


def test_orders_come_back_with_their_own_durations(tmp_path: Path) -> None:
    resolved = prepare("quickstart")
    result = simulate(resolved.scenario, draw(resolved.scenario, 3, 0))
    (orders,) = saved(result, tmp_path, "orders")
    log, _ = read_orders([orders], read_order_mapping("orders"))
    ready, _ = prepared(resolved, None, log, "scenario", 0)
    task = Task(ready.scenario, None, log, None, 1, None)  # type: ignore[arg-type]
    work = one_workload(task, 0)
    assert (work.time == np.rint(log.requested * 1000)).all()
    known = np.isfinite(log.ended - log.started) & (log.outcome != 2)
    recorded = np.rint((log.ended - log.started) * 1000)
    assert known.sum() > 20 and (work.duration[known] == recorded[known]).all()
    again = simulate(ready.scenario, work)
    assert len(again.orders) == len(log)
    names = [zone.id for zone in ready.scenario.zones]
    assert [names[z] for z in work.zone] == [log.places[p] for p in log.place]
