"""What ``calibrate`` and ``backtest`` do where they are given an orders log."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sim.calibrate.call_files import read_calls
from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.calibrate.dispatch.scenario import merged, write_orders_folder
from sim.calibrate.dispatch.whole import calibrate_orders
from sim.calibrate.mapping import read_mapping
from sim.calibrate.scenario import built
from sim.calibrate.whole import calibrate as calibrated
from sim.cli.base import tell
from sim.experiments import manifest
from sim.experiments.backtest import Period
from sim.experiments.backtest.response import backtest_orders, tables
from sim.experiments.backtest.response.errors import errors
from sim.experiments.executors import chosen
from sim.experiments.workshop import CELLS, Workshop, workshop
from sim.report.calibration.of_calls import calibration_page
from sim.report.calibration.of_orders import orders_page
from sim.report.calibration.of_responses import response_page
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words
from sim.words.glossary import LANGS, Lang


def calibrate_from_orders(
    orders: Sequence[Path], calls: Sequence[Path], columns: str, order_columns: str, out: Path,
    sign_ins: Sequence[Path], first: dt.date | None, last: dt.date | None, lang: Lang,
) -> None:
    """A scenario from an orders log, and from a call log too where one is given."""
    mapping = read_order_mapping(order_columns or columns)
    log, notes = read_orders(tuple(orders), mapping, () if calls else tuple(sign_ins), first, last)
    of_calls = None
    if calls:
        of_calls, more = read_calls(tuple(calls), read_mapping(columns), tuple(sign_ins), first,
                                    last)
        notes += more
    tell(*(choose(lang, note.zh, note) for note in notes))
    with workshop(out) as work:
        name = out.resolve().name
        done = calibrate_orders(log, name, tuple(path.name for path in orders))
        raw, table, dropped = done.raw, done.table, list(log.dropped)
        pages = {each: orders_page(done, each) for each in LANGS}
        if of_calls is not None:
            heard = calibrated(of_calls, name, tuple(path.name for path in calls))
            raw = merged(heard.raw, raw)
            built(raw)
            table = pd.concat([heard.table, table], ignore_index=True)
            dropped += list(heard.learned.log.dropped)
            pages = {each: calibration_page(heard, each) + "\n" + page
                     for each, page in pages.items()}
            from sim.plots.calibration.of_calls import save_calibration

            save_calibration(heard, work.folder / "figures", lang)
        write_orders_folder(raw, work.folder / "scenario")
        work.write("estimates.csv", table.to_csv(index=False))
        work.write("dropped.csv", pd.DataFrame(
            [(d.reason_en, d.reason_zh, d.rows) for d in dropped],
            columns=["reason", "reason_zh", "rows"]).to_csv(index=False))
        for each in LANGS:
            work.write(f"page.{each}.txt", pages[each])
        from sim.plots.calibration.of_orders import save_orders

        save_orders(done, work.folder / "figures", lang)
        _publish(work, "calibrate", name)
    print(pages[lang], end="")
    tell(choose(lang, f"结果在 {out}；运行：hotline run {out}/scenario",
                f"The result is in {out}; run it: hotline run {out}/scenario"))


def backtest_from_orders(
    orders: Sequence[Path], calls: Sequence[Path], columns: str, sign_ins: Sequence[Path],
    fit: Period, predict: Period, out: Path, replications: int, seed: int, workers: int | None,
    lang: Lang,
    told: Callable[[str, int, int], None],
) -> None:
    """Response times of one period predicted from another."""
    if calls:
        allowed = Words("--calls or --orders, one at a time", "--calls 与 --orders 一次一个")
        raise BadInput([Fault("--orders", "", Words("both", "两个都给了"), allowed)])
    log, notes = read_orders(tuple(orders), read_order_mapping(columns), tuple(sign_ins))
    tell(*(choose(lang, note.zh, note) for note in notes))
    with workshop(out) as work:
        with chosen("pool", "", workers) as where:
            found = backtest_orders(log, fit, predict, where, replications, seed, told)
        hours, skills, parts = tables.by_hour(found), tables.skills(found), errors(found)
        for name, made in (("by_hour", hours), ("skill", skills), ("errors", parts)):
            work.write(f"{name}.csv", made.to_csv(index=False, float_format="%.6g"))
        for each in LANGS:
            work.write(f"page.{each}.txt", response_page(found, hours, skills, parts, each))
        from sim.plots.calibration.of_orders import save_response

        save_response(hours, work.folder / "figures", lang)
        _publish(work, "backtest", out.resolve().name)
    print(response_page(found, hours, skills, parts, lang), end="")
    tell(choose(lang, f"结果在 {out}", f"The result is in {out}"))


def require_a_log(calls: Sequence[Path], orders: Sequence[Path]) -> None:
    """Raise :class:`BadInput` where neither is given."""
    if not calls and not orders:
        allowed = Words("--calls FILE, --orders FILE, or both", "--calls、--orders 至少一个")
        raise BadInput([Fault("--calls", "", Words("nothing", "没有给"), allowed)])


def _publish(work: Workshop, kind: str, name: str) -> None:
    work.publish({
        "program": manifest.PROGRAM, "kind": kind, "name": name,
        "versions": manifest.versions(), "source": manifest.source_digest(),
        "command": ["hotline", *sys.argv[1:]],
    }, ())
    # Nothing here is made of cells.
    (work.out / CELLS).rmdir()
