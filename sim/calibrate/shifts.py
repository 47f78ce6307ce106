"""Stretches on duty as shifts of a week: how many of each group of skills, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.calibrate.arrivals import Arrivals
from sim.calibrate.log import Floats, Ints
from sim.calibrate.presence import INTERVAL_S, Presence
from sim.calibrate.scenario import Raw
from sim.calibrate.skills import Skills
from sim.scenario.sections.quantities import WEEKDAYS

SHORTEST = 2
"""Shifts shorter than so many intervals are not written."""


def weekly(
    presence: Presence, skills: Skills, arrivals: Arrivals, days: int, names: Sequence[str]
) -> tuple[Raw, Raw]:
    """Rows of operators.csv and shifts.csv that put as many on duty as an average usual day of
    each weekday had; ``names``: the skill of each queue.

    Numbers are rounded over all groups together, so that their sum is that of the log to within
    one half.
    """
    per_set = [
        presence.of(skills.of_agent == number).counts(days) for number in range(len(skills.sets))
    ]
    operators: Raw = {}
    shifts: Raw = {}
    for weekday in range(7):
        like = arrivals.usual & (arrivals.weekdays == weekday)
        if not like.any():
            continue
        mean = np.array([counts[like].mean(axis=0) for counts in per_set])
        whole = _rounded_together(mean)
        for number, profile in enumerate(whole):
            for (start, end), count in _stretches(profile).items():
                shift = f"{WEEKDAYS[weekday].lower()}-{_clock(start)}-{_clock(end)}".replace(
                    ":", ""
                )
                shifts[shift] = {
                    "start": _clock(start), "end": _clock(end), "days": WEEKDAYS[weekday]
                }
                row: Raw = {"count": count, "shifts": shift}
                wanted = [n for n, can in zip(names, skills.sets[number], strict=True) if can and n]
                if wanted:
                    row["skills"] = " | ".join(wanted)
                operators[f"skills-{number + 1}-{shift}"] = row
    return operators, shifts


def _rounded_together(mean: Floats) -> Ints:
    """Whole numbers whose running sums over the groups are those of the means, rounded."""
    sums = np.rint(np.cumsum(mean, axis=0)).astype(np.int64)
    return np.asarray(np.diff(sums, axis=0, prepend=0))


def _stretches(profile: Ints) -> dict[tuple[int, int], int]:
    """Shifts (first interval, end) and how many work each: who came first leaves first."""
    on: list[int] = []
    found: dict[tuple[int, int], int] = {}
    for interval, wanted in enumerate([*profile.tolist(), 0]):
        while len(on) > wanted:
            start = on.pop(0)
            if interval - start >= SHORTEST:
                found[start, interval] = found.get((start, interval), 0) + 1
        on += [interval] * (wanted - len(on))
    return found


def _clock(interval: int) -> str:
    minutes = round(interval * INTERVAL_S / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
