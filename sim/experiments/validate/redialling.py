"""Callers who try again: the exact chain of those waiting, served and going to redial."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validate.case import BUSY, RARE, WAIT, Case, about
from sim.experiments.validate.ground import exponential, hotline
from sim.experiments.validate.read import Run, attempts, kpi
from sim.theory.redial import redial_exact

MOST = 20
"""Redials a caller may make: as good as no limit, with a chance of one half each."""


def _kind(name: str, run: Run) -> NDArray[np.bool_]:
    return np.asarray(run.calls["kind"] == name)


def _gave_up(run: Run) -> NDArray[np.bool_]:
    return np.asarray(run.calls["outcome"] == "abandoned")


def _minutes(run: Run) -> Any:
    arrived, _, until = run.queued
    return (until - arrived) / 60_000


def redials() -> Case:
    """First attempts see time averages, redials do not: they come while the queue is still long."""
    servers, load, talk, patience, again, delay = 4, 4.6, 2.0, 1.5, 0.6, 3.0
    truth = redial_exact(servers, load / talk, 1 / talk, 1 / patience, again, delay)
    kinds = (("first", truth.first), ("redial", truth.redials))
    return Case(
        "redials", "M/M/4+M whose callers redial: the chain with its orbit",
        hotline(servers, load / talk, exponential(talk), 8, **{
            "callers.client.patience": exponential(patience),
            "callers.client.redial_first_prob": again, "callers.client.redial_later_prob": again,
            "callers.client.redial_delay": exponential(delay),
            "callers.client.max_redials": MOST,
        }),
        [
            *(
                quantity
                for kind, seen in kinds
                for quantity in (
                    about(f"{kind}: share that hangs up", seen.abandoned,
                          attempts(partial(_kind, kind), _gave_up), RARE),
                    about(f"{kind}: mean wait, min", seen.wait,
                          attempts(partial(_kind, kind), _minutes), WAIT),
                )
            ),
            about("redials, share of attempts", truth.redials.rate
                  / (truth.first.rate + truth.redials.rate), kpi("redial_share")),
            about("reached in the end", truth.reached, kpi("reached_rate"), BUSY),
            about("occupancy", truth.occupancy, kpi("occupancy"), BUSY),
        ],
    )
