"""What a log teaches, against logs whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.arrivals import SLOTS, learn_arrivals
from sim.calibrate.call_files import read_calls
from sim.calibrate.folder import write_folder
from sim.calibrate.gaps import learn_gaps, turns
from sim.calibrate.level import month_phase, staff_elasticity
from sim.calibrate.log import CallLog
from sim.calibrate.presence import learn_staff
from sim.calibrate.recorded import workload
from sim.calibrate.roster import days_like, staff_like
from sim.calibrate.shifts import _rounded_together, _stretches
from sim.calibrate.skills import learn_skills
from sim.calibrate.whole import calibrate
from sim.scenario.load import rebuild, resolve
from sim.scenario.sources import UNSTATED, figures
from tests import calibrate_kit as kit


def by_hand(tmp_path: Path, rows: list[tuple[str, str, str, str, str]]) -> CallLog:
    full = [
        tuple(f"2026-03-02 {cell}" if n < 3 and cell else cell for n, cell in enumerate(row))
        for row in rows
    ]
    path = kit.write(kit.table(full), tmp_path / "c.csv")  # type: ignore[arg-type]
    return read_calls([path], kit.plain_mapping(tmp_path, "[rules]\nat_once_s = 0\n"))[0]


def test_time_not_ready_by_hand(tmp_path: Path) -> None:
    """Agent a ends at 08:02:00. A caller waits from 08:02:10 and is taken by b at 08:03:00: a was
    not ready until then. a's next call, at 08:04:00, had not waited: ready in between. After it
    a ends at 08:05:00 and takes, at 08:05:40, a caller who had waited since 08:04:30."""
    log = by_hand(tmp_path, [
        ("08:00:00", "08:00:00", "08:02:00", "a", "q"),
        ("08:00:30", "08:00:30", "08:02:55", "b", "q"),
        ("08:02:10", "08:03:00", "08:06:00", "b", "q"),
        ("08:04:00", "08:04:00", "08:05:00", "a", "q"),
        ("08:04:30", "08:05:40", "08:07:00", "a", "q"),
    ])
    skills = learn_skills(log)
    gaps = learn_gaps(log, skills, turns(log))
    found = {
        (log.agents[a], high): (low, bool(exact))
        for a, high, low, exact in zip(gaps.agent, gaps.high, gaps.low, gaps.exact, strict=True)
    }
    assert found[("a", 120.0)] == (60.0, False)
    assert found[("a", 40.0)][1]
    assert found[("b", 5.0)][1]


def test_calls_that_go_past_an_agent_betray_its_absence(tmp_path: Path) -> None:
    """Three agents in turn, longest idle first; c is away after its first call until 09:00."""
    rows = []
    moment = pd.Timestamp("2026-03-02 08:00:00")
    for n in range(60):
        agent = "abc"[n % 3] if n < 3 else "ab"[(n + 1) % 2]
        rows.append((moment, agent))
        moment += pd.Timedelta(seconds=61)
    rows.append((moment, "c"))
    text = [(str(m)[11:], str(m)[11:], str(m + pd.Timedelta(seconds=50))[11:], a, "q")
            for m, a in rows]
    log = by_hand(tmp_path, text)
    gaps = learn_gaps(log, learn_skills(log), turns(log))
    assert gaps.longest_idle > 0.9
    away = gaps.agent == log.agents.index("c")
    assert gaps.low[away][0] == pytest.approx(gaps.high[away][0] - 61, abs=1)
    assert gaps.low[~away].max() == 0


def test_skills_are_who_answers_what(tmp_path: Path) -> None:
    rows = []
    rng = np.random.default_rng(4)
    for n in range(900):
        agent = n % 3
        queue = ("x", "y")[int(rng.random() < 0.4)] if agent < 2 else "x"
        at = pd.Timestamp("2026-03-02 08:00:00") + pd.Timedelta(seconds=20 * n)
        end = at + pd.Timedelta(seconds=15)
        rows.append((str(at)[11:], str(at)[11:], str(end)[11:], f"agent-{agent}", queue))
    log = by_hand(tmp_path, rows)
    skills = learn_skills(log)
    assert skills.covers(0).tolist() == [True, True]
    assert skills.covers(2).tolist() == [True, False]
    assert len(skills.sets) == 2


def test_weekdays_of_like_shape_are_put_together_and_closed_hours_apart() -> None:
    rng = np.random.default_rng(7)
    early = np.array(kit.HOURS, float)
    late = np.roll(early, 2)
    arrived = []
    for day in range(56):
        weekday = day % 7
        if weekday == 6:
            continue
        shape, total = (late, 500) if weekday in (1, 3) else (early, 60 if weekday == 5 else 600)
        hours = np.repeat(np.arange(24), rng.poisson(total * shape / shape.sum()))
        arrived.append(day * 86_400 + hours * 3600 + rng.random(len(hours)) * 3600)
    times = np.sort(np.concatenate(arrived))
    log = _log_of(times, 56)
    found = learn_arrivals(log, np.ones(len(log), dtype=bool), np.zeros(len(log), np.int64), 1)
    assert found.classes[1] == found.classes[3]
    assert found.classes[0] == found.classes[2] == found.classes[4] == found.classes[5]
    assert found.classes[0] != found.classes[1]
    assert found.classes[6] == -1
    np.testing.assert_allclose(found.level[[0, 1, 5]], [600, 500, 60], rtol=0.12)
    assert found.rates(0).sum() == pytest.approx(found.level[0])
    assert found.busy_cv < 0.03
    assert found.rates(6).sum() == 0


def test_a_holiday_is_no_usual_day_and_busy_days_are_measured() -> None:
    rng = np.random.default_rng(11)
    factor = rng.gamma(1 / 0.2**2, 0.2**2, 120)
    factor[20] = 0.05
    counts = rng.poisson(400 * factor)
    times = np.sort(np.concatenate(
        [d * 86_400 + 28_800 + rng.random(n) * 36_000 for d, n in enumerate(counts)]))
    log = _log_of(times, 120)
    found = learn_arrivals(log, np.ones(len(log), dtype=bool), np.zeros(len(log), np.int64), 1)
    assert np.flatnonzero(~found.usual).tolist() == [20]
    assert found.busy_ci[0] < 0.2 < found.busy_ci[1]
    level = found.weeks.of_day[5]
    assert found.like_day(5, level)[12] == pytest.approx(
        counts[5] / found.expected[found.weekdays[5]] / level, rel=0.05)


def _log_of(times: np.ndarray, days: int) -> CallLog:
    n = len(times)
    zeros, nan = np.zeros(n), np.full(n, np.nan)
    codes = np.zeros(n, dtype=np.int64)
    return CallLog(
        name="made", first=pd.Timestamp("2026-03-02").date(), days=days, arrived=times,
        answered=times, released=times + 60, left=times, wrapped=nan, wait=zeros, queue=codes,
        kind=codes, agent=codes, caller=codes - 1, first_class=np.zeros(n, dtype=bool),
        queues=("q",), kinds=("",), agents=("a",), acceptable_wait_s=20, redial_within_s=3600,
        at_once_s=0, sign_ins=pd.DataFrame({"agent": [], "start": [], "end": []}),
    )


def test_the_course_of_the_month_must_repeat_itself() -> None:
    dates = [pd.Timestamp("2026-01-01").date() + pd.Timedelta(days=n) for n in range(90)]
    day = np.array([date.day for date in dates])
    usual = np.ones(90, dtype=bool)
    rng = np.random.default_rng(3)
    noise = 0.03 * rng.standard_normal(90)
    course = 0.2 * np.cos(2 * np.pi * day / 30.4)
    phase, by_others = month_phase(dates, course + noise, usual)
    np.testing.assert_allclose(by_others, phase[day - 1], rtol=0.1)
    assert phase[0] > 1.12
    assert phase[14] < 0.9
    assert (month_phase(dates, noise, usual)[0] == 1).all()
    assert (month_phase(dates[:31], course[:31], usual[:31])[0] == 1).all()


def test_staff_tells_of_calls_only_where_it_did() -> None:
    rng = np.random.default_rng(9)
    staff, noise = 0.1 * rng.standard_normal((2, 60))
    flat, course = np.zeros(60), 0.1 * np.cos(np.arange(60) / 5)
    found = staff_elasticity(0.8 * staff + 0.1 * noise, staff, flat)
    assert found == pytest.approx((0.8, 1), abs=0.05)
    assert staff_elasticity(noise, staff, flat)[0] < 0.2
    both = 0.5 * staff + 0.4 * course
    assert staff_elasticity(both + 0.01 * noise, staff + course, course) == pytest.approx(
        (0.5, 0), abs=0.05)
    assert staff_elasticity(both + 0.01 * noise, staff, course) == pytest.approx(
        (0.5, 0.4), abs=0.05)
    assert staff_elasticity(staff[:5], staff[:5], flat[:5]) == (0, 1)


def test_profiles_become_shifts_and_back() -> None:
    rng = np.random.default_rng(1)
    profile = np.repeat(rng.integers(0, 6, 24), 4)
    back = np.zeros(SLOTS)
    for (start, end), count in _stretches(profile).items():
        back[start:end] += count
    np.testing.assert_array_equal(back, profile)
    mean = rng.random((9, 96))
    whole = _rounded_together(mean)
    assert np.abs(whole.sum(axis=0) - mean.sum(axis=0)).max() <= 0.5


def test_days_to_come_have_the_staff_of_their_like(tmp_path: Path) -> None:
    log = kit.logged(kit.run(1), tmp_path)
    presence = learn_staff(log, learn_skills(log)).presence
    weekdays, usual = log.weekdays, [True] * log.days
    like = days_like(weekdays, usual, np.array([3, 3, 9]), np.random.default_rng(1))
    assert (weekdays[like[:2]] == 3).all()
    assert like[2] == -1
    ahead = staff_like(presence, log.days, like).counts(3)
    np.testing.assert_allclose(ahead[:2], presence.counts(log.days)[like[:2]], atol=1e-6)
    assert not ahead[2].any()


def test_recorded_arrivals_are_the_workload() -> None:
    scenario = rebuild(kit.raw(days=2))
    time = np.array([30_000.0, 30_001.5, 90_000.0])
    work = workload(scenario, time, np.zeros(3, dtype=np.int64), 1, 0,
                    np.array([10.0, np.nan, 20.0]), np.full(24, 2.0))
    assert work.time.tolist() == [30_000_000, 30_001_500, 90_000_000]
    assert work.talk[[0, 2]].tolist() == [10_000, 20_000]
    single = workload(scenario, time, np.zeros(3, dtype=np.int64), 1, 0)
    assert work.talk[1] == pytest.approx(2 * single.talk[1], abs=2)
    np.testing.assert_array_equal(work.patience, single.patience)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CallLog:
    return kit.logged(kit.run(8, days=21), tmp_path_factory.mktemp("small"))


def test_a_simulated_log_gives_its_scenario_back(small: CallLog) -> None:
    done = calibrate(small, "small", ("calls.parquet",))
    table = done.table.set_index("parameter")

    def holds(name: str, truth: float) -> bool:
        """Within twice the interval: one log in ten thousand lies outside by chance."""
        row = table.loc[name]
        low, high = 2 * row["ci_low"] - row["estimate"], 2 * row["ci_high"] - row["estimate"]
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        return bool(low <= truth <= high)

    assert holds("callers.client.talk.mean_s", kit.TALK_S)
    assert holds("callers.client.talk.cv", kit.TALK_CV)
    assert holds("callers.client.patience.mean_s", kit.PATIENCE_S)
    assert holds("hotline.wrap_up.mean_s", kit.WRAP_S)
    assert holds("callers.*.redial_first_prob", kit.REDIAL_FIRST)
    assert holds("callers.*.redial_later_prob", kit.REDIAL_LATER)
    assert holds("callers.*.redial_delay.mean_s", 60 * kit.REDIAL_MIN)
    assert holds("demand.busy_day_cv.all", kit.BUSY_CV)
    assert all(holds(f"rate.{day}", kit.PER_DAY) for day in ("Mon", "Tue", "Wed", "Thu"))
    shape = np.array(kit.HOURS) / sum(kit.HOURS)
    assert all(holds(f"rate.hour.{h:02d}", kit.PER_DAY * shape[h]) for h in range(8, 18))
    talk = done.learned.talk[0].fit
    assert talk is not None and talk.family == "lognormal"
    patience = done.learned.patience[0].fit
    assert patience is not None and patience.family == "exponential"


def test_the_written_folder_is_the_scenario_and_every_figure_has_a_source(
    small: CallLog, tmp_path: Path
) -> None:
    done = calibrate(small, "folder", ("calls.parquet",))
    write_folder(done.raw, tmp_path / "folder")
    back = resolve(tmp_path / "folder")
    assert back.scenario == rebuild(done.raw)
    assert not [f.path for f in figures(back.raw) if f.standing == UNSTATED]
    # Four on duty from 08:00 to 18:00, as in the scenario that was simulated.
    on = [g.count for g in back.scenario.operators]
    assert len(on) >= 7
    assert back.scenario.hotline.open.days[0] == ((8 * 3_600_000, 18 * 3_600_000),)


def test_staff_inferred_without_sign_ins_is_near_the_truth(tmp_path: Path) -> None:
    result = kit.run(6, days=7)
    signed = kit.logged(result, tmp_path / "a")
    unsigned = kit.logged(result, tmp_path / "b", with_sign_ins=False)
    truth = learn_staff(signed, learn_skills(signed)).presence.counts(7, 3600.0)[:, 9:17]
    found = learn_staff(unsigned, learn_skills(unsigned)).presence.counts(7, 3600.0)[:, 9:17]
    assert found.mean() == pytest.approx(truth.mean(), rel=0.03)
