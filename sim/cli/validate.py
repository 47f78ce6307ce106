"""``validate``: the program against queueing theory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.base import OUR_FAULT, Language, app, reported, tell
from sim.experiments.executors import chosen
from sim.experiments.store import aside
from sim.report.progress.bar import Bar
from sim.report.validation import page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, listed, nearest, shown


@app.command()
@reported
def validate(
    lang: Language,
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="只验这几种情形。 Only these cases."),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="重复十倍、容许差四成。 Ten times the replications, two fifths "
                                    "of the margins."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="把结果表存成 CSV。 Write the table as CSV.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="并行进程数，默认全部核心。 Parallel processes; by default all cores."),
    ] = None,
) -> None:
    """程序与排队论逐项核对；有一项不符则退出码为 1。 The program against queueing theory, truth by
    truth; exit status 1 if any is missed.

    Example: `hotline validate erlang-a hypercube-3 --out validation.csv`
    """
    # All of the theory takes its time to import, and nothing else needs it.
    from sim.experiments.validate import battery

    names = list(dict.fromkeys(cases or battery.chosen(full)))
    faults = [
        Fault("CASE", "", shown(name), listed(battery.MAKERS, 40), nearest(name, battery.MAKERS))
        for name in names if name not in battery.MAKERS
    ]
    if faults:
        raise BadInput(faults)
    bar = Bar(lang)
    with bar:
        verdicts = battery.validate(
            names, chosen(workers=workers), full=full, watcher=bar
        )
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        with aside(out) as there:
            battery.table(verdicts).to_csv(there, index=False, lineterminator="\n")
    print(page(verdicts, lang), end="")
    if out is not None:
        tell(choose(lang, f"结果表在 {out}", f"The table is in {out}"))
    if not all(v.passed for v in verdicts):
        raise typer.Exit(OUR_FAULT)
