"""Cases of callers with a staff that does not change: Erlang, Pollaczek and Khinchine, Cobham."""

from __future__ import annotations

from typing import Any

from sim.experiments.validate.case import BUSY, RARE, WAIT, Case, about
from sim.experiments.validate.ground import DAY, NAMES, Changes, exponential, hotline
from sim.experiments.validate.read import calls_longer, kpi
from sim.theory.erlang import erlang_b, erlang_c_longer, erlang_c_wait, mmck
from sim.theory.general import cobham, cobham_servers, pollaczek_khinchine, second_moment
from sim.theory.patience import erlang_a as patient

# -- Erlang ----------------------------------------------------------------------------------------


def erlang_c(
    name: str, servers: int, load: float, talk: float, days: int, within: float = WAIT
) -> Case:
    rate = 1 / talk
    arrival = load * rate
    mean = erlang_c_wait(servers, arrival, rate)
    return Case(
        name, f"M/M/{servers} at load {load / servers:g}: Erlang C",
        hotline(servers, arrival, exponential(talk), days, **{
            "targets.acceptable_wait_s": 15,
        }),
        [
            about("mean wait, s", 60 * mean, kpi("asa_s"), within),
            *(
                about(f"P(wait > {share:g} mean wait)",
                      erlang_c_longer(servers, arrival, rate, share * mean),
                      calls_longer(60 * share * mean), RARE if share >= 1 else 0.05)
                for share in (0, 0.25, 1, 2)
            ),
            about("answered within 15 s",
                  1 - erlang_c_longer(servers, arrival, rate, 0.25), kpi("service_level")),
            about("occupancy", load / servers, kpi("occupancy"), BUSY),
            # Who talks at midnight still has a whole mean talk to go, as overtime.
            about("utilisation", load / servers * (1 - talk / DAY), kpi("utilisation"), BUSY),
        ],
    )


def erlang_a() -> Case:
    servers, talk, patience, load = 5, 3.0, 2.0, 5.5
    truth = patient(servers, load / talk, 1 / talk, 1 / patience)
    return Case(
        "erlang-a", "M/M/5+M in overload, load 1.1: Erlang A",
        hotline(servers, load / talk, exponential(talk), 5, **{
            "callers.client.patience": exponential(patience),
            "targets.acceptable_wait_s": 20,
        }),
        [
            about("abandonment", truth.abandoned, kpi("abandonment")),
            about("mean wait of the served, s", 60 * truth.wait_served, kpi("asa_s"), WAIT),
            about("mean wait of all, s", 60 * truth.wait, kpi("wait_all_s"), WAIT),
            about("answered within 20 s", truth.within(20 / 60), kpi("service_level")),
            about("share that waits", truth.waits, calls_longer(0)),
            about("occupancy", truth.occupancy, kpi("occupancy"), BUSY),
        ],
    )


def lines(name: str, servers: int, places: int, load: float, days: int) -> Case:
    truth = mmck(servers, places, load / 3, 1 / 3)
    wait = [about("mean wait, s", 60 * truth.wait, kpi("asa_s"), WAIT)] if places > servers else []
    blocked = truth.blocked if places > servers else erlang_b(servers, load)
    return Case(
        name, f"M/M/{servers}/{places}: " + ("as many lines as operators" if not wait else "lines"),
        hotline(servers, load / 3, exponential(3), days, **{"hotline.lines": places}),
        [
            about("blocked", blocked, kpi("blocking")),
            *wait,
            about("occupancy", truth.occupancy, kpi("occupancy"), BUSY),
        ],
    )


# -- Pollaczek and Khinchine -----------------------------------------------------------------------


def lognormal_calls() -> Case:
    talk, cv, wrap_up, load = 1.5, 1.0, 0.5, 0.55
    mean = talk + wrap_up
    second = second_moment(talk, cv) + 2 * talk * wrap_up + wrap_up**2
    return Case(
        "mg1-operator", "M/G/1: lognormal talk and constant wrap-up",
        hotline(1, load / mean, {"dist": "lognormal", "mean_min": talk, "cv": cv}, 60, **{
            "hotline.wrap_up": {"dist": "constant", "value_min": wrap_up},
        }),
        [
            about("mean wait, s", 60 * pollaczek_khinchine(load / mean, mean, second),
                  kpi("asa_s"), WAIT),
            about("share that waits", load, calls_longer(0)),
            about("occupancy", load, kpi("occupancy"), BUSY),
        ],
    )


# -- priorities ------------------------------------------------------------------------------------


def button_and_phone(name: str, theory: str, base: Changes, truth: Any, per_day: float) -> Case:
    return Case(
        name, theory,
        {
            **base,
            "requests.presses": {
                "channel": "button", "service": "ask", "group": "elder", "per_day": per_day,
                "share_device": 1,
            },
        },
        [
            about("mean wait of buttons, s", 60 * truth[0], kpi("asa_s", "channel=button"), WAIT),
            about("mean wait of phones, s", 60 * truth[1], kpi("asa_s", "channel=phone"), RARE),
        ],
    )


def buttons() -> Case:
    rates = (0.45, 0.9)
    device = {**NAMES, "talk": exponential(1), "patience": {"dist": "never"}}
    return button_and_phone(
        "cobham-mm2", "M/M/2, buttons before phones: Cobham",
        hotline(2, rates[1], exponential(1), 12, **{"callers.device": device}),
        cobham_servers(2, rates, 1.0), rates[0] * DAY,
    )


def unlike_buttons() -> Case:
    rates, talk = (0.15, 0.3), {"dist": "lognormal", "mean_min": 1.2, "cv": 0.8}
    device = {**NAMES, "talk": exponential(1), "patience": {"dist": "never"}}
    truth = cobham(rates, [1, 1.2], [2, second_moment(1.2, 0.8)])
    return button_and_phone(
        "cobham-mg1", "M/G/1, short exponential buttons before lognormal phones: Cobham",
        hotline(1, rates[1], talk, 32, **{"callers.device": device}), truth, rates[0] * DAY,
    )
