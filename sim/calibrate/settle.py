"""How long agents are not ready, so that the log's own period comes out as it was.

Time not ready is longer where nobody waits than where somebody does, and a model has one
distribution for both. Between the two it is mixed in the proportion with which the recorded calls,
under the staff on duty, wait as long as they did.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from sim.calibrate.cells import seen_in_run
from sim.calibrate.learn import STEPS, Duration, Learned
from sim.calibrate.log import DAY_S, Floats
from sim.calibrate.recorded import workload
from sim.calibrate.roster import ANY_SHIFT, crew, duties
from sim.calibrate.scenario import built, raw_scenario, skill_names
from sim.model.county import simulate

MOST_CALLS = 60_000
"""Only the last days with so many calls are simulated, whole weeks of them."""
TRIES = 4
NEAR = 0.03
"""A mean wait within this share of the recorded one is near enough."""
SEED = 20_200


@dataclass(frozen=True)
class Settled:
    """What was tried, and the mean wait it gave, seconds."""

    learned: Learned
    mixed: float
    """0: as while somebody waits; 1: as over all gaps; NaN: nothing to settle"""
    tried: tuple[tuple[float, float], ...]
    recorded_wait_s: float


def settled(learned: Learned) -> Settled:
    """The learned with the time not ready mixed; unchanged where it was recorded or seen too
    little."""
    if learned.pressed is None:
        return Settled(learned, float("nan"), (), float(learned.log.wait.mean()))
    sample = _late_part(learned)
    goal = float(sample.log.wait.mean())
    tried: list[tuple[float, float]] = []

    def wait(share: float) -> float:
        found = _mean_wait(replace(sample, not_ready=mixed(learned, share)))
        tried.append((share, found))
        return found

    low, high = 0.0, 1.0
    at_low = wait(low)
    if at_low >= goal * (1 - NEAR):
        best = low
    elif wait(high) <= goal * (1 + NEAR):
        best = high
    else:
        for _ in range(TRIES):
            (a, wait_a), (b, wait_b) = _around(tried, goal)
            best = a + (b - a) * float(np.clip((goal - wait_a) / (wait_b - wait_a), 0.1, 0.9))
            if abs(wait(best) / goal - 1) < NEAR:
                break
        best = min(tried, key=lambda pair: abs(pair[1] - goal))[0]
    return Settled(replace(learned, not_ready=mixed(learned, best)), best, tuple(tried), goal)


def mixed(learned: Learned, share: float) -> Duration:
    """``share`` of the time not ready over all gaps, the rest as while somebody waits."""
    assert learned.pressed is not None
    parts = [(learned.pressed, 1 - share), (learned.not_ready, share)]
    values, weights = [], []
    for duration, part in parts:
        if part <= 0:
            continue
        own, weight = spread(duration)
        values.append(own)
        weights.append(weight / weight.sum() * part)
    return Duration(learned.not_ready.seen, learned.not_ready.fits, np.concatenate(values),
                    np.concatenate(weights))


def spread(duration: Duration) -> tuple[Floats, Floats]:
    """Values and weights that stand for a duration, whatever it is held as."""
    if duration.fit is None:
        return duration.values, duration.weights
    values = duration.fit.quantile((np.arange(STEPS) + 0.5) / STEPS)
    return values, np.full(STEPS, 1 / STEPS)


def _around(
    tried: list[tuple[float, float]], goal: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    below = max((pair for pair in tried if pair[1] <= goal), key=lambda p: p[0], default=tried[0])
    above = min(
        (pair for pair in tried if pair[1] > goal and pair[0] > below[0]), key=lambda p: p[0],
        default=max(tried),
    )
    return below, above


def _late_part(learned: Learned) -> Learned:
    """The last whole weeks of the log, with at most ``MOST_CALLS`` calls or one week."""
    log = learned.log
    days = log.days
    while days > 13 and (log.arrived >= (log.days - days) * DAY_S).sum() > MOST_CALLS:
        days -= 7
    if days == log.days:
        return learned
    start = (log.days - days) * DAY_S
    late = log.between(log.first + dt.timedelta(days=log.days - days),
                       log.first + dt.timedelta(days=log.days - 1))
    kept = log.arrived >= start
    redials = learned.redials
    if redials is not None:
        redials = replace(redials, again=redials.again[kept])
    staff = replace(
        learned.staff, presence=learned.staff.presence.within(start, log.days * DAY_S)
    )
    return replace(learned, log=late, stream_of=learned.stream_of[kept], redials=redials,
                   staff=staff)


def _mean_wait(learned: Learned) -> float:
    """Mean wait of all calls, the recorded arrivals and talks under the staff on duty."""
    log = learned.log
    people = crew(learned.skills, skill_names(learned))
    raw = raw_scenario(learned, "settle", log.first, log.days, people.operators, ANY_SHIFT,
                       recorded=True)
    scenario = built(raw)
    fresh = ~learned.redials.again if learned.redials else np.ones(len(log), dtype=bool)
    talk = log.released - log.answered
    work = workload(scenario, log.arrived[fresh], learned.stream_of[fresh], SEED, 0, talk[fresh],
                    learned.talk_by_hour)
    result = simulate(scenario, work, roster=duties(learned.staff.presence, people))
    queues = np.array([stream.queue for stream in learned.streams])
    return float(seen_in_run(result, scenario, queues, False).wait.mean())
