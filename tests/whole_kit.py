"""Small random cases with every mechanism at once: all channels, chasing, call-backs, crews ...

A kilometre takes a second and everything else a few, so that much happens within a minute and much
of it at the same moment. A case is a function of its seed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.scenario.sections.weights import OrderWeights, PointWeights, Weights
from sim.words.kinds import DAY, NEVER, AtClosing, WhenClosed, WhenIdle
from sim.workload.roster import Duty
from sim.workload.tables import Workload
from sim.workload.widths import widths
from tests.scenario_kit import build, raw_small

SECOND = 1000
SERVICES: dict[str, dict[str, Any]] = {
    "plain": {"priority": 5},
    "nursing": {"priority": 2, "skill": "nurse", "grade": 2},
    "pair": {"priority": 5, "crew": 2},
    "nurses": {"priority": 1, "crew": 2, "skill": "nurse"},
}
STREAMS = (
    ("phone", "plain", ""), ("phone", "nursing", "child"), ("button", "nurses", ""),
    ("portal", "plain", ""), ("plan", "pair", ""), ("phone", "ask", "child"),
    ("phone", "pair", ""), ("button", "ask", ""), ("plan", "nursing", ""),
)
RUSH = (3, 3, 3, 3, 8, 8)
"""Streams of a day on which plain visits and nursing meet, far away, and hardly anybody phones."""
POINTS = {"p0": (37.45, 116.33), "p1": (37.48, 116.36)}


@lru_cache
def _base() -> Scenario:
    words = {"name_zh": "甲", "name_en": "A"}
    changes: dict[str, Any] = {
        "time.days": 1, "time.cool_down_days": 0, "travel.detour": 1.0,
        "travel.modes.ebike.kmh": 3600, "services": {}, "requests": {}, "points": {},
        "services.ask": {**words, "mode": "advice"}, "caregivers": {}, "callers": {},
        "operators": {
            "desk": {"count": 2, "shifts": "round"},
            "versed": {"count": 2, "shifts": "round", "skills": "child"},
        },
        "zones.town.lat": 37.45, "zones.town.lon": 116.3,
        "zones.village": {
            **words, "lat": 37.45, "lon": 116.36, "area_km2": 9.0, "population": 100,
            "pop_elder": 100,
        },
    }
    for name, redials in (("client", 2), ("relative", 1)):
        changes[f"callers.{name}"] = {
            **words, "talk": {"dist": "exponential", "mean_s": 5}, "patience": {"dist": "never"},
            "max_redials": redials, "redial_first_prob": 0.6, "redial_later_prob": 0.4,
        }
    for name, columns in SERVICES.items():
        changes[f"services.{name}"] = {
            **words, "mode": "visit", "duration_dist": "constant", "duration_value_s": 4,
            "no_show_prob": 0.3, "door_min": 2 / 60, **columns,
        }
    for number, (channel, service, skill) in enumerate(STREAMS):
        changes[f"requests.r{number}"] = {
            "channel": channel, "service": service, "group": "elder", "per_day": 1,
            "skill": skill, "share_client": 1, "share_relative": 1,
        }
    for number, (name, (lat, lon)) in enumerate(POINTS.items()):
        changes[f"points.{name}"] = {
            **words, "zone": "village" if number else "town", "lat": lat, "lon": lon,
            "open": "always", "services": "all", "accept_prob": 0.7,
        }
        for kind, skills in (("plain", ""), ("nurse", "nurse")):
            changes[f"caregivers.{name}-{kind}"] = {
                "point": name, "count": 2, "shifts": "round", "mode": "ebike", "skills": skills,
                "grade": 2,
            }
    return build(raw_small(), **changes)


def case(
    seed: int, requests: int, urgent: bool = False
) -> tuple[Scenario, Workload, list[Duty]]:
    """A scenario, a workload of that many requests and a roster.

    ``urgent``: one in which caregivers are often called away to emergencies.
    """
    rng = np.random.default_rng(seed)
    scenario = _settings(rng)
    if urgent:
        dispatch = scenario.dispatch.model_copy(update={
            "preempt": True, "reserve": int(rng.random() < 0.2), "emergency_priority": 2,
            "overtime_min": 1.0, "max_travel_min": 1.0,
        })
        scenario = scenario.model_copy(update={"dispatch": dispatch})
    return scenario, draws(scenario, rng, requests, urgent), _roster(rng)


def _spans(rng: np.random.Generator, always: float) -> WeeklyHours:
    """Opening hours: always, or two stretches, written to the millisecond as no CSV could."""
    if rng.random() < always:
        return WeeklyHours(text="", days=(((0, DAY),),) * 7)
    a, b, c, d = (np.cumsum(rng.integers(1, 20, 4)) * SECOND).tolist()
    return WeeklyHours(text="", days=(((a, b), (c, d)),) * 7)


def _settings(rng: np.random.Generator) -> Scenario:
    base = _base()

    def one_of(*choices: Any) -> Any:
        return choices[rng.integers(len(choices))]

    hotline = base.hotline.model_copy(update={
        "open": _spans(rng, 0.5), "lines": one_of(2, 4, 100), "lines_for_buttons": one_of(0, 1),
        "when_closed": one_of(*WhenClosed), "at_closing": one_of(*AtClosing),
        "call_back_prob": 0.6, "handed_down_prob": 0.6,
    })
    dispatch = base.dispatch.model_copy(update={
        "choose_point": one_of("nearest", "own_town", "nearest_free", "least_delay", "score"),
        "choose_order": one_of("priority", "fcfs", "earliest_due", "nearest", "score"),
        "choose_caregiver": one_of("nearest", "longest_idle", "least_busy", "least_skilled"),
        "offer_timeout_min": 3 / 60, "max_offers": one_of(1, 2, 3), "retry_min": 2 / 60,
        "max_travel_min": one_of(9 / 60, 1.0, 1.0, 1.0), "borrow_km": one_of(0.0, 5.0),
        "gather_after_min": one_of(0, 2, 5) / 60, "overtime_min": one_of(0, 3, 60, 60) / 60,
        "when_idle": one_of(*WhenIdle), "emergency_priority": one_of(2, 2, 2, 1),
        "reserve": one_of(0, 0, 0, 1, 2), "preempt": one_of(True, True, False),
        "point_weights": PointWeights(**_weights(rng, PointWeights)),
        "order_weights": OrderWeights(**_weights(rng, OrderWeights)),
    })
    chasing = base.chasing.model_copy(update={
        "prob": 0.6, "every_min": 3 / 60, "max_calls": 2, "caller": "relative",
    })
    travel = base.travel.model_copy(update={"access_min": one_of(0, 1) / 60})
    points = tuple(p.model_copy(update={"open": _spans(rng, 0.8)}) for p in base.points)
    return base.model_copy(update={
        "hotline": hotline, "dispatch": dispatch, "chasing": chasing, "travel": travel,
        "points": points,
    })


def _weights(rng: np.random.Generator, kind: type[Weights]) -> dict[str, float]:
    """Of every second feature a weight; below 0, as ageing must be, for what ends in age_min."""
    return {
        name: -weight if name == "age_min" else weight * int(rng.integers(-1, 2))
        for name in kind.model_fields
        if (weight := float(rng.choice([0.0, 0.5, 1.0, 2.0])))
    }


def draws(
    scenario: Scenario, rng: np.random.Generator, n: int, urgent: bool = False
) -> Workload:
    """A workload of ``n`` requests within the first 40 seconds."""
    wide = widths(scenario)

    def times(high: int, name: str = "") -> Any:
        shape = (n, wide[name]) if name else n
        return rng.integers(0, high + 1, shape) * SECOND

    def coins(name: str = "") -> Any:
        return rng.random((n, wide[name]) if name else n)

    def mostly_never(values: Any) -> Any:
        return np.where(rng.random(values.shape) < 0.4, values, NEVER)

    time = np.sort(times(40))
    rush = urgent or rng.random() < 0.3
    stream = rng.choice(RUSH if rush else range(len(STREAMS)), n)
    far = 20 if rush else 6
    names = [service.id for service in scenario.services]
    service = np.array([names.index(s) for _, s, _ in STREAMS])[stream]
    booked = rng.random(n) < (0.15 if rush else 0.3)
    opens = np.where(booked, time + times(25), NEVER)
    closes = np.where(booked, opens + times(4), NEVER)
    button = np.array([channel == "button" for channel, _, _ in STREAMS])[stream]
    return Workload(
        seed=0, replication=0, horizon=DAY, time=time, stream=stream, service=service,
        group=np.zeros(n, dtype=np.int64), zone=rng.integers(0, 2, n), client=np.arange(n),
        caller=rng.integers(0, 2, n), x_km=rng.integers(-far, far + 1, n).astype(float),
        y_km=rng.integers(-far, far + 1, n).astype(float),
        false_alarm=button & (rng.random(n) < 0.4),
        patience=mostly_never(times(8, "patience")), redial_coin=coins("redial_coin"),
        redial_delay=times(6, "redial_delay"), talk=times(6), wrap_up=times(2), review=times(4),
        handed_down_coin=coins(), handed_down_delay=times(9), window_open=opens,
        window_close=closes, due=np.where(booked, closes, mostly_never(time + times(9))),
        order_patience=mostly_never(times(20)), offer_delay=times(4, "offer_delay"),
        offer_coin=coins("offer_coin"), noise_out=rng.choice([0.5, 1.0, 2.0], n),
        noise_back=rng.choice([0.5, 1.0, 2.0], n), duration=times(9), no_show_coin=coins(),
        call_back_coin=coins(), call_back_talk=times(5), call_back_wrap_up=times(2),
        chase_coin=coins("chase_coin"), chase_patience=mostly_never(times(5, "chase_patience")),
        chase_talk=times(4, "chase_talk"), chase_wrap_up=times(1, "chase_wrap_up"),
    )


def _roster(rng: np.random.Generator) -> list[Duty]:
    """Up to two shifts for each of 4 operators and 8 caregivers, some of whom are away."""
    found = []
    few = rng.random() < 0.5
    for person in range(12):
        if few and person >= 4 and rng.random() < 0.6:
            continue
        time = int(rng.integers(0, 10)) if person % 2 else 0
        for _ in range(2 if person % 2 == 0 else int(rng.integers(0, 3))):
            end = time + int(rng.integers(10, 90))
            first = time + int(rng.integers(0, 20))
            rest = (first * SECOND, (first + 4) * SECOND, int(rng.integers(1, 4)) * SECOND)
            found.append(Duty(
                person, 0, 0, time * SECOND, end * SECOND, (rest,) if rng.random() < 0.5 else (),
                False,
            ))
            time = end + int(rng.integers(0, 5))
    return sorted(found, key=lambda duty: (duty.start, duty.person))


def with_draws(workload: Workload, **columns: Any) -> Workload:
    """The workload with some of its columns replaced."""
    return replace(workload, **columns)
