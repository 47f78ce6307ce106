"""Figures of what was fitted to a county's logs, and of how well that predicts.

``of_calls`` is for the calls log, ``of_orders`` for the orders log.
"""
