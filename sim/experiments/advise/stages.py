"""Steps in folders of their own: each done once, gone on with where it was interrupted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments import disk, manifest, store
from sim.experiments.replicate import Watcher
from sim.scenario.load import Resolved

KEY = "step.json"
"""File of a finished step: what it answers."""


class Stagewise(Watcher):
    """Told which step it is as well; this one keeps it to itself."""

    def planned(self, steps: Mapping[str, int]) -> None:
        """Step -> replications that it takes, about, in the order in which they come."""

    def step(self, name: str) -> None:
        """This one begins."""

    def done(self, name: str) -> None:
        """It is finished, or was before."""


@dataclass(frozen=True)
class Stages:
    """Finished steps below ``folder``, and those of an earlier result in its place at ``out``."""

    folder: Path
    out: Path
    watcher: Stagewise

    def run(
        self, name: str, county: Resolved, settings: Mapping[str, Any],
        make: Callable[[Path], object],
    ) -> Path:
        """The folder of a step; ``make`` leaves a result there unless one is there already that
        answers the same: of this county and these settings, by this version."""
        place, key = self.folder / name, _key(county, settings)
        self._brought(name)
        self.watcher.step(name)
        if not _finished(place, key):
            make(place)
            with store.aside(place / KEY) as there:
                there.write_text(manifest.dumps({"key": key}), encoding="utf-8")
        self.watcher.done(name)
        return place

    def _brought(self, name: str) -> None:
        """What an earlier result has of the step: perhaps it is the same, perhaps its cells are."""
        place, earlier = self.folder / name, self.out / name
        if earlier.is_dir() and not place.exists():
            with store.aside(place) as there:
                shutil.copytree(earlier, there, copy_function=_linked)


def record(folder: Path) -> dict[str, Any]:
    """The manifest of a finished step. Raises :class:`BadInput` where it is damaged."""
    return disk.read_json(folder / manifest.NAME)


def _key(county: Resolved, settings: Mapping[str, Any]) -> str:
    asked = {
        "scenario": manifest.digest(county.raw), "settings": settings,
        "source": manifest.source_digest(), "versions": manifest.versions(),
    }
    return hashlib.sha256(manifest.dumps(asked).encode()).hexdigest()


def _finished(place: Path, key: str) -> bool:
    try:
        found = json.loads((place / KEY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found == {"key": key}) and manifest.read(place) is not None


def _linked(path: str, copy: str) -> None:
    try:
        os.link(path, copy)
    except OSError:
        shutil.copyfile(path, copy)
