"""Where meals come from: the rows of ``kitchens.csv``."""

from __future__ import annotations

from sim.scenario.sections.quantities import Count, Frozen, Names, Probability, WeeklyHours


class Kitchen(Frozen):
    """A kitchen (供餐厨房) and the meal points it supplies. File ``kitchens.csv``."""

    id: str
    name_zh: str
    name_en: str
    point: str
    """the service point where it cooks"""
    meal_points: Names = ()
    """points that its meals go out from, ``a | b``; empty: its own"""
    services: Names = ("all",)
    """deliveries that it fills, ``a | b``, or ``all``"""
    capacity_per_day: Count
    """orders it can fill on one date"""
    open: WeeklyHours
    """when meals may leave it and be handed over; what is not at the door when it stops never is"""
    mode: str = ""
    """travel mode that takes meals to other meal points, a key of ``travel.modes``; empty: the
    first"""
    collect_prob: Probability = 0.0
    """share of its diners who eat at the canteen"""
    carry_prob: Probability = 0.0
    """share of its orders that a village cadre (妇女主任) carries to the home"""

    @property
    def supplies(self) -> Names:
        """The points its meals go out from."""
        return self.meal_points or (self.point,)

    def fills(self, service: str) -> bool:
        """Whether it fills orders for a service."""
        return bool({service, "all"} & set(self.services))
