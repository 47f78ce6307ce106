"""Floor 1: the scenario, from a folder of TOML and CSV to one checked, frozen object.

``sections`` (a class for every section and row) and ``schema`` say what a scenario may hold;
``load`` reads one, with ``reading`` (what is on disk, bases and changes) and ``judging`` (what is
wrong with it, told as ``faults``); ``writing`` and ``extending`` write one. ``sources`` lists its
figures with where they come from, ``days`` its calendar.
"""
