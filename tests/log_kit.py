"""Tables of a run as the files that a county would hand over."""

from __future__ import annotations

from pathlib import Path

from sim.log import Result


def saved(result: Result, folder: Path, *names: str) -> tuple[Path, ...]:
    """The named tables as Parquet files."""
    paths = tuple(folder / f"{name}.parquet" for name in names)
    for name, path in zip(names, paths, strict=True):
        getattr(result, name).to_parquet(path, index=False)
    return paths
