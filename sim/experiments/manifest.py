"""What a result says of its making: enough to make it again, and to tell whether it is the same."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sim
from sim.check import Violation
from sim.scenario.load import Resolved

PROGRAM = "hotline-sim"
"""Marks a manifest, and so its folder, as ours."""

NAME = "manifest.json"


@dataclass(frozen=True)
class Identity:
    """All that the tables and measures depend on; two runs of one identity give the same bytes."""

    scenario: str
    """SHA-256 of the scenario as resolved"""
    rules: str
    """SHA-256 of the scenario's own rules; empty if it has none"""
    seed: int
    verify: bool
    save_tables: bool
    source: str
    """SHA-256 of this package's source files"""
    versions: Mapping[str, str]
    """this package, Python and the libraries that compute"""


def identity(resolved: Resolved, seed: int, verify: bool, save_tables: bool) -> Identity:
    """What the result of a run depends on."""
    rules = resolved.scenario.dispatch.code
    return Identity(
        scenario=digest(resolved.raw),
        rules=hashlib.sha256(rules.encode()).hexdigest() if rules else "",
        seed=seed,
        verify=verify,
        save_tables=save_tables,
        source=source_digest(),
        versions=versions(),
    )


def versions() -> dict[str, str]:
    """This package, Python, and the libraries whose numbers could differ between versions."""
    libraries = ("numpy", "scipy", "pandas", "pyarrow", "simpy")
    return {
        PROGRAM: sim.__version__,
        "python": platform.python_version(),
        **{library: version(library) for library in libraries},
    }


def digest(raw: Mapping[str, Any]) -> str:
    """SHA-256 of a scenario as resolved; the order of its rows counts, for codes follow it."""
    return hashlib.sha256(dumps(raw).encode()).hexdigest()


@cache
def source_digest() -> str:
    """SHA-256 over the package's Python files, by name and content."""
    root = Path(sim.__file__).parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda p: p.relative_to(root).as_posix()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def dumps(value: Any) -> str:
    """JSON as it is written everywhere here: Chinese readable, dates as text, no NaN."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n"


def manifest(
    resolved: Resolved,
    identity: Identity,
    *,
    workloads: Sequence[str],
    violations: Mapping[int, Sequence[Violation]],
    command: Sequence[str],
    workers: int,
    started: str,
    finished: str,
) -> dict[str, Any]:
    """The content of ``manifest.json``, the only file of a result that knows times and places."""
    return {
        "program": PROGRAM,
        "name": resolved.scenario.name,
        "replications": len(workloads),
        "identity": asdict(identity),
        "command": list(command),
        "workers": workers,
        "started": started,
        "finished": finished,
        "platform": platform.platform(),
        "changes": list(resolved.changes),
        "notes": list(resolved.notes),
        "verified": {
            "asked": identity.verify,
            "violations": {str(k): [v.line() for v in found] for k, found in violations.items()},
        },
        "workloads": list(workloads),
        "scenario": resolved.raw,
    }


def complete(record: Mapping[str, Any]) -> bool:
    """Whether a manifest holds what is needed to make the result again."""
    made, workloads = record.get("identity"), record.get("workloads")
    return (
        isinstance(made, dict)
        and type(made.get("seed")) is int
        and made["seed"] >= 0
        and {"source", "versions"} <= set(made)
        and isinstance(workloads, list)
        and bool(workloads)
        and isinstance(record.get("scenario"), dict)
    )


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a result folder; None if ``folder`` holds no result of ours."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("program") == PROGRAM else None
