"""One replication measured: numerators, denominators and samples, small enough to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.log import Result
from sim.measures import shocks
from sim.measures.catalogue import CATALOGUE, PLACE
from sim.measures.counting.definition import Kind, Measure
from sim.measures.counting.groups import Block, Flags
from sim.measures.counting.observed import Observed, observe
from sim.measures.hotline import calls, hold, tiers
from sim.measures.orders import backlog, grabs, reach, requests, same_person
from sim.measures.services import meals, places, plans, remote
from sim.measures.staff_and_money import funds, money, organisations, staff

FILES = ("ratios.parquet", "samples.parquet")
"""What a replication that was saved consists of."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What one replication says of every measure and group.

    ``ratios``: replication, measure, group, low, high (target, NaN where there is none), num, den;
    the value is num / den, missing where den is 0. ``samples``: replication, sample, group, value,
    count; values that never came are ``inf``.
    """

    ratios: pd.DataFrame
    samples: pd.DataFrame

    @property
    def replication(self) -> int:
        return int(self.ratios["replication"].iloc[0])

    def packed(self) -> dict[str, bytes]:
        """Name and content of each Parquet file that :meth:`save` writes."""
        return {file: getattr(self, file.partition(".")[0]).to_parquet(index=False)
                for file in FILES}

    def save(self, folder: Path) -> None:
        """Write two Parquet files into ``folder``, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in self.packed().items():
            (folder / file).write_bytes(content)


def load(folder: Path) -> Measured:
    """Read what :meth:`Measured.save` wrote."""
    return Measured(*(pd.read_parquet(folder / file) for file in FILES))


def measure(result: Result) -> Measured:
    """Every measure of the catalogue for one replication, from its tables alone."""
    seen = observe(result)
    found = [
        block
        for chapter in (
            calls, tiers, hold, requests, grabs, backlog, plans, places, remote, staff, reach,
            money, funds, organisations, shocks, same_person, meals,
        )
        for block in chapter.blocks(seen)
    ]
    return Measured(_ratios(found, seen), _samples(found, seen))


def target(of: Measure, settings: Any) -> tuple[float, float]:
    """Least and greatest value that meets the measure's target; NaN where there is no such end."""
    if not of.target:
        return np.nan, np.nan
    if of.better == "band":
        low, high = (float(settings[f"targets.{of.target}_{end}"]) for end in ("low", "high"))
        return low, high
    goal = float(settings[f"targets.{of.target}"])
    return (goal, np.nan) if of.better == "high" else (np.nan, goal)


def _ratios(found: Iterable[Block], seen: Observed) -> pd.DataFrame:
    rows = {label: row for row, label in enumerate(seen.labels)}
    parts = []
    for block in found:
        codes = np.array([rows[label] for label in block.groups.labels])
        for ratio in block.ratios:
            declared = CATALOGUE[ratio.measure]
            here = _declared(declared.groups, block.groups.by)
            low, high = target(declared, seen.settings)
            parts.append((PLACE[ratio.measure], low, high, codes[here], ratio, here))
    sizes = [len(codes) for _, _, _, codes, _, _ in parts]
    names = pd.CategoricalDtype(list(CATALOGUE))
    frame = pd.DataFrame({
        "replication": seen.result.replication,
        "measure": pd.Categorical.from_codes(
            np.repeat([place for place, *_ in parts], sizes), dtype=names
        ),
        "group": pd.Categorical.from_codes(
            np.concatenate([codes for _, _, _, codes, _, _ in parts]), list(rows)
        ),
        "low": np.repeat([low for _, low, *_ in parts], sizes),
        "high": np.repeat([high for _, _, high, *_ in parts], sizes),
        "num": np.concatenate([ratio.num[here] for *_, ratio, here in parts]),
        "den": np.concatenate([ratio.den[here] for *_, ratio, here in parts]),
    })
    return frame.sort_values(["measure", "group"], ignore_index=True)


def _samples(found: Iterable[Block], seen: Observed) -> pd.DataFrame:
    rows = {label: row for row, label in enumerate(seen.labels)}
    wanted = {m.sample: m.groups for m in CATALOGUE.values() if m.kind == Kind.QUANTILE}
    names, groups, values, counts = [], [], [], []
    for block in found:
        for sample in block.samples:
            codes = np.array([rows[label] for label in sample.labels])
            here = _declared(wanted[sample.name], sample.by)[sample.group]
            groups.append(codes[sample.group[here]])
            values.append(sample.value[here])
            counts.append(sample.count[here])
            names.append(list(wanted).index(sample.name))
    sizes = [len(group) for group in groups]
    frame = pd.DataFrame({
        "replication": seen.result.replication,
        "sample": pd.Categorical.from_codes(np.repeat(names, sizes), list(wanted)),
        "group": pd.Categorical.from_codes(np.concatenate(groups), list(rows)),
        "value": np.concatenate(values),
        "count": np.concatenate(counts),
    })
    return frame.sort_values(["sample", "group", "value"], ignore_index=True)


def _declared(groups: Iterable[str], by: Iterable[str]) -> Flags:
    """Which of a table's groups a measure is given for."""
    kept = set(groups)
    return np.array([grouping in kept for grouping in by], dtype=bool)
