"""The tables beside a run: the names, prices and places that reading its journal needs.

Start with ``reference``; ``context`` gives the log the names behind the numbers.
"""
