"""The county of the tests of money: two services with a price, two groups, three days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sim.check import verify
from sim.log import Result
from sim.model import simulate
from sim.scenario.schema import Scenario
from sim.scenario.sections.funds import Fund
from sim.scenario.sections.money import Payment
from sim.words.kinds import DAY
from sim.workload.roster import Duty
from sim.workload.roster import duties as all_duties
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

PRICES = {"help": 50, "bath": 80}
GROUPS = ("poor", "others")
START = dt.datetime(2026, 12, 30)


@lru_cache
def plain() -> Scenario:
    """Nobody at home for a coin below one half, two caregivers, an hour's notice."""
    care = {
        "name_zh": "照护", "name_en": "Care", "mode": "visit", "duration_dist": "constant",
        "duration_value_min": 30, "no_show_prob": 0.5, "window_min": 60,
        "target_min": 1440,
    }
    return build(raw_small(), **{
        "time.start": "2026-12-30", "time.days": 3, "time.cool_down_days": 0,
        "groups": {name: {"name_zh": name, "name_en": name} for name in GROUPS},
        "zones.town.pop_elder": None, "zones.town.pop_poor": 3000, "zones.town.pop_others": 3000,
        "services": {name: {**care, "price_yuan": yuan} for name, yuan in PRICES.items()},
        "requests": {
            name: {"channel": "plan", "service": name, "group": "poor", "per_day": 1}
            for name in PRICES
        },
    })


def county(funds: Sequence[Fund], pay: dict[str, float]) -> Scenario:
    """With these funds; ``pay``: share of each group's people who pay themselves."""
    return plain().model_copy(update={
        "funds": tuple(funds), "payment": Payment(self_pay_by_group=pay)})


@lru_cache
def _roster() -> tuple[Duty, ...]:
    return tuple(all_duties(plain(), 0, 0))


def roster(scenario: Scenario) -> tuple[Duty, ...]:
    """Who is on duty; the same in every county of this kit."""
    assert scenario.caregivers == plain().caregivers
    return _roster()


def asked(time: int, service: str, group: str, client: int, **columns: Any) -> dict[str, Any]:
    """A row of the workload."""
    number = list(PRICES).index(service)
    return {
        "time": time, "stream": number, "service": number, "group": GROUPS.index(group),
        "client": client, "no_show_coin": 0.9, "due": time + DAY, **columns,
    }


def verified(scenario: Scenario, rows: Sequence[dict[str, Any]]) -> Result:
    """The tables of a run that keeps every statement."""
    result = simulate(scenario, workload(scenario, rows), roster(scenario))
    assert [str(violation) for violation in verify(result)] == []
    return result
