"""Floor 6: pages for people, made from tables.

``run`` is the page that ends a run, ``scenario`` what ``hotline show`` prints, ``study`` the pages
of sweeps, searches and comparisons, ``calibration`` those of logs, ``progress`` what a command says
while it goes on; ``wording`` is what all of them share. ``dictionary`` makes the data dictionary.
"""
