"""Floor 3: the county in SimPy. It reads as a story: who rings, who answers, who goes.

``incoming``, ``hotline`` and ``operator`` - callers and who answers them; ``dispatch`` and
``choice`` - the dispatcher and the point asked; ``point`` and ``matching`` - service points and
whom they send; ``caregiver`` - a working life; ``county`` - all together; ``clock`` - the order of
simultaneous events. Mechanisms that only some counties have stand beside them (``meals``,
``places``, ``offer_modes``, ``tiers``, ``virtual_hold``, ``experts``, ``funds``), and in ``tables``
what is needed to read a run. Nothing is drawn here and no statistic is taken.
"""

from sim.model.county import simulate

__all__ = ["simulate"]
