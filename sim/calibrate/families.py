"""The families of distributions that durations are fitted by, as plain formulas.

Parameters are a shape and a scale; people are told the mean and the coefficient of variation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gamma as gamma_function
from scipy.special import gammaincc, gammaincinv, gammaln, ndtr, ndtri, xlogy

from sim.calibrate.log import Floats
from sim.workload.sampling import weibull_parameters

TINY = 1e-12
"""Less than this is taken for none."""


def natural(family: str, theta: Floats) -> tuple[float, float]:
    """Shape and scale, from log-parameters."""
    scale = math.exp(theta[0])
    return (1.0, scale) if family == "exponential" else (math.exp(theta[1]), scale)


@dataclass(frozen=True)
class Family:
    """Density, survival and quantiles; plain formulas, as scipy's own cost ten times as much."""

    name: str
    shape: float
    scale: float

    def logpdf(self, t: Floats) -> Floats:
        k, x = self.shape, t / self.scale
        match self.name:
            case "exponential":
                return np.asarray(-x - math.log(self.scale))
            case "lognormal":
                z = np.log(x) / k
                return np.asarray(-z * z / 2 - np.log(t) - math.log(k * math.sqrt(2 * math.pi)))
            case "gamma":
                return np.asarray(xlogy(k - 1, x) - x - gammaln(k) - math.log(self.scale))
            case _:
                return np.asarray(math.log(k / self.scale) + xlogy(k - 1, x) - x**k)

    def sf(self, t: Floats) -> Floats:
        """Share of durations beyond ``t``."""
        x = np.maximum(t, 0.0) / self.scale
        match self.name:
            case "exponential":
                return np.asarray(np.exp(-x))
            case "lognormal":
                with np.errstate(divide="ignore"):
                    return np.asarray(ndtr(-np.log(x) / self.shape))
            case "gamma":
                return np.asarray(gammaincc(self.shape, x))
            case _:
                return np.asarray(np.exp(-(x**self.shape)))

    def cdf(self, t: Floats) -> Floats:
        return np.asarray(1 - self.sf(t))

    def ppf(self, share: Floats) -> Floats:
        match self.name:
            case "exponential":
                return np.asarray(-self.scale * np.log1p(-share))
            case "lognormal":
                return np.asarray(self.scale * np.exp(self.shape * ndtri(share)))
            case "gamma":
                return np.asarray(self.scale * gammaincinv(self.shape, share))
            case _:
                return np.asarray(self.scale * (-np.log1p(-share)) ** (1 / self.shape))


def mean_and_cv(family: str, theta: Floats) -> tuple[float, float]:
    """Mean and coefficient of variation, from log-parameters."""
    shape, scale = natural(family, theta)
    match family:
        case "exponential":
            return scale, 1.0
        case "lognormal":
            square = min(shape * shape, 600.0)
            return scale * math.exp(square / 2), math.sqrt(math.expm1(square))
        case "gamma":
            return shape * scale, 1 / math.sqrt(shape)
        case _:
            one, two = gamma_function(1 + 1 / shape), gamma_function(1 + 2 / shape)
            return scale * one, math.sqrt(max(TINY, two / one**2 - 1))


def shape_and_scale(family: str, mean: float, cv: float) -> tuple[float, float]:
    """Shape and scale of the family with this mean and coefficient of variation."""
    match family:
        case "exponential":
            return 1.0, mean
        case "lognormal":
            variance = math.log1p(cv * cv)
            return math.sqrt(variance), mean / math.exp(variance / 2)
        case "gamma":
            return 1 / cv**2, mean * cv**2
        case _:
            return weibull_parameters(mean, cv)
