"""The page that ends ``hotline run``: are people answered, reached and served, and at what cost.

Start with ``card``, which lists the sections of the page; the others write one section each.
"""
