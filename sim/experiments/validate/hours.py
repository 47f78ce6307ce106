"""Cases of callers and a staff that change with the time of day: Kolmogorov's equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sim.experiments.validate.case import Case, Quantity, about
from sim.experiments.validate.ground import DAY, exponential, hotline
from sim.experiments.validate.read import Read, hourly, kpi
from sim.theory.varying import relieved, staffed

RATES = [
    12, 10, 8, 8, 9, 12, 20, 60, 100, 110, 95, 80, 60, 50, 70, 85, 75, 60, 50, 40, 30, 20, 15, 12,
]
"""Calls in each hour of the day."""
SHIFTS = {
    "night": ("23:00", "07:00", 2),
    "day": ("07:00", "15:00", 15),
    "late": ("15:00", "23:00", 12),
}


def hours() -> Case:
    """Margins: 6 % of the truth, plus 4 % of the largest hour's for what is next to nothing.

    If the next shift took over the calls in hand instead, 0.81 of the callers from 15 to 16 h would
    wait rather than 0.64, and 0.65 from 23 to 24 h rather than 0.52: the battery can tell.
    """
    talk, patience = 12.0, 6.0
    night, day, late = (SHIFTS[name][2] for name in ("night", "day", "late"))
    staff = [night] * 7 + [day] * 8 + [late] * 8 + [night]
    truth = staffed(RATES, staff, 60 / talk, 60 / patience, leaving=relieved(staff))
    series: Mapping[str, tuple[Any, Callable[[int], Read]]] = {
        "share that waits": (truth.waits, partial(hourly, "waits")),
        "mean queue": (truth.queue, partial(hourly, "queue")),
        "answered": (truth.answered, partial(hourly, "answered")),
        "abandoned": (truth.abandoned, partial(hourly, "abandoned")),
        "occupancy": (truth.occupancy, lambda h: kpi("occupancy", f"hour={h}")),
    }
    return Case(
        "hours", "M(t)/M/s(t)+M, three shifts, exhaustive shift ends: Kolmogorov's equations",
        hotline(0, sum(RATES) / DAY, exponential(talk), 32, **{
            "callers.client.patience": exponential(patience),
            "demand.shapes.swing": {"hours": RATES},
            "requests.calls.shape": "swing",
            "caregivers.team.shifts": "day",
            "shifts": {name: {"start": s, "end": e} for name, (s, e, _) in SHIFTS.items()},
            "operators": {name: {"count": n, "shifts": name} for name, (*_, n) in SHIFTS.items()},
            "operators.desk": None,
        }),
        [
            *(
                Quantity(f"{name}, {h:02}-{h + 1:02} h", float(values[h]),
                         float(0.06 * values[h] + 0.04 * max(values)), read(h))
                for name, (values, read) in series.items()
                for h in range(24)
            ),
            about("overtime, h a day", truth.overtime, kpi("operator_overtime_h")),
        ],
    )
