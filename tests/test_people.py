"""Posts that fall empty, hours that are capped, genders and usual caregivers: laws and brute force.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_kit import build, changed, raw_small
from scipy import stats
from spoilt_people import OF_PEOPLE

from sim.check import verify
from sim.log import Result
from sim.measures import measure, summarise
from sim.measures.orders.same_person import usual
from sim.model import simulate
from sim.model.matching.regulars import Regulars
from sim.scenario.schema import Scenario
from sim.scenario.sections.posts import Post
from sim.words.kinds import DAY
from sim.workload.clients import women
from sim.workload.draw import draw
from sim.workload.posts import Gap, gaps, share_empty
from sim.workload.roster import duties, people

ALPHA = 1e-4
TEAM = "caregivers.team"


def county(**changes: Any) -> Scenario:
    return build(changed(raw_small(), {"time.days": 6, **changes}))


def team(**columns: Any) -> dict[str, Any]:
    return {f"{TEAM}.{name}": value for name, value in columns.items()}


def run(scenario: Scenario, replication: int = 0) -> Result:
    result = simulate(scenario, draw(scenario, 1, replication))
    assert verify(result) == []
    return result


def kpi(result: Result, name: str) -> float:
    kpis, _ = summarise([measure(result)])
    return float(kpis.set_index(["measure", "group"])["mean"][name, "all"])


# -- posts


@pytest.mark.parametrize(("turnover", "weeks", "training"), [(0.45, 8, 0), (2.0, 6, 14)])
def test_posts_are_empty_as_often_as_the_renewal_process_has_it(
    turnover: float, weeks: int, training: int
) -> None:
    """n = 2,000 posts: on the first, the hundredth and the last day of a year the share empty is
    t w / (1 + t w), and departures come at t a filled year."""
    scenario = county(**{"time.days": 364})
    post = Post(turnover_per_year=turnover, weeks_to_fill=weeks, recruit_training_days=training)
    w = (7 * weeks + training) / 365.25
    share = turnover * w / (1 + turnover * w)
    assert share_empty(post) == pytest.approx(share)
    found = [gaps(scenario, post, f"p-{n}", 1, 0) for n in range(2000)]
    for day in (0, 99, 363):
        empty = sum(any(g.first <= day < g.last for g in own) for own in found)
        assert stats.binomtest(empty, 2000, share).pvalue > ALPHA
    left = sum(1 <= g.first < 365 for own in found for g in own)
    mean = 2000 * turnover * (1 - share) * 364 / 365.25
    assert 2 * stats.norm.sf(abs(left - mean) / mean**0.5) > ALPHA
    assert all(g.last - g.hired == training for own in found for g in own if g.first > 0)


def test_a_post_is_its_own() -> None:
    """Hiring somebody changes nobody's gaps, nor any duty."""
    leaves = team(turnover_per_year=3.0, absence_prob=0.2)
    few, more = county(**leaves, **team(count=5)), county(**leaves, **team(count=7))
    rosters = [
        [(people(s)[d.person].id, d.date_ms, d.absent) for d in duties(s, 1, 0)]
        for s in (few, more)
    ]
    fresh = ("team-6", "team-7")
    assert [row for row in rosters[1] if row[0] not in fresh] == rosters[0]


def test_a_group_that_comes_later_is_there_from_its_date() -> None:
    scenario = county(**team(employed_from="2026-03-04"))
    carers = {p.number for p in people(scenario) if p.point >= 0}
    assert {d.date_ms // DAY for d in duties(scenario, 1, 0) if d.person in carers} == set(
        range(2, 7))
    assert gaps(scenario, scenario.caregivers[0], "x", 1, 0) == [Gap(0, 2, 2)]
    result = run(scenario)
    assert kpi(result, "cost_pay_yuan") == 0


def test_nobody_is_paid_in_an_empty_post_and_recruits_are() -> None:
    """Twelve posts at 1,000 yuan: the pay of a year is that of the filled share of the counted
    days; training counts as filled."""
    pay = team(pay_yuan_per_month=1000, turnover_per_year=9.0, weeks_to_fill=1,
               recruit_training_days=2, count=12)
    scenario = county(**{"time.days": 27}, **pay)
    result = run(scenario)
    empty = 0
    for number in range(1, 13):
        for gap in gaps(scenario, scenario.caregivers[0], f"team-{number}", 1, 0):
            empty += sum(gap.first <= day < gap.hired for day in range(27))
    assert empty > 0
    assert kpi(result, "cost_pay_yuan") == pytest.approx(12 * 1000 * (12 - empty / 27))


def test_volunteers_come_as_they_can_and_others_have_training() -> None:
    """n = 6,000 duties: present with (1 - 0.1) x 0.4 x (1 - 36.525 / 365.25) = 0.324."""
    crowd = team(count=1000, absence_prob=0.1, come_prob=0.4, training_days_per_year=36.525)
    scenario = county(**{"time.days": 5}, **crowd)
    carers = {p.number for p in people(scenario) if p.point >= 0}
    came = [not d.absent for d in duties(scenario, 1, 0) if d.person in carers]
    assert len(came) == 6000
    assert stats.binomtest(sum(came), 6000, 0.324).pvalue > ALPHA


@pytest.mark.parametrize("seed", range(5))
def test_hours_are_capped_as_counted_one_by_one(seed: int) -> None:
    """Shifts of eight hours, at most 20 a week (two shifts) and 40 a month (five)."""
    columns = team(count=4, come_prob=0.7, shifts="early")
    early = {"shifts.early": {"start": "06:00", "end": "14:00"}, "time.days": 60}
    free = county(**early, **columns)
    capped = county(**early, **columns, **team(max_hours_per_week=20, max_hours_per_month=40))
    used: Counter[tuple[Any, ...]] = Counter()
    expected = []
    for duty in duties(free, seed, 0):
        date = pd.Timestamp("2026-03-02") + pd.Timedelta(milliseconds=duty.date_ms)
        spans = [(duty.person, "w", (date - pd.Timedelta(days=date.weekday())).date()),
                 (duty.person, "m", date.month)]
        if duty.shift and not duty.absent:
            if used[spans[0]] == 2 or used[spans[1]] == 5:
                continue
            used.update(spans)
        expected.append(duty)
    assert list(duties(capped, seed, 0)) == expected
    assert len(expected) < len(duties(free, seed, 0))


def test_pay_by_the_visit() -> None:
    plain, paid = run(county()), run(county(**team(pay_yuan_per_visit=30, kind="volunteer")))
    started = paid.visits["started"]
    counted = ((started >= "2026-03-02") & (started < "2026-03-08")).sum()
    assert counted > 20
    yearly = 30 * counted * 365.25 / 6
    assert kpi(paid, "cost_visits_yuan") == pytest.approx(yearly)
    assert kpi(paid, "cost_per_year_yuan") == pytest.approx(
        yearly + kpi(plain, "cost_per_year_yuan"))
    kpis, _ = summarise([measure(plain)])
    assert "cost_visits_yuan" not in set(kpis["measure"])


# -- genders


def test_genders_of_staff_are_the_share_and_one_more_changes_nobody() -> None:
    for share in (0.0, 0.3, 0.5, 1.0):
        small, large = (
            [p.woman for p in people(county(**team(count=n, women_share=share))) if p.point >= 0]
            for n in (10, 25)
        )
        assert large[:10] == small
        assert sum(small) == round(10 * share)


def test_genders_of_clients_are_the_groups_share_and_their_own() -> None:
    scenario = county(**{"groups.elder.women_share": 0.55})
    client = np.arange(5000)
    found = women(scenario, np.zeros_like(client), client)
    assert stats.binomtest(int(found.sum()), 5000, 0.55).pvalue > ALPHA
    assert (women(scenario, np.zeros(10, dtype=np.int64), client[:10]) == found[:10]).all()


@pytest.mark.parametrize(("word", "low", "high"), [("prefer", 0.6, 0.999), ("require", 1, 1)])
def test_same_gender_is_preferred_or_required(word: str, low: float, high: float) -> None:
    result = run(county(**{"services.help.same_gender": word}, **team(count=6, women_share=0.5)))
    assert low <= kpi(result, "same_gender") <= high


# -- the usual caregiver


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=12), st.booleans())
def test_repeat_visits_and_the_usual_caregiver_one_by_one(
    visits: list[tuple[int, int]], last: bool
) -> None:
    """(client, caregiver) in the order in which they ended."""
    again, kept = [], []
    remembered = Regulars(range(3), last)
    for n, (client, caregiver) in enumerate(visits):
        before = [who for whom, who in visits[:n] if whom == client]
        often = {who: before.count(who) for who in before}
        most = [who for who in before if often[who] == max(often.values())]
        expected = -1 if not before else before[-1] if last else most[-1]
        assert remembered.of(client) == expected
        remembered.came(client, caregiver)
        again.append(bool(before))
        kept.append(expected == caregiver)
    columns = np.array(visits, dtype=np.int64).reshape(-1, 2)
    found = usual(columns[:, 0], columns[:, 1], np.arange(len(visits), dtype=float), last)
    assert (found[0].tolist(), found[1].tolist()) == (again, kept)


def test_the_rule_keeps_clients_with_their_caregiver() -> None:
    """Few clients, six caregivers: nearest sends anybody, usual mostly the one who knows them."""
    few = {"zones.town.pop_elder": 20, "zones.town.population": 100, **team(count=6)}
    shares = [
        kpi(run(county(**few, **{"dispatch": {"choose_caregiver": rule}})), "continuity")
        for rule in ("nearest", "usual")
    ]
    assert shares[1] > shares[0] + 0.2
    assert shares[1] > 0.7


# -- statements


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_what_was_not_kept_is_found(name: str) -> None:
    broken, changes, table, columns = OF_PEOPLE[name]
    result = run(county(**changes))
    reference = dict(result.reference)
    told = reference[table].copy()
    for column, value in columns.items():
        told[column] = value if not isinstance(value, list) else (value * len(told))[:len(told)]
    reference[table] = told
    spoilt = Result(
        result.replication, *(result.tables[n] for n in (
            "requests", "calls", "orders", "offers", "visits", "timesheet", "roster")), reference)
    assert broken <= {violation.rule for violation in verify(spoilt)}
