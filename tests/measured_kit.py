"""Replications made by hand: numerators, denominators and samples as they are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.measures import CATALOGUE, Measured

Pair = tuple[float, float]


def made(
    ratios: Mapping[str, Sequence[Pair]],
    samples: Mapping[str, Sequence[Sequence[float]]] | None = None,
    targets: Mapping[str, tuple[float, float]] | None = None,
) -> list[Measured]:
    """Replications of ``{"on_time": [(numerator, denominator), ...]}``, one pair for each; a name
    may carry a group, ``on_time:zone=a``. ``samples``: the values of each replication, by sample.
    """
    samples, targets = samples or {}, targets or {}
    n = len(next(iter([*ratios.values(), *samples.values()])))
    groups = list(dict.fromkeys(["all", *(key.partition(":")[2] or "all" for key in ratios)]))
    nan = (float("nan"), float("nan"))
    found = []
    for r in range(n):
        rows = [
            (r, key.partition(":")[0], key.partition(":")[2] or "all",
             *targets.get(key, nan), *map(float, pairs[r]))
            for key, pairs in ratios.items()
        ]
        values = [(r, key, "all", float(v), 1) for key, lists in samples.items() for v in lists[r]]
        names = sorted({m.sample for m in CATALOGUE.values() if m.q and m.sample})
        found.append(Measured(
            _frame(rows, ("replication", "measure", "group", "low", "high", "num", "den"),
                   measure=list(CATALOGUE), group=groups),
            _frame(values, ("replication", "sample", "group", "value", "count"),
                   sample=names, group=groups),
        ))
    return found


def _frame(rows: Sequence[tuple[object, ...]], columns: Sequence[str], **kinds: list[str]
           ) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    for name, categories in kinds.items():
        frame[name] = pd.Categorical(frame[name], categories)
    return frame.astype({"value": float, "count": int} if "value" in columns else {})
