"""How well a hotline's next weeks would have been predicted: calibrate on one period of a log,
predict another, and compare with what happened, beside Erlang C and Erlang A."""

from sim.experiments.backtest.tasks import Period
from sim.experiments.backtest.whole import FEWEST_DAYS, Backtest, backtest, periods

__all__ = ["FEWEST_DAYS", "Backtest", "Period", "backtest", "periods"]
