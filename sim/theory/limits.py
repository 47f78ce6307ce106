"""Many servers: limits as the load grows with the servers, and the square-root rule of staffing.

With R erlangs offered and c = R + beta sqrt(R) servers, delays neither vanish nor take over.
Sources: S. Halfin and W. Whitt (1981), "Heavy-traffic limits for queues with many exponential
servers", Operations Research 29 (callers wait for ever); O. Garnett, A. Mandelbaum and M. Reiman
(2002), "Designing a call center with impatient customers", Manufacturing & Service Operations
Management 4 (callers give up). Limits, not bounds: good from some ten servers on, and for a
handful :mod:`sim.theory.erlang` and :mod:`sim.theory.patience` are exact.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr

WIDEST = 30.0


def halfin_whitt(beta: float) -> float:
    """Share that waits with c = R + ``beta`` sqrt(R) servers, ``beta`` > 0, if all wait for ever:
    1 / (1 + beta Phi(beta) / phi(beta)). Source: Halfin and Whitt (1981)."""
    return float(1 / (1 + beta / _hazard(-beta)))


def garnett(beta: float, patience: float) -> float:
    """Share that waits with c = R + ``beta`` sqrt(R) servers, ``beta`` of any sign, if callers give
    up; ``patience`` is the mean patience in mean services (mu / theta), above 0.

    1 / (1 + h(beta sqrt(p)) / sqrt(p) / h(-beta)), h being the hazard rate of the standard normal.
    Source: Garnett, Mandelbaum and Reiman (2002).
    """
    root = math.sqrt(patience)
    return float(1 / (1 + _hazard(beta * root) / root / _hazard(-beta)))


def garnett_abandoned(beta: float, patience: float, servers: float) -> float:
    """Share that hangs up, as in :func:`garnett`, with c servers:
    P(wait) (h(beta sqrt(p)) / sqrt(p) - beta) / sqrt(c).

    Source: Garnett, Mandelbaum and Reiman (2002).
    """
    root = math.sqrt(patience)
    each = _hazard(beta * root) / root - beta
    return garnett(beta, patience) * each / math.sqrt(servers)


def square_root_staffing(load: float, waits: float, patience: float = math.inf) -> int:
    """Servers with which about a share ``waits`` (above 0, below 1) does not find one free:
    R + beta sqrt(R), rounded up, with the beta of :func:`garnett`, or of :func:`halfin_whitt`
    where ``patience`` (mean patience in mean services) is infinite.

    Source: as there; the rule itself is Erlang's (1924).
    """
    if math.isinf(patience):
        beta = float(brentq(lambda b: halfin_whitt(b) - waits, 1e-12, WIDEST))
    else:
        beta = float(brentq(lambda b: garnett(b, patience) - waits, -WIDEST, WIDEST))
    return max(0, math.ceil(load + beta * math.sqrt(load)))


def _hazard(x: float) -> float:
    """phi(x) / (1 - Phi(x))."""
    return float(np.exp(-x**2 / 2 - np.log(np.sqrt(2 * np.pi)) - log_ndtr(-x)))
