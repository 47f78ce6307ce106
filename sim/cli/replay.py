"""``replay``: a log as the workload, under the recorded or another staffing or policy."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.calibrate.call_files import read_calls
from sim.calibrate.dispatch.cleaning import read_orders
from sim.calibrate.dispatch.mapping import read_order_mapping
from sim.calibrate.mapping import read_mapping
from sim.cli.base import Changes, Language, ScenarioName, Workers, app, notes, reported, tell
from sim.cli.dispatch import require_a_log
from sim.experiments.executors import chosen
from sim.experiments.replay import replay as replayed
from sim.experiments.replay.orders import strange_places
from sim.experiments.replicate import prepare_county
from sim.report.calibration.replay import replay_page
from sim.report.run.card import card
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown

STAFFINGS = ("recorded", "scenario")
MOST_MORE = 1000


@app.command()
@reported
def replay(
    scenario: ScenarioName,
    columns: Annotated[
        str, typer.Option(help="来电记录的对照文件。 Mapping of the call log.")
    ],
    out: Annotated[Path, typer.Option(help="结果文件夹。 Result folder.")],
    calls: Annotated[
        list[Path],
        typer.Option("--calls", metavar="FILE", help="通话记录，可重复。 Call logs.",
                     default_factory=list, show_default=False),
    ],
    orders: Annotated[
        list[Path],
        typer.Option("--orders", metavar="FILE", help="工单记录，可重复。 Order logs.",
                     default_factory=list, show_default=False),
    ],
    sign_ins: Annotated[
        list[Path],
        typer.Option("--sign-ins", metavar="FILE",
                     help="签入签出记录。 Sign-in records (of the calls; without --calls: of the "
                     "orders).", default_factory=list, show_default=False),
    ],
    changes: Changes,
    lang: Language,
    order_columns: Annotated[
        str, typer.Option(help="工单记录的对照文件，不写则同 --columns。 Mapping of the orders "
                          "log, by default as --columns.", show_default=False),
    ] = "",
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="从哪天。 From this date.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="DATE", help="到哪天，含。 To this date, included.")
    ] = "",
    staffing: Annotated[
        str, typer.Option(metavar="recorded|scenario", help="人手：recorded 照记录，scenario "
                          "照方案。 Staff on duty: as recorded, or as the scenario plans."),
    ] = "recorded",
    more_operators: Annotated[
        int, typer.Option(help="比记录多几名接线员。 So many operators more than recorded.")
    ] = 0,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="重复次数。 Replications.")
    ] = 10,
    seed: Annotated[
        int, typer.Option(help="随机种子；同一种子结果相同。 The same seed, the same result.")
    ] = 1,
    workers: Workers = None,
) -> None:
    """重演：用记录下来的来电和工单，看换一种人手或规则会怎样。 What a recorded period would have
    looked like under another staffing or policy.

    Example: `hotline replay results/calibrated/scenario --calls calls.csv --columns columns.toml
    --more-operators 2 --out results/two-more`
    """
    require_a_log(calls, orders)
    start, end = _checked(first, last, staffing, more_operators, replications, seed)
    resolved = prepare_county(scenario, changes)
    heard: Any = None
    noted: list[Words] = []
    if calls:
        heard, more = read_calls(tuple(calls), read_mapping(columns), tuple(sign_ins), start, end)
        noted += more
        start, end = heard.first, heard.first + dt.timedelta(days=heard.days - 1)
    seen: Any = None
    if orders:
        seen, more = read_orders(
            tuple(orders), read_order_mapping(order_columns or columns),
            () if calls else tuple(sign_ins), start, end)
        noted += [*more, *strange_places(seen, resolved.scenario)]
    tell(*notes(resolved, lang), *resolved.changes,
         *(choose(lang, note.zh, note) for note in noted))
    with chosen("pool", "", workers) as where:
        done = replayed(
            resolved, heard, seen, out=out, where=where, card=card, page=replay_page,
            staffing=staffing, more=more_operators, replications=replications, seed=seed,
            command=["hotline", *sys.argv[1:]],
        )
    print((done.folder / f"replay.{lang}.txt").read_text(encoding="utf-8"), end="")
    tell(choose(lang, f"结果在 {out}；比较：hotline compare", f"The result is in {out}; its card: "
                f"{out}/card.{lang}.txt"))


def _checked(
    first: str, last: str, staffing: str, more: int, replications: int, seed: int
) -> tuple[dt.date | None, dt.date | None]:
    """The dates. Raises :class:`BadInput` with every fault of the options."""
    faults = []
    dates: list[dt.date | None] = []
    for option, text in (("--from", first), ("--to", last)):
        try:
            dates.append(dt.date.fromisoformat(text) if text else None)
        except ValueError:
            allowed = Words("a date such as 2026-03-01", "如 2026-03-01 的日期")
            faults.append(Fault(option, "", shown(text), allowed))
    if staffing not in STAFFINGS:
        faults.append(Fault("--staffing", "", shown(staffing), listed(STAFFINGS),
                            nearest(staffing, STAFFINGS)))
    elif more and staffing != "recorded":
        allowed = Words("together with --staffing recorded", "与 --staffing recorded 一起用")
        faults.append(Fault("--more-operators", "", str(more), allowed))
    for option, value, low, high in (("--more-operators", more, 0, MOST_MORE),
                                     ("--replications", replications, 1, 10_000),
                                     ("--seed", seed, 0, 2**63)):
        if not low <= value <= high:
            allowed = Words(f"a whole number from {low} to {high:,}", f"{low} 到 {high:,} 的整数")
            faults.append(Fault(option, "", str(value), allowed))
    if faults:
        raise BadInput(faults)
    return dates[0], dates[1]
