"""What the other checks must know of deliveries: which orders are, and who brings them."""

from __future__ import annotations

import numpy as np

from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, take
from sim.words.kinds import NONE, Hand, ServiceMode


def there(f: Facts) -> bool:
    """Whether the scenario delivers anything at all."""
    return "meals" in f.columns


def brought(f: Facts) -> Yes:
    """Which orders are for delivery."""
    service = f.place("orders", "service", "services")
    return np.asarray(take(f.text("services", "mode"), service, "") == ServiceMode.DELIVERY)


def meal_of(f: Facts) -> Ints:
    """The row in the table of meals of each order; -1 where it is none that a kitchen took."""
    if not there(f):
        return np.full(len(f.table("orders")), NONE)
    return find(f.column("meals", "order"), f.column("orders", "order"))


def handed(f: Facts) -> Yes:
    """Which orders need no caregiver: carried by a cadre, or eaten at the canteen."""
    if not there(f):
        return np.zeros(len(f.table("orders")), dtype=bool)
    hand = take(f.code("meals", "hand", Hand), meal_of(f), NONE)
    return np.asarray((hand != NONE) & (hand != Hand.DELIVERED))


def round_of(f: Facts) -> Ints:
    """The row in the table of rounds of each visit; -1 where it is no stop of a round."""
    order = f.row_of("visits", "order", "orders")
    if not there(f):
        return np.full(len(order), NONE)
    number = take(f.column("meals", "round"), take(meal_of(f), order, NONE), NONE)
    return np.where(number >= 0, find(f.column("rounds", "round"), number), NONE)


def on_round(f: Facts) -> Yes:
    """Which visits are stops of a round."""
    return np.asarray(round_of(f) != NONE)


def left_for(f: Facts) -> Ints:
    """When each visit's caregiver was taken for it, or for the round that it is a stop of."""
    if not there(f):
        return f.ms("visits", "held")
    left = take(f.ms("rounds", "departed"), round_of(f), NAT)
    return np.where(on_round(f), left, f.ms("visits", "held"))


def later_stop(f: Facts) -> Yes:
    """Which visits go on from another door of the same round."""
    return np.asarray(on_round(f) & (f.ms("visits", "departed") > left_for(f)))


def jobs(f: Facts) -> Ints:
    """What each line of the time sheet is about: its order, and of a round one for all stops."""
    order = f.column("timesheet", "order")
    if not there(f):
        return np.asarray(order)
    row = take(meal_of(f), f.row_of("timesheet", "order", "orders"), NONE)
    number = take(f.column("meals", "round"), row, NONE)
    return np.where((order >= 0) & (number >= 0), -2 - number, order)
