"""Figures of one scenario, from its measures or from the tables of its replications.

One file for each figure; ``hours`` is the simplest to begin with.
"""
