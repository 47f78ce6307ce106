"""Remake what README and results/ show of Decheng: figures and page, in both languages.

``make run`` and then ``python docs/showcase.py results/decheng``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.experiments import replicate
from sim.plots import save_all
from sim.words.glossary import LANGS, Lang

ROOT = Path(__file__).parents[1]
PAGES: dict[Lang, str] = {"en": "README.md", "zh": "README.zh.md"}
SECTIONS = (0, 1, 2, 3, 7)
"""Sections of the page that README shows: answer, answered, reached, targets, cost."""


def pages(result: Path) -> dict[Path, str]:
    """Every page that shows the result, as it has to read."""
    cards = {lang: (result / f"card.{lang}.txt").read_text(encoding="utf-8") for lang in LANGS}
    kept = "# 德城 · Decheng\n\n" + "\n".join(f"```\n{cards[lang]}```\n" for lang in LANGS)
    shown = {ROOT / "results" / "decheng-card.md": kept}
    for lang, name in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        before, mark, after = text.partition(f"<!-- card {lang} -->\n```\n")
        after = after[after.index("```\n"):]
        shown[ROOT / name] = before + mark + shortened(cards[lang]) + after
    return shown


def shortened(card: str) -> str:
    """The title and a few sections of a card."""
    head, *sections = re.split(r"^(?=[\[【])", card, flags=re.MULTILINE)
    return head + "".join(sections[number] for number in SECTIONS)


def figures(result: Path, folder: Path) -> None:
    """Every figure as ``decheng-NAME.png``, Chinese ones as ``decheng-NAME.zh.png``."""
    finished = replicate.load(result)
    folder.mkdir(parents=True, exist_ok=True)
    reference = finished.tables(0).reference
    for lang in LANGS:
        with TemporaryDirectory() as aside:
            for path in save_all(finished.kpis, reference, Path(aside), lang):
                if path.suffix == ".png":
                    name = path.stem if lang == "en" else f"{path.stem}.{lang}"
                    (folder / f"decheng-{name}.png").write_bytes(path.read_bytes())


def main(result: Path) -> None:
    for path, text in pages(result).items():
        path.write_text(text, encoding="utf-8", newline="\n")
    figures(result, ROOT / "results" / "figures")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
