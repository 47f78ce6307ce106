"""What every point shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.clock import Clock
    from sim.model.draws import Draws
    from sim.model.fit import Fit
    from sim.model.matching.regulars import Regulars
    from sim.model.order import Order
    from sim.model.plan import Plan
    from sim.rules.registry import Rule
    from sim.scenario.sections.dispatching import Dispatch
    from sim.workload.tables import Workload


class Setting(NamedTuple):
    """One for all points."""

    clock: Clock
    plan: Plan
    workload: Workload
    settings: Dispatch
    choose_order: Rule
    choose_caregiver: Rule
    journal: Journal
    set_out: Callable[[Order], None]
    """told when a crew leaves"""
    completed: Callable[[Order], None]
    """told when a crew is done"""
    left_behind: Callable[[Order, Draws], bool]
    """told when a caregiver is turned around; whether the order left behind is still wanted"""
    fit: Fit
    regulars: Regulars | None
    """clients' usual caregivers, where a rule may ask for them"""
