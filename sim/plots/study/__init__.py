"""Figures of many runs side by side: sweeps, comparisons, searches, sensitivity, advice.

One file for each figure; ``curves``, the staffing curves, is the one to begin with.
"""
