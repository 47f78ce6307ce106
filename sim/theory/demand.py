"""What callers bring, in expectation: calls by the hour, handling times, patience.

First attempts only, phone calls and emergency buttons, false alarms included. The busy-day factor
has mean 1 and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.days import Day, days
from sim.scenario.schema import Scenario
from sim.scenario.sections.requests import Stream
from sim.theory.chains import Floats
from sim.words.kinds import HOUR, SECOND, Channel
from sim.workload.arrivals import expected_per_hour

RINGS = (Channel.PHONE, Channel.BUTTON)


@dataclass(frozen=True)
class Calls:
    """One entry an hour of the days asked for; where nobody rings, means over all hours."""

    rate: Floats
    """expected first attempts in the hour"""
    handling_h: Floats
    """mean talk and wrap-up, hours"""
    impatience: Floats
    """mean rate of giving up, per hour: 1 / mean patience, averaged over callers"""


def calls(scenario: Scenario, dates: Sequence[Day]) -> Calls:
    """What operators are asked for in each hour of ``dates``, hour 0 of the first date first."""
    rate, work, haste = np.zeros((3, 24 * len(dates)))
    for stream in scenario.requests:
        if stream.channel in RINGS:
            each = expected_per_hour(scenario, stream, dates)
            rate += each
            work += each * handling_s(scenario, stream) * SECOND / HOUR
            haste += each * impatience_per_h(scenario, stream)
    total = rate.sum()
    typical = (work.sum() / total, haste.sum() / total) if total else (1.0, 0.0)
    rings = rate > 0
    return Calls(
        rate,
        np.where(rings, work / np.where(rings, rate, 1.0), typical[0]),
        np.where(rings, haste / np.where(rings, rate, 1.0), typical[1]),
    )


def counted(scenario: Scenario) -> tuple[Day, ...]:
    """The days that are counted."""
    first = scenario.time.warm_up_days
    return days(scenario)[first : first + scenario.time.days]


def handling_s(scenario: Scenario, stream: Stream) -> float:
    """Mean seconds of talk and wrap-up of a stream's call."""
    talk = sum(
        share * scenario.callers[caller].talk.mean_ms
        for caller, share in callers(stream).items()
    )
    false = false_alarms(stream)
    talk = (1 - false) * talk + false * scenario.hotline.verify_talk.mean_ms
    return (talk + scenario.hotline.wrap_up.mean_ms) / SECOND


def impatience_per_h(scenario: Scenario, stream: Stream) -> float:
    """Mean over the stream's callers of 1 / mean patience, per hour; 0 where all wait for ever."""
    return sum(
        share * HOUR / max(1.0, scenario.callers[caller].patience.mean_ms)
        for caller, share in callers(stream).items()
    )


def callers(stream: Stream) -> dict[str, float]:
    """Who rings, as shares that sum to 1."""
    total = sum(stream.share.values())
    return {caller: share / total for caller, share in stream.share.items() if share}


def false_alarms(stream: Stream) -> float:
    """Share of requests with no need behind them: only who rings can raise one."""
    return stream.false_prob if stream.channel in RINGS else 0.0
