"""Measures of requests and orders: served on time, backlog, who is reached and by whom.

Start with ``requests``, which the others and those of money build on.
"""
