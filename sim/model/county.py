"""The whole county: hotline, dispatcher, points and people, put together and run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from simpy.events import Event

from sim.log import Context, Journal, Result, tables
from sim.model.caregiver import Caregiver, caregiver
from sim.model.choice import Choice
from sim.model.clock import Clock, key
from sim.model.dispatch import Dispatcher
from sim.model.draws import requests
from sim.model.experts import Consult, Expert, Experts
from sim.model.fit import Fit
from sim.model.hotline import Hotline
from sim.model.incoming import ARRIVES, Incoming
from sim.model.matching.crew import by_number
from sim.model.matching.regulars import regulars_of
from sim.model.meal import Meal
from sim.model.meals.kitchens import Kitchens
from sim.model.meals.rounds import Rounds
from sim.model.offer_modes.grab import Hall
from sim.model.offer_modes.pool import Pool
from sim.model.offer_modes.rematch import Rematch
from sim.model.operator import Operator, operator
from sim.model.order import Order
from sim.model.places.applicants import Places
from sim.model.places.wards import wards
from sim.model.plan import Plan, Spans, plan
from sim.model.point import Point
from sim.model.setting import Setting
from sim.model.tables.context import context
from sim.model.tables.reference import reference
from sim.model.tiers import Tiers
from sim.model.virtual_hold import WithHold
from sim.rules import registry
from sim.scenario.schema import Scenario
from sim.scenario.shock_effects import acting
from sim.words.kinds import HOUR, Entity, OfferMode, Rank, ServiceMode, StaffRole
from sim.workload.residents import residents
from sim.workload.roster import Duty, Person, duties, people
from sim.workload.tables import Workload


def simulate(
    scenario: Scenario, workload: Workload, roster: Sequence[Duty] | None = None
) -> Result:
    """Run the county on a workload; nothing is drawn here.

    ``roster``: who is on duty when; by default the scenario's, with the absences of the workload's
    seed and replication.
    """
    if roster is None:
        roster = duties(scenario, workload.seed, workload.replication)
    county = County(scenario, workload, roster)
    county.run()
    return tables(
        county.journal, county.context(), workload.replication,
        reference(
            scenario, county.plan, county.staff, (workload.seed, workload.replication)
        ),
    )


class County:
    """One run."""

    def __init__(self, scenario: Scenario, workload: Workload, roster: Sequence[Duty]) -> None:
        self.scenario = scenario
        self.workload = workload
        self.roster = roster
        self.staff = people(scenario)
        self.plan: Plan = plan(scenario)
        self.clock = Clock()
        self.journal = Journal()
        self.skills = ["", *sorted(
            {s.skill for s in scenario.requests} - {""}
            | {skill for group in scenario.operators for skill in group.skills}
        )]
        self.fit = Fit(scenario, self.plan, workload)

        skills = list(range(len(self.skills)))
        if scenario.hold.prob:
            self.hotline: Hotline = WithHold(self.clock, scenario, workload, skills, self.journal)
        else:
            self.hotline = Hotline(self.clock, scenario.hotline, skills, self.journal)
        dispatch = scenario.dispatch
        rules = registry.chosen(dispatch)
        self.choice = Choice(
            self.plan, workload, rules["choose_point"], dispatch.max_travel_min
        )
        self.dispatcher = Dispatcher(
            self.clock, self.plan, workload, scenario, self.choice, self.hotline, self.journal,
            self.fit,
        )
        setting = Setting(
            self.clock, self.plan, workload, dispatch,
            rules["choose_order"], rules["choose_caregiver"],
            self.journal, self.dispatcher.set_out, self.dispatcher.completed,
            self.dispatcher.left_behind, self.fit, regulars_of(scenario, workload),
        )
        self.points = [Point(number, setting) for number in range(len(self.plan.points))]
        for point in self.points:
            point.neighbours = [other for other in self.points if other is not point]
        self.choice.points = self.dispatcher.points = self.points
        if scenario.places:
            self.dispatcher.places = places = Places(
                self.clock, self.plan, wards(scenario), workload, scenario, self.dispatcher,
                self.points,
            )
            places.moves_in(residents(scenario, workload.seed, workload.replication))
            self._hands_to(ServiceMode.PLACE, Order, places.applies)
        if any(self.plan.delivers):
            self._cook()
        self.hotline.order_from = self.dispatcher.hears
        self.incoming = incoming = Incoming(
            self.clock, scenario, workload, self.skills, self.hotline, self.dispatcher
        )
        self.hotline.lost = incoming.redials
        self.hotline.handed_down = incoming.handed_down
        self.tiers: Tiers | None = None
        if scenario.tiers:
            self.tiers = Tiers(
                self.clock, list(scenario.tiers.values()), workload, self.journal,
                incoming.redials, incoming.comes_down,
            )
            self.hotline.handed_down = self.hotline.overflowed = self.tiers.take
        self.experts: Experts | None = None
        if scenario.experts:
            self.experts = Experts(self.clock, scenario, workload, self.dispatcher)
            self._hands_to(ServiceMode.REMOTE, Consult, self.experts.take)
        self._employ()
        self._set_offer_mode()
        if scenario.dispatch.reoptimise_every_min and self.points:
            Rematch(self.clock, self.points, self.caregivers, scenario.dispatch)

    def run(self) -> None:
        """Everything up to the horizon; then the books are closed."""
        self._set_calendar()
        self._set_outages()
        self.clock.run_before(
            self.workload.horizon, requests(self.workload, ARRIVES), self.incoming.comes
        )
        self.hotline.closing_books()
        if self.tiers is not None:
            self.tiers.closing_books()
        for person in self.caregivers:
            if person.held_for is not None:
                person.point.crews.unhold(person)
            elif person.returning is not None:
                person.point.takes(person)
        if self.dispatcher.places is not None:
            self.dispatcher.places.closing_books()
        self.dispatcher.closing_books()
        if self.experts is not None:
            self.experts.closing_books()

    def context(self) -> Context:
        """What the tables need beside the journal."""
        return context(
            self.scenario, self.plan, self.workload, self.staff, self.roster, self.skills
        )

    def _hands_to(self, mode: ServiceMode, kind: type[Order], take: Callable[[Any], None]) -> None:
        """Who has the orders of a mode next, once they are written."""
        for number, service in enumerate(self.scenario.services):
            if service.mode == mode:
                self.dispatcher.takers[number] = kind, take

    def _cook(self) -> None:
        """Kitchens, and the points that their meals go out from."""
        plan = self.plan
        kitchens = Kitchens(
            self.clock, plan.meals, plan.trips, plan.points, self.workload, self.choice,
            self.journal, self.dispatcher.cancel,
        )
        self._hands_to(ServiceMode.DELIVERY, Meal, kitchens.take)
        kitchens.points = self.points
        kitchens.settles = self.dispatcher.funds is not None
        for point in self.points:
            if any(behind[point.number] for behind in plan.meals.behind):
                point.rounds = Rounds(point, kitchens)

    # -- people -------------------------------------------------------------------------------

    def _employ(self) -> None:
        shifts: dict[int, list[tuple[int, Duty]]] = {}
        for number, duty in enumerate(self.roster):
            if not duty.absent and duty.end > 0:
                shifts.setdefault(duty.person, []).append((number, duty))
        self.caregivers: list[Caregiver] = []
        rooms: dict[int, Any] = {}
        for person in self.staff:
            own = shifts.get(person.number, [])
            if person.role == StaffRole.OPERATOR:
                self._employ_operator(person, own, rooms)
            elif self.experts is not None and person.role == StaffRole.EXPERT:
                able = self.experts.able(person.group, self.scenario)
                expert = Expert(self.clock, person.number, own, able)
                self.experts.experts.append(expert)
                self.clock.live(operator(self.clock, self.experts, expert), expert.turn)
            else:
                point = self.points[person.point]
                me = Caregiver(
                    self.clock, person.number, person.group, point, own, self.fit.of(person),
                    person.woman,
                )
                self.caregivers.append(me)
                self.clock.live(caregiver(self.clock, point, me), me.turn)

    def _employ_operator(
        self, person: Person, own: list[tuple[int, Duty]], rooms: dict[int, Any]
    ) -> None:
        group = self.scenario.operators[person.group]
        covered = [0, *(self.skills.index(skill) for skill in group.skills)]
        covers = [[tier[skill] for skill in covered] for tier in self.hotline.queues]
        if person.group not in rooms:
            rooms[person.group] = []
            self.hotline.rooms.append(rooms[person.group])
            for skill in covered:
                self.hotline.rooms_for[skill].append(rooms[person.group])
        me = Operator(self.clock, person.number, own, covers, rooms[person.group])
        self.hotline.operators.append(me)
        self.clock.live(operator(self.clock, self.hotline, me), me.turn)

    def _set_offer_mode(self) -> None:
        """What orders meet before, or instead of, being offered to one point after another."""
        dispatch = self.scenario.dispatch
        if dispatch.offer_mode in (OfferMode.GRAB, OfferMode.HYBRID):
            self.dispatcher.hall = hall = Hall(
                self.clock, dispatch, self.choice, self.dispatcher, self.workload, self.journal
            )
            hall.open_to(
                [point.id for point in self.scenario.points], self.caregivers,
                [self.staff[me.number].id for me in self.caregivers],
            )
        elif dispatch.offer_mode == OfferMode.POOL and self.points:
            self.dispatcher.pool = pool = Pool(self.points, dispatch.pool_km)
            for point in self.points:
                point.pool = pool

    # -- the calendar ---------------------------------------------------------------------------

    def _set_calendar(self) -> None:
        horizon = self.workload.horizon
        place = key(Rank.ROSTER, Entity.HOTLINE, 0)
        for start, end in _within(self.plan.hotline_open, horizon):
            self.clock.alarm(start, place, self.hotline.opens)
            self.clock.alarm(end, place, self.hotline.closes)
        for number, spans in enumerate(self.plan.point_open):
            place = key(Rank.ROSTER, Entity.POINT, number)
            for start, end in _within(spans, horizon):
                self.clock.alarm(start, place, self._point_opens, (number, True))
                self.clock.alarm(end, place, self._point_opens, (number, False))
        slow = self.plan.trips.slow
        place = key(Rank.ROSTER, Entity.HOTLINE, 1)
        for hour in range(1, len(slow)):
            if slow[hour] < slow[hour - 1]:
                self.clock.alarm(hour * HOUR, place, self._roads_clear)

    def _set_outages(self) -> None:
        """Shocks that put lines out of order."""
        place = key(Rank.ROSTER, Entity.HOTLINE, 2)
        for _, shock, span in acting(self.scenario):
            for start, end in _within([span], self.workload.horizon):
                if shock.lines_down and end > 0:
                    lines = self.hotline.lines_come_back
                    self.clock.alarm(max(0, start), place, lines, -shock.lines_down)
                    self.clock.alarm(end, place, lines, shock.lines_down)

    def _point_opens(self, alarm: Event) -> None:
        number, is_open = alarm._value
        self.choice.open[number] = is_open

    def _roads_clear(self, _: Event) -> None:
        """Travel gets faster: an order that no shift had room for may now fit."""
        for point in self.points:
            for me in sorted(point.free.values(), key=by_number):
                if me.free:
                    point.rematch(me)
        if self.dispatcher.places is not None:
            self.dispatcher.places.roads_clear()


def _within(spans: Spans, horizon: int) -> Iterator[tuple[int, int]]:
    return ((start, end) for start, end in spans if start < horizon)
