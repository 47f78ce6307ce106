"""The parts of the search for operators, each against something worked out another way."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenario_kit import build, raw_small

import sim
from sim.experiments.replicate import prepare
from sim.experiments.staffing import cover, requirement
from sim.experiments.staffing.counts import by_quarter, with_quarters, without_quarters
from sim.experiments.staffing.cover import Term, cheapest
from sim.experiments.staffing.payroll import payroll
from sim.experiments.staffing.stretches import FEWEST_CALLS, stretches, tally
from sim.experiments.staffing.variants import rostered, seated
from sim.experiments.staffing.week import HOLIDAY, Pattern, Week, week
from sim.scenario.days import days
from sim.scenario.load import Resolved
from sim.scenario.schema import Scenario
from sim.scenario.sections.money import Money
from sim.scenario.sections.targets import Staffing
from sim.words.kinds import DAY, HOUR, MINUTE, StaffRole
from sim.workload.roster import duties, people

MAY_DAY = {
    "first": "2026-05-01", "last": "2026-05-03", "kind": "holiday", "name_zh": "节", "name_en": "x",
}


def county(**changes: Any) -> Scenario:
    """Two weeks with a holiday from a Friday to a Sunday; always open."""
    return build(raw_small(), **{
        "time": {"start": "2026-04-20", "days": 14, "warm_up_days": 0, "cool_down_days": 1},
        "calendar": {"may": MAY_DAY},
        "shifts.day": {"start": "08:00", "end": "16:00", "days": "Mon-Fri", "on_holidays": "no",
                       "breaks": "12:00-13:00/30"},
        "shifts.night": {"start": "22:00", "end": "06:00"},
        "operators": {
            "day": {"count": 0, "shifts": "day", "pay_yuan_per_month": 3000, "skills": "child"},
            "night": {"count": 4, "shifts": "night", "pay_yuan_per_month": 4000},
        },
        **changes,
    })


def resolved(scenario_raw: dict[str, Any]) -> Resolved:
    return Resolved(build(scenario_raw), scenario_raw, (), Path(), (), ())


# -- what is counted -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quickstart() -> Any:
    scenario = sim.load("quickstart", ["operators.desk.count=1"])
    return scenario, sim.simulate(scenario, sim.draw(scenario, 1, 3))


def test_quarters_add_up_to_the_measures(quickstart: Any) -> None:
    _, result = quickstart
    whole, parts = sim.measure(result).ratios, by_quarter(result).ratios
    for measure in ("service_level", "abandonment"):
        one = whole[(whole["measure"] == measure) & (whole["group"] == "all")].iloc[0]
        mine = parts[parts["measure"] == measure]
        assert mine[["num", "den"]].sum().tolist() == [one["num"], one["den"]]
        assert mine[["low", "high"]].iloc[0].equals(one[["low", "high"]].astype(float))


def test_measures_are_the_same_with_quarters_beside_them(quickstart: Any) -> None:
    _, result = quickstart
    plain, _ = sim.summarise([sim.measure(result)])
    kept, _ = sim.summarise([without_quarters(with_quarters(result))])
    assert kept.equals(plain)


def test_a_tally_counts_the_calls_of_each_slot(quickstart: Any) -> None:
    scenario, result = quickstart
    hours = week(scenario, HOUR)
    found = tally(hours, [by_quarter(result)])
    assert (found.low.tolist(), found.high.tolist()) == ([0.8, -np.inf], [np.inf, 0.05])
    calls = result.calls[result.calls["kind"].isin(["first", "redial", "chase"])
                         & result.calls["outcome"].isin(["answered", "abandoned"])]
    dates = days(scenario)
    first = np.datetime64(scenario.time.start)
    for slot in range(hours.slots):
        mine = [
            call for call in calls.itertuples()
            if scenario.time.warm_up_days
            <= (number := (np.datetime64(call.arrived, "D") - first).astype(int))
            < scenario.time.warm_up_days + scenario.time.days
            and (HOLIDAY if dates[number].holiday else dates[number].weekday) == hours.kind[slot]
            and call.arrived.hour == hours.start[slot] // HOUR
        ]
        gone = sum(call.outcome == "abandoned" for call in mine)
        prompt = sum(
            call.outcome == "answered" and (call.answered - call.arrived).total_seconds() <= 15
            for call in mine)
        assert found.den[:, 0, slot, 0].tolist() == [len(mine)] * 2
        assert found.num[:, 0, slot, 0].tolist() == [prompt, gone]


# -- the week --------------------------------------------------------------------------------------


def covered(hours: Week, pattern: int, day: int) -> list[float]:
    return hours.mean_covers[pattern, hours.kind == day].tolist()


def test_who_covers_what() -> None:
    hours = week(county(), HOUR)
    assert hours.slots == 8 * 24
    assert hours.kinds == tuple(range(8))
    # One Friday, Saturday and Sunday of two are holidays.
    assert hours.dates[::24].tolist() == [2, 2, 2, 2, 1, 1, 1, 3]
    office = [0.0] * 8 + [1, 1, 1, 1, 0.5, 1, 1, 1] + [0.0] * 8
    night = [1.0] * 6 + [0.0] * 16 + [1.0] * 2
    for day in range(8):
        assert covered(hours, 0, day) == (office if day < 5 else [0.0] * 24)
        assert covered(hours, 1, day) == night
    assert [pattern.hours for pattern in hours.patterns] == [40, 56]


def test_atoms_have_whole_people() -> None:
    hours = week(county(), HOUR)
    assert set(np.unique(hours.covers)) == {0.0, 1.0}
    assert np.bincount(hours.atom_slot, hours.atom_share) == pytest.approx(np.ones(hours.slots))
    noon = (hours.kind == 0) & (hours.start == 12 * HOUR)
    assert np.count_nonzero(noon[hours.atom_slot]) == 2


def test_only_open_hours_are_slots() -> None:
    hours = week(county(**{"hotline.open": "Mon-Sat 07:30-09:30 | Sun 10:00-11:00"}), HOUR)
    assert [hours.name(slot, slot) for slot in np.flatnonzero(hours.kind == 0)] == [
        "Mon 07:00-08:00", "Mon 08:00-09:00", "Mon 09:00-10:00"]
    assert (hours.start[hours.kind == HOLIDAY] // HOUR).tolist() == [10]


def test_desks_are_calls_that_the_same_people_take() -> None:
    asked = {"channel": "phone", "service": "help", "group": "elder", "per_day": 5,
             "share_client": 1}
    hours = week(county(**{
        "requests.child": {**asked, "skill": "child"},
        "requests.elder": {**asked, "skill": "elder"},
        "operators.elder": {"count": 1, "shifts": "day", "skills": "elder"},
    }), HOUR)
    assert hours.desks == (("",), ("child",), ("elder",))
    assert hours.able.tolist() == [[True] * 3, [True, False, False], [False, False, True]]


# -- stretches -------------------------------------------------------------------------------------


@pytest.mark.parametrize("calls", [0.0, 0.3, 1.0, 4.0, 60.0])
def test_stretches_are_all_slots_in_order_with_calls_enough(calls: float) -> None:
    hours = week(county(), HOUR)
    expected = np.full((1, hours.slots), calls) * np.linspace(0.5, 1.5, hours.slots)
    found = stretches(hours, expected, 20)
    assert [slot for part in found for slot in range(part.first, part.last + 1)] == list(
        range(hours.slots))
    held = [
        (expected[0] * hours.dates * 20)[part.first : part.last + 1].sum() for part in found]
    assert min(held) >= FEWEST_CALLS or len(found) == 1
    for part, sum_ in zip(found, held, strict=True):
        last = (expected[0] * hours.dates * 20)[part.last]
        day_ends = part.last + 1 == hours.slots or (
            hours.kind[part.last + 1] != hours.kind[part.last])
        assert day_ends or sum_ - last < FEWEST_CALLS


# -- the county with other operators ---------------------------------------------------------------


def there(scenario: Scenario, date: int, hour: int) -> int:
    """Operators rostered in the middle of an hour."""
    moment = date * DAY + hour * HOUR + 30 * MINUTE
    operator = [person.role == StaffRole.OPERATOR for person in people(scenario)]
    return sum(operator[d.person] and d.start <= moment < d.end for d in duties(scenario, 1, 0))


def test_seats_are_there_in_their_slots() -> None:
    base = {**raw_small(), "calendar": {"may": MAY_DAY},
            "time": {"start": "2026-04-20", "days": 14, "warm_up_days": 0, "cool_down_days": 1}}
    hours = week(build(base), HOUR)
    seats = np.random.default_rng(5).integers(0, 4, (1, hours.slots))
    county_ = seated(resolved(base), hours, seats).scenario
    dates = days(county_)
    holiday = seats[0, hours.kind == HOLIDAY]
    for date in range(14):
        kind = HOLIDAY if dates[date].holiday else dates[date].weekday
        wanted = seats[0, hours.kind == kind]
        if kind == HOLIDAY - 1:
            wanted = np.maximum(wanted, holiday)
        assert [there(county_, date, hour) for hour in range(24)] == wanted.tolist()


def test_a_roster_has_so_many_of_each_pattern() -> None:
    county_ = rostered(prepare("decheng"), range(8)).scenario
    assert [group.count for group in county_.operators] == list(range(8))


# -- covering --------------------------------------------------------------------------------------


def small_week(rng: np.random.Generator, patterns: int, slots: int, desks: int) -> Week:
    """Any patterns over a few slots of two atoms each."""
    covers = rng.integers(0, 2, (patterns, 2 * slots)).astype(float)
    covers[0] = 1
    able = rng.integers(0, 2, (desks, patterns)).astype(bool)
    able[:, 0] = True
    pay, span = rng.integers(1, 6, patterns), rng.integers(1, 9, patterns)
    return Week(
        slot_ms=HOUR, kind=np.zeros(slots, dtype=np.int64), start=np.arange(slots) * HOUR,
        dates=np.ones(slots, dtype=np.int64),
        patterns=tuple(
            Pattern(f"p{n}", (), 100.0 * pay[n], float(span[n]), True) for n in range(patterns)),
        desks=tuple((f"s{desk}",) for desk in range(desks)), able=able,
        atom_slot=np.repeat(np.arange(slots), 2), atom_share=np.full(2 * slots, 0.5),
        covers=covers, slot_of_quarter=np.zeros(0, dtype=np.int64),
    )


def fits(hours: Week, counts: Sequence[int], required: Any, cuts: Any) -> bool:
    """By hand: presence, people shared out between desks, one term of every cut."""
    people_ = np.array(counts)
    mean = (hours.covers[:, ::2] + hours.covers[:, 1::2]) / 2
    for slot in range(mean.shape[1]):
        if not (people_ * (mean[:, slot] > 0)).any():
            return False
        offered = people_ * mean[:, slot]
        for size in range(1, len(required) + 1):
            for some in itertools.combinations(range(len(required)), size):
                able = [any(hours.able[desk, p] for desk in some) for p in range(len(counts))]
                if (offered * able).sum() < sum(required[desk][slot] for desk in some) - 1e-9:
                    return False
    return all(
        any((people_ * t.patterns * hours.covers[:, t.atom]).sum() >= t.level for t in cut)
        for cut in cuts
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_cover_is_that_of_trying_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours = small_week(rng, patterns=3, slots=3, desks=1 + seed % 2)
    required = rng.integers(0, 3, (len(hours.desks), 3)).astype(float)
    cuts = tuple(
        tuple(
            Term(rng.integers(0, 2, 3).astype(bool) | np.array([True, False, False]),
                 int(rng.integers(6)), int(rng.integers(1, 5)))
            for _ in range(2))
        for _ in range(3)
    )
    found = cheapest(hours, required, cuts)
    assert found is not None
    assert fits(hours, found.tolist(), required, cuts)
    all_ = [c for c in itertools.product(range(9), repeat=3) if fits(hours, c, required, cuts)]
    best = min((hours.pay @ c, hours.hours @ c) for c in all_)
    assert (hours.pay @ found, hours.hours @ found) == best
    assert cover.cost(hours, found) == best[0]


def test_what_cannot_be_has_no_cover() -> None:
    hours = small_week(np.random.default_rng(0), 2, 2, 1)
    nobody = Term(np.array([True, True]), 0, cover.MOST * 3)
    assert cheapest(hours, None, ((nobody,),)) is None


# -- theory ----------------------------------------------------------------------------------------


def steady(per_hour: float, talk_s: float, **changes: Any) -> Scenario:
    """The same number of calls in every hour."""
    return build(raw_small(), **{
        "time": {"start": "2026-03-02", "days": 1, "warm_up_days": 1, "cool_down_days": 0},
        "requests.calls.per_day": 24 * per_hour,
        "callers.client.talk": {"dist": "exponential", "mean_s": talk_s},
        **changes,
    })


def test_erlang_c_gives_the_published_number_of_agents() -> None:
    """200 calls an hour of 180 s, 80 % within 20 s: 14 agents (Call Centre Helper, "Erlang C
    formula - made simple with an easy worked example")."""
    scenario = steady(200, 180, **{
        "targets": {"service_level": 0.8, "acceptable_wait_s": 20, "abandonment": 0.05}})
    hours = week(scenario, HOUR)
    asked = requirement.load(scenario, hours)
    assert asked.offered == pytest.approx(np.full((1, 24), 10.0))
    assert asked.modified == pytest.approx(np.full((1, 24), 10.0), rel=1e-6)
    assert set(requirement.erlang_c(asked, scenario.targets).ravel()) == {14}


def test_patience_needs_fewer_seats_and_few_hang_ups_more() -> None:
    kind = {"callers.client.patience": {"dist": "exponential", "mean_s": 120}}
    targets = {"service_level": 0.8, "acceptable_wait_s": 20, "abandonment": 0.5}
    seats = []
    for abandonment in (0.5, 0.001):
        scenario = steady(200, 180, **kind, **{"targets": {**targets, "abandonment": abandonment}})
        asked = requirement.load(scenario, week(scenario, HOUR))
        seats.append(int(requirement.erlang_a(asked, scenario.targets).max()))
    assert seats[0] < 14 <= seats[1]


def test_the_modified_load_comes_later_than_the_calls() -> None:
    swing = {"hours": [0.0] * 8 + [1.0] * 4 + [0.0] * 12}
    scenario = steady(20, 1800, **{
        "demand.shapes": {"swing": swing}, "requests.calls.shape": "swing"})
    asked = requirement.load(scenario, week(scenario, HOUR))
    assert asked.offered[0, 8] == asked.offered[0, 11] == pytest.approx(60)
    # m(t) = 60 (1 - exp(-2 t)) in the hours of calls, then 60 (1 - exp(-8)) exp(-2 (t - 4)).
    assert asked.modified[0, 8] == pytest.approx(60 * (1 - np.exp(-1)), rel=1e-4)
    assert asked.modified[0, 12] == pytest.approx(60 * (1 - np.exp(-8)) * np.exp(-1), rel=1e-4)


# -- the payroll -----------------------------------------------------------------------------------


def test_a_seat_round_the_clock_takes_about_4_7_people() -> None:
    """At 40-hour weeks and 10 % absence."""
    seat = Pattern("seat", (), 3500, 168, relieved=True)
    plain = Staffing(
        absence_prob=0.1, leave_days_per_year=0, training_days_per_year=0, turnover_per_year=0)
    found = payroll([seat], [10], plain, Money())
    assert found.worked / 40 / 10 == pytest.approx(4.7, abs=0.05)
    assert found.people == 47
    assert found.yuan_per_year == 47 * 3500 * 12


def test_leave_training_and_empty_posts_add_people() -> None:
    desk = Pattern("desk", (), 3000, 40, relieved=False)
    terms = Staffing(
        absence_prob=0.5, leave_days_per_year=20, training_days_per_year=6.09,
        turnover_per_year=0.5, weeks_to_fill=10.43571)
    found = payroll([desk], [20], terms, Money(insurance_rate=0.25))
    # 365.25 / 7 * 5 = 260.9 working days, 26.09 of them away; a post is empty 0.1 of the time.
    assert found.available == pytest.approx(0.9 * 0.9, abs=1e-4)
    assert found.worked == found.hours == 800
    assert found.people == 25  # 20 / 0.81 = 24.7
    assert (found.empty, found.hires) == (pytest.approx(2.5, abs=1e-3), 12.5)
    assert found.yuan_per_year == 25 * 3000 * 12 * 1.25
    assert found.roster_yuan_per_year == 20 * 3000 * 12 * 1.25


def test_there_are_never_fewer_posts_than_people_on_the_roster() -> None:
    short = Pattern("short", (), 3000, 8, relieved=False)
    assert payroll([short], [7], Staffing(), Money()).people == 7
    assert payroll([short], [0], Staffing(), Money()).people == 0


def test_a_week_longer_than_40_hours_is_shared() -> None:
    long = Pattern("long", (), 3000, 80, relieved=False)
    plain = Staffing(leave_days_per_year=0, training_days_per_year=0, turnover_per_year=0)
    assert payroll([long], [3], plain, Money()).people == 6
    assert payroll([replace(long, hours=40)], [3], plain, Money()).people == 3
