"""``compare``, ``sensitivity``: what differs on the same workloads, and what rests on what."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import typer

from sim.cli.base import (
    OUR_FAULT,
    Address,
    Changes,
    ExecutorKind,
    Language,
    Out,
    ScenarioName,
    Workers,
    app,
    notes,
    reported,
    tell,
)
from sim.experiments import compare as comparing
from sim.experiments.executors import chosen as executor_chosen
from sim.experiments.lab import Failure
from sim.experiments.replicate import MOST_REPLICATIONS
from sim.experiments.sensitivity import run
from sim.experiments.sensitivity.assumptions import assumptions
from sim.experiments.sweep.study import numbered
from sim.experiments.variants import Named, variants
from sim.measures.chosen import Chosen, chosen, groups_of
from sim.report.progress.bar import Bar
from sim.report.study.compare import page as compared
from sim.report.study.sensitivity import page as sensitive
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words
from sim.words.glossary import Lang

Variants = Annotated[
    list[str],
    typer.Option(
        "--variant",
        metavar="NAME:KEY=VALUE,...",
        help="第一个方案的一种变化，可重复。 A variant of the first scenario; repeat for more: "
        "two:operators.desk.count=2,hotline.lines=6.",
        default_factory=list,
        show_default=False,
    ),
]
Measures = Annotated[
    list[str],
    typer.Option(
        "--measures",
        metavar="MEASURE,...",
        help="看哪些指标，可带分组。 Which measures, with a group where wanted: "
        "service_level,on_time:service=bathing.",
        default_factory=list,
        show_default=False,
    ),
]
Replications = Annotated[
    int, typer.Option("--replications", "-n", help="各重复几次。 Replications of each.")
]
SeedOf = Annotated[
    int, typer.Option("--seed", help="随机种子；同一种子结果相同。 The same seed, the same result.")
]


@app.command()
@reported
def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...",
            help="方案名或文件夹，第一个是基准。 Scenarios, by name or folder; the first is the "
            "base.",
        ),
    ],
    changes: Changes,
    lang: Language,
    variant: Variants,
    measures: Measures,
    replications: Replications = 20,
    seed: SeedOf = 1,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """同一批来电下比较几个方案：谁更好，有没有把握。 Compare scenarios or variants on the same
    workloads: which is better, and is it sure?

    Example: `hotline compare quickstart --variant "two:operators.desk.count=3" -n 10`
    """
    found, rows = _asked(scenarios, changes, variant, measures, replications, seed)
    if len(found) < 2:
        allowed = Words("another SCENARIO, or a --variant", "另一个方案，或 --variant")
        raise BadInput([Fault("compare", "", Words("one scenario", "只有一个方案"), allowed)])
    tell(*dict.fromkeys(note for one in found for note in notes(one.variant.resolved, lang)))
    where = executor_chosen(executor, address, workers)
    place = out or Path("results") / f"{found[0].variant.resolved.scenario.name}-compare"
    done = _carried_out(
        lambda bar: comparing.compare(
            found, out=place, page=compared, where=where,
            rows=rows or list(map(Chosen, comparing.HEADLINES)), replications=replications,
            seed=seed, watcher=bar, command=["hotline", *sys.argv[1:]],
        ),
        place, lang,
    )
    _told(done, place, lang)


@app.command()
@reported
def sensitivity(
    scenario: ScenarioName,
    changes: Changes,
    lang: Language,
    variant: Variants,
    measures: Measures,
    only: Annotated[
        list[str],
        typer.Option(
            "--only",
            metavar="PATTERN",
            help="只变这些假设，可重复。 Vary only these assumptions; repeat for more: "
            "callers.*, *absence_prob.",
            default_factory=list,
            show_default=False,
        ),
    ],
    replications: Replications = 10,
    seed: SeedOf = 1,
    out: Out = None,
    executor: ExecutorKind = "pool",
    address: Address = "",
    workers: Workers = None,
) -> None:
    """每项假设取低值和高值：哪些最要紧，到什么数结论会变。 Every assumption at its low and high:
    which matter most, and at which value the advice changes.

    Example: `hotline sensitivity quickstart --only "hotline.*" --only "callers.*" -n 10`
    """
    found, rows = _asked([scenario], changes, variant, measures, replications, seed)
    base = found[0].variant.resolved
    varied, left = assumptions(base, only)
    tell(*notes(base, lang))
    where = executor_chosen(executor, address, workers)
    place = out or Path("results") / f"{base.scenario.name}-sensitivity"
    done = _carried_out(
        lambda bar: run.sensitivity(
            found, varied, left, out=place, page=sensitive, where=where,
            rows=rows or list(map(Chosen, comparing.HEADLINES)), replications=replications,
            seed=seed, watcher=bar, command=["hotline", *sys.argv[1:]],
        ),
        place, lang,
    )
    _told(done, place, lang)


class _Done(Protocol):
    @property
    def folder(self) -> Path: ...

    @property
    def failures(self) -> list[Failure]: ...


_DoneT = TypeVar("_DoneT", bound=_Done)


def _asked(
    scenarios: Sequence[str], changes: Sequence[str], variant: Sequence[str],
    measures: Sequence[str], replications: int, seed: int,
) -> tuple[list[Named], list[Chosen]]:
    """The variants and the rows of the table asked for, or everything that is wrong with them."""
    limits = (("--replications", replications, 1, MOST_REPLICATIONS), ("--seed", seed, 0, None))
    faults = [
        fault for option, value, low, high in limits
        if (fault := numbered(option, "", value, low, high))
    ]
    found: list[Named] = []
    try:
        found = variants(scenarios, changes, variant)
    except BadInput as bad:
        faults += bad.faults
    # Where the scenario is faulty, measures without a group can still be judged.
    groups = groups_of(found[0].variant.resolved.scenario) if found else ["all"]
    texts = [text.strip() for option in measures for text in option.split(",") if text.strip()]
    judged = [text if found else text.partition(":")[0] for text in texts]
    rows = chosen(list(dict.fromkeys(judged)) if not found else judged, "--measures", groups)
    faults += [row for row in rows if isinstance(row, Fault)]
    if faults:
        raise BadInput(faults)
    return found, [row for row in rows if isinstance(row, Chosen)]


def _carried_out(work: Callable[[Bar], _DoneT], place: Path, lang: Lang) -> _DoneT:
    """Do it with a progress bar; what is left of it if it does not end is said."""
    replaced, start = place.exists(), time.monotonic()
    bar = Bar(lang)
    try:
        with bar:
            done = work(bar)
    except (KeyboardInterrupt, BadInput):
        if bar.kept_any:
            tell(bar.kept(place))
        raise
    print((done.folder / f"page.{lang}.txt").read_text(encoding="utf-8"), end="")
    took = f"{time.monotonic() - start:.1f}"
    zh, en = f"用时 {took} 秒；结果在 {place}", f"{took} s; the result is in {place}"
    if replaced:
        zh, en = f"{zh}（替换了原有结果）", f"{en}, in place of the one that was there"
    tell(choose(lang, zh, en))
    return done


def _told(done: _Done, place: Path, lang: Lang) -> None:
    """The cells that failed, if any; then the command fails too."""
    for failure in done.failures:
        zh = f"失败：{failure.variant}，第 {failure.replication} 次重复：{failure.reason}"
        en = f"failed: {failure.variant}, replication {failure.replication}: {failure.reason}"
        tell(choose(lang, zh, en))
    if done.failures:
        raise typer.Exit(OUR_FAULT)
