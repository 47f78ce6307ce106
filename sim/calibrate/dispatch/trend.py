"""Whether requests grow or fall over the log, and how far that may be carried on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.calibrate.arrivals import Arrivals
from sim.calibrate.log import Floats

FEWEST_WEEKS = 6
SURE = 2.0
"""Standard errors by which a trend must differ from none."""


@dataclass(frozen=True)
class Trend:
    """Growth of the rate, as the logarithm a day; 0 where none is shown."""

    slope: float
    error: float
    """its standard error, days' own spread included"""
    days: int
    """of the log; the trend carried on fades with this as its time scale (E. Gardner and E.
    McKenzie 1985, "Forecasting trends in time series", Management Science 31)"""

    age: float
    """days before its end to which the calibrated level belongs"""

    def factor(self, ahead: Floats) -> Floats:
        """Rate so many days after the end of the log (before: negative) / the calibrated level."""
        return np.exp(self.slope * self._carried(ahead))

    def spread(self, ahead: Floats) -> Floats:
        """Standard deviation of the logarithm of that factor."""
        return np.asarray(self.error * np.abs(self._carried(ahead)))

    def _carried(self, ahead: Floats) -> Floats:
        later = self.days * (1 - np.exp(-np.maximum(ahead, 0.0) / self.days))
        return np.asarray(self.age + np.where(ahead < 0, ahead, later))


def learn_trend(arrivals: Arrivals) -> Trend:
    """Least squares of the weekly totals' logarithms on time, weighted by the totals; the error
    from how the weeks scatter about the line."""
    days = len(arrivals.counts)
    weeks = days // 7
    totals = arrivals.counts.sum(axis=1)[days - 7 * weeks:].reshape(weeks, 7).sum(axis=1)
    if weeks < FEWEST_WEEKS or (totals <= 0).any():
        return Trend(0.0, 0.0, max(1, days), _age(arrivals))
    time = (np.arange(weeks) - weeks + 0.5) * 7
    weight = totals.astype(float)
    y = np.log(weight)
    middle = float((weight * time).sum() / weight.sum())
    across = time - middle
    spread = float((weight * across**2).sum())
    slope = float((weight * across * y).sum() / spread)
    level = float((weight * y).sum() / weight.sum())
    residual = y - level - slope * across
    noise = max(1.0, float((weight * residual**2).sum()) / (weeks - 2))
    error = math.sqrt(noise / spread)
    return Trend(slope if abs(slope) > SURE * error else 0.0, error, days,
                 _age(arrivals))


def _age(arrivals: Arrivals) -> float:
    days = len(arrivals.counts)
    if math.isinf(arrivals.half_life):
        return days / 2
    return min(days / 2, arrivals.half_life / math.log(2))
