"""Everything that is to be decided, on one page: the searches, one after the other.

- :mod:`.asked`: how much is simulated for each step.
- :mod:`.stages`: steps in folders of their own, done once and not again.
- :mod:`.counties`: the county as a step left it, with the next one's question.
- :mod:`.rules`: the dispatch rules that are tried.
- :mod:`.screen`: which assumptions are worth a closer look.
- :mod:`.payroll`, :mod:`.tables`: what the page says, as tables.
- :mod:`.course`: the steps in their order; :mod:`.outcome`: what they found; :mod:`.run`: the
  command.
"""
