"""A statement that must always be true of a run's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.check.ground.facts import Facts
from sim.check.ground.findings import Broken


class Statement(NamedTuple):
    """What must be so, in both languages, and how to find the rows where it is not."""

    rule: str
    en: str
    zh: str
    find: Callable[[Facts], Iterator[Broken]]
    visits: bool = False
    """whether it speaks of orders for visits only, and looks at no others"""
