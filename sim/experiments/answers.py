"""What a scenario was made to answer: its sentences' figures, from runs on the same workloads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.compare import difference
from sim.experiments.executors import Executor
from sim.experiments.lab import Lab, Variant
from sim.experiments.points import Value
from sim.experiments.replicate import Watcher
from sim.experiments.sweep.design import Axis, Level
from sim.experiments.sweep.varying import option
from sim.measures import summarise
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen, chosen, groups_of
from sim.measures.measured import Measured
from sim.measures.series import series
from sim.rules import registry
from sim.scenario.faults import BadInput, Fault, Words
from sim.scenario.load import Resolved, changed
from sim.scenario.sections.answers import Answer

FILE = "answers.csv"


@dataclass(frozen=True)
class Answered:
    """The figures of one answer; NaN where there is none. Those of the measure are multiplied by
    the answer's ``times``."""

    id: str
    measure: str
    group: str
    unit: str
    n: int
    """replications"""
    value: float
    low: float
    high: float
    """the 95 % interval; with a ``change``, of the difference"""
    given: float
    source: str
    changed: float
    difference: float
    level: Value
    """with ``vary``: the first at which the goal is reached; empty where none reaches it"""
    goal: float


@dataclass(frozen=True)
class Asked:
    """An answer made ready: what has to run for it."""

    answer: Answer
    row: Chosen
    changed: Variant | None
    levels: tuple[tuple[Value, Variant], ...]


def asked(resolved: Resolved) -> list[Asked]:
    """The answers of a scenario. Raises :class:`BadInput` with everything that is wrong with any:
    an unknown measure or group, a change that the scenario does not take."""
    groups = groups_of(resolved.scenario)
    found: list[Asked] = []
    faults: list[Fault] = []
    for answer in resolved.scenario.answers:
        try:
            found.append(_asked(resolved, answer, groups))
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(dict.fromkeys(faults))
    return found


def _asked(resolved: Resolved, answer: Answer, groups: Sequence[str]) -> Asked:
    text = str(Chosen(answer.measure, answer.group))
    row = chosen([text], FILE, groups)[0]
    if isinstance(row, Fault):
        raise BadInput([Fault(FILE, answer.id, row.found, row.allowed, row.nearest)])
    better = CATALOGUE[row.measure].better
    if answer.vary and better not in ("high", "low"):
        allowed = Words("a measure of which more or less is better", "有好坏之分的指标")
        raise BadInput([Fault(FILE, f"{answer.id} measure", row.measure, allowed)])
    variant = _variant(resolved, answer, answer.change) if answer.change else None
    levels = tuple(
        (level.value, _variant(resolved, answer, [c.setting for c in level.changes]))
        for level in _levels(answer)
    )
    return Asked(answer, row, variant, levels)


def _levels(answer: Answer) -> Sequence[Level]:
    if not answer.vary:
        return ()
    axis = option(answer.vary)
    if isinstance(axis, Axis) and isinstance(axis.levels, tuple):
        return axis.levels
    assert isinstance(axis, Fault)
    raise BadInput([Fault(FILE, f"{answer.id} vary", axis.found, axis.allowed, axis.nearest)])


def _variant(resolved: Resolved, answer: Answer, changes: Sequence[str]) -> Variant:
    own = resolved.scenario.dispatch.module
    try:
        made = changed(resolved, changes, None if own else registry.names())
    except BadInput as bad:
        raise BadInput(
            Fault(FILE, f"{answer.id} {fault.place}".rstrip(), fault.found, fault.allowed,
                  fault.nearest)
            for fault in bad.faults
        ) from None
    return Variant(f"{answer.id}: {' '.join(changes)}", made)


def answers(
    questions: Sequence[Asked], seed: int, own: Sequence[Measured], folder: Path, where: Executor,
    watcher: Watcher,
) -> pd.DataFrame:
    """The figures of every answer, one row each with the fields of :class:`Answered`; numbers have
    ten significant digits.

    ``own``: the measures of the scenario as it is. What else has to run, runs on the same
    replications and is kept in ``folder``.
    """
    lab = Lab(folder, seed, where, watcher)
    kpis, _ = summarise(own)
    found = []
    for question in questions:
        if question.changed is not None:
            found.append(_of_change(question, kpis, own, lab))
        elif question.levels:
            found.append(_of_levels(question, own, lab))
        else:
            found.append(_plain(question, kpis))
    rows = pd.DataFrame(list(map(vars, found)), columns=[f.name for f in fields(Answered)])
    floats = rows.select_dtypes("float").columns
    rows[floats] = rows[floats].map(lambda value: float(f"{value:.10g}"))
    return rows


def _run(lab: Lab, variant: Variant, replications: Sequence[int]) -> list[Measured]:
    failures = lab.run([variant], replications)
    if failures:
        first = failures[0]
        raise RuntimeError(f"{first.variant}, replication {first.replication}: {first.reason}")
    return lab.measured(variant, replications)


def _plain(
    question: Asked, kpis: pd.DataFrame, level: Value = "", goal: float = math.nan
) -> Answered:
    answer, times = question.answer, question.answer.times
    rows = kpis[(kpis["measure"] == question.row.measure) & (kpis["group"] == question.row.group)]
    row: Mapping[str, Any] = rows.iloc[0].to_dict() if len(rows) else {}
    value, low, high = (times * float(row.get(key, math.nan)) for key in ("mean", "ci_low",
                                                                          "ci_high"))
    given = math.nan if answer.given is None else answer.given
    return Answered(
        answer.id, question.row.measure, question.row.group, CATALOGUE[question.row.measure].unit,
        int(row.get("n", 0)), value, low, high, given, answer.source, math.nan, math.nan, level,
        goal,
    )


def _of_change(
    question: Asked, kpis: pd.DataFrame, own: Sequence[Measured], lab: Lab
) -> Answered:
    times = question.answer.times
    assert question.changed is not None
    other = _run(lab, question.changed, [one.replication for one in own])
    base = _plain(question, kpis)
    apart = difference(series(own, question.row), series(other, question.row))
    if apart is None:
        return base
    return replace(
        base, n=apart.n, value=times * apart.mean_base, low=times * apart.ci_low,
        high=times * apart.ci_high, changed=times * apart.mean_variant,
        difference=times * apart.difference,
    )


def _of_levels(question: Asked, own: Sequence[Measured], lab: Lab) -> Answered:
    """The levels are tried in their order until one is good enough."""
    answer = question.answer
    assert answer.goal is not None
    high = CATALOGUE[question.row.measure].better == "high"
    replications = [one.replication for one in own]
    last = None
    for level, variant in question.levels:
        kpis, _ = summarise(_run(lab, variant, replications))
        last = _plain(question, kpis, level, answer.goal)
        if last.low >= answer.goal if high else last.high <= answer.goal:
            return last
    assert last is not None
    return replace(last, level="")
