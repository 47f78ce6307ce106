"""Comparisons on the same workloads: paired differences by hand, Holm by hand, verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.experiments.compare import (
    COLUMNS,
    Difference,
    comparison,
    difference,
    holm,
    verdict,
)
from sim.measures.chosen import Chosen
from sim.measures.series import series
from tests.measured_kit import Pair, made

Floats = NDArray[np.float64]


def of(name: str, base: Sequence[Any], variant: Sequence[Any]) -> Difference:
    """The difference of one measure; samples where its values are lists."""
    sample = isinstance(base[0], list)
    rows = [
        series(made({"offered_per_day": [(1, 1)] * len(one)}, {"wait_s": one}) if sample
               else made({name: one}), Chosen(name))
        for one in (base, variant)
    ]
    found = difference(*rows)
    assert found is not None
    return found


def pairs(values: Sequence[float]) -> list[Pair]:
    return [(value, 1) for value in values]


def test_a_mean_is_the_paired_t_test() -> None:
    a, b = [3.0, 5, 4, 9, 6], [4.0, 7, 4, 12, 6]
    found = of("backlog", pairs(a), pairs(b))
    test = stats.ttest_rel(b, a)
    interval = test.confidence_interval(0.95)
    assert (found.n, found.mean_base, found.mean_variant) == (5, 5.4, pytest.approx(6.6))
    assert found.difference == pytest.approx(1.2)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))
    assert found.p_value == pytest.approx(test.pvalue)
    assert found.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
    apart = np.var(np.subtract(b, a), ddof=1)
    assert found.variance_ratio == pytest.approx(
        apart / (np.var(a, ddof=1) + np.var(b, ddof=1)))


def test_a_ratio_of_few_is_the_jackknife_of_the_difference() -> None:
    a: list[Pair] = [(3, 4), (1, 3), (8, 9), (4, 7)]
    b: list[Pair] = [(4, 4), (2, 4), (8, 9), (6, 7)]

    def apart(kept: Sequence[int]) -> float:
        return float(np.divide(*np.sum([b[i] for i in kept], axis=0))
                     - np.divide(*np.sum([a[i] for i in kept], axis=0)))

    every = range(4)
    pseudo = [4 * apart(every) - 3 * apart([j for j in every if j != i]) for i in every]
    low, high = stats.t.interval(0.95, 3, loc=np.mean(pseudo), scale=stats.sem(pseudo))
    found = of("on_time", a, b)
    assert found.difference == pytest.approx(20 / 24 - 16 / 23)
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))
    assert found.p_value == pytest.approx(stats.ttest_1samp(pseudo, 0).pvalue)


def test_a_ratio_of_many_is_the_delta_method_on_pairs() -> None:
    random = np.random.default_rng(1)
    den = random.poisson(50, 40)
    num_a, num_b = random.binomial(den, 0.7), random.binomial(den, 0.75)
    den_b = den + random.poisson(2, 40)
    columns = np.array([num_a, den, num_b, den_b], dtype=float)
    means = columns.mean(axis=1)
    gradient = np.array([
        -1 / means[1], means[0] / means[1] ** 2, 1 / means[3], -means[2] / means[3] ** 2])
    error = math.sqrt(gradient @ np.cov(columns) @ gradient / 40)
    found = of(
        "on_time", list(zip(num_a, den, strict=True)), list(zip(num_b, den_b, strict=True)))
    apart = num_b.sum() / den_b.sum() - num_a.sum() / den.sum()
    half = stats.t.ppf(0.975, 39) * error
    assert found.difference == pytest.approx(apart)
    assert (found.ci_low, found.ci_high) == pytest.approx((apart - half, apart + half))


def test_a_quantile_is_paired_by_the_shares_below_it() -> None:
    random = np.random.default_rng(2)
    a = [[float(v) for v in random.integers(0, 1000, 60)] for _ in range(12)]
    b = [[v + float(extra) for v, extra in zip(one, random.integers(0, 90, 60), strict=True)]
         for one in a]
    found = of("wait_p90_s", a, b)
    parts, wholes = [], []
    for one in (a, b):
        whole = [v for values in one for v in values]
        pooled = float(np.quantile(whole, 0.9, method="inverted_cdf"))
        shares = max((
            np.array([np.mean(below(values, pooled)) for values in one])
            for below in (np.less, np.less_equal)), key=stats.sem)
        half = stats.t.ppf(0.975, 11) * stats.sem(shares)
        ends = [np.quantile(whole, 0.9 + s * half, method="inverted_cdf") for s in (-1, 1)]
        parts.append(pooled - (shares - shares.mean()) * (ends[1] - ends[0]) / (2 * half))
        wholes.append(pooled)
    apart = parts[1] - parts[0]
    half = stats.t.ppf(0.975, 11) * stats.sem(apart)
    assert found.difference == wholes[1] - wholes[0]
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (found.difference - half, found.difference + half))
    assert found.correlation == pytest.approx(np.corrcoef(*parts)[0, 1])


def test_a_quantile_of_few_values_is_sectioned_in_pairs() -> None:
    a = [[float(v)] for v in (3, 1, 4, 1, 5, 9, 2, 6)]
    b = [[v + 2 + (v > 4)] for (v,) in a]
    found = of("wait_p90_s", a, b)
    apart = [2 + (v > 4) for (v,) in a]
    half = stats.t.ppf(0.975, 7) * math.sqrt(sum((d - 3) ** 2 for d in apart) / 7 / 8)
    assert found.difference == 3
    assert (found.ci_low, found.ci_high) == pytest.approx((3 - half, 3 + half))


def test_only_replications_with_data_in_both_are_pairs() -> None:
    a: list[Pair] = [(3, 4), (0, 0), (8, 9), (4, 7), (1, 1)]
    b: list[Pair] = [(4, 4), (2, 4), (8, 9), (6, 7), (0, 0)]
    assert of("on_time", a, b) == of("on_time", [a[i] for i in (0, 2, 3)],
                                     [b[i] for i in (0, 2, 3)])
    nobody: list[Pair] = [(0, 0)] * 5
    rows = [series(made({"on_time": one}), Chosen("on_time")) for one in (a, nobody)]
    assert difference(*rows) is None


def test_what_never_varies_needs_no_luck() -> None:
    dearer = of("cost_per_year_yuan", pairs([0.1] * 6), pairs([0.3] * 6))
    assert (dearer.p_value, dearer.ci_low) == (0, pytest.approx(0.2))
    assert math.isnan(dearer.correlation)
    same = of("cost_per_year_yuan", pairs([0.1, 0.3] * 3), pairs([0.1, 0.3] * 3))
    assert (same.difference, same.p_value, same.ci_low, same.ci_high) == (0, 1, 0, 0)
    assert (same.correlation, same.variance_ratio) == (pytest.approx(1), 0)
    once = of("backlog", pairs([1]), pairs([2]))
    assert math.isnan(once.p_value)
    assert math.isnan(once.ci_low)


def test_what_never_comes_is_compared_by_signs() -> None:
    never = math.inf
    a = [[1.0] * 9 + [never] * 2] * 10
    b = [[1.0] * 11] * 10
    found = of("wait_p90_s", a, b)
    assert (found.difference, found.ci_low, found.ci_high) == (-never, -never, -never)
    assert found.p_value == pytest.approx(2 * 0.5**10)
    same = of("wait_p90_s", a, a)
    assert (same.difference, same.p_value) == (0, 1)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, math.nan, 0.03, 0.005]).tolist() == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True)
    assert holm([0.6, 0.7]).tolist() == [1, 1]
    assert holm([]).tolist() == []


@pytest.mark.parametrize(
    ("measure", "apart", "p", "said"),
    [
        ("service_level", 0.1, 0.049, "better"),
        ("service_level", -0.1, 0.049, "worse"),
        ("asa_s", -1, 0.001, "better"),
        ("asa_s", math.inf, 0.001, "worse"),
        ("asa_s", 9, 0.051, "no_difference_shown"),
        ("asa_s", 9, math.nan, "no_difference_shown"),
        ("offered_per_day", 9, 0.01, "different"),
        ("utilisation", 0.2, 0.01, "different"),
    ],
)
def test_verdicts(measure: str, apart: float, p: float, said: str) -> None:
    assert verdict(measure, apart, p) == said


def drawn(shift: float) -> Callable[[np.random.Generator], tuple[Floats, Floats]]:
    def draw(random: np.random.Generator) -> tuple[Floats, Floats]:
        common = random.normal(0, 1, 20)
        return common + random.normal(0, 0.3, 20), common + shift + random.normal(0, 0.3, 20)

    return draw


def test_every_comparison_shown_is_counted() -> None:
    random = np.random.default_rng(3)
    names = ("as it is", "b", "c")
    base, better = drawn(2.0)(random)
    measured = {
        name: made({"asa_s": pairs(values), "backlog": pairs(random.permutation(values)),
                    "on_time": [(0, 0)] * 20})
        for name, values in zip(names, (base, better, base), strict=True)
    }
    rows = [Chosen("asa_s"), Chosen("backlog"), Chosen("on_time")]
    table = comparison(measured, rows)
    assert tuple(table) == COLUMNS
    assert table[["variant", "measure"]].to_numpy().tolist() == [
        ["b", "asa_s"], ["b", "backlog"], ["c", "asa_s"], ["c", "backlog"]]
    np.testing.assert_allclose(table["p_adjusted"], holm(table["p_value"].to_list()), rtol=1e-9)
    first, same = table.iloc[0], table.iloc[2]
    assert (first["verdict"], same["verdict"]) == ("worse", "no_difference_shown")
    assert first["p_adjusted"] == pytest.approx(4 * first["p_value"], rel=1e-6)
    assert first["correlation"] > 0.8
    assert first["variance_ratio"] < 0.3


def test_pairs_keep_their_promise() -> None:
    """95 % intervals of a true difference of 2 hold it in about 95 % of 1,000 experiments."""
    random, draw = np.random.default_rng(4), drawn(2.0)
    blank = series(made({"backlog": pairs(range(20))}), Chosen("backlog"))
    held = 0
    for _ in range(1000):
        found = difference(*(replace(blank, num=values[None]) for values in draw(random)))
        assert found is not None
        held += found.ci_low <= 2 <= found.ci_high
    assert 930 <= held <= 970
