"""Days of strong swing for the search of operators, and the search that leaves nothing out.

Calls do not redial and nobody finds the lines busy, so that who rings when is the same whatever the
roster: how many calls of an interval may still be late is known beforehand, and a roster that has
spent that on the first replications cannot meet its target on all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.replicate import prepare
from sim.experiments.staffing.outcome import Outcome
from sim.experiments.staffing.variants import rostered
from sim.measures.counting.intervals import ratio_interval
from sim.model.county import County
from sim.scenario.load import Resolved
from sim.scenario.schema import Scenario
from sim.words.kinds import HOUR, CallOutcome
from sim.workload.draw import draw
from sim.workload.roster import duties
from tests.scenario_kit import changed, raw_small, write

Floats = NDArray[np.float64]
Counts = tuple[int, ...]
NAMES = {"name_zh": "甲", "name_en": "A"}


@dataclass(frozen=True)
class Day:
    """A hotline that is open for some hours of one day."""

    name: str
    first: int
    """hour at which it opens"""
    calls: tuple[float, ...]
    """expected in each of its hours"""
    talk_s: float
    wrap_up_s: float
    shifts: dict[str, tuple[int, int]]
    """pattern -> hours at which it begins and ends; those of 8 hours have half an hour's break"""

    def write(self, folder: Path) -> Path:
        """As a scenario folder. Pay is 100 yuan a month for each hour of a day."""
        last = self.first + len(self.calls)
        hours = [0.0] * 24
        hours[self.first : last] = self.calls
        return write(changed(raw_small(), {
            "name": self.name,
            "time": {"start": "2026-03-02", "days": 1, "warm_up_days": 0, "cool_down_days": 0},
            "services.help": None,
            "services.ask": {**NAMES, "mode": "advice"},
            "requests.calls": {
                "channel": "phone", "service": "ask", "group": "elder", "share_client": 1,
                "per_day": sum(self.calls), "shape": "swing",
            },
            "demand.shapes": {"swing": {"hours": hours}},
            "callers.client.patience": {"dist": "exponential", "mean_s": 90},
            "callers.client.talk": {"dist": "exponential", "mean_s": self.talk_s},
            "hotline.wrap_up": {"dist": "constant", "value_s": self.wrap_up_s},
            "hotline.open": f"daily {self.first:02}:00-{last:02}:00",
            "hotline.lines": 1000,
            "shifts": {name: self._shift(*span) for name, span in self.shifts.items()},
            "operators": {
                name: {"count": 1, "shifts": name, "pay_yuan_per_month": 100 * (end - start)}
                for name, (start, end) in self.shifts.items()
            },
            "caregivers.team.shifts": next(iter(self.shifts)),
        }), folder / self.name)

    @staticmethod
    def _shift(start: int, end: int) -> dict[str, Any]:
        middle = (start + end) // 2
        rest = {"breaks": f"{middle}:00-{middle + 1}:00/30"} if end - start == 8 else {}
        return {"start": f"{start:02}:00", "end": f"{end:02}:00", **rest}


SHORT = Day(
    "short", 8, (52, 180, 115, 52, 90, 55), 36, 18,
    {"early": (8, 11), "long": (8, 14), "peak": (9, 11), "late": (11, 14)},
)
"""The smallest, for every commit."""
LONGER = (
    Day(
        "two-peaks", 8, (15, 60, 90, 45, 15, 20, 65, 80, 50, 25, 10, 6), 180, 60,
        {"early": (8, 16), "late": (12, 20), "morning": (9, 13), "noon": (10, 15),
         "afternoon": (14, 18), "evening": (17, 20)},
    ),
    Day(
        "morning-rush", 8, (110, 70, 35, 20, 12, 12, 15, 20, 15, 10), 150, 60,
        {"early": (8, 16), "late": (10, 18), "rush": (8, 11), "morning": (8, 12),
         "afternoon": (13, 18)},
    ),
    Day(
        "evening-flood", 10, (8, 10, 10, 12, 15, 30, 70, 100, 60, 20), 150, 60,
        {"early": (10, 18), "late": (12, 20), "flood": (16, 19), "evening": (15, 20),
         "noon": (10, 14)},
    ),
)
"""For the evidence."""


class Exhaustive:
    """Every roster of some patterns on the training workloads of a search, by its criterion: the
    whole 95 % interval of every measure in every interval meets the target, and somebody is on duty
    whenever the hotline is open. What becomes of the calls is read off the model's journal.
    """

    def __init__(self, folder: Path, found: Outcome) -> None:
        self.resolved: Resolved = prepare(folder)
        self.found = found
        self.simulated = 0
        self.workloads = [
            draw(self.resolved.scenario, found.seed, r) for r in range(found.replications)
        ]
        known = {shift.id: shift for shift in self.resolved.scenario.shifts}
        self.shifts = [known[group.shifts[0]] for group in self.resolved.scenario.operators]
        self.spans = [(shift.until - shift.start) / HOUR for shift in self.shifts]
        targets = self.resolved.scenario.targets
        self.patience_ms = 1000 * targets.acceptable_wait_s
        self.most = np.array([[1 - targets.service_level], [targets.abandonment]])
        """of each measure: greatest share of calls that may go wrong"""
        given = self.resolved.scenario
        self.calls = sum(self._run(given, r)[1] for r in range(found.replications))

    def fewest_hours(self, most: float) -> tuple[float, list[Counts]]:
        """The least total hours with which some roster of at most ``most`` hours does, and all
        rosters of these hours that do; infinite and none where no roster does."""
        for hours, rosters in itertools.groupby(self.rosters(most), key=self.hours):
            if good := [counts for counts in rosters if self.does(counts)]:
                return hours, good
        return np.inf, []

    def does(self, counts: Counts) -> bool:
        """Whether a roster does; not simulated further once it cannot."""
        opens = self.resolved.scenario.hotline.open.days[0][0]
        hours = range(opens[0] // HOUR, opens[1] // HOUR)
        if not all(self._somebody(counts, hour) for hour in hours):
            return False
        wrong, calls = [], []
        county = rostered(self.resolved, counts).scenario
        for replication in range(len(self.workloads)):
            found = self._run(county, replication)
            wrong.append(found[0])
            calls.append(found[1])
            if (sum(wrong) > self.most * self.calls + 1e-9).any():
                return False
        for measure in range(2):
            high = ratio_interval(
                np.array([one[measure] for one in wrong]).T, np.array(calls).T).high
            if (high > self.most[measure] + 1e-12).any():
                return False
        return True

    def hours(self, counts: Sequence[int]) -> float:
        """Rostered by everybody, on one day."""
        return float(np.dot(counts, self.spans))

    def rosters(self, most: float) -> list[Counts]:
        """All with at most so many hours, those of the fewest first."""
        ranges = [range(int(most / span + 1e-9) + 1) for span in self.spans]
        found = [c for c in itertools.product(*ranges) if self.hours(c) <= most + 1e-9]
        return sorted(found, key=lambda counts: (self.hours(counts), counts))

    def _somebody(self, counts: Counts, hour: int) -> bool:
        return any(
            n and shift.start <= hour * HOUR < shift.until
            for n, shift in zip(counts, self.shifts, strict=True)
        )

    def _run(self, county: Scenario, replication: int) -> tuple[Floats, Floats]:
        """(measure, interval): calls not answered in time, and given up; (interval): calls."""
        self.simulated += 1
        model = County(
            county, self.workloads[replication], duties(county, self.found.seed, replication))
        model.run()
        lines = model.journal.calls.columns()
        answered = lines["outcome"] == CallOutcome.ANSWERED
        late = ~(answered & (lines["answered"] - lines["arrived"] <= self.patience_ms))
        gone = lines["outcome"] == CallOutcome.ABANDONED
        hour = lines["arrived"] // HOUR - county.hotline.open.days[0][0][0] // HOUR

        def count(which: NDArray[np.bool_]) -> Floats:
            return np.array([
                np.count_nonzero(which & (part.first <= hour) & (hour <= part.last))
                for part in self.found.parts
            ], dtype=float)

        return np.stack([count(late), count(gone)]), count(np.ones(len(hour), dtype=bool))
