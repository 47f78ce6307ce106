"""M_t/G/inf: how many would be busy if nobody ever waited, hour by hour.

The offered load at time t is the expected number of calls in hand with servers without end:
m(t) = integral over u > 0 of lambda(t - u) P(S > u). The number is Poisson, whatever the service
times. Sources: C. Palm (1943); S. G. Eick, W. A. Massey and W. Whitt (1993), "The physics of the
M_t/G/inf queue", Operations Research 41. For the modified offered load: D. L. Jagerman (1975),
"Nonstationary blocking in telephone traffic", Bell System Technical Journal 54.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.special import ndtr

from sim.theory.chains import Floats
from sim.theory.patience import Impatient, erlang_a

Spent = Callable[[Floats], Floats]
"""x -> E[min(S, x)], the integral of P(S > u) from 0 to x; its limit is the mean."""
STEPS = 20_000
TAIL = 1e-12


def exponential(mean: float) -> Spent:
    """Exponential service."""
    return lambda x: np.asarray(-mean * np.expm1(-x / mean))


def constant(value: float) -> Spent:
    """Every service the same."""
    return lambda x: np.minimum(x, value)


def lognormal(mean: float, cv: float) -> Spent:
    """Lognormal service: the limited expected value of actuaries."""
    sigma = math.sqrt(math.log1p(cv * cv))
    middle = math.log(mean) - sigma * sigma / 2

    def spent(x: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            z = (np.log(x) - middle) / sigma
        return np.asarray(mean * ndtr(z - sigma) + np.where(x > 0, x * ndtr(-z), 0.0))

    return spent


def surviving(survival: Callable[[Floats], Floats], longest: float) -> Spent:
    """Any service of which P(S > u) is given as a function, for instance ``scipy.stats`` ``sf``.

    Integrated by Simpson's rule over ``STEPS`` steps up to ``longest``, beyond which nobody stays
    to speak of: exact to about (longest / STEPS)^2 where the survival jumps, much better else.
    """
    grid = np.linspace(0, longest, STEPS + 1)
    area = cumulative_simpson(np.asarray(survival(grid), dtype=float), x=grid, initial=0.0)
    return lambda x: np.asarray(np.interp(x, grid, area))


def offered_load(
    rates: Sequence[float] | Floats, spent: Spent, times: Sequence[float] | Floats,
    length: float = 1.0,
) -> Floats:
    """m(t) in erlangs at each of ``times``, in a day that repeats itself for ever.

    ``rates`` are the arrivals per unit of time in each stretch of ``length``, from time 0 on;
    ``spent`` is the service: :func:`exponential`, :func:`lognormal`, :func:`constant` or
    :func:`surviving`. Exact for rates that are constant in each stretch. Raises ``ValueError``
    where services last longer than some ten thousand days.
    """
    rate = np.asarray(rates, dtype=float)
    day = len(rate) * length
    mean = float(spent(np.array([1e12 * day]))[0])
    days = 1
    while mean - float(spent(np.array([(days - 1) * day]))[0]) > TAIL * mean:
        days *= 2
        if days > 20_000:
            raise ValueError("services last too long")
    found = []
    for time in np.asarray(times, dtype=float) % day:
        current = min(int(time // length), len(rate) - 1)
        back = np.arange(len(rate) * days + 1)
        edges = np.concatenate([[0.0], time - current * length + back[:-1] * length])
        inside = np.diff(spent(edges))
        found.append(float(rate[(current - back[: len(inside)]) % len(rate)] @ inside))
    return np.array(found)


def modified_offered_load(
    load: float, servers: int, service: float, impatience: float
) -> Impatient:
    """The queue at a moment, taken as Erlang A in the long run whose load is ``load``, the m(t) of
    :func:`offered_load`, instead of the moment's arrivals times mean service.

    An approximation that follows the load's delay behind the arrivals; good where few wait, poor
    in overload (there :func:`sim.theory.varying.staffed` is exact). Source: Jagerman (1975).
    """
    return erlang_a(servers, load * service, service, impatience)
