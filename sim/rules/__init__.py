"""Floor 2: the decisions, one small pure function each.

``views`` says what a rule is shown, ``registry`` how one is named and found;
``choose_point``, ``choose_order`` and ``choose_caregiver`` hold the built-in ones, ``features``
what ``score`` weighs.
"""

from sim.rules import choose_caregiver, choose_order, choose_point, registry  # noqa: F401

registry.close()
