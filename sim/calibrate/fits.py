"""Distributions of durations, fitted by likelihood to what was seen in whole or in part.

An observation is a pair (low, high): equal where the duration was seen, high infinite where all
that is known is that it was longer (a caller who was answered would have waited on), both finite
where it lies between. Families are those of a scenario: exponential, lognormal, gamma, weibull,
each written with its mean and coefficient of variation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from sim.calibrate.families import TINY, Family, mean_and_cv, natural, shape_and_scale
from sim.calibrate.log import Flags, Floats

Z = float(ndtri(0.975))
FAMILIES = ("exponential", "lognormal", "gamma", "weibull")
FEWEST = 12
"""Fewer observations seen in whole give no fit worth its name."""
STEP = 1e-4
"""Of numerical derivatives by log-parameters."""
AT_RISK = 30
"""The tail of which fewer were left is not compared with a fit."""


@dataclass(frozen=True, eq=False)
class Observed:
    """Durations as far as they were seen, in seconds; equal ones counted once."""

    low: Floats
    high: Floats
    weight: Floats

    @property
    def exact(self) -> Flags:
        return np.asarray(self.low == self.high)

    @property
    def n(self) -> int:
        return round(float(self.weight.sum()))

    @property
    def seen(self) -> int:
        """How many were seen in whole."""
        return round(float(self.weight[self.exact].sum()))


def observed(low: Floats, high: Floats | None = None) -> Observed:
    """Observations from pairs; without ``high`` all were seen in whole."""
    ends = low if high is None else high
    pairs, counts = np.unique(np.column_stack([low, ends]), axis=0, return_counts=True)
    return Observed(pairs[:, 0], pairs[:, 1], counts.astype(np.float64))


@dataclass(frozen=True)
class Fit:
    """One family fitted; ``atom`` of the durations are 0 and the rest follow the family."""

    family: str
    mean_s: float
    """of the family, the atom apart"""
    cv: float
    atom: float
    mean_ci: tuple[float, float]
    cv_ci: tuple[float, float]
    atom_ci: tuple[float, float]
    loglik: float
    parameters: int
    n: int
    seen: int
    distance: float
    """greatest distance from the empirical distribution (Kaplan-Meier) where that is known"""

    @property
    def bic(self) -> float:
        """Schwarz's criterion: the least is chosen."""
        return self.parameters * math.log(max(2, self.seen)) - 2 * self.loglik

    def cdf(self, t: Floats) -> Floats:
        """Share of durations up to ``t``."""
        dist = Family(self.family, *shape_and_scale(self.family, self.mean_s, self.cv))
        return np.asarray(self.atom + (1 - self.atom) * dist.cdf(t))

    def quantile(self, share: Floats) -> Floats:
        """The inverse of :meth:`cdf`."""
        dist = Family(self.family, *shape_and_scale(self.family, self.mean_s, self.cv))
        rest = np.clip((share - self.atom) / max(TINY, 1 - self.atom), 0.0, 1.0)
        return np.asarray(dist.ppf(rest))


def kaplan_meier(data: Observed) -> tuple[Floats, Floats]:
    """Times and the share of durations up to each (Kaplan and Meier 1958), from
    :func:`scipy.stats.ecdf`; observations between two bounds count at their middle."""
    exact, closed = data.exact, np.isfinite(data.high)
    middle = np.where(exact, data.low, np.where(closed, (data.low + data.high) / 2, data.low))
    times = np.repeat(middle, data.weight.astype(np.int64))
    seen = np.repeat(closed, data.weight.astype(np.int64))
    if not seen.any():
        return np.zeros(0), np.zeros(0)
    # Takes its time to import, and most commands do not need it.
    from scipy.stats import CensoredData, ecdf

    found = ecdf(CensoredData(uncensored=times[seen], right=times[~seen]))
    return found.cdf.quantiles, found.cdf.probabilities


def fit_all(data: Observed, first_s: float | None = None) -> list[Fit]:
    """Every family fitted, the best (least BIC) first; empty where too little was seen.

    ``first_s``: also with an atom: whoever ends by then may have had no patience at all.
    """
    if data.seen < FEWEST:
        return []
    times, shares = kaplan_meier(data)
    found = []
    for family in FAMILIES:
        for atom in (False,) if first_s is None else (False, True):
            fit = _fit(data, family, first_s, atom, times, shares)
            if fit is not None:
                found.append(fit)
    return sorted(found, key=lambda fit: fit.bic)


def _fit(
    data: Observed, family: str, first_s: float | None, with_atom: bool, times: Floats,
    shares: Floats,
) -> Fit | None:
    start = _start(data, family)
    if with_atom:
        start = [*start, -3.0]
    loss = _loss(data, family, first_s, with_atom)
    best = minimize(loss, start, method="Nelder-Mead",
                    options={"xatol": 1e-5, "fatol": 1e-4, "maxiter": 1000})
    if not np.isfinite(best.fun):
        return None
    theta = best.x
    covariance = _covariance(loss, theta)
    mean_cv = np.log(mean_and_cv(family, theta))
    jacobian = np.array([
        (np.log(mean_and_cv(family, theta + step)) - np.log(mean_and_cv(family, theta - step)))
        / (2 * STEP)
        for step in np.eye(len(theta)) * STEP
    ]).T
    spread = np.sqrt(np.maximum(0.0, np.einsum("ij,jk,ik->i", jacobian, covariance, jacobian)))
    low, high = np.exp(mean_cv - Z * spread), np.exp(mean_cv + Z * spread)
    atom, atom_ci = 0.0, (0.0, 0.0)
    if with_atom:
        logit, sd = theta[-1], math.sqrt(max(0.0, covariance[-1, -1]))
        atom = _expit(logit)
        atom_ci = (_expit(logit - Z * sd), _expit(logit + Z * sd))
    mean, cv = np.exp(mean_cv)
    fit = Fit(family, float(mean), float(cv), atom, (float(low[0]), float(high[0])),
              (float(low[1]), float(high[1])), atom_ci, -float(best.fun), len(theta), data.n,
              data.seen, 0.0)
    before = np.concatenate([[0.0], shares[:-1]])
    far = np.maximum(abs(fit.cdf(times) - shares), abs(fit.cdf(times - 0.5) - before))
    settled = (times > (first_s or 0.0)) & (at_risk(data, times) >= min(AT_RISK, data.n / 4))
    distance = float(far[settled].max()) if settled.any() else 0.0
    return Fit(**{**fit.__dict__, "distance": distance})


def at_risk(data: Observed, times: Floats) -> Floats:
    """How many durations were at least so long as far as was seen."""
    order = np.argsort(data.low, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(data.weight[order])])
    return np.asarray(data.weight.sum() - below[np.searchsorted(data.low[order], times)])


def _loss(
    data: Observed, family: str, first_s: float | None, with_atom: bool
) -> Callable[[Floats], float]:
    """Minus the log-likelihood of log-parameters (and the atom's logit). Ends up to ``first_s``
    count as one group, with an atom or without, so that the two can be compared."""
    exact = data.exact
    open_ = ~np.isfinite(data.high)
    between = ~exact & ~open_
    # A duration recorded as 0 is one below the half second of the clock.
    seen = np.maximum(data.low[exact], 0.25)
    early = data.low[exact] <= (-1.0 if first_s is None else first_s)
    # In whole seconds, what is recorded as 2 s lasted up to 2.5 s.
    whole = bool((data.low == np.rint(data.low)).all())
    bound = np.array([(first_s or 0.0) + (0.5 if whole else 0.0)])
    w_seen, w_open, w_between = (data.weight[f] for f in (exact, open_, between))

    def loss(theta: Floats) -> float:
        if np.abs(theta[: 2]).max() > 30:
            return math.inf
        dist = Family(family, *natural(family, theta))
        atom, value = (_expit(theta[-1]) if with_atom else 0.0), 0.0
        rest = max(TINY, 1 - atom)
        if first_s is not None:
            share = atom + rest * float(dist.cdf(bound)[0])
            value -= w_seen[early].sum() * math.log(max(share, TINY))
        late = ~early
        value -= float((w_seen[late] * (np.log(rest) + dist.logpdf(seen[late]))).sum())
        beyond = np.log(np.maximum(dist.sf(data.low[open_]), TINY))
        value -= float((w_open * (np.log(rest) + beyond)).sum())
        if between.any():
            inside = dist.cdf(data.high[between]) - dist.cdf(data.low[between])
            value -= float((w_between * np.log(np.maximum(rest * inside, TINY))).sum())
        return value if math.isfinite(value) else math.inf

    return loss


def _start(data: Observed, family: str) -> list[float]:
    """Log-parameters near the answer: time at risk over events."""
    closed = np.isfinite(data.high)
    middle = np.where(closed, (data.low + np.where(closed, data.high, 0.0)) / 2, data.low)
    mean = float((middle * data.weight).sum() / data.weight[closed].sum())
    scale = math.log(max(mean, 0.1))
    return [scale] if family == "exponential" else [scale, 0.0]


def _covariance(loss: Callable[[Floats], float], theta: Floats) -> Floats:
    """Inverse of the observed information, by central differences."""
    k = len(theta)
    steps = np.eye(k) * 1e-3
    hessian = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            a, b = steps[i], steps[j]
            around = np.array([loss(theta + a + b), loss(theta + a - b), loss(theta - a + b),
                               loss(theta - a - b)])
            if not np.isfinite(around).all():
                return np.zeros((k, k))
            hessian[i, j] = (around[0] - around[1] - around[2] + around[3]) / 4e-6
    return np.asarray(np.linalg.pinv(hessian))


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, x))))
