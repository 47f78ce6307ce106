"""Workloads on disk, and their checksum."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import MISSING, fields
from pathlib import Path

import numpy as np

from sim.workload.tables import Workload

_SCALARS = ("seed", "replication", "horizon")


def checksum(workload: Workload) -> str:
    """SHA-256 over the seed, replication, horizon and every column's name, type, shape and bytes.

    The same on every machine for the same draws.
    """
    digest = hashlib.sha256()
    for name in _SCALARS:
        digest.update(f"{name} {getattr(workload, name)}\n".encode())
    for name, column in workload.columns().items():
        little = column.astype(column.dtype.newbyteorder("<"), order="C", copy=False)
        digest.update(f"{name} {little.dtype.str} {little.shape}\n".encode())
        digest.update(little.data)
    return digest.hexdigest()


def save(workload: Workload, path: str | Path) -> None:
    """Write a compressed ``.npz``; nobody ever sees half a file."""
    path = Path(path)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    head = {name: getattr(workload, name) for name in _SCALARS}
    head["checksum"] = checksum(workload)
    try:
        with aside.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, head=np.array(json.dumps(head)), **workload.columns()
            )
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def load(path: str | Path) -> Workload:
    """Read a saved workload and hold it to its checksum.

    Raises ``OSError`` where there is no readable file, ``ValueError`` with one line where it is
    not a workload or is damaged.
    """
    with Path(path).open("rb") as raw:
        try:
            with np.load(raw, allow_pickle=False) as file:
                stored = dict(file)
            head = json.loads(str(stored.pop("head")))
            expected = head.pop("checksum")
        # One wrong byte can make the archive look encrypted, of a later version, or endless:
        # the readers below raise a dozen kinds of error for it.
        except Exception:
            raise ValueError(f"{path}: not a workload file, or damaged") from None
    needed = {f.name for f in fields(Workload) if f.default_factory is MISSING}
    if not needed <= {*head, *stored} <= {f.name for f in fields(Workload)}:
        raise ValueError(f"{path}: not a workload file of this version")
    workload = Workload(**head, **stored)
    if checksum(workload) != expected:
        raise ValueError(f"{path}: damaged, its checksum does not agree")
    return workload
