"""A calibration: from a cleaned log to a scenario that runs, with every number's source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from sim.calibrate.estimates import estimates
from sim.calibrate.learn import Learned, learn
from sim.calibrate.log import CallLog
from sim.calibrate.scenario import Raw, built, raw_scenario, skill_names
from sim.calibrate.settle import Settled, settled
from sim.calibrate.shifts import weekly


@dataclass(frozen=True, eq=False)
class Calibration:
    """What calibrating gives."""

    settled: Settled
    raw: Raw
    """the scenario, checked"""
    table: pd.DataFrame
    """``estimates.csv``"""

    @property
    def learned(self) -> Learned:
        return self.settled.learned


def calibrate(log: CallLog, name: str, files: tuple[str, ...]) -> Calibration:
    """Learn a scenario from a log; ``files``: names of the files, the source of every number."""
    found = settled(learn(log))
    learned = found.learned
    names = skill_names(learned)
    operators, shifts = weekly(
        learned.staff.presence, learned.skills, learned.arrivals, learned.log.days, names
    )
    weeks = max(1, learned.log.days // 7)
    start = learned.log.first + dt.timedelta(days=-learned.log.first.weekday() % 7)
    raw = raw_scenario(learned, name, start, 7 * min(weeks, 8), operators, shifts)
    raw["sources"] = _sources(learned, ", ".join(files))
    built(raw)
    return Calibration(found, raw, estimates(learned))


def _sources(learned: Learned, files: str) -> Raw:
    """Where every figure comes from: the log, or nowhere where a log cannot tell."""
    log = learned.log
    period = f"{log.first}..{log.first + dt.timedelta(days=log.days - 1)}"
    given = {"standing": "derived", "source": f"{files} ({period}); estimates.csv"}
    none = {"standing": "assumed",
            "source": "the log does not say, and nothing rests on it / 记录未载，结果与它无关"}
    rule = {"standing": "given", "source": f"columns.toml: {log.name}"}
    derived = (
        "time.start", "time.days", "demand.busy_day_cv.*", "demand.shapes.*.*",
        "callers.*.talk.*", "callers.*.patience.*", "callers.*.redial_first_prob",
        "callers.*.redial_later_prob", "callers.*.redial_delay.*", "callers.*.max_redials",
        "hotline.open", "hotline.wrap_up.*", "operators.*.*", "shifts.*.*", "requests.*.*",
        "calendar.*.*",
    )
    unknown = (
        "time.cool_down_days", "demand.growth", "hotline.lines", "travel.modes.none.kmh",
        "zones.*.*",
    )
    return {
        **dict.fromkeys(derived, given), **dict.fromkeys(unknown, none),
        "targets.acceptable_wait_s": rule,
    }
