"""``calibrate``, ``backtest``: a scenario from a county's call log, and how well it predicts."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from sim.calibrate.call_files import read_calls
from sim.calibrate.folder import write_folder
from sim.calibrate.mapping import read_mapping
from sim.calibrate.whole import calibrate as calibrated
from sim.cli.base import Language, app, reported, tell
from sim.cli.dispatch import backtest_from_orders, calibrate_from_orders, require_a_log
from sim.experiments import manifest
from sim.experiments.backtest import FEWEST_DAYS, periods, tables
from sim.experiments.backtest import backtest as backtested
from sim.experiments.executors import chosen
from sim.experiments.workshop import CELLS, Workshop, workshop
from sim.report.calibration.of_calls import backtest_page, calibration_page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words, shown
from sim.words.glossary import LANGS, Lang

Calls = Annotated[
    list[Path],
    typer.Option("--calls", metavar="FILE", help="通话记录，可重复。 Call logs; repeat for more.",
                 default_factory=list, show_default=False),
]
Orders = Annotated[
    list[Path],
    typer.Option(
        "--orders",
        metavar="FILE",
        help="工单或出车记录，可重复；与 --calls 至少给一个。 Logs of orders or dispatches; repeat "
        "for more. This, --calls or both.",
        default_factory=list,
        show_default=False,
    ),
]
OrderColumns = Annotated[
    str,
    typer.Option(
        "--order-columns",
        help="工单记录的对照文件，不写则同 --columns；现成的：county、orders、visits、lane、sf。 "
        "Mapping of the orders log, by default as --columns; ready ones: county, orders, visits, "
        "lane, sf.",
        show_default=False,
    ),
]
Columns = Annotated[
    str,
    typer.Option(
        "--columns",
        help="列名对照文件，或现成的名称：tables、vanad、technion。 A mapping file columns.toml, "
        "or the name of a ready one: tables, vanad, technion.",
    ),
]
SignIns = Annotated[
    list[Path],
    typer.Option(
        "--sign-ins",
        metavar="FILE",
        help="签入签出记录；没有则由通话推断。 Sign-in records; without them staff on duty is "
        "inferred from the calls.",
        default_factory=list,
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option(help="结果文件夹。 Result folder.")]
Workers = Annotated[
    int | None,
    typer.Option(help="并行进程数，默认全部核心。 Parallel processes; by default all cores."),
]


@app.command()
@reported
def calibrate(
    calls: Calls,
    orders: Orders,
    columns: Columns,
    out: Out,
    sign_ins: SignIns,
    lang: Language,
    order_columns: OrderColumns = "",
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="从哪天。 From this date.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="DATE", help="到哪天，含。 To this date, included.")
    ] = "",
) -> None:
    """由通话记录得出方案：可直接运行的文件夹、估计值及区间、校准报告。 A scenario from a call log:
    a folder that runs, every estimate with its interval, a report.

    Example: `hotline calibrate --calls calls.csv --columns columns.toml --out results/calibrated`
    """
    require_a_log(calls, orders)
    start, end = _dates(first, last)
    if orders:
        calibrate_from_orders(orders, calls, columns, order_columns, out, sign_ins, start, end,
                              lang)
        return
    mapping, files = read_mapping(columns), tuple(calls)
    log, notes = read_calls(files, mapping, tuple(sign_ins), start, end)
    _tell(notes, lang)
    with workshop(out) as work:
        done = calibrated(log, out.resolve().name, tuple(path.name for path in files))
        write_folder(done.raw, work.folder / "scenario")
        work.write("estimates.csv", done.table.to_csv(index=False))
        dropped = [(d.reason_en, d.reason_zh, d.rows) for d in done.learned.log.dropped]
        work.write("dropped.csv", pd.DataFrame(
            dropped, columns=["reason", "reason_zh", "rows"]).to_csv(index=False))
        for each in LANGS:
            work.write(f"page.{each}.txt", calibration_page(done, each))
        from sim.plots.calibration.of_calls import save_calibration

        save_calibration(done, work.folder / "figures", lang)
        _publish(work, "calibrate", done.raw["name"])
    print(calibration_page(done, lang), end="")
    tell(choose(lang, f"结果在 {out}；运行：hotline run {out}/scenario",
                f"The result is in {out}; run it: hotline run {out}/scenario"))


@app.command()
@reported
def backtest(
    calls: Calls,
    orders: Orders,
    columns: Columns,
    fit: Annotated[
        str, typer.Option(metavar="FROM..TO", help="用来校准的时段。 The period to calibrate on.")
    ],
    predict: Annotated[
        str, typer.Option(metavar="FROM..TO", help="要预测的时段。 The period to predict.")
    ],
    out: Out,
    sign_ins: SignIns,
    lang: Language,
    order_columns: OrderColumns = "",
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="预测重复次数。 Members of the forecast.")
    ] = 20,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = 1,
    workers: Workers = None,
) -> None:
    """回测：用一段记录校准，预测另一段，与实际对比。 Calibrate on one period, predict another, and
    compare with what happened, beside Erlang C and Erlang A.

    Example: `hotline backtest --calls calls.csv --columns columns.toml --fit
    2026-01-01..2026-02-28 --predict 2026-03-01..2026-03-31 --out results/backtest`
    """
    require_a_log(calls, orders)
    one, other = periods(fit, predict, 1 if orders else FEWEST_DAYS)
    if replications < 2:
        raise BadInput([Fault("--replications", "", str(replications),
                              Words("a whole number from 2", "不小于 2 的整数"))])

    def told(stage: str, done: int, all_: int) -> None:
        if done == all_ and sys.stderr.isatty():
            tell(f"{stage} {done}/{all_}")

    if orders:
        backtest_from_orders(orders, calls, order_columns or columns, sign_ins, one, other, out,
                             replications, seed, workers, lang, told)
        return
    mapping = read_mapping(columns)
    whole = [(period.first, period.last) for period in (one, other)]
    log, notes = read_calls(tuple(calls), mapping, tuple(sign_ins), whole=whole)
    _tell(notes, lang)
    with workshop(out) as work:
        with chosen("pool", "", workers) as where:
            found = backtested(log, one, other, where, replications, seed, told)
        hours, skills, errors = tables.by_hour(found), tables.skills(found), tables.errors(found)
        for name, made in (("by_hour", hours), ("skill", skills), ("errors", errors)):
            work.write(f"{name}.csv", made.to_csv(index=False, float_format="%.6g"))
        for each in LANGS:
            work.write(f"page.{each}.txt", backtest_page(found, hours, skills, errors, each))
        from sim.plots.calibration.of_calls import save_backtest

        save_backtest(hours, work.folder / "figures", lang)
        _publish(work, "backtest", out.resolve().name)
    print(backtest_page(found, hours, skills, errors, lang), end="")
    tell(choose(lang, f"结果在 {out}", f"The result is in {out}"))


def _publish(work: Workshop, kind: str, name: str) -> None:
    work.publish({
        "program": manifest.PROGRAM, "kind": kind, "name": name,
        "versions": manifest.versions(), "source": manifest.source_digest(),
        "command": ["hotline", *sys.argv[1:]],
    }, ())
    # Nothing here is made of cells.
    (work.out / CELLS).rmdir()


def _dates(first: str, last: str) -> tuple[dt.date | None, dt.date | None]:
    found: list[dt.date | None] = []
    faults = []
    for option, text in (("--from", first), ("--to", last)):
        try:
            found.append(dt.date.fromisoformat(text) if text else None)
        except ValueError:
            allowed = Words("a date such as 2026-03-01", "如 2026-03-01 的日期")
            faults.append(Fault(option, "", shown(text), allowed))
    if faults:
        raise BadInput(faults)
    return found[0], found[1]


def _tell(notes: list[Words], lang: Lang) -> None:
    tell(*(choose(lang, note.zh, note) for note in notes))
