"""Cases of experts, who are servers without travel: Erlang C and Cobham."""

from __future__ import annotations

from sim.experiments.validate.case import BUSY, RARE, WAIT, Case, about
from sim.experiments.validate.ground import DAY, NAMES, hotline
from sim.experiments.validate.read import kpi
from sim.theory.erlang import erlang_c_wait
from sim.theory.general import cobham_servers


def experts() -> Case:
    """Two classes of remote services before two experts."""
    servers, length, rates = 2, 12.0, (0.04, 0.06)
    waits = cobham_servers(servers, rates, 1 / length)
    pooled = erlang_c_wait(servers, sum(rates), 1 / length)
    service = {**NAMES, "mode": "remote", "duration_dist": "exponential",
               "duration_mean_min": length}
    plan = {"channel": "plan", "group": "elder"}
    return Case(
        "experts", "M/M/2 experts, on-call before the round: Erlang C, Cobham",
        {
            **hotline(1, 0.01, {"dist": "constant", "value_s": 1}, 50),
            "experts.doctors": {"count": servers, "shifts": "round"},
            "services.on-call": {**service, "priority": 0},
            "services.round": {**service, "priority": 5},
            "requests.on-call": {**plan, "service": "on-call", "per_day": rates[0] * DAY},
            "requests.round": {**plan, "service": "round", "per_day": rates[1] * DAY},
        },
        [
            about("mean wait, min", pooled, kpi("remote_wait_min"), RARE),
            about("mean wait on call, min", waits[0], kpi("remote_wait_min", "class=0"), WAIT),
            about("mean wait of the round, min", waits[1], kpi("remote_wait_min", "class=5"), RARE),
            about("occupancy", sum(rates) * length / servers, kpi("expert_occupancy"), BUSY),
        ],
    )
