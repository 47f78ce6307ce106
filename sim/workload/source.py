"""One part of a stream's requests, or of a care plan's visits: who asks, when, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import as_stream
from sim.scenario.sections.requests import Stream
from sim.streams import Purpose, key
from sim.words.kinds import Channel
from sim.workload.plans import Visits
from sim.workload.sampling import Dice, choose
from sim.workload.shocks import Part
from sim.workload.tables import Ints


@dataclass(frozen=True, eq=False)
class Source:
    """One part of a stream's requests, in order of time."""

    scenario: Scenario
    stream: Stream
    code: int
    time: Ints
    zone: Ints
    dice: Dice
    callers: dict[str, float]
    """who rings, in proportion; those of share 0 left out"""
    caller: Ints
    visits: Visits | None = None
    """of a care plan: for whom and when"""

    @property
    def n(self) -> int:
        return len(self.time)

    def by_caller(
        self, what: Literal["talk", "patience", "redial_delay"], purpose: Purpose, width: int
    ) -> Ints:
        """(n, width): each request's draws from the distribution of its own kind of caller.

        Every kind has its generators and draws for every request, so that who rings for one
        request moves no other's draw.
        """
        drawn = np.zeros((self.n, width), dtype=np.int64)
        for name in self.callers:
            distribution = getattr(self.scenario.callers[name], what)
            values = self.dice.time_matrix(distribution, purpose, width, key(name))
            chosen = self.caller == list(self.scenario.callers).index(name)
            np.copyto(drawn, values, where=chosen[:, None])
        return drawn


def stream_source(scenario: Scenario, code: int, part: Part) -> Source:
    """A part of the stream with this number."""
    stream = scenario.requests[code]
    time, dice = part.time, part.dice
    names = list(scenario.callers)
    callers = {name: share for name, share in stream.share.items() if share > 0}
    callers = callers or dict.fromkeys(names[:1], 1.0)
    positions = np.array([names.index(name) for name in callers], dtype=np.int64)
    if stream.channel in (Channel.PHONE, Channel.BUTTON):
        which = choose(tuple(callers.values()), dice.coins(Purpose.CALLER))
    else:
        which = np.zeros(len(time), dtype=np.int64)
    return Source(scenario, stream, code, time, part.zone, dice, callers, positions[which])


def plan_source(scenario: Scenario, code: int, part: Part, visits: Visits) -> Source:
    """A care plan's visits, as if a stream asked for them."""
    stream = as_stream(scenario.plans[code - len(scenario.requests)])
    nobody_rings = np.zeros(len(part.time), dtype=np.int64)
    return Source(
        scenario, stream, code, part.time, part.zone, part.dice, {}, nobody_rings, visits)


def service_position(source: Source) -> int:
    """The number of the service asked for."""
    return [service.id for service in source.scenario.services].index(source.stream.service)
