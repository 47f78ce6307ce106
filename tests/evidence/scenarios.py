"""Every scenario answers its question: sentences, given against simulated, one figure each.

    python -m tests.evidence.scenarios --out results/scenarios.csv [NAME ...]

Runs ``hotline run NAME`` of each scenario that has answers (or of those named; the rows of the
others stay), verified; keeps the table of answers, and the scenario's figure in both languages as
``scenarios/NAME/figure.png`` and ``figure.zh.png``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.report.run.answers import sentence
from sim.scenario.load import available, load
from sim.words.glossary import LANGS

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {
    "jiangxi-tiers": "hours", "liaocheng-15min": "homes", "shandong": "hours",
    "jiuxingju": "places", "xiangyang-shared": "places", "liaohe-childcare": "places",
    "zhanglou-medical": "places", "xiajiang-purchase": "funds", "kunshan": "meals",
    "shaoxing": "hours",
}
"""Scenario -> the figure that shows its answer; ``response`` where nothing is said."""
REPLICATIONS: dict[str, int] = {"jiuxingju": 40, "kunshan": 3, "shandong": 4, "shaoxing": 3}
"""Scenario -> replications, where ten are too few or too many."""


def hotline(*arguments: str) -> None:
    """Run a command as a planner does; stop where it fails."""
    done = CliRunner().invoke(app, list(arguments))
    print(done.output)
    if done.exit_code:
        sys.exit(done.exit_code)


def told(name: str, folder: Path) -> pd.DataFrame:
    """Run a scenario and read its answers, a sentence in each language with every row."""
    n = str(REPLICATIONS.get(name, 10))
    hotline("run", name, "-n", n, "--verify", "--out", str(folder), "--lang", "en")
    table = pd.read_csv(folder / "answers.csv", dtype={"level": str})
    asked = load(name).answers
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    for lang in LANGS:
        table[f"answer_{lang}"] = [
            sentence(row, answer, lang) for row, answer in zip(rows, asked, strict=True)
        ]
    table.insert(0, "scenario", name)
    return table


def drawn(name: str, folder: Path) -> None:
    figure = FIGURES.get(name, "response")
    for lang in LANGS:
        hotline("plot", str(folder), "--figure", figure, "--lang", lang)
        shown = "figure.png" if lang == "en" else f"figure.{lang}.png"
        shutil.copy(folder / "figures" / f"{figure}.png", ROOT / "scenarios" / name / shown)


def others(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """The rows of all scenarios but these, as text: so they stay as they are, to the letter."""
    kept = pd.read_csv(path, dtype=str, keep_default_na=False)
    return kept[~kept["scenario"].isin(names)]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "scenarios.csv")
    parser.add_argument("names", nargs="*", metavar="NAME", help="by default all with answers")
    options = parser.parse_args(arguments)
    names = options.names or [name for name in available() if load(name).answers]
    tables = []
    if options.names and options.out.exists():
        tables.append(others(options.out, names))
    for name in names:
        folder = ROOT / "results" / name
        tables.append(told(name, folder))
        drawn(name, folder)
    whole = pd.concat(tables).sort_values("scenario", kind="stable")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    whole.to_csv(options.out, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
