"""Floor 3: the county in SimPy. It reads as a story: who rings, who answers, who goes.

``hotline`` and ``operator`` - callers and who answers them; ``dispatch`` and ``choice`` - the
dispatcher and the point asked; ``point``, ``crew`` and ``gathering`` - service points and whom they
send; ``caregiver`` - a working life; ``county`` - all together; ``clock`` - the order of
simultaneous events. Nothing is drawn here and no statistic is taken.
"""

from sim.model.county import simulate

__all__ = ["simulate"]
