"""What all figures share: the style, axes for measures, words, and reading tables for a figure.

Start with ``style`` (a new figure, its heading, how it is saved) and ``scale`` (a measure's axis).
"""
