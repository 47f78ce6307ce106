"""The floors of the house: a file imports only from lower ones, and the check would notice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache", "--no-logo"],
        cwd=folder, capture_output=True, text=True, check=False,
    )


def test_the_floors_hold() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_an_import_from_a_higher_floor_and_one_from_a_sibling_are_noticed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sim" / "words" / "upward.py").write_text("import sim.scenario.schema\n")
    (tmp_path / "sim" / "scenario" / "sideways.py").write_text("import sim.streams\n")
    found = lint(tmp_path)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "sim.words.upward -> sim.scenario.schema" in found.stdout
    assert "sim.scenario.sideways -> sim.streams" in found.stdout
