"""The best dispatch rules: chosen among named ones, and found by searching weights.

- :mod:`.plan`: what a study asks for, or every fault of it.
- :mod:`.weights`: the search of numbers such as the weights of ``score``, by Optuna.
- :mod:`.choice`: one of several with a promised probability (:mod:`sim.experiments.select`).
- :mod:`.front`: what no other candidate beats at every objective.
- :mod:`.bench`: candidates simulated; :mod:`.tables`: what is told; :mod:`.run`: the command.

Three sets of workloads, none of which shares a draw with another: on the first the search learns,
on the second the choice is made, on the third it is reported what the chosen one is worth.
"""
