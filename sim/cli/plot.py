"""``plot``: every figure that a result can give."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.base import Language, app, reported, tell
from sim.experiments import disk
from sim.report.wording.text import choose
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown


@app.command()
@reported
def plot(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="结果文件夹。 A result folder.")
    ],
    lang: Language,
    figure: Annotated[
        list[str],
        typer.Option(
            help="只画这些图，可重复。 Only these figures; repeat for more: operators, pareto.",
            default_factory=list,
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="图放哪里，默认 RESULT/figures。 Folder; by default RESULT/figures."),
    ] = None,
    replication: Annotated[
        int, typer.Option(help="日程表取第几次重复。 Replication of the day sheet.")
    ] = 0,
    point: Annotated[
        str,
        typer.Option(
            help="日程表取哪个站点，默认最忙的。 Point of the day sheet; by default the busiest.",
            show_default=False,
        ),
    ] = "",
    date: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="日程表取哪一天，默认最忙的。 Date of the day sheet; by default the busiest.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """画图：一个结果能给出的全部图，PNG 与 SVG。 Every figure that a result can give, as PNG and
    SVG.

    Example: `hotline plot results/decheng --figure day --point xinhu-centre --date 2026-05-09`
    """
    # Matplotlib takes its time to import, and most commands do not need it.
    from sim.plots import Drawings, save_drawings
    from sim.plots.folders.drawings import Sheet, drawings, made_here

    day = _date(date)
    faults = [day] if isinstance(day, Fault) else []
    sheet = Sheet(replication, point, None if isinstance(day, Fault) else day)
    found, name = Drawings(), ""
    try:
        found, name = drawings(result, lang, sheet)
    except BadInput as bad:
        faults += bad.faults
    else:
        faults += [
            Fault("--figure", "", shown(asked), listed(found, len(found)), nearest(asked, found))
            for asked in dict.fromkeys(figure) if asked not in found
        ]
    if faults:
        raise BadInput(faults)
    if not made_here(result):
        zh = "此结果由另一版本的程序产生；重新模拟的图可能有出入。"
        en = (
            "This result was made by another version of the program; "
            "what is simulated again may differ."
        )
        tell(choose(lang, zh, en))
    place = out or result / "figures"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk.unwritable(place, error) from None
    chosen = {key: draw for key, draw in found.items() if not figure or key in figure}
    with disk.writing(place):
        for path in save_drawings(chosen, place, name):
            print(path)


def _date(text: str) -> dt.date | Fault | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        allowed = Words("a date, YYYY-MM-DD", "日期，写作 YYYY-MM-DD")
        return Fault("--date", "", shown(text), allowed)
