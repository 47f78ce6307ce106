"""The search of numbers, above all of the weights of ``score``: trial after trial, by Optuna.

T. Akiba and others, "Optuna: a next-generation hyperparameter optimization framework", Proceedings
of KDD 2019, 2623-2631; the sampler is its tree-structured Parzen estimator (J. Bergstra and others,
"Algorithms for hyper-parameter optimization", NIPS 2011), for several objectives its
multi-objective form.

Trials come one after the other, each a function of the seed and of what came before, and what they
simulate is kept: a search that was cut off is gone through again in a moment, up to where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import TPESampler

from sim.experiments.tune.plan import Range, Search
from sim.scenario.load import Resolved

DIGITS = 6
"""Significant digits of a number that is tried, so that a file can say it."""
AT_RANDOM = 10
"""So many trials spread at random, before the sampler learns from them."""

Numbers = dict[str, int | float]
Try = Callable[[int, Numbers], Iterable[float]]
"""``attempt(number, values)``: the objectives of a trial; greater is better."""


@dataclass(frozen=True)
class Trial:
    """Numbers tried, and what came of them."""

    number: int
    values: Numbers
    objectives: tuple[float, ...]


def search(asked: Search, objectives: int, seed: int, start: Numbers, attempt: Try) -> list[Trial]:
    """Every trial, in order. ``start``: numbers tried first; empty: none."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(directions=["maximize"] * objectives)
    space: dict[str, BaseDistribution] = {one.key: _space(one) for one in asked.ranges}
    if start:
        study.enqueue_trial(dict(start))
    found = []
    for number in range(asked.trials):
        # A sampler of its own for each trial: its draws do not depend on where a run was cut off.
        study.sampler = TPESampler(
            seed=(seed * 1_000_003 + number) % 2**32, n_startup_trials=AT_RANDOM)
        trial = study.ask(space)
        values = {one.key: _rounded(trial.params[one.key], one) for one in asked.ranges}
        reached = tuple(map(float, attempt(number, values)))
        study.tell(trial, reached)
        found.append(Trial(number, values, reached))
    return found


def as_they_are(base: Resolved, ranges: Sequence[Range]) -> Numbers:
    """The numbers that the scenario has now; empty where one has none, or outside its range."""
    found: Numbers = {}
    for one in ranges:
        value = _value(base, one.key)
        if type(value) not in (int, float) or not one.low <= value <= one.high:
            return {}
        found[one.key] = int(value) if one.whole else float(value)
    return found


def _value(base: Resolved, key: str) -> Any:
    node: Any = base.scenario
    for part in key.split("."):
        node = node.get(part) if isinstance(node, Mapping) else getattr(node, part, None)
    return node


def _space(one: Range) -> BaseDistribution:
    if one.whole:
        return IntDistribution(int(one.low), int(one.high), log=one.log)
    return FloatDistribution(float(one.low), float(one.high), log=one.log)


def _rounded(value: int | float, one: Range) -> int | float:
    if one.whole:
        return int(value)
    return min(max(float(f"{value:.{DIGITS}g}"), float(one.low)), float(one.high))
