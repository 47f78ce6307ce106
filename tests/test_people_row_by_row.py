"""Services, villages, genders and usual caregivers against the slow second implementation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.words.kinds import DAY
from sim.workload.clients import women
from sim.workload.roster import people as staff
from tests.chance import seeds
from tests.naive_facts import Carer, Rules, Station, Task
from tests.naive_people import People, WithPeople
from tests.orders_cases import Orders, team
from tests.orders_kit import (
    CARES,
    MEMBERS,
    NURSES,
    NURSING,
    PAIR,
    PLAIN,
    POINTS,
    SECOND,
    drawn,
    lines_of_model,
    lines_of_naive,
    offers_of_model,
    offers_of_naive,
    orders_of_model,
    orders_of_naive,
    parts_of_model,
    spots,
    visits_of_model,
    visits_of_naive,
    with_rules,
)
from tests.row_kit import cases, duties, played
from tests.workload_kit import workload

ZONES = ("town", "village")
GROUPS = 2 * POINTS
NOBODY_LIMITED: list[dict[str, Any]] = [{} for _ in range(GROUPS)]


def compare(
    asked: list[Task], clients: list[int], working: list[list[Any]], rules: Rules,
    groups: list[dict[str, Any]], same_gender: list[str], last: bool,
) -> WithPeople:
    """Play both; orders, offers, visits and time sheets must be the same."""
    pairs = sorted(zip(asked, clients, strict=False), key=lambda pair: pair[0].time)
    asked, clients = [task for task, _ in pairs], [client for _, client in pairs]
    for task in asked:
        task.home = (*task.home[:2], task.zone)
    plain = with_rules(rules, ([(0, DAY)],) * POINTS, ("all",) * POINTS)
    scenario = plain.model_copy(update={
        "caregivers": tuple(
            group.model_copy(update=own)
            for group, own in zip(plain.caregivers, groups, strict=True)
        ),
        "services": tuple(
            service.model_copy(update={"same_gender": word})
            for service, word in zip(plain.services, same_gender, strict=True)
        ),
        "dispatch": plain.dispatch.model_copy(update={"usual": "last" if last else "most"}),
    })
    rows = [
        {**row, "client": client} for row, client in zip(drawn(asked), clients, strict=True)
    ]
    log = played(scenario, workload(scenario, rows), duties(working, first=1))
    number = np.array(clients, dtype=np.int64)
    of_carers = [person for person in staff(scenario) if person.point >= 0]
    own = {person.number: scenario.caregivers[person.group] for person in of_carers}
    carers = [
        Carer(
            n, (n - 1) // (2 * MEMBERS),
            {
                s for s in (range(4) if (n - 1) // MEMBERS % 2 else (PLAIN, PAIR))
                if not own[n].services or f"s{s}" in own[n].services
            },
            list(shifts),
        )
        for n, shifts in enumerate(working, 1)
    ]
    people = People(
        clients, women(scenario, np.zeros_like(number), number).tolist(),
        {n: {ZONES.index(z) for z in group.zones} for n, group in own.items() if group.zones},
        {person.number for person in of_carers if person.woman}, same_gender, last,
    )
    stations = [Station(spots()[n], set(range(len(CARES))), zone=min(n, 1)) for n in range(POINTS)]
    naive = WithPeople(people, asked, carers, stations, CARES, rules)
    assert orders_of_model(log) == orders_of_naive(naive)
    assert offers_of_model(log) == offers_of_naive(naive)
    assert visits_of_model(log) == visits_of_naive(naive)
    assert parts_of_model(log) == naive.parts()
    assert lines_of_model(log) == lines_of_naive(naive.sheet)
    return naive


class Persons(Orders):
    """Orders of clients, for people who may not go to everybody."""

    def case(self, *services: int, no_shows: bool = False, **fixed: Any) -> dict[str, Any]:
        """What :func:`compare` takes; ``fixed``: rules."""
        shows = {"no_show": self.coin} if no_shows else {}
        asked = self.tasks(*services, noise_back=self.noise, zone=self.zone, **shows)
        rules = self.rules(
            choose_point=self.offers()["choose_point"], borrow_km=self.one_of(0.0, 4.0),
            choose_caregiver=self.one_of(
                "usual", "usual", "nearest", "least_busy", "longest_idle"),
            **fixed,
        )
        rules.order_weights["usual"] = self.one_of(-2.0, -0.25, 0.0)
        return {
            "asked": asked, "clients": [self.number(0, 5) for _ in asked], "rules": rules,
            "groups": [self.limits() for _ in range(GROUPS)],
            "same_gender": [self.one_of("no", "prefer", "require") for _ in CARES],
            "last": self.coin(),
        }

    def limits(self) -> dict[str, Any]:
        """Of a group."""
        return {
            "zones": self.one_of((), (), ("town",), ("village",), ZONES),
            "services": self.one_of((), (), ("s0",), ("s1", "s2"), ("s0", "s1", "s2", "s3")),
            "women_share": self.one_of(0.0, 0.5, 1.0),
        }


@cases
@given(seeds)
def test_who_may_and_who_does_go(seed: int) -> None:
    case = Persons(seed).case(PLAIN, NURSING, no_shows=True)
    compare(**case, working=team(0, 1, 2, 5, 6, 8, 11))


@settings(cases, max_examples=150)
@given(seeds)
def test_crews_of_limited_people(seed: int) -> None:
    draw = Persons(seed)
    case = draw.case(PLAIN, NURSING, PAIR, NURSES, gather_after=draw.seconds(0, 6))
    compare(**case, working=team(0, 1, 2, 3, 4, 6, 7, 10))


@pytest.mark.parametrize(("rule", "goes"), [("usual", [1, 1]), ("nearest", [1, 2])])
def test_the_usual_caregiver_goes_though_another_one_is_nearer(rule: str, goes: list[int]) -> None:
    spot = spots()[0]
    asked = [
        Task(0, PLAIN, (spot[0] - 9, spot[1], 0), SECOND), Task(20 * SECOND, PLAIN, spot, SECOND),
    ]
    rules = Rules(60 / 3600, choose_caregiver=rule, goes_back=False)
    naive = compare(asked, [7, 7], team(0, 1), rules, NOBODY_LIMITED, ["no"] * 4, False)
    assert [outing.caregiver for outing in naive.outings] == goes


def test_nobody_but_who_has_the_gender_and_the_village() -> None:
    asked = [Task(n * SECOND, PLAIN, spots()[0], SECOND, zone=n % 2) for n in range(6)]
    groups = [{**own} for own in NOBODY_LIMITED]
    groups[0] = {"zones": ("village",), "women_share": 0.5}
    naive = compare(
        asked, list(range(6)), team(0, 1), Rules(60 / 3600, choose_point="own_town"), groups,
        ["require", "no", "no", "no"], False)
    served = [naive.orders[outing.order].request for outing in naive.outings]
    assert set(served) <= {1, 3, 5}
