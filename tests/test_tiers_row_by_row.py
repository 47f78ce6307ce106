"""Overflow and hand-down against the slow second implementation, row by row."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.scenario.sections.tiers import Tier
from sim.words.kinds import DAY, NEVER
from tests.naive import Agent, Rings, Shift
from tests.naive_tiers import Above, Stay, TieredDesk
from tests.row_kit import SECOND, Log, cases, duties, played, seconds
from tests.test_row_by_row import (
    Calls,
    calls_drawn,
    calls_of_model,
    calls_of_naive,
    desk_scenario,
)
from tests.workload_kit import workload

NAMES = {"name_zh": "上级", "name_en": "Above"}


@lru_cache
def tiered(after: int, limit: int, seats: tuple[int, int], when_closed: str) -> Scenario:
    above = {
        "city": {**NAMES, "seats": seats[0], "settle_prob": 0.5,
                 "overflow_after_s": limit / SECOND if limit < NEVER else None},
        "province": {**NAMES, "seats": seats[1], "settle_prob": 0.5},
    }
    plain = desk_scenario()
    tiers = {name: Tier.model_validate(tier) for name, tier in above.items()}
    hotline = plain.hotline.model_copy(update={
        "overflow_after_s": after / SECOND if after < NEVER else None, "when_closed": when_closed})
    return plain.model_copy(update={"tiers": tiers, "hotline": hotline})


def stays_of_model(log: Log) -> list[Stay]:
    return [
        Stay(**{name: row[name] for name in Stay.__dataclass_fields__ if name != "order"})
        for row in log["passed"]
    ]


def stays_of_naive(desk: TieredDesk) -> list[Stay]:
    # what comes down is known at the end of the talk, what lies beyond the run is not
    found = [Stay(**{**vars(stay), "order": -1}) for stay in desk.stays]
    return sorted(found, key=lambda stay: (stay.call, stay.tier))


def asked(calls: Calls) -> tuple[Any, ...]:
    """A request; of each tier how long it takes to transfer, whether it settles it, and after how
    long what it does not settle comes down."""
    tiers = ((calls.seconds(0, 3), calls.coin(), calls.seconds(0, 9)) for _ in range(2))
    return calls.ring(), *tiers


@cases
@given(
    Calls.drawn(lambda calls: calls.several(lambda: asked(calls), 16)),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 12)), max_size=2),
    st.one_of(seconds(1, 4), st.just(NEVER)),
    st.one_of(seconds(1, 4), st.just(NEVER)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.sampled_from(["recording", "handed_to_12345"]),
    st.tuples(st.integers(0, 6), st.integers(1, 30)),
    st.booleans(),
)
def test_overflow_and_hand_down(
    rows: list[Any], staff: list[tuple[int, int]], after: int, limit: int, seats: tuple[int, int],
    when_closed: str, opening: tuple[int, int], release: bool,
) -> None:
    rows.sort(key=lambda row: row[0].time)
    rings: list[Rings] = [row[0] for row in rows]
    span = (opening[0] * SECOND, (opening[0] + opening[1]) * SECOND)
    scenario = tiered(after, limit, seats, when_closed)
    scenario = scenario.model_copy(update={"hotline": scenario.hotline.model_copy(update={
        "open": WeeklyHours(text="", days=((span,),) * 7),
        "at_closing": "release" if release else "serve",
    })})
    drawn = calls_drawn(rings)
    for call, (_, *tiers) in zip(drawn, rows, strict=True):
        call["tier_transfer"] = [tier[0] for tier in tiers]
        call["settle_coin"] = [0.0 if tier[1] else 0.9 for tier in tiers]
        call["hand_down_delay"] = [tier[2] for tier in tiers]
    people = [
        [Shift(begin * SECOND, (begin + length) * SECOND)] for begin, length in staff
    ]
    people += [[]] * (6 - len(people))
    log = played(scenario, workload(scenario, drawn), duties(people))
    agents = [Agent(n, list(own), ("child",) if n >= 3 else ()) for n, own in enumerate(people)]
    above = [
        Above(seats[k], limit if k == 0 else NEVER, [row[1 + k][0] for row in rows],
              [row[1 + k][1] for row in rows], [row[1 + k][2] for row in rows])
        for k in range(2)
    ]
    desk = TieredDesk(
        rings, agents, after, above, open_spans=[span], when_closed=when_closed, release=release,
        until=DAY,
    )
    assert calls_of_model(log) == calls_of_naive(desk)
    assert stays_of_model(log) == stays_of_naive(desk)
