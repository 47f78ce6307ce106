"""The figures that a result folder can give, by its kind."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments import disk, manifest, replicate
from sim.experiments.workshop import CELLS
from sim.log import Result
from sim.model.plan import plan
from sim.model.tables.reference import reference
from sim.plots.drawing.tidy import VARIANT, axes_of
from sim.plots.folders.of_advice import of_advice
from sim.plots.folders.of_caregivers import of_caregivers
from sim.plots.folders.of_points import of_points
from sim.plots.folders.of_run import Drawings, of_kpis, of_tables
from sim.plots.folders.of_staffing import of_staffing
from sim.plots.folders.of_tuning import of_tuning
from sim.plots.folders.theory import hotline_theory
from sim.plots.study.comparison import VERDICTS, comparison
from sim.plots.study.tornado import ENDS, tornado
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.load import rebuild
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang
from sim.workload.roster import people

MOST = 10
"""So many replications of a run are simulated again for the figures of their tables."""
RUN, SWEEP = "run", "sweep"
OF_PROVINCE = ("hours", "response")
"""The figures of a run that mean something of many counties together."""


@dataclass(frozen=True)
class Sheet:
    """Which day sheet is wanted of a run; what is not said is the busiest."""

    replication: int = 0
    point: str = ""
    date: dt.date | None = None

    @property
    def asked(self) -> dict[str, str]:
        """Option -> value, of those that were said."""
        values = {
            "--replication": str(self.replication) if self.replication else "",
            "--point": self.point,
            "--date": self.date.isoformat() if self.date else "",
        }
        return {option: value for option, value in values.items() if value}


def drawings(folder: Path, lang: Lang, sheet: Sheet = Sheet()) -> tuple[Drawings, str]:
    """What draws each figure that the result in ``folder`` can give, and what the result is of.

    Nothing is drawn, nor simulated again, until a figure is asked for. Raises :class:`BadInput`
    where the folder holds no result or a damaged one, or has no such day sheet.
    """
    record = manifest.read(folder)
    if record is None:
        none = Words("no result", "不是结果")
        raise BadInput([Fault(str(folder), "", none, Words("a result folder", "结果文件夹"))])
    kind = str(record.get("kind", RUN))
    if kind != RUN and sheet.asked:
        allowed = Words("only with a result of hotline run", "只用于 hotline run 的结果")
        raise BadInput(
            Fault(option, "", shown(value), allowed) for option, value in sheet.asked.items())
    if kind == RUN:
        return _of_run(replicate.load(folder), lang, sheet)
    if kind not in _KINDS:
        raise BadInput([Fault(
            str(folder / manifest.NAME), "kind", shown(kind), listed([RUN, *_KINDS]))])
    found: Drawings = {}
    for draw in _KINDS[kind]:
        found |= draw(folder, record, lang)
    return found, str(record.get("name", ""))


def made_here(folder: Path) -> bool:
    """Whether this program, to the letter, made the run in ``folder``, whose tables are simulated
    again; anything else than a run is drawn as it is."""
    record = manifest.read(folder) or {}
    return str(record.get("kind", RUN)) != RUN or replicate.load(folder).current


def _of_run(finished: replicate.Finished, lang: Lang, sheet: Sheet) -> tuple[Drawings, str]:
    county = _county(finished)
    known = reference(county, plan(county), people(county))
    name = str(finished.manifest.get("name", ""))
    if county.province.counties:
        drawn = of_kpis(finished.kpis, known, lang)
        return {key: drawn[key] for key in OF_PROVINCE}, name
    made = len(finished.manifest["workloads"])
    _check(sheet, made, known)

    @cache
    def tables(replication: int) -> Result:
        return finished.tables(replication)

    def several() -> Sequence[Result]:
        return [tables(r) for r in range(min(MOST, made))]

    found = {
        **of_kpis(finished.kpis, known, lang),
        **of_tables(
            several, lambda: tables(sheet.replication), known, lang, sheet.point, sheet.date),
    }
    return found, name


def _county(finished: replicate.Finished) -> Scenario:
    try:
        return rebuild(finished.manifest["scenario"])
    except BadInput:
        raise disk.damaged(finished.folder / manifest.NAME) from None


def _check(sheet: Sheet, made: int, known: Mapping[str, pd.DataFrame]) -> None:
    """Raise what is wrong with the day sheet asked for, of a run of so many replications."""
    points = list(known["points"]["point"].astype(str))
    dates = known["days"]["date"].dt.date
    faults = []
    if not 0 <= sheet.replication < made:
        allowed = Words(f"0 to {made - 1}", f"0 至 {made - 1}")
        faults.append(Fault("--replication", "", str(sheet.replication), allowed))
    if sheet.point and sheet.point not in points:
        faults.append(Fault(
            "--point", "", shown(sheet.point), listed(points), nearest(sheet.point, points)))
    if sheet.date and sheet.date not in set(dates):
        first, last = dates.min(), dates.max()
        allowed = Words(f"{first} to {last}", f"{first} 至 {last}")
        faults.append(Fault("--date", "", sheet.date.isoformat(), allowed))
    if faults:
        raise BadInput(faults)


def _points(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    path = folder / "points.parquet"
    points = _parquet(path, [VARIANT, "measure", "group", "mean", "target"])
    kind = record["kind"]
    if kind != SWEEP:
        # variants are told apart by their names, whatever they change
        points = points.drop(columns=axes_of(points))
    names = {own: zh if lang == "zh" else en for own, (zh, en) in _NAMES.items()}
    names = names if kind in _ONLY else {}
    points[VARIANT] = points[VARIANT].replace(names)
    raws = {
        names.get(str(one["name"]), str(one["name"])): _scenario(folder, str(one["cells"]))
        for one in record.get("variants", []) if not one.get("failed")
    }
    some = next(iter(raws.values()), {})
    # A province has the zones and points of no single county, and no theory of its sum.
    whole = bool(some.get("province", {}).get("counties", 0))
    places = None if whole else pd.DataFrame(
        [(key, row["name_zh"], row["name_en"])
         for key, row in some.get("points", {}).items()],
        columns=["point", "name_zh", "name_en"])
    theory = None if whole else partial(_theory, raws)
    found = of_points(points, lang, places=places, theory=theory, own=record.get("own", {}))
    return {name: draw for name, draw in found.items() if name in _ONLY.get(kind, found)}


def _theory(raws: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    return hotline_theory({name: rebuild(raw) for name, raw in raws.items()})


def _scenario(folder: Path, digest: str) -> dict[str, Any]:
    """The scenario whose cells are kept under ``digest``, as resolved."""
    path = folder / CELLS / digest / "scenario.json.gz"
    try:
        found = json.loads(gzip.decompress(path.read_bytes()))
    except disk.BROKEN:
        raise disk.damaged(path) from None
    return dict(found)


def _comparison(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    table = _compared(folder)
    return {"comparison": lambda: comparison(table, lang)}


def _compared(folder: Path) -> pd.DataFrame:
    columns = ["base", "variant", "measure", "group", "difference", "ci_low", "ci_high", "verdict"]
    path = folder / "comparison.csv"
    table = _csv(path, columns)
    if not set(table["verdict"]) <= set(VERDICTS):
        raise disk.damaged(path)
    return table


def _tornado(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    ends = [f"change_{end}{part}" for end in ENDS for part in ("", "_ci_low", "_ci_high")]
    table = _csv(folder / "tornado.csv", [
        "path", *ENDS, "measure", "group", "at_middle", "middle_ci_low", "middle_ci_high", *ends,
        "swing", "shown"])
    pairs = table[["measure", "group"]].drop_duplicates().itertuples(index=False)
    return {
        f"tornado-{measure}" + ("" if group == "all" else f"-{group}"): partial(
            tornado, table, measure, lang, group)
        for measure, group in pairs
    }


def _staff(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    tried = _tried(folder, ["people", "cost_pay_yuan", "service_level", "abandonment"])
    slots = _csv(folder / "slots.csv", [
        "desk", "day", "start", "interval", "modified_erlang", "seats_simulated",
        "rostered_found", "rostered_erlang_c"])
    level = [f"service_level{part}" for part in ("", "_low", "_high", "_target")]
    intervals = _csv(folder / "intervals.csv", ["desk", "variant", "interval", *level])
    return of_staffing(tried, slots, intervals, lang)


def _caregivers(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    return of_caregivers(_tried(folder, ["cost_pay_yuan", "on_time_request"]), lang)


def _tune(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    objectives = list(map(str, record.get("objectives", [])))
    columns = [f"{name}{part}" for name in objectives for part in ("", "_ci_low", "_ci_high")]
    if not objectives:
        raise disk.damaged(folder / manifest.NAME)
    tried = _tried(folder, ["candidate", "replications", *columns])
    return of_tuning(tried, _compared(folder), objectives, lang)


def _advise(folder: Path, record: Mapping[str, Any], lang: Lang) -> Drawings:
    targets = _csv(folder / "targets.csv", [
        "variant", "measure", "least", "most", "mean", "ci_low", "ci_high"])
    people = _csv(folder / "people.csv", ["role", "today", "advised", "grown-staffed"])
    budget = _csv(folder / "budget.csv", ["variant", "run_yuan", "relief_yuan"])
    return of_advice(targets, people, budget, lang)


def _tried(folder: Path, columns: Sequence[str]) -> pd.DataFrame:
    return _csv(folder / "tried.csv", ["feasible", "kept", *columns])


_KINDS: dict[str, Sequence[Callable[[Path, Mapping[str, Any], Lang], Drawings]]] = {
    SWEEP: (_points,),
    "compare": (_comparison, _points),
    "sensitivity": (_tornado,),
    "staff": (_staff, _points),
    "caregivers": (_caregivers, _points),
    "tune": (_tune,),
    "advise": (_advise,),
}
"""Kind of a result -> the figures of its tables."""
_ONLY = {"staff": ["operators"], "caregivers": ["caregivers"]}
"""Kind of a result -> those of the figures of its points that are about what was looked for."""
_NAMES = {
    "found": ("求得", "found"),
    "today": ("现有", "today"),
    "given": ("原有", "as it is"),
    "erlang_c": ("逐时Erlang C", "hourly Erlang C"),
}
"""What the variants of such a result are called."""


def _parquet(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    try:
        return _with(pd.read_parquet(path), path, columns)
    except disk.BROKEN:
        raise disk.damaged(path) from None


def _csv(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    try:
        return _with(pd.read_csv(path, encoding="utf-8-sig"), path, columns)
    except disk.BROKEN:
        raise disk.damaged(path) from None


def _with(table: pd.DataFrame, path: Path, columns: Sequence[str]) -> pd.DataFrame:
    if not set(columns) <= set(table):
        raise disk.damaged(path)
    return table
