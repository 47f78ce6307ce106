"""When requests come and when they are wanted. Every statistical test states its n.

Seeds are fixed; bounds are such that a correct program passes on another seed with probability
at least 1 - 1e-4.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from small_county import PER_DAY, county, one_stream, raw, request, zone

from sim.scenario.days import days
from sim.words.kinds import DAY, HOUR, MINUTE
from sim.workload.arrivals import arrivals, booked_window, busy_days, expected_per_hour, per_day
from sim.workload.draw import draw

ALPHA = 1e-4
OFFICE = raw()["demand"]["shapes"]["office"]


def office_rate(hour_of_week: int) -> float:
    """Requests an hour on a plain week, from the shape's weights, by hand."""
    day, hour = divmod(hour_of_week, 24)
    by_day = OFFICE["days"][day] / (sum(OFFICE["days"]) / 7)
    return PER_DAY * by_day * OFFICE["hours"][hour] / sum(OFFICE["hours"])


def test_rates_by_hand_and_mean_per_day() -> None:
    scenario = one_stream()
    assert scenario.time.start.weekday() == 0
    rates = expected_per_hour(scenario, scenario.requests[0], days(scenario))
    assert rates == pytest.approx([office_rate(h) for h in range(168)])
    assert rates.sum() / 7 == pytest.approx(PER_DAY)


def test_rates_per_people_growth_and_calendar() -> None:
    holiday = {"id": "h", "first": "2025-03-04", "last": "2025-03-04", "kind": "holiday"}
    season = {"id": "s", "first": "2025-03-04", "last": "2025-03-05", "kind": "season"}
    scenario = county(
        requests=[request("only", per_1000_per_month=30, zones="b", group="elders")],
        demand={"growth": 1.5, "shapes": {"office": OFFICE}},
        calendar=[{**holiday, "demand_factor": 0.5}, {**season, "demand_factor": 3}],
    )
    stream = scenario.requests[0]
    assert per_day(scenario, stream) == pytest.approx(30 * 1000 / 1000 / (365.25 / 12) * 1.5)
    rates = expected_per_hour(scenario, stream, days(scenario)).reshape(7, 24)
    scale = per_day(scenario, stream) / PER_DAY
    plain = np.array([office_rate(h) for h in range(168)]).reshape(7, 24) * scale
    assert rates[0] == pytest.approx(plain[0])
    assert rates[1] == pytest.approx(plain[6] * 0.5 * 3)  # a holiday is shaped like a Sunday
    assert rates[2] == pytest.approx(plain[2] * 3)


def test_hourly_counts_are_poisson() -> None:
    """n = 300 weeks: the total of each of 168 hours within its exact Poisson bounds, and the
    dispersion over weeks (chi-square) as Poisson has it."""
    scenario = one_stream()
    weeks = 300
    counts = np.zeros((weeks, 168), dtype=int)
    for week in range(weeks):
        time = arrivals(scenario, scenario.requests[0], days(scenario), 11, week)
        assert (np.diff(time) >= 0).all()
        counts[week] = np.bincount(time // HOUR, minlength=168)
    rates = np.array([office_rate(h) for h in range(168)])
    totals = stats.poisson(weeks * rates[rates > 0])
    low, high = totals.ppf(ALPHA / 168 / 2), totals.isf(ALPHA / 168 / 2)
    seen = counts.sum(axis=0)[rates > 0]
    assert ((low <= seen) & (seen <= high)).all()
    assert (counts[:, rates == 0] == 0).all()
    busy = rates > 0
    statistic = ((counts[:, busy] - rates[busy]) ** 2 / rates[busy]).sum()
    # The variance of (N - m)**2 / m is 2 + 1/m: normal for this many hours.
    spread = np.sqrt(weeks * (2 + 1 / rates[busy]).sum())
    assert abs(statistic - weeks * busy.sum()) < stats.norm.isf(ALPHA / 2) * spread


def test_time_rescaling() -> None:
    """n = about 28,000 requests: the expected numbers between requests are exponential, mean 1."""
    scenario = one_stream(per_day=4000)
    time = arrivals(scenario, scenario.requests[0], days(scenario), 3, 0)
    rates = np.array([office_rate(h) for h in range(168)]) * 4000 / PER_DAY
    reached = np.concatenate([[0], np.cumsum(rates)])
    clock = reached[time // HOUR] + rates[time // HOUR] * (time % HOUR + 0.5) / HOUR
    gaps = np.diff(clock)
    assert stats.kstest(gaps, "expon").pvalue > ALPHA
    assert stats.pearsonr(gaps[1:], gaps[:-1]).pvalue > ALPHA


def test_busy_days_make_daily_counts_negative_binomial() -> None:
    """n = 1,400 days of mean 40 and cv 0.5: variance mean + mean**2 cv**2, and the whole law."""
    scenario = county(
        requests=[request("only", shape="", busy_group="all")],
        demand={"busy_day_cv": {"all": 0.5}},
    )
    found = [
        np.bincount(
            arrivals(scenario, scenario.requests[0], days(scenario), 5, week) // DAY, minlength=7
        )
        for week in range(200)
    ]
    counts = np.concatenate(found)
    truth = stats.nbinom(4, 4 / (4 + PER_DAY))
    assert truth.var() == pytest.approx(PER_DAY + PER_DAY**2 * 0.25)
    n, bound = len(counts), stats.norm.isf(ALPHA / 2)
    assert abs(counts.mean() - PER_DAY) < bound * truth.std() / np.sqrt(n)
    spread = truth.var() * np.sqrt((float(truth.stats("k")) + 2) / n)
    assert abs(counts.var() - truth.var()) < bound * spread
    edges = truth.ppf(np.linspace(0, 1, 15)[1:-1])
    cells = np.bincount(np.searchsorted(edges, counts), minlength=14)
    shares = np.diff(np.concatenate([[0], truth.cdf(edges), [1]]))
    assert stats.chisquare(cells, shares * n).pvalue > ALPHA


def test_streams_of_a_busy_group_share_its_days_and_others_do_not() -> None:
    """n = 1,000 days; across groups the correlation is that of nothing."""
    scenario = county(
        time={"start": "2025-03-03", "days": 1000},
        demand={"busy_day_cv": {"all": 0.4, "other": 0.4}},
        requests=[
            request("a", shape="", busy_group="all"),
            request("b", shape="", busy_group="all"),
            request("c", shape="", busy_group="other"),
            request("d", shape=""),
        ],
    )
    a, b, c, d = (busy_days(scenario, s, 1, 0, 1000) for s in scenario.requests)
    assert (a == b).all()
    assert stats.pearsonr(a, c).pvalue > ALPHA
    assert (d == 1).all()
    assert stats.kstest(a, stats.gamma(6.25, scale=0.16).cdf).pvalue > ALPHA
    longer = busy_days(scenario, scenario.requests[0], 1, 0, 1500)
    assert (longer[:1000] == a).all()


def test_nobody_to_ask() -> None:
    scenario = county(zones=[zone("a", 37.4, 116.3, 9.0, infants=5)], requests=[request("only")])
    with pytest.raises(ValueError, match=r"requests\.only: nobody of group 'elders' lives there"):
        draw(scenario, 1, 0)


def window_by_hand(time: int, lead: int, slots: list[int], least: int, cut_off: int | None) -> int:
    """The first slot of any day that is late enough, looked for one by one."""
    start = time
    if cut_off is not None and time % DAY > cut_off:
        start = (time // DAY + 1) * DAY
    earliest = max(time + lead, start + least)
    return min(
        day * DAY + slot
        for day in range(earliest // DAY - 1, earliest // DAY + 3)
        for slot in slots
        if day * DAY + slot >= earliest
    )


def test_windows_by_brute_force() -> None:
    """500 random rows, clock times on the full hour so that ties are met."""
    rng = np.random.default_rng(4)
    ties = 0
    for _ in range(100):
        time = rng.integers(0, 5 * 24, 5) * HOUR
        lead = rng.integers(0, 24, 5) * HOUR
        slots = (rng.choice(25, rng.integers(1, 5), replace=False) * HOUR).tolist()
        least = int(rng.integers(0, 12)) * HOUR
        cut_off = int(rng.integers(0, 25)) * HOUR if rng.random() < 0.7 else None
        opens, closes = booked_window(time, lead, slots, least, cut_off, 90 * MINUTE)
        expected = [
            window_by_hand(t, w, slots, least, cut_off)
            for t, w in zip(time.tolist(), lead.tolist(), strict=True)
        ]
        assert opens.tolist() == expected
        assert (closes - opens == 90 * MINUTE).all()
        ties += int((opens == time + lead).sum())
    assert ties > 20
