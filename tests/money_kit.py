"""The county of the tests of money: services with a price, two groups, three days.

Care at home by two points, which organisations may run, a bed at one of them, and an expert.
"""

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
from sim.scenario.sections.organisations import Organisation
from sim.words.kinds import DAY
from sim.workload.roster import Duty
from sim.workload.roster import duties as all_duties
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

PRICES = {"help": 50, "bath": 80, "bed": 120, "rehab": 30}
GROUPS = ("poor", "others")
POINTS = ("station", "second")
START = dt.datetime(2026, 12, 30)
WORDS = {"name_zh": "照护", "name_en": "Care"}


@lru_cache
def plain() -> Scenario:
    """Nobody at home for a coin below one half, two caregivers a point, an hour's notice."""
    care = {
        **WORDS, "mode": "visit", "duration_dist": "constant",
        "duration_value_min": 30, "no_show_prob": 0.5, "window_min": 60,
        "target_min": 1440,
    }
    modes = {"bed": {"mode": "place", "no_show_prob": 0}, "rehab": {"mode": "remote"}}
    raw = raw_small()
    raw["points"]["second"] = {**raw["points"]["station"], "lat": 37.49, "lon": 116.34}
    raw["caregivers"]["others"] = {**raw["caregivers"]["team"], "point": "second"}
    return build(raw, **{
        "time.start": "2026-12-30", "time.days": 3, "time.cool_down_days": 0,
        "groups": {name: {"name_zh": name, "name_en": name} for name in GROUPS},
        "zones.town.pop_elder": None, "zones.town.pop_poor": 3000, "zones.town.pop_others": 3000,
        "services": {
            name: {**care, "price_yuan": yuan, **modes.get(name, {})}
            for name, yuan in PRICES.items()
        },
        "requests": {
            name: {"channel": "plan", "service": name, "group": "poor", "per_day": 1}
            for name in PRICES
        },
        "experts": {"doctor": {"count": 1, "shifts": "round"}},
        "remote": {"tries": 2, "retry_min": 30},
        "places": {
            name: {"point": name, "kind": "bed", "count": 1, "open": "always"} for name in POINTS
        },
        "admissions": {"bed": {"kinds": "bed"}},
        "travel.client_mode": "ebike",
    })


def county(
    funds: Sequence[Fund], pay: dict[str, float], run_by: Sequence[Organisation] = ()
) -> Scenario:
    """With these funds; ``pay``: share of each group's people who pay themselves; ``run_by``: who
    runs each point, if anybody does."""
    points = tuple(
        point.model_copy(update={"organisation": one.id})
        for point, one in zip(plain().points, run_by, strict=True)
    ) if run_by else plain().points
    return plain().model_copy(update={
        "funds": tuple(funds), "payment": Payment(self_pay_by_group=pay), "points": points,
        "organisations": tuple({one.id: one for one in run_by}.values())})


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
