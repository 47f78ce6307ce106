"""Ways of giving out orders other than offering each to one point after the other.

``grab``: the first to react takes it; ``pool``: one queue for the county; ``rematch``: all waiting
orders are matched again at intervals.
"""
