"""What theory expects of a scenario's hotline in every hour of the week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.scenario.days import days, open_spans
from sim.scenario.schema import Scenario
from sim.scenario.shock_effects import hotline_shut, without
from sim.theory.chains import Floats
from sim.theory.demand import calls
from sim.theory.patience import erlang_a
from sim.theory.presence import Level, levels, stretches
from sim.theory.varying import staffed
from sim.words.kinds import DAY, HOUR, SECOND, StaffRole

PLENTY = 200
"""So many lines more than operators are as good as no limit."""
KEYS = ["hour_of_week", "weekday", "hour"]
SUMS = [
    "hours", "offered", "work", "operators", "blocked", "abandoned", "waited", "within", "busy",
    "signed_in", "rostered", "abandoned_a", "waited_a", "within_a", "busy_a",
]
"""What is added up over stretches: hours, calls, erlang-hours, operator-hours, ..."""


def expected_hours(scenario: Scenario) -> pd.DataFrame:
    """One row an hour of the week (``hour_of_week`` 0: Monday 0-1 h) that the counted days touch,
    the mean over those days, holidays and all.

    ``weekday`` (0: Monday, by the calendar on the wall), ``hour``; ``offered``: first attempts
    that reach the open hotline, an hour; ``offered_load_erlang``: times mean talk and wrap-up;
    ``operators``: expected on duty, absences and breaks taken off; then by M_t/M/s_t+M
    ``service_level`` within ``targets.acceptable_wait_s`` (answered in time / (answered +
    abandoned)), ``abandonment`` (of those not blocked), ``blocking``, ``wait_s`` (mean of all, not
    blocked), ``occupancy`` (time busy / signed in, breaks in the latter); and by an Erlang A for
    each hour alone ``service_level_erlang_a``, ``abandonment_erlang_a``, ``wait_s_erlang_a``,
    ``occupancy_erlang_a``. Missing where nothing is offered, or nobody is on duty. Each date is
    solved from an empty hotline at the midnight before the date before it.

    What is left out of it is listed by :func:`sim.theory.assumptions.not_holding`. Raises
    ``ValueError`` where nobody ever gives up and operators cannot keep up, or nearly so.
    """
    return rates(summed(scenario, KEYS))


def by_hour_of_day(scenario: Scenario) -> pd.DataFrame:
    """:func:`expected_hours` with one row an ``hour`` of the day, all weekdays together."""
    return rates(summed(scenario, ["hour"]))


def summed(scenario: Scenario, keys: Sequence[str]) -> pd.DataFrame:
    """The sums behind the figures of :func:`rates`, one row for each value of the ``keys``."""
    first = scenario.time.warm_up_days
    dates = range(first, first + scenario.time.days)
    pieces, desk = _pieces(scenario), _desk(scenario)
    known: dict[tuple[tuple[Piece, ...], tuple[Piece, ...]], list[tuple[float, ...]]] = {}
    rows: list[tuple[float, ...]] = []
    monday = scenario.time.start.weekday()
    for date in dates:
        before = pieces[date - 1] if date else ()
        pair = (before, pieces[date])
        if pair not in known:
            known[pair] = _solved(desk, [*before, *pieces[date]])[len(before) :]
        weekday = (monday + date) % 7
        rows += [
            (24 * weekday + piece.hour, weekday, piece.hour, *row)
            for piece, row in zip(pieces[date], known[pair], strict=True)
        ]
    table = pd.DataFrame(rows, columns=[*KEYS, *SUMS]).astype(dict.fromkeys(KEYS, int))
    return table.groupby(list(keys), as_index=False)[SUMS].sum()


def rates(sums: pd.DataFrame) -> pd.DataFrame:
    """Sums as the figures of :func:`expected_hours`."""
    let_in = _over(sums["offered"] - sums["blocked"])
    offered = _over(sums["offered"])
    return pd.DataFrame({
        **{key: sums[key] for key in KEYS if key in sums},
        "offered": sums["offered"] / sums["hours"],
        "offered_load_erlang": sums["work"] / sums["hours"],
        "operators": sums["operators"] / sums["hours"],
        "service_level": sums["within"] / let_in,
        "abandonment": sums["abandoned"] / let_in,
        "blocking": sums["blocked"] / offered,
        "wait_s": sums["waited"] / let_in * (HOUR / SECOND),
        "occupancy": sums["busy"] / sums["signed_in"].where(sums["rostered"] > 0),
        "service_level_erlang_a": sums["within_a"] / offered,
        "abandonment_erlang_a": sums["abandoned_a"] / offered,
        "wait_s_erlang_a": sums["waited_a"] / offered * (HOUR / SECOND),
        "occupancy_erlang_a": sums["busy_a"] / _over(sums["rostered"]),
    })


def _over(column: pd.Series) -> pd.Series:
    """A denominator: missing where it is nothing."""
    return column.where(column > 0)


@dataclass(frozen=True)
class _Desk:
    """What is the same all day."""

    within: float
    """hours"""
    lines: int
    """that ordinary callers may take"""
    writing: float
    """share of the handling time that holds no line any more"""

    def places(self, operators: int) -> int | None:
        """How many can be waiting or served at once, None for no limit: the lines, and those busy
        operators who, in the mean, write up."""
        if self.lines > operators + PLENTY:
            return None
        return self.lines + round(self.writing * min(operators, self.lines))


def _desk(scenario: Scenario) -> _Desk:
    hotline = scenario.hotline
    asked = calls(scenario, days(scenario))
    handling = float(asked.rate @ asked.handling_h) / (float(asked.rate.sum()) or 1.0)
    return _Desk(
        scenario.targets.acceptable_wait_s * SECOND / HOUR,
        hotline.lines - hotline.lines_for_buttons,
        min(1.0, hotline.wrap_up.mean_ms / HOUR / handling) if handling else 0.0,
    )


class Piece(NamedTuple):
    """A stretch of a date; times in hours, rates per hour."""

    hour: int
    length: float
    arrival: float
    service: float
    impatience: float
    present: tuple[float, ...]
    leaving: tuple[float, ...]
    resting: float


def _pieces(scenario: Scenario) -> list[tuple[Piece, ...]]:
    """Every date of the horizon."""
    dates = days(scenario)
    asked = calls(scenario, dates)
    opened = without(open_spans(scenario.hotline.open, dates), hotline_shut(scenario))
    cuts = {hour * HOUR for hour in range(24 * len(dates))} | {e for span in opened for e in span}
    starts = np.array([start for start, _ in opened], dtype=np.int64)
    found: list[list[Piece]] = [[] for _ in dates]
    for stretch in stretches(scenario, StaffRole.OPERATOR, cuts):
        hour = stretch.start // HOUR
        last = int(np.searchsorted(starts, stretch.start, "right")) - 1
        is_open = last >= 0 and stretch.start < opened[last][1]
        found[stretch.start // DAY].append(Piece(
            hour % 24,
            (stretch.end - stretch.start) / HOUR,
            float(asked.rate[hour]) if is_open else 0.0,
            1 / float(asked.handling_h[hour]),
            float(asked.impatience[hour]),
            stretch.present,
            stretch.leaving,
            stretch.resting,
        ))
    return [tuple(date) for date in found]


def _solved(desk: _Desk, row: Sequence[Piece]) -> list[tuple[float, ...]]:
    """The :data:`SUMS` of a row of pieces that begins with an empty hotline."""
    length, arrival, service, impatience = np.array([piece[1:5] for piece in row]).T
    resting = np.array([piece.resting for piece in row])
    sums = np.zeros((len(row), len(SUMS)))
    for level in levels([(piece.present, piece.leaving) for piece in row]):
        places = desk.places(max(level.staff))
        work = float((arrival / service) @ length)
        if places is None and not impatience.any() and work >= float(level.staff @ length):
            raise ValueError("the queue grows for ever: nobody gives up, operators cannot keep up")
        found = staffed(
            arrival, level.staff, service, impatience, lengths=length, leaving=level.leaving,
            within=desk.within, places=places, repeats=False,
        )
        let_in = found.offered - found.blocked
        sums += level.weight * np.column_stack([
            length, found.offered, found.offered / service, found.servers * length, found.blocked,
            found.abandoned, found.queue * length, found.service_level * let_in,
            found.busy * length, (found.servers + found.late + resting) * length,
            (found.servers + resting) * length,
            _hour_by_hour(row, level, desk.within),
        ])
    return [tuple(line) for line in sums.tolist()]


def _hour_by_hour(row: Sequence[Piece], level: Level, within: float) -> Floats:
    """What each piece would be for itself, by Erlang A: abandoned, waited, answered in time, busy.

    Nobody on duty answers nobody; a queue that would grow for ever keeps everybody waiting.
    """
    found = []
    for piece, servers in zip(row, level.staff, strict=True):
        offered = piece.arrival * piece.length
        if piece.impatience == 0 and piece.arrival >= servers * piece.service and offered:
            found.append((0.0, math.inf, 0.0, servers * piece.length))
            continue
        alone = erlang_a(servers, piece.arrival, piece.service, piece.impatience)
        found.append((
            offered * alone.abandoned, offered * alone.wait, offered * alone.within(within),
            servers * piece.length * (alone.occupancy if servers else 0.0),
        ))
    return np.array(found)
