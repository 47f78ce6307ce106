"""What a run says of itself while it goes on, on stderr."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.experiments.replicate import Watcher
from sim.report.wording.text import choose
from sim.words.glossary import Lang


class Bar(Watcher):
    """Progress on a terminal's stderr; nothing where nobody watches."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._done = 0
        self._total = 0
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(choose(lang, "模拟", "simulating"), total=None)
        self._summarising = False

    def __enter__(self) -> None:
        self._progress.start()

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    @property
    def kept_any(self) -> bool:
        """Whether a run that did not end leaves anything to go on from."""
        return self._done > 0

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        first = self._total == 0
        self._total, self._done, self._summarising = total, kept, False
        if discarded:
            zh = "此前留下的结果属于另一方案、种子或程序版本，不沿用。"
            en = "What an earlier run of another scenario, seed or program left is not used."
            print(choose(self._lang, zh, en), file=sys.stderr)
        if kept and first:
            zh = f"接着上次中断处继续，已有 {kept} 次。"
            en = f"Going on where it stopped: {kept} replications are there already."
            print(choose(self._lang, zh, en), file=sys.stderr)
        self._progress.update(self._task, total=total, completed=kept)

    def finished(self) -> None:
        self._done += not self._summarising
        self._progress.advance(self._task)

    def summarising(self, total: int) -> None:
        self._summarising = True
        self._progress.reset(
            self._task, total=total, description=choose(self._lang, "汇总", "summing up")
        )

    def kept(self, out: Path) -> str:
        """What is left of a run that did not end."""
        zh = f"已完成 {self._done}/{self._total} 次，保存在 {out}.partial；再运行同一命令即可继续。"
        en = (
            f"{self._done} of {self._total} replications are kept in {out}.partial; "
            "the same command goes on from there."
        )
        return choose(self._lang, zh, en)
