"""The measures of many counties put together into those of their province."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sim.measures.catalogue import CATALOGUE
from sim.measures.counting.definition import GROUPINGS, Kind, Measure
from sim.measures.counting.groups import Flags
from sim.measures.measured import Measured

COMMON = ("all", "hour", "service", "class", "channel")
"""Groups that mean the same in every county; zones, points and funds are each county's own."""
AMOUNTS = (
    "calls/day", "orders", "orders/day", "visits/day", "h/day", "people", "per month", "yuan",
    "yuan/year",
)
"""Units of values that may be added."""
NOT_ADDED = ("backlog_max", "backlog_age_p90_h")
"""Not the sum, nor the quantile, of what the counties have: their greatest come at other times;
the ages at each midnight are those of one list."""


def summable(measure: Measure) -> bool:
    """Whether a province's can be made of its counties': of ratios numerators and denominators are
    added, of amounts the values, and samples are pooled; across services it is made of the sums."""
    if measure.name in NOT_ADDED:
        return False
    return measure.kind != Kind.VALUE or measure.unit in AMOUNTS


def common(of: Measured) -> Measured:
    """What of a county's measures goes into the province's."""
    names = {name for name, measure in CATALOGUE.items() if summable(measure)}
    samples = {measure.sample for measure in CATALOGUE.values()
               if measure.kind == Kind.QUANTILE and summable(measure)}
    ratios = of.ratios[_is_in(of.ratios["measure"], names) & _is_common(of.ratios["group"])]
    kept = of.samples[_is_in(of.samples["sample"], samples) & _is_common(of.samples["group"])]
    return Measured(_tidied(ratios, "measure"), _tidied(kept, "sample"))


@dataclass
class Sum:
    """The sum so far: as large as one county's measures, and all that was sampled."""

    ratios: pd.DataFrame | None = None
    samples: pd.DataFrame | None = None

    def add(self, county: Measured) -> None:
        """Add a county's measures (see :func:`common`) of the same replication."""
        amounts = county.ratios["measure"].map(
            lambda name: CATALOGUE[name].kind == Kind.VALUE).to_numpy(dtype=bool)
        num, den = (county.ratios[column].to_numpy(dtype=float) for column in ("num", "den"))
        there = ~amounts | (den > 0)
        ratios = county.ratios.assign(
            num=np.where(amounts, num / np.where(den > 0, den, 1), num),
            den=np.where(amounts, 1.0, den),
        )[there]
        self.ratios = _added(self.ratios, ratios, ["measure", "group"], ["num", "den"])
        self.samples = _added(
            self.samples, county.samples, ["sample", "group", "value"], ["count"])

    def measured(self) -> Measured:
        """The province's measures. Raises ValueError where no county was added."""
        if self.ratios is None or self.samples is None:
            raise ValueError("no county to sum")
        amounts = self.ratios["measure"].map(
            lambda name: CATALOGUE[name].kind == Kind.VALUE).to_numpy(dtype=bool)
        ratios = self.ratios.assign(den=np.where(amounts, 1.0, self.ratios["den"]))
        return Measured(ratios, self.samples)


def together(counties: Sequence[Measured]) -> Measured:
    """The province's measures of one replication, from those of its counties."""
    total = Sum()
    for county in counties:
        total.add(common(county))
    return total.measured()


def _added(
    old: pd.DataFrame | None, new: pd.DataFrame, keys: list[str], sums: list[str]
) -> pd.DataFrame:
    if old is None:
        return new.reset_index(drop=True)
    both = pd.concat([old, new], ignore_index=True)
    for name in keys[:2]:
        both[name] = union_categoricals([old[name], new[name]])
    places = sorted(both["group"].cat.categories, key=_order)
    both["group"] = both["group"].cat.reorder_categories(places)
    rest = [name for name in both.columns if name not in (*keys, *sums)]
    found = both.groupby(keys, observed=True, sort=True).agg(
        {**dict.fromkeys(rest, "first"), **dict.fromkeys(sums, "sum")}).reset_index()
    return found[list(new.columns)]


def _order(group: str) -> int:
    """Groups of a grouping stay together, in the order in which groupings are printed."""
    return GROUPINGS.index(group.partition("=")[0])


def _tidied(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Only the categories that are there."""
    group = frame["group"].cat.remove_unused_categories()
    places = sorted(group.cat.categories, key=_order)
    kept = frame.assign(group=group.cat.reorder_categories(places))
    return kept.sort_values([name, "group", *(["value"] if name == "sample" else [])],
                            kind="stable", ignore_index=True)


def _is_in(column: pd.Series, names: set[str]) -> Flags:
    known = column.cat.categories
    return np.isin(column.cat.codes, [n for n, name in enumerate(known) if name in names])


def _is_common(column: pd.Series) -> Flags:
    known = column.cat.categories
    fit = [n for n, group in enumerate(known) if group.partition("=")[0] in COMMON]
    return np.isin(column.cat.codes, fit)
