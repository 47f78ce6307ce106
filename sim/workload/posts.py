"""Whether a post is filled on each date, and who is in training: drawn for each post.

Tenure is geometric, in days, with the mean of ``365.25 / turnover_per_year``; then the post stays
empty for ``weeks_to_fill`` weeks and ``recruit_training_days`` days. A run begins in the steady
state of this renewal process: with vacancies of v days and a mean tenure of m, a post is empty with
probability v / (v + m) on every date. With t the turnover and w the vacancy, both by the year,
that is t w / (1 + t w). Everything belongs to the post's own id, so that hiring moves nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from sim.scenario.schema import Scenario
from sim.scenario.sections.posts import Post
from sim.scenario.sections.requests import DAYS_PER_MONTH
from sim.streams import Purpose, hashed_uniform, key

YEAR = 12 * DAYS_PER_MONTH


def chance_of_leaving(post: Post) -> float:
    """On any day of work."""
    return min(1.0, post.turnover_per_year / YEAR)


def vacancy_days(post: Post) -> int:
    """From a departure until the next one works."""
    return 7 * post.weeks_to_fill + post.recruit_training_days


def share_empty(post: Post) -> float:
    """Stationary share of posts empty (or with a recruit in training)."""
    idle = vacancy_days(post) * chance_of_leaving(post)
    return idle / (1 + idle)


class Gap(NamedTuple):
    """Days, from and until (exclusive), on which nobody works in a post; day 0 is the run's
    first."""

    first: int
    hired: int
    """from then until ``last`` a recruit is in training"""
    last: int


def gaps(scenario: Scenario, post: Post, person: str, seed: int, replication: int) -> list[Gap]:
    """When nobody works in a person's post, in order of time."""
    begins = 0
    found = []
    if post.employed_from is not None:
        begins = (post.employed_from - scenario.time.start).days
        found = [Gap(0, begins, begins)] if begins > 0 else []
    drawn = _drawn(post, key(person), seed, replication, max(0, begins), scenario.horizon_days)
    return [*found, *drawn]


def _drawn(
    post: Post, person: int, seed: int, replication: int, day: int, days: int
) -> Iterator[Gap]:
    leaves, empty = chance_of_leaving(post), vacancy_days(post)
    if not leaves or not empty:
        return

    def coin(purpose: Purpose, number: int) -> float:
        return float(hashed_uniform(seed, replication, purpose, person, number))

    if post.employed_from is None and coin(Purpose.POST_FILLED, 0) < share_empty(post):
        day = 1 + int(coin(Purpose.VACANCY, 0) * empty)
        yield Gap(0, max(0, day - post.recruit_training_days), day)
    number = 0
    while True:
        day += _geometric(leaves, coin(Purpose.TENURE, number))
        if day >= days:
            return
        yield Gap(day, day + 7 * post.weeks_to_fill, day + empty)
        day += empty
        number += 1


def _geometric(chance: float, coin: float) -> int:
    """Days of work until the day of leaving, 1 or more, by inversion."""
    if chance >= 1:
        return 1
    return 1 + math.floor(math.log1p(-coin) / math.log1p(-chance))

