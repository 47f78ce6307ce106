"""A workload around given moments of arrival: recorded ones, or forecast by the quarter hour.

What the calls bring besides - patience, redials, talk where it is not recorded - is drawn from the
scenario, each for the call's place in the list.
"""

from __future__ import annotations

import numpy as np

from sim.calibrate.log import DAY_S, Floats, Ints
from sim.scenario.schema import Scenario
from sim.streams import Purpose, generator
from sim.words.kinds import DAY, NEVER, SECOND
from sim.workload.sampling import sample
from sim.workload.tables import Workload
from sim.workload.widths import widths


def workload(
    scenario: Scenario, time_s: Floats, stream: Ints, seed: int, replication: int,
    talk_s: Floats | None = None, talk_by_hour: Floats | None = None,
    talk_by_day: Floats | None = None,
) -> Workload:
    """Requests at ``time_s`` (seconds from the scenario's first midnight, rising) of streams
    (positions in the scenario). ``talk_s``: recorded talk, NaN where it is to be drawn;
    ``talk_by_hour``: (24,) factors on what is drawn, ``talk_by_day``: (days,) likewise.

    Advice only: every column of orders, visits and chasing calls is empty.
    """
    n = len(time_s)
    wide = widths(scenario)
    attempts = wide["patience"]
    names = list(scenario.callers)
    first = {
        number: next((names.index(c) for c, share in row.share.items() if share), 0)
        for number, row in enumerate(scenario.requests)
    }
    caller = np.array([first[number] for number in range(len(first))], dtype=np.int64)[stream]

    def by_caller(what: str, purpose: Purpose, width: int) -> Ints:
        out = np.zeros((n, width), dtype=np.int64)
        for number, name in enumerate(names):
            mine = np.flatnonzero(caller == number)
            for k in range(width):
                rng = generator(seed, replication, purpose, name, k)
                out[mine, k] = sample(getattr(scenario.callers[name], what), rng, len(mine))
        return out

    talk = by_caller("talk", Purpose.TALK, 1)[:, 0]
    if talk_by_hour is not None:
        hour = np.floor(time_s % DAY_S / 3600).astype(np.int64)
        factor = talk_by_hour[hour]
        if talk_by_day is not None:
            factor = factor * talk_by_day[np.floor(time_s / DAY_S).astype(np.int64)]
        talk = np.rint(talk * factor).astype(np.int64)
    if talk_s is not None:
        known = np.isfinite(talk_s)
        talk[known] = np.rint(talk_s[known] * SECOND).astype(np.int64)
    zeros, never = np.zeros(n, dtype=np.int64), np.full(n, NEVER)
    none, ones = np.zeros(n), np.ones(n)
    chase = np.zeros((n, wide["chase_coin"]))
    offer = np.zeros((n, wide["offer_coin"]))
    coins = generator(seed, replication, Purpose.REDIAL_COIN, "recorded").random((n, attempts))
    return Workload(
        seed=seed, replication=replication, horizon=scenario.horizon_days * DAY,
        time=np.rint(time_s * SECOND).astype(np.int64), stream=stream.astype(np.int64),
        service=zeros, group=zeros, zone=zeros, client=zeros, caller=caller, x_km=none, y_km=none,
        false_alarm=np.zeros(n, dtype=bool), patience=by_caller(
            "patience", Purpose.PATIENCE, attempts),
        redial_coin=coins,
        redial_delay=by_caller("redial_delay", Purpose.REDIAL_DELAY, attempts), talk=talk,
        wrap_up=sample(scenario.hotline.wrap_up,
                       generator(seed, replication, Purpose.WRAP_UP, "recorded"), n),
        review=zeros, handed_down_coin=none, handed_down_delay=zeros, window_open=never,
        window_close=never, due=never, order_patience=never,
        offer_delay=offer.astype(np.int64), offer_coin=offer, noise_out=ones, noise_back=ones,
        duration=zeros, no_show_coin=none, call_back_coin=none, call_back_talk=zeros,
        call_back_wrap_up=zeros, chase_coin=chase, chase_patience=chase.astype(np.int64),
        chase_talk=chase.astype(np.int64), chase_wrap_up=chase.astype(np.int64),
    )
