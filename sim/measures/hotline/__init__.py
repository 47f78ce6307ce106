"""Measures of the calls: the county's own hotline, virtual hold, the tiers above.

Start with ``calls``.
"""
