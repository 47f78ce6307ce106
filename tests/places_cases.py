"""Random small cases of places, a strategy for each rule."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.words.kinds import DAY, NEVER
from tests.naive import Shift
from tests.naive_places import Row, Wish
from tests.places_kit import ALWAYS, PEOPLE, POINTS, ZONES, Case
from tests.row_kit import SECOND, seconds

NOBODY: list[list[Shift]] = [[] for _ in PEOPLE]
ROUND = [Shift(0, DAY, [])]
matrices = st.lists(
    st.lists(st.integers(1, 6), min_size=ZONES + POINTS, max_size=ZONES + POINTS),
    min_size=ZONES + POINTS, max_size=ZONES + POINTS,
)
limits = st.one_of(seconds(0, 20), st.just(NEVER), st.just(NEVER))
day_time = st.tuples(st.integers(0, 12), st.integers(4, 20), st.integers(0, 4)).map(
    lambda t: [(t[0] * SECOND, (t[0] + t[1]) * SECOND),
               ((t[0] + t[1] + 1 + t[2]) * SECOND, (t[0] + t[1] + 9 + t[2]) * SECOND)]
)
"""Open twice a day: the second time too early for some, too late for others."""


def wishes(*kinds: tuple[str, ...], **columns: Any) -> st.SearchStrategy[list[Wish]]:
    given: dict[str, Any] = {
        "time": seconds(0, 15), "zone": st.integers(0, ZONES - 1),
        "kinds": st.sampled_from(kinds), "duration": seconds(1, 12), **columns,
    }
    return st.lists(st.builds(Wish, **given), max_size=14)


def windows(wish: Wish) -> st.SearchStrategy[Wish]:
    """The same wish, perhaps booked."""
    return st.integers(0, 12).map(lambda lead: _booked(wish, lead))


def _booked(wish: Wish, lead: int) -> Wish:
    opens = wish.time + lead * SECOND
    wish.window = (opens, opens + 3 * SECOND) if lead % 3 else None
    return wish


def rows(*kinds: str, spans: Any = None, **columns: Any) -> st.SearchStrategy[list[Row]]:
    """A row of each kind at the first point and, of some, at the second."""
    def row(point: int, kind: str) -> st.SearchStrategy[Row]:
        return st.builds(
            Row, st.just(point), st.just(kind), st.integers(0 if point else 1, 3),
            spans if spans is not None else st.just(ALWAYS), **columns,
        )

    every = [row(point, kind) for point in range(POINTS) for kind in kinds]
    return st.tuples(*every).map(list)


def case(rows: Any, wishes: Any, people: Any = None, **more: Any) -> st.SearchStrategy[Case]:
    return st.builds(
        Case, rows, wishes, people if people is not None else st.just(NOBODY), matrices,
        st.integers(3, 9), **more,
    )


def one_rule(wishes: list[Wish], how: tuple[bool, bool]) -> list[Wish]:
    """All of a service wait by the same rule, or do not."""
    for wish in wishes:
        wish.waits, wish.by_grade = how
    return wishes


some_rule = st.sampled_from(((False, False), (True, False), (True, True)))


def booked(strategy: st.SearchStrategy[list[Wish]]) -> st.SearchStrategy[list[Wish]]:
    """Some of the wishes with a window."""
    return strategy.flatmap(lambda found: st.tuples(*map(windows, found)).map(list))


def lived_in(rows: list[Row], left: list[int]) -> list[Row]:
    """Some of the places are occupied at the start."""
    for row in rows:
        row.residents = [left[n % len(left)] for n in range(min(row.count, len(left) - 1))]
    return rows


def shut(rows: list[Row], closings: list[tuple[int, int, int]]) -> list[Row]:
    """A shock closes a point, or both (point 2), from one second to another."""
    for row in rows:
        row.shut = [
            (first * SECOND, (first + length) * SECOND) for point, first, length in closings
            if point in (row.point, 2)
        ]
    return rows


@st.composite
def shifts(draw: Any, longest: int = 10) -> list[Shift]:
    """Up to three shifts that do not overlap, each with breaks in rising windows; in seconds."""
    found = []
    time = draw(st.integers(0, 8))
    for _ in range(draw(st.integers(0, 3))):
        end = time + draw(st.integers(1, longest))
        breaks = []
        start = time
        for _ in range(draw(st.integers(0, 2))):
            first = start + draw(st.integers(0, longest // 2))
            last = first + draw(st.integers(1, 3))
            breaks.append((first * SECOND, last * SECOND, draw(st.integers(1, 3)) * SECOND))
            start = last
        found.append(Shift(time * SECOND, end * SECOND, breaks))
        time = end + draw(st.integers(0, 4))
    return found


closings = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 15), st.integers(1, 12)), min_size=1, max_size=2
)
ratios: dict[str, Any] = {
    "ratio": st.sampled_from((0, 1, 1, 2, 3)), "skill": st.sampled_from(("", "", "care")),
}
people = st.lists(
    st.one_of(st.just(ROUND), st.just(ROUND), shifts(25)), min_size=len(PEOPLE),
    max_size=len(PEOPLE),
)

RULES: dict[str, st.SearchStrategy[Case]] = {
    "full day": case(
        rows("a", spans=day_time), booked(wishes(("a",), duration=st.just(DAY))),
    ),
    "hourly": case(
        rows("a", spans=day_time),
        st.builds(one_rule, booked(wishes(("a",), patience=limits)), some_rule),
    ),
    "beds with a waitlist": case(
        st.builds(lived_in, rows("a"), st.lists(seconds(1, 20), min_size=1, max_size=4)),
        st.builds(
            one_rule,
            wishes(("a",), patience=limits, assessment=seconds(0, 6), grade=st.integers(1, 3)),
            some_rule,
        ),
    ),
    "caregivers of the house who also visit": case(
        st.builds(
            lived_in, rows("a", "b", **ratios), st.lists(seconds(1, 20), min_size=1, max_size=3)),
        st.builds(one_rule, wishes((), ("a",), ("b",), (), patience=limits), some_rule),
        people,
    ),
    "two places at once": case(
        rows("a", "b", spans=st.one_of(st.just(ALWAYS), day_time), **ratios),
        st.builds(
            one_rule, wishes(("a", "b"), ("a",), ("b",), ("a", "b"), patience=limits), some_rule),
        st.one_of(st.just(NOBODY), people),
    ),
    "points that a shock closes": case(
        st.builds(
            shut,
            st.builds(
                lived_in, rows("a", "b", spans=st.one_of(st.just(ALWAYS), day_time), **ratios),
                st.lists(seconds(1, 20), min_size=1, max_size=3),
            ),
            closings,
        ),
        st.builds(
            one_rule,
            booked(wishes(("a",), ("b",), ("a", "b"), patience=limits,
                          assessment=seconds(0, 6), grade=st.integers(1, 3))),
            some_rule,
        ),
        people,
    ),
}
"""Rule of places -> random cases of it."""
