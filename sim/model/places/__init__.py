"""Beds, seats and child-care places at a point, and those who come for one.

Start with ``applicants`` (who asks, waits, moves in), then ``house`` (what is free, who cares).
"""
