"""A sweep in short: a line for each point, with the measures that are asked after first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.experiments.points import VARIANT
from sim.measures.catalogue import CATALOGUE
from sim.report.wording.text import choose, share, table
from sim.words.glossary import Lang

HEADLINES: dict[str, tuple[str, str]] = {
    "service_level": ("服务水平%", "service %"),
    "abandonment": ("放弃率%", "abandoned %"),
    "on_time_request": ("诉求按时率%", "on time %"),
    "caregiver_utilisation": ("护理员利用率%", "caregivers busy %"),
    "cost_per_year_yuan": ("年成本（万元）", "10,000 yuan a year"),
}
"""Measures of a line, and what stands over them."""
MOST_LINES = 200
"""A longer table is read in Excel."""
WAN = 10_000


def points(found: pd.DataFrame, columns: Sequence[str], lang: Lang) -> str:
    """The table of a sweep's points (see :func:`sim.experiments.points.tidy`); ``columns`` are what
    is varied. A star marks a target that is missed."""
    keys = list(columns) or [VARIANT]
    rows = [[*keys, *(choose(lang, zh, en) for zh, en in HEADLINES.values())]]
    whole = found[found["group"] == "all"]
    variants = list(whole.groupby(VARIANT, sort=False))
    for _, own in variants[:MOST_LINES]:
        by_name = own.set_index("measure")
        rows.append([
            *(str(own[key].iloc[0]) for key in keys),
            *(_value(by_name, name) for name in HEADLINES),
        ])
    lines = table(rows, "<" * len(keys) + ">" * len(HEADLINES))
    if len(variants) > MOST_LINES:
        more = len(variants) - MOST_LINES
        lines.append(choose(lang, f"  ……另有 {more} 个点，见 points.csv",
                            f"  ... and {more} more points, in points.csv"))
    if any("*" in cell for row in rows[1:] for cell in row[len(keys):]):
        lines.append(choose(lang, "  * 未达标", "  * target missed"))
    return "\n".join(lines) + "\n"


def _value(rows: pd.DataFrame, name: str) -> str:
    if name not in rows.index:
        return "-"
    mean, target = float(rows.at[name, "mean"]), float(rows.at[name, "target"])
    if CATALOGUE[name].unit == "yuan/year":
        return f"{mean / WAN:,.1f}"
    high = CATALOGUE[name].better == "high"
    missed = not math.isnan(target) and (mean < target if high else mean > target)
    return share(mean) + ("*" if missed else " ")
