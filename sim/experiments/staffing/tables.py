"""The tables of a result: everything tried, every stretch, every slot, the payroll."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from sim.experiments.staffing.bench import Trial
from sim.experiments.staffing.judge import ABANDONMENT, SERVICE_LEVEL
from sim.experiments.staffing.outcome import Outcome, Roster
from sim.experiments.staffing.payroll import payroll
from sim.experiments.staffing.week import KINDS, Week
from sim.measures.counting.groups import Floats, Ints
from sim.words.kinds import HOUR, MINUTE

MEASURES = (("service_level", SERVICE_LEVEL), ("abandonment", ABANDONMENT))


def tried(found: Outcome) -> pd.DataFrame:
    """One row a trial, in order: what it was for, the requirement (seats; runs of slots alike, of
    each kind of day), the roster and its pay and insurance a year, the stretch with the worst
    service level, how many stretches failed, whether none did, and which roster was kept."""
    return pd.DataFrame(
        [_trial(found, number, trial) for number, trial in enumerate(found.trials, 1)])


def intervals(found: Outcome) -> pd.DataFrame:
    """One row a roster and stretch, on the fresh workloads: mean seats required and people
    rostered (breaks taken off), service level and abandonment with their 95 % intervals and
    targets, and what that says."""
    return pd.DataFrame([
        _stretch(found, roster, number, verdict)
        for roster in found.rosters for number, verdict in enumerate(found.verdicts(roster))
    ])


def slots(found: Outcome) -> pd.DataFrame:
    """One row a desk and slot: the interval it is judged in, calls expected, offered and modified
    offered load in erlangs, seats by theory and by simulation, and of each roster what it covers
    and has there."""
    week = found.week
    judged = {
        (part.desk, slot): week.name(part.first, part.last)
        for part in found.parts for slot in range(part.first, part.last + 1)
    }
    rows = []
    for desk in range(len(week.desks)):
        there = {
            roster.name: (roster.counts * week.able[desk]) @ week.mean_covers
            for roster in found.rosters
        }
        for slot in range(week.slots):
            rows.append({
                "desk": found.desk(desk),
                "day": KINDS[week.kind[slot]],
                "start": _clock(int(week.start[slot])),
                "end": _clock(int(week.start[slot]) + week.slot_ms),
                "interval": judged[desk, slot],
                "calls": _rounded(found.load.calls[desk, slot]),
                "offered_erlang": _rounded(found.load.offered[desk, slot]),
                "modified_erlang": _rounded(found.load.modified[desk, slot]),
                "seats_theory": int(found.theory[desk, slot]),
                "seats_simulated": int(found.found.seats[desk, slot]),
                **{
                    f"{name}_{roster.name}": _rounded(value)
                    for roster in found.rosters
                    for name, value in (
                        ("required", roster.required[desk, slot]),
                        ("rostered", there[roster.name][slot]))
                },
            })
    return pd.DataFrame(rows)


def people(found: Outcome) -> pd.DataFrame:
    """One row a roster: who is on it, and what it means for the payroll."""
    return pd.DataFrame([
        {"variant": roster.name, "roster": _roster(found.week, roster.counts),
         **{key: _rounded(value) for key, value in asdict(roster.payroll).items()}}
        for roster in found.rosters
    ])


def _trial(found: Outcome, number: int, trial: Trial) -> dict[str, object]:
    stood, scenario = trial.standing, found.scenario
    pay = None
    if trial.counts is not None:
        pay = payroll(found.week.patterns, trial.counts.tolist(), scenario.staffing, scenario.money)
    return {
        "trial": number,
        "phase": trial.phase.value,
        "requirement": _runs(found, trial.seats),
        "required_hours": float(trial.seats.sum()) * found.week.slot_ms / HOUR,
        "roster": "" if trial.counts is None else _roster(found.week, trial.counts),
        "people": None if pay is None else pay.rostered,
        "rostered_hours": None if pay is None else pay.hours,
        "cost_pay_yuan": None if pay is None else pay.roster_yuan_per_year,
        "replications": stood.replications,
        "worst": found.named(found.parts[stood.worst]),
        "service_level": _rounded(stood.mean[SERVICE_LEVEL, stood.worst]),
        "abandonment": _rounded(float(np.nan_to_num(stood.mean[ABANDONMENT]).max())),
        "failed": int(trial.failed.sum()),
        "feasible": trial.counts is not None and trial.feasible,
        "kept": trial.counts is not None and bool((trial.counts == found.found.counts).all()),
    }


def _stretch(found: Outcome, roster: Roster, number: int, verdict: str) -> dict[str, object]:
    week, part, stood = found.week, found.parts[number], roster.standing
    inside = slice(part.first, part.last + 1)
    there = ((roster.counts * week.able[part.desk]) @ week.mean_covers)[inside]
    row: dict[str, object] = {
        "variant": roster.name,
        "desk": found.desk(part.desk),
        "interval": week.name(part.first, part.last),
        "calls": _rounded(stood.calls[number]),
        "required": _rounded(roster.required[part.desk, inside].mean()),
        "rostered": _rounded(there.mean()),
    }
    for name, measure in MEASURES:
        row |= {
            name: _rounded(stood.mean[measure, number]),
            f"{name}_low": _rounded(stood.low[measure, number]),
            f"{name}_high": _rounded(stood.high[measure, number]),
            f"{name}_target": float(
                stood.least[measure, 0] if measure == SERVICE_LEVEL else stood.most[measure, 0]),
        }
    return row | {"verdict": verdict}


def _runs(found: Outcome, seats: Floats) -> str:
    """``Mon 0-8=1 8-12=3; Tue ...``; empty where nothing is required."""
    week = found.week
    desks = []
    for desk in range(len(week.desks)):
        days = []
        for kind in week.kinds:
            mine = np.flatnonzero(week.kind == kind)
            edges = np.flatnonzero(np.diff(seats[desk, mine])) + 1
            days.append(f"{KINDS[kind]} " + " ".join(
                f"{_short(int(week.start[run[0]]))}-"
                f"{_short(int(week.start[run[-1]]) + week.slot_ms)}={seats[desk, run[0]]:g}"
                for run in np.split(mine, edges)
            ))
        desks.append("; ".join(days))
    return " / ".join(desks) if seats.any() else ""


def _roster(week: Week, counts: Ints) -> str:
    """``early-a=2 | night=1``."""
    return " | ".join(
        f"{pattern.id}={count}"
        for pattern, count in zip(week.patterns, counts.tolist(), strict=True) if count
    )


def _clock(time: int) -> str:
    return f"{time // HOUR:02}:{time % HOUR // MINUTE:02}"


def _short(time: int) -> str:
    return f"{time // HOUR}" if time % HOUR == 0 else _clock(time)


def _rounded(value: object) -> object:
    return float(f"{value:.10g}") if isinstance(value, float) else value
