"""What every figure has in common: the font, the colours, the way it is saved.

Chinese and Latin text are set in Noto Sans CJK SC, which comes with the declared dependency
``noto-cjk-sans-otc`` (SIL Open Font Licence), so that a figure looks the same, to the byte, on a
machine without Chinese fonts. Colours are Okabe and Ito's, told apart by most colour-blind readers;
whatever a colour says, a hatch, a marker or a line style says too, for black-and-white print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ParamSpec

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

FONT = "Noto Sans CJK SC"

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)
DPI = 144
LINES: tuple[tuple[str, str, Any], ...] = (
    (BLUE, "o", "-"),
    (ORANGE, "s", (0, (5, 1.5))),
    (GREEN, "^", (0, (5, 1.5, 1, 1.5))),
    (PURPLE, "D", (0, (1.5, 1.2))),
    (BLACK, "v", (0, (8, 1.5, 1, 1.5, 1, 1.5))),
    (SKY, "P", (0, (3, 1, 1, 1))),
)
"""Colour, marker and dashes of the first, second, ... line of a panel; begun again where a panel
has more."""
WIDEST_NAME = 2.5
"""Inches that a line of a legend may need."""
LONGEST_NAME = 40
"""Letters of a name that are shown."""
GREY, PALE = "#5F6368", "#E8EAED"

RC: Any = {
    "font.family": [FONT],
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "hotline",
}

P = ParamSpec("P")


@cache
def _register_font() -> None:
    with as_file(files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc") as path:
        fontManager.addfont(path)


@contextmanager
def style() -> Iterator[None]:
    """The house style, for the time of a ``with`` block."""
    _register_font()
    with rc_context(RC):
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a drawing function draw in the house style."""

    @wraps(draw)
    def figure(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            drawn = draw(*args, **kwargs)
            # Ticks are made lazily, with whatever font is in force at that moment: make them now.
            drawn.draw_without_rendering()
            # All has its place: looking for it again at each saving would only take time.
            drawn.set_layout_engine("none")
            return drawn

    return figure


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, apart from pyplot's global list."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def short(name: str) -> str:
    """A name that leaves room for the drawing."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def heading(figure: Figure, title: str) -> None:
    """The title, at the top left."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=14)


def foot(
    figure: Figure, note: str, handles: Sequence[Artist] = (), columns: int = 4,
    **how: Any,
) -> None:
    """Below the panels: a note in small grey letters, and the legend of the whole figure."""
    if handles:
        room = max(1, int(figure.get_figwidth() / WIDEST_NAME))
        legend = figure.legend(
            handles=handles, title=note or None, loc="outside lower center",
            ncols=min(columns, room), **{"handlelength": 3, **how})
        legend.get_title().set(color=GREY, fontsize=8)
    elif note:
        figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=GREY)


def nothing(figure: Figure, words: str) -> Figure:
    """A figure that says why it is empty."""
    figure.text(0.5, 0.45, words, ha="center", color=GREY)
    return figure


def percent_axis(axes: Axes, low: float = 0.0) -> None:
    """A vertical axis of shares, from ``low`` to 1, written in per cent."""
    axes.set_ylim(low, 1.02)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def name_it(figure: Figure, name: str) -> None:
    """Write in small grey letters what the figure is of, at its top right corner."""
    with style():
        figure.text(0.99, 0.99, name, ha="right", va="top", fontsize=8, color=GREY)


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG or an SVG; the same figure gives the same bytes at any time."""
    svg = path.suffix == ".svg"
    metadata = {"Creator": None, "Date": None} if svg else {"Software": None}
    with style():
        figure.savefig(path, metadata=metadata)
    return path
