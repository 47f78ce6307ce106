"""A run's tables as plain arrays, and how a broken statement is reported.

Start with ``facts``, which every check reads, and ``findings``, which every check answers with.
"""
