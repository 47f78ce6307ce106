"""How well a service's response times would have been predicted: calibrate on one period of an
orders log, predict another, beside a queueing formula and the fitted period's own responses."""

from sim.experiments.backtest.response.whole import ResponseBacktest, backtest_orders

__all__ = ["ResponseBacktest", "backtest_orders"]
