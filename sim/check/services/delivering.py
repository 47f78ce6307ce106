"""What the checks of kitchens and of rounds have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from sim.check.ground.deliveries import there
from sim.check.ground.facts import Facts, Ints
from sim.check.ground.findings import Broken

Find = Callable[[Facts], Iterator[Broken]]


def where_delivered(find_broken: Find) -> Find:
    """The check, silent where the scenario delivers nothing."""

    @wraps(find_broken)
    def found(f: Facts) -> Iterator[Broken]:
        return find_broken(f) if there(f) else iter(())

    return found


def meals_in(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Of each meal: row of the order, row of the kitchen, when it leaves."""
    return (f.row_of("meals", "order", "orders"), f.place("meals", "kitchen", "kitchens"),
            f.ms("meals", "left"))
