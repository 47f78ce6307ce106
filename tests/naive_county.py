"""A second implementation of orders, offers, caregivers and crews, slow and obvious.

As in :mod:`tests.naive`: one plain list of what is to come, and every decision looks at everybody
and everything anew. ``naive_facts`` has the nouns, ``naive_offers`` and ``naive_crews`` an order's
way to a point and from there to the home, this file the caregivers' shifts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.naive import (
    CAREGIVER,
    EXPIRY,
    HOTLINE,
    HOUR,
    MINUTE,
    POINT,
    RELEASE,
    ROSTER,
    Line,
    due_break,
)
from tests.naive_crews import Crews
from tests.naive_facts import Care, Carer, Part, Rules, Station, Task


class Dispatch(Crews):
    """Runs the tasks; ``orders``, ``outings``, ``returns`` and ``sheet`` say what became of it."""

    def __init__(
        self, tasks: Sequence[Task], carers: Sequence[Carer], stations: Sequence[Station],
        cares: Sequence[Care], rules: Rules, until: int = 86_400_000,
    ) -> None:
        super().__init__(tasks, carers, stations, cares, rules)
        for carer in carers:
            self._next_shift(carer)
        for number, station in enumerate(stations):
            for start, end in station.open_spans:
                for time, is_open in ((start, True), (end, False)):
                    self.agenda.add(
                        time, ROSTER, POINT, number,
                        lambda s=station, o=is_open: setattr(s, "is_open", o),
                    )
        for hour in range(1, len(rules.slow)):
            if rules.slow[hour] < rules.slow[hour - 1]:
                self.agenda.add(hour * HOUR, ROSTER, HOTLINE, 1, self._roads_clear)
        self.agenda.play(until, self._check)

    def _roads_clear(self) -> None:
        for point in range(len(self.stations)):
            for carer in self.carers:
                if carer.doing == "free" and carer.point == point:
                    self._finds_work(carer)

    def parts(self) -> list[Part]:
        """What everybody did but for plain idleness, cut at the shift's end."""
        parts = [part for outing in self.outings for part in outing.parts()] + self.releases
        parts += [(who, "return", start, end, -1) for who, start, end in self.returns]
        parts += [
            (line.person, "break", start, end, -1)
            for line in self.sheet for start, end in line.rests
        ]
        return sorted(
            (who, state, start, end, order)
            for who, state, first, last, order in parts
            for line in self.sheet if line.person == who
            and line.signed_in <= first and (last <= line.signed_out or line.signed_out < 0)
            for start, end in ((first, min(last, line.end)), (max(first, line.end), last))
            if start < end
        )

    def _check(self) -> None:
        """No order is left that somebody free could take now.

        Who is on the way back may have come near enough in between; that is seen on arrival.
        """
        for order in self.orders:
            if order.waiting:
                team = [c for c in self.carers if c.point == order.point and c.doing == "free"]
                for free in (team, self._helpers(order)):
                    there = [carer for carer in free if carer.back is None]
                    assert not self._best_crew(order, there), (self.now, order)

    def _next_shift(self, carer: Carer) -> None:
        if carer.shifts:
            self.agenda.add(
                max(self.now, carer.shifts[0].start), ROSTER, CAREGIVER, carer.number,
                lambda: self._signs_in(carer),
            )

    def _signs_in(self, carer: Carer) -> None:
        shift = carer.shifts.pop(0)
        carer.line = Line(carer.number, self.now, end=shift.end)
        self.sheet.append(carer.line)
        carer.until, carer.breaks = shift.end, list(shift.breaks)
        carer.where, carer.busy = self.stations[carer.point].spot, 0
        looks: list[tuple[int, int, Callable[[], None]]] = [
            (shift.end, ROSTER, lambda: self._shift_ends(carer))
        ]
        looks += [(first, EXPIRY, lambda: self._break_due(carer)) for first, _, _ in shift.breaks]
        for time, rank, happens in looks:
            if time > self.now:
                self.agenda.add(time, rank, CAREGIVER, carer.number, happens)
        self._comes_free(carer)

    def _shift_ends(self, carer: Carer) -> None:
        order = self.stations[carer.point].gathers
        if carer.doing == "free":
            self._stops(carer)
            self._leaves(carer)
        elif order is not None and carer in order.held:
            self._lets_go(carer, order)
            self._leaves(carer)

    def _break_due(self, carer: Carer) -> None:
        if carer.doing == "free" and (rest := due_break(carer.breaks, carer.line, self.now)):
            self._stops(carer)
            self._rests(carer, rest)

    def _rests(self, carer: Carer, length: int) -> None:
        carer.doing = "busy"
        self.agenda.add(
            self.now + length, RELEASE, CAREGIVER, carer.number, lambda: self._comes_free(carer)
        )

    def _leaves(self, carer: Carer) -> None:
        carer.doing = "off"
        carer.line.signed_out = self.now
        carer.line.missed += len(carer.breaks)
        self._reviews(carer.point)
        self._next_shift(carer)

    def _comes_free(self, carer: Carer) -> None:
        if self.now >= carer.until:
            self._leaves(carer)
        elif rest := due_break(carer.breaks, carer.line, self.now):
            self._rests(carer, rest)
        else:
            carer.doing, carer.free_since = "free", self.now
            self._finds_work(carer)
            if self.rules.reserve and self._is_ready(carer):
                for other in self.carers:
                    if (
                        carer.doing == "free" and other.doing == "free"
                        and other.point == carer.point and other is not carer
                        and self._is_ready(other)
                    ):
                        self._finds_work(other)
            if carer.doing == "free" and self.rules.goes_back:
                self._goes_back(carer)

    def _goes_back(self, carer: Carer) -> None:
        spot = self.stations[carer.point].spot
        noise, zone = carer.last
        way = round(self._minutes(carer.where, spot, zone) * self._slow() * MINUTE * noise)
        if carer.where == spot or way == 0:
            carer.where = spot
            return
        trip = carer.back = (carer.where, self.now, self.now + way)

        def is_back() -> None:
            if carer.back is trip:
                carer.back, carer.where = None, spot
                self.returns.append((carer.number, trip[1], trip[2]))
                self._finds_work(carer)

        self.agenda.add(self.now + way, RELEASE, CAREGIVER, carer.number, is_back)
