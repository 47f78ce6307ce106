"""A county tries its care hotline before it opens it.

>>> import sim
>>> county = sim.load("quickstart")
>>> result = sim.simulate(county, sim.draw(county, seed=1))
>>> result.calls[["arrived", "answered", "outcome"]].head()  # doctest: +SKIP

Everything is a plain function on DataFrames; :mod:`sim.app` holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["draw", "load", "measure", "run", "simulate", "summarise", "sweep", "trace", "verify"]

if TYPE_CHECKING:
    from sim.app import draw, load, measure, run, simulate, summarise, sweep, trace, verify


def __getattr__(name: str) -> Any:
    # Late, so that parts of the package can be imported without the libraries of all others.
    if name in __all__:
        from sim import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
