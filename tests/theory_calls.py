"""The cases of callers: what is simulated and what theory says; see ``theory_cases``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests import truths
from tests.theory_kit import Case, Quantity, Read, about, calls_longer, hourly, kpi

Changes = dict[str, Any]
NAMES = {"name_zh": "甲", "name_en": "A"}
DAY = 1440
BUSY, WAIT, RARE = 0.02, 0.08, 0.1
"""Margins as a share of the truth: of a utilisation, of mean waits, of what few waits decide."""


def exponential(minutes: float) -> Changes:
    return {"dist": "exponential", "mean_min": minutes}


def hotline(operators: int, arrival: float, talk: Any, days: int, /, **more: Any) -> Changes:
    """Only a hotline: ``arrival`` calls a minute, all settled on the phone."""
    return {
        "time.days": days, "time.warm_up_days": 1,
        "services.help": None,
        "services.ask": {**NAMES, "mode": "advice"},
        "requests.calls.service": "ask",
        "requests.calls.per_day": arrival * DAY,
        "callers.client.talk": talk,
        "hotline.lines": 100_000,
        "operators.desk.count": operators,
        **more,
    }


# -- Erlang ----------------------------------------------------------------------------------------


def erlang_c(
    name: str, servers: int, load: float, talk: float, days: int, within: float = WAIT
) -> Case:
    rate = 1 / talk
    arrival = load * rate
    mean = truths.erlang_c_wait(servers, arrival, rate)
    return Case(
        name, f"M/M/{servers} at load {load / servers:g}: Erlang C",
        hotline(servers, arrival, exponential(talk), days, **{
            "targets.acceptable_wait_s": 15,
        }),
        [
            about("mean wait, s", 60 * mean, kpi("asa_s"), within),
            *(
                about(f"P(wait > {share:g} mean wait)",
                      truths.erlang_c_longer(servers, arrival, rate, share * mean),
                      calls_longer(60 * share * mean), RARE if share >= 1 else 0.05)
                for share in (0, 0.25, 1, 2)
            ),
            about("answered within 15 s",
                  1 - truths.erlang_c_longer(servers, arrival, rate, 0.25), kpi("service_level")),
            about("occupancy", load / servers, kpi("occupancy"), BUSY),
            # Who talks at midnight still has a whole mean talk to go, as overtime.
            about("utilisation", load / servers * (1 - talk / DAY), kpi("utilisation"), BUSY),
        ],
    )


def erlang_a() -> Case:
    servers, talk, patience, load = 5, 3.0, 2.0, 5.5
    truth = truths.erlang_a(servers, load / talk, 1 / talk, 1 / patience)
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
    truth = truths.mmck(servers, places, load / 3, 1 / 3)
    wait = [about("mean wait, s", 60 * truth.wait, kpi("asa_s"), WAIT)] if places > servers else []
    blocked = truth.blocked if places > servers else truths.erlang_b(servers, load)
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
    second = truths.second_moment(talk, cv) + 2 * talk * wrap_up + wrap_up**2
    return Case(
        "mg1-operator", "M/G/1: lognormal talk and constant wrap-up",
        hotline(1, load / mean, {"dist": "lognormal", "mean_min": talk, "cv": cv}, 60, **{
            "hotline.wrap_up": {"dist": "constant", "value_min": wrap_up},
        }),
        [
            about("mean wait, s", 60 * truths.pollaczek_khinchine(load / mean, mean, second),
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
        truths.cobham_servers(2, rates, 1.0), rates[0] * DAY,
    )


def unlike_buttons() -> Case:
    rates, talk = (0.15, 0.3), {"dist": "lognormal", "mean_min": 1.2, "cv": 0.8}
    device = {**NAMES, "talk": exponential(1), "patience": {"dist": "never"}}
    truth = truths.cobham(rates, [1, 1.2], [2, truths.second_moment(1.2, 0.8)])
    return button_and_phone(
        "cobham-mg1", "M/G/1, short exponential buttons before lognormal phones: Cobham",
        hotline(1, rates[1], talk, 32, **{"callers.device": device}), truth, rates[0] * DAY,
    )


# -- by the hour -----------------------------------------------------------------------------------

RATES = [
    12, 10, 8, 8, 9, 12, 20, 60, 100, 110, 95, 80, 60, 50, 70, 85, 75, 60, 50, 40, 30, 20, 15, 12,
]
"""Calls in each hour of the day."""
SHIFTS = {
    "night": ("23:00", "07:00", 2),
    "day": ("07:00", "15:00", 15),
    "late": ("15:00", "23:00", 12),
}


def hours() -> Case:
    """Margins: 6 % of the truth, plus 4 % of the largest hour's for what is next to nothing.

    If the next shift took over the calls in hand instead, 0.81 of the callers from 15 to 16 h would
    wait rather than 0.64, and 0.65 from 23 to 24 h rather than 0.52: the battery can tell.
    """
    talk, patience = 12.0, 6.0
    night, day, late = (SHIFTS[name][2] for name in ("night", "day", "late"))
    staff = [night] * 7 + [day] * 8 + [late] * 8 + [night]
    truth = truths.kolmogorov_day(RATES, staff, 60 / talk, 60 / patience)
    series: Mapping[str, tuple[Any, Callable[[int], Read]]] = {
        "share that waits": (truth.waits, partial(hourly, "waits")),
        "mean queue": (truth.queue, partial(hourly, "queue")),
        "answered": (truth.answered, partial(hourly, "answered")),
        "abandoned": (truth.abandoned, partial(hourly, "abandoned")),
        "occupancy": (truth.occupancy, lambda h: kpi("occupancy", f"hour={h}")),
    }
    return Case(
        "hours", "M(t)/M/s(t)+M, three shifts, exhaustive shift ends: Kolmogorov's equations",
        hotline(0, sum(RATES) / DAY, exponential(talk), 32, **{
            "callers.client.patience": exponential(patience),
            "demand.shapes.swing": {"hours": RATES},
            "requests.calls.shape": "swing",
            "caregivers.team.shifts": "day",
            "shifts": {name: {"start": s, "end": e} for name, (s, e, _) in SHIFTS.items()},
            "operators": {name: {"count": n, "shifts": name} for name, (*_, n) in SHIFTS.items()},
            "operators.desk": None,
        }),
        [
            *(
                Quantity(f"{name}, {h:02}-{h + 1:02} h", float(values[h]),
                         float(0.06 * values[h] + 0.04 * max(values)), read(h))
                for name, (values, read) in series.items()
                for h in range(24)
            ),
            about("overtime, h a day", truth.overtime, kpi("operator_overtime_h")),
        ],
    )
