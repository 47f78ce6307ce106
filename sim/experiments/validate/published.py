"""A published example: the call centre of the SSJ tutorial (P. L'Ecuyer, "SSJ: a Java library for
stochastic simulation", and "A tutorial on SSJ", program ``CallCenter``).

Thirteen hours from eight o'clock. Calls come at a rate that changes by the hour, all of them times
a gamma factor of mean 1 and shape 10 that a day has to itself; one caller in ten hangs up at once
if there is a wait, the others when an exponential patience of mean 1,000 s is over; a talk is
exponential of mean 100 s. Who still waits at nine in the evening is served by those of the last
hour. Reported are the mean wait of a caller, the share of all calls expected whose wait - until
served or gone - was under 20 s, and the share lost.

The truth is that of Kolmogorov's equations, hour by hour, and of Gauss's rule over the gamma
factor. One thing is not as in SSJ: there, when the number of agents falls, whoever finishes next
leaves; here it is a person whose shift ends, who finishes the call in hand while the others go on.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import comb, gamma, roots_genlaguerre

from sim.experiments.validate.case import Case, about
from sim.experiments.validate.ground import NAMES, hotline
from sim.experiments.validate.read import Floats, Pair, Run
from sim.theory.patience import still_waiting
from sim.theory.transient import advance

RATES = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
AGENTS = (4, 6, 8, 8, 8, 7, 8, 8, 8, 6, 6, 4, 4)
OPENS, EXPECTED = 8, sum(RATES)
SHAPE, HASTY = 10, 0.1
TALK_S, PATIENCE_S, SOON_S = 100.0, 1000.0, 20.0
SHIFTS = {
    "all": (4, "08:00", "24:00"), "long": (2, "09:00", "19:00"), "middle": (1, "10:00", "17:00"),
    "before": (1, "10:00", "13:00"), "after": (1, "14:00", "17:00"),
}
"""Agents, first and last hour: added up they are :data:`AGENTS`; four stay until all is done."""
STATES, NODES, AFTER = 260, 24, 3
"""Where the chain is cut; points of Gauss's rule; hours until nobody is left."""


def call_center() -> Case:
    """60,000 days through the whole program: the mean wait, whose days differ most, then has an
    interval of a third of its margin on either side."""
    wait, soon, lost = _truth()
    caller = {**NAMES, "talk": {"dist": "exponential", "mean_s": TALK_S}, "max_redials": 0}
    changes = hotline(0, EXPECTED / 1440, {"dist": "exponential", "mean_s": TALK_S}, 100, **{
        "time.warm_up_days": 0,
        "callers": {
            "client": {**caller, "patience": {"dist": "exponential", "mean_s": PATIENCE_S}},
            "hasty": {**caller, "patience": {"dist": "constant", "value_s": 0}},
        },
        "demand.busy_day_cv": {"all": 1 / math.sqrt(SHAPE)},
        "demand.shapes.day": {"hours": [0] * OPENS + [*RATES] + [0] * (24 - OPENS - len(RATES))},
        "hotline.open": "daily 08:00-21:00",
        "requests.calls.shape": "day", "requests.calls.busy_group": "all",
        "requests.calls.share_client": 100 * (1 - HASTY), "requests.calls.share_hasty": 100 * HASTY,
        "shifts": {name: {"start": s, "end": e} for name, (_, s, e) in SHIFTS.items()},
        "operators": {name: {"count": n, "shifts": name} for name, (n, *_) in SHIFTS.items()},
        "caregivers.team.shifts": "all",
        "operators.desk": None,
    })
    del changes["operators.desk.count"], changes["callers.client.talk"]
    return Case(
        "call-center", "the call centre of the SSJ tutorial: Kolmogorov's equations, gamma days",
        changes,
        [
            about("mean wait of a caller, s", wait, _waited, 0.06),
            about("waits under 20 s / calls expected", soon, _soon, 0.01),
            about("share lost", lost, _lost, 0.05),
        ],
        replications=600,
    )


def _waited(run: Run) -> Pair:
    return float(run.waits.sum()) / 1000, float(len(run.waits))


def _soon(run: Run) -> Pair:
    return float(np.count_nonzero(run.waits < SOON_S * 1000)), float(EXPECTED * run.days)


def _lost(run: Run) -> Pair:
    arrived, answered, _ = run.queued
    kept = run.counted(arrived)
    return float(np.count_nonzero(np.isnan(answered[kept]))), float(kept.sum())


def _truth() -> tuple[float, float, float]:
    """Seconds waited, waits under 20 s and calls lost, for each call expected."""
    nodes, weights = roots_genlaguerre(NODES, SHAPE - 1)
    days = np.array([_day(x / SHAPE) for x in nodes])
    waited, soon, lost = weights @ days / gamma(SHAPE) / EXPECTED
    return float(waited), float(soon), float(lost)


def _day(factor: float) -> tuple[float, float, float]:
    """The same expected of a day with this factor."""
    n = np.arange(STATES + 1)
    p: Floats = np.eye(1, STATES + 1)[0]
    waited = soon = lost = 0.0
    before = AGENTS[0]
    mu, theta = 3600 / TALK_S, 3600 / PATIENCE_S
    rates = [*RATES, *[0] * AFTER]
    agents = [*AGENTS, *[AGENTS[-1]] * AFTER]
    for rate, s in zip(rates, agents, strict=True):
        p = _relieved(p, before, max(0, before - s))
        calls = rate * factor
        p, spent = advance(p, calls, s, mu, theta, 1.0, HASTY)
        queue = float(spent @ np.maximum(n - s, 0))
        busy = float(spent[s:].sum())
        later = float(spent[s:] @ still_waiting(
            np.arange(len(n) - s, dtype=float), s, mu, theta, SOON_S / 3600))
        waited += 3600 * queue
        lost += theta * queue + HASTY * calls * busy
        soon += calls * (1 - (1 - HASTY) * later)
        before = s
    return waited, soon, lost


def _relieved(p: Floats, before: int, gone: int) -> Floats:
    """Who leaves takes the call in hand along; each on duty is as likely to be in a call."""
    busy = np.minimum(np.arange(len(p)), before)
    left = np.zeros(len(p))
    for calls in range(gone + 1):
        part = p * comb(busy, calls) * comb(before - busy, gone - calls) / comb(before, gone)
        left[: len(p) - calls] += part[calls:]
    return left
