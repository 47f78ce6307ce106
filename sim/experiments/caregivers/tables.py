"""The tables of a result: everything tried, what one more is worth, the goals, the people."""

from __future__ import annotations

import math

import pandas as pd

from sim.experiments.caregivers.goals import HEADLINE, Value
from sim.experiments.caregivers.outcome import FOUND, TODAY, Outcome


def tried(found: Outcome) -> pd.DataFrame:
    """One row a staffing tried, in order: what it was tried for, how it differs from today's,
    people and what all pay and insurance then cost a year, over how many replications it was seen,
    the share of requests served on time, what it lacks of its aims (shares, added up), whether that
    is nothing, and whether it was gone on with."""
    return pd.DataFrame([
        {
            "trial": number,
            "phase": trial.phase.value,
            "changes": changes(found, trial.counts),
            "people": sum(trial.counts),
            "caregivers_yuan": _rounded(found.yuan(trial.counts)),
            "cost_pay_yuan": _rounded(
                found.yuan(trial.counts) + found.operators_yuan),
            "replications": trial.replications,
            HEADLINE: _rounded(trial.on_time),
            "lacking": _rounded(max(trial.lacking, 0.0)),
            "feasible": trial.judged and trial.lacking <= 0,
            "went_on": trial.kept,
            "kept": trial.counts == found.found and trial.kept,
        }
        for number, trial in enumerate(found.trials, 1)
    ])


def marginal(found: Outcome) -> pd.DataFrame:
    """One row a staffing (found, and today's as far as the search looked) and row of
    ``caregivers.csv``: one more there, and what that does to the share of requests served on time
    and to their number in a year, with 95 % intervals; yuan a year, and for each request gained."""
    return pd.DataFrame([
        {
            "staffing": one.staffing,
            "point": one.row.point,
            "row": one.row.id,
            "count": one.count,
            "replications": one.replications,
            "yuan_per_year": _rounded(one.row.yuan),
            **_value(f"{HEADLINE}_gain", one.gain),
            **_value("requests_per_year", one.requests),
            **_value("yuan_per_request", one.yuan_each),
        }
        for one in found.marginal
    ])


def goals(found: Outcome) -> pd.DataFrame:
    """One row a goal, and then one a service and zone that is not to lose, on fresh workloads."""
    rows: list[dict[str, object]] = []
    for kept in found.kept:
        rows.append({
            "what": "goal",
            "measure": kept.goal.row.measure,
            "group": kept.goal.row.group,
            "at": "least" if kept.goal.least else "most",
            "target": kept.goal.value,
            "sought": _rounded(kept.sought.value),
            TODAY: _rounded(kept.today),
            **_value(FOUND, kept.value),
            "met": kept.met,
        })
    for floor in found.floors:
        rows.append({
            "what": "floor",
            "measure": floor.row.measure,
            "group": floor.row.group,
            TODAY: _rounded(floor.today),
            FOUND: _rounded(floor.found),
            **_value("difference", floor.difference),
        })
    return pd.DataFrame(rows)


def people(found: Outcome) -> pd.DataFrame:
    """One row a row of ``caregivers.csv``: people today and as found, and what they cost a year."""
    return pd.DataFrame([
        {
            "point": row.point,
            "row": row.id,
            "copied_from": row.copied,
            "low": row.low,
            "high": row.high,
            TODAY: before,
            FOUND: after,
            "yuan_each_per_year": _rounded(row.yuan),
            "yuan_per_year": _rounded(after * row.yuan),
        }
        for row, before, after in zip(found.known, found.today, found.found, strict=True)
    ])


def changes(found: Outcome, counts: tuple[int, ...]) -> str:
    """``xinhu-day +1 | duty-night -1``; empty where nothing differs from today."""
    return " | ".join(
        f"{row.id} {after - before:+d}"
        for row, before, after in zip(found.known, found.today, counts, strict=True)
        if after != before
    )


def _value(name: str, value: Value) -> dict[str, object]:
    return {
        name: _rounded(value.mean),
        f"{name}_ci_low": _rounded(value.low),
        f"{name}_ci_high": _rounded(value.high),
    }


def _rounded(value: float) -> float:
    """Ten digits, so that a last bit never shows."""
    return float(f"{value:.10g}") if math.isfinite(value) else value
