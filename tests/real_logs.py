"""Where the real logs lie, for tests and evidence; they are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get(
    "HOTLINE_REAL_LOGS", Path(__file__).resolve().parents[2] / "shared" / "data"
))
VANAD = tuple(FOLDER / "calls_vanad_2014" / f"calls-2014-{month:02d}.csv.gz" for month in (1, 2, 3))
TECHNION = tuple(FOLDER / "calls_technion_1999" / f"{name}.txt.gz"
                 for name in ("january", "february"))

LANE = FOLDER / "dispatch_lane_county" / "mcslc_dispatches_to_2025-06.csv"
SF = FOLDER / "dispatch_sf_2016" / "sffd_units_2016-12-31_2017-01-07.csv.gz"


def absent(files: tuple[Path, ...]) -> str:
    """Why these logs cannot be read; empty where they can."""
    missing = [path.name for path in files if not path.is_file()]
    return f"no {', '.join(missing)} under {FOLDER}" if missing else ""


def require(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files, or the test is skipped with the reason."""
    if reason := absent(files):
        pytest.skip(reason)
    return files
