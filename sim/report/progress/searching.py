"""What a search says of itself while it goes on, on stderr."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sim.experiments.replicate import Watcher
from sim.report.wording.text import choose
from sim.words.glossary import Lang


class Searching(Watcher):
    """Which trial it is, and how far it is, on a terminal's stderr; nothing where nobody watches.

    How many trials there will be nobody knows beforehand.
    """

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._trials = 0
        self._done = 0
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> None:
        self._progress.start()

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    @property
    def kept_any(self) -> bool:
        """Whether a search that did not end leaves anything to go on from."""
        return self._done > 0

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        self._trials += 1
        self._done += kept
        said = choose(self._lang, f"第{self._trials}次试算", f"trial {self._trials}")
        self._progress.update(self._task, total=total, completed=kept, description=said)

    def finished(self) -> None:
        self._done += 1
        self._progress.advance(self._task)

    def kept(self, out: Path) -> str:
        """What is left of a search that did not end."""
        zh = f"已算完的 {self._done} 次重复保存在 {out}.partial；再运行同一命令即可继续。"
        en = (
            f"{self._done} replications are kept in {out}.partial; the same command goes on from "
            "there."
        )
        return choose(self._lang, zh, en)
