"""Variants against a base on the same workloads: differences, intervals, verdicts.

Pairing: the difference between two variants is made replication by replication from what each
value's interval is made of - the replications' values of a mean, the delta method's residuals or
the jackknife's pseudo-values of a ratio, what these are of the share below a quantile - so that its
interval is that of the paired difference, and what the two have in common falls out.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from sim.experiments import manifest, points
from sim.experiments.executors import Executor
from sim.experiments.lab import Failure, Lab
from sim.experiments.replicate import Watcher
from sim.experiments.variants import Named, varied
from sim.experiments.workshop import workshop
from sim.measures.catalogue import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.groups import Floats
from sim.measures.counting.intervals import spread, t_factor
from sim.measures.measured import Measured
from sim.measures.series import Series, series
from sim.words.glossary import LANGS, Lang

KIND = "compare"
ALPHA = 0.05
HEADLINES = (
    "connection_rate", "service_level", "abandonment", "wait_all_s", "on_time_request",
    "response_min", "response_p90_min", "caregiver_utilisation", "cost_per_year_yuan",
)
"""What is compared unless told otherwise."""
BETTER, WORSE, DIFFERENT, NONE = "better", "worse", "different", "no_difference_shown"
"""``different``: the measure has no better and worse, or wants to lie in a band."""
ROUNDING = 1e-12
"""Differences smaller than this share of the values are those of rounding."""


@dataclass(frozen=True)
class Difference:
    """Of a row between two variants, over the replications that have data in both."""

    n: int
    """replications"""
    mean_base: float
    mean_variant: float
    difference: float
    """variant - base"""
    ci_low: float
    ci_high: float
    """95 % interval of this difference alone"""
    correlation: float
    """between the two, replication by replication"""
    variance_ratio: float
    """variance of the difference / that of independent runs; 0.1: worth ten times the runs"""
    p_value: float
    """two-sided, of no difference"""


def difference(base: Series, variant: Series) -> Difference | None:
    """The paired difference of one row; None where no replication has data in both.

    Where a quantile or an end of its interval is infinite, or the sample too small to bound it,
    groups of replications are compared. Where one of their quantiles is infinite, the interval
    reaches from the least to the greatest difference of the groups, and the p-value is that of the
    sign test.
    """
    both = np.flatnonzero(base.there & variant.there)
    if not len(both):
        return None
    base, variant = base.at(both), variant.at(both)
    a, b = base.parts(), variant.parts()
    if a is None or b is None:
        count = min(base.sections(), variant.sections())
        a, b = base.grouped(count), variant.grouped(count)
    apart, whole, centre = (
        _minus(y, x)
        for y, x in ((b.values, a.values), (np.array(b.whole), np.array(a.whole)),
                     (np.array(b.centre), np.array(a.centre)))
    )
    apart = np.atleast_1d(apart)
    low, high, p = _tested(apart, float(centre), max(abs(a.whole), abs(b.whole)))
    correlation = ratio = np.nan
    if np.isfinite([a.values, b.values]).all():
        first, second = a.values - a.centre, b.values - b.centre
        own, other = float((first**2).sum()), float((second**2).sum())
        if own > 0 and other > 0:
            correlation = float((first * second).sum()) / np.sqrt(own * other)
        if own + other > 0:
            ratio = float(((second - first) ** 2).sum()) / (own + other)
    return Difference(
        len(both), a.whole, b.whole, float(whole), low, high, correlation, ratio, p
    )


def _minus(y: Floats, x: Floats) -> Floats:
    """Two that never came are alike."""
    with np.errstate(invalid="ignore"):
        return np.where(y == x, 0.0, y - x)


def _tested(apart: Floats, centre: float, scale: float) -> tuple[float, float, float]:
    """Interval and p-value of a difference from its parts; ``scale``: size of what is compared."""
    b = len(apart)
    if b < 2:
        return np.nan, np.nan, np.nan
    if not (np.isfinite(apart).all() and np.isfinite(centre)):
        up, down = int((apart > 0).sum()), int((apart < 0).sum())
        p = _sign_test(up, up + down) if up + down else 1.0
        return float(apart.min()), float(apart.max()), p
    error = spread(apart, centre)
    if error <= ROUNDING * scale:
        return centre, centre, 1.0 if abs(centre) <= ROUNDING * scale else 0.0
    half = t_factor(b) * error
    return centre - half, centre + half, float(2 * stdtr(b - 1, -abs(centre) / error))


def _sign_test(up: int, n: int) -> float:
    # Takes its time to import, and is hardly ever needed.
    from scipy.stats import binomtest

    return float(binomtest(up, n).pvalue)


def holm(p_values: Sequence[float]) -> Floats:
    """p-values corrected so that, of all comparisons together, one is wrong with 5 % at most.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979) 65-70. NaN takes no part.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    left = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(left * p[order]))
    return adjusted


def verdict(measure: str, apart: float, p_adjusted: float) -> str:
    """What a difference means, given its corrected p-value."""
    if not p_adjusted < ALPHA:
        return NONE
    better = CATALOGUE[measure].better
    if better not in ("high", "low"):
        return DIFFERENT
    return BETTER if (apart > 0) == (better == "high") else WORSE


COLUMNS = (
    "base", "variant", "measure", "group", "n", "mean_base", "mean_variant", "difference",
    "ci_low", "ci_high", "correlation", "variance_ratio", "p_value", "p_adjusted", "verdict",
)


def comparison(measured: Mapping[str, Sequence[Measured]], rows: Sequence[Chosen]) -> pd.DataFrame:
    """Every variant against the first, row by row, corrected over all that is shown (Holm).

    ``measured``: name -> the same replications of each. Numbers have ten significant digits.
    Columns: :data:`COLUMNS`.
    """
    (base, own), *others = measured.items()
    known = {row: series(own, row) for row in rows}
    found = []
    for name, theirs in others:
        for row in rows:
            apart = difference(known[row], series(theirs, row))
            if apart is not None:
                found.append({
                    "base": base, "variant": name, "measure": row.measure, "group": row.group,
                    **vars(apart),
                })
    table = pd.DataFrame(found, columns=[c for c in COLUMNS if c not in ("p_adjusted", "verdict")])
    table["p_adjusted"] = holm(table["p_value"].to_list())
    table["verdict"] = [
        verdict(row.measure, row.difference, row.p_adjusted) for row in table.itertuples()
    ]
    floats = table.select_dtypes("float").columns
    table[floats] = table[floats].map(lambda value: float(f"{value:.10g}"))
    return table


Page = Callable[[Mapping[str, Any], pd.DataFrame, Lang], str]
"""``page(manifest, comparison, lang)``: what people read, in ``zh`` or ``en``."""


@dataclass(frozen=True)
class Compared:
    """A finished comparison."""

    folder: Path
    comparison: pd.DataFrame
    """see :data:`COLUMNS`"""
    points: pd.DataFrame
    """every measure of every variant"""
    failures: list[Failure]
    """the cells that could not be done; their variants are compared with nothing"""
    manifest: dict[str, Any]


def compare(
    variants: Sequence[Named],
    *,
    out: Path,
    page: Page,
    where: Executor,
    rows: Sequence[Chosen] = tuple(map(Chosen, HEADLINES)),
    replications: int = 20,
    seed: int = 1,
    watcher: Watcher | None = None,
    command: Sequence[str] = (),
) -> Compared:
    """Simulate all variants on the same workloads, compare each with the first, and leave a result
    folder at ``out``.

    The result is the same bytes on any executor and after any interruption, ``manifest.json``
    apart. A replication that fails takes its variant out of the comparison.

    Raises :class:`BadInput` where ``out`` cannot be used, RuntimeError where the first variant
    fails.
    """
    started = _now()
    every = range(replications)
    with where, workshop(out) as work:
        lab = Lab(work.cells, seed, where, watcher)
        failures = lab.run([one.variant for one in variants], every)
        failed = {failure.variant for failure in failures}
        if variants[0].name in failed:
            first = next(f for f in failures if f.variant == variants[0].name)
            raise RuntimeError(f"{first.variant}, replication {first.replication}: {first.reason}")
        whole = [one for one in variants if one.name not in failed]
        table = comparison({one.name: lab.measured(one.variant, every) for one in whole}, rows)
        tidy = points.tidy(
            [one.name for one in whole], varied(whole),
            lab.summarised([one.variant for one in whole], every),
        )
        workloads = {one.name: lab.workloads(one.variant, every) for one in whole}
        record = {
            "program": manifest.PROGRAM,
            "kind": KIND,
            "name": variants[0].variant.resolved.scenario.name,
            "base": variants[0].name,
            "replications": replications,
            "measures": list(map(str, rows)),
            "correction": "Holm",
            "comparisons": int(table["p_value"].notna().sum()),
            "identity": {
                "seed": seed, "source": manifest.source_digest(), "versions": manifest.versions(),
            },
            "variants": [
                {
                    "name": one.name,
                    "scenario": one.scenario,
                    "set": list(one.settings),
                    "own": list(one.own),
                    "cells": lab.digest(one.variant),
                    "failed": one.name in failed,
                    "same_workloads": sum(
                        map(str.__eq__, workloads.get(one.name, ()), workloads[variants[0].name])
                    ),
                }
                for one in variants
            ],
            "command": list(command),
            "platform": platform.platform(),
            "started": started,
            "finished": _now(),
        }
        content = points.files(tidy, failures) | {"comparison.csv": points.csv(table)}
        for lang in LANGS:
            content[f"page.{lang}.txt"] = page(record, table, lang).encode()
        for name, data in content.items():
            work.write(name, data)
        work.publish(record, {lab.digest(one.variant) for one in variants})
    return Compared(work.out, table, tidy, failures, record)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
