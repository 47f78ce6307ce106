"""What an advice says of itself while it goes on, on stderr."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sim.experiments.advise.stages import Stagewise
from sim.report.wording.text import choose
from sim.words.glossary import Lang

STEPS = {
    "operators": ("接线员", "operators"),
    "caregivers": ("护理员", "caregivers"),
    "dispatch": ("派单规则", "dispatch rule"),
    "more-operators": ("需求多一半：接线员", "half as much demand again: operators"),
    "more-caregivers": ("需求多一半：护理员", "half as much demand again: caregivers"),
    "check": ("用新的来电检验", "check on fresh workloads"),
    "screen": ("哪些假设要紧", "which assumptions matter"),
    "sensitivity": ("细看要紧的假设", "the assumptions that matter"),
}


class Advising(Stagewise):
    """Which step it is, how far all of them are and how long they may still take, on a terminal's
    stderr; nothing where nobody watches.

    How much a search takes nobody knows beforehand: a step that ends early leaves less to do.
    """

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._steps: dict[str, int] = {}
        self._here = ""
        self._done = 0
        self._kept_any = False
        self._summing_up = False
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> None:
        self._progress.start()

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    @property
    def kept_any(self) -> bool:
        """Whether an advice that did not end leaves anything to go on from."""
        return self._kept_any

    def planned(self, steps: Mapping[str, int]) -> None:
        self._steps = dict(steps)
        self._progress.update(self._task, total=sum(steps.values()))

    def step(self, name: str) -> None:
        self._here, self._done, self._summing_up = name, 0, False
        place = list(self._steps).index(name)
        said = choose(self._lang, *STEPS[name])
        self._progress.update(
            self._task, description=f"{place + 1}/{len(self._steps)} {said}",
            completed=sum(list(self._steps.values())[:place]))

    def done(self, name: str) -> None:
        """What it had left of its share is nothing to wait for."""
        self._kept_any = True
        self._progress.update(
            self._task, completed=self._progress.tasks[0].completed
            + max(0, self._steps[name] - self._done))

    def begun(self, total: int, kept: int, discarded: bool) -> None:
        self._summing_up = False
        self._move(kept)

    def finished(self) -> None:
        if not self._summing_up:
            self._move(1)

    def summarising(self, total: int) -> None:
        self._summing_up = True

    def _move(self, by: int) -> None:
        """So much more of this step is done; it never takes more of the bar than its share."""
        self._kept_any |= by > 0
        step = max(0, min(by, self._steps[self._here] - self._done))
        self._done += by
        self._progress.advance(self._task, step)

    def kept(self, out: Path) -> str:
        """What is left of an advice that did not end."""
        zh = f"已算完的都保存在 {out}.partial；再运行同一命令即可继续。"
        en = f"All that was finished is kept in {out}.partial; the same command goes on from there."
        return choose(self._lang, zh, en)
