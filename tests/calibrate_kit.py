"""A small hotline whose every number is known, and its simulated log as files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibrate.call_files import read_calls
from sim.calibrate.log import CallLog
from sim.calibrate.mapping import Mapping, read_mapping
from sim.log import Result
from sim.model.county import simulate
from sim.scenario.load import rebuild
from sim.workload.draw import draw

TALK_S, TALK_CV, PATIENCE_S, WRAP_S = 180.0, 0.8, 90.0, 30.0
REDIAL_FIRST, REDIAL_LATER, REDIAL_MIN = 0.5, 0.4, 4.0
BUSY_CV = 0.1
PER_DAY = 400.0
HOURS = [0] * 8 + [6, 9, 9, 7, 4, 4, 7, 8, 7, 5] + [0] * 6

PLAIN = """
[calls]
arrived = "arrived"
answered = "answered"
ended = "ended"
agent = "agent"
queue = "queue"
"""


def raw(days: int = 14, operators: int = 4) -> dict[str, Any]:
    """One queue, open from 08:00 to 18:00 every day of the week."""
    return {
        "name": "small",
        "about": {"title_zh": "小", "title_en": "small"},
        "time": {"start": "2026-03-02", "days": days, "cool_down_days": 1},
        "demand": {"growth": 1, "busy_day_cv": {"all": BUSY_CV},
                   "shapes": {"office": {"hours": HOURS}}},
        "groups": {"people": {"name_zh": "人", "name_en": "people"}},
        "callers": {"client": {
            "name_zh": "本人", "name_en": "client",
            "talk": {"dist": "lognormal", "mean_s": TALK_S, "cv": TALK_CV},
            "patience": {"dist": "exponential", "mean_s": PATIENCE_S},
            "redial_first_prob": REDIAL_FIRST, "redial_later_prob": REDIAL_LATER,
            "redial_delay": {"dist": "exponential", "mean_min": REDIAL_MIN}, "max_redials": 4,
        }},
        "hotline": {"open": "08:00-18:00", "lines": 1000,
                    "wrap_up": {"dist": "exponential", "mean_s": WRAP_S}},
        "travel": {"modes": {"none": {"name_zh": "无", "name_en": "none", "kmh": 10}}},
        "zones": {"all": {"name_zh": "全", "name_en": "all", "lat": 35, "lon": 105, "area_km2": 1,
                          "population": 5000, "pop_people": 5000}},
        "points": {}, "caregivers": {}, "calendar": {}, "sources": {},
        "operators": {"desk": {"count": operators, "shifts": "day"}},
        "shifts": {"day": {"start": "08:00", "end": "18:00", "days": "daily"}},
        "services": {"advice": {"name_zh": "咨询", "name_en": "advice", "mode": "advice"}},
        "requests": {"ask": {"channel": "phone", "service": "advice", "group": "people",
                             "per_day": PER_DAY, "shape": "office", "busy_group": "all",
                             "share_client": 1}},
    }


def run(seed: int, days: int = 14, operators: int = 4) -> Result:
    """One replication of the small hotline."""
    scenario = rebuild(raw(days, operators))
    return simulate(scenario, draw(scenario, seed, 0))


def saved(result: Result, folder: Path) -> tuple[Path, Path]:
    """Its calls and roster as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    calls, roster = folder / "calls.parquet", folder / "roster.parquet"
    result.calls.to_parquet(calls, index=False)
    result.roster.to_parquet(roster, index=False)
    return calls, roster


def logged(result: Result, folder: Path, with_sign_ins: bool = True) -> CallLog:
    """Its own tables, read back as a log."""
    calls, roster = saved(result, folder)
    signs = [roster] if with_sign_ins else []
    return read_calls([calls], read_mapping("tables"), signs)[0]


def plain_mapping(folder: Path, more: str = "") -> Mapping:
    """Columns arrived, answered, ended, agent, queue."""
    path = folder / "columns.toml"
    path.write_text(PLAIN + more, encoding="utf-8")
    return read_mapping(str(path))


def table(rows: list[tuple[str, str, str, str, str]]) -> pd.DataFrame:
    """Rows of the plain mapping."""
    return pd.DataFrame(rows, columns=["arrived", "answered", "ended", "agent", "queue"])


def write(frame: pd.DataFrame, path: Path, encoding: str = "utf-8") -> Path:
    """A table in the format that the file's name says."""
    kind = path.suffix if path.suffix != ".gz" else Path(path.stem).suffix
    if kind == ".parquet":
        frame.to_parquet(path, index=False)
    elif kind == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        text = frame.to_csv(index=False, sep="\t" if kind in (".tsv", ".txt") else ",")
        data = text.encode(encoding)
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
