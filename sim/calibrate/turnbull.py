"""The distribution of durations of which only bounds are known, without a family."""

from __future__ import annotations

import numpy as np

from sim.calibrate.fits import Observed
from sim.calibrate.log import Floats

ROUNDS = 2000
SETTLED = 1e-7


def turnbull(data: Observed, edges: Floats) -> tuple[Floats, Floats]:
    """Middle and weight of each of the bins between ``edges``: the distribution of greatest
    likelihood, by self-consistency.

    Source: B. W. Turnbull (1976), "The empirical distribution function with arbitrarily grouped,
    censored and truncated data", J. R. Statist. Soc. B 38. Durations seen in whole put their own
    mean in the place of the middle.
    """
    bins = len(edges) - 1
    first = np.clip(np.searchsorted(edges, data.low, side="right") - 1, 0, bins - 1)
    top = np.where(np.isfinite(data.high), data.high, edges[-1])
    last = np.clip(np.searchsorted(edges, top, side="left") - 1, 0, bins - 1)
    last = np.maximum(last, first)
    exact = data.exact
    last = np.where(exact, first, last)
    pairs, where = np.unique(np.column_stack([first, last]), axis=0, return_inverse=True)
    count = np.bincount(where.ravel(), weights=data.weight)
    p = np.full(bins, 1 / bins)
    for _ in range(ROUNDS):
        sums = np.concatenate([[0.0], np.cumsum(p)])
        share = count / np.maximum(sums[pairs[:, 1] + 1] - sums[pairs[:, 0]], 1e-300)
        jumps = np.zeros(bins + 1)
        np.add.at(jumps, pairs[:, 0], share)
        np.add.at(jumps, pairs[:, 1] + 1, -share)
        after = p * np.cumsum(jumps[:-1]) / count.sum()
        moved = float(np.abs(after - p).sum())
        p = after
        if moved < SETTLED:
            break
    middle = np.sqrt(np.maximum(edges[:-1], 0.1) * edges[1:])
    middle[0] = (edges[0] + edges[1]) / 2
    weight = np.bincount(first[exact], weights=data.weight[exact], minlength=bins)
    total = np.bincount(
        first[exact], weights=(data.weight * data.low)[exact], minlength=bins
    )
    own = weight > 0
    middle[own] = total[own] / weight[own]
    return middle, p / p.sum()
