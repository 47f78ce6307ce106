"""Pages about a county's own logs and forms: what was fitted, how well that predicts.

``of_calls`` and ``of_orders`` are for the two logs, ``first_scenario`` for forms without a log,
``replay`` for a log that was simulated again.
"""
