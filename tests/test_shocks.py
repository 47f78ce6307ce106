"""Shocks and an opening among the draws: Poisson laws, and nobody else's draw moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scenario_kit import build, changed, raw_small
from scipy import stats

from sim.scenario.days import days
from sim.scenario.schema import Scenario
from sim.scenario.shock_effects import attendance, without
from sim.words.kinds import DAY, HOUR
from sim.workload.arrivals import expected_per_hour
from sim.workload.draw import draw
from sim.workload.roster import duties, people
from sim.workload.store import checksum
from sim.workload.tables import Workload

ALPHA = 1e-4
NAMES = {"name_zh": "冲击", "name_en": "Shock"}
VILLAGE = {
    "name_zh": "村", "name_en": "Village", "lat": 37.5, "lon": 116.4, "area_km2": 9.0,
    "population": 1000, "pop_elder": 500,
}
SECOND_STREAM = {
    "channel": "plan", "service": "help", "group": "elder", "per_day": 12, "share_client": 1,
}


def county(*shocks: dict[str, Any], **changes: Any) -> Scenario:
    """Two days; a phone stream of a call an hour, a plan, a town of 2,000, a village of 500."""
    named = {f"s{n}": {**NAMES, **shock} for n, shock in enumerate(shocks)}
    return build(changed(raw_small(), {
        "zones.village": VILLAGE, "requests.plan": SECOND_STREAM, "shocks": named,
        "time.days": 1, **changes,
    }))


def when(first: int, last: int, **keys: Any) -> dict[str, Any]:
    """A shock from one hour of the first day to another."""
    return {"begins": f"2026-03-02 {first:02}:00", "ends": f"2026-03-02 {last:02}:00", **keys}


def rows(workload: Workload) -> list[tuple[Any, ...]]:
    """Every request with every draw, as plain rows."""
    return list(zip(*(
        column.tolist() if column.ndim == 1 else map(tuple, column.tolist())
        for column in workload.columns().values()
    ), strict=True))


def counts(scenario: Scenario, replications: int, hours: int = 24) -> np.ndarray:
    """(streams, zones, hours): requests of so many replications in all."""
    found = np.zeros((2, 2, hours))
    for replication in range(replications):
        drawn = draw(scenario, 1, replication)
        hour = drawn.time // HOUR
        np.add.at(found, (drawn.stream[hour < hours], drawn.zone[hour < hours],
                          hour[hour < hours]), 1)
    return found


def as_expected(found: np.ndarray, expected: np.ndarray) -> float:
    """Chance of so great a distance between Poisson counts and their means."""
    there = expected > 0
    assert not found[~there].any()
    statistic = ((found[there] - expected[there]) ** 2 / expected[there]).sum()
    return float(min(stats.chi2(there.sum()).sf(statistic), stats.chi2(there.sum()).cdf(statistic)))


def test_requests_by_hour_and_zone_are_poisson_with_the_factors_multiplied() -> None:
    """300 replications, n about 15,000: a message about calls, a flu in the village that halves
    the plan, both on from 9 to 12; the means are rate x share of the zone x product of factors."""
    scenario = county(
        when(6, 12, demand_factor=3, channels="phone"),
        when(9, 15, demand_factor=2, zones="village"),
        when(8, 11, demand_factor=0.5, streams="plan"),
    )
    n = 300
    expected = np.outer([24 / 24, 12 / 24], [0.8, 0.2])[:, :, None] * np.ones(24) * n
    expected[0, :, 6:12] *= 3
    expected[:, 1, 9:15] *= 2
    expected[1, :, 8:11] *= 0.5
    found = counts(scenario, n)
    assert as_expected(found, expected) > ALPHA
    calendar = days(scenario)
    for place, stream in enumerate(scenario.requests):
        theory = expected_per_hour(scenario, stream, calendar)[:24]
        assert theory == pytest.approx(expected[place].sum(0) / n)
    # the spread between replications is that of a Poisson number, too
    per_run = np.array([len(draw(scenario, 1, r)) for r in range(n)])
    mean = expected.sum() / n + 36
    index = per_run.var(ddof=1) / mean * (n - 1)
    assert ALPHA < stats.chi2(n - 1).cdf(index) < 1 - ALPHA


def test_a_shock_moves_no_other_draw() -> None:
    """Every request of the ordinary days is there with all its draws; only some are added; the
    shock that takes some away leaves the rest as they were."""
    plain = rows(draw(county(), 1, 0))
    more = rows(draw(county(when(0, 24, demand_factor=2)), 1, 0))
    fewer = rows(draw(county(when(0, 24, demand_factor=0.5)), 1, 0))
    assert set(plain) < set(more)
    assert set(fewer) < set(plain)
    both = set(rows(draw(county(
        when(0, 24, demand_factor=2), when(0, 24, demand_factor=0.5)), 1, 0)))
    assert set(fewer) != both
    assert len(both & set(plain)) > 0


def test_a_shock_that_is_off_changes_nothing() -> None:
    off = county(when(0, 24, demand_factor=9, attendance_factor=0, talk_factor=3, on=False))
    assert checksum(draw(off, 1, 0)) == checksum(draw(county(), 1, 0))
    assert duties(off, 1, 0) == duties(county(), 1, 0)


def test_talk_and_service_are_longer_for_those_who_come_while_it_lasts() -> None:
    plain = draw(county(), 1, 0)
    shock = when(6, 18, talk_factor=1.5, service_factor=2, zones="town", streams="calls")
    long = draw(county(shock), 1, 0)
    meant = (plain.time >= 6 * HOUR) & (plain.time < 18 * HOUR)
    meant &= (plain.zone == 0) & (plain.stream == 0)
    assert meant.any()
    assert not meant.all()
    assert long.talk.tolist() == np.where(meant, np.rint(plain.talk * 1.5), plain.talk).tolist()
    assert long.duration.tolist() == np.where(meant, 2 * plain.duration, plain.duration).tolist()
    assert (long.patience == plain.patience).all()


def test_attendance_belongs_to_the_shift_and_leaves_the_others_alone() -> None:
    """n = 300 caregivers, one shift each while it lasts: half come; who was away stays away."""
    crowd = {
        "caregivers.team.count": 300, "caregivers.team.absence_prob": 0.1,
        "operators.desk.count": 300, "time.days": 2,
    }
    shock = when(0, 24, attendance_factor=0.5, roles="caregiver")
    hit, plain = (
        {(d.person, d.date_ms): d.absent for d in duties(scenario, 1, 0)}
        for scenario in (county(shock, **crowd), county(**crowd))
    )
    first = people(county(shock, **crowd))[300].number
    mine = {key for key in hit if key[0] >= first and key[1] == 0}
    assert len(mine) == 300
    assert stats.binomtest(sum(hit[k] for k in mine), 300, 1 - 0.45).pvalue > ALPHA
    assert all(hit[k] for k in mine if plain[k])
    assert all(hit[k] == plain[k] for k in plain if k not in mine)


@pytest.mark.parametrize(("keys", "operators", "carers"), [
    ({}, 0.5, 0.5), ({"roles": "operator"}, 0.5, 1), ({"staff": "team"}, 1, 0.5),
    ({"staff_points": "station"}, 1, 0.5), ({"staff": "desk | team", "roles": "caregiver"}, 1, 0.5),
])
def test_whose_attendance(keys: dict[str, Any], operators: float, carers: float) -> None:
    scenario = county(when(6, 18, attendance_factor=0.5, **keys))
    desk, team = scenario.operators[0], scenario.caregivers[0]
    assert attendance(scenario, desk, 6 * HOUR) == operators
    assert attendance(scenario, team, 18 * HOUR - 1) == carers
    for time in (6 * HOUR - 1, 18 * HOUR):
        assert attendance(scenario, desk, time) == attendance(scenario, team, time) == 1


def test_shocks_at_once_multiply() -> None:
    shock = when(0, 24, attendance_factor=0.5)
    scenario = county(shock, {**shock, "attendance_factor": 0.25})
    assert attendance(scenario, scenario.operators[0], 0) == 0.125


def test_spans_with_stretches_cut_out() -> None:
    assert without([(0, 10), (20, 30)], [(5, 22), (25, 26)]) == [(0, 5), (22, 25), (26, 30)]
    assert without([(0, 10)], []) == [(0, 10)]
    assert without([(0, 10)], [(0, 10)]) == []


def opening(ramp_days: int, start_share: float, weeks: int = 4, **keys: Any) -> Scenario:
    return county(**{
        "time.days": 7 * weeks, "time.cool_down_days": 0, "requests.calls.per_day": 100,
        "opening": {"ramp_days": ramp_days, "start_share": start_share, **keys},
    })


def test_requests_by_week_grow_with_those_who_know_the_number() -> None:
    """n about 6,700: 100 calls a day, from a fifth of them to all in three weeks. In week k the
    share known is 0.2 + 0.8 (k - 1/2) / 3 in the mean, then 1; the plan does not grow."""
    scenario = opening(21, 0.2, streams="calls")
    shares = [0.2 + 0.8 * (k - 0.5) / 3 for k in (1, 2, 3)] + [1.0]
    expected = np.array([[700 * share, 84] for share in shares]).T * 4
    found = np.zeros((2, 4))
    for replication in range(4):
        drawn = draw(scenario, 1, replication)
        np.add.at(found, (drawn.stream, drawn.time // (7 * DAY)), 1)
    assert as_expected(found, expected) > ALPHA
    theory = expected_per_hour(scenario, scenario.requests[0], days(scenario))
    assert theory.reshape(4, -1).sum(1) == pytest.approx(expected[0] / 4)


def test_a_hotline_better_known_has_the_same_requests_and_more() -> None:
    few, some, every = (
        set(rows(draw(opening(days_, share, 1), 1, 0)))
        for days_, share in ((60, 0.0), (60, 0.5), (0, 0.0))
    )
    assert few < some < every


def test_an_opening_thins_what_a_shock_adds() -> None:
    shock = {"begins": "2026-03-02", "ends": "2026-03-09", "demand_factor": 3.0}
    scenario = build(changed(raw_small(), {
        "time.days": 7, "time.cool_down_days": 0, "requests.calls.per_day": 200,
        "opening": {"ramp_days": 3660, "start_share": 0.5}, "shocks": {"s": {**NAMES, **shock}},
    }))
    found = len(draw(scenario, 1, 0))
    mean = 200 * 3 * 7 * (0.5 + 0.5 * 3.5 / 3660)
    assert 2 * stats.norm.sf(abs(found - mean) / mean**0.5) > ALPHA
