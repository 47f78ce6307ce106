"""Cases of calls that do not stay in the county's queue."""

from __future__ import annotations

from sim.experiments.validate.case import BUSY, WAIT, Case, about
from sim.experiments.validate.ground import NAMES, exponential, hotline
from sim.experiments.validate.read import calls_longer, kpi
from sim.theory.erlang import erlang_c, erlang_c_wait
from sim.theory.overflow import overflow


def upper_tier() -> Case:
    """An upper tier that takes as many as come."""
    servers, talk, after, load = 4, 3.0, 1.0, 4.0
    truth = overflow(servers, load / talk, 1 / talk, after)
    return Case(
        "overflow", "M/M/4+D, who has waited a minute goes to the city: Baccelli and Hebuterne",
        hotline(servers, load / talk, exponential(talk), 6, **{
            "hotline.overflow_after_s": 60 * after,
            "tiers.city": {**NAMES, "settle_prob": 0.4},
        }),
        [
            about("passed on", truth.passed, kpi("overflow_share")),
            about("mean wait of all, s", 60 * truth.wait, kpi("wait_all_s"), WAIT),
            about("occupancy", truth.occupancy, kpi("occupancy"), BUSY),
            about("settled by the city", 0.4, kpi("tier_settled")),
        ],
    )


def everybody_on_hold() -> Case:
    """All who have to wait hang up at once and are phoned: nobody is lost."""
    servers, talk, load = 3, 2.0, 2.1
    mean = erlang_c_wait(servers, load / talk, 1 / talk)
    waits = erlang_c(servers, load)
    return Case(
        "virtual-hold", "M/M/3, all who wait are on virtual hold: Erlang C",
        hotline(servers, load / talk, exponential(talk), 20, **{
            "callers.client.patience": exponential(0.5),
            "hold": {"prob": 1, "queue": 0},
        }),
        [
            about("mean wait, s", 60 * mean, kpi("asa_s"), WAIT),
            about("on hold", waits, kpi("hold_share")),
            about("wait to be phoned, min", mean / waits, kpi("hold_wait_min"), WAIT),
            about("share that waits", waits, calls_longer(0)),
            about("occupancy", load / servers, kpi("occupancy"), BUSY),
        ],
    )
