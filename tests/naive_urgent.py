"""Second implementation: scores, who is kept free for emergencies, who is called away to one."""

from __future__ import annotations

from collections.abc import Sequence

from tests.naive import MINUTE
from tests.naive_facts import Carer, Job, Outing, Spot
from tests.naive_offers import Offers

DAY_MIN = 1440.0


class Urgent(Offers):
    """What emergencies change."""

    def _class(self, order: Job) -> int:
        return self.cares[self.tasks[order.request].service].priority

    def _is_emergency(self, order: Job) -> bool:
        return self._class(order) <= self.rules.emergency

    # the waiting list

    def _weighed(self, order: Job, carer: Carer) -> float:
        """The sum of weight x feature, in the order of the features."""
        task, care = self.tasks[order.request], self.cares[self.tasks[order.request].service]
        wanted = order.created if task.window is None else max(order.created, task.window[0])
        travel = self._planned(carer, order) / MINUTE
        features = {
            "travel_min": travel,
            "age_min": max(0, self.now - wanted) / MINUTE,
            "late_min": max(0, self.now - task.due) / MINUTE,
            "slack_min": min(DAY_MIN, max(0.0, (task.due - self.now) / MINUTE - travel)),
            "priority": care.priority,
            "border": float(self.stations[carer.point].zone != task.zone),
            "mean_service_min": care.mean / MINUTE,
        }
        total = 0.0
        for name, feature in features.items():
            total += self.rules.order_weights.get(name, 0.0) * feature
        return total

    def _order_score(self, order: Job, carer: Carer) -> tuple[float, ...]:
        task = self.tasks[order.request]
        return {
            "priority": lambda: (self._class(order), order.created),
            "fcfs": lambda: (order.created,),
            "earliest_due": lambda: (task.due,),
            "nearest": lambda: (self._planned(carer, order),),
            "score": lambda: (self._weighed(order, carer),),
        }[self.rules.choose_order]()

    def _list(self, point: int, carer: Carer) -> list[tuple[tuple[float, ...], Job]]:
        """What waits there that the carer can do, best first, each with the score it stands for.

        An order left behind takes the place of the first of its class.
        """
        found = sorted(
            (
                (self._order_score(order, carer), order) for order in self.orders
                if order.waiting and order.point == point and self._can(carer, order)
            ),
            key=lambda scored: (scored[0], scored[1].number),
        )
        ahead: list[tuple[tuple[float, ...], Job]] = []
        for score, order in found:
            if all(other[1] is not order for other in ahead):
                ahead += [
                    (score, left) for _, left in found
                    if left.preempted and self._class(left) == self._class(order)
                    and all(other[1] is not left for other in ahead)
                ]
            if not order.preempted:
                ahead.append((score, order))
        return ahead

    # the reserve

    def _is_ready(self, carer: Carer) -> bool:
        wanted = {
            s for s in self.stations[carer.point].services
            if self.cares[s].priority <= self.rules.emergency
        }
        return bool(wanted) and wanted <= carer.services

    def _leaves_enough(self, crew: Sequence[Carer], order: Job) -> bool:
        """Whether those who are free, go, and are ready for emergencies leave enough like them."""
        if self._is_emergency(order):
            return True
        for point in {carer.point for carer in crew}:
            ready = [
                c for c in self.carers
                if c.point == point and c.doing == "free" and self._is_ready(c)
            ]
            going = [c for c in ready if c in crew]
            if going and len(ready) - len(going) < self.rules.reserve:
                return False
        return True

    # called away

    def _turns_around(self, order: Job) -> bool:
        """Whether somebody on the way to less turns around for an emergency."""
        task = self.tasks[order.request]
        if (
            not self.rules.preempt or not self._is_emergency(order)
            or self._crew_size(order) > 1 or task.window is not None
        ):
            return False
        found = []
        for outing in self.outings:
            carer = next(c for c in self.carers if c.number == outing.caregiver)
            left = self.orders[outing.order]
            if (
                carer.point == order.point and outing.turned < 0
                and outing.departed <= self.now < outing.arrived
                and not self._is_emergency(left) and self._crew_size(left) == 1
                and self._can(carer, order) and self.now < carer.until
            ):
                way = self._planned_from(self._on_the_road(outing), order)
                if self._end(way, order) <= self._latest(carer):
                    found.append((way, carer.number, carer, outing))
        if found:
            _, _, carer, outing = min(found, key=lambda one: one[:2])
            self._calls_away(carer, outing, order)
        return bool(found)

    def _share(self, outing: Outing) -> float:
        road = outing.planned - self.rules.access
        return min(1.0, (self.now - outing.departed) / road) if road else 1.0

    def _on_the_road(self, outing: Outing) -> Spot:
        start, home = outing.start, self.tasks[self.orders[outing.order].request].home
        done = self._share(outing)
        if self.rules.matrix:
            return start if done < 0.5 else home
        x, y = (a + done * (b - a) for a, b in zip(start[:2], home[:2], strict=True))
        return x, y, home[2]

    def _calls_away(self, carer: Carer, outing: Outing, order: Job) -> None:
        left = self.orders[outing.order]
        carer.where = self._on_the_road(outing)
        outing.km *= self._share(outing)
        outing.turned, outing.no_show = self.now, False
        outing.arrived = outing.started = outing.ended = -1
        carer.busy += self.now - outing.departed
        self.stations[carer.point].busy += self.now - outing.departed
        left.state, left.borrowed = "accepted", False
        left.gathering = left.departed = left.started = left.ended = -1
        left.preempted += 1
        if left.patient_until <= self.now:
            self._cancel(left, "gave_up")
        self._send(order, [carer])
        if left.cancelled < 0 and not self._is_taken(left):
            left.waiting = True
