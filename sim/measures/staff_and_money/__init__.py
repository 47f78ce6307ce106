"""Measures of how busy the staff are, what a year costs, and who pays.

Start with ``staff`` and ``money``.
"""
