"""What the page says, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.experiments.advise.outcome import ADVISED, GROWN, MORE, TODAY
from sim.experiments.advise.payroll import posts
from sim.experiments.advise.screen import widest
from sim.experiments.points import VARIANT
from sim.experiments.sensitivity.run import ADVICE_COLUMNS
from sim.measures.catalogue import CATALOGUE
from sim.measures.measured import target
from sim.scenario.schema import Scenario

HEADLINE = "on_time_request"
COST = "cost_per_year_yuan"
NOT_SERVED = ("reached_rate", "completion_rate", "cancel_rate", "no_show_rate")
MOST_ASSUMPTIONS = 3
_NUMBERS = ["n", "mean", "ci_low", "ci_high", "p_meet"]
_TURN = ("advice", "side", "before", "after", "value", "value_from", "value_to")

Counties = Mapping[str, Scenario]


def targets(points: pd.DataFrame, county: Scenario) -> pd.DataFrame:
    """One row a variant and measure with a target, over everybody: what is least and greatest
    allowed, the value with its 95 % interval, in what share of the replications it was met."""
    settings = {f"targets.{key}": value for key, value in county.targets.model_dump().items()}
    own = points[(points["group"] == "all") & points["measure"].isin(
        [name for name, measure in CATALOGUE.items() if measure.target])]
    ends = [target(CATALOGUE[name], settings) for name in own["measure"]]
    least, most = zip(*ends, strict=True) if ends else ((), ())
    table = own[[VARIANT, "measure"]].assign(least=list(least), most=list(most))
    table = table.join(own[_NUMBERS]).reset_index(drop=True)
    below, above = table["mean"] < table["least"], table["mean"] > table["most"]
    return table.assign(met=~(below | above))


def people(counties: Counties) -> pd.DataFrame:
    """One row a row of ``operators.csv`` and ``caregivers.csv``: how many there are today, are
    advised, and are needed with half as much demand again."""
    rows = []
    for role in ("operators", "caregivers"):
        counts = {
            name: {group.id: group.count for group in getattr(county, role)}
            for name, county in counties.items()
        }
        for group in getattr(counties[TODAY], role):
            rows.append({
                "role": role, "point": getattr(group, "point", ""), "row": group.id,
                **{name: counts[name][group.id] for name in (TODAY, ADVISED, MORE)},
            })
    return pd.DataFrame(rows)


def budget(counties: Counties, points: pd.DataFrame) -> pd.DataFrame:
    """One row a variant: people on the rosters and on the payroll, whom to hire beside those that
    are there, and the year's money.

    ``run_yuan``: simulated, of the people on the rosters, with overtime, travel, lines and seats;
    ``relief_yuan``: the posts beyond the rosters, none today, when only those are paid who are
    there; ``budget_yuan``: both.
    """
    there = {name: posts(county) for name, county in counties.items()}
    money = points[(points["measure"] == COST) & (points["group"] == "all")].set_index(VARIANT)
    rows = []
    for name, own in there.items():
        relief = 0.0 if name == TODAY else own.relief_yuan
        run = money.loc[name]
        hired = {
            f"{role}_to_hire": getattr(own, role).people - getattr(there[TODAY], role).rostered
            for role in ("operators", "caregivers")
        }
        rows.append({
            VARIANT: name,
            **{f"{role}_rostered": getattr(own, role).rostered
               for role in ("operators", "caregivers")},
            "volunteers": own.volunteers,
            **{f"{role}_payroll": getattr(own, role).people
               for role in ("operators", "caregivers")},
            **(hired if name != TODAY else dict.fromkeys(hired, 0)),
            "n": run["n"], "run_yuan": run["mean"], "run_ci_low": run["ci_low"],
            "run_ci_high": run["ci_high"], "relief_yuan": _rounded(relief),
            "budget_yuan": _rounded(run["mean"] + relief),
        })
    return pd.DataFrame(rows)


def unserved(points: pd.DataFrame) -> pd.DataFrame:
    """One row a variant and thing that is said of those who are not served: ``zone`` and
    ``service`` with the least share of requests on time, callers who got through, orders done."""
    rows = []
    for name in (TODAY, ADVISED, GROWN):
        own = points[points[VARIANT] == name]
        on_time = own[(own["measure"] == HEADLINE) & own["mean"].notna()]
        for kind in ("zone", "service"):
            groups = on_time[on_time["group"].str.startswith(f"{kind}=")]
            if len(groups):
                rows.append((kind, groups.loc[groups["mean"].idxmin()]))
        whole = own[(own["group"] == "all") & own["measure"].isin(NOT_SERVED)]
        rows += [(str(row["measure"]), row) for _, row in whole.iterrows()]
    return pd.DataFrame([
        {VARIANT: row[VARIANT], "what": what, "measure": row["measure"], "group": row["group"],
         **{key: row[key] for key in _NUMBERS[:-1]}}
        for what, row in rows
    ])


def assumptions(
    tornado: pd.DataFrame, advice: pd.DataFrame, replications: int
) -> pd.DataFrame:
    """The assumptions that move a target most, one row each: the measure that it moves most, at its
    low, as assumed and at its high; and the nearest value at which a target that the advised staff
    meets is missed, or the other way round, empty where there is none within its range.

    ``tornado``, ``advice``: tables of :mod:`sim.experiments.sensitivity.run`.
    """
    return pd.DataFrame([
        {
            **{key: row[key] for key in (
                "path", "low", "middle", "high", "measure", "at_low", "at_middle", "at_high",
                "swing", "shown")},
            "n": replications,
            **_turn(advice[(advice["path"] == path) & (advice["status"] == "changes")]),
        }
        for path in widest(tornado)[:MOST_ASSUMPTIONS]
        for row in [_widest_row(tornado[tornado["path"] == path])]
    ])


def _widest_row(own: pd.DataFrame) -> Any:
    return own.loc[own["swing"].idxmax()]


def _turn(changes: pd.DataFrame) -> dict[str, object]:
    assert set(_TURN) < set(ADVICE_COLUMNS)
    if changes.empty:
        return dict.fromkeys(_TURN)
    nearest = changes.loc[changes["share"].idxmin()]
    return {key: nearest[key] for key in _TURN}


def named(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    """File and table of each that is not empty."""
    return ((f"{name}.csv", table) for name, table in tables.items() if len(table))


def _rounded(value: float) -> float:
    """Ten digits, so that a last bit never shows."""
    return float(f"{value:.10g}")
