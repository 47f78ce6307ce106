"""What can be said of a scenario before it is run: its content, its load, what theory expects.

Start with ``show``, the page of ``hotline show``; the others write its parts.
"""
