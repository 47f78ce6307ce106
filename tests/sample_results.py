"""Small real results for figures: a town simulated a few times under a few dozen variants."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from sim.experiments import replicate
from sim.experiments.executors import InProcess
from sim.experiments.lab import Lab, Variant
from sim.log import Result
from sim.measures import summarise
from sim.measures.catalogue import CATALOGUE
from sim.measures.counting.intervals import mean_interval

SCENARIO, SEED, REPLICATIONS = "quickstart", 1, 3
SHORT = ("time.days=4", "time.warm_up_days=0", "time.cool_down_days=1")
DESK, TOWN, GROWTH = "operators.desk.count", "caregivers.town-day.count", "demand.growth"


@cache
def _lab() -> Lab:
    folder = Path(tempfile.mkdtemp(prefix="sample-results-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Lab(folder, SEED, InProcess())


def variant(name: str, changes: Sequence[str] = ()) -> Variant:
    return Variant(name, replicate.prepare(SCENARIO, [*SHORT, *changes]))


def kpis(one: Variant) -> pd.DataFrame:
    """The measures of a variant, simulated if need be."""
    failures = _lab().run([one], range(REPLICATIONS))
    assert not failures
    return summarise(_lab().measured(one, range(REPLICATIONS)))[0]


@cache
def sweep(**axes: tuple[float, ...]) -> pd.DataFrame:
    """A tidy table over the grid of some of ``desk``, ``town`` and ``growth``."""
    keys = {"desk": DESK, "town": TOWN, "growth": GROWTH}
    parts = []
    for number, values in enumerate(product(*axes.values())):
        held = dict(zip((keys[name] for name in axes), values, strict=True))
        one = variant(f"point-{number:03d}", [f"{key}={value}" for key, value in held.items()])
        table = kpis(one)
        parts.append(pd.DataFrame({"variant": one.name, **held}, index=table.index).join(table))
    return pd.concat(parts, ignore_index=True)


def everything() -> pd.DataFrame:
    """Operators x caregivers x growth of demand."""
    return sweep(desk=(1, 2, 3), town=(2, 4), growth=(1, 2))


def operators() -> pd.DataFrame:
    """Operators x growth of demand."""
    whole = everything()
    return whole[whole[TOWN] == 2].reset_index(drop=True)


def both() -> pd.DataFrame:
    """Operators x caregivers, twice today's demand."""
    whole = everything()
    return whole[whole[GROWTH] == 2].reset_index(drop=True)


def tried() -> pd.DataFrame:
    """The points of a sweep as if a search had come across them: measures for everybody, whether
    the service level was good enough, which of those was the cheapest."""
    rows = both()
    table = rows[rows["group"] == "all"].pivot(index="variant", columns="measure", values="mean")
    table = table.loc[rows["variant"].drop_duplicates()].reset_index()
    good = table["service_level"] >= 0.8
    least = table.loc[good, "cost_per_year_yuan"].min()
    return table.assign(feasible=good, kept=good & (table["cost_per_year_yuan"] == least))


@cache
def results() -> tuple[Result, ...]:
    """The tables of a few replications."""
    return tuple(
        replicate.simulated(variant("base").resolved.scenario, SEED, r)[0]
        for r in range(REPLICATIONS)
    )


POLICIES = {
    "first come": ["dispatch.choose_order=fcfs"],
    "one operator fewer": [f"{DESK}=1"],
    "two caregivers fewer": [f"{TOWN}=2"],
}


COMPARED = ("service_level", "wait_all_s", "on_time_request", "caregiver_utilisation",
            "cost_per_year_yuan")


@cache
def compared() -> pd.DataFrame:
    """Differences of a few variants from the base, replication by replication."""
    base = _own(variant("as it is"))
    rows = []
    for name, changes in POLICIES.items():
        other = _own(variant(name, changes))
        for measure in COMPARED:
            found = mean_interval((other.loc[[measure]] - base.loc[[measure]]).to_numpy())
            low, high = float(found.low[0]), float(found.high[0])
            rows.append(("as it is", name, measure, "all", float(found.mean[0]), low, high,
                         _verdict(measure, low, high)))
    return pd.DataFrame(rows, columns=[
        "base", "variant", "measure", "group", "difference", "ci_low", "ci_high", "verdict"])


def _verdict(measure: str, low: float, high: float) -> str:
    better = CATALOGUE[measure].better
    if low <= 0 <= high:
        return "no_difference_shown"
    if better not in ("high", "low"):
        return "different"
    return "better" if (low > 0) == (better == "high") else "worse"


def _own(one: Variant) -> pd.DataFrame:
    """Measure -> each replication's own value for everybody."""
    assert not _lab().run([one], range(REPLICATIONS))
    ratios = pd.concat([m.ratios for m in _lab().measured(one, range(REPLICATIONS))])
    ratios = ratios[(ratios["group"] == "all") & (ratios["den"] > 0)]
    return ratios.assign(value=ratios["num"] / ratios["den"]).pivot(
        index="measure", columns="replication", values="value").dropna()


ASSUMED: Mapping[str, tuple[float, float, float]] = {
    "hotline.wrap_up.mean_s": (30, 60, 120),
    "travel.modes.ebike.kmh": (6, 12, 15),
}


@cache
def assumptions() -> pd.DataFrame:
    """Each of a few assumptions at its low, assumed and high value."""
    middle, own = kpis(variant("base")), _own(variant("base"))
    rows = []
    for path, values in ASSUMED.items():
        ends = {
            end: variant(end, [f"{path}={value}"])
            for end, value in zip(("low", "high"), values[::2], strict=True)
        }
        moved = {end: _own(one) for end, one in ends.items()}
        for measure in ("on_time_request", "wait_all_s"):
            found = middle[(middle["measure"] == measure) & (middle["group"] == "all")].iloc[0]
            row: dict[str, object] = {
                "path": path, "standing": "assumed", "measure": measure, "group": "all",
                **dict(zip(("low", "middle", "high"), values, strict=True)),
                "at_middle": found["mean"], "middle_ci_low": found["ci_low"],
                "middle_ci_high": found["ci_high"],
            }
            at, sure = [found["mean"]], False
            for end, values_there in moved.items():
                change = mean_interval(
                    (values_there.loc[[measure]] - own.loc[[measure]]).to_numpy())
                low, high = float(change.low[0]), float(change.high[0])
                row[f"change_{end}"] = float(change.mean[0])
                row[f"change_{end}_ci_low"], row[f"change_{end}_ci_high"] = low, high
                at.append(found["mean"] + float(change.mean[0]))
                sure |= not low <= 0 <= high
            rows.append({**row, "swing": float(np.ptp(at)), "shown": "yes" if sure else "no"})
    return pd.DataFrame(rows)
