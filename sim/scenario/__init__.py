"""Floor 1: the scenario, from a folder of TOML and CSV to one checked, frozen object.

``quantities``, ``rows`` and ``schema`` say what a scenario may hold; ``load`` reads one, with
``files``, ``folder`` and ``attached`` (what is on disk), ``overrides`` (bases and changes),
``tidy``, ``validate`` and ``crosscheck`` (what is wrong with it, told as ``faults``).
``sources`` lists its figures with where they come from, ``days`` its calendar.
"""
